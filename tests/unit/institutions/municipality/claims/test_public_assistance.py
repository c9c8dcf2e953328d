"""Public assistance: the caseworker's record, what counts as income, what is lacking, and when it is paid."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime
from typing import Any

import msgspec
import pytest

from mizuhiki.casework.domain import Case, Finding, Findings, Proposal, Role
from mizuhiki.institutions.municipality.domain.claims import public_assistance
from mizuhiki.institutions.municipality.domain.claims.errors import (
    ClaimFormImplausible,
    ClaimRuleNotCoded,
    InvestigationImplausible,
    InvestigationMissing,
)
from mizuhiki.institutions.municipality.domain.claims.investigation import (
    Investigation,
    RecordedInvestigation,
    facts_of,
    investigation_in,
)
from mizuhiki.institutions.municipality.domain.claims.livelihood_standard import least_livelihood_yen
from mizuhiki.institutions.municipality.domain.claims.public_assistance import (
    AssistanceForm,
    Cause,
    aid_left,
    decide_by,
    money_at_hand,
    next_payment,
)
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.layouts import Scalar
from support.claim_rules import DAY, case_of, found, tax

NOON = datetime(2019, 12, 5, 12, tzinfo=JST)
VISIT = Investigation(
    visited_on=DAY,
    place_class="3-1",
    livelihood_yen=70_000,
    housing_yen=29_000,
    medical_yen=20_000,
    remarks="単身、就労不能",
)
"""A minimum of 119,000 yen a month, of which 99,000 in money."""


def visit(**changes: Any) -> Investigation:
    return msgspec.structs.replace(VISIT, **changes)


def claimed(visited: Investigation | None = VISIT, *, here: bool = True, day: date = DAY) -> Case:
    facts = {} if visited is None else facts_of(RecordedInvestigation(visited, "clerk", NOON))
    stated: dict[str, Scalar] = {"cause": "illness", "resident_here": here, **facts}
    return case_of(public_assistance.CODE, {Role.APPLICANT: date(1985, 2, 3)}, stated, day)


def decided(*more: Finding, visited: Investigation | None = VISIT, here: bool = True, day: date = DAY) -> Proposal:
    return public_assistance.decide(claimed(visited, here=here, day=day), Findings(more))


def pension(annual_yen: int, **more: Scalar) -> Finding:
    return found(Role.APPLICANT, "pension-benefit", receiving=True, annual_yen=annual_yen, **more)


@pytest.mark.requirement("R-239")
def test_nothing_is_decided_before_the_household_was_visited() -> None:
    with pytest.raises(InvestigationMissing):
        decided(visited=None)


@pytest.mark.requirement("R-239")
def test_what_is_lacking_is_granted_from_the_day_of_the_claim() -> None:
    proposal = decided()
    assert proposal.granted
    assert proposal.terms == {
        "monthly_yen": 99_000,
        "first_month_yen": 95_806,  # 30 of 31 days
        "from": "2019-12-02",
        "livelihood_aid": True,
        "housing_aid": True,
        "education_aid": False,
        "care_aid": False,
        "medical_aid": True,
    }


@pytest.mark.requirement("R-239")
def test_a_yen_decides_between_minimum_and_income() -> None:
    enough = decided(visited=visit(supporters_yen=119_000))
    assert (enough.granted, [one.rule for one in enough.reasons]) == (False, ["income-suffices"])
    short = decided(visited=visit(supporters_yen=118_999))
    assert (short.granted, short.terms["monthly_yen"], short.terms["medical_aid"]) == (True, 0, True)


@pytest.mark.requirement("R-239")
def test_benefits_count_as_their_holders_told_them() -> None:
    benefit = found(
        Role.APPLICANT, "unemployment-benefit", recipient=True, daily_basic_allowance_yen=4_000, remaining_days=90
    )
    rearing = found(Role.APPLICANT, "child-rearing-allowance", receiving=True, monthly_yen=42_910)
    special = found(Role.APPLICANT, "special-child-rearing-allowance", receiving=True, monthly_yen=34_770)
    assert decided(pension(780_100)).terms["monthly_yen"] == 99_000 - 65_008
    assert decided(rearing, special).terms["monthly_yen"] == 99_000 - 42_910 - 34_770
    assert decided(benefit).terms["monthly_yen"] == 0
    rules = [one.rule for one in decided(rearing, pension(1_200)).reasons]
    assert rules == ["below-minimum", "counted-pension-benefit", "counted-child-rearing-allowance", "aid-lacking"]


@pytest.mark.requirement("R-239")
def test_benefits_that_ended_or_are_suspended_do_not_count() -> None:
    ended = found(Role.APPLICANT, "child-rearing-allowance", receiving=True, monthly_yen=42_910,
                  entitled_until="2019-12-01")  # fmt: skip
    no_more = found(
        Role.APPLICANT, "unemployment-benefit", recipient=True, daily_basic_allowance_yen=4_000, remaining_days=3
    )
    assert decided(ended, pension(780_100, suspended=True)).terms["monthly_yen"] == 99_000
    assert decided(no_more).terms["monthly_yen"] == 99_000 - 12_000


@pytest.mark.requirement("R-239")
def test_wages_count_less_the_deduction() -> None:
    assert decided(visited=visit(wages_yen=50_000, deduction_yen=18_400)).terms["monthly_yen"] == 99_000 - 31_600


@pytest.mark.requirement("R-239")
def test_half_the_minimum_in_money_is_left_of_savings() -> None:
    assert money_at_hand(visit(savings_yen=49_500)) == 0
    assert money_at_hand(visit(savings_yen=49_501)) == 1
    some = decided(visited=visit(savings_yen=80_500)).terms
    assert (some["monthly_yen"], some["first_month_yen"]) == (99_000, 68_000 * 30 // 31)
    assert not decided(visited=visit(savings_yen=49_500 + 119_000)).granted


@pytest.mark.requirement("R-239")
def test_income_covers_livelihood_first_and_medical_care_last() -> None:
    assert aid_left(VISIT, 0) == {
        "livelihood_yen": 70_000,
        "housing_yen": 29_000,
        "education_yen": 0,
        "care_yen": 0,
        "medical_yen": 20_000,
    }
    assert [aid_left(VISIT, 100_000)[item] for item in ("livelihood_yen", "housing_yen", "medical_yen")] == [
        0,
        0,
        19_000,
    ]


@pytest.mark.requirement("R-239")
def test_each_obstacle_refuses_assistance_with_its_own_reason() -> None:
    asked = [
        (decided(visited=visit(usable_assets=True)), "assets-not-used"),
        (decided(visited=visit(unused_ability=True)), "ability-not-used"),
        (decided(here=False), "resides-elsewhere"),
    ]
    for proposal, rule in asked:
        assert (proposal.granted, [one.rule for one in proposal.reasons]) == (False, [rule])
    assert decided(visited=visit(urgent=True), here=False).granted


def test_last_years_income_is_shown_beside_the_decision() -> None:
    shown = [one for one in decided(tax(Role.APPLICANT, 900_000)).reasons if one.rule == "income-last-year"]
    assert [one.values for one in shown] == [{"income_yen": 900_000}]


@pytest.mark.requirement("R-239")
@pytest.mark.parametrize("day", [date(2017, 11, 12), date(2024, 5, 27)])
def test_outside_the_coded_days_nothing_is_decided(day: date) -> None:
    with pytest.raises(ClaimRuleNotCoded):
        decided(day=day)


@pytest.mark.requirement("R-239")
def test_a_decision_is_due_within_fourteen_days_and_at_latest_thirty() -> None:
    assert decide_by(DAY) == (date(2019, 12, 16), date(2020, 1, 1))


@pytest.mark.requirement("R-239")
def test_it_is_paid_in_advance_one_month_at_a_time() -> None:
    case = dataclasses.replace(claimed(), proposal=decided())
    first = next_payment(case, date(2019, 12, 10))
    assert first is not None
    assert (first.amount_yen, first.pay_on, first.label) == (95_806, date(2019, 12, 10), "2019-12")
    case = dataclasses.replace(case, payments=(first,))
    second = next_payment(case, date(2019, 12, 10))
    assert second is not None
    assert (second.amount_yen, second.pay_on, second.label) == (99_000, date(2020, 1, 1), "2020-01")
    case = dataclasses.replace(case, payments=(first, second))
    assert next_payment(case, date(2019, 12, 31)) is None
    third = next_payment(case, date(2020, 2, 3))
    assert third is not None
    assert (third.pay_on, third.label) == (date(2020, 2, 3), "2020-02")


def test_a_first_month_that_savings_cover_is_passed_over() -> None:
    case = dataclasses.replace(claimed(), proposal=decided(visited=visit(savings_yen=49_500 + 99_000)))
    payment = next_payment(case, date(2019, 12, 10))
    assert payment is not None
    assert (payment.label, payment.amount_yen) == ("2020-01", 99_000)
    assert next_payment(dataclasses.replace(case, proposal=None), DAY) is None


@pytest.mark.requirement("R-239")
@pytest.mark.parametrize(
    ("changes", "item"),
    [
        ({"visited_on": date(2019, 12, 1)}, "visited_on"),
        ({"visited_on": date(2019, 12, 6)}, "visited_on"),
        ({"place_class": "4-1"}, "place_class"),
        ({"remarks": " "}, "remarks"),
        ({"medical_yen": -1}, "medical_yen"),
        ({"wages_yen": 10, "deduction_yen": 11}, "deduction_yen"),
    ],
)
def test_a_record_that_is_not_possible_is_refused(changes: dict[str, Any], item: str) -> None:
    with pytest.raises(InvestigationImplausible) as refusal:
        visit(**changes).require_plausible(DAY, date(2019, 12, 5), [])
    assert refusal.value.fields["item"] == item
    visit(visited_on=date(2019, 12, 5)).require_plausible(DAY, date(2019, 12, 5), [])


def test_a_record_survives_its_way_through_the_statements() -> None:
    assert investigation_in(facts_of(RecordedInvestigation(VISIT, "clerk", NOON))) == VISIT
    assert investigation_in({"cause": "illness"}) is None
    assert facts_of(None) == {}


@pytest.mark.parametrize("item", ["wages_yen", "savings_yen", "rent_yen"])
def test_an_amount_below_zero_is_refused_at_the_counter(item: str) -> None:
    AssistanceForm(cause=Cause.ILLNESS).require_plausible(DAY)
    with pytest.raises(ClaimFormImplausible):
        AssistanceForm(cause=Cause.ILLNESS, **{item: -1}).require_plausible(DAY)


# The part of the standard that is coded


@pytest.mark.requirement("R-239")
@pytest.mark.parametrize(
    ("place", "ages", "expected"),
    [
        ("1-1", (35,), 76_310),  # 47,420 + 28,890; 0.855 of 87,340 is less
        ("1-1", (70,), 74_220),  # 45,330 + 28,890
        ("1-1", (33, 29, 4), 146_800),  # 139,470 × 0.7151 + 47,060 = 146,794.997
        ("1-2", (75,), 67_420),  # 39,730 + 27,690
        ("1-1", (40, 38, 15, 13), 188_810),  # 0.855 × (171,860 × 0.95 + 57,560) = 188,807.085, above the second set
    ],
)
def test_the_least_livelihood_aid_follows_the_published_table(place: str, ages: tuple[int, ...], expected: int) -> None:
    assert least_livelihood_yen(place, ages, date(2020, 10, 1)) == expected


@pytest.mark.parametrize(
    ("place", "ages", "day"),
    [
        ("1-1", (35,), date(2020, 9, 30)),
        ("1-1", (35,), date(2023, 10, 1)),
        ("2-1", (35,), date(2020, 10, 1)),
        ("1-1", (35,) * 6, date(2020, 10, 1)),
        ("1-1", (), date(2020, 10, 1)),
    ],
)
def test_what_is_not_coded_of_the_standard_is_not_computed(place: str, ages: tuple[int, ...], day: date) -> None:
    assert least_livelihood_yen(place, ages, day) is None


@pytest.mark.requirement("R-239")
def test_a_livelihood_below_the_standard_is_refused() -> None:
    day, born = date(2021, 4, 1), [date(1985, 4, 2)]
    good = visit(visited_on=day, place_class="1-1", livelihood_yen=76_310)
    good.require_plausible(day, day, born)
    with pytest.raises(InvestigationImplausible) as refusal:
        msgspec.structs.replace(good, livelihood_yen=76_309).require_plausible(day, day, born)
    assert refusal.value.fields == {"item": "livelihood_yen", "least": 76_310}
