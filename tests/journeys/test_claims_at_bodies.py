"""Claims with nothing attached at bodies that keep people, asked of the real holders of the demo nation (R-217)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from mizuhiki.casework.domain import PROVIDED, Application, CaseState, Role
from mizuhiki.casework.domain.errors import EvidenceMissing
from mizuhiki.institutions.agency.health_insurer.domain.childbirth import ChildbirthForm
from mizuhiki.institutions.agency.health_insurer.domain.procedures import CHILDBIRTH_CODE
from mizuhiki.institutions.agency.health_insurer.operations.keep_members import Report
from mizuhiki.institutions.agency.prefecture_welfare.domain.claims import AllowanceForm, PensionCertificateForm
from mizuhiki.institutions.agency.prefecture_welfare.domain.procedures import ALLOWANCE_CODE, CERTIFICATE_CODE
from mizuhiki.institutions.municipality.domain.residents import BirthForm
from mizuhiki.intake.persons import PersonForm, Shown
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, institution_id
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.vocabulary.persons import Relationship, Sex
from mizuhiki.world.local import LocalStage
from support.claims import care_leave_claim, city_of, person_on_claim, relatives, resident_on_claim, residents_told

PARENT, SPOUSE = "parent", "mother"
DAY = date(2019, 12, 2)


def context(stage: LocalStage, body: InstitutionId, affair: str, role: str = "clerk") -> Context:
    return stage.context(body, role, affair, "番号法9条1項, 19条8号", "a claim", person=role)


def claimed(stage: LocalStage, body: InstitutionId, affair: str, application: Application) -> str:
    case: str = stage.operations(body).claims.receive(context(stage, body, affair), application)
    stage.pump()
    return case


def welfare_of(stage: LocalStage, key: str) -> InstitutionId:
    return institution_id(InstitutionKind.PREFECTURE_WELFARE, stage.roster.person(key).municipality[:2])


def with_papers(stage: LocalStage, body: InstitutionId, affair: str, case: str, items: dict[str, Any]) -> list[str]:
    """Take a paper for each question that a holder has no data about; return the kinds."""
    claims, clerk = stage.operations(body).claims, context(stage, body, affair)
    missing = [one for one in claims.case_file(clerk, case).case.evidence if one.outcome != PROVIDED]
    for one in missing:
        claims.substitute_paper(
            clerk, case, person=one.person, kind=one.kind, description="証明書", items=items[one.kind]
        )
    return [one.kind for one in missing]


def decide(stage: LocalStage, body: InstitutionId, affair: str, case: str) -> Any:
    claims = stage.operations(body).claims
    proposal = claims.propose(context(stage, body, affair), case)
    claims.approve(context(stage, body, affair, "approver"), case)
    claims.notify(context(stage, body, affair), case)
    assert claims.case_file(context(stage, body, affair), case).case.state is CaseState.DECIDED
    return proposal


def protected_at_the_pension_service(stage: LocalStage, key: str) -> None:
    """Put a support measure on somebody's record there and tell the own server."""
    pension = institution_id(InstitutionKind.PENSION_SERVICE)
    office = stage.operations(pension)
    number = IndividualNumber.parse(person_on_claim(stage, key, Role.APPLICANT).number_text)
    with office.adapters.store.transaction() as records:
        reference = records.people.persons_of_numbers([number])[number].person
    clerk = context(stage, pension, "national-pension", "counter-clerk")
    office.protect_insured(clerk, reference, protected=True)
    office.publish_local_copies(context(stage, pension, "national-pension", "linkage-officer"))


@pytest.mark.requirement("R-217", "R-251")
def test_the_prefecture_asks_the_pension_service_before_it_takes_a_paper(stage: LocalStage) -> None:
    """It tells nothing of somebody under a support measure; `test_pension_claims` has the usual way."""
    affair, body = "mental-health", welfare_of(stage, SPOUSE)
    protected_at_the_pension_service(stage, SPOUSE)
    application = Application(
        request_id="certificate-1",
        procedure=CERTIFICATE_CODE,
        received_on=DAY,
        people=(person_on_claim(stage, SPOUSE, Role.APPLICANT),),
        stated=PensionCertificateForm(for_mental_disorder=True, agrees_to_inquiry=True).stated(),
    )
    case = claimed(stage, body, affair, application)
    (asked,) = stage.operations(body).claims.gather(context(stage, body, affair), case)
    assert (asked.provider, asked.statute.split()[0]) == ("pension-service", "2-25")
    with pytest.raises(EvidenceMissing):
        stage.operations(body).claims.propose(context(stage, body, affair), case)
    read = {"receiving": True, "pension_type": "disability-basic", "disability_grade": "2"}
    assert with_papers(stage, body, affair, case, {"pension-benefit": read}) == ["pension-benefit"]
    assert decide(stage, body, affair, case).terms == {"grade": "2"}


def decided_without_papers(stage: LocalStage, body: InstitutionId, affair: str, case: str, saved: int) -> Any:
    """Decide, and check that no paper was handed in where `saved` of them were before."""
    proposal = decide(stage, body, affair, case)
    claims, clerk = stage.operations(body).claims, context(stage, body, affair)
    found = claims.case_file(clerk, case).case
    assert found.papers == ()
    (line,) = [one.saving for one in claims.savings(clerk) if one.procedure.code == found.procedure]
    assert (line.cases, line.papers_before, line.papers_after) == (1, saved, 0)
    assert line.visits_after == 1
    return proposal


def born_to(stage: LocalStage, parent: str, day: date) -> str:
    """Let a child be born to somebody of the roster, be numbered, and get its pseudonym; return its record's name."""
    city, resident = city_of(stage, parent), stage.roster.person(parent).resident
    office = stage.operations(city)
    clerk = stage.context(city, "counter-clerk", "resident-register", "住民基本台帳法", "birth", person="clerk")
    record = office.resident(clerk, resident)
    form = BirthForm(
        request_id="birth-1",
        name=PersonName(record.name.family, "蓮", record.name.family_kana, "レン"),
        birth_date=day,
        sex=Sex.MALE,
        household=office.household_of(clerk, resident),
        mother=resident if record.sex is Sex.FEMALE else None,
        father=resident if record.sex is Sex.MALE else None,
        notifier="parent",
        received_on=DAY,
        registered_domicile="宮崎県都城市",
    )
    child: str = office.register_birth(clerk, form).resident
    numbering = stage.context(city, "counter-clerk", "number-assignment", "番号法7条", "number the child")
    mayor = stage.context(city, "mayor", "number-assignment", "番号法7条", "number the child")
    office.request_number(numbering, child)
    office.designate_number(mayor, child)
    office.notify_number(mayor, child)
    stage.pump()
    officer = stage.context(city, "linkage-officer", "local-tax", "番号法21条の2", "acquire pseudonyms")
    office.acquire_pseudonyms(officer, [child])
    stage.pump()
    return child


def insured(stage: LocalStage, body: InstitutionId, key: str) -> None:
    """Let a society insure somebody of the roster as an employee."""
    told, clerk = person_on_claim(stage, key, Role.APPLICANT), context(stage, body, "health-insurance")
    form = PersonForm(
        request_id=f"insured-{key}",
        number_text=told.number_text,
        name=told.name,
        name_kana=told.name_kana,
        birth_date=told.birth_date,
        sex=told.sex,
        address=told.address,
        shown=Shown.EMPLOYER.value,
    )
    reference = stage.operations(body).take_in(clerk, form)
    report = Report(
        reference=reference, symbol="架空", employer="架空", monthly_yen=240_000, insured_from=date(2015, 4, 1)
    )
    stage.operations(body).acquire_qualification(clerk, report)


@pytest.mark.requirement("R-217", "R-218", "R-243")
def test_care_leave_is_paid_on_the_resident_records_that_the_municipality_tells(stage: LocalStage) -> None:
    affair, body = "employment-insurance", institution_id(InstitutionKind.PUBLIC_EMPLOYMENT_OFFICE)
    case = claimed(stage, body, affair, care_leave_claim(stage))
    asked = stage.operations(body).claims.gather(context(stage, body, affair), case)
    assert {(one.kind, one.statute.split()[0], one.outcome) for one in asked} == {("resident-record", "2-77", PROVIDED)}
    assert {one.items["relationship"] for one in asked} == {"02", "12"}
    proposal = decided_without_papers(stage, body, affair, case, 2)
    assert (proposal.outcome, proposal.terms["days"]) == ("care-leave", 30)


@pytest.mark.requirement("R-217", "R-218", "R-240")
def test_the_special_allowance_is_granted_on_resident_records_and_income(stage: LocalStage) -> None:
    key = "131032-1"
    affair, body, city = "special-child-rearing-allowance", welfare_of(stage, key), city_of(stage, key)
    child = born_to(stage, key, date(2019, 11, 25))
    assert residents_told(stage, city) > 1
    spouses = relatives(stage, key, Relationship.WIFE, Relationship.HUSBAND)
    people = (
        person_on_claim(stage, key, Role.APPLICANT),
        *(resident_on_claim(stage, city, one, Role.SPOUSE) for one in spouses),
        resident_on_claim(stage, city, child, Role.CHILD),
    )
    application = Application(
        request_id="allowance-1",
        procedure=ALLOWANCE_CODE,
        received_on=DAY,
        people=people,
        stated=AllowanceForm(grades=(2,)).stated(),
    )
    case = claimed(stage, body, affair, application)
    asked = stage.operations(body).claims.gather(context(stage, body, affair), case)
    assert {(one.kind, one.outcome) for one in asked} == {("resident-record", PROVIDED), ("local-tax", PROVIDED)}
    assert all(one.statute.startswith("2-66 ") and one.receipt and one.exchange_number for one in asked)
    assert decided_without_papers(stage, body, affair, case, len(asked)).granted


@pytest.mark.requirement("R-217", "R-218", "R-245")
def test_the_childbirth_sum_is_paid_on_the_record_of_a_child_born_last_week(stage: LocalStage) -> None:
    affair, body = "health-insurance", institution_id(InstitutionKind.HEALTH_INSURANCE_SOCIETY)
    city, child = city_of(stage, PARENT), born_to(stage, SPOUSE, date(2019, 11, 25))
    assert residents_told(stage, city) == 4, "the family has grown: each of its copies says so"
    insured(stage, body, SPOUSE)
    form = ChildbirthForm(
        born_on=date(2019, 11, 25), children=1, pregnancy_days=280, under_scheme=True, paid_directly_yen=400_000
    )
    application = Application(
        request_id="childbirth-1",
        procedure=CHILDBIRTH_CODE,
        received_on=DAY,
        people=(person_on_claim(stage, SPOUSE, Role.APPLICANT), resident_on_claim(stage, city, child, Role.CHILD)),
        stated=form.stated(),
    )
    case = claimed(stage, body, affair, application)
    (asked,) = stage.operations(body).claims.gather(context(stage, body, affair), case)
    assert (asked.outcome, asked.statute.split()[0]) == (PROVIDED, "2-3")
    assert (asked.items["resident_since"], asked.items["household_size"]) == ("2019-11-25", 4)
    proposal = decided_without_papers(stage, body, affair, case, 1)
    assert (proposal.terms["sum_yen"], proposal.terms["amount_yen"]) == (420_000, 20_000)


@pytest.mark.requirement("R-076", "R-217")
def test_of_a_protected_household_nothing_is_told_and_a_paper_is_taken(stage: LocalStage) -> None:
    affair, body = "employment-insurance", institution_id(InstitutionKind.PUBLIC_EMPLOYMENT_OFFICE)
    city = city_of(stage, PARENT)
    officer = stage.context(
        city, "support-officer", "resident-register", "住民基本台帳法12条6項", "protect", person="s"
    )
    case = claimed(stage, body, affair, care_leave_claim(stage))
    stage.operations(city).start_measure(officer, stage.roster.person(SPOUSE).resident, "violence")
    residents_told(stage, city)
    asked = stage.operations(body).claims.gather(context(stage, body, affair), case)
    assert [(one.outcome, dict(one.items)) for one in asked] == [("no-data", {}), ("no-data", {})]
    assert with_papers(stage, body, affair, case, {"resident-record": {"resident": True}}) == ["resident-record"] * 2
    assert decide(stage, body, affair, case).reasons
