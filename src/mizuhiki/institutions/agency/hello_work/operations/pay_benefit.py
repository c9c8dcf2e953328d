"""Qualify recipients and certify unemployment every four weeks (雇用保険法13条 to 15条, 30条)."""

from __future__ import annotations

import dataclasses
from datetime import date

from mizuhiki.institutions.agency.hello_work.domain.benefits import (
    CYCLE,
    Certification,
    Declaration,
    Qualification,
    State,
    certify,
    qualify,
)
from mizuhiki.institutions.agency.hello_work.domain.errors import (
    DecidedByProposer,
    NoQualification,
    NoSeparation,
    QualificationDecided,
)
from mizuhiki.institutions.agency.hello_work.operations.adapters import Adapters
from mizuhiki.institutions.agency.hello_work.ports import Records
from mizuhiki.runtime.context import Context

PROPOSE = "propose-qualification"
DECIDE = "decide-qualification"
CERTIFY = "certify-unemployment"


def propose_qualification(
    context: Context, adapters: Adapters, reference: str, *, hard_to_employ: bool
) -> Qualification:
    """Work out the qualification on the newest slip and put it before the approver; today is the day of application.

    Raises:
        UnknownPersonRecord, NoSeparation: there is nobody, or no slip.
        QualificationDecided: there is one on this slip.
        NotQualified, AmountUnknown: see `domain.benefits.qualify`.
    """
    grounds = adapters.permit(context, PROPOSE)
    with adapters.store.transaction() as records:
        person = records.person(reference)
        slips, earlier = records.separations(reference), records.qualifications(reference)
        if not slips:
            raise NoSeparation
        slip = slips[-1]
        if any(one.separated_on == slip.separated_on for one in earlier):
            raise QualificationDecided
        drawn = [one.separated_on for one in earlier if one.state is State.APPROVED]
        proposal = qualify(
            slip,
            records.wage_months(reference, slip.separated_on),
            records.employments(reference),
            max(drawn, default=None),
            person.four_items.birth_date,
            context.today(),
            hard_to_employ=hard_to_employ,
            proposed_by=context.actor.person or context.actor.role,
        )
        records.insert_qualification(proposal)
        records.audit(grounds, "qualification-proposed", "done", subject=reference)
    return proposal


def approve_qualification(context: Context, adapters: Adapters, reference: str, separated_on: date) -> Qualification:
    """Approve a proposal; from then on the person is a qualified recipient.

    Raises:
        NoQualification: no proposal waits.
        DecidedByProposer: the approver proposed it.
    """
    grounds = adapters.permit(context, DECIDE)
    approver = context.actor.person or context.actor.role
    with adapters.store.transaction() as records:
        proposal = _find(records, reference, separated_on)
        if proposal.state is not State.PROPOSED:
            raise NoQualification
        if proposal.proposed_by == approver:
            raise DecidedByProposer
        approved = dataclasses.replace(proposal, state=State.APPROVED, decided_by=approver)
        records.update_qualification(approved)
        records.touched(reference)
        records.audit(grounds, "qualification-approved", "done", subject=reference)
    return approved


def certify_unemployment(context: Context, adapters: Adapters, reference: str, declared: Declaration) -> Certification:
    """Certify the past four weeks on the certification day and pay for the days certified.

    Raises:
        NoQualification: the person has none.
        CertificationRefused: see `domain.benefits.certify`.
    """
    grounds = adapters.permit(context, CERTIFY)
    with adapters.store.transaction() as records:
        qualifications = records.qualifications(reference)
        if not qualifications:
            raise NoQualification
        qualification = qualifications[-1]
        earlier = [one for one in records.certifications(reference) if one.separated_on == qualification.separated_on]
        done = certify(qualification, declared, len(earlier), context.today())
        records.insert_certification(done)
        records.update_qualification(
            dataclasses.replace(
                qualification,
                paid_days=qualification.paid_days + done.paid_days,
                next_certification=context.today() + CYCLE,
            )
        )
        records.touched(reference)
        records.audit(grounds, "unemployment-certified", done.outcome.value, subject=reference)
    return done


def _find(records: Records, reference: str, separated_on: date) -> Qualification:
    found = next((one for one in records.qualifications(reference) if one.separated_on == separated_on), None)
    if found is None:
        raise NoQualification
    return found
