"""Search, household, birth, numbering and moves as the counter sees them."""

from __future__ import annotations

import dataclasses
import re
from datetime import date, timedelta

import pytest

from mizuhiki.institutions.municipality.domain.errors import ParentNotInHousehold
from mizuhiki.institutions.municipality.domain.residents import NumberingStage
from mizuhiki.runtime.problems import PeerUnavailable
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.persons import Relationship
from support.events import residence
from support.pages import PASSPHRASE, csrf_token
from unit.institutions.municipality.web.kit import CODE, NUMBER, OTHER, CounterPlace, Visitor, hidden_fields

BIRTH = "/households/house-1/birth"
BIRTH_FIELDS = {
    "request_id": "birth-request-1",
    "family": "架空",
    "given": "新",
    "family_kana": "カクウ",
    "given_kana": "アラタ",
    "birth_date": "令和元年11月30日",
    "sex": "1",
    "mother": "mother",
    "father": "",
    "notifier": "架空 一郎",
    "received_on": "2019-12-02",
    "registered_domicile": "宮崎県都城市本籍町3番",
    "documents": ["birth-notification", "notifier-identity"],
    "step": "check",
}
MOVE_OUT_FIELDS = {
    "request_id": "move-request-1",
    "residents": ["child", "mother"],
    "planned_on": "2019-12-20",
    "planned_address": "東京都渋谷区架空1-1",
    "notifier": "架空 花子",
    "received_on": "2019-12-02",
    "step": "check",
}
ENTRY_FIELDS = {
    "request_id": "entry-request-1",
    "address": "宮崎県都城市架空町1番地2",
    "household_choice": "new",
    "moved_in_on": "2019-12-01",
    "received_on": "2019-12-02",
    "notifier": "架空 花子",
    "step": "check",
}


def test_nobody_sees_a_page_without_signing_in(place: CounterPlace) -> None:
    answer = place.site.app.test_client().get("/households/house-1")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/sign-in"
    assert place.operations.calls == []


def test_a_search_without_any_part_asks_for_one_and_keeps_the_page(place: CounterPlace) -> None:
    answer = place.client().post("/search", {"name": "", "birth_date": ""})
    assert answer.status_code == 422
    assert "Enter at least one part" in answer.text
    assert place.operations.called("search_residents") == []


def test_a_field_with_a_nul_is_refused_before_any_operation(place: CounterPlace) -> None:
    answer = place.client().post("/search", {"name": "山\0"}, shown="/search")
    assert answer.status_code == 400
    assert "form-unreadable" in answer.text
    assert place.operations.called("search_residents") == []


def test_a_search_reads_a_birth_date_of_an_era(place: CounterPlace) -> None:
    place.client().post("/search", {"name": "花子", "birth_date": "昭和63年3月4日"})
    (query,) = place.operations.called("search_residents")[0]
    assert (query.name, query.birth_date) == ("花子", date(1988, 3, 4))


def test_names_are_escaped_wherever_they_are_shown(place: CounterPlace) -> None:
    hostile = "<script>alert(1)</script>"
    mother = place.operations.records["mother"]
    place.operations.records["mother"] = dataclasses.replace(mother, name=PersonName(hostile, "x"), address=hostile)
    visitor = place.client()
    paths = ("/households/house-1", BIRTH, "/households/house-1/move-out", "/households/house-1/allowance")
    for path in (*paths, "/residents/mother/card"):
        assert "<script>alert" not in visitor.get(path).text, path
    for name in ("script", hostile):
        assert "<script>alert" not in visitor.post("/search", {"name": name}).text
    failed = visitor.post(BIRTH, {**BIRTH_FIELDS, "notifier": hostile, "given": ""}, shown=BIRTH)
    assert "<script>alert" not in failed.text
    assert "&lt;script&gt;" in failed.text


@pytest.mark.parametrize("path", ["/households/house-1", "/residents/mother/numbering", "/residents/mother/card"])
def test_no_screen_shows_a_whole_number_or_code(place: CounterPlace, path: str) -> None:
    text = place.client().get(path).text
    assert NUMBER not in text
    assert CODE not in text


def test_a_protected_member_stops_the_eye_at_the_top_of_the_household(place: CounterPlace) -> None:
    father = place.operations.records["father"]
    visitor = place.client()
    assert 'class="blocking"' not in visitor.get("/households/house-1").text
    place.operations.records["father"] = dataclasses.replace(father, protected=True)
    text = visitor.get("/households/house-1").text
    assert 'class="blocking"' in text
    assert text.index('class="blocking"') < text.index("<table")


def test_a_household_shows_aliases_former_names_and_when_a_stay_ends(place: CounterPlace) -> None:
    assert "Other names and residence" not in place.client().get("/households/house-1").text
    mother = place.operations.records["mother"]
    stay = residence(date(2022, 11, 30))
    details = dataclasses.replace(mother.details, alias="架空　花", residence=stay)
    place.operations.records["mother"] = dataclasses.replace(mother, nationality="BR", details=details)
    child = place.operations.records["child"]
    former = dataclasses.replace(child.details, former_name="德永")
    place.operations.records["child"] = dataclasses.replace(child, details=former)
    text = place.client().get("/households/house-1").text
    for stated in ("架空　花", "Brazil", "定住者, 三年", "2022-11-30", "德永"):
        assert stated in text


def test_each_paper_that_shows_an_alias_stands_under_its_own_heading(place: CounterPlace) -> None:
    text = place.client().get("/households/house-1/events/alias-entry").text
    for n in (1, 2, 3):
        start = text.index(f"<h2>Paper {n}</h2>")
        group = text[start : text.index("<h2>", start + 1)]
        assert group.count(f'id="proof{n}_') >= 6
        assert f"Title of paper {n}" in group


def test_who_became_a_resident_is_asked_for_the_grant_and_not_for_a_move(place: CounterPlace) -> None:
    visitor = place.client()
    assert "Became a mid- to long-term resident" in visitor.get("/events").text
    text = visitor.get("/events/became-foreign-resident").text
    assert "Day on which the status was granted" in text
    assert "住民基本台帳法30条の47" in text
    assert "within 14 days" in text
    for absent in ("p1_previous_address", "p1_registered_domicile", "transitional-by-birth", 'value="passport"'):
        assert absent not in text
        assert absent in visitor.get("/events/move-in-from-abroad").text
    empty = visitor.post(
        "/events/became-foreign-resident", {"step": "check"}, shown="/events/became-foreign-resident"
    ).text
    assert "Choose: Residence category" in empty
    assert "Enter: Nationality or region" in empty


def test_an_event_offers_only_whom_it_can_concern(place: CounterPlace) -> None:
    events = "/households/house-1/events"
    visitor = place.client()
    assert "This event can concern nobody in the household" in visitor.get(f"{events}/alias-entry").text
    mother = place.operations.records["mother"]
    stay = dataclasses.replace(mother.details, residence=residence(date(2022, 11, 30)))
    place.operations.records["mother"] = dataclasses.replace(mother, nationality="BR", details=stay)
    child = place.operations.records["child"]
    bears = dataclasses.replace(child.details, alias="架空　実", residence=residence(date(2022, 11, 30)))
    place.operations.records["child"] = dataclasses.replace(child, nationality="BR", details=bears)

    def offered(kind: str) -> set[str]:
        text = visitor.get(f"{events}/{kind}").text
        return set(re.findall(r'type="radio" id="resident[^"]*" name="resident" value="([^"]*)"', text))

    assert offered("alias-entry") == {"mother"}
    assert offered("alias-removal") == {"child"}
    assert offered("naturalisation") == {"mother", "child"}
    assert offered("loss-of-nationality") == offered("reading") == offered("former-name-entry") == {"father"}
    assert offered("former-name-removal") == set()
    assert offered("death") == offered("name-change") == {"mother", "father", "child"}


def test_a_household_offers_only_what_the_role_may_do(place: CounterPlace) -> None:
    assert f'href="{BIRTH}"' in place.client("hanako").get("/households/house-1").text
    assert f'href="{BIRTH}"' not in place.client("mayor").get("/households/house-1").text
    assert "/residents/mother/tax" in place.client("zei").get("/households/house-1").text


# --- birth ------------------------------------------------------------------------------------------------------------


def enter(visitor: Visitor, path: str, fields: dict[str, object]) -> object:
    """Send a form, then the check page's hidden fields with the button that enters."""
    checked = visitor.post(path, dict(fields), shown=path)
    assert checked.status_code == 200, checked.text
    return visitor.post(path, {**hidden_fields(checked.text), "step": "enter"}, shown=path)


@pytest.mark.requirement("R-010")
def test_a_birth_is_checked_then_entered_and_confirmed_with_its_reference(place: CounterPlace) -> None:
    visitor = place.client()
    checked = visitor.post(BIRTH, BIRTH_FIELDS, shown=BIRTH)
    assert "Check the birth" in checked.text
    assert place.operations.called("register_birth") == []
    answer = visitor.post(BIRTH, {**hidden_fields(checked.text), "step": "enter"}, shown=BIRTH)
    (form,) = place.operations.called("register_birth")[0]
    assert (form.name, form.birth_date) == (PersonName("架空", "新", "カクウ", "アラタ"), date(2019, 11, 30))
    assert (form.mother, form.father, form.request_id) == ("mother", None, "birth-request-1")
    assert form.documents == ("birth-notification", "notifier-identity")
    assert "ref-123" in visitor.follow(answer).text


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"given": ""}, "Enter the given name"),
        ({"given_kana": "漢字"}, "Write the reading in kana"),
        ({"birth_date": "2019-02-30"}, "Enter the date of birth"),
        ({"birth_date": "2019-12-03"}, "cannot lie after the day of receipt"),
        ({"received_on": "2019-12-03"}, "cannot lie in the future"),
        ({"sex": "7"}, "Choose the sex"),
        ({"mother": ""}, "Choose at least one parent"),
        ({"mother": "somebody-else"}, "Choose a member of this household"),
        ({"father": "mother"}, "cannot be the same person"),
        ({"documents": ["birth-notification"]}, "Not yet shown: Identity document"),
        ({"notifier": ""}, "Enter who notifies"),
        ({"request_id": "x"}, "This form is out of date"),
    ],
)
def test_a_wrong_birth_form_comes_back_with_the_message_and_all_that_was_typed(
    place: CounterPlace, change: dict[str, object], message: str
) -> None:
    answer = place.client().post(BIRTH, {**BIRTH_FIELDS, **change}, shown=BIRTH)
    assert answer.status_code == 422
    assert "error-summary" in answer.text
    assert message in answer.text
    assert 'value="宮崎県都城市本籍町3番"' in answer.text
    assert place.operations.called("register_birth") == []


def test_a_late_birth_is_taken_with_a_warning(place: CounterPlace) -> None:
    visitor = place.client()
    # The fourteenth day from 17 November is a Saturday, so that Monday 2 December is in time.
    on_time = visitor.post(BIRTH, {**BIRTH_FIELDS, "birth_date": "2019-11-17"}, shown=BIRTH)
    unexplained = visitor.post(BIRTH, {**BIRTH_FIELDS, "birth_date": "2019-11-16"}, shown=BIRTH)
    assert "enter the reason given in writing" in unexplained.text
    explained = {**BIRTH_FIELDS, "birth_date": "2019-11-16", "late_reason": "the father was at sea"}
    late = visitor.post(BIRTH, explained, shown=BIRTH)
    assert "The notification is late" not in on_time.text
    assert "The notification is late" in late.text


def test_a_second_submission_carries_the_same_request_id(place: CounterPlace) -> None:
    visitor = place.client()
    enter(visitor, BIRTH, BIRTH_FIELDS)
    visitor.post(BIRTH, {**BIRTH_FIELDS, "step": "enter"}, shown=BIRTH)
    forms = [form for (form,) in place.operations.called("register_birth")]
    assert forms[0] == forms[1]


def test_two_forms_opened_one_after_the_other_have_different_request_ids(place: CounterPlace) -> None:
    visitor = place.client()
    ids = {hidden_fields(visitor.get(BIRTH).text)["request_id"][0] for _round in range(2)}
    assert len(ids) == 2


def test_a_refusal_of_the_operation_is_shown_at_its_field_and_nothing_typed_is_lost(place: CounterPlace) -> None:
    place.operations.refusals["register_birth"] = ParentNotInHousehold()
    answer = enter(place.client(), BIRTH, BIRTH_FIELDS)
    assert answer.status_code == 422
    assert "Neither parent is a member" in answer.text
    assert 'id="mother-error"' in answer.text
    assert 'value="新"' in answer.text


def test_a_post_without_the_pages_token_enters_nothing(place: CounterPlace) -> None:
    visitor = place.client()
    answer = visitor.browser.post(BIRTH, data={**BIRTH_FIELDS, "step": "enter"})
    assert answer.status_code == 400
    assert place.operations.called("register_birth") == []


@pytest.mark.parametrize("account", ["mayor", "jiro", "zei", "link"])
@pytest.mark.parametrize(
    "path",
    [BIRTH, "/households/house-1/move-out", "/move-in", "/households/house-1/allowance", "/residents/mother/card"],
)
def test_other_roles_reach_no_form_of_the_counter(place: CounterPlace, account: str, path: str) -> None:
    answer = place.client(account).get(path)
    assert answer.status_code == 403
    assert "action-not-permitted" in answer.text


def test_what_was_typed_is_back_after_the_session_ended_and_its_person_signed_in_again(place: CounterPlace) -> None:
    visitor = place.client()
    token = csrf_token(visitor.get(BIRTH).text)
    place.environment.clock.advance(timedelta(minutes=16))
    answer = visitor.browser.post(BIRTH, data={**BIRTH_FIELDS, "csrf_token": token})
    assert answer.headers["Location"] == "/sign-in"
    fields = {"account": "hanako", "passphrase": PASSPHRASE, "csrf_token": csrf_token(visitor.get("/sign-in").text)}
    page = visitor.follow(visitor.browser.post("/sign-in", data=fields)).text
    assert 'value="新"' in page
    assert 'value="birth-request-1"' in page
    assert place.operations.called("register_birth") == []


# --- numbering --------------------------------------------------------------------------------------------------------


def test_numbering_goes_step_by_step_and_each_role_sees_its_own_step(place: CounterPlace) -> None:
    path = "/residents/baby/numbering"
    clerk, mayor = place.client("hanako"), place.client("mayor")
    assert "do=request-number" in clerk.get(path).text
    assert clerk.post(f"{path}?do=request-number", shown=path).status_code == 303
    assert "do=designate-number" not in clerk.get(path).text
    assert clerk.post(f"{path}?do=designate-number", shown=path).status_code == 403
    assert mayor.post(f"{path}?do=designate-number", shown=path).status_code == 303
    assert place.operations.records["baby"].stage is NumberingStage.DESIGNATED


@pytest.mark.requirement("R-011")
def test_the_notice_prints_code_and_number_together_and_is_stored_nowhere(place: CounterPlace) -> None:
    mayor = place.client("mayor")
    answer = mayor.get("/residents/mother/notice")
    assert answer.headers["Cache-Control"] == "no-store"
    plain = answer.text.replace(" ", "")
    assert NUMBER in plain
    assert CODE in plain


@pytest.mark.requirement("R-019")
def test_the_notice_warns_of_whoever_asks_for_the_number_by_telephone(place: CounterPlace) -> None:
    assert "Nobody may ask for it by telephone." in place.client("mayor").get("/residents/mother/notice").text


def test_the_notice_is_for_the_notifying_role_only(place: CounterPlace) -> None:
    answer = place.client("hanako").get("/residents/mother/notice")
    assert answer.status_code == 403
    assert place.operations.called("notify_number") == []


def test_opening_the_notice_notifies_nobody(place: CounterPlace) -> None:
    answer = place.client("mayor").get("/residents/baby/notice")
    assert answer.headers["Location"] == "/residents/baby/numbering"
    assert place.operations.called("notify_number") == []


# --- moves ------------------------------------------------------------------------------------------------------------


def test_a_move_out_names_the_people_and_is_confirmed_with_a_reference(place: CounterPlace) -> None:
    visitor = place.client()
    answer = enter(visitor, "/households/house-1/move-out", MOVE_OUT_FIELDS)
    (form,) = place.operations.called("register_move_out")[0]
    assert form.residents == ("child", "mother")
    assert form.planned_on == date(2019, 12, 20)
    assert "MV-7" in visitor.follow(answer).text


def test_the_acceptance_notice_of_a_move_out_states_what_was_notified_and_no_number(place: CounterPlace) -> None:
    visitor = place.client()
    entered = visitor.follow(enter(visitor, "/households/house-1/move-out", MOVE_OUT_FIELDS))
    assert 'href="/moves-out/MV-7/receipt"' in entered.text
    printed = visitor.get("/moves-out/MV-7/receipt").text
    for stated in ("Acceptance notice", "Move out", "MV-7", "架空　花子", MOVE_OUT_FIELDS["planned_address"]):
        assert stated in printed
    assert NUMBER not in printed
    assert CODE not in printed


def test_another_clerk_gets_no_acceptance_notice_out_of_a_reference(place: CounterPlace) -> None:
    enter(place.client(), "/households/house-1/move-out", MOVE_OUT_FIELDS)
    other = place.client()
    assert other.get("/moves-out/MV-7/receipt").headers["Location"] == "/moves-out/MV-7"
    assert "花子" not in other.get("/moves-out/MV-7").text


def test_people_outside_the_household_cannot_be_moved(place: CounterPlace) -> None:
    path = "/households/house-1/move-out"
    answer = place.client().post(path, {**MOVE_OUT_FIELDS, "residents": ["stranger"]}, shown=path)
    assert answer.status_code == 422
    assert "Choose who moves out" in answer.text


def fetch(visitor: Visitor) -> object:
    fields = {
        "request_id": "move-in-request",
        "from_municipality": OTHER,
        "move_reference": "MV-7",
        "resident_record_code": CODE,
        "step": "check",
    }
    return visitor.post("/move-in", fields, shown="/move-in")


@pytest.mark.requirement("R-048")
def test_a_move_in_shows_the_people_and_enters_them_with_the_code_that_was_typed(place: CounterPlace) -> None:
    visitor = place.client()
    shown = visitor.follow(fetch(visitor))
    assert "架空　花子" in shown.text
    checked = visitor.post("/move-in/entry", ENTRY_FIELDS, shown="/move-in/entry")
    for page in (shown.text, checked.text):
        assert CODE not in page
        assert NUMBER not in page
    answer = visitor.post("/move-in/entry", {**hidden_fields(checked.text), "step": "enter"}, shown="/move-in")
    (form,) = place.operations.called("register_move_in")[0]
    assert (form.resident_record_code, form.move_reference, form.household) == (CODE, "MV-7", None)
    assert "The move in is entered" in visitor.follow(answer).text


def test_a_move_in_sent_twice_is_entered_once(place: CounterPlace) -> None:
    visitor = place.client()
    fetch(visitor)
    for _round in range(2):
        answer = visitor.post("/move-in/entry", {**ENTRY_FIELDS, "step": "enter"}, shown="/move-in")
        assert answer.headers["Location"] == "/moves-in/house-1"
    assert len(place.operations.called("register_move_in")) == 1


def test_joining_a_household_needs_one_that_lives_at_the_address(place: CounterPlace) -> None:
    visitor = place.client()
    fetch(visitor)
    fields = {**ENTRY_FIELDS, "household_choice": "join"}
    refused = visitor.post("/move-in/entry", fields, shown="/move-in/entry")
    assert "Choose the household they join" in refused.text
    visitor.post("/move-in/entry", {**fields, "household": "house-1", "step": "enter"}, shown="/move-in")
    assert place.operations.called("register_move_in")[0][0].household == "house-1"


def test_who_joins_a_household_gets_the_relationship_chosen(place: CounterPlace) -> None:
    visitor = place.client()
    fetch(visitor)
    fields = {**ENTRY_FIELDS, "household_choice": "join", "household": "house-1", "position-0": "51"}
    checked = visitor.post("/move-in/entry", fields, shown="/move-in/entry").text
    assert re.search(r"Position of .*?Father", checked, re.DOTALL)
    visitor.post("/move-in/entry", {**fields, "step": "enter"}, shown="/move-in")
    stated = place.operations.called("register_move_in")[0][0].relationships
    assert stated == (Relationship.FATHER,)


def test_a_relationship_that_does_not_exist_is_refused_beside_its_field(place: CounterPlace) -> None:
    visitor = place.client()
    fetch(visitor)
    refused = visitor.post("/move-in/entry", {**ENTRY_FIELDS, "position-0": "4711"}, shown="/move-in/entry")
    assert refused.status_code == 422
    assert "This is not a relationship to the head of the household" in refused.text
    assert place.operations.called("register_move_in") == []


def test_a_municipality_that_does_not_answer_loses_nothing_that_was_typed(place: CounterPlace) -> None:
    place.operations.refusals["fetch_moving_out_certificate"] = PeerUnavailable(peer="municipality-131130")
    answer = fetch(place.client())
    assert answer.status_code == 422
    assert "Another institution does not answer" in answer.text
    assert 'value="MV-7"' in answer.text
