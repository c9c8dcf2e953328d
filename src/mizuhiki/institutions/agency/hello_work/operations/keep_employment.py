"""Take employers' reports: acquisition and loss of insurance, the separation certificate (雇用保険法7条)."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import date

from mizuhiki.institutions.agency.hello_work.domain.employments import (
    Employment,
    Reason,
    Separation,
    WageLine,
    wage_months,
)
from mizuhiki.institutions.agency.hello_work.domain.errors import EmploymentImplausible, NotEmployedNow
from mizuhiki.institutions.agency.hello_work.operations.adapters import Adapters
from mizuhiki.institutions.agency.hello_work.ports import Records
from mizuhiki.runtime.context import Context

EMPLOY = "record-employment"
SEPARATE = "record-separation"


def record_employment(context: Context, adapters: Adapters, employment: Employment) -> None:
    """Take a report of acquisition (資格取得届); a person is insured with one employer at a time.

    Raises:
        UnknownPersonRecord: there is no such person.
        EmploymentImplausible: see there; also ``overlap`` with an earlier employment.
    """
    grounds = adapters.permit(context, EMPLOY)
    with adapters.store.transaction() as records:
        employment.require_plausible(records.person(employment.reference).four_items.birth_date)
        for other in records.employments(employment.reference):
            if other.lost_on is None or employment.insured_from < other.lost_on:
                raise EmploymentImplausible(rule="overlap")
        records.insert_employments([employment])
        records.touched(employment.reference)
        records.audit(grounds, "employment-recorded", "done", subject=employment.reference)


def record_employments(context: Context, adapters: Adapters, employments: Sequence[Employment]) -> int:
    """Take a list of reports of people without an employment; return how many (電子申請 by an employer).

    Raises:
        EmploymentImplausible: one of them; nothing is stored.
    """
    grounds = adapters.permit(context, EMPLOY)
    with adapters.store.transaction() as records:
        for one in employments:
            one.require_plausible(records.person(one.reference).four_items.birth_date)
            if records.employments(one.reference):
                raise EmploymentImplausible(rule="overlap")
        records.insert_employments(employments)
        for one in employments:
            records.touched(one.reference)
        records.audit(grounds, "employment-recorded", "done", count=len(employments))
    return len(employments)


def record_separation(
    context: Context,
    adapters: Adapters,
    reference: str,
    *,
    separated_on: date,
    reason: Reason,
    lines: Sequence[WageLine],
) -> Separation:
    """Take loss of insurance with the employer's certificate and issue the separation slip (離職票).

    Raises:
        UnknownPersonRecord, NotEmployedNow: there is nobody, or no open employment.
        SeparationImplausible: see `domain.employments.wage_months`.
    """
    grounds = adapters.permit(context, SEPARATE)
    with adapters.store.transaction() as records:
        records.person(reference)
        employment = _open_employment(records, reference)
        months = wage_months(employment, separated_on, lines)
        slip = Separation(
            reference=reference,
            separated_on=separated_on,
            reason=reason,
            employer=employment.employer,
            issued_on=context.today(),
        )
        records.end_employment(dataclasses.replace(employment, lost_on=slip.lost_on))
        records.insert_separation(slip, months)
        records.touched(reference)
        records.audit(grounds, "separation-recorded", "done", subject=reference)
    return slip


def _open_employment(records: Records, reference: str) -> Employment:
    found = next((one for one in records.employments(reference) if one.lost_on is None), None)
    if found is None:
        raise NotEmployedNow
    return found
