"""Rules of student aid on their boundary days and figures."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from mizuhiki.casework.domain import Case, Finding, Findings, Payment, Proposal, Role, Source, Subject
from mizuhiki.institutions.agency.student_services.domain.aid import (
    LOAN_HIGHEST_MONTHLY_YEN,
    Aid,
    Living,
    School,
    decide,
    within_months,
)
from mizuhiki.institutions.agency.student_services.domain.errors import AidEnded, AidFormImplausible, AidNotCoded
from mizuhiki.institutions.agency.student_services.domain.payments import next_pay_day, next_payment
from mizuhiki.institutions.agency.student_services.domain.scholars import scholar_of
from support.student_office import aid_form

DAY = date(2019, 12, 2)
GRANTS = {
    (School.PUBLIC, Living.HOME): 20_000,
    (School.PUBLIC, Living.AWAY): 30_000,
    (School.PRIVATE, Living.HOME): 30_000,
    (School.PRIVATE, Living.AWAY): 40_000,
}
"""As the ministers agreed on 2016-12-19 and the organization paid."""


def case(day: date = DAY, **stated: Any) -> Case:
    return Case(
        case="case",
        procedure="student-aid.application",
        received_on=day,
        subjects=(Subject(Role.APPLICANT, "student", "452025"), Subject(Role.PARENT, "father", "452025")),
        stated=aid_form(**stated).stated(),
    )


def found(kind: str, *, role: Role = Role.PARENT, source: Source = Source.LINKAGE, **items: Any) -> Finding:
    return Finding("father", role, kind, 2019, source, items, "reference")


def taxed(*, taxable: bool, **items: Any) -> Finding:
    return found("local-tax", declared=True, taxable=taxable, **items)


def rules(proposal: Proposal) -> list[str]:
    return [one.rule for one in proposal.reasons]


@pytest.mark.requirement("R-236")
@pytest.mark.parametrize(
    ("day", "coded"),
    [
        (date(2017, 3, 31), False),
        (date(2017, 4, 1), True),
        (date(2020, 3, 31), True),
        (date(2020, 4, 1), False),
    ],
)
def test_grants_of_this_act_are_given_from_2017_04_01_to_2020_03_31(day: date, *, coded: bool) -> None:
    applied = case(day, entered_on=date(2019, 4, 1))
    if coded:
        assert decide(applied, Findings((taxed(taxable=False),))).granted
    else:
        with pytest.raises(AidNotCoded):
            decide(applied, Findings((taxed(taxable=False),)))


@pytest.mark.requirement("R-236")
@pytest.mark.parametrize(
    ("entered", "school", "living", "rule"),
    [
        (date(2017, 3, 31), School.PRIVATE, Living.AWAY, "entered-before-grants"),
        (date(2017, 4, 1), School.PRIVATE, Living.AWAY, "household-not-taxed"),
        (date(2017, 4, 1), School.PRIVATE, Living.HOME, "advance-year-private-away-only"),
        (date(2018, 3, 31), School.PUBLIC, Living.AWAY, "advance-year-private-away-only"),
        (date(2018, 4, 1), School.PUBLIC, Living.HOME, "household-not-taxed"),
    ],
)
def test_who_entered_when_and_where(entered: date, school: School, living: Living, rule: str) -> None:
    proposal = decide(case(entered_on=entered, school=school, living=living), Findings((taxed(taxable=False),)))
    assert rules(proposal) == [rule]
    assert proposal.granted == (rule == "household-not-taxed")
    assert proposal.terms["monthly_yen"] == (GRANTS[school, living] if proposal.granted else 0)


@pytest.mark.requirement("R-236")
@pytest.mark.parametrize(
    ("items", "granted"),
    [
        ({"taxable": False}, True),
        ({"taxable": True}, False),
        ({"taxable": True, "income_levy_yen": 0}, True),
        ({"taxable": True, "income_levy_yen": 1}, False),
        ({"taxable": False, "income_levy_yen": 1}, False),
    ],
)
def test_the_levy_decides_and_where_it_is_not_told_whether_income_is_taxable(
    items: dict[str, Any], *, granted: bool
) -> None:
    assert decide(case(), Findings((taxed(**items),))).granted is granted


@pytest.mark.requirement("R-236")
def test_every_supporter_counts_and_undeclared_income_is_not_read_as_none() -> None:
    both = Findings((taxed(taxable=False), taxed(taxable=True)))
    assert rules(decide(case(), both)) == ["supporter-taxed"]
    undeclared = found("local-tax", declared=False, taxable=False)
    assert rules(decide(case(), Findings((undeclared,)))) == ["income-not-declared"]
    assert rules(decide(case(), Findings(()))) == ["no-supporter-named"]


@pytest.mark.requirement("R-236")
@pytest.mark.parametrize(
    ("items", "source", "granted"),
    [
        ({"receiving": True}, Source.LINKAGE, True),
        ({"receiving": True}, Source.PAPER, True),
        ({"receiving": True, "ended_on": "2019-12-02"}, Source.LINKAGE, True),
        ({"receiving": True, "ended_on": "2019-12-01"}, Source.LINKAGE, False),
        ({"receiving": False}, Source.LINKAGE, False),
        ({}, Source.NO_DATA, False),
    ],
)
def test_public_assistance_stands_for_the_tax_while_it_lasts(
    items: dict[str, Any], source: Source, *, granted: bool
) -> None:
    findings = Findings((taxed(taxable=True), found("public-assistance", source=source, **items)))
    assert decide(case(on_public_assistance=True), findings).granted is granted


@pytest.mark.requirement("R-236")
@pytest.mark.parametrize(
    ("event", "day", "inside"),
    [
        (date(2018, 12, 31), date(2019, 11, 30), True),
        (date(2018, 12, 1), date(2019, 12, 1), False),
        (date(2019, 12, 2), date(2019, 12, 2), True),
        (date(2019, 12, 3), date(2019, 12, 2), False),
    ],
)
def test_twelve_months_begin_with_the_month_of_the_event(event: date, day: date, *, inside: bool) -> None:
    assert within_months(event, day, 12) is inside


@pytest.mark.parametrize(
    ("school", "living", "highest"),
    [
        # The organization's page of loans for entrants from 2018 on.
        (School.PUBLIC, Living.HOME, 45_000),
        (School.PUBLIC, Living.AWAY, 51_000),
        (School.PRIVATE, Living.HOME, 54_000),
        (School.PRIVATE, Living.AWAY, 64_000),
    ],
)
def test_a_loan_stays_within_the_published_highest_amount(school: School, living: Living, highest: int) -> None:
    assert LOAN_HIGHEST_MONTHLY_YEN[school, living] == highest
    form = aid_form(aid=Aid.EMERGENCY_LOAN, school=school, living=living, monthly_wanted_yen=highest)
    form.require_plausible(DAY)
    above = aid_form(aid=Aid.EMERGENCY_LOAN, school=school, living=living, monthly_wanted_yen=highest + 1)
    with pytest.raises(AidFormImplausible):
        above.require_plausible(DAY)


@pytest.mark.requirement("R-236")
def test_an_emergency_loan_needs_a_confirmed_loss_of_work() -> None:
    applied = case(aid=Aid.EMERGENCY_LOAN, monthly_wanted_yen=64_000, parent_lost_work=True)
    lost = found("unemployment-benefit", separation_date="2019-06-30")
    proposal = decide(applied, Findings((lost,)))
    assert (rules(proposal), proposal.terms["monthly_yen"]) == (["loss-of-work-confirmed"], 64_000)
    nothing = found("unemployment-benefit", source=Source.NO_DATA)
    assert rules(decide(applied, Findings((nothing,)))) == ["no-loss-of-work-confirmed"]
    old = found("unemployment-benefit", separation_date="2018-11-30")
    assert rules(decide(applied, Findings((old,)))) == ["loss-of-work-too-long-ago"]


def test_other_circumstances_are_confirmed_beside_and_decide_nothing() -> None:
    pension = found("pension-benefit", receiving=True, annual_yen=780_100)
    disabled = found("disability", role=Role.APPLICANT, certificate=True)
    proposal = decide(case(), Findings((taxed(taxable=True), pension, disabled)))
    assert not proposal.granted
    assert rules(proposal)[1:] == ["supporter-on-pension", "disability-in-household"]


@pytest.mark.parametrize(
    ("changes", "item"),
    [
        ({"school_name": " "}, "school_name"),
        ({"graduates_on": date(2019, 4, 1)}, "graduates_on"),
        ({"entered_on": date(2015, 4, 1), "graduates_on": date(2019, 12, 1)}, "graduates_on"),
        ({"aid": Aid.EMERGENCY_LOAN, "monthly_wanted_yen": 0}, "monthly_wanted_yen"),
        ({"aid": Aid.EMERGENCY_LOAN, "monthly_wanted_yen": 64_001}, "monthly_wanted_yen"),
    ],
)
def test_an_impossible_application_names_what_is_wrong(changes: dict[str, Any], item: str) -> None:
    with pytest.raises(AidFormImplausible) as refusal:
        aid_form(**changes).require_plausible(DAY)
    assert refusal.value.fields["item"] == item


@pytest.mark.parametrize(
    ("day", "pays"),
    [
        (date(2019, 12, 11), date(2019, 12, 11)),
        (date(2019, 12, 12), date(2020, 1, 11)),
        (date(2019, 1, 31), date(2019, 2, 11)),
    ],
)
def test_aid_is_paid_on_the_eleventh(day: date, pays: date) -> None:
    assert next_pay_day(day) == pays


def _granted(payments: tuple[Payment, ...] = ()) -> Case:
    applied = case(entered_on=date(2019, 4, 1), graduates_on=date(2020, 1, 31))
    proposal = decide(applied, Findings((taxed(taxable=False),)))
    return Case(
        case="case",
        procedure=applied.procedure,
        received_on=DAY,
        subjects=applied.subjects,
        stated=applied.stated,
        proposal=proposal,
        payments=payments,
    )


def test_payments_end_with_the_month_of_leaving_school() -> None:
    first = next_payment(_granted(), DAY)
    assert first is not None
    second = next_payment(_granted((first,)), DAY)
    assert second is not None
    assert (first.label, second.label, second.pay_on) == ("2019-12", "2020-01", date(2020, 1, 11))
    assert next_payment(_granted((first, second)), DAY) is None


def test_aid_ends_inside_its_time_and_once() -> None:
    scholar = scholar_of(_granted(), "1234-5678")
    assert scholar is not None
    for day in (date(2019, 11, 30), date(2020, 1, 31)):
        with pytest.raises(AidEnded):
            scholar.end(day, "退学")
    with pytest.raises(AidEnded):
        scholar.end(DAY, " ")
    ended = scholar.end(date(2020, 1, 30), "退学")
    assert (ended.until, ended.ended_for) == (date(2020, 1, 30), "退学")
    with pytest.raises(AidEnded):
        ended.end(date(2020, 1, 10), "退学")
