"""Conditions, days and amounts of the basic allowance, as dated rows (雇用保険法13条, 16条 to 23条, 33条, 37条の4).

Days by age, years and reason are those of articles 22 and 23; two cells rose on 2017-04-01 (平成29年法律14号).
Rates and limits change every August by notice (雇用保険法18条), and changed twice in between when errors of the monthly
labour survey were corrected; the table holds the notices in force from 2019-08-01 to 2021-07-31, and a day outside is
refused, never guessed. Sources: docs/figures.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from mizuhiki.institutions.agency.hello_work.domain.employments import Reason, WageMonth
from mizuhiki.institutions.agency.hello_work.domain.errors import AmountUnknown, NotQualified
from mizuhiki.vocabulary.dates import birthday_in, months_after

NORMAL_HALF_MONTHS, SHORT_HALF_MONTHS = 24, 12
ELDERLY_AGE = 65
WAITING_DAYS = 7
WAGE_MONTHS, WAGE_DAYS = 6, 180
RAISED_ON = date(2017, 4, 1)
SHORTER_RESTRICTION_FROM = date(2020, 10, 1)
CITATION = "雇用保険法13条, 14条, 22条, 23条"

_YEARS = (1, 5, 10, 20)
_AGES = (30, 35, 45, 60)
_GENERAL = (0, 90, 90, 120, 150)
"""Ordinary leavers by years (<1, 1-5, 5-10, 10-20, 20 and more): 22条1項."""
_SPECIFIC = (
    (90, 90, 120, 180, 180),
    (90, 120, 180, 210, 240),
    (90, 150, 180, 240, 270),
    (90, 180, 240, 270, 330),
    (90, 150, 180, 210, 240),
)
"""Those whose employment ended at the employer's initiative, by age (<30, 30-35, 35-45, 45-60, 60-65): 23条1項."""
_SPECIFIC_BEFORE = {1: 90, 2: 90}
"""Cells of 1 to 5 years that were lower before 2017-04-01, by row of `_SPECIFIC`."""
_HARD_TO_EMPLOY = ((150, 300), (150, 360))
"""Persons with disabilities and others hard to employ, by age (<45, 45-65) and years (<1, more): 22条2項."""
_ELDERLY = (30, 50)
"""Lump sum from 65 on, by years (<1, more): 37条の4."""


def short_period_suffices(reason: Reason) -> bool:
    """Say whether six months within a year qualify (特定受給資格者, 特定理由離職者): 13条2項."""
    return reason is not Reason.OWN


def window_start(separated_on: date, *, short: bool) -> date:
    """Return the first day of the period that is looked at (算定対象期間): two years or one."""
    lost_on = separated_on + timedelta(days=1)
    return birthday_in(lost_on, lost_on.year - (1 if short else 2))


def require_insured_period(half_months: int, half_months_short: int, reason: Reason, age: int) -> None:
    """Check the insured period (13条; 37条の3 from 65 on).

    Raises:
        NotQualified: ``insured-period`` or ``insured-period-short``.
    """
    short_ok = (short_period_suffices(reason) or age >= ELDERLY_AGE) and half_months_short >= SHORT_HALF_MONTHS
    if half_months >= NORMAL_HALF_MONTHS or short_ok:
        return
    raise NotQualified(rule="insured-period-short" if short_period_suffices(reason) else "insured-period")


def _row(value: int, limits: tuple[int, ...]) -> int:
    return sum(value >= limit for limit in limits)


def prescribed_days(separated_on: date, age: int, years: int, reason: Reason, *, hard_to_employ: bool) -> int:
    """Return the days of benefit (所定給付日数) by the rules in force on the last day of work."""
    if age >= ELDERLY_AGE:
        return _ELDERLY[years >= 1]
    if hard_to_employ:
        return _HARD_TO_EMPLOY[age >= 45][years >= 1]  # noqa: PLR2004 - 22条2項
    column = _row(years, _YEARS)
    if reason in {Reason.EMPLOYER, Reason.END_OF_CONTRACT}:
        row = _row(age, _AGES)
        if column == 1 and separated_on < RAISED_ON:
            return _SPECIFIC_BEFORE.get(row, _SPECIFIC[row][column])
        return _SPECIFIC[row][column]
    # 特定理由離職者 by a legitimate own decision qualify on six months, and then for the shortest prescribed days.
    return _GENERAL[column] or _GENERAL[1]


@dataclass(frozen=True, slots=True)
class AmountNotice:
    """The amounts of one year: daily wages in yen, by age; the first day counts, `until` is the last."""

    since: date
    until: date
    lowest_wage: int
    full_rate_below: int
    half_rate_above: int
    half_rate_above_60: int
    highest_wages: tuple[int, int, int, int]
    citation: str

    def highest_wage(self, age: int) -> int:
        """Return the ceiling of the daily wage for an age: under 30 (and from 65), 30-45, 45-60, 60-65."""
        if age >= ELDERLY_AGE:
            return self.highest_wages[0]
        return self.highest_wages[_row(age, (30, 45, 60))]


NOTICES = (
    AmountNotice(
        date(2019, 8, 1),
        date(2020, 2, 29),
        2_500,
        5_010,
        12_330,
        11_090,
        (13_630, 15_140, 16_670, 15_890),
        "雇用保険法18条: 基本手当日額等の告示 (2019-08-01)",
    ),
    AmountNotice(
        date(2020, 3, 1),
        date(2020, 7, 31),
        2_500,
        5_010,
        12_330,
        11_090,
        (13_630, 15_140, 16_660, 15_890),
        "雇用保険法18条: 基本手当日額等の告示 (2020-03-01: 毎月勤労統計の訂正)",
    ),
    AmountNotice(
        date(2020, 8, 1),
        date(2021, 1, 31),
        2_574,
        5_030,
        12_390,
        11_140,
        (13_700, 15_210, 16_740, 15_970),
        "雇用保険法18条: 基本手当日額等の告示 (2020-08-01)",
    ),
    AmountNotice(
        date(2021, 2, 1),
        date(2021, 7, 31),
        2_574,
        5_030,
        12_390,
        11_140,
        (13_690, 15_210, 16_740, 15_970),
        "雇用保険法18条: 基本手当日額等の告示 (2021-02-01: 毎月勤労統計の訂正)",
    ),
)


def notice_on(day: date) -> AmountNotice:
    """Return the notice in force on a day.

    Raises:
        AmountUnknown: no notice in the table covers it.
    """
    found = next((one for one in NOTICES if one.since <= day <= one.until), None)
    if found is None:
        raise AmountUnknown(day=day.isoformat())
    return found


def daily_wage(months: list[WageMonth]) -> int:
    """Return the daily wage: wages of the last six months that count, by 180 (17条1項), yen rounded down.

    Raises:
        NotQualified: ``six-months``: there are fewer.
    """
    counting = [month for month in months if month.counts() == 2][:WAGE_MONTHS]  # noqa: PLR2004 - a whole month
    if len(counting) < WAGE_MONTHS:
        raise NotQualified(rule="six-months")
    return sum(month.wage_yen for month in counting) // WAGE_DAYS


def daily_amount(wage: int, age: int, separated_on: date) -> int:
    """Return the daily basic allowance in yen, rounded down (16条; the formula between the rates is the notice's).

    Raises:
        AmountUnknown: no notice covers the last day of work.
    """
    notice = notice_on(separated_on)
    used = Fraction(min(max(wage, notice.lowest_wage), notice.highest_wage(age)))
    if used < notice.full_rate_below:
        return int(used * Fraction(8, 10))
    older = 60 <= age < ELDERLY_AGE  # noqa: PLR2004 - 16条2項
    above = notice.half_rate_above_60 if older else notice.half_rate_above
    lowest_rate = Fraction(45, 100) if older else Fraction(1, 2)
    if used > above:
        return int(used * lowest_rate)
    fall = (Fraction(8, 10) - lowest_rate) * (used - notice.full_rate_below) / (above - notice.full_rate_below)
    sliding = used * (Fraction(8, 10) - fall)
    if older:
        return int(min(sliding, used * Fraction(5, 100) + above * Fraction(4, 10)))
    return int(sliding)


def benefit_until(separated_on: date, days: int) -> date:
    """Return the last day of the benefit period: a year, longer where the days are many (20条1項)."""
    year_end = birthday_in(separated_on, separated_on.year + 1)
    longer = {330: 30, 360: 60}.get(days, 0)
    return year_end + timedelta(days=longer)


def waiting_until(applied_on: date) -> date:
    """Return the last day of the waiting period of seven days (21条)."""
    return applied_on + timedelta(days=WAITING_DAYS - 1)


def restricted_until(separated_on: date, applied_on: date, reason: Reason) -> date | None:
    """Return the last day of the restriction of benefit of those who left by their own decision (33条1項).

    Three months; two for separations from 2020-10-01 (令和2年職発0824第2号).
    """
    if reason is not Reason.OWN:
        return None
    months = 2 if separated_on >= SHORTER_RESTRICTION_FROM else 3
    return months_after(waiting_until(applied_on), months)
