"""Child rearing allowance for whoever brings a child up alone (児童扶養手当法; R-238).

Sources: 児童扶養手当法 3条 (children), 4条 (who), 5条 with 施行令2条の2 (amounts), 7条 (months), 9条, 10条 with
施行令2条の4 (limits of income from 2018-08-01), 13条の2 (pensions: the difference is paid, 2014-12-01 to 2021-02-28).
Amounts follow prices each April. Each coefficient is what a partial allowance can fall by over the 1,430,000 yen
between the limits, to seven places. Sources: docs/figures.md.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from mizuhiki.casework.domain import (
    Case,
    Finding,
    Findings,
    Notice,
    Payment,
    Procedure,
    Proposal,
    Reason,
    Role,
)
from mizuhiki.institutions.municipality.domain.claims import wants
from mizuhiki.institutions.municipality.domain.claims.awards import Award
from mizuhiki.institutions.municipality.domain.claims.errors import ClaimFormImplausible, ClaimRuleNotCoded
from mizuhiki.institutions.municipality.domain.claims.people import births
from mizuhiki.institutions.municipality.domain.claims.reading import (
    dependants,
    end_of_school_year_at_eighteen,
    income_yen,
    lives_here,
    runs,
)
from mizuhiki.vocabulary.dates import age_on, month_after
from mizuhiki.vocabulary.layouts import Scalar
from mizuhiki.vocabulary.typed_values import converted

CODE = "child-rearing-allowance.claim"
KIND = "child-rearing-allowance"
ACT = "児童扶養手当法"
ORDER = "児童扶養手当法施行令2条の4"
SOCIAL_INSURANCE_YEN = 80_000
"""Deducted from everybody's income (施行令4条1項)."""
MAINTENANCE_PER_CENT = 80
"""Of what the other parent pays for the children, so much counts as income (施行令2条の4第6項, 法9条2項)."""
TWENTY = 20
JULY, OCTOBER = 7, 10
LAST_YEAR_FROM_AUGUST = 2018
PAY_DAY = 11


class Ground(enum.StrEnum):
    """Why the claimant is alone with the child (法4条1項1号, 2号)."""

    DIVORCE = "divorce"
    DEATH = "death"
    DISABLED_PARENT = "disabled-parent"
    MISSING = "missing"
    ABANDONED = "abandoned"
    PROTECTION_ORDER = "protection-order"
    IMPRISONED = "imprisoned"
    UNMARRIED = "unmarried"


class ChildRearingForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """What a claim says beyond the people. `maintenance_yen` was received for the children in the year counted."""

    ground: Ground
    since: date
    living_with_partner: bool = False
    maintenance_yen: int = 0
    on_pension: bool = False
    child_disabled: bool = False
    on_special_allowance: bool = False

    def require_plausible(self, received_on: date) -> None:
        """Check the claim on its own.

        Raises:
            ClaimFormImplausible: alone from a day to come, or an amount below zero.
        """
        if self.since > received_on:
            raise ClaimFormImplausible(item="since")
        if self.maintenance_yen < 0:
            raise ClaimFormImplausible(item="maintenance_yen")


@dataclass(frozen=True, slots=True)
class _Step:
    """Highest amounts of one child's place: whole, and the bounds within which a part is paid; yen a month."""

    full: int
    part_highest: int
    part_lowest: int
    coefficient: Decimal


@dataclass(frozen=True, slots=True)
class _Rates:
    """Amounts of one period; the first child, the second, and each further one."""

    valid_from: date
    valid_until: date
    children: tuple[_Step, _Step, _Step]


RATES = (
    _Rates(
        date(2018, 8, 1),
        date(2019, 3, 31),
        (
            _Step(42_500, 42_490, 10_030, Decimal("0.0226993")),
            _Step(10_040, 10_030, 5_020, Decimal("0.0035035")),
            _Step(6_020, 6_010, 3_010, Decimal("0.0020979")),
        ),
    ),
    _Rates(
        date(2019, 4, 1),
        date(2020, 3, 31),
        (
            _Step(42_910, 42_900, 10_120, Decimal("0.0229231")),
            _Step(10_140, 10_130, 5_070, Decimal("0.0035385")),
            _Step(6_080, 6_070, 3_040, Decimal("0.0021189")),
        ),
    ),
    _Rates(
        date(2020, 4, 1),
        date(2021, 2, 28),
        (
            _Step(43_160, 43_150, 10_180, Decimal("0.0230559")),
            _Step(10_190, 10_180, 5_100, Decimal("0.0035524")),
            _Step(6_110, 6_100, 3_060, Decimal("0.0021259")),
        ),
    ),
)
FULL_LIMIT_YEN, PART_LIMIT_YEN, OTHERS_LIMIT_YEN = 490_000, 1_920_000, 2_360_000
PER_DEPENDANT_YEN = 380_000


def tax_year(day: date) -> int:
    """Return the fiscal year of the tax that counts for a claim of `day` (法9条).

    A claim of October is paid from November on, when last year's income begins to count; until 2018 that was August
    (平成30年法律44号).
    """
    return day.year if day.month >= (JULY if day.year <= LAST_YEAR_FROM_AUGUST else OCTOBER) else day.year - 1


def _rates(day: date) -> _Rates:
    found = next((one for one in RATES if one.valid_from <= day <= one.valid_until), None)
    if found is None:
        raise ClaimRuleNotCoded(procedure=CODE)
    return found


def monthly_yen(children: int, income: int, dependant_count: int, day: date) -> int:
    """Return the allowance a month before pensions; zero where income reaches the limit or there is no child.

    Raises:
        ClaimRuleNotCoded: the amounts of `day` are not coded.
    """
    rates = _rates(day)
    more = PER_DEPENDANT_YEN * dependant_count
    if income >= PART_LIMIT_YEN + more or not children:
        return 0
    steps = [rates.children[min(place, 2)] for place in range(children)]
    if income < FULL_LIMIT_YEN + more:
        return sum(step.full for step in steps)
    return sum(_part(step, income - FULL_LIMIT_YEN - more) for step in steps)


def _part(step: _Step, above: int) -> int:
    """Return what is left of one place; cut to tens by rounding half up (施行令2条の4第2項)."""
    reduction = (Decimal(above) * step.coefficient / 10).quantize(Decimal(1), ROUND_HALF_UP) * 10
    return max(step.part_lowest, step.part_highest - int(reduction))


def counting_children(born: Sequence[date], day: date, *, disabled: bool) -> int:
    """Return how many children count: to the March after eighteen, and below twenty with a disability (法3条1項)."""
    return sum(day <= end_of_school_year_at_eighteen(one) or (disabled and age_on(one, day) < TWENTY) for one in born)


def decide(case: Case, findings: Findings) -> Proposal:
    """Return what the rules say of a claim.

    Raises:
        ClaimRuleNotCoded: no rule of ours holds on the day of receipt.
    """
    form = converted(dict(case.stated), ChildRearingForm, strict=False)
    _rates(case.received_on)
    obstacle = _obstacle(case, form, findings)
    if obstacle is not None:
        return _refused(obstacle)
    tax = findings.one(Role.APPLICANT, "local-tax")
    earned = income_yen(tax)
    if earned is None:
        return _refused(Reason("income-not-declared", f"{ACT}28条"))
    income = max(0, earned - SOCIAL_INSURANCE_YEN) + form.maintenance_yen * MAINTENANCE_PER_CENT // 100
    children = _children(case, findings)
    monthly = monthly_yen(children, income, dependants(tax), case.received_on)
    seen: dict[str, Scalar] = {"income_yen": income, "dependants": dependants(tax)}
    if not monthly:
        return _refused(Reason("income-above-limit", f"{ACT}9条; {ORDER}", seen))
    supporter = _supporter_above(findings)
    if supporter is not None:
        return _refused(supporter)
    reduced, pension = _less_pension(monthly, findings, case.received_on)
    if not reduced:
        return _refused(*pension)
    full = monthly_yen(children, 0, 0, case.received_on)
    outcome = "full" if reduced == full else "partial"
    begins = month_after(case.received_on)
    terms: dict[str, Scalar] = {"monthly_yen": reduced, "from": begins.isoformat(), "children": children}
    income_reason = "income-below-limit" if monthly == full else "income-between-limits"
    reason = Reason(income_reason, f"{ACT}5条, 9条; {ORDER}", seen)
    return Proposal(
        granted=True,
        outcome=outcome,
        terms=terms,
        reasons=(Reason("alone-with-child", f"{ACT}4条1項"), reason, *pension),
    )


def _refused(*reasons: Reason) -> Proposal:
    return Proposal(granted=False, outcome="refused", terms={"monthly_yen": 0}, reasons=reasons)


def _children(case: Case, findings: Findings) -> int:
    born = births(case)
    certified = {one.person for one in findings.of(Role.CHILD, "disability") if one.items.get("certificate") is True}
    special = any(runs(one, case.received_on, "entitled_until") for one in findings.of(
        Role.APPLICANT, "special-child-rearing-allowance"))  # fmt: skip
    return sum(
        counting_children([born[subject.person]], case.received_on, disabled=special or subject.person in certified)
        for subject in case.subjects
        if subject.role is Role.CHILD
    )


def _obstacle(case: Case, form: ChildRearingForm, findings: Findings) -> Reason | None:
    """Return what rules the allowance out whatever the income."""
    if form.living_with_partner:
        return Reason("lives-with-partner", f"{ACT}3条3項, 4条2項")
    if not lives_here(findings.one(Role.APPLICANT, "resident-record")):
        return Reason("claimant-not-resident", f"{ACT}4条1項")
    if not _children(case, findings):
        return Reason("no-child-of-that-age", f"{ACT}3条1項")
    away = sum(not lives_here(one) for one in findings.of(Role.CHILD, "resident-record"))
    return Reason("child-lives-elsewhere", f"{ACT}4条1項", {"persons": away}) if away else None


def _supporter_above(findings: Findings) -> Reason | None:
    """Return the relative of the household whose income suspends the allowance (法10条)."""
    for one in findings.of(Role.HOUSEHOLD, "local-tax"):
        income = max(0, (income_yen(one) or 0) - SOCIAL_INSURANCE_YEN)
        if income >= OTHERS_LIMIT_YEN + PER_DEPENDANT_YEN * dependants(one):
            return Reason("supporter-above-limit", f"{ACT}10条; {ORDER}", {"income_yen": income})
    return None


def _less_pension(monthly: int, findings: Findings, day: date) -> tuple[int, tuple[Reason, ...]]:
    """Return what is left beside pensions: the difference is paid (法13条の2)."""
    pensions: Sequence[Finding] = [
        one
        for role in (Role.APPLICANT, Role.CHILD)
        for one in findings.of(role, "pension-benefit")
        if runs(one, day, "entitled_until") and one.items.get("suspended") is not True
    ]
    a_month = sum(int(one.items.get("annual_yen") or 0) for one in pensions) // 12
    if not a_month:
        return monthly, ()
    return max(0, monthly - a_month), (Reason("pension-beside", f"{ACT}13条の2", {"pension_monthly_yen": a_month}),)


def notice(case: Case) -> Notice:
    """Return the decision in words (認定通知書, 却下通知書)."""
    proposal = case.proposal
    if proposal is None or not proposal.granted:
        return Notice(
            "児童扶養手当の認定請求について / Your claim for the child rearing allowance",
            "請求は認められませんでした。理由と審査請求については窓口でお尋ねください。\n"
            "Your claim was refused. Ask the child section for the reason and how to have it reviewed.",
        )
    monthly, begins = int(proposal.terms["monthly_yen"] or 0), str(proposal.terms["from"])
    return Notice(
        "児童扶養手当の認定について / Your claim for the child rearing allowance",
        f"{begins[:4]}年{int(begins[5:7])}月分から月額{monthly:,}円を支給します。奇数月の11日に前2か月分を支払います。\n"
        f"You receive {monthly:,} yen a month from {begins[:7]}, paid for two months on the 11th of odd months.",
    )


def next_payment(case: Case, day: date) -> Payment | None:
    """Return the earliest two months that are not ordered: paid on the 11th of odd months (法7条3項, from 2019-11)."""
    proposal = case.proposal
    if proposal is None or not proposal.granted:
        return None
    begins = date.fromisoformat(str(proposal.terms["from"]))
    first = month_after(begins, 1 if begins.month % 2 == 0 else 2)
    pay_month = month_after(first, 2 * len(case.payments))
    months = [month for month in (month_after(pay_month, -2), month_after(pay_month, -1)) if month >= begins]
    pay_on = pay_month.replace(day=PAY_DAY)
    while pay_on < day:
        pay_on = month_after(pay_on, 2).replace(day=PAY_DAY)
    label = "/".join(f"{month:%Y-%m}" for month in months)
    return Payment(f"{case.case}-{label}", int(proposal.terms["monthly_yen"] or 0) * len(months), pay_on, label)


def awards(case: Case) -> tuple[Award, ...]:
    """Return what others are told of a granted case."""
    proposal = case.proposal
    if proposal is None or not proposal.granted:
        return ()
    begins = date.fromisoformat(str(proposal.terms["from"]))
    items: dict[str, Scalar] = {
        "receiving": True,
        "payment_class": proposal.outcome,
        "monthly_yen": proposal.terms["monthly_yen"],
        "children_count": proposal.terms["children"],
        "entitled_from": begins.isoformat(),
    }
    return (Award(case.applicant.person, KIND, begins, items),)


PROCEDURE = Procedure(
    code=CODE,
    wanted=(
        wants.resident_record(Role.APPLICANT, Role.CHILD),
        wants.local_tax(Role.APPLICANT, Role.HOUSEHOLD, items=("total_income_yen", "dependents_count"), year=tax_year),
        wants.special_allowance(Role.APPLICANT),
        wants.disability(Role.CHILD, when_stated="child_disabled"),
        wants.pension(Role.APPLICANT),
    ),
    decide=decide,
    notice=notice,
    retention_years=5,
    pay=next_payment,
)
