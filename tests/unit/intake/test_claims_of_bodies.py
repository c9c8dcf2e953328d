"""Procedures of the bodies that keep people: claims with nothing attached, on the same file of people (R-217)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from mizuhiki.casework.domain import PROVIDED, Role
from mizuhiki.casework.domain.errors import EvidenceMissing, NothingToPay, PaperNotWanted, ProposerMayNotDecide
from mizuhiki.institutions.agency.health_insurer.app import build as build_insurer
from mizuhiki.institutions.agency.health_insurer.domain.childbirth import ChildbirthForm
from mizuhiki.institutions.agency.health_insurer.domain.procedures import CHILDBIRTH_CODE
from mizuhiki.institutions.agency.health_insurer.operations.keep_members import Report
from mizuhiki.institutions.agency.hello_work.app import build as build_hello_work
from mizuhiki.institutions.agency.hello_work.domain.care_leave import CareLeaveForm, Kin
from mizuhiki.institutions.agency.hello_work.domain.care_leave import form_of as care_leave_form
from mizuhiki.institutions.agency.hello_work.domain.employments import Employment
from mizuhiki.institutions.agency.hello_work.domain.errors import CareLeaveImplausible
from mizuhiki.institutions.agency.hello_work.domain.procedures import CARE_LEAVE_CODE
from mizuhiki.institutions.agency.prefecture_welfare.app import build as build_welfare
from mizuhiki.institutions.agency.prefecture_welfare.domain.claims import AllowanceForm, PensionCertificateForm
from mizuhiki.institutions.agency.prefecture_welfare.domain.procedures import ALLOWANCE_CODE, CERTIFICATE_CODE
from mizuhiki.vocabulary.layouts import Scalar
from unit.intake.kit import Office, form, open_office

WORKER, MOTHER = 1, 2


def opened(institution: str, affair: str, build: Callable[..., Any]) -> Iterator[Office]:
    office = open_office(institution, affair, build)
    yield office
    office.app.close()


@pytest.fixture
def hello_work() -> Iterator[Office]:
    yield from opened("public-employment-office", "employment-insurance", build_hello_work)


@pytest.fixture
def insurer() -> Iterator[Office]:
    yield from opened("health-insurance-society", "health-insurance", build_insurer)


@pytest.fixture
def welfare() -> Iterator[Office]:
    yield from opened("prefecture-welfare-45", "special-child-rearing-allowance", build_welfare)


def decided(office: Office, case: str) -> Any:
    """Ask, propose, approve; return the proposal."""
    claims = office.service.claims
    claims.gather(office.context(), case)
    proposal = claims.propose(office.context(), case)
    claims.approve(office.context("approver"), case)
    return proposal


def rules(proposal: Any) -> list[str]:
    return [reason.rule for reason in proposal.reasons]


# --- care leave (R-243) ---


def employed(office: Office, since: date = date(2010, 4, 1)) -> str:
    reference: str = office.service.take_in(office.context(), form(WORKER))
    employment = Employment(
        reference=reference,
        office_number="4501-123456-7",
        employer="架空",
        hours_a_week=40,
        insured_from=since,
    )
    office.service.record_employment(office.context(), employment)
    return reference


def leave(**changes: Any) -> dict[str, Scalar]:
    values: dict[str, Any] = {
        "kin": Kin.PARENT,
        "leave_from": date(2019, 10, 1),
        "leave_until": date(2019, 10, 30),
        "six_months_wage_yen": 1_800_000,
        "months_worked": 24,
    }
    return CareLeaveForm(**{**values, **changes}).stated()


def care_claim(office: Office, **changes: Any) -> str:
    people = [office.claimant(WORKER), office.claimant(MOTHER, Role.HOUSEHOLD)]
    return office.claim(CARE_LEAVE_CODE, people, leave(**changes))


@pytest.mark.requirement("R-243", "R-217")
def test_care_leave_is_paid_on_the_resident_record_that_the_office_asked_for(hello_work: Office) -> None:
    claims, reference = hello_work.service.claims, employed(hello_work)
    hello_work.answers["resident-record"] = {"resident": True, "household_head": False}
    case = care_claim(hello_work)
    asked = claims.gather(hello_work.context(), case)
    assert [(one.outcome, one.statute.split()[0]) for one in asked] == [(PROVIDED, "2-77")] * 2
    assert {one.provider for one in asked} == {"municipality-452025"}
    proposal = claims.propose(hello_work.context(), case)
    # 1,800,000 / 180 days = 10,000 yen a day; 30 days at 67 %.
    assert (proposal.granted, proposal.terms["amount_yen"]) == (True, 201_000)
    with pytest.raises(ProposerMayNotDecide):
        claims.approve(hello_work.context("approver", "clerk"), case)
    claims.approve(hello_work.context("approver"), case)
    payment = claims.order_payment(hello_work.context("approver"), case)
    assert payment.amount_yen == 201_000
    with pytest.raises(NothingToPay):
        claims.order_payment(hello_work.context("approver"), case)
    claims.notify(hello_work.context(), case)
    assert "201,000" in hello_work.notices[0].body
    found = claims.case_file(hello_work.context(), case).case
    assert (found.applicant.person, found.papers) == (reference, ())
    (saved,) = claims.savings(hello_work.context())
    assert (saved.saving.papers_before, saved.saving.papers_after) == (2, 0)


@pytest.mark.requirement("R-243")
@pytest.mark.parametrize(
    ("changes", "record", "rule"),
    [
        ({"months_worked": 11}, {"resident": True}, "months-worked-too-few"),
        ({"months_worked": 12}, {"resident": True}, "care-leave-paid"),
        ({"days_worked": 10}, {"resident": True}, "care-leave-paid"),
        ({"days_worked": 11}, {"resident": True}, "worked-too-much"),
        ({"wage_paid_yen": 239_999}, {"resident": True}, "care-leave-paid"),
        ({"wage_paid_yen": 240_000}, {"resident": True}, "wages-reach-eighty-percent"),
        ({}, {"resident": False, "resident_until": "2019-09-30"}, "family-member-not-resident"),
        ({}, {"resident": False, "resident_until": "2019-10-01"}, "care-leave-paid"),
        ({}, {"resident": True, "household_head": True, "relationship": "20"}, "kin-differs-from-record"),
        ({}, {"resident": True, "household_head": True, "relationship": "52"}, "care-leave-paid"),
    ],
)
def test_each_condition_of_care_leave_decides_at_its_boundary(
    hello_work: Office, changes: dict[str, Any], record: dict[str, Scalar], rule: str
) -> None:
    employed(hello_work)
    hello_work.answers["resident-record"] = record
    assert rules(decided(hello_work, care_claim(hello_work, **changes))) == [rule]


@pytest.mark.requirement("R-243")
def test_care_leave_needs_insurance_and_ends_after_93_days_for_one_member_of_the_family(hello_work: Office) -> None:
    hello_work.answers["resident-record"] = {"resident": True}
    assert rules(decided(hello_work, care_claim(hello_work))) == ["not-insured-at-start"]
    employed_later = hello_work.service.claims.worklist(hello_work.context())[0]
    reference = hello_work.service.claims.case_file(hello_work.context(), employed_later.case).case.applicant.person
    hello_work.service.record_employment(
        hello_work.context(),
        Employment(
            reference=reference,
            office_number="4501-123456-7",
            employer="架空",
            hours_a_week=40,
            insured_from=date(2010, 4, 1),
        ),
    )
    hello_work.on(date(2019, 12, 10))
    long = {"leave_from": date(2019, 8, 1), "leave_until": date(2019, 10, 29)}
    assert decided(hello_work, care_claim(hello_work, **long)).terms["days"] == 90
    hello_work.on(date(2019, 12, 11))
    later = {"leave_from": date(2019, 11, 1), "leave_until": date(2019, 11, 10)}
    assert decided(hello_work, care_claim(hello_work, **later)).terms["days"] == 3
    hello_work.on(date(2019, 12, 12))
    again = {"leave_from": date(2019, 11, 20), "leave_until": date(2019, 11, 25)}
    assert rules(decided(hello_work, care_claim(hello_work, **again))) == ["leaves-used-up"]


@pytest.mark.requirement("R-217", "R-243")
@pytest.mark.parametrize("refusal", ["assessment-not-published", "statute-row-not-in-force", "no-data"])
def test_where_linkage_refuses_a_paper_stands_in_and_only_then(hello_work: Office, refusal: str) -> None:
    employed(hello_work)
    claims = hello_work.service.claims
    hello_work.answers["resident-record"] = refusal
    case = care_claim(hello_work)
    people = [one.person for one in claims.case_file(hello_work.context(), case).case.subjects]
    paper = {"kind": "resident-record", "description": "住民票の写し", "items": {"resident": True}}
    with pytest.raises(PaperNotWanted):
        claims.substitute_paper(hello_work.context(), case, person=people[0], **paper)
    assert {one.outcome for one in claims.gather(hello_work.context(), case)} == {refusal}
    with pytest.raises(EvidenceMissing):
        claims.propose(hello_work.context(), case)
    for person in people:
        claims.substitute_paper(hello_work.context(), case, person=person, **paper)
    assert claims.propose(hello_work.context(), case).granted


@pytest.mark.requirement("R-243")
def test_care_leave_is_claimed_after_it_and_to_the_end_of_the_second_month_after() -> None:
    claimed = care_leave_form(leave(leave_from=date(2019, 10, 1), leave_until=date(2019, 12, 31)))
    claimed.require_plausible(date(2020, 1, 1))
    claimed.require_plausible(date(2020, 2, 29))
    for day in (date(2019, 12, 31), date(2020, 3, 1)):
        with pytest.raises(CareLeaveImplausible) as refusal:
            claimed.require_plausible(day)
        assert refusal.value.fields["item"] == "received_on"


@pytest.mark.requirement("R-243")
def test_before_its_row_is_in_force_the_screen_names_the_row_and_its_day(hello_work: Office) -> None:
    hello_work.on(date(2017, 11, 10))
    hello_work.answers["resident-record"] = "statute-row-not-in-force"
    case = care_claim(hello_work, leave_from=date(2017, 9, 1), leave_until=date(2017, 9, 30))
    asked = hello_work.service.claims.gather(hello_work.context(), case)
    assert {one.statute for one in asked} == {"2-77 (in force from 2017-11-13)"}


# --- childbirth (R-245) ---


def birth(**changes: Any) -> dict[str, Scalar]:
    values: dict[str, Any] = {
        "born_on": date(2019, 11, 1),
        "children": 1,
        "pregnancy_days": 280,
        "under_scheme": True,
    }
    return ChildbirthForm(**{**values, **changes}).stated()


def birth_claim(office: Office, **changes: Any) -> str:
    office.born(3, date(2019, 11, 1))
    people = [office.claimant(WORKER), office.claimant(3, Role.CHILD)]
    return office.claim(CHILDBIRTH_CODE, people, birth(**changes))


def insured(office: Office, since: date = date(2015, 4, 1)) -> str:
    reference: str = office.service.take_in(office.context(), form(WORKER))
    report = Report(reference=reference, symbol="架空", employer="架空", monthly_yen=300_000, insured_from=since)
    office.service.acquire_qualification(office.context(), report)
    return reference


@pytest.mark.requirement("R-245", "R-217")
def test_the_childbirth_sum_is_paid_on_the_childs_resident_record(insurer: Office) -> None:
    claims = insurer.service.claims
    insured(insurer)
    insurer.answers["resident-record"] = {"resident": True, "relationship": "20"}
    case = birth_claim(insurer, paid_directly_yen=400_000)
    (asked,) = claims.gather(insurer.context(), case)
    assert (asked.outcome, asked.statute.split()[0], asked.provider) == (PROVIDED, "2-3", "municipality-452025")
    proposal = claims.propose(insurer.context(), case)
    assert (proposal.terms["sum_yen"], proposal.terms["amount_yen"]) == (420_000, 20_000)
    claims.approve(insurer.context("approver"), case)
    assert claims.order_payment(insurer.context("approver"), case).amount_yen == 20_000
    claims.notify(insurer.context(), case)
    assert "20,000" in insurer.notices[0].body
    insurer.on(date(2019, 12, 5))
    assert rules(decided(insurer, birth_claim(insurer))) == ["paid-already"]


@pytest.mark.requirement("R-245")
@pytest.mark.parametrize(
    ("changes", "record", "rule"),
    [
        ({"pregnancy_days": 84}, {"resident": True}, "pregnancy-too-short"),
        ({"pregnancy_days": 85}, {"resident": True}, "childbirth-paid"),
        ({}, {"resident": False}, "children-not-registered"),
        ({"children": 2}, {"resident": True}, "children-not-registered"),
        ({"born_on": date(2019, 11, 2)}, {"resident": True}, "birth-date-differs"),
        ({"born_on": date(2017, 12, 1)}, {"resident": True}, "claimed-too-late"),
        ({"born_on": date(2017, 12, 2)}, {"resident": True}, "birth-date-differs"),  # not too late on the last day
    ],
)
def test_each_condition_of_the_childbirth_sum_decides_at_its_boundary(
    insurer: Office, changes: dict[str, Any], record: dict[str, Scalar], rule: str
) -> None:
    insured(insurer)
    insurer.answers["resident-record"] = record
    assert rules(decided(insurer, birth_claim(insurer, **changes))) == [rule]


@pytest.mark.requirement("R-245")
@pytest.mark.parametrize(
    ("since", "lost_on", "rule"),
    [
        (date(2015, 4, 1), date(2019, 5, 2), "childbirth-paid"),
        (date(2015, 4, 1), date(2019, 5, 1), "mother-not-insured"),
        (date(2018, 5, 2), date(2019, 5, 2), "childbirth-paid"),
        (date(2018, 5, 3), date(2019, 5, 2), "mother-not-insured"),
    ],
)
def test_a_birth_within_six_months_of_losing_insurance_held_for_a_year_counts(
    insurer: Office, since: date, lost_on: date, rule: str
) -> None:
    reference = insured(insurer, since)
    insurer.service.lose_qualification(insurer.context(), reference, lost_on)
    insurer.answers["resident-record"] = {"resident": True}
    assert rules(decided(insurer, birth_claim(insurer))) == [rule]


# --- special child rearing allowance (R-240) ---


def allowance_claim(office: Office) -> str:
    office.born(3, date(2012, 5, 5))
    people = [office.claimant(WORKER), office.claimant(MOTHER, Role.SPOUSE), office.claimant(3, Role.CHILD)]
    return office.claim(ALLOWANCE_CODE, people, AllowanceForm(grades=(1,)).stated())


@pytest.mark.requirement("R-240", "R-217")
def test_the_allowance_is_granted_and_paid_on_what_municipalities_answered(welfare: Office) -> None:
    claims = welfare.service.claims
    welfare.answers |= {
        "resident-record": {"resident": True},
        "local-tax": {"declared": True, "total_income_yen": 3_000_000, "dependents_count": 1},
    }
    case = allowance_claim(welfare)
    asked = claims.gather(welfare.context(), case)
    assert [one.kind for one in asked] == ["resident-record"] * 2 + ["local-tax"] * 2
    assert {(one.outcome, one.statute.split()[0]) for one in asked} == {(PROVIDED, "2-66")}
    proposal = claims.propose(welfare.context(), case)
    assert (proposal.outcome, proposal.terms["monthly_yen"], proposal.terms["from"]) == (
        "granted",
        52_200,
        "2020-01-01",
    )
    claims.approve(welfare.context("approver"), case)
    payment = claims.order_payment(welfare.context("approver"), case)
    assert (payment.amount_yen, payment.pay_on) == (3 * 52_200, date(2020, 4, 11))
    with pytest.raises(NothingToPay):
        claims.order_payment(welfare.context("approver"), case)
    claims.notify(welfare.context(), case)
    assert "52,200" in welfare.notices[0].body
    told = {one.kind: one.items for one in welfare.linked()}
    assert told["special-child-rearing-allowance"]["monthly_yen"] == 52_200


@pytest.mark.requirement("R-240")
@pytest.mark.parametrize(
    ("income", "outcome"), [(4_596_000 + 380_000 + 80_000, "granted"), (4_596_000 + 380_000 + 80_001, "suspended")]
)
def test_the_allowance_is_suspended_above_the_limit_of_income(welfare: Office, income: int, outcome: str) -> None:
    welfare.answers |= {
        "resident-record": {"resident": True},
        "local-tax": {"declared": True, "total_income_yen": income, "dependents_count": 1},
    }
    assert decided(welfare, allowance_claim(welfare)).outcome == outcome


@pytest.mark.requirement("R-240")
def test_undeclared_income_and_a_claimant_who_lives_nowhere_get_no_allowance(welfare: Office) -> None:
    welfare.answers |= {"resident-record": {"resident": True}, "local-tax": {"declared": False}}
    assert rules(decided(welfare, allowance_claim(welfare))) == ["income-not-declared"]
    welfare.on(date(2019, 12, 3))
    welfare.answers["resident-record"] = {"resident": False}
    assert rules(decided(welfare, allowance_claim(welfare))) == ["not-resident"]


# --- mental disability certificate on a pension (R-251) ---


@pytest.fixture
def mental() -> Iterator[Office]:
    yield from opened("prefecture-welfare-45", "mental-health", build_welfare)


def certificate_claim(office: Office, *, mental_disorder: bool = True, agrees: bool = True) -> str:
    stated = PensionCertificateForm(for_mental_disorder=mental_disorder, agrees_to_inquiry=agrees).stated()
    return office.claim(CERTIFICATE_CODE, [office.claimant(WORKER)], stated)


@pytest.mark.requirement("R-251", "R-217")
def test_a_certificate_follows_the_grade_of_the_pension_without_pension_papers(mental: Office) -> None:
    claims = mental.service.claims
    mental.answers["pension-benefit"] = {"receiving": True, "pension_type": "disability-basic", "disability_grade": "2"}
    case = certificate_claim(mental)
    (asked,) = claims.gather(mental.context(), case)
    assert (asked.outcome, asked.statute.split()[0], asked.provider) == (PROVIDED, "2-25", "pension-service")
    assert claims.propose(mental.context(), case).terms == {"grade": "2"}
    claims.approve(mental.context("approver"), case)
    with pytest.raises(NothingToPay):
        claims.order_payment(mental.context("approver"), case)
    claims.notify(mental.context(), case)
    (copy,) = [one for one in mental.linked() if one.kind == "disability"]
    assert (copy.items["kind_of_certificate"], copy.items["grade"]) == ("mental", "2")
    assert copy.items["valid_until"] == "2021-12-31"
    saved = {one.procedure.code: one.saving for one in claims.savings(mental.context())}[CERTIFICATE_CODE]
    assert (saved.papers_before, saved.papers_after) == (2, 0)
    mental.on(date(2019, 12, 9))
    assert rules(decided(mental, certificate_claim(mental))) == ["certificate-held"]


@pytest.mark.requirement("R-251")
@pytest.mark.parametrize(
    ("pension", "mental_disorder", "rule"),
    [
        (
            {"receiving": False, "pension_type": "disability-basic", "disability_grade": "1"},
            True,
            "no-disability-pension",
        ),
        ({"receiving": True, "pension_type": "old-age-basic"}, True, "no-disability-pension"),
        ({"receiving": True, "pension_type": "disability-basic"}, True, "pension-without-grade"),
        (
            {"receiving": True, "pension_type": "disability-basic", "disability_grade": "1"},
            False,
            "not-for-mental-disorder",
        ),
    ],
)
def test_only_a_disability_pension_for_a_mental_disorder_gives_a_grade(
    mental: Office, pension: dict[str, Scalar], *, mental_disorder: bool, rule: str
) -> None:
    mental.answers["pension-benefit"] = pension
    assert rules(decided(mental, certificate_claim(mental, mental_disorder=mental_disorder))) == [rule]


@pytest.mark.requirement("R-251")
@pytest.mark.parametrize(
    ("pension_type", "grade"),
    [("disability-basic", "1"), ("disability-basic", "2"), ("disability-employees", "3")],
)
def test_the_certificate_has_the_grade_of_the_pension(mental: Office, pension_type: str, grade: str) -> None:
    mental.answers["pension-benefit"] = {"receiving": True, "pension_type": pension_type, "disability_grade": grade}
    issued = decided(mental, certificate_claim(mental))
    assert (rules(issued), issued.terms) == (["grade-of-pension"], {"grade": grade})


@pytest.mark.requirement("R-251")
def test_a_pension_gives_no_certificate_where_the_person_did_not_agree_to_the_inquiry(mental: Office) -> None:
    mental.answers["pension-benefit"] = {"receiving": True, "pension_type": "disability-basic", "disability_grade": "2"}
    assert rules(decided(mental, certificate_claim(mental, agrees=False))) == ["inquiry-not-agreed"]


# --- one file of people ---


@pytest.mark.requirement("R-255")
def test_whoever_is_on_file_is_the_same_person_in_a_claim(hello_work: Office) -> None:
    reference = employed(hello_work)
    case = care_claim(hello_work)
    found = hello_work.service.claims.case_file(hello_work.context(), case)
    assert found.case.applicant.person == reference
    assert hello_work.service.linkage_figures(hello_work.context())["persons"] == 2


def test_cases_whose_retention_ended_take_with_them_whoever_came_by_a_claim_only(hello_work: Office) -> None:
    employed(hello_work)
    hello_work.answers["resident-record"] = {"resident": True}
    decided(hello_work, care_claim(hello_work, wage_paid_yen=240_000))
    hello_work.on(date(2023, 12, 2))
    claims = hello_work.service.claims
    assert claims.destroy_expired(hello_work.context("records-officer")) == 0
    hello_work.on(date(2023, 12, 3))
    assert claims.destroy_expired(hello_work.context("records-officer")) == 1
    assert hello_work.service.linkage_figures(hello_work.context())["persons"] == 1
