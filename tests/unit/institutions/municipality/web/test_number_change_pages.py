"""Another number after a leak and another code on request, at the counter over the real operations."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mizuhiki.institutions.municipality.domain.residents import ResidentRecord
from support.notices import NoticePlace, make_place
from unit.institutions.municipality.web.test_notice_pages import Staff

LEAK = {
    "cause": "request",
    "circumstances": "The card was copied and shown on the network",
    "received_on": "2015-10-05",
}


@pytest.fixture
def place() -> Iterator[NoticePlace]:
    place = make_place()
    yield place
    place.country.close()


def record(place: NoticePlace, resident: str) -> ResidentRecord:
    return place.country.apps["municipality-452025"].operations.resident(place.context("mayor"), resident)


@pytest.mark.requirement("R-006", "R-009")
def test_the_mayor_gives_another_number_and_then_notifies_it(place: NoticePlace) -> None:
    father = place.number()[0]
    before = record(place, father).number
    mayor = Staff(place, "mayor")
    page = mayor.get(f"/residents/{father}/numbering").text
    assert f"/residents/{father}/number-change" in page
    answer = mayor.post(f"/residents/{father}/number-change", LEAK)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/residents/{father}/numbering")
    after = record(place, father).number
    assert after != before
    shown = mayor.get(f"/residents/{father}/numbering").text
    assert "Notify and print" in shown
    for number in (before, after):
        assert number.reveal() not in shown


@pytest.mark.requirement("R-009")
def test_a_change_without_circumstances_is_not_made(place: NoticePlace) -> None:
    father = place.number()[0]
    before = record(place, father).number
    mayor = Staff(place, "mayor")
    for fields in ({"circumstances": " "}, {"cause": "marriage"}, {"received_on": "2015-10-06"}, {"received_on": "x"}):
        assert mayor.post(f"/residents/{father}/number-change", LEAK | fields).status_code == 422
    assert record(place, father).number == before


def test_the_counter_changes_a_code_and_prints_its_notice_twice_alike(place: NoticePlace) -> None:
    father = place.number()[0]
    before = record(place, father)
    clerk = Staff(place, "counter-clerk", language="ja")
    assert "/number-change" not in clerk.get(f"/residents/{father}/numbering").text
    path = f"/residents/{father}/code-change"
    fields = {"request_id": "code-request-1", "received_on": "2015-10-05"}
    notice = clerk.post(path, fields)
    assert notice.status_code == 200
    after = record(place, father)
    assert after.code != before.code
    assert after.number == before.number
    code = after.code.reveal()
    assert f"{code[:4]} {code[4:8]} {code[8:]}" in notice.text
    assert "住民票コード変更通知票" in notice.text
    again = clerk.post(path, fields)
    assert f"{code[:4]} {code[4:8]} {code[8:]}" in again.text
    assert record(place, father).code == after.code


def test_neither_form_opens_for_another_role_or_a_protected_record(place: NoticePlace) -> None:
    father, mother, _child = place.number()
    clerk, mayor = Staff(place, "counter-clerk"), Staff(place, "mayor")
    assert clerk.get(f"/residents/{father}/number-change").status_code == 403
    assert mayor.get(f"/residents/{father}/code-change").status_code == 403
    place.protect(mother)
    assert mayor.get(f"/residents/{mother}/number-change").status_code == 403
    assert clerk.get(f"/residents/{father}/code-change").status_code == 403
