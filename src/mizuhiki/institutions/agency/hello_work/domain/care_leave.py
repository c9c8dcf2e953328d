"""Care leave benefit (介護休業給付金): dated rules on the claim, our own records and the resident record (R-243).

Sources: 雇用保険法61条の6 (from 2020-04-01 61条の4, 令和2年法律14号), 附則12条 (67 % from 2016-08-01); three
leaves and 93 days for one member of the family from 2017-01-01 (平成28年法律17号); 施行規則101条の16 to 101条の19.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from mizuhiki.casework.domain import Case, Finding, Findings, Payment, Proposal, Reason, Role, Source
from mizuhiki.institutions.agency.hello_work.domain.benefit_rules import WAGE_DAYS, notice_on
from mizuhiki.institutions.agency.hello_work.domain.errors import CareLeaveImplausible, CareLeaveNotCoded
from mizuhiki.vocabulary.dates import month_after, month_end
from mizuhiki.vocabulary.layouts import Scalar
from mizuhiki.vocabulary.persons import Relationship

CODED_FROM = date(2017, 1, 1)
RENUMBERED = date(2020, 4, 1)
MOST_DAYS, MOST_TIMES = 93, 3
LEAST_MONTHS = 12
UNIT_DAYS, MOST_WORKED_DAYS = 30, 10
RATE, WHOLE = Fraction(67, 100), Fraction(80, 100)
CEILING_AGE = 45
"""The ceiling of the daily wage is that of ages 45 to 60 for everybody (雇用保険法61条の6第4項, 17条4項2号ハ)."""
PAY_AFTER = timedelta(days=7)


class Kin(enum.StrEnum):
    """Members of the family who count (育児・介護休業法2条4号; 施行規則101条の17)."""

    SPOUSE = "spouse"
    PARENT = "parent"
    CHILD = "child"
    PARENT_OF_SPOUSE = "parent-of-spouse"
    GRANDPARENT = "grandparent"
    SIBLING = "sibling"
    GRANDCHILD = "grandchild"


_CODES = {
    Kin.SPOUSE: {Relationship.HUSBAND, Relationship.WIFE},
    Kin.CHILD: {Relationship.CHILD},
    Kin.PARENT: {Relationship.FATHER, Relationship.MOTHER},
}
"""Codes of the resident record that say the same as the claim when the claimant is head of the household."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CareLeaveForm:
    """What a claim says: of whom, when, and what the employer attests of wages in yen and of work."""

    kin: Kin
    leave_from: date
    leave_until: date
    six_months_wage_yen: int
    months_worked: int
    days_worked: int = 0
    wage_paid_yen: int = 0

    @property
    def days(self) -> int:
        """Days of the leave."""
        return (self.leave_until - self.leave_from).days + 1

    def require_plausible(self, received_on: date) -> None:
        """Check the claim on its own.

        Raises:
            CareLeaveImplausible: naming ``leave_until``, ``received_on``, ``six_months_wage_yen`` or ``days_worked``.
        """
        conditions = (
            ("leave_until", self.leave_until >= self.leave_from),
            ("received_on", self.leave_until < received_on <= claim_until(self.leave_until)),
            ("six_months_wage_yen", self.six_months_wage_yen > 0),
            ("days_worked", 0 <= self.days_worked <= self.days and self.wage_paid_yen >= 0),
        )
        for item, kept in conditions:
            if not kept:
                raise CareLeaveImplausible(item=item)

    def stated(self) -> dict[str, Scalar]:
        """Return the statements of a claim."""
        return {
            "kin": self.kin.value,
            "leave_from": self.leave_from.isoformat(),
            "leave_until": self.leave_until.isoformat(),
            "six_months_wage_yen": self.six_months_wage_yen,
            "months_worked": self.months_worked,
            "days_worked": self.days_worked,
            "wage_paid_yen": self.wage_paid_yen,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class CareLeave:
    """A leave that was paid for, of one insured person for one member of the family."""

    reference: str
    family_member: str
    case_token: str
    leave_from: date
    leave_until: date
    days: int
    paid_yen: int


def form_of(stated: Mapping[str, Scalar]) -> CareLeaveForm:
    """Return the form that a claim states."""
    return CareLeaveForm(
        kin=Kin(str(stated["kin"])),
        leave_from=date.fromisoformat(str(stated["leave_from"])),
        leave_until=date.fromisoformat(str(stated["leave_until"])),
        six_months_wage_yen=int(stated["six_months_wage_yen"] or 0),
        months_worked=int(stated["months_worked"] or 0),
        days_worked=int(stated["days_worked"] or 0),
        wage_paid_yen=int(stated["wage_paid_yen"] or 0),
    )


def claim_until(leave_until: date) -> date:
    """Return the last day to claim: the end of the second month after the month in which the leave ended."""
    return month_end(month_after(leave_until, 2))


def benefit_yen(form: CareLeaveForm, days: int) -> int:
    """Return the benefit for so many days: 67 % of the daily wage, less what wages exceed 80 % with it.

    Raises:
        AmountUnknown: no published amount covers the first day of the leave.
    """
    notice = notice_on(form.leave_from)
    wage = min(max(form.six_months_wage_yen // WAGE_DAYS, notice.lowest_wage), notice.highest_wage(CEILING_AGE))
    benefit = int(wage * days * RATE)
    return max(min(benefit, int(wage * days * WHOLE) - form.wage_paid_yen), 0)


def decide(case: Case, findings: Findings) -> Proposal:
    """Return what the rules say; the statements carry what our own records know (see `operations.settle`).

    Raises:
        CareLeaveNotCoded: the leave began before 2017.
        AmountUnknown: no published amount covers its first day.
    """
    form = form_of(case.stated)
    if form.leave_from < CODED_FROM:
        raise CareLeaveNotCoded(day=form.leave_from.isoformat())
    act = "雇用保険法61条の4" if form.leave_from >= RENUMBERED else "雇用保険法61条の6"
    obstacle = _obstacle(form, case, findings, act)
    if obstacle is not None:
        return Proposal(granted=False, outcome="refused", terms={}, reasons=(obstacle,))
    left = MOST_DAYS - int(case.stated["care_days_before"] or 0)
    days = min(form.days, left)
    amount = benefit_yen(form, days)
    if amount == 0:
        reason = Reason("wages-reach-eighty-percent", act, {"wage_paid_yen": form.wage_paid_yen})
        return Proposal(granted=False, outcome="refused", terms={}, reasons=(reason,))
    terms: dict[str, Scalar] = {"days": days, "amount_yen": amount, "from": form.leave_from.isoformat()}
    return Proposal(
        granted=True, outcome="care-leave", terms=terms, reasons=(Reason("care-leave-paid", act, {"days": days}),)
    )


def _obstacle(form: CareLeaveForm, case: Case, findings: Findings, act: str) -> Reason | None:
    known, stated = case.stated, form.kin.value
    times, days = int(known["care_times_before"] or 0), int(known["care_days_before"] or 0)
    family = findings.one(Role.HOUSEHOLD, "resident-record")
    applicant = findings.one(Role.APPLICANT, "resident-record")
    conditions: tuple[tuple[str, bool, dict[str, Scalar]], ...] = (
        ("not-insured-at-start", not known["insured_at_start"], {"leave_from": form.leave_from.isoformat()}),
        ("months-worked-too-few", form.months_worked < LEAST_MONTHS, {"months": form.months_worked}),
        ("leaves-used-up", times >= MOST_TIMES or days >= MOST_DAYS, {"times": times, "days": days}),
        ("worked-too-much", form.days_worked > MOST_WORKED_DAYS * -(-form.days // UNIT_DAYS), {}),
        ("family-member-not-resident", not _lived(family, form.leave_from), {}),
        ("kin-differs-from-record", not _kin_agrees(form.kin, applicant, family), {"stated": stated}),
    )
    return next((Reason(rule, act, values) for rule, met, values in conditions if met), None)


def _lived(finding: Finding, day: date) -> bool:
    """Say whether the member of the family was a resident when the leave began."""
    if finding.source is Source.NO_DATA:
        return False
    until = finding.items.get("resident_until")
    return finding.items.get("resident") is True or (isinstance(until, str) and date.fromisoformat(until) >= day)


def _kin_agrees(kin: Kin, applicant: Finding, family: Finding) -> bool:
    """Compare with the record where it can speak: the claimant is head, and the other's code is one of close kin."""
    code = family.items.get("relationship")
    known = {one for codes in _CODES.values() for one in codes}
    if applicant.items.get("household_head") is not True or code not in known:
        return True
    return code in _CODES.get(kin, set())


def care_leave_of(case: Case) -> CareLeave | None:
    """Return the leave that a decided case pays for; nothing for a refusal."""
    proposal, form = case.proposal, form_of(case.stated)
    if proposal is None or not proposal.granted:
        return None
    family = next(one for one in case.subjects if one.role is Role.HOUSEHOLD)
    return CareLeave(
        reference=case.applicant.person,
        family_member=family.person,
        case_token=case.case,
        leave_from=form.leave_from,
        leave_until=form.leave_until,
        days=int(proposal.terms["days"] or 0),
        paid_yen=int(proposal.terms["amount_yen"] or 0),
    )


def next_payment(case: Case, day: date) -> Payment | None:
    """Return the one payment, a week after it is ordered; None once it was."""
    if case.payments or case.proposal is None:
        return None
    amount = int(case.proposal.terms["amount_yen"] or 0)
    return Payment(f"{case.case}-care-leave", amount, day + PAY_AFTER, "care-leave")


def insured_on(periods: list[tuple[date, date | None]], day: date) -> bool:
    """Say whether one of the insured employments (first day, day of loss) covers a day."""
    return any(since <= day and (lost is None or day < lost) for since, lost in periods)
