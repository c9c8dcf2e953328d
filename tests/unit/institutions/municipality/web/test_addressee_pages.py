"""The desk for addressee numbers over the real operations, in both languages; no number on any page (R-255, R-257)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from mizuhiki.vocabulary.numbers import individual_number_check_digit
from support.environment import TEST_INSTANT
from support.notices import NoticePlace, make_place
from unit.institutions.municipality.web.test_notice_pages import Staff

NUMBER = "23456789012" + individual_number_check_digit("23456789012")
RECORD: dict[str, Any] = {
    "department": "tax",
    "local_number": "T-1",
    "name": "高橋　幸子",
    "name_kana": "タカハシ　サチコ",
    "birth_date": "1970-01-02",
    "sex": "2",
    "address": "東京都港区芝公園1-5-25",
}


@pytest.fixture
def place() -> Iterator[NoticePlace]:
    place = make_place(at=TEST_INSTANT)
    yield place
    place.country.close()


def enter(staff: Staff, **changes: Any) -> str:
    answer = staff.post("/addressees/new", {**RECORD, **changes})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


@pytest.mark.requirement("R-255")
@pytest.mark.parametrize(
    ("language", "words"), [("en", ("matched", "History", "issued")), ("ja", ("名寄せ済み", "履歴", "付番"))]
)
def test_records_are_entered_found_by_the_number_and_shown_without_it(
    place: NoticePlace, language: str, words: tuple[str, ...]
) -> None:
    staff = Staff(place, "linkage-officer", language=language)
    where = enter(staff, number=NUMBER)
    assert enter(staff, department="care", local_number="C-1", number=NUMBER) == where
    page = staff.get(where).text
    for word in (*words, "T-1", "C-1", "高橋"):
        assert word in page
    assert NUMBER not in page
    found = staff.post("/addressees", {"number": NUMBER})
    assert (found.status_code, found.headers["Location"]) == (303, where)
    wrong = staff.post("/addressees", {"number": "123456789012"})
    assert wrong.status_code == 422
    assert "123456789012" not in wrong.text, "what was typed as a number is not shown again"


def test_a_case_shows_both_sides_and_is_decided_with_a_reason(place: NoticePlace) -> None:
    staff = Staff(place, "linkage-officer")
    where = enter(staff, number=NUMBER)
    assert enter(staff, department="care", local_number="C-1", name="髙橋　幸子", number=NUMBER) == "/addressees/cases"
    assert "A case about this addressee is open" in staff.get(where).text
    [path] = re.findall(r'href="(/addressees/cases/[^"]+)"', staff.get("/addressees/cases").text)
    page = staff.get(path).text
    assert "髙橋" in page
    assert "variant characters: a person decides" in page
    assert "Say why" in staff.post(path, {"decision": "same-person", "reason": " "}).text
    decided = staff.post(path, {"decision": "same-person", "reason": "the card was shown"})
    assert (decided.status_code, decided.headers["Location"]) == (303, "/addressees/cases")
    assert "Nothing is to be decided." in staff.get("/addressees/cases").text
    assert "to be decided" not in staff.get(where).text


def test_merging_splitting_and_undoing_stand_in_the_history(place: NoticePlace) -> None:
    staff = Staff(place, "linkage-officer")
    where = enter(staff, number=NUMBER)
    other = enter(staff, department="care", local_number="C-1", birth_date="1970-02-01").rsplit("/", 1)[1]
    assert staff.post(where, {"do": "merge", "other": other, "reason": ""}).status_code == 422
    assert staff.post(where, {"do": "merge", "other": other, "reason": "birth date mistyped"}).status_code == 303
    page = staff.get(where).text
    assert "birth date mistyped" in page
    [change] = re.findall(r'<option value="([A-Za-z0-9_-]{20,})"', page)
    assert staff.post(where, {"do": "undo", "change": change, "reason": "somebody else"}).status_code == 303
    assert "C-1" in staff.get(f"/addressees/{other}").text
    refused = staff.post(where, {"do": "split", "records": "care/C-1", "reason": "not hers"})
    assert "Choose records of this addressee to be split off" in refused.text
    assert staff.post(where, {"do": "split", "records": "tax/T-1", "reason": "not hers"}).status_code == 303
    assert staff.post(where, {"do": "nothing"}).status_code == 422


@pytest.mark.parametrize("path", ["/addressees", "/addressees/new", "/addressees/cases"])
def test_a_clerk_has_no_way_to_addressees(place: NoticePlace, path: str) -> None:
    assert Staff(place, "counter-clerk").get(path).status_code == 403
