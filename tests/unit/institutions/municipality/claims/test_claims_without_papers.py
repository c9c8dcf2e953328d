"""Claims to the city's sections with nothing attached: asked, decided by two, told, handed on (R-217)."""

from __future__ import annotations

import dataclasses
from datetime import date

import msgspec
import pytest

from mizuhiki.casework.domain import CaseState, PersonForm, Role
from mizuhiki.casework.domain.errors import ClaimNotInState, ProposerMayNotDecide
from mizuhiki.institutions.municipality.domain.claims import (
    care_premium,
    child_rearing,
    childcare,
    disability_services,
    housing,
    medical_aid,
    public_assistance,
)
from mizuhiki.institutions.municipality.domain.claims.care_premium import PremiumForm, ReliefGround
from mizuhiki.institutions.municipality.domain.claims.child_rearing import ChildRearingForm, Ground
from mizuhiki.institutions.municipality.domain.claims.childcare import ChildcareForm
from mizuhiki.institutions.municipality.domain.claims.disability_services import Service, ServicesForm
from mizuhiki.institutions.municipality.domain.claims.errors import (
    InvestigationMissing,
    NoInvestigation,
    NoWelfareOffice,
)
from mizuhiki.institutions.municipality.domain.claims.housing import HousingForm
from mizuhiki.institutions.municipality.domain.claims.investigation import Investigation
from mizuhiki.institutions.municipality.domain.claims.medical_aid import MedicalAidForm, Treatment
from mizuhiki.institutions.municipality.domain.claims.public_assistance import AssistanceForm, Cause
from mizuhiki.institutions.municipality.operations.claims.sections import AffairOfAnotherSection
from mizuhiki.institutions.municipality.operations.claims.service import ClaimForm, Claims
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.vocabulary.ids import InstitutionId
from support.municipality import MIYAKONOJO
from support.section_office import BORN, CHILD, DAY, GRANDMOTHER, MOTHER, SectionOffice, told

CHILD_SECTION = ("child-section", "child-rearing-allowance")
CARE = ("care-section", "long-term-care-insurance")
HOUSING = ("housing-section", "public-housing")
WELFARE = ("welfare-office", "disability-services")
CHILDCARE = ("child-section", "childcare-support")
ASSISTANCE = ("welfare-office", "public-assistance")
VISIT = Investigation(
    visited_on=DAY, place_class="3-1", livelihood_yen=110_000, housing_yen=30_000, remarks="病気療養中"
)
SHIBUYA = "municipality-131130"
DIVORCED = ChildRearingForm(ground=Ground.DIVORCE, since=date(2019, 6, 1))


def decided(
    office: SectionOffice,
    section: tuple[str, str],
    code: str,
    people: tuple[PersonForm, ...],
    form: ClaimForm,
    *,
    visited: Investigation | None = None,
) -> str:
    """Walk a claim to its notice; nobody brings a paper."""
    claims, clerk, approver = office.claims, office.clerk(*section), office.approver(*section)
    case = claims.claim(clerk, code, f"request-of-{code}", DAY, people, form)
    claims.gather(clerk, case)
    if visited is not None:
        claims.record_investigation(clerk, case, visited)
    claims.propose(clerk, case)
    with pytest.raises(ProposerMayNotDecide):
        claims.approve(office.approver(*section, "clerk"), case)
    claims.approve(approver, case)
    claims.notify(clerk, case)
    found = claims.case_file(clerk, case).case
    assert (found.state, found.papers) == (CaseState.DECIDED, ())
    assert office.notices[-1].request_id == f"decision-{case}"
    return case


@pytest.mark.requirement("R-217", "R-238")
def test_child_rearing_allowance_is_decided_without_a_paper(office: SectionOffice) -> None:
    office.tax(MOTHER, 500_000, dependents=1)
    office.tax(GRANDMOTHER, 0)
    office.answers["pension-benefit"] = told("pension-benefit", receiving=True, annual_yen=120_000)
    people = (
        office.person(MOTHER, Role.APPLICANT),
        office.person(CHILD, Role.CHILD),
        office.person(GRANDMOTHER, Role.HOUSEHOLD),
    )
    form = ChildRearingForm(ground=Ground.DIVORCE, since=date(2019, 6, 1), on_pension=True)
    case = decided(office, CHILD_SECTION, child_rearing.CODE, people, form)
    clerk = office.clerk(*CHILD_SECTION)
    found = office.claims.case_file(clerk, case).case
    assert {(one.kind, one.provider) for one in found.evidence} == {
        ("resident-record", MIYAKONOJO),
        ("local-tax", MIYAKONOJO),
        ("pension-benefit", "pension-service"),
    }
    assert [(one.kinds, one.provider) for one in office.inquiries] == [(["pension-benefit"], "pension-service")]
    assert found.proposal is not None
    assert (found.proposal.outcome, found.proposal.terms["monthly_yen"]) == ("partial", 42_910 - 10_000)
    payment = office.claims.order_payment(office.approver(*CHILD_SECTION), case)
    assert (payment.amount_yen, payment.pay_on) == (2 * 32_910, date(2020, 3, 11))
    (saved,) = [one for one in office.claims.savings(clerk) if one.procedure.code == child_rearing.CODE]
    assert saved.saving.papers_before >= 6
    assert saved.saving.papers_after == 0


@pytest.mark.requirement("R-238")
def test_what_was_granted_is_told_to_others_once(office: SectionOffice) -> None:
    office.tax(MOTHER, 0, dependents=1)
    people = (office.person(MOTHER, Role.APPLICANT), office.person(CHILD, Role.CHILD))
    decided(office, CHILD_SECTION, child_rearing.CODE, people, DIVORCED)
    before = len(office.copies)
    machinery = office.country.context("machinery", "child-rearing-allowance")
    office.held = False
    assert office.claims.publish_awards(machinery) == 0
    office.held = True
    assert office.claims.publish_awards(machinery) == 1
    assert office.claims.publish_awards(machinery) == 0
    (copy,) = office.copies[before:]
    assert (copy.kind, copy.fiscal_year, copy.valid_from) == ("child-rearing-allowance", 0, date(2020, 1, 1))
    assert (copy.items["receiving"], copy.items["payment_class"], copy.items["monthly_yen"]) == (True, "full", 42_910)


@pytest.mark.requirement("R-217", "R-244")
def test_a_premium_is_reduced_without_a_paper(office: SectionOffice) -> None:
    for which in (GRANDMOTHER, MOTHER):
        office.tax(which, 0)
    people = (office.person(GRANDMOTHER, Role.APPLICANT), office.person(MOTHER, Role.HOUSEHOLD))
    form = PremiumForm(ground=ReliefGround.NEED, pension_yen=700_000, savings_yen=500_000)
    case = decided(office, CARE, care_premium.CODE, people, form)
    found = office.claims.case_file(office.clerk(*CARE), case).case
    assert found.proposal is not None
    assert (found.proposal.terms["premium_before_yen"], found.proposal.terms["premium_yen"]) == (27_000, 13_500)
    assert office.inquiries == []


@pytest.mark.requirement("R-217", "R-246")
def test_a_household_is_admitted_to_housing_without_a_paper(office: SectionOffice) -> None:
    office.answers["local-tax"] = told(
        "local-tax", fiscal_year=2019, declared=True, taxable=True, total_income_yen=2_900_000
    )
    office.answers["disability"] = told("disability", certificate=True, kind_of_certificate="physical", grade="4")
    office.tax(CHILD, 0)
    people = (
        office.person(MOTHER, Role.APPLICANT, lived_on_1_january="131130"),
        office.person(CHILD, Role.HOUSEHOLD),
    )
    form = HousingForm(hardship="立ち退きを求められている", member_disabled=True)
    case = decided(office, HOUSING, housing.CODE, people, form)
    found = office.claims.case_file(office.clerk(*HOUSING), case).case
    assert found.proposal is not None
    assert found.proposal.outcome == "admitted"
    asked = {(one.kind, one.provider, one.statute.partition(" ")[0]) for one in found.evidence if one.exchange_number}
    assert asked == {("local-tax", SHIBUYA, "2-31"), ("disability", "prefecture-welfare-45", "2-31")}


@pytest.mark.requirement("R-217", "R-241")
def test_disability_services_are_granted_without_a_paper(office: SectionOffice) -> None:
    office.tax(MOTHER, 0)
    office.answers["disability"] = told("disability", certificate=True, kind_of_certificate="mental", grade="2")
    people = (office.person(MOTHER, Role.APPLICANT),)
    form = ServicesForm(service=Service.DAY_CARE, support_level=3)
    case = decided(office, WELFARE, disability_services.CODE, people, form)
    found = office.claims.case_file(office.clerk(*WELFARE), case).case
    assert found.proposal is not None
    assert (found.proposal.outcome, found.proposal.terms["cap_yen"]) == ("granted", 0)
    asked = [(one.kind, one.provider, one.statute.partition(" ")[0]) for one in found.evidence if one.exchange_number]
    assert asked == [("disability", "prefecture-welfare-45", "practice-241")]


@pytest.mark.requirement("R-217", "R-234")
def test_childcare_is_certified_without_a_paper(office: SectionOffice) -> None:
    office.tax(MOTHER, 2_330_000)  # a levy of 120,000 yen
    office.answers["disability"] = told("disability", certificate=True, kind_of_certificate="physical")
    office.answers["special-child-rearing-allowance"] = "no-data"
    people = (
        office.person(MOTHER, Role.APPLICANT),
        office.person(CHILD, Role.CHILD),
        office.person(GRANDMOTHER, Role.HOUSEHOLD),
    )
    form = ChildcareForm(
        wanted_from=date(2020, 1, 6),
        ground=childcare.Ground.WORK,
        hours=130,
        on_child_rearing_allowance=True,
        on_special_allowance=True,
        member_disabled=True,
    )
    case = decided(office, CHILDCARE, childcare.CODE, people, form)
    clerk = office.clerk(*CHILDCARE)
    found = office.claims.case_file(clerk, case).case
    assert found.proposal is not None
    assert found.proposal.terms == {
        "need_class": "2",
        "hours": "standard",
        "from": "2020-01-06",
        "until": "2021-03-31",
        "tier": 5,
        "fee_yen": 0,
        "side_dishes_free": False,
    }
    asked = {(one.kind, one.provider, one.statute.partition(" ")[0]) for one in found.evidence if one.exchange_number}
    assert asked == {
        ("special-child-rearing-allowance", "prefecture-welfare-45", "2-116"),
        ("disability", "prefecture-welfare-45", "2-116"),
    }
    within = {(one.kind, one.outcome) for one in found.evidence if not one.exchange_number}
    assert within == {("local-tax", "provided"), ("child-rearing-allowance", "no-data")}
    (saved,) = [one for one in office.claims.savings(clerk) if one.procedure.code == childcare.CODE]
    assert saved.saving.papers_before >= 4
    assert saved.saving.papers_after == 0


@pytest.mark.requirement("R-217", "R-242")
def test_medical_aid_is_granted_without_a_paper(office: SectionOffice) -> None:
    office.tax(MOTHER, 0)
    office.tax(GRANDMOTHER, 0)
    office.answers["disability"] = told("disability", certificate=True, kind_of_certificate="physical", grade="1")
    office.answers["pension-benefit"] = told("pension-benefit", receiving=True, annual_yen=974_125)
    office.answers["special-child-rearing-allowance"] = told(
        "special-child-rearing-allowance", receiving=True, monthly_yen=52_200
    )
    people = (office.person(MOTHER, Role.APPLICANT), office.person(GRANDMOTHER, Role.HOUSEHOLD))
    form = MedicalAidForm(
        treatment=Treatment.REHABILITATION,
        treatment_until=date(2020, 3, 31),
        holds_certificate=True,
        on_public_assistance=True,
        on_pension=True,
        on_special_allowance=True,
    )
    case = decided(office, WELFARE, medical_aid.CODE, people, form)
    found = office.claims.case_file(office.clerk(*WELFARE), case).case
    assert found.proposal is not None
    assert (found.proposal.terms["band"], found.proposal.terms["cap_yen"]) == ("low-2", 5_000)
    asked = {(one.kind, one.provider, one.statute.partition(" ")[0]) for one in found.evidence if one.exchange_number}
    assert asked == {
        ("disability", "prefecture-welfare-45", "practice-241"),
        ("special-child-rearing-allowance", "prefecture-welfare-45", "practice-242"),
        ("pension-benefit", "pension-service", "practice-242"),
    }


@pytest.mark.requirement("R-217", "R-239")
def test_public_assistance_is_decided_without_a_paper_after_a_visit(office: SectionOffice) -> None:
    office.tax(MOTHER, 0, dependents=1)
    office.answers["unemployment-benefit"] = told("unemployment-benefit", recipient=False)
    office.answers["special-child-rearing-allowance"] = "no-data"
    office.answers["pension-benefit"] = "no-data"
    mothers = (office.person(MOTHER, Role.APPLICANT), office.person(CHILD, Role.CHILD))
    decided(office, CHILD_SECTION, child_rearing.CODE, mothers, DIVORCED)
    form = AssistanceForm(
        cause=Cause.ILLNESS,
        on_unemployment_benefit=True,
        on_child_rearing_allowance=True,
        on_special_allowance=True,
        on_pension=True,
    )
    office.inquiries.clear()
    case = decided(office, ASSISTANCE, public_assistance.CODE, mothers, form, visited=VISIT)
    found = office.claims.case_file(office.clerk(*ASSISTANCE), case).case
    assert found.proposal is not None
    assert (found.proposal.outcome, found.proposal.terms["monthly_yen"]) == ("granted", 140_000 - 42_910)
    asked = {(one.kind, one.provider, one.statute.partition(" ")[0]) for one in found.evidence if one.exchange_number}
    assert asked == {
        ("unemployment-benefit", "public-employment-office", "2-26"),
        ("special-child-rearing-allowance", "prefecture-welfare-45", "2-26"),
        ("pension-benefit", "pension-service", "2-26"),
    }
    payment = office.claims.order_payment(office.approver(*ASSISTANCE), case)
    assert (payment.amount_yen, payment.pay_on) == ((140_000 - 42_910) * 30 // 31, DAY)


@pytest.mark.requirement("R-239")
def test_everybody_of_an_assisted_household_counts_as_assisted_elsewhere(office: SectionOffice) -> None:
    office.tax(MOTHER, 2_330_000)
    people = (office.person(MOTHER, Role.APPLICANT), office.person(CHILD, Role.CHILD))
    decided(office, ASSISTANCE, public_assistance.CODE, people, AssistanceForm(cause=Cause.ILLNESS), visited=VISIT)
    before = len(office.copies)
    machinery = office.country.context("machinery", "child-rearing-allowance")
    assert office.claims.publish_awards(machinery) == 2
    told_of = {(one.kind, one.items["receiving"], one.items["medical_aid"]) for one in office.copies[before:]}
    assert told_of == {("public-assistance", True, False)}
    office.answers["disability"] = told("disability", certificate=True, kind_of_certificate="physical")
    form = MedicalAidForm(
        treatment=Treatment.REHABILITATION,
        treatment_until=date(2020, 3, 31),
        holds_certificate=True,
        on_public_assistance=True,
    )
    case = decided(office, WELFARE, medical_aid.CODE, (office.person(MOTHER, Role.APPLICANT),), form)
    found = office.claims.case_file(office.clerk(*WELFARE), case).case
    assert found.proposal is not None
    assert (found.proposal.terms["band"], found.proposal.terms["cap_yen"]) == ("assistance", 0)


@pytest.mark.requirement("R-239")
def test_a_village_leaves_assistance_to_the_prefecture(office: SectionOffice) -> None:
    village = dataclasses.replace(office.claims.adapters, institution=InstitutionId("municipality-155861"))
    people, form = (office.person(MOTHER, Role.APPLICANT),), AssistanceForm(cause=Cause.ILLNESS)
    with pytest.raises(NoWelfareOffice):
        Claims(village).claim(office.clerk(*ASSISTANCE), public_assistance.CODE, "request", DAY, people, form)
    names = ("都城市", "港区", "粟島浦村", "葉山町")
    assert [public_assistance.has_welfare_office(one) for one in names] == [True, True, False, False]


@pytest.mark.requirement("R-239")
def test_a_later_visit_drops_the_proposal_and_only_assistance_knows_visits(office: SectionOffice) -> None:
    office.tax(MOTHER, 0)
    claims, clerk, people = office.claims, office.clerk(*ASSISTANCE), (office.person(MOTHER, Role.APPLICANT),)
    form = AssistanceForm(cause=Cause.ILLNESS)
    case = claims.claim(clerk, public_assistance.CODE, "request", DAY, people, form)
    claims.gather(clerk, case)
    with pytest.raises(InvestigationMissing):
        claims.propose(clerk, case)
    claims.record_investigation(clerk, case, VISIT)
    assert claims.propose(clerk, case).terms["monthly_yen"] == 140_000
    later = msgspec.structs.replace(VISIT, housing_yen=0)
    claims.record_investigation(clerk, case, later)
    file = claims.case_file(clerk, case)
    assert (file.case.state, file.case.proposal) == (CaseState.EXAMINED, None)
    assert file.facts["found_housing_yen"] == 0
    with pytest.raises(ClaimNotInState):
        claims.approve(office.approver(*ASSISTANCE), case)
    assert claims.propose(clerk, case).terms["monthly_yen"] == 110_000
    with pytest.raises(ActionNotPermitted):
        claims.record_investigation(office.approver(*ASSISTANCE), case, VISIT)
    other = claims.claim(
        office.clerk(*WELFARE),
        disability_services.CODE,
        "another",
        DAY,
        people,
        ServicesForm(service=Service.DAY_CARE, support_level=3),
    )
    with pytest.raises(NoInvestigation):
        claims.record_investigation(office.clerk(*WELFARE), other, VISIT)


@pytest.mark.parametrize("section", [CARE, HOUSING])
def test_a_section_never_opens_another_sections_case(office: SectionOffice, section: tuple[str, str]) -> None:
    office.tax(MOTHER, 0)
    people = (office.person(MOTHER, Role.APPLICANT), office.person(CHILD, Role.CHILD))
    case = decided(office, CHILD_SECTION, child_rearing.CODE, people, DIVORCED)
    stranger = office.clerk(section[0], CHILD_SECTION[1])
    with pytest.raises(AffairOfAnotherSection):
        office.claims.case_file(stranger, case)
    with pytest.raises(AffairOfAnotherSection):
        office.claims.worklist(stranger)
    assert office.claims.worklist(office.clerk(*section)) == []


@pytest.mark.requirement("R-255")
def test_all_departments_know_the_claimant_as_one_addressee(office: SectionOffice) -> None:
    office.tax(MOTHER, 0, dependents=1)
    people = (office.person(MOTHER, Role.APPLICANT), office.person(CHILD, Role.CHILD))
    first = decided(office, CHILD_SECTION, child_rearing.CODE, people, DIVORCED)
    second = office.claims.claim(
        office.clerk(*HOUSING),
        housing.CODE,
        "another-request",
        DAY,
        (office.person(MOTHER, Role.APPLICANT),),
        HousingForm(hardship="狭い"),
    )
    of_child = office.claims.case_file(office.clerk(*CHILD_SECTION), first)
    of_housing = office.claims.case_file(office.clerk(*HOUSING), second)
    assert of_child.case.applicant.person == of_housing.case.applicant.person
    person = of_child.people[of_child.case.applicant.person]
    assert person.addressee_number == of_housing.people[person.person].addressee_number
    assert person.four_items.birth_date == BORN[MOTHER]
