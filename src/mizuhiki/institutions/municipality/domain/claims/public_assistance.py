"""Public assistance: whether a household lacks the minimum, and by how much (生活保護法; R-239).

Sources: 法4条 (what must be used first), 8条 (standard and degree), 11条 (kinds), 24条 (decision within 14 days, at
most 30), 28条, 29条 (investigation), 31条2項 (paid in advance, a month at most). The minimum cost stands in the
caseworker's record, since the tables of the notice are coded in part only (`livelihood_standard`). Of money at hand
half the minimum is left (保護の実施要領 第10); the first month counts by days. Both as published; not confirmed
against the source. Coded 2026-11 for claims from 2017-11-13 to 2024-05-26, while table 2 says what may be asked.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import msgspec

from mizuhiki.casework.domain import Case, Finding, Findings, Notice, Payment, Procedure, Proposal, Reason, Role
from mizuhiki.institutions.municipality.domain.claims import wants
from mizuhiki.institutions.municipality.domain.claims.assistance_changes import share_of
from mizuhiki.institutions.municipality.domain.claims.awards import Award
from mizuhiki.institutions.municipality.domain.claims.errors import (
    ClaimFormImplausible,
    ClaimRuleNotCoded,
    InvestigationMissing,
)
from mizuhiki.institutions.municipality.domain.claims.investigation import (
    IN_CASH,
    IN_KIND,
    Investigation,
    investigation_in,
)
from mizuhiki.institutions.municipality.domain.claims.reading import income_yen, runs
from mizuhiki.vocabulary.dates import month_after, month_end
from mizuhiki.vocabulary.layouts import Scalar

CODE = "public-assistance.application"
KIND = "public-assistance"
ACT = "生活保護法"
GUIDELINE = "生活保護法による保護の実施要領"
CODED_FROM, CODED_UNTIL = date(2017, 11, 13), date(2024, 5, 26)
DECIDE_WITHIN, DECIDE_AT_LATEST = timedelta(days=14), timedelta(days=30)
MONTHS = 12
BENEFIT_DAYS = 28
"""Unemployment benefit is paid for four weeks at a time (雇用保険法30条)."""
EVERYBODY = (Role.APPLICANT, Role.SPOUSE, Role.CHILD, Role.HOUSEHOLD)
GROWN = (Role.APPLICANT, Role.SPOUSE, Role.HOUSEHOLD)


class Cause(enum.StrEnum):
    """Why the household asks (申請書の「保護を受けたい理由」)."""

    LOSS_OF_WORK = "loss-of-work"
    ILLNESS = "illness"
    LOSS_OF_EARNER = "loss-of-earner"
    SAVINGS_USED_UP = "savings-used-up"
    LITTLE_INCOME = "little-income"
    OTHER = "other"


class AssistanceForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """What an application says beyond the people (24条1項): amounts a month, savings as a whole."""

    cause: Cause
    wages_yen: int = 0
    savings_yen: int = 0
    rent_yen: int = 0
    on_unemployment_benefit: bool = False
    on_child_rearing_allowance: bool = False
    on_special_allowance: bool = False
    on_pension: bool = False

    def require_plausible(self, _received_on: date) -> None:
        """Check the application on its own.

        Raises:
            ClaimFormImplausible: an amount below zero.
        """
        for item in ("wages_yen", "savings_yen", "rent_yen"):
            if getattr(self, item) < 0:
                raise ClaimFormImplausible(item=item)


@dataclass(frozen=True, slots=True)
class Income:
    """What the household has a month, by where it is known from."""

    wages: int
    supporters: int
    benefits: Mapping[str, int]

    @property
    def total(self) -> int:
        """Return all of it."""
        return self.wages + self.supporters + sum(self.benefits.values())


def has_welfare_office(place: str) -> bool:
    """Say whether a municipality of this name decides (19条1項, 社会福祉法14条): cities and wards; no town of ours."""
    return place.endswith(("市", "区"))


def decide_by(received_on: date) -> tuple[date, date]:
    """Return the day by which a decision is due, and the last one where there is a special reason (24条5項)."""
    return received_on + DECIDE_WITHIN, received_on + DECIDE_AT_LATEST


def monthly_income(found: Investigation, findings: Findings, day: date) -> Income:
    """Return the income that counts: wages less the deduction, support, and benefits as their holders told them."""
    pensions = _running(findings, "pension-benefit", day)
    benefits = {
        "pension-benefit": sum(int(one.items.get("annual_yen") or 0) for one in pensions) // MONTHS,
        "unemployment-benefit": sum(
            int(one.items.get("daily_basic_allowance_yen") or 0)
            * min(BENEFIT_DAYS, int(one.items.get("remaining_days") or 0))
            for role in GROWN
            for one in findings.of(role, "unemployment-benefit")
            if one.items.get("recipient") is True
        ),
    }
    for kind in ("child-rearing-allowance", "special-child-rearing-allowance"):
        benefits[kind] = sum(int(one.items.get("monthly_yen") or 0) for one in _running(findings, kind, day))
    return Income(found.wages_yen - found.deduction_yen, found.supporters_yen, benefits)


def _running(findings: Findings, kind: str, day: date) -> list[Finding]:
    return [
        one
        for role in GROWN
        for one in findings.of(role, kind)
        if runs(one, day, "entitled_until") and one.items.get("suspended") is not True
    ]


def aid_left(found: Investigation, income: int) -> dict[str, int]:
    """Return what is lacking of each kind of aid; income covers livelihood first, medical care last."""
    left: dict[str, int] = {}
    for item in (*IN_CASH, *IN_KIND):
        need = int(getattr(found, item))
        left[item] = max(0, need - income)
        income = max(0, income - need)
    return left


def money_at_hand(found: Investigation) -> int:
    """Return the part of savings that counts in the first month: what is beyond half the minimum in money."""
    return max(0, found.savings_yen - sum(int(getattr(found, item)) for item in IN_CASH) // 2)


def decide(case: Case, findings: Findings) -> Proposal:
    """Return what the rules say of an application.

    Raises:
        ClaimRuleNotCoded: no rule of ours holds on the day of receipt.
        InvestigationMissing: no visit was recorded.
    """
    day = case.received_on
    if not CODED_FROM <= day <= CODED_UNTIL:
        raise ClaimRuleNotCoded(procedure=CODE)
    found = investigation_in(case.stated)
    if found is None:
        raise InvestigationMissing
    obstacle = _obstacle(case, found)
    if obstacle is not None:
        return _refused(obstacle)
    income = monthly_income(found, findings, day)
    minimum = sum(int(getattr(found, item)) for item in (*IN_CASH, *IN_KIND))
    seen: dict[str, Scalar] = {
        "minimum_yen": minimum,
        "income_yen": income.total,
        "at_hand_yen": money_at_hand(found),
    }
    if income.total + money_at_hand(found) >= minimum:
        return _refused(Reason("income-suffices", f"{ACT}8条1項; {GUIDELINE}第10", seen))
    terms, left = _terms(case, found, income), aid_left(found, income.total)
    reasons = (
        Reason("below-minimum", f"{ACT}4条1項, 8条", seen),
        *(
            Reason(f"counted-{kind}", f"{ACT}8条1項, 29条", {"amount_yen": yen})
            for kind, yen in income.benefits.items()
            if yen
        ),
        *_last_year(findings),
        Reason("aid-lacking", f"{ACT}11条", {"cash_yen": sum(left[item] for item in IN_CASH)}),
    )
    return Proposal(granted=True, outcome="granted", terms=terms, reasons=reasons)


def _obstacle(case: Case, found: Investigation) -> Reason | None:
    if case.stated.get("resident_here") is not True and not found.urgent:
        return Reason("resides-elsewhere", f"{ACT}19条1項, 2項")
    if found.usable_assets:
        return Reason("assets-not-used", f"{ACT}4条1項")
    if found.unused_ability:
        return Reason("ability-not-used", f"{ACT}4条1項")
    return None


def _last_year(findings: Findings) -> tuple[Reason, ...]:
    """Return what municipal tax shows of last year, for the caseworker to compare; it decides nothing by itself."""
    incomes = [income_yen(one) for role in GROWN for one in findings.of(role, "local-tax")]
    known = [one for one in incomes if one is not None]
    if not known:
        return ()
    return (Reason("income-last-year", f"{ACT}29条", {"income_yen": sum(known)}),)


def _terms(case: Case, found: Investigation, income: Income) -> dict[str, Scalar]:
    """Return what is granted: each month, and in the first, of which only the days from the claim on count."""
    day = case.received_on
    monthly = sum(aid_left(found, income.total)[item] for item in IN_CASH)
    with_savings = sum(aid_left(found, income.total + money_at_hand(found))[item] for item in IN_CASH)
    days = month_end(day).day
    left = aid_left(found, income.total)
    return {
        "monthly_yen": monthly,
        "first_month_yen": with_savings * (days - day.day + 1) // days,
        "from": day.isoformat(),
        **{f"{item.removesuffix('_yen')}_aid": yen > 0 for item, yen in left.items()},
    }


def _refused(reason: Reason) -> Proposal:
    return Proposal(granted=False, outcome="refused", terms={}, reasons=(reason,))


def notice(case: Case) -> Notice:
    """Return the decision in words, with its reason (24条3項, 4項: 保護開始決定通知書, 保護申請却下通知書)."""
    proposal = case.proposal
    subject = "生活保護の決定について / Your application for public assistance"
    if proposal is None or not proposal.granted:
        return Notice(
            subject,
            "申請は却下されました。理由は窓口でお伝えします。3か月以内に知事に審査請求ができます。\n"
            "Your application was refused. Ask the welfare office for the reason; within three months you may ask the "
            "governor to review it.",
        )
    terms = proposal.terms
    monthly, first = int(terms["monthly_yen"] or 0), int(terms["first_month_yen"] or 0)
    return Notice(
        subject,
        f"{terms['from']}から保護を開始します。月額{monthly:,}円、最初の月は{first:,}円です。\n"
        f"Assistance begins on {terms['from']}: {monthly:,} yen a month, {first:,} yen in the first.",
    )


def begins(case: Case) -> date:
    """Return the day on which granted assistance begins."""
    terms = {} if case.proposal is None else case.proposal.terms
    return date.fromisoformat(str(terms["from"]))


def next_payment(case: Case, day: date) -> Payment | None:
    """Return the earliest month that is not ordered: in advance, on the first day of the month (31条2項).

    Nothing is due for days on which assistance is suspended or has ended; the statements carry the changes.
    """
    proposal = case.proposal
    if proposal is None or not proposal.granted:
        return None
    since = begins(case)
    ordered = [date.fromisoformat(f"{one.label}-01") for one in case.payments]
    month = month_after(max(ordered)) if ordered else since
    while month <= month_after(day):
        amount = _due(case, month, since)
        if amount:
            label = f"{month:%Y-%m}"
            return Payment(f"{case.case}-{label}", amount, max(day, month), label)
        month = month_after(month)
    return None


def _due(case: Case, month: date, since: date) -> int:
    """Return what is due for a month; of the first, in which savings count, only while nothing changed in it."""
    terms = {} if case.proposal is None else case.proposal.terms
    monthly = int(terms["monthly_yen"] or 0)
    usual, changed = share_of({}, monthly, month), share_of(case.stated, monthly, month)
    if month != since:
        return changed
    first = int(terms["first_month_yen"] or 0)
    return first if changed == usual else min(first, changed)


def awards(case: Case) -> tuple[Award, ...]:
    """Return what others are told: everybody of the household receives assistance (10条: it is given by household)."""
    proposal = case.proposal
    if proposal is None or not proposal.granted:
        return ()
    begins = date.fromisoformat(str(proposal.terms["from"]))
    items: dict[str, Scalar] = {
        "receiving": True,
        "started_on": begins.isoformat(),
        **{name: proposal.terms[name] for name in proposal.terms if name.endswith("_aid")},
    }
    return tuple(Award(one.person, KIND, begins, items) for one in case.subjects)


PROCEDURE = Procedure(
    code=CODE,
    wanted=(
        wants.local_tax(*GROWN, items=("total_income_yen",)),
        wants.unemployment_benefit(*GROWN),
        wants.child_rearing_allowance(Role.APPLICANT, more_items=("monthly_yen",)),
        wants.special_allowance(Role.APPLICANT, more_items=("monthly_yen",)),
        wants.pension(*GROWN),
    ),
    decide=decide,
    notice=notice,
    retention_years=5,
    pay=next_payment,
)
