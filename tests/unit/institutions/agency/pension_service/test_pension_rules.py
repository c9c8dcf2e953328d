"""Claims for pensions, incomes of those disabled from before 20, notifications, payments (R-249, R-250)."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mizuhiki.casework.domain import Case, Finding, Findings, Proposal, Role, Source, Subject
from mizuhiki.institutions.agency.pension_service.domain import basic_claims as basic
from mizuhiki.institutions.agency.pension_service.domain import employees_claims as employees
from mizuhiki.institutions.agency.pension_service.domain import income_status, notifications
from mizuhiki.institutions.agency.pension_service.domain.amounts import (
    amounts_on,
    basic_yen,
    children_yen,
    disability_yen,
    employees_yen,
    full_yen,
)
from mizuhiki.institutions.agency.pension_service.domain.basic_claims import BasicForm, Benefit
from mizuhiki.institutions.agency.pension_service.domain.employees_claims import EmployeesForm, special_age
from mizuhiki.institutions.agency.pension_service.domain.errors import (
    AmountNotCoded,
    PensionClaimImplausible,
    RuleNotCoded,
)
from mizuhiki.institutions.agency.pension_service.domain.income_status import tax_year_of, term_of
from mizuhiki.institutions.agency.pension_service.domain.incomes import Income, limits_before_twenty
from mizuhiki.institutions.agency.pension_service.domain.notifications import NotificationForm
from mizuhiki.institutions.agency.pension_service.domain.pensions import (
    Stop,
)
from mizuhiki.institutions.agency.pension_service.domain.premiums import WHOLE, Tally, tally_of
from mizuhiki.vocabulary.layouts import Scalar
from mizuhiki.vocabulary.persons import Sex

DAY = date(2019, 12, 2)
BORN_65 = date(1954, 12, 3)
"""Reaches 65 on 2 December 2019."""
LIVES: dict[str, Scalar] = {"resident": True}


def months(count: int, weight: int | None = None, employed: int = 0, pay_yen: int = 0) -> Tally:
    return Tally(count, count * WHOLE if weight is None else weight, employed, 0, pay_yen)


def found(role: Role, kind: str, person: str = "", **items: Scalar) -> Finding:
    return Finding(person or f"{role.value}-person", role, kind, 2019, Source.LINKAGE, items, "e-1")


def income(role: Role = Role.APPLICANT, yen: int = 0, **items: Scalar) -> Finding:
    values: dict[str, Scalar] = {"declared": True, "total_income_yen": yen, "dependents_count": 0, **items}
    return found(role, "local-tax", **values)


def lives(role: Role = Role.APPLICANT, **items: Scalar) -> Finding:
    return found(role, "resident-record", **(items or LIVES))


def case_of(stated: dict[str, Scalar], received: date, birth: date, tally: Tally, **facts: Scalar) -> Case:
    known: dict[str, Scalar] = {
        **stated,
        "birth": birth.isoformat(),
        "births": "",
        "spouse_birth": "",
        "pensions_held": "",
        "sex": int(Sex.MALE),
        **tally.facts(),
        **facts,
    }
    subjects = (Subject(Role.APPLICANT, "applicant-person", "452025"),)
    return Case(case="c", procedure="p", received_on=received, subjects=subjects, stated=known)


def old_age(
    tally: Tally, birth: date = BORN_65, received: date = DAY, *, from_now: bool = False, **facts: Scalar
) -> Proposal:
    stated = BasicForm(benefit=Benefit.OLD_AGE, from_now=from_now).stated()
    return basic.decide(case_of(stated, received, birth, tally, **facts), Findings((lives(),)))


def disabled(*findings: Finding, received: date = DAY, births: str = "", **changes: Any) -> Proposal:
    values: dict[str, Any] = {
        "benefit": Benefit.BEFORE_TWENTY,
        "first_examined_on": date(2005, 1, 10),
        "certified_on": date(2006, 7, 10),
        "grade": 2,
        **changes,
    }
    case = case_of(BasicForm(**values).stated(), received, date(1990, 4, 10), months(0), births=births)
    return basic.decide(case, Findings((lives(), *(findings or (income(),)))))


def rules(proposal: Proposal) -> list[str]:
    return [one.rule for one in proposal.reasons]


@pytest.mark.requirement("R-249")
@pytest.mark.parametrize(
    ("day", "year", "older"),
    [
        (date(2017, 3, 31), 780_100, 780_100),
        (date(2017, 4, 1), 779_300, 779_300),
        (date(2019, 3, 31), 779_300, 779_300),
        (date(2019, 4, 1), 780_100, 780_100),
        (date(2022, 4, 1), 777_800, 777_800),
        (date(2023, 4, 1), 795_000, 792_600),
    ],
)
def test_the_full_pension_is_that_of_the_fiscal_year(day: date, year: int, older: int) -> None:
    """As the Ministry and the Japan Pension Service published them."""
    assert full_yen(date(1956, 4, 2), day) == year
    assert full_yen(date(1956, 4, 1), day) == older


def test_years_without_amounts_are_refused() -> None:
    for day in (date(2016, 3, 31), date(2025, 4, 1)):
        with pytest.raises(AmountNotCoded):
            amounts_on(day)


@pytest.mark.parametrize(
    ("qualifying", "weight", "yen"),
    [
        (480, 480 * WHOLE, 780_100),
        (120, 120 * WHOLE, 195_025),
        (480, 240 * WHOLE + 240 * 12, 585_075),
        (120, 119 * WHOLE, 193_400),
        (500, 500 * WHOLE, 780_100),
    ],
)
def test_a_pension_is_the_share_of_480_months_rounded_to_the_yen(qualifying: int, weight: int, yen: int) -> None:
    """780,100 × 119 ÷ 480 = 193,399.79, which is rounded to 193,400 (国民年金法17条)."""
    assert basic_yen(Tally(qualifying, weight, 0, 0, 0), BORN_65, DAY) == yen


def test_pay_before_april_2003_counts_at_the_higher_rate() -> None:
    assert employees_yen(Tally(0, 0, 24, 12 * 300_000, 12 * 300_000)) == round(3_600_000 * (0.007125 + 0.005481))


@given(st.integers(0, 480), st.integers(0, 480))
def test_more_months_never_make_a_smaller_pension(one: int, two: int) -> None:
    fewer, more = sorted((one, two))
    assert basic_yen(months(fewer), BORN_65, DAY) <= basic_yen(months(more), BORN_65, DAY) <= 780_100


@pytest.mark.requirement("R-249")
@pytest.mark.parametrize(
    ("day", "qualifying", "granted"),
    [
        (date(2017, 7, 31), 299, False),
        (date(2017, 7, 31), 300, True),
        (date(2017, 8, 1), 119, False),
        (date(2017, 8, 1), 120, True),
        (DAY, 120, True),
    ],
)
def test_ten_years_suffice_from_august_2017_on(day: date, qualifying: int, *, granted: bool) -> None:
    assert old_age(months(qualifying), birth=date(1950, 1, 1), received=day).granted is granted


@pytest.mark.requirement("R-249")
def test_whoever_reached_65_before_with_ten_years_is_entitled_from_august_2017() -> None:
    birth = date(1950, 1, 1)
    assert old_age(months(120), birth=birth).terms["entitled_on"] == "2017-08-01"
    assert old_age(months(299), birth=birth).terms["entitled_on"] == "2017-08-01"
    assert old_age(months(300), birth=birth).terms["entitled_on"] == "2014-12-31"
    assert old_age(months(120), birth=date(1952, 8, 2)).terms["entitled_on"] == "2017-08-01"
    assert old_age(months(120), birth=date(1952, 8, 3)).terms["entitled_on"] == "2017-08-02"


@pytest.mark.requirement("R-249")
def test_the_age_is_reached_on_the_eve() -> None:
    assert old_age(months(480), birth=date(1954, 12, 3)).granted
    assert rules(old_age(months(480), birth=date(1954, 12, 4))) == ["age-not-reached"]
    assert rules(old_age(months(480), birth=date(1959, 12, 4), from_now=True)) == ["age-not-reached"]


@pytest.mark.requirement("R-249")
@pytest.mark.parametrize(
    ("birth", "received", "yen"),
    [
        # 60 months early at half a percent: 70 percent of 780,100.
        (date(1959, 12, 3), DAY, 546_070),
        # One month early: 99.5 percent, 776,199.5 rounded up.
        (date(1955, 1, 3), DAY, 776_200),
        # Born from 2 April 1962 on and claimed from April 2022 on: 0.4 percent; 60 months make 76 percent of 777,800.
        (date(1962, 4, 2), date(2022, 4, 1), 591_128),
        # Born a day before: half a percent, 59 months earlier than 31 March 2027's month: 70.5 percent.
        (date(1962, 4, 1), date(2022, 4, 1), 548_349),
    ],
)
def test_a_pension_claimed_early_is_less_for_good(birth: date, received: date, yen: int) -> None:
    proposal = old_age(months(480), birth=birth, received=received, from_now=True)
    assert (proposal.terms["annual_yen"], proposal.terms["entitled_on"]) == (yen, received.isoformat())
    assert "claimed-early" in rules(proposal)


@pytest.mark.requirement("R-249")
@pytest.mark.parametrize(
    ("birth", "received", "yen"),
    [
        # Eleven months after 65 nothing is gained yet.
        (date(1955, 1, 3), date(2020, 12, 2), 781_700),
        # Twelve months: 108.4 percent of 781,700.
        (date(1955, 1, 3), date(2021, 1, 2), 847_363),
        # Sixty months: 142 percent of 780,100; more months than that count from April 2022 on only.
        (date(1949, 12, 3), DAY, 1_107_742),
        (date(1949, 6, 3), DAY, 1_107_742),
        # Born from 2 April 1952 on: 60 months and more count, here 61 months: 142.7 percent of 777,800.
        (date(1952, 4, 2), date(2022, 5, 2), 1_109_921),
        (date(1952, 4, 1), date(2022, 5, 2), 1_104_476),
    ],
)
def test_a_pension_claimed_late_is_more_for_good(birth: date, received: date, yen: int) -> None:
    assert old_age(months(480), birth=birth, received=received, from_now=True).terms["annual_yen"] == yen


@pytest.mark.requirement("R-249")
def test_the_dead_and_those_who_have_it_get_no_pension() -> None:
    stated = BasicForm(benefit=Benefit.OLD_AGE).stated()
    case = case_of(stated, DAY, BORN_65, months(480))
    gone = lives(resident=False, removal_reason="death")
    assert rules(basic.decide(case, Findings((gone,)))) == ["claimant-died"]
    assert rules(old_age(months(480), pensions_held="disability-basic,old-age-basic")) == ["pension-held"]
    assert old_age(months(480), pensions_held="disability-basic").granted
    assert tally_of(case.stated) == months(480)


@pytest.mark.requirement("R-249")
def test_a_disability_from_before_20_needs_no_premium() -> None:
    proposal = disabled()
    assert (proposal.terms["annual_yen"], proposal.terms["entitled_on"]) == (780_100, "2010-04-09")
    assert disabled(grade=1).terms["annual_yen"] == 975_125
    assert disability_yen(1, BORN_65, date(2018, 4, 1)) == 974_125
    assert disabled(certified_on=date(2012, 1, 1)).terms["entitled_on"] == "2012-01-01"
    assert rules(disabled(grade=3)) == ["grade-too-light"]
    assert rules(disabled(first_examined_on=date(2010, 4, 9), certified_on=date(2011, 1, 1))) == [
        "examined-from-twenty-on"
    ]
    assert disabled(first_examined_on=date(2010, 4, 8), certified_on=date(2011, 1, 1)).granted
    assert rules(disabled(found(Role.APPLICANT, "local-tax", declared=False))) == ["income-not-declared"]


@pytest.mark.requirement("R-250")
def test_children_below_the_end_of_the_school_year_of_18_add_to_it() -> None:
    children = tuple(found(Role.CHILD, "resident-record", f"child-{n}", resident=n != 4) for n in range(4))
    births = "2001-04-02,2001-04-01,2015-01-01,2018-01-01"
    proposal = disabled(income(), *children, births=births)
    assert proposal.terms["addition_yen"] == 224_500 * 2 + 74_800
    assert basic.end_of_childhood(date(2001, 4, 1)) == date(2019, 3, 31)
    assert basic.end_of_childhood(date(2001, 4, 2)) == date(2020, 3, 31)
    moved = (*children[:3], found(Role.CHILD, "resident-record", "child-3", resident=False))
    assert disabled(income(), *moved, births=births).terms["addition_yen"] == 224_500 * 2
    assert children_yen(0, DAY) == 0


@pytest.mark.parametrize(
    ("changes", "item"),
    [
        ({"first_examined_on": None}, "first_examined_on"),
        ({"first_examined_on": date(2019, 12, 3)}, "first_examined_on"),
        ({"certified_on": None}, "certified_on"),
        ({"certified_on": date(2005, 1, 9)}, "certified_on"),
        ({"certified_on": date(2019, 12, 3)}, "certified_on"),
        ({"grade": 0}, "grade"),
    ],
)
def test_a_claim_that_cannot_be_says_which_field(changes: dict[str, Any], item: str) -> None:
    values: dict[str, Any] = {
        "benefit": Benefit.BEFORE_TWENTY,
        "first_examined_on": date(2005, 1, 10),
        "certified_on": date(2006, 7, 10),
        "grade": 2,
    }
    BasicForm(**values).require_plausible(DAY)
    with pytest.raises(PensionClaimImplausible) as caught:
        BasicForm(**{**values, **changes}).require_plausible(DAY)
    assert caught.value.fields["item"] == item


@pytest.mark.requirement("R-250")
@pytest.mark.parametrize(
    ("month", "yen", "dependants", "elderly", "stop"),
    [
        (date(2019, 12, 1), 3_604_000, 0, 0, Stop.NONE),
        (date(2019, 12, 1), 3_604_001, 0, 0, Stop.HALF),
        (date(2019, 12, 1), 4_621_000, 0, 0, Stop.HALF),
        (date(2019, 12, 1), 4_621_001, 0, 0, Stop.WHOLE),
        (date(2019, 12, 1), 3_984_000, 1, 0, Stop.NONE),
        (date(2019, 12, 1), 3_984_001, 1, 0, Stop.HALF),
        (date(2019, 12, 1), 4_084_000, 1, 1, Stop.NONE),
        (date(2021, 9, 1), 3_604_001, 0, 0, Stop.HALF),
        (date(2021, 10, 1), 3_704_000, 0, 0, Stop.NONE),
        (date(2021, 10, 1), 4_721_001, 0, 0, Stop.WHOLE),
    ],
)
def test_income_stops_pensions_from_before_20(month: date, yen: int, dependants: int, elderly: int, stop: Stop) -> None:
    """360万4千円 and 462万1千円, from October 2021 370万4千円 and 472万1千円, as published."""
    assert limits_before_twenty(month).stop(Income(yen, dependants, elderly, 0, widow=False)) is stop


@pytest.mark.requirement("R-250")
@pytest.mark.parametrize(
    ("day", "first", "last", "tax_year"),
    [
        (date(2019, 7, 31), date(2018, 8, 1), date(2019, 7, 1), 2018),
        (date(2019, 8, 1), date(2019, 8, 1), date(2020, 7, 1), 2019),
        (date(2020, 8, 1), date(2020, 8, 1), date(2021, 9, 1), 2020),
        (date(2021, 9, 30), date(2020, 8, 1), date(2021, 9, 1), 2020),
        (date(2021, 10, 1), date(2021, 10, 1), date(2022, 9, 1), 2021),
        (date(2022, 9, 30), date(2021, 10, 1), date(2022, 9, 1), 2021),
    ],
)
def test_terms_ran_from_august_and_run_from_october(day: date, first: date, last: date, tax_year: int) -> None:
    assert (term_of(day), tax_year_of(day)) == ((first, last), tax_year)


@pytest.mark.requirement("R-250")
def test_no_limit_is_coded_before_august_2006() -> None:
    with pytest.raises(RuleNotCoded):
        limits_before_twenty(date(2006, 7, 1))


@pytest.mark.requirement("R-250")
@pytest.mark.parametrize(
    ("yen", "outcome", "stopped"),
    [(3_604_000, "paid", ""), (3_604_001, "half-stopped", "half"), (4_621_001, "stopped", "whole")],
)
def test_an_income_decides_about_the_term(yen: int, outcome: str, stopped: str) -> None:
    case = case_of({"pension": "1234-5678"}, DAY, BORN_65, months(0), income_limited_pension="1234-5678")
    proposal = income_status.decide(case, Findings((income(yen=yen),)))
    assert (proposal.outcome, proposal.terms["stopped"]) == (outcome, stopped)
    assert (proposal.terms["stopped_from"], proposal.terms["stopped_until"]) == ("2019-08-01", "2020-07-01")
    unknown = income_status.decide(case, Findings((found(Role.APPLICANT, "local-tax", declared=False),)))
    assert (unknown.outcome, unknown.terms["stopped"]) == ("withheld", "withheld")
    other = dataclasses.replace(case, stated={**case.stated, "income_limited_pension": ""})
    assert not income_status.decide(other, Findings((income(),))).granted


@pytest.mark.requirement("R-249")
@pytest.mark.parametrize(
    ("birth", "sex", "age"),
    [
        (date(1953, 4, 1), Sex.MALE, 60),
        (date(1953, 4, 2), Sex.MALE, 61),
        (date(1961, 4, 1), Sex.MALE, 64),
        (date(1961, 4, 2), Sex.MALE, 65),
        (date(1958, 4, 1), Sex.FEMALE, 60),
        (date(1958, 4, 2), Sex.FEMALE, 61),
        (date(1966, 4, 1), Sex.FEMALE, 64),
        (date(1966, 4, 2), Sex.FEMALE, 65),
    ],
)
def test_the_age_of_the_special_employees_pension_rises_by_birth(birth: date, sex: Sex, age: int) -> None:
    assert special_age(birth, sex) == age


def employed(
    tally: Tally, *findings: Finding, birth: date = BORN_65, form: EmployeesForm | None = None, **facts: Scalar
) -> Proposal:
    case = case_of((form or EmployeesForm()).stated(), DAY, birth, tally, **facts)
    return employees.decide(case, Findings((lives(), *findings)))


@pytest.mark.requirement("R-249")
def test_the_employees_pension_follows_pay_and_needs_a_month_at_65_and_a_year_before() -> None:
    tally = months(480, employed=240, pay_yen=240 * 300_000)
    assert employed(tally).terms["annual_yen"] == 394_632
    assert rules(employed(months(480))) == ["never-employed"]
    assert employed(months(480, employed=1, pay_yen=300_000)).granted
    at_61 = date(1955, 4, 1)
    special = employed(months(480, employed=12, pay_yen=1), birth=at_61).terms
    assert (special["entitled_on"], special["ended_on"]) == ("2016-03-31", "2020-03-31")
    assert "ended_on" not in employed(tally).terms
    assert rules(employed(months(480, employed=11, pay_yen=1), birth=at_61)) == ["age-not-reached"]
    assert rules(employed(months(119, employed=119))) == ["too-few-months"]
    assert rules(employed(tally, pensions_held="old-age-employees")) == ["pension-held"]


@pytest.mark.requirement("R-249")
def test_the_special_pension_rests_while_unemployment_benefit_is_received() -> None:
    tally, birth = months(480, employed=240, pay_yen=1), date(1955, 4, 1)
    until = {"recipient": True, "benefit_from": "2019-10-01", "benefit_until": "2019-12-02"}
    form = EmployeesForm(seeks_work=True)
    resting = employed(tally, found(Role.APPLICANT, "unemployment-benefit", **until), birth=birth, form=form)
    assert (resting.terms["stopped"], resting.terms["stopped_from"]) == ("whole", "2019-10-01")
    over = found(Role.APPLICANT, "unemployment-benefit", **{**until, "benefit_until": "2019-12-01"})
    assert "stopped" not in employed(tally, over, birth=birth, form=form).terms
    none = Finding("applicant-person", Role.APPLICANT, "unemployment-benefit", 2019, Source.NO_DATA, {}, "e")
    assert "stopped" not in employed(tally, none, birth=birth, form=form).terms
    assert "stopped" not in employed(tally, found(Role.APPLICANT, "unemployment-benefit", **until), form=form).terms


@pytest.mark.requirement("R-249")
@pytest.mark.parametrize(
    ("employed_months", "spouse_birth", "yen", "resident", "rule"),
    [
        (240, "1954-12-04", 6_554_999, True, "spouse-supported"),
        (239, "1954-12-04", 6_554_999, True, "too-few-employed-months-for-spouse"),
        (240, "1954-12-03", 6_554_999, True, "spouse-65"),
        (240, "1954-12-04", 6_555_000, True, "spouse-income-too-high"),
        (240, "1954-12-04", 0, False, "spouse-not-resident"),
        (240, "1954-12-04", None, True, "income-not-declared"),
    ],
)
def test_a_supported_spouse_adds_to_the_employees_pension(
    employed_months: int,
    spouse_birth: str,
    yen: int | None,
    rule: str,
    *,
    resident: bool,
) -> None:
    tax = found(Role.SPOUSE, "local-tax", declared=False) if yen is None else income(Role.SPOUSE, yen)
    proposal = employed(
        months(480, employed=employed_months),
        lives(Role.SPOUSE, resident=resident),
        tax,
        form=EmployeesForm(spouse_supported=True),
        spouse_birth=spouse_birth,
    )
    assert rule in rules(proposal)
    assert proposal.terms["addition_yen"] == (390_100 if rule == "spouse-supported" else 0)


@pytest.mark.requirement("R-249")
def test_nothing_is_added_for_a_spouse_before_65() -> None:
    proposal = employed(
        months(480, employed=240),
        lives(Role.SPOUSE),
        income(Role.SPOUSE),
        birth=date(1955, 4, 1),
        form=EmployeesForm(spouse_supported=True),
        spouse_birth="1960-01-01",
    )
    assert proposal.terms["addition_yen"] == 0


def notified(*findings: Finding, kind: str = "old-age-basic", supported: bool = False, **facts: Scalar) -> Proposal:
    stated = NotificationForm(pension="1234-5678", about_supported=supported).stated()
    case = case_of(stated, DAY, BORN_65, months(0), pension_kind=kind, **{"addition_yen": 0, **facts})
    return notifications.decide(case, Findings(findings or (lives(),)))


@pytest.mark.requirement("R-250")
def test_a_notification_is_answered_by_the_register() -> None:
    assert notified().terms["confirmed_on"] == "2019-12-02"
    gone = lives(resident=False, removal_reason="death", resident_until="2019-11-20")
    assert (notified(gone).outcome, notified(gone).terms["ended_on"]) == ("ended", "2019-11-20")
    assert notified(lives(resident=False, removal_reason="move-out")).terms["stopped"] == "withheld"
    assert not notified(kind="").granted
    with pytest.raises(PensionClaimImplausible):
        NotificationForm(pension=" ").require_plausible()


@pytest.mark.requirement("R-250")
def test_additions_end_with_what_they_were_for() -> None:
    child = found(Role.CHILD, "resident-record", resident=True)
    kept = notified(lives(), child, kind="disability-basic", supported=True, births="2010-01-01")
    assert kept.terms["addition_yen"] == 224_500
    rich = income(Role.CHILD, 6_555_000)
    assert (
        notified(lives(), child, rich, kind="disability-basic", supported=True, births="2010-01-01").terms[
            "addition_yen"
        ]
        == 0
    )
    spouse = (lives(), lives(Role.SPOUSE), income(Role.SPOUSE, 6_555_000))
    facts: dict[str, Scalar] = {"addition_yen": 390_100, "spouse_birth": "1960-01-01"}
    ended = notified(*spouse, kind="old-age-employees", supported=True, **facts)
    assert (ended.terms["addition_yen"], rules(ended)[-1]) == (0, "spouse-income-too-high")
    poor = (*spouse[:2], income(Role.SPOUSE, 0))
    assert notified(*poor, kind="old-age-employees", supported=True, **facts).terms["addition_yen"] == 390_100
    without = notified(*poor, kind="old-age-employees", supported=True, spouse_birth="1960-01-01")
    assert "addition_yen" not in without.terms
    assert rules(notified(lives(), kind="old-age-employees", supported=True, addition_yen=390_100))[-1] == (
        "no-spouse-named"
    )
