"""Insured employment and the employer's separation certificate (雇用保険法7条, 14条, 施行規則6条, 7条, 16条)."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mizuhiki.institutions.agency.hello_work.domain.errors import EmploymentImplausible, SeparationImplausible
from mizuhiki.vocabulary.dates import birthday_in, months_after

DAY = timedelta(days=1)
OFFICE_DIGITS = 11
HOURS_A_WEEK = 20
"""適用: at least 20 hours a week (雇用保険法6条1号)."""
BASIS_DAYS = 11
BASIS_HOURS = 80
HOURS_COUNT_FROM = date(2020, 8, 1)
"""From this separation day on, months of 80 hours count as well (雇用保険法14条3項, 令和2年法律14号)."""
HALF_MONTH_DAYS = 15
MONTHS_KEPT = 24


class Reason(enum.StrEnum):
    """Why employment ended, in the classes that decide about benefit (離職理由)."""

    EMPLOYER = "employer"
    END_OF_CONTRACT = "end-of-contract"
    LEGITIMATE = "legitimate"
    OWN = "own"


@dataclass(frozen=True, slots=True, kw_only=True)
class Employment:
    """One insured employment; `lost_on` is the day after the last one (資格喪失年月日), None while it lasts."""

    reference: str
    office_number: str
    employer: str
    hours_a_week: int
    insured_from: date
    lost_on: date | None = None

    def require_plausible(self, birth_date: date) -> None:
        """Check an employment on its own.

        Raises:
            EmploymentImplausible: ``office-number``, ``employer-missing``, ``hours``, ``before-birth``,
                ``ends-before-start``.
        """
        digits = self.office_number.replace("-", "")
        _require("office-number", len(digits) == OFFICE_DIGITS and digits.isdigit())
        _require("employer-missing", bool(self.employer.strip()))
        _require("hours", self.hours_a_week >= HOURS_A_WEEK)
        _require("before-birth", self.insured_from > birthday_in(birth_date, birth_date.year + 15))
        _require("ends-before-start", self.lost_on is None or self.lost_on > self.insured_from)


def _require(rule: str, kept: bool) -> None:  # noqa: FBT001 - one condition per line reads as a table
    if not kept:
        raise EmploymentImplausible(rule=rule)


@dataclass(frozen=True, slots=True, kw_only=True)
class WageMonth:
    """One month of the certificate, counted back from the day of loss; both days belong to it."""

    reference: str
    separated_on: date
    ordinal: int
    first_day: date
    last_day: date
    whole: bool
    basis_days: int
    hours: int
    wage_yen: int

    def counts(self) -> int:
        """Return half months that this period counts: 2, 1 or 0 (雇用保険法14条1項, 3項)."""
        enough = self.basis_days >= BASIS_DAYS or (self.separated_on >= HOURS_COUNT_FROM and self.hours >= BASIS_HOURS)
        if not enough:
            return 0
        if self.whole:
            return 2
        return 1 if (self.last_day - self.first_day).days + 1 >= HALF_MONTH_DAYS else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Separation:
    """The separation slip (離職票): last day of work, why it ended, whose employment it was."""

    reference: str
    separated_on: date
    reason: Reason
    employer: str
    issued_on: date

    @property
    def lost_on(self) -> date:
        """The day of loss is the day after the last day of work."""
        return self.separated_on + DAY


@dataclass(frozen=True, slots=True)
class CountedPeriod:
    """A period counted back from the day of loss; the last one may be short."""

    first_day: date
    last_day: date
    whole: bool


def months_back(lost_on: date, insured_from: date, most: int = MONTHS_KEPT) -> list[CountedPeriod]:
    """Return the periods counted back from the day of loss, newest first.

    Each ends the day before the corresponding day of the one after it; corresponding days are those of the day of loss
    itself, so a short month in between shortens nothing else.
    """
    periods: list[CountedPeriod] = []
    end = lost_on
    while end > insured_from and len(periods) < most:
        start = months_after(lost_on, -len(periods) - 1)
        periods.append(CountedPeriod(max(start, insured_from), end - DAY, whole=start >= insured_from))
        end = start
    return periods


@dataclass(frozen=True, slots=True)
class WageLine:
    """What the employer writes for one period: days on which the wage is based, hours, wage in yen."""

    basis_days: int
    hours: int
    wage_yen: int


def wage_months(employment: Employment, separated_on: date, lines: Sequence[WageLine]) -> list[WageMonth]:
    """Return the months of the certificate, newest first.

    Raises:
        SeparationImplausible: ``no-wages``, ``too-many-months``, ``days``, ``before-start``.
    """
    lost_on = separated_on + DAY
    if separated_on < employment.insured_from:
        raise SeparationImplausible(rule="before-start")
    periods = months_back(lost_on, employment.insured_from)
    if not lines:
        raise SeparationImplausible(rule="no-wages")
    if len(lines) > len(periods):
        raise SeparationImplausible(rule="too-many-months")
    months = []
    for ordinal, (period, line) in enumerate(zip(periods, lines, strict=False), start=1):
        if line.basis_days > (period.last_day - period.first_day).days + 1:
            raise SeparationImplausible(rule="days")
        months.append(
            WageMonth(
                reference=employment.reference,
                separated_on=separated_on,
                ordinal=ordinal,
                first_day=period.first_day,
                last_day=period.last_day,
                whole=period.whole,
                basis_days=line.basis_days,
                hours=line.hours,
                wage_yen=line.wage_yen,
            )
        )
    return months


def insured_half_months(months: Sequence[WageMonth], since: date) -> int:
    """Return the insured period in half months, of periods that begin on `since` or later."""
    return sum(month.counts() for month in months if month.first_day >= since)


def insured_years(employments: Sequence[Employment], separated_on: date, since: date | None) -> int:
    """Return whole years of insurance (算定基礎期間, 雇用保険法22条3項).

    Employments join while no more than a year lies between them, and none before `since`, the last separation on which
    benefit was drawn, counts.
    """
    months = days = joined = 0
    later_start: date | None = None
    for one in sorted(employments, key=lambda each: each.insured_from, reverse=True):
        end = one.lost_on or separated_on + DAY
        if since is not None and end <= since + DAY:
            break
        if later_start is not None and later_start > birthday_in(end, end.year + 1):
            break
        whole, rest = _length(one.insured_from, end)
        months, days, later_start = months + whole, days + rest, one.insured_from
        joined += 1
    # Only parts of several employments make a month of thirty days; one employment has its calendar months.
    return (months + (days // 30 if joined > 1 else 0)) // 12


def _length(first: date, end: date) -> tuple[int, int]:
    """Return whole months and the days that are left between two days, the second not included."""
    months = (end.year - first.year) * 12 + end.month - first.month
    if months_after(end, -months) < first:
        months -= 1
    return months, (months_after(end, -months) - first).days
