"""Need, category, what is borne and accounts of school support, at their boundaries (R-237)."""

from __future__ import annotations

import dataclasses
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mizuhiki.casework.domain import Case, Finding, Findings, Role, Source
from mizuhiki.casework.domain.persons import Subject
from mizuhiki.institutions.agency.board_of_education.domain.errors import (
    AccountImplausible,
    AccountKnown,
    EntererMayNotApprove,
    HouseholdNotWhole,
    SupportEnded,
    SupportFormImplausible,
    SupportNotCoded,
)
from mizuhiki.institutions.agency.board_of_education.domain.expenses import Category, Item, Stage, borne, borne_yen
from mizuhiki.institutions.agency.board_of_education.domain.need import category_of, yearly_need_yen
from mizuhiki.institutions.agency.board_of_education.domain.procedures import APPLICATION, SUPPORT, notice
from mizuhiki.institutions.agency.board_of_education.domain.pupils import SupportedPupil, Term, account_of
from mizuhiki.institutions.agency.board_of_education.domain.support import SupportForm, decide, income_yen
from mizuhiki.vocabulary.layouts import Scalar

DAY = date(2019, 12, 2)
FAMILY = (date(1985, 4, 2), date(1987, 5, 1), date(2010, 6, 1))
"""33 and 31 years on 1 April 2019, and a child of 8."""
FAMILY_NEED = 12 * (40_270 + 40_270 + 34_070 + 53_290 + 2_150 + 2_560)


def found(role: Role, kind: str, **items: Scalar) -> Finding:
    return Finding(f"{role.value}-person", role, kind, 2019, Source.LINKAGE, items, "exchange-1")


def tax(role: Role, total: int, taxable: int | None = None, *, declared: bool = True) -> Finding:
    return found(role, "local-tax", declared=declared, total_income_yen=total, taxable_income_yen=taxable)


def records(size: int | None = 3, *, resident: bool = True) -> tuple[Finding, ...]:
    return tuple(
        found(role, "resident-record", resident=resident, household_size=size) for role in (Role.APPLICANT, Role.CHILD)
    )


def form(**changes: Any) -> SupportForm:
    values: dict[str, Any] = {
        "school_name": "みずひき特別支援学校",
        "stage": Stage.ELEMENTARY,
        "enrolled_on": date(2017, 4, 1),
    }
    return SupportForm(**{**values, **changes})


def case(received_on: date = DAY, births: tuple[date, ...] = FAMILY, **stated: Any) -> Case:
    known: dict[str, Scalar] = {
        "births": ",".join(one.isoformat() for one in births),
        "supported_already": bool(stated.pop("supported_already", False)),
    }
    roles = stated.pop("roles", (Role.APPLICANT, Role.SPOUSE, Role.CHILD))
    return Case(
        case="case-1",
        procedure=APPLICATION,
        received_on=received_on,
        subjects=tuple(Subject(role, f"{role.value}-person", "452025") for role in roles),
        stated={**form(**stated).stated(), **known},
    )


def findings(*incomes: int, **changes: Any) -> Findings:
    taxes = tuple(tax(role, yen) for role, yen in zip((Role.APPLICANT, Role.SPOUSE), incomes, strict=False))
    return Findings((*changes.get("records", records()), *taxes, *changes.get("more", ())))


@pytest.mark.requirement("R-237")
@pytest.mark.parametrize(
    ("births", "yearly"),
    [
        ((date(1985, 4, 2),), 12 * (40_270 + 43_430)),
        (FAMILY[:2], 12 * (2 * 40_270 + 48_070)),
        (FAMILY, FAMILY_NEED),
        ((*FAMILY, date(2015, 1, 1)), 12 * ((2 * 40_270 + 34_070 + 26_350) * 95 // 100 + 55_160 + 4_710)),
    ],
)
def test_need_is_that_of_ages_and_size_with_lessons(births: tuple[date, ...], yearly: int) -> None:
    assert abs(yearly_need_yen(births, 2019) - yearly) <= 12, "fractions of a yen are kept to the end of the sum"


@pytest.mark.requirement("R-237")
@pytest.mark.parametrize(
    ("age", "first", "lessons"),
    [
        (2, 20_900, 0),
        (3, 26_350, 0),
        (5, 26_350, 0),
        (6, 34_070, 4_710),
        (11, 34_070, 4_710),
        (12, 42_080, 8_510),
        (14, 42_080, 8_510),
        (15, 42_080, 0),
        (19, 42_080, 0),
        (20, 40_270, 0),
        (40, 40_270, 0),
        (41, 38_180, 0),
        (59, 38_180, 0),
        (60, 36_100, 0),
        (69, 36_100, 0),
        (70, 32_340, 0),
    ],
)
def test_each_step_of_age_has_its_amount(age: int, first: int, lessons: int) -> None:
    born_on = date(2019 - age, 4, 1)
    assert yearly_need_yen([born_on], 2019) == 12 * (first + 43_430 + lessons)


@pytest.mark.requirement("R-237")
def test_age_is_that_of_the_first_of_april_and_who_is_born_later_counts_as_a_baby() -> None:
    # Whoever is born on 2 April comes of an age on 1 April at the end of the day (年齢計算ニ関スル法律).
    assert yearly_need_yen([date(2013, 4, 2)], 2019) == 12 * (34_070 + 43_430 + 4_710)
    assert yearly_need_yen([date(2013, 4, 3)], 2019) == 12 * (26_350 + 43_430)
    assert yearly_need_yen([date(2019, 11, 1)], 2019) == 12 * (20_900 + 43_430)


def test_households_of_five_and_more_live_on_nine_tenths_and_each_further_person_adds() -> None:
    adults = [date(1985, 4, 1)] * 6
    assert yearly_need_yen(adults[:5], 2019) == 12 * (5 * 40_270 * 9 // 10 + 55_160 + 440)
    assert yearly_need_yen(adults, 2019) == 12 * (6 * 40_270 * 9 // 10 + 55_160 + 880)


@pytest.mark.requirement("R-237")
@pytest.mark.parametrize(("year", "coded"), [(2016, False), (2017, True), (2023, True), (2024, False)])
def test_years_without_a_standard_are_refused(year: int, *, coded: bool) -> None:
    if coded:
        assert yearly_need_yen(FAMILY, year)
        return
    with pytest.raises(SupportNotCoded):
        yearly_need_yen(FAMILY, year)


@pytest.mark.requirement("R-237")
@pytest.mark.parametrize(
    ("income", "category"),
    [
        (FAMILY_NEED * 3 // 2 - 1, Category.FIRST),
        (FAMILY_NEED * 3 // 2, Category.SECOND),
        (FAMILY_NEED * 5 // 2 - 1, Category.SECOND),
        (FAMILY_NEED * 5 // 2, Category.THIRD),
    ],
)
def test_the_category_changes_at_one_and_a_half_and_two_and_a_half_times_the_need(
    income: int, category: Category
) -> None:
    proposal = decide(case(), findings(income, 0))
    assert (proposal.granted, proposal.terms["category"]) == (True, category.value)
    assert (proposal.terms["income_yen"], proposal.terms["need_yen"]) == (income, FAMILY_NEED)


@pytest.mark.requirement("R-237")
@given(st.integers(0, 50_000_000), st.integers(1, 10_000_000))
def test_categories_are_those_of_exact_fractions(income: int, need: int) -> None:
    ratio = Fraction(income, need)
    wanted = "1" if ratio < Fraction("1.5") else "2" if ratio < Fraction("2.5") else "3"
    assert category_of(income, need).value == wanted


@pytest.mark.requirement("R-237")
def test_premiums_lower_the_income_only_as_far_as_the_tax_record_shows_deductions() -> None:
    told = Findings((tax(Role.APPLICANT, 4_000_000, 3_000_000), tax(Role.SPOUSE, 1_000_000, 1_000_000)))
    assert income_yen(told, 0) == 5_000_000
    assert income_yen(told, 800_000) == 4_200_000
    assert income_yen(told, 1_000_001) == 4_000_000
    untold = Findings((tax(Role.APPLICANT, 4_000_000),))
    assert income_yen(untold, 800_000) == 4_000_000


@pytest.mark.requirement("R-237")
@pytest.mark.parametrize(
    ("items", "category"),
    [
        ({"receiving": True}, "1"),
        ({"receiving": True, "ended_on": "2019-12-02"}, "1"),
        ({"receiving": True, "ended_on": "2019-12-01"}, "3"),
        ({"receiving": False}, "3"),
    ],
)
def test_public_assistance_needs_no_measure(items: dict[str, Scalar], category: str) -> None:
    assistance = found(Role.APPLICANT, "public-assistance", **items)
    proposal = decide(case(on_public_assistance=True), findings(20_000_000, more=(assistance,)))
    assert proposal.terms["category"] == category


@pytest.mark.requirement("R-237")
def test_income_that_nobody_declared_gives_the_third_category() -> None:
    told = findings(more=(tax(Role.APPLICANT, 0, declared=False),))
    proposal = decide(case(), told)
    assert (proposal.terms["category"], proposal.reasons[0].rule) == ("3", "income-not-declared")


@pytest.mark.requirement("R-237")
@pytest.mark.parametrize(
    ("changes", "told", "rule"),
    [
        ({"supported_already": True}, {}, "supported-already"),
        ({}, {"records": records(resident=False)}, "not-resident"),
        ({"roles": (Role.APPLICANT, Role.SPOUSE, Role.HOUSEHOLD)}, {}, "no-pupil"),
    ],
)
def test_what_stands_against_support_refuses_it(changes: dict[str, Any], told: dict[str, Any], rule: str) -> None:
    proposal = decide(case(**changes), findings(1_000_000, **told))
    assert (proposal.granted, proposal.outcome, proposal.reasons[0].rule) == (False, "refused", rule)


@pytest.mark.requirement("R-237")
@pytest.mark.parametrize(("size", "whole"), [(3, True), (2, True), (None, True), (4, False)])
def test_a_household_that_is_larger_than_the_application_is_not_measured(size: int | None, *, whole: bool) -> None:
    told = findings(1_000_000, records=records(size))
    if whole:
        assert decide(case(), told).granted
        return
    with pytest.raises(HouseholdNotWhole):
        decide(case(), told)


@pytest.mark.requirement("R-237")
@pytest.mark.parametrize(
    ("enrolled", "received", "begins", "ends"),
    [
        (date(2017, 4, 1), DAY, "2019-04-01", "2020-03-31"),
        (date(2019, 9, 1), DAY, "2019-09-01", "2020-03-31"),
        (date(2017, 4, 1), date(2020, 3, 31), "2019-04-01", "2020-03-31"),
        (date(2017, 4, 1), date(2020, 4, 1), "2020-04-01", "2021-03-31"),
    ],
)
def test_support_is_for_the_fiscal_year_from_enrolment(enrolled: date, received: date, begins: str, ends: str) -> None:
    proposal = decide(case(received, enrolled_on=enrolled), findings(1_000_000))
    assert (proposal.terms["from"], proposal.terms["until"]) == (begins, ends)


@pytest.mark.parametrize(
    ("changes", "item"),
    [
        ({"school_name": " "}, "school_name"),
        ({"enrolled_on": date(2019, 12, 3)}, "enrolled_on"),
        ({"premiums_yen": -1}, "premiums_yen"),
    ],
)
def test_an_application_that_cannot_be_is_refused(changes: dict[str, Any], item: str) -> None:
    with pytest.raises(SupportFormImplausible) as refusal:
        form(**changes).require_plausible(DAY)
    assert refusal.value.fields["item"] == item
    form(enrolled_on=DAY).require_plausible(DAY)


@pytest.mark.requirement("R-237")
@pytest.mark.parametrize(
    ("stage", "category", "dormitory", "items"),
    [
        (Stage.ELEMENTARY, "1", False, "school-meals commuting attendant school-trip school-things"),
        (Stage.LOWER_SECONDARY, "2", True, "school-meals visits-home attendant dormitory school-trip school-things"),
        (Stage.UPPER_SECONDARY, "1", False, "textbooks school-meals commuting school-trip"),
        (Stage.UPPER_SECONDARY, "3", True, "textbooks visits-home"),
        (Stage.ELEMENTARY, "3", False, "commuting attendant"),
    ],
)
def test_what_is_borne_follows_from_department_category_and_dormitory(
    stage: Stage, category: str, items: str, *, dormitory: bool
) -> None:
    assert " ".join(borne(stage, Category(category), dormitory=dormitory)) == items


@pytest.mark.parametrize(
    ("item", "category", "yen", "part"),
    [
        (Item.MEALS, "1", 999, 999),
        (Item.MEALS, "2", 999, 499),
        (Item.MEALS, "3", 999, 0),
        (Item.COMMUTING, "2", 999, 999),
        (Item.COMMUTING, "3", 999, 499),
        (Item.TEXTBOOKS, "3", 999, 999),
        (Item.DORMITORY, "2", 1_000, 500),
    ],
)
def test_the_part_that_is_borne_drops_fractions_of_a_yen(item: Item, category: str, yen: int, part: int) -> None:
    assert borne_yen(item, Category(category), yen) == part


def pupil(**changes: Any) -> SupportedPupil:
    values: dict[str, Any] = {
        "number": "1234-5678",
        "person": "child",
        "guardian": "father",
        "case": "case-1",
        "school_name": "みずひき特別支援学校",
        "stage": Stage.ELEMENTARY,
        "category": Category.SECOND,
        "dormitory": False,
        "year": 2019,
        "since": date(2019, 4, 1),
        "until": date(2020, 3, 31),
    }
    return SupportedPupil(**{**values, **changes})


@pytest.mark.requirement("R-237")
def test_an_account_bears_its_part_and_another_person_approves_it() -> None:
    account = account_of(
        pupil(), "a", Term.FIRST, {Item.MEALS: 20_001, Item.COMMUTING: 5_000, Item.SCHOOL_TRIP: 0}, by="clerk", day=DAY
    )
    assert [(line.item, line.borne_yen) for line in account.lines] == [(Item.MEALS, 10_000), (Item.COMMUTING, 5_000)]
    assert account.borne_yen == 15_000
    for by in ("clerk", ""):
        with pytest.raises(EntererMayNotApprove):
            account.approve(by, DAY)
    approved = account.approve("approver", DAY)
    assert (approved.approved_by, approved.pay_on) == ("approver", date(2019, 12, 16))
    with pytest.raises(AccountKnown):
        approved.approve("other", DAY)


@pytest.mark.parametrize(
    ("recognised", "by", "day", "item"),
    [
        ({}, "clerk", DAY, "empty"),
        ({Item.MEALS: 0}, "clerk", DAY, "empty"),
        ({Item.MEALS: -1}, "clerk", DAY, "school-meals"),
        ({Item.DORMITORY: 1}, "clerk", DAY, "dormitory"),
        ({Item.TEXTBOOKS: 1}, "clerk", DAY, "textbooks"),
        ({Item.MEALS: 1}, "", DAY, "by"),
        ({Item.MEALS: 1}, "clerk", date(2019, 3, 31), "day"),
    ],
)
def test_an_account_that_cannot_be_is_refused(recognised: dict[Item, int], by: str, day: date, item: str) -> None:
    with pytest.raises(AccountImplausible) as refusal:
        account_of(pupil(), "a", Term.FIRST, recognised, by=by, day=day)
    assert refusal.value.fields["item"] == item


@pytest.mark.parametrize(
    ("day", "reason", "item"),
    [
        (date(2019, 3, 31), "転学", "day"),
        (date(2020, 3, 31), "転学", "day"),
        (DAY, " ", "reason"),
    ],
)
def test_support_ends_once_within_its_days_and_with_a_reason(day: date, reason: str, item: str) -> None:
    with pytest.raises(SupportEnded) as refusal:
        pupil().end(day, reason)
    assert refusal.value.fields["item"] == item
    ended = pupil().end(date(2019, 4, 1), "転学")
    with pytest.raises(SupportEnded):
        ended.end(DAY, "転学")


@pytest.mark.requirement("R-237")
def test_the_three_papers_of_before_are_asked_of_their_holders() -> None:
    papers = ["resident-record-copy", "tax-certificate", "public-assistance-certificate"]
    assert [one.code for one in SUPPORT.papers] == papers
    assert {one.kind for one in SUPPORT.required(case(on_public_assistance=True))} == {
        "resident-record",
        "local-tax",
        "public-assistance",
    }
    assert {one.kind for one in SUPPORT.required(case())} == {"resident-record", "local-tax"}


def test_a_refusal_and_a_category_are_told_in_words() -> None:
    refused = decide(case(supported_already=True), findings(1_000_000))
    granted = decide(case(), findings(1_000_000))
    assert "支給されません" in notice(dataclasses.replace(case(), proposal=refused)).body
    assert "第I区分" in notice(dataclasses.replace(case(), proposal=granted)).body
