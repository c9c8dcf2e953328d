"""Claims with nothing attached at bodies that keep people, asked of the real holders of the demo nation (R-217)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from mizuhiki.casework.domain import PROVIDED, Application, CaseState, Role
from mizuhiki.casework.domain.errors import EvidenceMissing
from mizuhiki.institutions.agency.hello_work.domain.care_leave import CareLeaveForm, Kin
from mizuhiki.institutions.agency.hello_work.domain.procedures import CARE_LEAVE_CODE
from mizuhiki.institutions.agency.prefecture_welfare.domain.claims import PensionCertificateForm
from mizuhiki.institutions.agency.prefecture_welfare.domain.procedures import CERTIFICATE_CODE
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, institution_id
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.world.local import LocalStage
from support.claims import person_on_claim

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


@pytest.mark.requirement("R-217", "R-243")
def test_hello_work_asks_the_municipality_for_the_resident_record(stage: LocalStage) -> None:
    affair, body = "employment-insurance", institution_id(InstitutionKind.PUBLIC_EMPLOYMENT_OFFICE)
    form = CareLeaveForm(
        kin=Kin.SPOUSE,
        leave_from=date(2019, 10, 1),
        leave_until=date(2019, 10, 30),
        six_months_wage_yen=1_800_000,
        months_worked=24,
    )
    application = Application(
        request_id="care-leave-1",
        procedure=CARE_LEAVE_CODE,
        received_on=DAY,
        people=(person_on_claim(stage, PARENT, Role.APPLICANT), person_on_claim(stage, SPOUSE, Role.HOUSEHOLD)),
        stated=form.stated(),
    )
    case = claimed(stage, body, affair, application)
    asked = stage.operations(body).claims.gather(context(stage, body, affair), case)
    assert {(one.kind, one.statute.split()[0]) for one in asked} == {("resident-record", "2-77")}
    assert {one.outcome for one in asked} <= {PROVIDED, "no-data"}
    with_papers(stage, body, affair, case, {"resident-record": {"resident": True}})
    assert decide(stage, body, affair, case).reasons
