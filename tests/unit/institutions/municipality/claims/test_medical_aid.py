"""Medical aid for persons with disabilities at its limits; bands and amounts are those that cities publish."""

from __future__ import annotations

from datetime import date

import pytest

from mizuhiki.casework.domain import Finding, Findings, Proposal, Role
from mizuhiki.institutions.municipality.domain.claims import medical_aid
from mizuhiki.institutions.municipality.domain.claims.errors import ClaimFormImplausible, ClaimRuleNotCoded
from mizuhiki.institutions.municipality.domain.claims.medical_aid import (
    Household,
    MedicalAidForm,
    Treatment,
    last_day,
    share,
    tax_year,
)
from mizuhiki.vocabulary.layouts import Scalar
from support.claim_rules import DAY, case_of, found

CHILD, ADULT = Treatment.CHILD, Treatment.REHABILITATION
CERTIFIED = found(Role.APPLICANT, "disability", certificate=True, kind_of_certificate="physical")


def household(levy: int, *, income: int = 0, untaxed: bool = False, assisted: bool = False) -> Household:
    return Household(levy_yen=levy, untaxed=untaxed, assisted=assisted, income_yen=income)


@pytest.mark.requirement("R-242")
@pytest.mark.parametrize(
    ("levy", "adult", "child", "lasting"),
    [
        (32_999, ("middle-1", None), ("middle-1", 5_000), ("middle-1", 5_000)),
        (33_000, ("middle-2", None), ("middle-2", 10_000), ("middle-2", 10_000)),
        (234_999, ("middle-2", None), ("middle-2", 10_000), ("middle-2", 10_000)),
        (235_000, None, None, ("high", 20_000)),
    ],
)
def test_the_share_follows_the_levy_of_the_household(levy: int, adult: object, child: object, lasting: object) -> None:
    assert share(household(levy), ADULT, lasting=False) == adult
    assert share(household(levy), CHILD, lasting=False) == child
    assert share(household(levy), ADULT, lasting=True) == lasting


@pytest.mark.requirement("R-242")
def test_the_poor_pay_least() -> None:
    assert share(household(0, untaxed=True, income=800_000), ADULT, lasting=False) == ("low-1", 2_500)
    assert share(household(0, untaxed=True, income=800_001), ADULT, lasting=True) == ("low-2", 5_000)
    assert share(household(500_000, assisted=True), ADULT, lasting=False) == ("assistance", 0)


@pytest.mark.requirement("R-242")
@pytest.mark.parametrize(
    ("begins", "until", "expected"),
    [
        (DAY, date(2020, 3, 31), date(2020, 3, 31)),
        (DAY, date(2020, 12, 1), date(2020, 12, 1)),
        (DAY, date(2020, 12, 2), date(2020, 12, 1)),
        (date(2020, 2, 29), date(2022, 1, 1), date(2021, 2, 28)),
    ],
)
def test_aid_lasts_as_long_as_the_treatment_and_at_most_a_year(begins: date, until: date, expected: date) -> None:
    assert last_day(begins, until) == expected


@pytest.mark.requirement("R-242")
def test_until_june_last_years_tax_counts() -> None:
    assert (tax_year(date(2019, 6, 30)), tax_year(date(2019, 7, 1))) == (2018, 2019)


def levied(role: Role, base: int, *, declared: bool = True) -> Finding:
    return found(
        role,
        "local-tax",
        declared=declared,
        taxable=base > 0,
        total_income_yen=base,
        taxable_income_yen=base,
    )


def decided(
    *more: Finding,
    born: date = date(1985, 2, 3),
    child: date | None = None,
    base: int = 1_000_000,
    declared: bool = True,
    here: bool = True,
    day: date = DAY,
    **stated: Scalar,
) -> Proposal:
    people = {Role.APPLICANT: born} | ({} if child is None else {Role.CHILD: child})
    values: dict[str, Scalar] = {"treatment": "rehabilitation", "treatment_until": "2020-06-30", **stated}
    case = case_of(medical_aid.CODE, people, values, day)
    basic = (
        found(Role.APPLICANT, "resident-record", resident=here),
        levied(Role.APPLICANT, base, declared=declared),
    )
    return medical_aid.decide(case, Findings((*basic, *more)))


@pytest.mark.requirement("R-242")
def test_each_obstacle_refuses_aid_with_its_own_reason() -> None:
    mental = found(Role.APPLICANT, "disability", certificate=True, kind_of_certificate="mental")
    asked = [
        (decided(CERTIFIED, here=False), "not-resident"),
        (decided(treatment="child"), "no-child-named"),
        (decided(treatment="child", child=date(2001, 12, 3)), "child-grown-up"),
        (decided(CERTIFIED, born=date(2001, 12, 4)), "adult-aid-for-child"),
        (decided(), "no-physical-certificate"),
        (decided(mental), "no-physical-certificate"),
        (decided(CERTIFIED, declared=False), "income-not-declared"),
        (decided(CERTIFIED, base=4_000_000), "levy-above-limit"),
    ]
    for proposal, rule in asked:
        assert (proposal.granted, [one.rule for one in proposal.reasons]) == (False, [rule])


@pytest.mark.requirement("R-242")
def test_on_the_eve_of_the_eighteenth_birthday_aid_passes_from_child_to_adult() -> None:
    eve, before = date(2001, 12, 3), date(2001, 12, 4)
    assert decided(CERTIFIED, born=eve).granted
    assert not decided(CERTIFIED, born=before).granted
    assert decided(treatment="child", child=before).granted
    assert not decided(treatment="child", child=eve).granted


@pytest.mark.requirement("R-242")
def test_pensions_and_allowances_count_as_income_of_an_untaxed_household() -> None:
    pension = found(Role.APPLICANT, "pension-benefit", receiving=True, annual_yen=779_300)
    special = found(Role.APPLICANT, "special-child-rearing-allowance", receiving=True, monthly_yen=52_200)
    idle = found(Role.APPLICANT, "pension-benefit", receiving=True, annual_yen=779_300, suspended=True)
    assert decided(CERTIFIED, pension, base=0).terms["band"] == "low-1"
    assert decided(CERTIFIED, pension, special, base=0).terms["band"] == "low-2"
    assert decided(CERTIFIED, idle, special, base=0).terms["band"] == "low-1"


@pytest.mark.requirement("R-242")
def test_the_levies_of_those_insured_together_are_added() -> None:
    alone = decided(CERTIFIED, base=549_000)
    together = decided(CERTIFIED, levied(Role.HOUSEHOLD, 1_000), base=549_000)
    assert (alone.terms["band"], together.terms["band"]) == ("middle-1", "middle-2")
    assert "cap_yen" not in alone.terms
    assisted = decided(CERTIFIED, found(Role.APPLICANT, "public-assistance", receiving=True))
    assert (assisted.terms["band"], assisted.terms["cap_yen"]) == ("assistance", 0)


@pytest.mark.requirement("R-242")
@pytest.mark.parametrize("day", [date(2013, 3, 31), date(2024, 4, 1)])
def test_outside_the_coded_days_nothing_is_granted(day: date) -> None:
    with pytest.raises(ClaimRuleNotCoded):
        decided(CERTIFIED, day=day)


def test_a_treatment_that_ended_is_refused_at_the_counter() -> None:
    def form(until: date) -> MedicalAidForm:
        return MedicalAidForm(treatment=ADULT, treatment_until=until)

    form(DAY).require_plausible(DAY)
    with pytest.raises(ClaimFormImplausible):
        form(date(2019, 12, 1)).require_plausible(DAY)
