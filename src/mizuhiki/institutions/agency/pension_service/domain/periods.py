"""Insured periods and the rules they keep (国民年金法5条, 7条, 8条, 9条; 厚生年金保険法9条)."""

from __future__ import annotations

import dataclasses
import enum
import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from mizuhiki.institutions.agency.pension_service.domain.errors import (
    NotInsuredNow,
    PeriodImplausible,
    PeriodsOverlap,
)
from mizuhiki.vocabulary.dates import legal_age_on

FIRST_AGE = 20
LAST_AGE = 59
LAST_EMPLOYED_AGE = 69


class Category(enum.IntEnum):
    """Kinds of insured persons (被保険者種別): 第1号 self-employed, 第2号 employees, 第3号 their spouses."""

    FIRST = 1
    SECOND = 2
    THIRD = 3


class Scheme(enum.StrEnum):
    """Pension schemes; all but the first insure employees."""

    NATIONAL_PENSION = "national-pension"
    EMPLOYEES_PENSION = "employees-pension"
    NATIONAL_PUBLIC_SERVICE = "national-public-service"
    LOCAL_PUBLIC_SERVICE = "local-public-service"
    PRIVATE_SCHOOL = "private-school"


@dataclass(frozen=True, slots=True, kw_only=True)
class InsuredPeriod:
    """One period in one category; both days are insured days, `until` None is still open."""

    category: Category
    scheme: Scheme
    employer: str
    insured_from: date
    insured_until: date | None = None

    def require_plausible(self, birth_date: date) -> None:
        """Check a period on its own.

        Raises:
            PeriodImplausible: naming the rule: ``ends-before-start``, ``employer-missing``, ``employer-not-allowed``,
                ``scheme-of-employees``, ``scheme-of-others``, ``age``.
        """
        employed = self.category is Category.SECOND
        _require("ends-before-start", self.insured_until is None or self.insured_until >= self.insured_from)
        _require("employer-missing", bool(self.employer.strip()) or not employed)
        _require("employer-not-allowed", employed or not self.employer)
        _require("scheme-of-employees", not employed or self.scheme is not Scheme.NATIONAL_PENSION)
        _require("scheme-of-others", employed or self.scheme is Scheme.NATIONAL_PENSION)
        age = legal_age_on(birth_date, self.insured_from)
        lawful = age <= LAST_EMPLOYED_AGE if employed else FIRST_AGE <= age <= LAST_AGE
        _require("age", lawful and self.insured_from >= birth_date)

    def overlaps(self, other: InsuredPeriod) -> bool:
        """Say whether two periods share a day."""
        starts, ends = max(self.insured_from, other.insured_from), min(_end(self), _end(other))
        return starts <= ends

    def covers(self, day: date) -> bool:
        """Say whether a day is insured."""
        return self.insured_from <= day <= _end(self)


def _end(period: InsuredPeriod) -> date:
    return period.insured_until or date.max


def _require(rule: str, kept: bool) -> None:  # noqa: FBT001 - one condition per line reads as a table
    if not kept:
        raise PeriodImplausible(f"the period breaks the rule {rule}", rule=rule)


def require_disjoint(periods: Iterable[InsuredPeriod]) -> None:
    """Check that no two periods share a day.

    Raises:
        PeriodsOverlap: two do.
    """
    ordered = sorted(periods, key=lambda period: period.insured_from)
    for earlier, later in itertools.pairwise(ordered):
        if earlier.overlaps(later):
            raise PeriodsOverlap


def with_change(periods: tuple[InsuredPeriod, ...], new: InsuredPeriod, birth_date: date) -> tuple[InsuredPeriod, ...]:
    """Return the history in which the open period ends the day before `new` begins (種別変更).

    Raises:
        PeriodImplausible, PeriodsOverlap: `new` breaks a rule, or begins before the open period does.
    """
    new.require_plausible(birth_date)
    before = new.insured_from - timedelta(days=1)
    changed = tuple(
        dataclasses.replace(period, insured_until=before)
        if period.insured_until is None and period.insured_from <= before
        else period
        for period in periods
    )
    require_disjoint((*changed, new))
    return (*changed, new)


def with_end(periods: tuple[InsuredPeriod, ...], until: date) -> tuple[InsuredPeriod, ...]:
    """Return the history in which the open period ends on `until` (資格喪失 on the day after).

    Raises:
        NotInsuredNow: none is open.
        PeriodImplausible: it would end before it began.
    """
    if all(period.insured_until is not None for period in periods):
        raise NotInsuredNow
    ended = tuple(
        period if period.insured_until is not None else dataclasses.replace(period, insured_until=until)
        for period in periods
    )
    for period in ended:
        _require("ends-before-start", _end(period) >= period.insured_from)
    return ended
