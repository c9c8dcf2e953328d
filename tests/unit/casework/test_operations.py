"""The way of a case from the counter to the notice, with what must be refused on it."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from mizuhiki.casework.domain import CaseState, IdentityCheck, NumberProof, PersonProof, Role, the_one
from mizuhiki.casework.domain import errors as refused
from mizuhiki.casework.operations import Casework
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.runtime.clock import FixedClock
from mizuhiki.runtime.gate import Withheld
from support import student_office as kit
from support.student_office import Office, application, family, person


@pytest.fixture
def office() -> Office:
    return kit.open_office()


@pytest.mark.requirement("R-217", "R-236")
def test_a_claim_is_decided_paid_and_told_with_nothing_attached(office: Office) -> None:
    case = office.decided()
    office.services.order_payment(office.approver(), case)
    office.services.notify(office.context(), case)
    file = office.services.case_file(office.context(), case)
    assert (file.case.state, file.case.papers) == (CaseState.DECIDED, ())
    assert [one.kinds for one in office.inquiries] == [["local-tax"], ["local-tax"]]
    assert {one.procedure for one in office.inquiries} == {"student-aid.application"}
    assert [one.addressee_number for one in office.notices] == [
        file.people[file.case.applicant.person].addressee_number
    ]


def test_a_repeated_claim_is_the_same_case_and_a_changed_one_is_refused(office: Office) -> None:
    first = office.services.receive(office.context(), application())
    assert office.services.receive(office.context(), application()) == first
    with pytest.raises(refused.ClaimRequestChanged):
        office.services.receive(office.context(), application(people=family()[:2]))
    assert len(office.services.worklist(office.context())) == 1


@pytest.mark.requirement("R-051")
@pytest.mark.parametrize(
    ("check", "missing"),
    [
        (IdentityCheck(None, PersonProof.PHOTO_DOCUMENT, compared=True), "number"),
        (IdentityCheck(NumberProof.CARD, None, compared=True), "person"),
        (IdentityCheck(NumberProof.NOTIFICATION_CARD, PersonProof.CARD, compared=True), "number"),
        (IdentityCheck(NumberProof.CARD, PersonProof.CARD, compared=False), "compared"),
    ],
)
def test_number_and_person_must_be_proved(office: Office, check: IdentityCheck, missing: str) -> None:
    with pytest.raises(refused.IdentityNotProved) as refusal:
        office.services.receive(office.context(), application(people=(person(1, Role.APPLICANT, identity=check),)))
    assert refusal.value.fields["missing"] == missing
    assert office.services.worklist(office.context()) == []


def test_what_the_register_does_not_confirm_is_not_stored(office: Office) -> None:
    with pytest.raises(refused.ClaimantNotInRegister):
        office.services.receive(office.context(), application(people=(person(9, Role.APPLICANT),)))
    wrong = person(1, Role.APPLICANT, name="別人　太郎")
    with pytest.raises(refused.ClaimantDoesNotAgree) as refusal:
        office.services.receive(office.context(), application(people=(wrong,)))
    assert refusal.value.fields == {"role": "applicant", "items": "name"}
    assert office.services.worklist(office.context()) == []


@pytest.mark.parametrize(
    ("changes", "item"),
    [
        ({"people": family()[1:]}, "applicant"),
        ({"people": (*family(), person(4, Role.APPLICANT))}, "applicant"),
        ({"people": (*family(), person(2, Role.PARENT))}, "people"),
        ({"received_on": kit.DAY + timedelta(days=1)}, "received-on"),
        ({"request_id": ""}, "request-id"),
    ],
)
def test_an_incomplete_claim_is_refused(office: Office, changes: dict[str, object], item: str) -> None:
    with pytest.raises(refused.ClaimIncomplete) as refusal:
        office.services.receive(office.context(), application(**changes))
    assert refusal.value.fields["item"] == item


def test_nobody_else_acts_and_the_affair_is_the_procedures(office: Office) -> None:
    with pytest.raises(refused.ActorNotOfThisOffice):
        office.services.receive(office.context(institution="pension-service"), application())
    with pytest.raises(ActionNotPermitted):
        office.services.receive(office.context("approver"), application())
    with pytest.raises(refused.AffairOfAnotherProcedure):
        office.services.receive(office.context(affair="national-pension"), application())
    with pytest.raises(refused.ProcedureNotDoneHere):
        office.services.receive(office.context(), application(procedure="child-allowance.claim"))


def test_asking_waits_for_the_pseudonym(office: Office) -> None:
    office.held = set()
    case = office.services.receive(office.context(), application())
    with pytest.raises(refused.PseudonymAwaited):
        office.services.gather(office.context(), case)
    assert office.inquiries == []
    assert sorted(one.individual_number for one in office.subjects) == [kit.number(body) for body in (1, 2, 3)]


def test_an_outage_puts_the_same_question_again_and_a_refusal_another(office: Office) -> None:
    office.answers["local-tax"] = "unavailable"
    case = office.services.receive(office.context(), application(people=family()[:2]))
    office.services.gather(office.context(), case)
    office.answers["local-tax"] = "no-statute-row"
    office.services.gather(office.context(), case)
    office.answers["local-tax"] = kit.untaxed()
    office.services.gather(office.context(), case)
    office.services.gather(office.context(), case)
    ids = [one.request_id for one in office.inquiries]
    assert len(ids) == 3
    assert ids[0] == ids[1] != ids[2]
    evidence = office.services.case_file(office.context(), case).case.evidence
    assert [one.outcome for one in evidence] == ["unavailable", "no-statute-row", "provided"]
    assert (evidence[1].refused_by, evidence[1].detail) == ("linkage-core", "the rule in words")


def test_a_holder_nobody_knows_is_an_answer_and_a_paper_helps(office: Office) -> None:
    (procedure,) = office.services.adapters.procedures
    wanted = tuple(dataclasses.replace(one, holder=the_one("nobody-at-all")) for one in procedure.wanted)
    lost = dataclasses.replace(procedure, wanted=wanted)
    services = Casework(dataclasses.replace(office.services.adapters, procedures=(lost,)))
    case = services.receive(office.context(), application(people=family()[:2]))
    (evidence,) = services.gather(office.context(), case)
    assert (evidence.outcome, evidence.provider, office.inquiries) == ("holder-unknown", "", [])
    services.substitute_paper(
        office.context(),
        case,
        person=evidence.person,
        kind="local-tax",
        description="課税証明書",
        items={"declared": True, "taxable": False},
    )
    assert services.propose(office.context(), case).granted


@pytest.mark.requirement("R-217")
def test_papers_are_read_only_as_far_as_the_rule_needs_them(office: Office) -> None:
    office.answers["local-tax"] = "no-data"
    case = office.services.receive(office.context(), application(people=family()[:2]))
    father = office.services.case_file(office.context(), case).case.subjects[1].person
    office.services.gather(office.context(), case)

    def take(person_name: str = father, kind: str = "local-tax", **items: object) -> None:
        office.services.substitute_paper(
            office.context(), case, person=person_name, kind=kind, description="課税証明書", items=dict(items)
        )

    with pytest.raises(refused.ClaimIncomplete) as refusal:
        take(declared=True)
    assert refusal.value.fields["item"] == "taxable"
    with pytest.raises(refused.ClaimIncomplete):
        take(declared=True, taxable="maybe")
    with pytest.raises(refused.PaperNotWanted):
        take(kind="pension-benefit", declared=True)
    take(declared=True, taxable=False, total_income_yen=9_999_999)
    paper = office.services.case_file(office.context(), case).case.papers[0]
    assert dict(paper.items) == {"declared": True, "taxable": False}
    assert office.services.propose(office.context(), case).granted


@pytest.mark.requirement("R-361")
def test_four_eyes_decide(office: Office) -> None:
    case = office.services.receive(office.context(), application())
    with pytest.raises(refused.ClaimNotInState):
        office.services.propose(office.context(), case)
    office.services.gather(office.context(), case)
    office.services.propose(office.context(person="both"), case)
    with pytest.raises(refused.ProposerMayNotDecide):
        office.services.approve(office.approver("both"), case)
    with pytest.raises(refused.ProposerMayNotDecide):
        office.services.approve(office.context("approver", None), case)
    office.services.send_back(office.approver(), case, "もう一度")
    with pytest.raises(refused.ClaimNotInState):
        office.services.approve(office.approver(), case)
    office.services.propose(office.context(), case)
    office.services.approve(office.approver(), case)
    history = office.services.case_file(office.context(), case).case.history
    assert [one.step for one in history if not one.step.startswith("asked-")] == [
        "received",
        "proposed",
        "sent-back",
        "proposed",
        "approved",
    ]
    with pytest.raises(refused.ClaimNotInState):
        office.services.gather(office.context(), case)
    with pytest.raises(refused.ClaimNotInState):
        office.services.withdraw(office.context(), case)


def test_a_proposal_without_account_is_approved_by_nobody(office: Office) -> None:
    case = office.services.receive(office.context(), application())
    office.services.gather(office.context(), case)
    office.services.propose(office.context(person=None), case)
    with pytest.raises(refused.ProposerMayNotDecide):
        office.services.approve(office.approver(), case)


def test_a_payment_is_ordered_once_a_month_and_a_refusal_pays_nothing(office: Office) -> None:
    case = office.decided()
    first = office.services.order_payment(office.approver(), case)
    second = office.services.order_payment(office.approver(), case)
    assert (first.label, second.label) == ("2019-12", "2020-01")
    assert second.pay_on.isoformat() == "2020-01-11"
    office.answers["local-tax"] = kit.content("local-tax", fiscal_year=2019, declared=True, taxable=True)
    other = office.services.receive(office.context(), application(request_id="other", people=(
        person(4, Role.APPLICANT), person(5, Role.PARENT))))  # fmt: skip
    office.services.gather(office.context(), other)
    assert not office.services.propose(office.context(), other).granted
    office.services.approve(office.approver(), other)
    with pytest.raises(refused.NothingToPay):
        office.services.order_payment(office.approver(), other)


def test_the_notice_goes_once(office: Office) -> None:
    case = office.decided()
    assert office.services.notify(office.context(), case) == office.services.notify(office.context(), case)
    assert len(office.notices) == 1


@pytest.mark.requirement("R-076")
def test_a_support_measure_closes_case_list_and_notice(office: Office) -> None:
    case = office.decided()
    father = office.services.case_file(office.context(), case).case.subjects[1].person
    office.services.protect(office.context(), father, protected=True)
    assert [one.protected for one in office.marks] == [True]
    with pytest.raises(Withheld):
        office.services.case_file(office.context(), case)
    with pytest.raises(Withheld):
        office.services.notify(office.context(), case)
    assert office.notices == []
    (listed,) = office.services.worklist(office.context())
    assert (listed.applicant, listed.withheld) == ("", True)
    office.services.protect(office.context(), father, protected=False)
    assert office.services.worklist(office.context())[0].applicant == kit.items(1).name


@pytest.mark.requirement("R-076", "R-236")
@pytest.mark.parametrize("position", [0, 1, 2])
def test_a_measure_on_anybody_of_the_family_hides_a_scholars_name_and_school(office: Office, position: int) -> None:
    case = office.decided()
    marked = office.services.case_file(office.context(), case).case.subjects[position].person
    (before,) = office.services.scholars(office.context())
    office.services.end_aid(office.approver(), before.entry.scholar, kit.DAY + timedelta(days=60), "転居のため")
    assert before.entry.school_name == "みずひき大学（架空）"
    office.services.protect(office.context(), marked, protected=True)
    (listed,) = office.services.scholars(office.context())
    assert (listed.name, listed.entry.school_name, listed.entry.ended_for) == ("", "", "")
    office.services.protect(office.context(), marked, protected=False)
    (after,) = office.services.scholars(office.context())
    assert (after.name, after.entry.ended_for) == (before.name, "転居のため")


def test_what_is_no_longer_needed_is_destroyed_but_for_whom_a_record_names(office: Office) -> None:
    granted = office.decided()
    late = dataclasses.replace(office.context("records-officer"), clock=FixedClock(kit.START + timedelta(days=5 * 366)))
    early = dataclasses.replace(late, clock=FixedClock(kit.START.replace(year=2024)))
    assert office.services.destroy_expired(early) == 0
    assert office.services.destroy_expired(late) == 1
    with pytest.raises(refused.UnknownClaim):
        office.services.case_file(office.context(), granted)
    assert [one.name for one in office.services.scholars(office.context())] == [kit.items(1).name]
    dump = office.dump()
    assert dump.count('INSERT INTO "case_people"') == 1
    assert 'INSERT INTO "case_evidence"' not in dump


@pytest.mark.requirement("R-027")
def test_neither_number_nor_items_stand_readable_in_the_database(office: Office) -> None:
    office.decided()
    dump = office.dump()
    assert kit.number(1) not in dump
    for text in ("水引", "姫城町", "taxable", 'みずひき大学（架空）","school'):
        assert text not in dump


def test_every_step_is_audited(office: Office) -> None:
    case = office.decided()
    office.services.order_payment(office.approver(), case)
    office.services.notify(office.context(), case)
    assert office.events() == [
        "claim-received",
        "case-pseudonyms-requested",
        "evidence-asked",
        "evidence-asked",
        "case-proposed",
        "case-approved",
        "case-payment-ordered",
        "case-notice-sent",
    ]


@pytest.mark.requirement("R-218")
def test_savings_are_counted_from_decided_cases(office: Office) -> None:
    office.services.receive(office.context(), application(request_id="open", people=(person(4, Role.APPLICANT),)))
    office.decided()
    (saved,) = office.services.savings(office.context())
    assert saved.papers_named == 6
    figures = dataclasses.astuple(saved.saving)
    assert figures == (1, 2, 0, 2, 1)


def test_an_assessment_leaves_as_a_digest(office: Office) -> None:
    mayor = office.context("mayor")
    office.services.submit_assessment(
        mayor, "student-aid", "学資", 1000, 10, serious_accident=False, document=b"document"
    )
    assert [len(one.document_digest) for one in office.assessments] == [32]
