"""Child allowance at the counter: claim with identity check, case screen, papers, decision."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from mizuhiki.institutions.municipality.domain.allowance_cases import CaseState
from mizuhiki.institutions.municipality.domain.errors import InformationMissing, NumberDoesNotMatch
from unit.institutions.municipality.web.kit import (
    ADDRESS,
    NUMBER,
    CounterPlace,
    entitlement,
    hidden_fields,
    paper,
    payment,
    pension_refused,
    tax_provided,
)

CLAIM = "/households/house-1/allowance"
CASE = "/cases/case-1"
STEPS = ("application", "card_shown", "face_checked", "chip_equals_face", "number_and_items_compared")
FIELDS: dict[str, Any] = {
    "request_id": "claim-request-1",
    "claimant": "mother",
    "children": ["child"],
    "received_on": "2019-12-02",
    "bank_account_label": "カクウ ハナコ",
    "number": NUMBER,
    "written_name": "架空 花子",
    "written_birth_date": "S63.3.4",
    "written_address": ADDRESS,
    **dict.fromkeys(STEPS, "yes"),
    "step": "check",
}


def test_a_claim_is_entered_with_the_number_that_no_page_shows_again(place: CounterPlace) -> None:
    visitor = place.client()
    checked = visitor.post(CLAIM, FIELDS, shown=CLAIM)
    assert "Check the claim" in checked.text
    assert NUMBER not in checked.text
    answer = visitor.post(CLAIM, {**hidden_fields(checked.text), "step": "enter"}, shown=CLAIM)
    (form,) = place.operations.called("apply_child_allowance")[0]
    assert form.intake.number_text == NUMBER
    assert (form.claimant, form.children) == ("mother", ("child",))
    page = visitor.follow(answer).text
    assert "The claim is taken" in page
    assert NUMBER not in page
    assert "The claim is taken" not in visitor.get(CASE).text


def test_a_claim_sent_twice_is_taken_once(place: CounterPlace) -> None:
    visitor = place.client()
    visitor.post(CLAIM, FIELDS, shown=CLAIM)
    for _round in range(2):
        answer = visitor.post(CLAIM, {**FIELDS, "step": "enter"}, shown=CLAIM)
        assert answer.headers["Location"] == CASE
    assert len(place.operations.called("apply_child_allowance")) == 1


@pytest.mark.requirement("R-051")
@pytest.mark.parametrize("missing", STEPS)
def test_each_step_of_the_identity_check_must_be_confirmed(place: CounterPlace, missing: str) -> None:
    fields = {name: value for name, value in FIELDS.items() if name != missing}
    answer = place.client().post(CLAIM, {**fields, "step": "enter"}, shown=CLAIM)
    assert answer.status_code == 422
    assert f'id="{missing}-error"' in answer.text
    assert place.operations.called("apply_child_allowance") == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"claimant": "child"}, "claimant"),
        ({"children": ["father"]}, "children"),
        ({"number": NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10)}, "number"),
        ({"written_birth_date": "later"}, "written_birth_date"),
        ({"bank_account_label": ""}, "bank_account_label"),
        ({"received_on": "2019-12-03"}, "received_on"),
    ],
)
def test_a_wrong_claim_comes_back_with_its_field_marked(
    place: CounterPlace, change: dict[str, Any], field: str
) -> None:
    answer = place.client().post(CLAIM, {**FIELDS, **change}, shown=CLAIM)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert f'value="{ADDRESS}"' in answer.text


def test_a_number_of_another_person_is_refused_at_the_number(place: CounterPlace) -> None:
    place.operations.refusals["apply_child_allowance"] = NumberDoesNotMatch(items="name, address")
    visitor = place.client()
    visitor.post(CLAIM, FIELDS, shown=CLAIM)
    answer = visitor.post(CLAIM, {**FIELDS, "step": "enter"}, shown=CLAIM)
    assert answer.status_code == 422
    assert 'id="number-error"' in answer.text
    assert "name, address" in answer.text


def test_a_case_shows_what_linkage_gave_and_which_rule_refused(place: CounterPlace) -> None:
    place.operations.put_case(CaseState.APPLIED)
    visitor = place.client()
    page = visitor.follow(visitor.post(f"{CASE}?do=request", shown=CASE)).text
    for shown in ("106 番号法別表第2の74の項", "EX-1", "receipt-1", "4,200,000 yen"):
        assert shown in page
    assert "statute-row-not-in-force" in page
    assert "commission: since 2019-06" in page
    assert 'class="blocking"' in page
    assert f"{CASE}/paper?kind=pension-enrolment" in page


def test_a_long_receipt_is_folded_away_but_there(place: CounterPlace) -> None:
    signed = "signed-object." * 40
    place.operations.put_case(CaseState.EXAMINED, linked=(dataclasses.replace(tax_provided(), receipt=signed),))
    page = place.client().get(CASE).text
    assert page.count(signed) == 1
    assert page.rindex("<details", 0, page.index(signed)) > page.index("Exchange number")


def test_a_paper_replaces_the_refused_information_and_opens_the_proposal(place: CounterPlace) -> None:
    linked = (tax_provided(), pension_refused())
    place.operations.put_case(CaseState.EXAMINED, linked=linked)
    visitor = place.client()
    assert "do=propose" not in visitor.get(CASE).text
    place.operations.put_case(CaseState.EXAMINED, linked=linked, papers=(paper(),))
    page = visitor.get(CASE).text
    assert "do=propose" in page
    assert 'class="blocking"' not in page
    assert "健康保険証の写し" in page


def test_a_paper_sent_twice_is_recorded_once(place: CounterPlace) -> None:
    place.operations.put_case(CaseState.EXAMINED)
    visitor = place.client()
    fields = {"request_id": "paper-request-1", "kind": "local-tax", "description": "課税証明書", "dependents": "1"}
    for income in ("", "4,2OO"):
        refused = visitor.post(f"{CASE}/paper", {**fields, "total_income_yen": income}, shown=f"{CASE}/paper")
        assert refused.status_code == 422
        assert 'id="total_income_yen-error"' in refused.text
    for _round in range(2):
        visitor.post(f"{CASE}/paper", {**fields, "total_income_yen": "4,200,000"}, shown=f"{CASE}/paper")
    calls = [options for name, _arguments, options in place.operations.calls if name == "record_paper_document"]
    assert calls == [{"total_income_yen": 4_200_000, "dependents": 1}]


def test_the_decision_is_shown_with_reasons_amounts_and_payment(place: CounterPlace) -> None:
    place.operations.put_case(CaseState.PAYING, assessment=entitlement(), payments=(payment(),), notice_id="notice-1")
    page = place.client("jiro").get(CASE).text
    for shown in ("15,000 yen", "under three years", "below the limit", "2020-02-10", "30,000 yen", "notice-1"):
        assert shown in page


def test_who_proposed_cannot_approve_and_the_rule_is_named(place: CounterPlace) -> None:
    place.operations.put_case(CaseState.PROPOSED, assessment=entitlement(), proposed_by="jiro")
    answer = place.client("jiro").post(f"{CASE}?do=approve", shown=CASE)
    assert answer.status_code == 403
    assert "same-person-may-not-approve" in answer.text
    assert 'class="blocking"' in answer.text


def test_a_clerk_may_not_approve(place: CounterPlace) -> None:
    place.operations.put_case(CaseState.PROPOSED, assessment=entitlement(), proposed_by="jiro")
    clerk = place.client("hanako")
    assert "do=approve" not in clerk.get(CASE).text
    answer = clerk.post(f"{CASE}?do=approve", shown=CASE)
    assert answer.status_code == 403
    assert place.operations.called("approve_decision") == []


def test_a_step_that_is_too_early_stays_on_the_case_and_says_why(place: CounterPlace) -> None:
    place.operations.put_case(CaseState.EXAMINED)
    place.operations.refusals["propose_decision"] = InformationMissing(kind="local-tax")
    answer = place.client().post(f"{CASE}?do=propose", shown=CASE)
    assert answer.status_code == 409
    assert "information-missing" in answer.text


def test_the_start_page_lists_the_cases_that_wait_for_the_role(place: CounterPlace) -> None:
    place.operations.put_case(CaseState.PROPOSED, proposed_by="hanako")
    assert f'href="{CASE}"' in place.client("jiro").get("/").text
    assert f'href="{CASE}"' not in place.client("hanako").get("/").text
    place.operations.put_case(CaseState.EXAMINED)
    assert f'href="{CASE}"' in place.client("hanako").get("/").text


def test_the_tax_section_sees_tax_records_and_the_counter_does_not(place: CounterPlace) -> None:
    assert place.client("zei").get("/residents/mother/tax").status_code == 200
    assert place.client("hanako").get("/residents/mother/tax").status_code == 403
