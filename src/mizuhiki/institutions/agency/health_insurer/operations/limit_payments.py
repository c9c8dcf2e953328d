"""Certificates of the ceiling on payments (限度額適用認定証; 健康保険法施行規則103条の2)."""

from __future__ import annotations

from mizuhiki.institutions.agency.health_insurer.domain.errors import NoCeilingCategory
from mizuhiki.institutions.agency.health_insurer.domain.members import CeilingCertificate
from mizuhiki.institutions.agency.health_insurer.domain.rules import ceiling_category, certificate_until
from mizuhiki.institutions.agency.health_insurer.operations.adapters import Adapters
from mizuhiki.runtime.context import Context

ISSUE = "issue-ceiling-certificate"


def issue_ceiling_certificate(
    context: Context, adapters: Adapters, reference: str, *, taxed: bool
) -> CeilingCertificate:
    """Issue a certificate from the first of this month on.

    `taxed` says whether the insured person pays municipal tax: category オ needs that they do not.

    Raises:
        UnknownPersonRecord: there is nobody.
        NoCeilingCategory: ``not-insured`` today, or ``running``: a certificate is valid already.
        RuleNotInForce: the table begins later.
    """
    grounds = adapters.permit(context, ISSUE)
    today = context.today()
    with adapters.store.transaction() as records:
        birth_date = records.person(reference).four_items.birth_date
        current = next((one for one in records.qualifications(reference) if one.covers(today)), None)
        if current is None:
            raise NoCeilingCategory(rule="not-insured")
        if any(one.last_day >= today for one in records.certificates(reference)):
            raise NoCeilingCategory(rule="running")
        first = max(today.replace(day=1), current.insured_from)
        certificate = CeilingCertificate(
            reference=reference,
            category=ceiling_category(birth_date, current.standard_yen, today, taxed=taxed),
            first_day=first,
            last_day=certificate_until(first),
            issued_by=context.actor.person or context.actor.role,
        )
        records.insert_certificate(certificate)
        records.touched(reference)
        records.audit(grounds, "ceiling-certificate-issued", "done", subject=reference)
    return certificate
