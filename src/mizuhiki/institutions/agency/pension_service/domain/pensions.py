"""Pensions awarded: stops, payments and what is told of them (国民年金法18条, 36条の3, 73条; R-249, R-250)."""

from __future__ import annotations

import dataclasses
import enum
import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mizuhiki.institutions.agency.pension_service.domain.errors import NoPensionDue
from mizuhiki.institutions.agency.pension_service.domain.months import YEAR, month_of, months_from, plus_months
from mizuhiki.intake.persons import Told, with_absences
from mizuhiki.vocabulary.dates import birthday_in
from mizuhiki.vocabulary.layouts import AbsenceReason, Scalar

TOLD = "pension-benefit"
NUMBER_DIGITS = 8
PAY_DAY = 15
LAPSES_AFTER = 5
FRIDAY = 4


class PensionKind(enum.StrEnum):
    """Kinds of pensions; the words of the layout ``pension-benefit``."""

    OLD_AGE_BASIC = "old-age-basic"
    OLD_AGE_EMPLOYEES = "old-age-employees"
    DISABILITY_BASIC = "disability-basic"


class Stop(enum.StrEnum):
    """How much of a pension is not paid: the whole, half (36条の3), or held back until the person answers (73条)."""

    NONE = ""
    HALF = "half"
    WHOLE = "whole"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class PensionStop:
    """A stop decided for the months from `since` to `until`, without an end when that is None.

    A later decision holds in its own months and leaves earlier ones as they were; ``NONE`` is such a decision too.
    Held back without an end is a pension until its holder answers that they live: that stands beside what was decided
    of incomes, and was never there once it is lifted.
    """

    stop: Stop
    since: date
    until: date | None = None
    lifted_on: date | None = None

    @property
    def until_answered(self) -> bool:
        """Say whether the holder's answer lifts it (73条)."""
        return self.stop is Stop.WITHHELD and self.until is None

    def covers(self, month: date) -> bool:
        """Say whether it holds in a month."""
        if self.lifted_on is not None or month < month_of(self.since):
            return False
        return self.until is None or month <= month_of(self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pension:
    """One pension under its own number. `annual_yen` is without `addition_yen`; `ended_on` the last day of the right.

    `first_month` is the first that is paid, see `first_payable`.

    `income_limited` are disability pensions from before 20. `stops` stand in the order they were decided in.
    """

    pension: str
    reference: str
    kind: PensionKind
    case_token: str
    grade: str
    entitled_on: date
    first_month: date
    annual_yen: int
    addition_yen: int
    revised_on: date
    income_limited: bool = False
    stops: tuple[PensionStop, ...] = ()
    confirmed_on: date | None = None
    ended_on: date | None = None

    @property
    def whole_yen(self) -> int:
        """Return what a year comes to with additions."""
        return self.annual_yen + self.addition_yen

    def stands(self, day: date) -> bool:
        """Say whether the right stands on a day."""
        return self.entitled_on <= day and (self.ended_on is None or day <= self.ended_on)

    def stop_in(self, month: date) -> Stop:
        """Return how much is not paid for a month: what is held back, else what was decided last."""
        held = [one for one in self.stops if one.covers(month)]
        if any(one.until_answered for one in held):
            return Stop.WITHHELD
        return held[-1].stop if held else Stop.NONE

    def stopped(self, stop: Stop, since: date, until: date | None) -> Pension:
        """Return the pension with one more stop, the earlier ones kept."""
        return dataclasses.replace(self, stops=(*self.stops, PensionStop(stop, since, until)))

    def confirmed(self, day: date) -> Pension:
        """Return the pension of a holder who lives; what was held back until they answered is payable again (73条)."""
        stops = tuple(
            dataclasses.replace(one, lifted_on=day) if one.until_answered and one.lifted_on is None else one
            for one in self.stops
        )
        return dataclasses.replace(self, confirmed_on=day, stops=stops)

    def turns(self) -> frozenset[date]:
        """Return the days on which what is told of the pension changes though nobody changes the record."""
        days = set[date]()
        if self.ended_on is not None:
            days.add(self.ended_on + timedelta(days=1))
        for one in self.stops:
            days.add(month_of(one.since))
            if one.until is not None:
                days.add(plus_months(month_of(one.until), 1))
        return frozenset(days)

    def yen_of(self, months: Sequence[date]) -> int:
        """Return what some months come to, fractions of a yen of each kind of month cut off (18条の2)."""
        full = sum(self.stop_in(month) is Stop.NONE for month in months)
        half = sum(self.stop_in(month) is Stop.HALF for month in months)
        return self.whole_yen * full // YEAR + self.whole_yen // 2 * half // YEAR


@dataclass(frozen=True, slots=True)
class PensionPayment:
    """A payment for the months from the first to the last."""

    pension: str
    first_month: date
    last_month: date
    amount_yen: int
    pay_on: date


def pay_day(month: date) -> date:
    """Return the day of payment in a month: the fifteenth, on weekends the Friday before."""
    day = month.replace(day=PAY_DAY)
    return day - timedelta(days=max(0, day.weekday() - FRIDAY))


def due_day(month: date) -> date:
    """Return the day on which a month is paid in its turn: in the even month after it (18条3項)."""
    return pay_day(plus_months(month, 1 if month.month % 2 else 2))


def first_payable(entitled_on: date, claimed_on: date) -> date:
    """Return the first month paid: the one after the right arose, of the last five years (18条1項, 102条)."""
    month = plus_months(month_of(entitled_on), 1)
    oldest = birthday_in(claimed_on, claimed_on.year - LAPSES_AFTER)
    while due_day(month) < oldest:
        month = plus_months(month, 1)
    return month


def next_pay_day(day: date) -> date:
    """Return the first day of payment from `day` on; pensions are paid in even months (18条3項)."""
    month = month_of(day)
    while month.month % 2 or pay_day(month) < day:
        month = plus_months(month, 1)
    return pay_day(month)


def next_payment(pension: Pension, paid: Iterable[PensionPayment], day: date) -> PensionPayment:
    """Return the payment of the next day of payment: every month before it that is not paid yet, in their order.

    A month that is held back is not paid past: it and those after it wait until it is payable or decided (73条).

    Raises:
        NoPensionDue: no month is left until then, or nothing is payable for those that are.
    """
    pay_on = next_pay_day(day)
    last_paid = max((one.last_month for one in paid), default=None)
    first = pension.first_month if last_paid is None else plus_months(last_paid, 1)
    last = plus_months(month_of(pay_on), -1)
    if pension.ended_on is not None:
        last = min(last, month_of(pension.ended_on))
    months = tuple(
        itertools.takewhile(lambda month: pension.stop_in(month) is not Stop.WITHHELD, months_from(first, last))
    )
    amount = pension.yen_of(months)
    if not amount:
        raise NoPensionDue(pay_on=pay_on.isoformat())
    return PensionPayment(pension.pension, first, months[-1], amount, pay_on)


def told_pensions(pensions: Sequence[Pension], payments: Sequence[PensionPayment], day: date) -> Told:
    """Return what is told of a person's pensions: the greatest by kind and grade, amounts of all together.

    Whoever receives none is told as such, so that an office needs no paper to believe it.
    """
    standing = [one for one in pensions if one.stands(day)]
    shown = max(standing or pensions, key=lambda one: (one.whole_yen, one.pension), default=None)
    if shown is None:
        return Told(TOLD, day, with_absences({"receiving": False, **dict.fromkeys(_ITEMS)}, {}))
    last = max(payments, key=lambda one: one.pay_on, default=None)
    on_last = [one.amount_yen for one in payments if last is not None and one.pay_on == last.pay_on]
    whole = all(one.stop_in(month_of(day)) in {Stop.WHOLE, Stop.WITHHELD} for one in standing)
    values: dict[str, Scalar] = {
        "receiving": bool(standing),
        "pension_type": shown.kind.value,
        "disability_grade": shown.grade or None,
        "annual_yen": sum(one.whole_yen for one in standing),
        "amount_revised_on": shown.revised_on.isoformat(),
        "entitled_from": shown.entitled_on.isoformat(),
        "entitled_until": shown.ended_on.isoformat() if shown.ended_on else None,
        "suspended": bool(standing) and whole,
        "last_paid_on": None if last is None else last.pay_on.isoformat(),
        "last_paid_yen": None if last is None else sum(on_last),
    }
    reasons = dict.fromkeys(("entitled_until", "last_paid_on", "last_paid_yen"), AbsenceReason.NOT_YET_DETERMINED)
    return Told(TOLD, min(one.entitled_on for one in pensions), with_absences(values, reasons))


_ITEMS = (
    "pension_type",
    "disability_grade",
    "annual_yen",
    "amount_revised_on",
    "entitled_from",
    "entitled_until",
    "suspended",
    "last_paid_on",
    "last_paid_yen",
)


def new_pension_number(below: Callable[[int], int]) -> str:
    """Return a pension's number of eight random digits as ``1234-5678``; it tells neither person nor order."""
    digits = f"{below(10**NUMBER_DIGITS):0{NUMBER_DIGITS}d}"
    return f"{digits[:4]}-{digits[4:]}"
