"""Who may move into public housing, and from which income the rent follows (公営住宅法16条, 23条; R-246).

Sources: 公営住宅法23条, 公営住宅法施行令1条3号 (income), 2条2項 (amounts that rent starts from), 6条 (from 2012-04-01:
an ordinance looks to 158,000 yen and grants nobody more than 259,000), as in force until 2020-12-31. Who is granted the
wider limit, and that it is 214,000 yen, is for the ordinance (法23条1号イ); ours has the limit and the households that
the order named before 2012, and people on public assistance. The order's deductions for elderly and specified
dependants and for widows are not taken off: a copy does not say whose they are. Sources: docs/figures.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

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
from mizuhiki.institutions.municipality.domain.claims.reading import income_yen, lives_here, runs
from mizuhiki.vocabulary.dates import legal_age_on
from mizuhiki.vocabulary.layouts import Scalar
from mizuhiki.vocabulary.typed_values import converted

CODE = "public-housing.application"
ACT, ORDER = "公営住宅法23条", "公営住宅法施行令1条3号"
ORDINANCE, WIDER = "市営住宅条例6条", "公営住宅法23条1号イ; 市営住宅条例6条"
GENERAL = "公営住宅法23条1号ロ; 施行令6条2項"
CODED_FROM, CODED_UNTIL = date(2012, 4, 1), date(2020, 12, 31)
LIMIT_YEN, WIDER_LIMIT_YEN = 158_000, 214_000
"""Highest monthly income in general (施行令6条2項) and of households that our ordinance grants more (法23条1号イ)."""
MEMBER_YEN, DISABLED_YEN, SEVERELY_DISABLED_YEN = 380_000, 270_000, 400_000
ELDERLY, SCHOOL_AGE, MINOR, MONTHS = 60, 6, 18, 12
WIDER_GRADES = {"physical": frozenset("1234"), "mental": frozenset("12"), "intellectual": frozenset("AB")}
SEVERE_GRADES = {"physical": frozenset("12"), "mental": frozenset("1"), "intellectual": frozenset("A")}
RENT_STEPS = (
    (104_000, 34_400),
    (123_000, 39_700),
    (139_000, 45_400),
    (158_000, 51_200),
    (186_000, 58_500),
    (214_000, 67_500),
    (259_000, 79_000),
)
HIGHEST_RENT_BASE_YEN = 91_100


class HousingForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """What an application says beyond the people; `hardship` is how the household lacks a home, in its words."""

    hardship: str
    owns_home: bool = False
    gang_member: bool = False
    on_public_assistance: bool = False
    member_disabled: bool = False

    def require_plausible(self, _received_on: date) -> None:
        """Check the application on its own.

        Raises:
            ClaimFormImplausible: nothing is said of the hardship.
        """
        if not self.hardship.strip():
            raise ClaimFormImplausible(item="hardship")


@dataclass(frozen=True, slots=True)
class Household:
    """What the income of a household is computed from; `disabled` counts the severely disabled too."""

    income_yen: int
    others: int
    disabled: int
    severely_disabled: int


def monthly_income_yen(household: Household) -> int:
    """Return the income a month that the order defines: a year's income less deductions, by twelve (施行令1条3号)."""
    deducted = (
        MEMBER_YEN * household.others
        + DISABLED_YEN * (household.disabled - household.severely_disabled)
        + SEVERELY_DISABLED_YEN * household.severely_disabled
    )
    return max(0, household.income_yen - deducted) // MONTHS


def rent_base_yen(monthly: int) -> int:
    """Return the amount that rent starts from (施行令2条2項の表)."""
    return next((base for limit, base in RENT_STEPS if monthly <= limit), HIGHEST_RENT_BASE_YEN)


def decide(case: Case, findings: Findings) -> Proposal:
    """Return what the rules say of an application.

    Raises:
        ClaimRuleNotCoded: no rule of ours holds on the day of receipt.
    """
    if not CODED_FROM <= case.received_on <= CODED_UNTIL:
        raise ClaimRuleNotCoded(procedure=CODE)
    form = converted(dict(case.stated), HousingForm, strict=False)
    obstacle = _obstacle(form, findings)
    taxes = [one for role in (Role.APPLICANT, Role.HOUSEHOLD) for one in findings.of(role, "local-tax")]
    incomes = [income_yen(one) for one in taxes]
    if obstacle is None and None in incomes:
        obstacle = Reason("income-not-declared", ORDER)
    if obstacle is not None:
        return Proposal(granted=False, outcome="refused", terms={}, reasons=(obstacle,))
    disabled = _certified(findings, WIDER_GRADES | {"physical": frozenset("123456"), "mental": frozenset("123")})
    household = Household(
        income_yen=sum(one or 0 for one in incomes),
        others=len(case.subjects) - 1,
        disabled=len(disabled),
        severely_disabled=len(_certified(findings, SEVERE_GRADES)),
    )
    monthly = monthly_income_yen(household)
    wider = _wider(case, findings)
    limit = LIMIT_YEN if wider is None else WIDER_LIMIT_YEN
    seen: dict[str, Scalar] = {"monthly_income_yen": monthly, "limit_yen": limit}
    if monthly > limit:
        return Proposal(
            granted=False,
            outcome="refused",
            terms={},
            reasons=(Reason("income-above-limit", GENERAL if wider is None else WIDER, seen),),
        )
    terms: dict[str, Scalar] = {
        "monthly_income_yen": monthly,
        "limit_yen": limit,
        "rent_base_yen": rent_base_yen(monthly),
        "persons": len(case.subjects),
    }
    within = Reason("income-within-limit", GENERAL if wider is None else WIDER, seen)
    reasons = (Reason("in-need-of-housing", f"{ACT}2号"), within)
    return Proposal(
        granted=True, outcome="admitted", terms=terms, reasons=reasons if wider is None else (*reasons, wider)
    )


def _obstacle(form: HousingForm, findings: Findings) -> Reason | None:
    """Return what rules admission out whatever the income."""
    if form.owns_home:
        return Reason("owns-home", f"{ACT}2号")
    if form.gang_member:
        return Reason("gang-member", f"{ORDINANCE} (暴力団員による不当な行為の防止等に関する法律2条6号)")
    if not lives_here(findings.one(Role.APPLICANT, "resident-record")):
        return Reason("not-resident", ORDINANCE)
    return None


def _certified(findings: Findings, grades: dict[str, frozenset[str]]) -> set[str]:
    """Return who holds a certificate of one of the grades."""
    return {
        one.person
        for role in (Role.APPLICANT, Role.HOUSEHOLD)
        for one in findings.of(role, "disability")
        if one.items.get("certificate") is True
        and str(one.items.get("grade")) in grades.get(str(one.items.get("kind_of_certificate")), frozenset())
    }


def _wider(case: Case, findings: Findings) -> Reason | None:
    """Return why the wider limit holds (法23条1号イ; ordinance), or None."""
    day = case.received_on
    if any(runs(one, day, "ended_on") for one in findings.of(Role.APPLICANT, "public-assistance")):
        return Reason("wider-for-assistance", WIDER)
    if _certified(findings, WIDER_GRADES):
        return Reason("wider-for-disability", WIDER)
    ages = {person: legal_age_on(born, day) for person, born in births(case).items()}
    applicant = ages.pop(case.applicant.person)
    if applicant >= ELDERLY and all(age >= ELDERLY or age < MINOR for age in ages.values()):
        return Reason("wider-for-elderly", WIDER)
    if any(age < SCHOOL_AGE for age in ages.values()):
        return Reason("wider-for-small-children", WIDER)
    return None


def notice(case: Case) -> Notice:
    """Return the decision in words (入居資格審査結果通知書)."""
    proposal = case.proposal
    if proposal is None or not proposal.granted:
        return Notice(
            "市営住宅の入居資格について / Your application for public housing",
            "入居資格は認められませんでした。理由は窓口でお尋ねください。\n"
            "You were not admitted to public housing. Ask the housing section for the reason.",
        )
    monthly = int(proposal.terms["monthly_income_yen"] or 0)
    return Notice(
        "市営住宅の入居資格について / Your application for public housing",
        f"入居資格を認めました。収入月額は{monthly:,}円です。住宅が決まりしだい家賃をお知らせします。\n"
        f"You are admitted; your monthly income is {monthly:,} yen. You learn the rent with the home.",
    )


def awards(_case: Case) -> tuple[Award, ...]:
    """Return nothing: no statute row lets anybody ask who lives in public housing."""
    return ()


PROCEDURE = Procedure(
    code=CODE,
    wanted=(
        wants.resident_record(Role.APPLICANT, Role.HOUSEHOLD),
        wants.local_tax(Role.APPLICANT, Role.HOUSEHOLD, items=("total_income_yen",)),
        wants.public_assistance(Role.APPLICANT),
        wants.disability(
            Role.APPLICANT,
            Role.HOUSEHOLD,
            when_stated="member_disabled",
            more_items=("kind_of_certificate", "grade"),
        ),
    ),
    decide=decide,
    notice=notice,
    retention_years=5,
)
