"""Premium of the long-term care insurance and its reduction (介護保険法129条, 142条; R-244).

Sources: 介護保険法施行令38条 (nine stages, 2018-04-01 to 2021-03-31) and 39条; 介護保険条例準則 (grounds of reduction:
disaster, loss of income, need). The act leaves grounds and share to the city's ordinance; those here are our city's,
which follow the model ordinance and the three principles for people in need: one by one, in part, and not out of taxes.
Which figures are published and which are our city's own: docs/figures.md.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal

import msgspec

from mizuhiki.casework.domain import (
    Case,
    Findings,
    Notice,
    Procedure,
    Proposal,
    Reason,
    Role,
)
from mizuhiki.institutions.municipality.domain.claims import wants
from mizuhiki.institutions.municipality.domain.claims.awards import Award
from mizuhiki.institutions.municipality.domain.claims.errors import ClaimFormImplausible, ClaimRuleNotCoded
from mizuhiki.institutions.municipality.domain.claims.people import births
from mizuhiki.institutions.municipality.domain.claims.reading import income_yen, lives_here, runs, taxed
from mizuhiki.vocabulary.dates import fiscal_year, legal_age_on
from mizuhiki.vocabulary.layouts import Scalar
from mizuhiki.vocabulary.typed_values import converted

CODE = "long-term-care-insurance.premium-reduction"
KIND = "long-term-care"
ACT = "介護保険法"
ORDER = "介護保険法施行令38条"
ORDINANCE = "介護保険条例11条 (準則)"
CODED_FROM, CODED_UNTIL = date(2018, 4, 1), date(2021, 3, 31)
FIRST_CATEGORY_AGE = 65
BASE_YEARLY_YEN = 72_000
"""What the city's ordinance sets for stage 5 in 2018 to 2020 (施行令38条1項; 6,000 yen a month)."""
SMALL_PENSION_YEN, MIDDLE_PENSION_YEN = 800_000, 1_200_000
STAGE_7_YEN, STAGE_8_YEN, STAGE_9_YEN = 1_200_000, 2_000_000, 3_000_000
LOW_STAGES = {
    2018: (Decimal("0.45"), Decimal("0.75"), Decimal("0.75")),
    2019: (Decimal("0.375"), Decimal("0.625"), Decimal("0.725")),
    2020: (Decimal("0.3"), Decimal("0.5"), Decimal("0.7")),
}
"""Shares of stages 1 to 3, lowered out of taxes year by year (法124条の2; 施行令38条)."""
HIGH_STAGES = {
    4: Decimal("0.9"),
    5: Decimal("1.0"),
    6: Decimal("1.2"),
    7: Decimal("1.3"),
    8: Decimal("1.5"),
    9: Decimal("1.7"),
}
HIGHEST_LOW_STAGE = 3
DAMAGE_HALF_PER_CENT, DAMAGE_SOME_PER_CENT = 50, 30
LOSS_INCOME_LIMIT_YEN = 6_000_000
"""Somebody with more last year is not relieved for a loss of income."""
NEED_INCOME_YEN, NEED_MORE_YEN, NEED_SAVINGS_YEN = 1_200_000, 500_000, 3_500_000
"""Highest yearly income of one person living alone, more for each further member, and highest savings: our city's."""
PER_CENT = 100


class ReliefGround(enum.StrEnum):
    """Why relief is asked for (条例準則11条)."""

    DISASTER = "disaster"
    LOSS_OF_INCOME = "loss-of-income"
    NEED = "need"


class PremiumForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """What an application says beyond the people; amounts in yen.

    `damage_per_cent` is the loss of the home as the certificate of damage says; `expected_income_yen` is this year's
    expected income of whoever supports the household.
    """

    ground: ReliefGround
    damage_per_cent: int = 0
    expected_income_yen: int = 0
    pension_yen: int = 0
    savings_yen: int = 0
    supported_by_taxpayer: bool = False
    on_public_assistance: bool = False

    def require_plausible(self, _received_on: date) -> None:
        """Check the application on its own.

        Raises:
            ClaimFormImplausible: a share outside 0 to 100, or an amount below zero.
        """
        if not 0 <= self.damage_per_cent <= PER_CENT:
            raise ClaimFormImplausible(item="damage_per_cent")
        for item in ("expected_income_yen", "pension_yen", "savings_yen"):
            if getattr(self, item) < 0:
                raise ClaimFormImplausible(item=item)


@dataclass(frozen=True, slots=True)
class Means:
    """What decides the stage: income and pension of the insured, and who in the household is taxed."""

    income_yen: int
    pension_yen: int
    taxed: bool
    household_taxed: bool
    on_public_assistance: bool


def stage(means: Means) -> int:
    """Return the stage, 1 to 9, of an insured person (施行令38条1項)."""
    if means.on_public_assistance:
        return 1
    small = means.income_yen + means.pension_yen
    if not means.taxed and not means.household_taxed:
        return 1 if small <= SMALL_PENSION_YEN else 2 if small <= MIDDLE_PENSION_YEN else 3
    if not means.taxed:
        return 4 if small <= SMALL_PENSION_YEN else 5
    limits = (STAGE_7_YEN, STAGE_8_YEN, STAGE_9_YEN)
    return 6 + sum(means.income_yen >= limit for limit in limits)


def premium_yen(reached: int, day: date) -> int:
    """Return the premium of the year of `day`, cut to hundreds.

    Raises:
        ClaimRuleNotCoded: the stages of that year are not coded.
    """
    if not CODED_FROM <= day <= CODED_UNTIL:
        raise ClaimRuleNotCoded(procedure=CODE)
    low = LOW_STAGES[fiscal_year(day)]
    share = low[reached - 1] if reached <= HIGHEST_LOW_STAGE else HIGH_STAGES[reached]
    return _hundreds(BASE_YEARLY_YEN * share)


def _hundreds(amount: Decimal) -> int:
    return int((amount / PER_CENT).quantize(Decimal(1), ROUND_DOWN)) * PER_CENT


def decide(case: Case, findings: Findings) -> Proposal:
    """Return what the ordinance says of an application.

    Raises:
        ClaimRuleNotCoded: no rule of ours holds on the day of receipt.
    """
    form = converted(dict(case.stated), PremiumForm, strict=False)
    day = case.received_on
    assisted = any(runs(one, day, "ended_on") for one in findings.of(Role.APPLICANT, "public-assistance"))
    own = findings.one(Role.APPLICANT, "local-tax")
    members = findings.of(Role.HOUSEHOLD, "local-tax")
    income = income_yen(own)
    means = Means(
        income_yen=income or 0,
        pension_yen=form.pension_yen,
        taxed=taxed(own),
        household_taxed=any(taxed(one) for one in members),
        on_public_assistance=assisted,
    )
    reached = stage(means)
    before = premium_yen(reached, day)
    obstacle = _obstacle(case, findings, income=income, assisted=assisted)
    share, reason = (0, obstacle) if obstacle is not None else _relief(form, means, findings)
    after = _hundreds(Decimal(before) * (PER_CENT - share) / PER_CENT)
    placed = Reason("premium-stage", ORDER, {"stage": reached, "premium_yen": before})
    terms: dict[str, Scalar] = {"stage": reached, "premium_before_yen": before, "premium_yen": after, "share": share}
    terms["fiscal_year"] = fiscal_year(day)
    return Proposal(granted=share > 0, outcome="reduced" if share else "refused", terms=terms, reasons=(reason, placed))


def _obstacle(case: Case, findings: Findings, *, income: int | None, assisted: bool) -> Reason | None:
    """Return what rules relief out whatever the ground."""
    if not lives_here(findings.one(Role.APPLICANT, "resident-record")):
        return Reason("not-insured-here", f"{ACT}9条1号")
    if legal_age_on(births(case)[case.applicant.person], case.received_on) < FIRST_CATEGORY_AGE:
        return Reason("below-sixty-five", f"{ACT}9条1号")
    if assisted:
        return Reason("premium-paid-by-assistance", "生活保護法12条 (介護保険料加算)")
    if income is None:
        return Reason("income-not-declared", ORDINANCE)
    return None


def _relief(form: PremiumForm, means: Means, findings: Findings) -> tuple[int, Reason]:
    """Return the share of the premium that is let off, in per cent, with its reason."""
    if form.ground is ReliefGround.DISASTER:
        return _disaster(form.damage_per_cent)
    if form.ground is ReliefGround.LOSS_OF_INCOME:
        return _loss(form, means, findings)
    return _need(form, means, findings)


def _disaster(damage: int) -> tuple[int, Reason]:
    seen: dict[str, Scalar] = {"damage_per_cent": damage}
    if damage >= DAMAGE_HALF_PER_CENT:
        return 100, Reason("home-half-destroyed", ORDINANCE, seen)
    if damage >= DAMAGE_SOME_PER_CENT:
        return 50, Reason("home-damaged", ORDINANCE, seen)
    return 0, Reason("damage-below-limit", ORDINANCE, seen)


def _loss(form: PremiumForm, means: Means, findings: Findings) -> tuple[int, Reason]:
    incomes = [means.income_yen, *(income_yen(one) or 0 for one in findings.of(Role.HOUSEHOLD, "local-tax"))]
    before = max(incomes)
    seen: dict[str, Scalar] = {"before_yen": before, "expected_yen": form.expected_income_yen}
    if before > LOSS_INCOME_LIMIT_YEN:
        return 0, Reason("income-above-relief", ORDINANCE, seen)
    if not before or form.expected_income_yen * 2 > before:
        return 0, Reason("loss-below-half", ORDINANCE, seen)
    return 50, Reason("income-halved", ORDINANCE, seen)


def _need(form: PremiumForm, means: Means, findings: Findings) -> tuple[int, Reason]:
    members = findings.of(Role.HOUSEHOLD, "local-tax")
    if any(income_yen(one) is None for one in members):
        return 0, Reason("income-not-declared", ORDINANCE)
    if means.taxed or means.household_taxed or form.supported_by_taxpayer:
        return 0, Reason("somebody-taxed", ORDINANCE)
    income = means.income_yen + means.pension_yen + sum(income_yen(one) or 0 for one in members)
    limit = NEED_INCOME_YEN + NEED_MORE_YEN * len(members)
    seen: dict[str, Scalar] = {"income_yen": income, "limit_yen": limit}
    if income > limit:
        return 0, Reason("income-above-need", ORDINANCE, seen)
    if form.savings_yen > NEED_SAVINGS_YEN:
        return 0, Reason("savings-above-need", ORDINANCE, {"limit_yen": NEED_SAVINGS_YEN})
    return 50, Reason("household-in-need", ORDINANCE, seen)


def notice(case: Case) -> Notice:
    """Return the decision in words (介護保険料減免決定通知書)."""
    proposal = case.proposal
    if proposal is None or not proposal.granted:
        return Notice(
            "介護保険料の減免について / Your long-term care premium",
            "減免は認められませんでした。理由は窓口でお尋ねください。\n"
            "Your premium was not reduced. Ask the care section for the reason.",
        )
    before, after = (int(proposal.terms[name] or 0) for name in ("premium_before_yen", "premium_yen"))
    year = proposal.terms["fiscal_year"]
    return Notice(
        "介護保険料の減免について / Your long-term care premium",
        f"{year}年度の介護保険料を{before:,}円から{after:,}円に減額しました。\n"
        f"Your premium of fiscal {year} was reduced from {before:,} to {after:,} yen.",
    )


def awards(case: Case) -> tuple[Award, ...]:
    """Return what others are told of a granted case: the stage and premium of the insured."""
    proposal = case.proposal
    if proposal is None or not proposal.granted:
        return ()
    items: dict[str, Scalar] = {
        "insured": True,
        "category": "1",
        "premium_stage": proposal.terms["stage"],
        "premium_yen": proposal.terms["premium_yen"],
    }
    return (Award(case.applicant.person, KIND, case.received_on, items),)


PROCEDURE = Procedure(
    code=CODE,
    wanted=(
        wants.resident_record(Role.APPLICANT, Role.HOUSEHOLD),
        wants.local_tax(Role.APPLICANT, Role.HOUSEHOLD, items=("taxable", "total_income_yen")),
        wants.public_assistance(Role.APPLICANT),
    ),
    decide=decide,
    notice=notice,
    retention_years=5,
)
