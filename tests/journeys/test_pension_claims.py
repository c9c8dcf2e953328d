"""Premiums, claims and notifications at the pension service with nothing attached, and what others ask it (R-217)."""

from __future__ import annotations

from datetime import date

import pytest

from mizuhiki.casework.domain import PROVIDED, Application, Case, CaseState, PersonForm, Proposal, Role
from mizuhiki.institutions.agency.pension_service.domain import procedures as p
from mizuhiki.institutions.agency.pension_service.domain.basic_claims import BasicForm, Benefit
from mizuhiki.institutions.agency.pension_service.domain.exemptions import ExemptionForm
from mizuhiki.institutions.agency.pension_service.domain.notifications import NotificationForm
from mizuhiki.institutions.agency.pension_service.domain.students import StudentForm
from mizuhiki.institutions.agency.prefecture_welfare.domain.claims import PensionCertificateForm
from mizuhiki.institutions.agency.prefecture_welfare.domain.procedures import CERTIFICATE_CODE
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from mizuhiki.vocabulary.layouts import Scalar
from mizuhiki.world.local import LocalStage
from support.claims import city_of, person_on_claim, residents_told, tax_of

PENSION = institution_id(InstitutionKind.PENSION_SERVICE)
HUSBAND, WIFE = "parent", "mother"
DAY = date(2019, 12, 2)


def staff(stage: LocalStage, role: str, affair: str = "national-pension") -> Context:
    return stage.context(PENSION, role, affair, "番号法9条1項, 19条8号", "a claim", person=role)


def claimed(stage: LocalStage, procedure: str, stated: dict[str, Scalar], *people: PersonForm) -> str:
    claims = stage.operations(PENSION).claims
    application = Application(
        request_id=f"claim-{procedure}", procedure=procedure, received_on=DAY, people=people, stated=stated
    )
    case: str = claims.receive(staff(stage, "counter-clerk"), application)
    stage.pump()
    return case


def decided(stage: LocalStage, case: str) -> tuple[Case, Proposal]:
    """Ask the holders and decide; nobody hands a paper in."""
    claims, clerk = stage.operations(PENSION).claims, staff(stage, "counter-clerk")
    asked = claims.gather(clerk, case)
    assert {one.outcome for one in asked} == {PROVIDED}
    assert all(one.exchange_number and one.receipt for one in asked)
    proposal = claims.propose(clerk, case)
    claims.approve(staff(stage, "approver"), case)
    claims.notify(clerk, case)
    found = claims.case_file(clerk, case).case
    assert (found.state, found.papers) == (CaseState.DECIDED, ())
    return found, proposal


def saved(stage: LocalStage, procedure: str) -> tuple[int, int, int, int]:
    """Papers and visits, each before and after."""
    lines = stage.operations(PENSION).claims.savings(staff(stage, "counter-clerk"))
    (line,) = [one.saving for one in lines if one.procedure.code == procedure]
    return line.papers_before, line.papers_after, line.visits_before, line.visits_after


@pytest.mark.requirement("R-217", "R-218", "R-247")
def test_premiums_are_relieved_without_one_paper(stage: LocalStage) -> None:
    residents_told(stage, city_of(stage, WIFE))
    tax_of(stage, HUSBAND, income_yen=1_000_000)
    tax_of(stage, WIFE, income_yen=0)
    case = claimed(
        stage,
        p.EXEMPTION.code,
        ExemptionForm(year=2019, deferment=False).stated(),
        person_on_claim(stage, WIFE, Role.APPLICANT),
        person_on_claim(stage, HUSBAND, Role.SPOUSE),
    )
    found, proposal = decided(stage, case)
    assert {(one.kind, one.statute.split()[0]) for one in found.evidence} == {
        ("resident-record", "2-48"),
        ("local-tax", "2-48"),
    }
    assert (proposal.outcome, str(proposal.terms["half"])[:7]) == ("half", "2019-07")
    assert saved(stage, p.EXEMPTION.code) == (3, 0, 2, 1)
    record = stage.operations(PENSION).premium_record(staff(stage, "counter-clerk"), found.applicant.person)
    assert {one.relief.value for one in record.months} == {"half"}
    assert record.tally.weight == 0, "the other half is not paid yet"


@pytest.mark.requirement("R-217", "R-248")
def test_a_student_pays_later_without_one_paper(stage: LocalStage) -> None:
    tax_of(stage, WIFE, income_yen=0)
    form = StudentForm(
        year=2019,
        school_name="みずひき大学（架空）",
        school_listed=True,
        enrolled_from=date(2019, 4, 1),
        enrolled_until=date(2021, 3, 31),
    )
    case = claimed(stage, p.STUDENT.code, form.stated(), person_on_claim(stage, WIFE, Role.APPLICANT))
    _, proposal = decided(stage, case)
    assert proposal.terms["student"] == ",".join(
        [*(f"2019-{month:02d}" for month in range(4, 13)), "2020-01", "2020-02", "2020-03"]
    )
    assert saved(stage, p.STUDENT.code) == (1, 0, 2, 1)


@pytest.mark.requirement("R-217", "R-218", "R-249", "R-250", "R-251")
def test_a_pension_is_awarded_confirmed_and_told_to_the_prefecture_without_one_paper(stage: LocalStage) -> None:
    residents_told(stage, city_of(stage, WIFE))
    tax_of(stage, WIFE, income_yen=0)
    form = BasicForm(
        benefit=Benefit.BEFORE_TWENTY,
        first_examined_on=date(2005, 5, 10),
        certified_on=date(2009, 2, 2),
        grade=2,
    )
    applicant = person_on_claim(stage, WIFE, Role.APPLICANT)
    found, proposal = decided(stage, claimed(stage, p.BASIC_CLAIM.code, form.stated(), applicant))
    assert (proposal.terms["annual_yen"], proposal.terms["entitled_on"]) == (780_100, "2009-02-02")
    assert saved(stage, p.BASIC_CLAIM.code) == (2, 0, 2, 1)
    pension = stage.operations(PENSION)
    reference = found.applicant.person
    (held,) = pension.pension_file(staff(stage, "approver"), reference).pensions
    assert pension.pay_pension(staff(stage, "approver"), held.pension.pension).pay_on == date(2019, 12, 13)

    notice = NotificationForm(pension=held.pension.pension).stated()
    _, confirmed = decided(stage, claimed(stage, p.NATIONAL_NOTIFICATION.code, notice, applicant))
    assert confirmed.outcome == "confirmed"
    (check,) = pension.open_income_checks(staff(stage, "counter-clerk"))
    _, looked_at = decided(stage, check)
    assert (looked_at.outcome, saved(stage, p.INCOME_STATUS.code)) == ("paid", (1, 0, 2, 1))

    pension.publish_local_copies(staff(stage, "linkage-officer"))
    prefecture_is_told(stage)


def prefecture_is_told(stage: LocalStage) -> None:
    """The welfare section asks the pension service and issues the certificate on what it hears (R-251)."""
    body = institution_id(InstitutionKind.PREFECTURE_WELFARE, stage.roster.person(WIFE).municipality[:2])
    clerk, approver = (
        stage.context(body, role, "mental-health", "番号法9条1項, 19条8号", "a claim", person=role)
        for role in ("clerk", "approver")
    )
    claims = stage.operations(body).claims
    application = Application(
        request_id="certificate-1",
        procedure=CERTIFICATE_CODE,
        received_on=DAY,
        people=(person_on_claim(stage, WIFE, Role.APPLICANT),),
        stated=PensionCertificateForm(for_mental_disorder=True, agrees_to_inquiry=True).stated(),
    )
    case = claims.receive(clerk, application)
    stage.pump()
    (asked,) = claims.gather(clerk, case)
    assert (asked.outcome, asked.statute.split()[0]) == (PROVIDED, "2-25")
    assert (asked.items["pension_type"], asked.items["annual_yen"]) == ("disability-basic", 780_100)
    assert claims.propose(clerk, case).terms == {"grade": "2"}
    claims.approve(approver, case)
    assert claims.case_file(clerk, case).case.papers == ()
