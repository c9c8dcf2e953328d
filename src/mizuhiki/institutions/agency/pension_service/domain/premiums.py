"""The record of premiums month by month, and what each month counts for (国民年金法5条, 11条, 26条, 27条).

Months of employees and of their spouses count as paid without a premium of their own. A month under partial relief
counts only once the remaining part is paid; a month of students or under deferment counts for qualification alone,
until its premium is paid later (追納, 94条).
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mizuhiki.institutions.agency.pension_service.domain.months import month_of, months_from, plus_months, reached
from mizuhiki.institutions.agency.pension_service.domain.periods import (
    FIRST_AGE,
    Category,
    InsuredPeriod,
    Scheme,
)
from mizuhiki.vocabulary.layouts import Scalar

SIXTY = 60
HALF_BY_STATE = date(2009, 4, 1)
"""From here on the State bears half of the basic pension, before a third (平成16年法律104号附則10条)."""
WHOLE = 24
"""A paid month, in twenty-fourths, so that all shares of article 27 are whole numbers."""


class Relief(enum.StrEnum):
    """What a person need not pay for a month (90条, 90条の2, 90条の3; deferment: 平成26年法律64号附則14条)."""

    NONE = "none"
    FULL = "full"
    THREE_QUARTERS = "three-quarters"
    HALF = "half"
    QUARTER = "quarter"
    DEFERRED = "deferred"
    STUDENT = "student"


LATER_ONLY = frozenset({Relief.DEFERRED, Relief.STUDENT})
PARTIAL = frozenset({Relief.THREE_QUARTERS, Relief.HALF, Relief.QUARTER})
SHARES_BEFORE = {Relief.FULL: 8, Relief.THREE_QUARTERS: 12, Relief.HALF: 16, Relief.QUARTER: 20}
SHARES_SINCE = {Relief.FULL: 12, Relief.THREE_QUARTERS: 15, Relief.HALF: 18, Relief.QUARTER: 21}
"""27条 and 昭和60年法律34号附則: 1/3, 1/2, 2/3, 5/6 before April 2009; 1/2, 5/8, 3/4, 7/8 since."""


@dataclass(frozen=True, slots=True)
class PremiumMonth:
    """A month of a category 1 insured person of which something is recorded; `paid_on` of what was to be paid."""

    reference: str
    month: date
    relief: Relief = Relief.NONE
    paid_on: date | None = None

    def share(self) -> int:
        """Return what the month counts for in the amount, in twenty-fourths."""
        if self.relief is Relief.FULL or (self.relief in PARTIAL and self.paid_on is not None):
            return (SHARES_BEFORE if self.month < HALF_BY_STATE else SHARES_SINCE)[self.relief]
        if self.relief in PARTIAL or self.paid_on is None:
            return 0
        return WHOLE

    def qualifies(self) -> bool:
        """Say whether the month counts for the qualifying period."""
        return self.relief in LATER_ONLY or self.share() > 0


@dataclass(frozen=True, slots=True)
class StandardRemuneration:
    """The standard monthly remuneration (標準報酬月額) of an employee from a month on (厚生年金保険法20条)."""

    reference: str
    since: date
    monthly_yen: int


@dataclass(frozen=True, slots=True)
class Tally:
    """What a history of months comes to. `weight` is in twenty-fourths of months; `employed` months of any age."""

    qualifying: int
    weight: int
    employed: int
    pay_before_yen: int
    pay_since_yen: int

    def facts(self) -> dict[str, Scalar]:
        """Return the tally as facts of a claim."""
        return {
            "qualifying_months": self.qualifying,
            "weighted_months": self.weight,
            "employed_months": self.employed,
            "pay_before_2003_yen": self.pay_before_yen,
            "pay_since_2003_yen": self.pay_since_yen,
        }


def tally_of(facts: Mapping[str, Scalar]) -> Tally:
    """Return the tally that facts of a claim state."""
    names = ("qualifying_months", "weighted_months", "employed_months", "pay_before_2003_yen", "pay_since_2003_yen")
    qualifying, weight, employed, before, since = (int(facts.get(name) or 0) for name in names)
    return Tally(qualifying, weight, employed, before, since)


def periods_by_month(periods: Iterable[InsuredPeriod], last: date) -> dict[date, InsuredPeriod]:
    """Return the period each month up to `last` belongs to.

    A period counts from the month it begins to the month before the one in which it is lost, and one month when it is
    lost in the month it began (11条); of two in a month the later counts (11条の2).
    """
    found: dict[date, InsuredPeriod] = {}
    for period in sorted(periods, key=lambda one: one.insured_from):
        first, end = month_of(period.insured_from), last
        if period.insured_until is not None:
            lost = month_of(period.insured_until + timedelta(days=1))
            end = min(last, max(first, plus_months(lost, -1)))
        found |= dict.fromkeys(months_from(first, end), period)
    return found


def insured_months(birth: date, periods: Iterable[InsuredPeriod], last: date) -> dict[date, InsuredPeriod]:
    """Return the insured months up to `last`; category 1 and 3 begin with 20 and end before 60 (8条, 9条)."""
    twenty, sixty = month_of(reached(birth, FIRST_AGE)), month_of(reached(birth, SIXTY))
    return {
        month: period
        for month, period in periods_by_month(periods, last).items()
        if period.category is Category.SECOND or twenty <= month < sixty
    }


def first_category_months(birth: date, periods: Iterable[InsuredPeriod], first: date, last: date) -> tuple[date, ...]:
    """Return the months of a span that a person spent, or spends, in category 1."""
    found = insured_months(birth, periods, last)
    return tuple(
        month for month, period in sorted(found.items()) if month >= first and period.category is Category.FIRST
    )


def tally(
    birth: date,
    periods: Iterable[InsuredPeriod],
    premiums: Iterable[PremiumMonth],
    pay: Sequence[StandardRemuneration],
    until: date,
) -> Tally:
    """Count the months before the month of `until`.

    Months of employees before 20 and from 60 on count for qualification only (昭和60年法律34号附則8条).
    """
    recorded = {one.month: one for one in premiums}
    twenty, sixty = month_of(reached(birth, FIRST_AGE)), month_of(reached(birth, SIXTY))
    qualifying = weight = employed = before = since = 0
    for month, period in insured_months(birth, periods, plus_months(month_of(until), -1)).items():
        if period.scheme is Scheme.EMPLOYEES_PENSION:
            employed += 1
            yen = pay_in(pay, month)
            before, since = (before + yen, since) if month < BONUS_COUNTS else (before, since + yen)
        if period.category is Category.FIRST:
            one = recorded.get(month)
            qualifying += one is not None and one.qualifies()
            weight += 0 if one is None else one.share()
        else:
            qualifying += 1
            weight += WHOLE if period.category is Category.THIRD or twenty <= month < sixty else 0
    return Tally(qualifying, weight, employed, before, since)


BONUS_COUNTS = date(2003, 4, 1)
"""From here on bonuses count as pay and the rate is lower (平成12年法律18号附則20条)."""


def pay_in(pay: Sequence[StandardRemuneration], month: date) -> int:
    """Return the standard monthly remuneration of a month; 0 where none is recorded."""
    known = [one for one in pay if one.since <= month]
    return max(known, key=lambda one: one.since).monthly_yen if known else 0
