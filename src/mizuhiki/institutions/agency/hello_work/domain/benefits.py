"""Qualification for benefit and the certification of unemployment every four weeks (雇用保険法15条, 30条)."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mizuhiki.institutions.agency.hello_work.domain.benefit_rules import (
    ELDERLY_AGE,
    benefit_until,
    daily_amount,
    daily_wage,
    prescribed_days,
    require_insured_period,
    restricted_until,
    short_period_suffices,
    waiting_until,
    window_start,
)
from mizuhiki.institutions.agency.hello_work.domain.employments import (
    Employment,
    Separation,
    WageMonth,
    insured_half_months,
    insured_years,
)
from mizuhiki.institutions.agency.hello_work.domain.errors import CertificationRefused, NotQualified
from mizuhiki.vocabulary.dates import legal_age_on

CYCLE = timedelta(days=28)
ACTIVITIES, FIRST_ACTIVITIES = 2, 1
"""Job search activities that a certification needs; the first time attending the office's briefing is one of them."""


class State(enum.StrEnum):
    """Where a qualification stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"


class Outcome(enum.StrEnum):
    """What a certification came to."""

    CERTIFIED = "certified"
    NOT_CERTIFIED = "not-certified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Qualification:
    """A recipient's qualification (受給資格) with everything the recipient's certificate shows."""

    reference: str
    separated_on: date
    reason: str
    applied_on: date
    age: int
    years: int
    half_months: int
    hard_to_employ: bool
    prescribed_days: int
    daily_wage_yen: int
    daily_yen: int
    benefit_until: date
    waiting_until: date
    restricted_until: date | None
    next_certification: date
    paid_days: int
    state: State
    proposed_by: str
    decided_by: str

    @property
    def remaining_days(self) -> int:
        """Days of benefit that are left."""
        return self.prescribed_days - self.paid_days

    def recipient_on(self, day: date) -> bool:
        """Whether the person is a qualified recipient on a day."""
        return self.state is State.APPROVED and day <= self.benefit_until and self.remaining_days > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Certification:
    """One certification of unemployment: which days, what was declared, what was paid."""

    reference: str
    separated_on: date
    certified_on: date
    first_day: date
    last_day: date
    days_worked: int
    activities: int
    paid_days: int
    paid_yen: int
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What a recipient declares on the certification day (失業認定申告書)."""

    days_worked: int
    activities: int
    changed_reason: str = ""


def qualify(  # noqa: PLR0917 - the facts of one decision, each a record of its own
    separation: Separation,
    months: Sequence[WageMonth],
    employments: Sequence[Employment],
    earlier_benefit: date | None,
    birth_date: date,
    applied_on: date,
    *,
    hard_to_employ: bool,
    proposed_by: str,
) -> Qualification:
    """Return the qualification that follows from the separation slip.

    Raises:
        NotQualified: ``insured-period``, ``insured-period-short``, ``six-months``, ``too-late``, ``before-separation``.
        AmountUnknown: no published amount covers the last day of work.
    """
    last, reason = separation.separated_on, separation.reason
    if applied_on <= last:
        raise NotQualified(rule="before-separation")
    age = legal_age_on(birth_date, last)
    half_months = insured_half_months(months, window_start(last, short=False))
    half_months_short = insured_half_months(months, window_start(last, short=True))
    require_insured_period(half_months, half_months_short, reason, age)
    years = insured_years(employments, last, earlier_benefit)
    days = prescribed_days(last, age, years, reason, hard_to_employ=hard_to_employ)
    until = benefit_until(last, days)
    if applied_on > until:
        raise NotQualified(rule="too-late")
    wage = daily_wage(list(months))
    return Qualification(
        reference=separation.reference,
        separated_on=last,
        reason=reason.value,
        applied_on=applied_on,
        age=age,
        years=years,
        half_months=half_months_short
        if short_period_suffices(reason) and half_months < half_months_short
        else half_months,
        hard_to_employ=hard_to_employ,
        prescribed_days=days,
        daily_wage_yen=wage,
        daily_yen=daily_amount(wage, age, last),
        benefit_until=until,
        waiting_until=waiting_until(applied_on),
        restricted_until=None if age >= ELDERLY_AGE else restricted_until(last, applied_on, reason),
        next_certification=applied_on + CYCLE,
        paid_days=0,
        state=State.PROPOSED,
        proposed_by=proposed_by,
        decided_by="",
    )


def certify(qualification: Qualification, declared: Declaration, earlier: int, today: date) -> Certification:
    """Return what a certification comes to; `earlier` is how many there were before.

    Raises:
        CertificationRefused: ``not-approved``, ``not-the-day``, ``period-over``, ``no-days-left``, ``days-worked``.
    """
    if qualification.state is not State.APPROVED:
        raise CertificationRefused(rule="not-approved")
    if today != qualification.next_certification and not declared.changed_reason:
        raise CertificationRefused(rule="not-the-day")
    if qualification.remaining_days <= 0:
        raise CertificationRefused(rule="no-days-left")
    first = qualification.next_certification - CYCLE
    last = today - timedelta(days=1)
    if first > qualification.benefit_until or last < first:
        raise CertificationRefused(rule="period-over" if first > qualification.benefit_until else "not-the-day")
    begins = max(filter(None, (qualification.waiting_until, qualification.restricted_until))) + timedelta(days=1)
    payable = (min(last, qualification.benefit_until) - max(first, begins)).days + 1
    if declared.days_worked > (last - first).days + 1:
        raise CertificationRefused(rule="days-worked")
    needed = ACTIVITIES if earlier else FIRST_ACTIVITIES
    certified = declared.activities >= needed
    days = min(max(payable - declared.days_worked, 0), qualification.remaining_days) if certified else 0
    return Certification(
        reference=qualification.reference,
        separated_on=qualification.separated_on,
        certified_on=today,
        first_day=first,
        last_day=last,
        days_worked=declared.days_worked,
        activities=declared.activities,
        paid_days=days,
        paid_yen=days * qualification.daily_yen,
        outcome=Outcome.CERTIFIED if certified else Outcome.NOT_CERTIFIED,
    )
