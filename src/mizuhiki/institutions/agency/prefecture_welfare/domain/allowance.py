"""Special child rearing allowance (特別児童扶養手当等の支給に関する法律 3条 to 13条).

Amounts and limits are dated rows; after the last year that is coded a day is refused. Sources: docs/figures.md.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mizuhiki.institutions.agency.prefecture_welfare.domain.errors import AllowanceRefused, WelfareAmountUnknown
from mizuhiki.vocabulary.dates import legal_age_on

CHILD_UNDER = 20
DECEMBER = 12


class AllowanceState(enum.StrEnum):
    """Where an allowance stands."""

    CLAIMED = "claimed"
    GRANTED = "granted"
    REFUSED = "refused"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class AllowanceAmounts:
    """Amounts a month in yen from `since` on."""

    since: date
    first_grade_yen: int
    second_grade_yen: int
    citation: str


_ORDER = "特別児童扶養手当法4条, 16条; 施行令5条の2"
AMOUNTS = (
    AllowanceAmounts(date(2016, 4, 1), 51_500, 34_300, f"{_ORDER} (平成28年度)"),
    AllowanceAmounts(date(2017, 4, 1), 51_450, 34_270, f"{_ORDER} (平成29年度)"),
    AllowanceAmounts(date(2018, 4, 1), 51_700, 34_430, f"{_ORDER} (平成30年度)"),
    AllowanceAmounts(date(2019, 4, 1), 52_200, 34_770, f"{_ORDER} (平成31年度)"),
    AllowanceAmounts(date(2020, 4, 1), 52_500, 34_970, f"{_ORDER} (令和2年度)"),
    AllowanceAmounts(date(2022, 4, 1), 52_400, 34_900, f"{_ORDER} (令和4年度)"),
    AllowanceAmounts(date(2023, 4, 1), 53_700, 35_760, f"{_ORDER} (令和5年度)"),
    AllowanceAmounts(date(2024, 4, 1), 55_350, 36_860, f"{_ORDER} (令和6年度)"),
    AllowanceAmounts(date(2025, 4, 1), 56_800, 37_830, f"{_ORDER} (令和7年度)"),
)
CODED_UNTIL = date(2026, 3, 31)
"""Amounts follow prices each April, so the newest row does not hold on after its year."""


@dataclass(frozen=True, slots=True)
class IncomeLimits:
    """Limits of income in yen by the number of dependants; one more adds the step (施行令1条, 2条)."""

    own: int
    own_step: int
    others: tuple[int, int, int]
    others_step: int
    citation: str

    def own_limit(self, dependants: int) -> int:
        """Return the limit of the claimant's income."""
        return self.own + self.own_step * dependants

    def others_limit(self, dependants: int) -> int:
        """Return the limit for the spouse and for relatives who live together and must support."""
        if dependants < len(self.others):
            return self.others[dependants]
        return self.others[-1] + self.others_step * (dependants - len(self.others) + 1)


LIMITS = IncomeLimits(
    4_596_000,
    380_000,
    (6_287_000, 6_536_000, 6_749_000),
    213_000,
    "特別児童扶養手当法6条, 7条, 8条; 施行令1条, 2条",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportedChild:
    """A child for whom the allowance is paid, with the grade of the disability (1 or 2)."""

    reference: str
    ordinal: int
    birth_date: date
    grade: int

    def counts_on(self, day: date) -> bool:
        """Whether the child is under 20 on a day."""
        return legal_age_on(self.birth_date, day) < CHILD_UNDER


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """One allowance of one claimant."""

    reference: str
    claimed_on: date
    income_yen: int
    dependants: int
    others_income_yen: int
    others_dependants: int
    entitled_from: date
    ended_on: date | None
    suspended: bool
    certificate_number: str
    state: AllowanceState
    taken_by: str
    decided_by: str


def amounts_on(day: date) -> AllowanceAmounts:
    """Return the amounts in force on a day.

    Raises:
        WelfareAmountUnknown: the table begins later or ends before.
    """
    found = [row for row in AMOUNTS if row.since <= day]
    if not found or day > CODED_UNTIL:
        raise WelfareAmountUnknown(day=day.isoformat())
    return max(found, key=lambda row: row.since)


def monthly_yen(children: Sequence[SupportedChild], day: date) -> int:
    """Return the amount a month for the children who count on a day."""
    amounts = amounts_on(day)
    by_grade = {1: amounts.first_grade_yen, 2: amounts.second_grade_yen}
    return sum(by_grade[child.grade] for child in children if child.counts_on(day))


def require_children(children: Sequence[SupportedChild], day: date) -> None:
    """Check the children of a claim.

    Raises:
        AllowanceRefused: ``no-child``, ``grade``, ``twenty``.
    """
    if not children:
        raise AllowanceRefused(rule="no-child")
    if any(child.grade not in {1, 2} for child in children):
        raise AllowanceRefused(rule="grade")
    if not all(child.counts_on(day) for child in children):
        raise AllowanceRefused(rule="twenty")


def suspended(income_yen: int, dependants: int, others_income_yen: int, others_dependants: int) -> bool:
    """Say whether the allowance is suspended: own income above the limit (6条), others' at it or above (7条, 8条)."""
    own = income_yen > LIMITS.own_limit(dependants)
    return own or others_income_yen >= LIMITS.others_limit(others_dependants)


def first_month(claimed_on: date) -> date:
    """Return the first of the month after the claim, from which on it is paid (13条, 児童手当法8条2項を準用)."""
    return date(claimed_on.year + (claimed_on.month == DECEMBER), claimed_on.month % DECEMBER + 1, 1)
