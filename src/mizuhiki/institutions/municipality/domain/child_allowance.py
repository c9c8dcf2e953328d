"""Child allowance: who is entitled to how much from when (児童手当法3条-8条), by the law in force in each month.

Months are ``(year, month)``. Ages are counted as the law counts them: a year is full on the eve of the birthday.
Figures and their sources: docs/figures.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mizuhiki.institutions.municipality.domain.errors import LawNotCoded
from mizuhiki.vocabulary.dates import birthday_in

Month = tuple[int, int]

GRACE_DAYS = 15
"""A claim within 15 days of a birth or move counts as made in its month (児童手当法8条3項)."""
SOCIAL_INSURANCE_DEDUCTION_YEN = 80_000
"""Deducted from everybody's income (児童手当法施行令3条1項)."""
PAY_DAY = 10
"""Day of the payment month on which we pay; each municipality sets its own, this one is assumed."""
FURTHER_DEPENDENT_YEN = 380_000


@dataclass(frozen=True, slots=True)
class AllowanceLaw:
    """The amounts in force from `valid_from` to `valid_until` (months, both included); yen per child and month.

    `income_limits` are by number of dependents; each further one adds `FURTHER_DEPENDENT_YEN`. At or over the limit the
    special benefit is paid instead, at or over `upper_limits`, where there are such, nothing.
    """

    valid_from: Month
    valid_until: Month
    citation: str
    income_limits: tuple[int, ...]
    upper_limits: tuple[int, ...]
    under_three: int = 15_000
    elementary: int = 10_000
    elementary_third: int = 15_000
    junior_high: int = 10_000
    special_benefit: int = 5_000
    payment_months: tuple[int, ...] = (2, 6, 10)


_LIMITS = (6_220_000, 6_600_000, 6_980_000, 7_360_000, 7_740_000, 8_120_000)
LAWS = (
    AllowanceLaw((2012, 6), (2022, 5), "児童手当法5条, 6条, 附則2条 (2012-06)", _LIMITS, ()),
    AllowanceLaw(
        (2022, 6),
        (2024, 9),
        "児童手当法5条, 6条, 附則2条 (2022-06: 所得上限限度額)",
        _LIMITS,
        (8_580_000, 8_960_000, 9_340_000, 9_720_000, 10_100_000, 10_480_000),
    ),
)


@dataclass(frozen=True, slots=True)
class ChildClaimed:
    """A child of the claim; `resident` is its token."""

    resident: str
    birth_date: date


@dataclass(frozen=True, slots=True)
class ChildAmount:
    """What one child brings in the first payable month, and why in words."""

    resident: str
    monthly_yen: int
    rule: str


@dataclass(frozen=True, slots=True)
class Entitlement:
    """The result: the amount in the first payable month, the children, and each reason in words with its article."""

    monthly_yen: int
    payable_from: Month
    income_yen: int
    dependents: int
    limit_yen: int
    over_limit: bool
    children: tuple[ChildAmount, ...]
    reasons: tuple[str, ...]


def next_month(month: Month) -> Month:
    """Return the month after."""
    year, number = month
    return (year + 1, 1) if number == 12 else (year, number + 1)  # noqa: PLR2004 - December


def law_of(month: Month) -> AllowanceLaw:
    """Return the amounts in force in a month.

    Raises:
        LawNotCoded: they are not in the table.
    """
    for law in LAWS:
        if law.valid_from <= month <= law.valid_until:
            return law
    raise LawNotCoded(month=f"{month[0]}-{month[1]:02}")


def _reached(birth: date, age: int) -> date:
    """Return the day on which the law counts `age` as reached: the eve of the birthday."""
    return birthday_in(birth, birth.year + age) - timedelta(days=1)


def _school_year_end(day: date) -> date:
    """Return the first 31 March on or after `day`."""
    end = date(day.year, 3, 31)
    return end if day <= end else date(day.year + 1, 3, 31)


def _month(day: date) -> Month:
    return day.year, day.month


def last_month_under_three(birth: date) -> Month:
    """Return the last month in which a child counts as under three: that of the eve of the third birthday."""
    return _month(_reached(birth, 3))


def last_month_of_age(birth: date, age: int) -> Month:
    """Return the March of the school year in which a child reaches `age` (12: elementary, 15: junior high, 18)."""
    return _month(_school_year_end(_reached(birth, age)))


def first_payable_month(received: date, event: date | None) -> Month:
    """Return the month after the application, or after `event` (birth, move) if the claim came within 15 days of it."""
    start = received
    if event is not None and timedelta(0) <= received - event <= timedelta(days=GRACE_DAYS):
        start = event
    return next_month(_month(start))


def tax_year_for(month: Month) -> int:
    """Return the fiscal year whose local tax decides a month: the year's own from June, the one before until May.

    Its income is that of the calendar year before; it is taxed where the person lived on 1 January of that year.
    """
    year, number = month
    return year if number >= 6 else year - 1  # noqa: PLR2004 - the allowance year starts in June


def income_limit(limits: Sequence[int], dependents: int) -> int:
    """Return the limit for a number of dependents; each beyond the table adds the same amount."""
    last = len(limits) - 1
    return limits[min(dependents, last)] + max(dependents - last, 0) * FURTHER_DEPENDENT_YEN


def assessed_income(total_income_yen: int, deductions_yen: int) -> int:
    """Return the income that is compared with the limit (施行令2条, 3条)."""
    return max(total_income_yen - SOCIAL_INSURANCE_DEDUCTION_YEN - deductions_yen, 0)


def _amount(law: AllowanceLaw, child: ChildClaimed, rank: int, month: Month, *, special: bool) -> tuple[int, str]:
    if month > last_month_of_age(child.birth_date, 15) or month < _month(child.birth_date):
        return 0, "not of the age the allowance is paid for (法3条, 4条)"
    if special:
        return law.special_benefit, "income at or over the limit: special benefit (法附則2条)"
    if month <= last_month_under_three(child.birth_date):
        return law.under_three, "under three years (法6条1項)"
    if month <= last_month_of_age(child.birth_date, 12):
        if rank >= 3:  # noqa: PLR2004 - the third child
            return law.elementary_third, "third or later child, to the end of elementary school (法6条1項)"
        return law.elementary, "first or second child, to the end of elementary school (法6条1項)"
    return law.junior_high, "junior high school (法6条1項)"


def amounts_in(
    month: Month, children: Sequence[ChildClaimed], income_yen: int, dependents: int
) -> tuple[ChildAmount, ...]:
    """Return what each child brings in one month, oldest first.

    Ranks count the children to the March after their 18th year, older ones not.

    Raises:
        LawNotCoded: see `law_of`.
    """
    law = law_of(month)
    special = income_yen >= income_limit(law.income_limits, dependents)
    nothing = bool(law.upper_limits) and income_yen >= income_limit(law.upper_limits, dependents)
    counted = [
        child
        for child in sorted(children, key=lambda child: (child.birth_date, child.resident))
        if month <= last_month_of_age(child.birth_date, 18)
    ]
    amounts = []
    for rank, child in enumerate(counted, start=1):
        yen, rule = _amount(law, child, rank, month, special=special)
        if nothing:
            yen, rule = 0, "income at or over the upper limit: nothing is paid (法附則2条)"
        amounts.append(ChildAmount(child.resident, yen, rule))
    return tuple(amounts)


def assess(
    first: Month, children: Sequence[ChildClaimed], income_yen: int, dependents: int, sources: Sequence[str]
) -> Entitlement:
    """Return the entitlement from the first payable month on, with its reasons; `sources` say where figures are from.

    Raises:
        LawNotCoded: see `law_of`.
    """
    law = law_of(first)
    limit = income_limit(law.income_limits, dependents)
    amounts = amounts_in(first, children, income_yen, dependents)
    over = income_yen >= limit
    side = "at or over" if over else "below"
    reasons = (
        f"law in force: {law.citation}",
        f"payable from {first[0]}-{first[1]:02}: the month after the claim counts as made (法8条2項, 3項)",
        f"income {income_yen:,} yen is {side} the limit of {limit:,} yen for {dependents} dependents (法5条)",
        *sources,
        *(f"{amount.monthly_yen:,} yen: {amount.rule}" for amount in amounts),
    )
    return Entitlement(
        monthly_yen=sum(amount.monthly_yen for amount in amounts),
        payable_from=first,
        income_yen=income_yen,
        dependents=dependents,
        limit_yen=limit,
        over_limit=over,
        children=amounts,
        reasons=reasons,
    )


def payment_period(pay_month: Month) -> tuple[Month, ...]:
    """Return the four months paid for in February, June or October: those before it (法8条4項)."""
    year, number = pay_month
    back = [(year, number - step) if number > step else (year - 1, number - step + 12) for step in (4, 3, 2, 1)]
    return tuple(back)


def next_payment(first_unpaid: Month, today: date) -> tuple[date, tuple[Month, ...]]:
    """Return the next day of payment from `today` that has something to pay, and the months from `first_unpaid` to it.

    Raises:
        LawNotCoded: see `law_of`.
    """
    month = _month(today)
    while True:
        due = date(month[0], month[1], PAY_DAY)
        if month[1] in law_of(month).payment_months and due >= today:
            last = payment_period(month)[-1]
            if first_unpaid <= last:
                return due, _months(first_unpaid, last)
        month = next_month(month)


def _months(first: Month, last: Month) -> tuple[Month, ...]:
    found = [first]
    while found[-1] < last:
        found.append(next_month(found[-1]))
    return tuple(found)
