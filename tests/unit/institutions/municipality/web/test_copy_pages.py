"""The pages of copies, derived lists and inspection over the real operations, in both languages."""

from __future__ import annotations

import csv
import inspect
import io
import re
from collections.abc import Iterator

import pytest
from werkzeug.test import Client

from mizuhiki.institutions.municipality.domain import derived_lists
from mizuhiki.institutions.municipality.domain.copies import errors, inspections, kinds, requests
from mizuhiki.institutions.municipality.web import copy_advice, copy_words
from mizuhiki.vocabulary.errors import MizuhikiError
from support.documents import packed, text_of
from support.municipality import ADDRESS, MIYAKONOJO, SHIBUYA
from support.notices import NoticePlace, make_place
from support.pages import csrf_token
from unit.institutions.municipality.web.test_notice_pages import Staff

REQUEST = {
    "kind": "resident-copy", "scope": "person", "requester": "self", "name": "山田　太郎", "shown": "passport",
    "way": "counter", "delivery": "direct", "copies": "1",
}  # fmt: skip
INSPECTION = {
    "kind": "research", "body": "架空大学", "responsible": "研究 一", "inspectors": "閲覧 一、閲覧 二",
    "purpose": "世論調査",
    "area": "宮崎県都城市", "handling": "鍵の掛かる棚", "publication": "報告書",
}  # fmt: skip


@pytest.fixture
def place() -> Iterator[NoticePlace]:
    place = make_place()
    yield place
    place.country.close()


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_page_opens(place: NoticePlace, language: str) -> None:
    father, *_ = place.number()
    clerk = Staff(place, "counter-clerk", language=language)
    paths = [
        f"/residents/{father}/copy", "/copies", "/copies?day=2019-12-01", "/copies/nationwide", "/lists",
        "/inspections", "/inspections/publication", "/inspections/publication?year=2018",
        *(f"/lists?list={kind.value}" for kind in derived_lists.ListKind),
    ]  # fmt: skip
    for path in paths:
        answer = clerk.get(path)
        assert answer.status_code == 200, path
        assert f'<html lang="{language}">' in answer.text


@pytest.mark.requirement("R-040")
def test_a_copy_is_asked_for_checked_issued_printed_and_cancelled(place: NoticePlace) -> None:
    father, *_ = place.number()
    number = place.country.apps[MIYAKONOJO].operations.resident(place.context(), father).number.reveal()
    clerk = Staff(place, "counter-clerk")
    path = f"/residents/{father}/copy"
    checked = clerk.post(path, {**REQUEST, "items": ["number"], "step": "check"})
    assert "Number or code will stand on this copy" in checked.text
    assert number not in checked.text
    issued = clerk.post(path, {**REQUEST, "items": ["number"], "step": "enter"})
    assert issued.status_code == 303
    shown = clerk.get(issued.location)
    assert "Passport (photograph)" in shown.text
    printed = clerk.post(f"{issued.location}/page", shown=issued.location)
    assert printed.mimetype == "application/pdf"
    assert number in text_of(printed.data)
    assert printed.headers["Cache-Control"] == "no-store"
    assert "300 yen" in clerk.get("/copies").text
    assert clerk.post(issued.location, {"reason": "wrong item"}).status_code == 303
    refused = clerk.post(f"{issued.location}/page", shown="/copies/nationwide")
    assert (refused.status_code, "The copy was cancelled" in refused.text) == (409, True)


@pytest.mark.requirement("R-074")
def test_a_refusal_shows_the_provision_and_keeps_what_was_typed(place: NoticePlace) -> None:
    father, *_ = place.number()
    clerk = Staff(place, "counter-clerk")
    agent = {**REQUEST, "requester": "voluntary-agent", "name": "代理 人", "papers": "power-of-attorney",
             "items": "number",
             "way": "post", "delivery": "elsewhere", "address": "東京都架空区1",
             "step": "enter"}  # fmt: skip
    answer = clerk.post(f"/residents/{father}/copy", agent)
    assert answer.status_code == 403
    assert "the counter does not hand it to the agent" in answer.text
    assert "住民基本台帳事務処理要領第2-4-(1)-1 (2018-11-27改正前)" in answer.text
    assert 'value="代理 人"' in answer.text
    missing = clerk.post(f"/residents/{father}/copy", {**agent, "papers": "", "delivery": "principal-address"})
    assert missing.status_code == 403
    assert "A paper is missing: Written mandate</h" in missing.text


@pytest.mark.requirement("R-074")
@pytest.mark.parametrize(
    ("changes", "title", "advice"),
    [
        (
            {"kind": "removed-copy"},
            "This record stands otherwise",
            "the copy of the resident record for who lives here",
        ),
        ({"shown": "student-card"}, "Ask for one public document with a photograph", "Ask for another document"),
        ({"requester": "same-household"}, "This person may not ask for this copy", "is chosen from the list"),
        ({"requester": "messenger"}, "A paper is missing: Written mandate", "Ask for the paper and tick it"),
        ({"copies": "21"}, "Number of copies", "at most 20 are issued at once"),
        ({"kind": "supplement-copy", "scope": "household"}, "hold more people", "Ask for this person only"),
    ],
)
def test_the_check_step_names_the_refusal_and_what_to_do_and_offers_no_issue(
    place: NoticePlace, changes: dict[str, str], title: str, advice: str
) -> None:
    father, *_ = place.number()
    clerk = Staff(place, "counter-clerk")
    path = f"/residents/{father}/copy"
    assert 'value="enter"' in clerk.post(path, {**REQUEST, "step": "check"}).text
    checked = clerk.post(path, {**REQUEST, **changes, "step": "check"})
    warning = checked.text[checked.text.index('<section class="blocking"') :]
    warning = warning[: warning.index("</section>")]
    assert title in warning
    assert advice in warning
    assert 'value="enter"' not in checked.text
    assert 'value="edit"' in checked.text
    entered = clerk.post(path, {**REQUEST, **changes, "step": "enter"})
    assert checked.status_code == entered.status_code != 303
    assert title in entered.text
    assert "Nothing was stored" in checked.text


def test_every_refusal_of_a_copy_has_its_advice() -> None:
    own = {one.code for _name, one in inspect.getmembers(errors, inspect.isclass) if issubclass(one, MizuhikiError)}
    of_issues_and_elsewhere = {
        "copy-refused", "unknown-copy", "copy-closed", "copy-outdated", "nationwide-copy-refused", "refused",
        "conflict", "not-found",
    }  # fmt: skip
    beside = {"not-in-supplement", "character-not-printable", "print-does-not-fit", "fonts-missing", "empty-form"}
    assert set(copy_advice.ADVICE) == own - of_issues_and_elsewhere | beside


def test_a_form_without_a_name_or_number_of_copies_is_shown_again(place: NoticePlace) -> None:
    father, *_ = place.number()
    clerk = Staff(place, "counter-clerk")
    answer = clerk.post(f"/residents/{father}/copy", {**REQUEST, "name": "", "copies": "many", "step": "check"})
    assert "Enter the name of who asks" in answer.text
    assert "Enter how many copies" in answer.text


@pytest.mark.requirement("R-074")
def test_a_refusal_is_all_japanese_on_a_japanese_page(place: NoticePlace) -> None:
    father, *_ = place.number()
    clerk = Staff(place, "counter-clerk", language="ja")
    agent = {**REQUEST, "requester": "voluntary-agent", "name": "代理 人", "papers": "power-of-attorney",
             "items": "number", "step": "enter"}  # fmt: skip
    answer = clerk.post(f"/residents/{father}/copy", agent)
    assert "2018年11月27日より前は、代理人に窓口で交付せず、本人の住所あてに送付します" in answer.text
    elsewhere = {**agent, "way": "post", "delivery": "elsewhere", "address": "東京都架空区1"}
    text = clerk.post(f"/residents/{father}/copy", elsewhere).text
    assert "ほかの場所へ送付する理由と場所は相当と認められません" in text
    warning = text[text.index('<section class="blocking"') :]
    assert not re.search(r"[A-Za-z]{4,}", re.sub(r"<[^>]*>", "", warning[: warning.index("</section>")]))


def test_the_form_asks_for_the_number_of_copies_in_japanese(place: NoticePlace) -> None:
    father, *_ = place.number()
    text = Staff(place, "counter-clerk", language="ja").get(f"/residents/{father}/copy").text
    assert '<label for="copies">通数</label>' in text


@pytest.mark.requirement("R-075", "R-094")
def test_a_protected_household_shows_the_way_to_the_officer_and_nothing_else(place: NoticePlace) -> None:
    father, mother, _child = place.number()
    clerk = Staff(place, "counter-clerk")
    officer = place.context("support-officer", "officer")
    place.country.apps[MIYAKONOJO].operations.start_measure(officer, mother, "a notice")
    answer = clerk.get(f"/residents/{father}/copy")
    assert answer.status_code == 403
    assert "山田" not in answer.text
    assert ADDRESS not in answer.text
    way = "/support-measures/" + answer.text.split('href="/support-measures/')[1].split('"')[0]
    assert 'value="copy"' in clerk.get(way).text
    inspected = clerk.get("/lists?list=electoral-roll&purpose=inspection")
    assert "2 lines are left out" in inspected.text
    assert "山田" not in inspected.text
    listed = clerk.get("/lists?list=electoral-roll")
    assert "2 lines without address" in listed.text
    exported = clerk.get("/lists/export?list=electoral-roll")
    for page in (listed, exported):
        assert ADDRESS not in page.text
    assert clerk.get("/lists?list=school-register&purpose=inspection").status_code == 422


@pytest.mark.requirement("R-039")
def test_a_list_is_exported_with_reasons_and_without_numbers(place: NoticePlace) -> None:
    father, *_ = place.number()
    clerk = Staff(place, "registrar")
    answer = clerk.get("/lists/export?list=electoral-roll")
    assert answer.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [(row["name"], row["reason"]) for row in rows] == [
        ("山田　太郎", "roll-resident"), ("山田　花子", "roll-resident"),
    ]  # fmt: skip
    record = place.country.apps[MIYAKONOJO].operations.resident(place.context(), father)
    assert record.number is not None
    assert record.number.reveal() not in answer.text
    assert record.code.reveal() not in answer.text
    assert clerk.get("/lists?list=electoral-roll&day=2035-01-01").status_code == 422


@pytest.mark.requirement("R-045", "R-075")
def test_an_inspection_is_asked_decided_by_the_mayor_shown_once_and_published(place: NoticePlace) -> None:
    place.number()
    clerk, mayor = Staff(place, "counter-clerk"), Staff(place, "mayor")
    refused = clerk.post("/inspections", {**INSPECTION, "kind": "commerce"})
    assert (refused.status_code, "11条の2第1項" in refused.text) == (403, True)
    assert clerk.post("/inspections", INSPECTION).status_code == 303
    listed = clerk.get("/inspections").text
    one = "/inspections/request/" + listed.split('href="/inspections/request/')[1].split('"')[0]
    assert clerk.post(one, {"do": "permit"}).status_code == 403
    assert mayor.post(one, {"do": "refuse"}).status_code == 400
    assert mayor.post(one, {"do": "permit"}).status_code == 303
    assert clerk.post(one, {"do": "show", "seen": "別人"}).status_code == 403
    assert mayor.post(one, {"do": "show", "seen": "閲覧 一"}).status_code == 403
    shown = clerk.post(one, {"do": "show", "seen": "閲覧 一"})
    assert shown.text.count("山田") == 3
    assert clerk.post(one, {"do": "show", "seen": "閲覧 一"}).status_code == 409
    published = clerk.get(f"/inspections/publication?year={place.context().today().year}").text
    assert "架空大学" in published
    assert "山田" not in published


@pytest.mark.requirement("R-047")
def test_another_municipalitys_resident_gets_a_copy_here(place: NoticePlace) -> None:
    place.number()
    app = place.country.apps[SHIBUYA]
    app.operations.add_staff("clerk", "clerk", "counter-clerk", "a long enough passphrase")
    client, base = Client(app.wsgi), f"http://{SHIBUYA}.localhost"
    token = csrf_token(client.get("/sign-in?lang=en", base_url=base).text)
    signed = {"account": "clerk", "passphrase": "a long enough passphrase", "csrf_token": token}
    client.post("/sign-in", base_url=base, data=signed)
    page = client.get("/copies/nationwide", base_url=base).text
    request_id = page.split('name="request_id" value="')[1].split('"')[0]
    fields = {
        "home": "452025", "name": "山田　太郎", "birth_date": "1985-02-03", "sex": "1", "address": ADDRESS,
        "requester": "self", "scope": "person", "shown": "individual-number-card",
        "request_id": request_id, "csrf_token": csrf_token(page),
    }  # fmt: skip
    wrong = client.post("/copies/nationwide", base_url=base, data={**fields, "name": "山田　次郎"})
    assert (wrong.status_code, "gives no copy through another counter" in wrong.text) == (403, True)
    answer = client.post("/copies/nationwide", base_url=base, data=fields)
    assert answer.status_code == 303
    shown = client.get(answer.location, base_url=base).text
    assert "都城市" in shown
    made = client.post(f"{answer.location}/page", base_url=base, data={"csrf_token": csrf_token(shown)})
    assert packed("渋谷区長") in text_of(made.data)


def test_every_code_and_error_of_copies_has_words() -> None:
    for words, codes in (
        (copy_words.KINDS, kinds.CopyKind),
        (copy_words.SCOPES, kinds.Scope),
        (copy_words.REQUESTERS, kinds.Requester),
        (copy_words.WAYS, kinds.Way),
        (copy_words.DELIVERIES, kinds.Delivery),
        (copy_words.PLACES, kinds.Place),
        (copy_words.ITEMS, kinds.Item),
        (copy_words.INTERESTS, kinds.Interest),
        (copy_words.PROFESSIONS, kinds.Profession),
        (copy_words.SHOWN, kinds.Shown),
        (copy_words.LEVELS, kinds.IdentityLevel),
        (copy_words.PAPERS, kinds.Paper),
        (copy_words.STEPS, requests.IssueStep),
        (copy_words.INSPECTION_KINDS, inspections.InspectionKind),
        (copy_words.INSPECTION_STATES, inspections.InspectionState),
        (copy_words.LISTS, derived_lists.ListKind),
        (copy_words.REASONS, derived_lists.Reason),
    ):
        assert set(words) == {code.value for code in codes}
    own = [
        one
        for module in (errors, inspections)
        for _name, one in inspect.getmembers(module, inspect.isclass)
        if issubclass(one, MizuhikiError) and one.__module__ == module.__name__
    ]
    assert {one.title for one in own} == set(copy_words.ERROR_TITLES)


def test_the_acceptance_notice_of_an_entry_opens_from_the_record(place: NoticePlace) -> None:
    father, *_ = place.number()
    clerk = Staff(place, "counter-clerk")
    led = clerk.get(f"/residents/{father}/receipt")
    assert led.status_code == 303
    notice = clerk.get(led.headers["Location"])
    assert notice.status_code == 200
    assert "accepted and entered in the resident register" in notice.text
