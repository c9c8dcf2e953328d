"""Enter premiums paid and remuneration, and read the record of a person (国民年金法14条, 88条; 厚生年金保険法28条)."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mizuhiki.institutions.agency.pension_service.domain.enrolments import Insured
from mizuhiki.institutions.agency.pension_service.domain.errors import MonthsNotInsured, PensionClaimImplausible
from mizuhiki.institutions.agency.pension_service.domain.months import month_of, months_from, plus_months
from mizuhiki.institutions.agency.pension_service.domain.premiums import (
    PremiumMonth,
    StandardRemuneration,
    Tally,
    first_category_months,
    tally,
)
from mizuhiki.institutions.agency.pension_service.operations.adapters import Adapters
from mizuhiki.intake.adapters import STAFF_PAGE
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.gate import Disclosure

ENTER = "record-premiums"
READ = "read-premiums"
MOST_AHEAD = 24
"""Premiums may be paid up to two years ahead (93条)."""


@dataclass(frozen=True, slots=True)
class PremiumRecord:
    """The record of a person: enrolment, months of which something stands, pay, and what they come to today."""

    insured: Insured
    months: Sequence[PremiumMonth]
    pay: Sequence[StandardRemuneration]
    tally: Tally


def record_premiums(context: Context, adapters: Adapters, reference: str, first: date, last: date) -> int:
    """Note that premiums, or what relief left of them, are paid for a span of months; return how many are new.

    Raises:
        UnknownEnrolment: there is no such record.
        PensionClaimImplausible: the span is empty, or lies more than two years ahead.
        MonthsNotInsured: a month of it is not of category 1.
    """
    grounds = adapters.permit(context, ENTER)
    first, last = month_of(first), month_of(last)
    if last < first or last > plus_months(month_of(context.today()), MOST_AHEAD):
        raise PensionClaimImplausible(item="last")
    with adapters.store.transaction() as records:
        insured = records.insured(reference)
        mine = set(first_category_months(insured.four_items.birth_date, insured.periods, first, last))
        known = {one.month: one for one in records.pensions.premiums(reference)}
        entered: list[PremiumMonth] = []
        for month in months_from(first, last):
            if month not in mine:
                raise MonthsNotInsured(month=f"{month:%Y-%m}")
            one = known.get(month, PremiumMonth(reference, month))
            if one.paid_on is None:
                entered.append(dataclasses.replace(one, paid_on=context.today()))
        records.pensions.put_premiums(entered)
        records.audit(grounds, "premiums-recorded", "done", subject=reference, count=len(entered))
    return len(entered)


def record_pay(context: Context, adapters: Adapters, reference: str, since: date, monthly_yen: int) -> None:
    """Enter the standard monthly remuneration of an employee from a month on.

    Raises:
        UnknownEnrolment: there is no such record.
        PensionClaimImplausible: no pay, or from a month to come.
    """
    grounds = adapters.permit(context, ENTER)
    if monthly_yen <= 0:
        raise PensionClaimImplausible(item="monthly_yen")
    if since > context.today():
        raise PensionClaimImplausible(item="since")
    with adapters.store.transaction() as records:
        records.insured(reference)
        records.pensions.put_pay(StandardRemuneration(reference, month_of(since), monthly_yen))
        records.audit(grounds, "premiums-recorded", "done", subject=reference)


def premium_record(context: Context, adapters: Adapters, reference: str) -> PremiumRecord:
    """Return the record of a person.

    Raises:
        UnknownEnrolment: there is no such record.
        Withheld: a support measure stands on it.
    """
    grounds = adapters.permit(context, READ)
    with adapters.store.transaction() as records:
        insured = records.insured(reference)
        months, pay = records.pensions.premiums(reference), records.pensions.pay(reference)
    adapters.gate.check(context, Disclosure(reference, STAFF_PAGE, context.actor.role, "premiums"))
    with adapters.store.transaction() as records:
        records.audit(grounds, "premium-record-viewed", "done", subject=reference)
    found = tally(insured.four_items.birth_date, insured.periods, months, pay, context.today())
    return PremiumRecord(insured, months, pay, found)
