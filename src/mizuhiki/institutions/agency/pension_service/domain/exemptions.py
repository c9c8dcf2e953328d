"""Relief from premiums on application: full, three quarters, half, a quarter, deferment (R-247).

Sources: 国民年金法90条, 90条の2; 平成26年法律64号附則14条 (deferment under 50, from 2016-07-01 to 2030-06-30);
国民年金法施行規則77条の7 (loss of work); pages of the Japan Pension Service (order of examination, months of a loss
of work, two years back). Incomes count of applicant, spouse and head of the household; for deferment of applicant and
spouse.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from mizuhiki.casework.domain import Case, Finding, Findings, Proposal, Reason, Role
from mizuhiki.institutions.agency.pension_service.domain.errors import (
    HeadNotNamed,
    PensionClaimImplausible,
    RuleNotCoded,
)
from mizuhiki.institutions.agency.pension_service.domain.incomes import Income, income_of, relief_limits
from mizuhiki.institutions.agency.pension_service.domain.months import (
    month_of,
    months_from,
    plus_months,
    reached,
    read_months,
    written,
)
from mizuhiki.institutions.agency.pension_service.domain.premiums import Relief
from mizuhiki.institutions.agency.pension_service.domain.proposals import granted, refused
from mizuhiki.vocabulary.layouts import Scalar

ACT = {
    Relief.FULL: "国民年金法90条1項",
    Relief.THREE_QUARTERS: "国民年金法90条の2第1項",
    Relief.HALF: "国民年金法90条の2第2項",
    Relief.QUARTER: "国民年金法90条の2第3項",
    Relief.DEFERRED: "平成26年法律64号附則14条",
}
LOSS_OF_WORK = "国民年金法90条1項5号; 施行規則77条の7"
JULY = 7
MONTHS_BACK = 25
"""Two years and a month: the premium of a month is due at the end of the next and lapses two years later (102条)."""
DEFERMENT_FROM, DEFERMENT_UNTIL = date(2016, 7, 1), date(2030, 6, 1)
DEFERMENT_AGE = 50
ORDER = (Relief.FULL, Relief.DEFERRED, Relief.THREE_QUARTERS, Relief.HALF, Relief.QUARTER)
"""Order of examination where the applicant states no other wish."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExemptionForm:
    """What an application says beyond the people; the year runs from July of `year` to June after."""

    year: int
    lost_work: bool = False
    deferment: bool = True
    partial: bool = True

    def require_plausible(self, received_on: date) -> None:
        """Check the application on its own.

        Raises:
            PensionClaimImplausible: a year that ended more than two years and a month ago, or has not begun.
        """
        first, last = year_of_relief(self.year)
        if first > month_of(received_on) or last < plus_months(month_of(received_on), -MONTHS_BACK):
            raise PensionClaimImplausible(item="year")

    def stated(self) -> dict[str, Scalar]:
        """Return the statements of a claim."""
        return {
            "year": self.year,
            "lost_work": self.lost_work,
            "deferment": self.deferment,
            "partial": self.partial,
        }

    def wished(self) -> tuple[Relief, ...]:
        """Return the kinds of relief asked for, in the order of examination."""
        partial = {Relief.THREE_QUARTERS, Relief.HALF, Relief.QUARTER}
        return tuple(
            one
            for one in ORDER
            if (self.partial or one not in partial) and (self.deferment or one is not Relief.DEFERRED)
        )


def form_of(stated: Mapping[str, Scalar]) -> ExemptionForm:
    """Return the application that a claim states."""
    return ExemptionForm(
        year=int(stated["year"] or 0),
        lost_work=bool(stated["lost_work"]),
        deferment=bool(stated["deferment"]),
        partial=bool(stated["partial"]),
    )


def year_of_relief(year: int) -> tuple[date, date]:
    """Return the first and the last month of a year of relief."""
    return date(year, JULY, 1), date(year + 1, JULY - 1, 1)


def relief_year(day: date) -> int:
    """Return the year of relief a day lies in."""
    return day.year if day.month >= JULY else day.year - 1


@dataclass(frozen=True, slots=True)
class Payer:
    """Somebody whose income counts; `lost_on` is the day after leaving work, where a loss of work was confirmed."""

    role: Role
    income: Income | None
    lost_on: date | None = None

    def meets(self, relief: Relief, month: date) -> bool:
        """Say whether this person's circumstances allow relief for a month."""
        if self.lost_on is not None and lost_work_covers(self.lost_on, month):
            return True
        if self.income is None:
            return False
        limits = relief_limits(month, student=relief is Relief.STUDENT)
        if self.income.widow and self.income.yen <= limits.widow_yen:
            return True
        limit = limits.limit(relief, self.income.dependants, self.income.elderly)
        return self.income.counted(relief) <= limit


def lost_work_covers(lost_on: date, month: date) -> bool:
    """Say whether a loss of work counts in a month: from the month before it to June of the second year after."""
    return plus_months(month_of(lost_on), -1) <= month <= date(lost_on.year + 2, JULY - 1, 1)


def decide(case: Case, findings: Findings) -> Proposal:
    """Return which relief each month gets, the best that is met.

    Raises:
        HeadNotNamed: the applicant is not head of the household and nobody named is.
        RuleNotCoded: no rule of ours holds in the months asked for.
    """
    form = form_of(case.stated)
    payers = payers_of(findings)
    _require_head(findings)
    undeclared = [one for one in payers if one.income is None and one.lost_on is None]
    months = months_open(case, form)
    birth = date.fromisoformat(str(case.stated["birth"]))
    if not months:
        return refused("no-month-of-category-1", "国民年金法7条1項1号, 90条1項", year=form.year)
    if undeclared:
        return refused("income-not-declared", ACT[Relief.FULL], persons=len(undeclared))
    best = {month: _best(form.wished(), payers, month, birth) for month in months}
    relieved = {relief: [m for m, one in best.items() if one is relief] for relief in ORDER}
    terms: dict[str, Scalar] = {relief.value: written(these) for relief, these in relieved.items() if these}
    if not terms:
        return _above_limits(form, payers, months[0])
    reasons = [
        Reason("income-within-limit", ACT[relief], {"relief": relief.value, "months": len(these)})
        for relief, these in relieved.items()
        if these
    ]
    if any(one.lost_on is not None and lost_work_covers(one.lost_on, m) for one in payers for m in months):
        reasons.append(Reason("loss-of-work-confirmed", LOSS_OF_WORK))
    return granted(next(one.value for one in ORDER if relieved[one]), {**terms, "year": form.year}, tuple(reasons))


def payers_of(findings: Findings) -> list[Payer]:
    """Return everybody named, with income and a loss of work."""
    payers: list[Payer] = []
    for role in (Role.APPLICANT, Role.SPOUSE, Role.HOUSEHOLD):
        losses = {one.person: one for one in findings.of(role, "unemployment-benefit")}
        payers += [
            Payer(role, income_of(one.items), _lost_on(losses.get(one.person)))
            for one in findings.of(role, "local-tax")
        ]
    return payers


def _lost_on(finding: Finding | None) -> date | None:
    left = None if finding is None else finding.items.get("separation_date")
    return None if not isinstance(left, str) or not left else date.fromordinal(date.fromisoformat(left).toordinal() + 1)


def _require_head(findings: Findings) -> None:
    head = findings.one(Role.APPLICANT, "resident-record").items.get("household_head")
    others = [*findings.of(Role.SPOUSE, "local-tax"), *findings.of(Role.HOUSEHOLD, "local-tax")]
    if head is False and not others:
        raise HeadNotNamed


def months_open(case: Case, form: ExemptionForm) -> tuple[date, ...]:
    """Return the months of the year that are of category 1, not paid, and not lapsed."""
    first, last = year_of_relief(form.year)
    oldest = plus_months(month_of(case.received_on), -MONTHS_BACK)
    unpaid = set(read_months(case.stated.get("unpaid_months")))
    return tuple(month for month in months_from(max(first, oldest), last) if month in unpaid)


def _best(wished: Sequence[Relief], payers: Sequence[Payer], month: date, birth: date) -> Relief:
    for relief in wished:
        counted = payers
        if relief is Relief.DEFERRED:
            if not may_defer(birth, month):
                continue
            counted = [one for one in payers if one.role is not Role.HOUSEHOLD]
        if all(one.meets(relief, month) for one in counted):
            return relief
    return Relief.NONE


def may_defer(birth: date, month: date) -> bool:
    """Say whether a month may be deferred: in force, and before the month in which 50 is reached."""
    return DEFERMENT_FROM <= month <= DEFERMENT_UNTIL and month < month_of(reached(birth, DEFERMENT_AGE))


def _above_limits(form: ExemptionForm, payers: Sequence[Payer], month: date) -> Proposal:
    over = [one for one in payers if not any(one.meets(relief, month) for relief in form.wished())]
    if not over:
        return refused("no-relief-for-all", ACT[Relief.FULL], persons=len(payers))
    income = over[0].income
    if income is None:
        raise RuleNotCoded(rule="income-of-payer")
    citation = ACT[Relief.QUARTER if form.partial else Relief.FULL]
    return refused("income-above-limit", citation, role=over[0].role.value, income_yen=income.yen)
