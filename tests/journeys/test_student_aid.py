"""Student aid with nothing attached: from the application to the notice, the holders asked instead (R-217, R-236)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from mizuhiki.casework.domain import PROVIDED, CaseState, Role
from mizuhiki.casework.domain.errors import EvidenceMissing, PaperNotWanted, ProposerMayNotDecide
from mizuhiki.institutions.agency.student_services.domain.aid import Aid, AidForm, Living, School
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from mizuhiki.world.local import LocalStage
from support.claims import person_on_claim, tax_of

JASSO = institution_id(InstitutionKind.STUDENT_SERVICES)
STUDENT, FATHER, MOTHER = "131032-1", "parent", "mother"
DAY = date(2019, 12, 2)


def aid_form(**changes: Any) -> AidForm:
    values: dict[str, Any] = {
        "aid": Aid.GRANT,
        "school_name": "みずひき大学（架空）",
        "school": School.PRIVATE,
        "living": Living.AWAY,
        "entered_on": date(2019, 4, 1),
        "graduates_on": date(2023, 3, 31),
        "school_attests": True,
    }
    return AidForm(**{**values, **changes})


def clerk(stage: LocalStage, person: str = "clerk") -> Context:
    return stage.context(JASSO, "case-clerk", "student-aid", "日本学生支援機構法", "student aid", person=person)


def approver(stage: LocalStage, person: str = "approver") -> Context:
    return stage.context(JASSO, "approver", "student-aid", "日本学生支援機構法", "student aid", person=person)


def apply(stage: LocalStage, form: AidForm, request_id: str = "application-1") -> str:
    people = (
        person_on_claim(stage, STUDENT, Role.APPLICANT),
        person_on_claim(stage, FATHER, Role.PARENT),
        person_on_claim(stage, MOTHER, Role.PARENT),
    )
    case: str = stage.operations(JASSO).apply_for_aid(clerk(stage), request_id, DAY, people, form)
    stage.pump()
    return case


@pytest.mark.requirement("R-217", "R-218", "R-236")
def test_a_grant_is_decided_and_paid_without_one_paper(stage: LocalStage) -> None:
    jasso = stage.operations(JASSO)
    for key in (FATHER, MOTHER):
        tax_of(stage, key, income_yen=0)
    case = apply(stage, aid_form())
    asked = jasso.gather(clerk(stage), case)
    assert [(one.kind, one.outcome) for one in asked] == [("local-tax", PROVIDED)] * 2
    assert all(one.statute.startswith("2-106 ") and one.receipt for one in asked)
    proposal = jasso.propose(clerk(stage), case)
    assert (proposal.granted, proposal.terms["monthly_yen"]) == (True, 40_000)
    assert [reason.rule for reason in proposal.reasons] == ["household-not-taxed"]
    with pytest.raises(ProposerMayNotDecide):
        jasso.approve(approver(stage, "clerk"), case)
    jasso.approve(approver(stage), case)
    payment = jasso.order_payment(approver(stage), case)
    assert (payment.amount_yen, payment.pay_on) == (40_000, date(2019, 12, 11))
    jasso.notify(clerk(stage), case)
    found = jasso.case_file(clerk(stage), case).case
    assert (found.state, found.papers) == (CaseState.DECIDED, ())
    assert [one.entry.case for one in jasso.scholars(clerk(stage))] == [case]
    (saved,) = jasso.savings(clerk(stage))
    assert (saved.saving.papers_before, saved.saving.papers_after) == (2, 0)
    assert (saved.saving.visits_before, saved.saving.visits_after) == (2, 1)


def test_a_taxed_household_gets_no_grant(stage: LocalStage) -> None:
    jasso = stage.operations(JASSO)
    tax_of(stage, FATHER, income_yen=5_000_000)
    tax_of(stage, MOTHER, income_yen=0)
    case = apply(stage, aid_form())
    jasso.gather(clerk(stage), case)
    proposal = jasso.propose(clerk(stage), case)
    assert not proposal.granted
    assert [(one.rule, one.values["persons"]) for one in proposal.reasons] == [("supporter-taxed", 1)]
    jasso.approve(approver(stage), case)
    assert jasso.scholars(clerk(stage)) == []


@pytest.mark.requirement("R-217")
def test_a_paper_is_taken_only_where_the_holder_gave_nothing(stage: LocalStage) -> None:
    jasso = stage.operations(JASSO)
    case = apply(stage, aid_form(on_public_assistance=True))
    father = next(one for one in jasso.case_file(clerk(stage), case).case.subjects if one.role is Role.PARENT)
    paper = {"person": father.person, "description": "証明書", "items": {"receiving": True}}
    with pytest.raises(PaperNotWanted):
        jasso.substitute_paper(clerk(stage), case, kind="public-assistance", **paper)
    asked = jasso.gather(clerk(stage), case)
    assert {one.outcome for one in asked if one.kind == "public-assistance"} == {"no-data"}
    with pytest.raises(PaperNotWanted):
        jasso.substitute_paper(clerk(stage), case, kind="local-tax", **paper)
    with pytest.raises(EvidenceMissing):
        jasso.propose(clerk(stage), case)
    people = [one for one in jasso.case_file(clerk(stage), case).case.subjects if one.role is Role.PARENT]
    for one in people:
        jasso.substitute_paper(clerk(stage), case, kind="public-assistance", **{**paper, "person": one.person})
    proposal = jasso.propose(clerk(stage), case)
    assert [one.rule for one in proposal.reasons] == ["household-on-public-assistance"]
