"""The pages of number checks and of the comparison of the tiers over the real operations, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.notices import NoticePlace, make_place
from unit.institutions.municipality.web.test_notice_pages import Staff

PRINTED = {"name": "山田　太郎", "birth_date": "1985-02-03", "sex": "1", "address": "宮崎県都城市姫城町6-21"}
CHECK = "/number-checks/network"


@pytest.fixture
def place() -> Iterator[NoticePlace]:
    place = make_place()
    yield place
    place.country.close()


def number_of(place: NoticePlace) -> str:
    father, _, _ = place.number()
    place.country.pump()
    adapters = place.country.apps["municipality-452025"].operations.adapters
    with adapters.store.transaction() as records:
        number: str = records.register.resident(father).number.reveal()
    return number


@pytest.mark.requirement("R-052")
@pytest.mark.parametrize(("language", "said"), [("en", "The number is confirmed"), ("ja", "番号を確認しました")])
def test_a_number_is_checked_over_the_network_and_not_shown_again(place: NoticePlace, language: str, said: str) -> None:
    number = number_of(place)
    clerk = Staff(place, "counter-clerk", language=language)
    answer = clerk.post(CHECK, {"affair": "resident-register", "number": number, **PRINTED})
    assert answer.status_code == 200
    assert said in answer.text
    assert number not in answer.text
    assert "number-checks" in clerk.get("/number-checks").text


@pytest.mark.requirement("R-051")
def test_a_step_left_out_fails_the_check_with_the_card_and_is_listed(place: NoticePlace) -> None:
    number = number_of(place)
    clerk = Staff(place, "counter-clerk")
    card = {"card_number": number, **{f"card_{name}": value for name, value in PRINTED.items()}}
    steps = {"application": "yes", "card_shown": "yes", "face_checked": "yes"}
    fields = {"affair": "resident-register", "number": number, **PRINTED, **card, **steps}
    refused = clerk.post("/number-checks/card", fields).text
    assert "The number is not confirmed" in refused
    assert "not done" in refused
    assert number not in refused
    taken = clerk.post("/number-checks/card", fields | {"chip_equals_face": "yes"}).text
    assert "The number is confirmed" in taken
    listed = clerk.get("/number-checks").text
    assert "Failed" in listed
    assert "Passed" in listed


def test_an_empty_form_says_what_is_missing_and_an_unlisted_affair_is_not_taken(place: NoticePlace) -> None:
    clerk = Staff(place, "counter-clerk")
    empty = clerk.post(CHECK, {}).text
    assert "Enter the twelve digits" in empty
    assert "Choose what the number is needed for" in empty
    unlisted = clerk.post(CHECK, {"affair": "long-term-care-insurance", "number": "1", **PRINTED}).text
    assert "Choose what the number is needed for" in unlisted


@pytest.mark.requirement("R-012")
@pytest.mark.parametrize(("language", "said"), [("en", "agrees"), ("ja", "一致")])
def test_the_registrar_compares_the_tiers_and_reads_the_report(place: NoticePlace, language: str, said: str) -> None:
    number_of(place)
    registrar = Staff(place, "registrar", language=language)
    assert said not in registrar.get("/comparisons").text.partition("<main")[2].partition("Rules")[0]
    assert registrar.post("/comparisons", {"do": "compare"}).status_code == 303
    assert registrar.get("/comparisons").text.count(f">{said}<") == 2


def test_other_roles_see_neither(place: NoticePlace) -> None:
    mayor = Staff(place, "mayor")
    for path in (CHECK, "/number-checks/card", "/number-checks", "/comparisons"):
        assert mayor.get(path).status_code == 403
