"""Pages of events over a real municipality: nationalities, the stay of a newborn child, positions on arrival."""

from __future__ import annotations

import re
from datetime import date

import pytest

from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind as K
from mizuhiki.institutions.municipality.domain.events.errors import ItemImpossible, TextNotWritable
from mizuhiki.institutions.municipality.domain.events.requests import Place
from mizuhiki.institutions.municipality.domain.residents import RecordState, ResidentQuery
from mizuhiki.institutions.municipality.operations.events.take_residence_notice import ResidenceNotice
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.persons import Relationship, ResidenceCategory, Sex
from support.events import (
    NORTH,
    TODAY,
    clerk,
    events,
    foreigner,
    japanese,
    mayor,
    move_in,
    move_out,
    note,
    office,
    record,
    residence,
    settle,
)
from support.municipality import MIYAKONOJO, SHIBUYA, SHIBUYA_ADDRESS, Country
from support.pages import PASSPHRASE, Browser

CHILD: dict[str, str | list[str]] = {
    "request_id": "birth-of-ana", "happened_on": "2019-09-20", "received_on": "2019-12-02", "notifier": "the mother",
    "late_reason": "was ill", "documents": ["birth-certificate"], "p1_family": "SILVA", "p1_given": "ANA",
    "p1_sex": "2", "p1_position": "20", "p1_nationality": "br",
}  # fmt: skip
STAY: dict[str, str | list[str]] = {
    "p1_category": "mid-to-long-term-resident", "p1_status": "定住者", "p1_period": "三年",
    "p1_stay_until": "2022-11-30", "p1_card_number": "AB12345679CD",
}  # fmt: skip


def mother_here(country: Country) -> str:
    told = note(K.MOVE_IN_FROM_ABROAD, date(2019, 9, 1), date(2019, 12, 2), late_reason="was ill")
    mother = foreigner(residence=residence(resident_since=date(2019, 9, 1)))
    (resident,) = events(country).enter_from_abroad(clerk(country), told, [mother], Place(NORTH)).residents
    return resident


def counter(country: Country) -> Browser:
    office(country).add_staff("hanako", "窓口 花子", "counter-clerk", PASSPHRASE)
    return Browser(country.apps[MIYAKONOJO], "hanako")


def test_a_nationality_is_typed_in_two_letters_and_read_as_a_name(light: Country) -> None:
    mother = mother_here(light)
    browser, home = counter(light), record(light, mother).household
    path = f"/households/{home}/events/birth-of-foreign-child"
    unknown = browser.post(path, {**CHILD, **STAY, "p1_nationality": "ZZ", "step": "check"})
    assert "Enter the two letters of a country or region, for example BR" in unknown.text
    checked = browser.post(path, {**CHILD, **STAY, "step": "check"})
    assert "Check: Birth of a foreign child" in checked.text
    assert "Brazil" in checked.text
    assert ">br<" not in checked.text
    assert "Brazil" in browser.get(f"/households/{home}").text
    assert "Brazil, 定住者" in browser.get(f"/residents/{mother}/history?day=2019-12-02").text


def test_a_foreign_child_whose_sixty_days_are_over_is_entered_with_the_status_it_has(light: Country) -> None:
    mother = mother_here(light)
    browser, home = counter(light), record(light, mother).household
    path = f"/households/{home}/events/birth-of-foreign-child"
    assert browser.post(path, {**CHILD, "step": "enter"}).status_code != 303
    answer = browser.post(path, {**CHILD, **STAY, "step": "enter"})
    assert answer.status_code == 303, answer.text
    view = office(light).household_view(clerk(light), home)
    [child] = [one.summary.resident for one in view.members if one.summary.resident != mother]
    stay = record(light, child).details.residence
    assert stay is not None
    assert (stay.category, stay.nationality) == (ResidenceCategory.MID_TO_LONG_TERM, "BR")


@pytest.mark.requirement("R-041")
def test_no_record_names_a_nationality_that_there_is_not(light: Country) -> None:
    mother = mother_here(light)
    brazil = foreigner("ana", nationality="ブラジル", residence=residence(nationality="ブラジル"))
    with pytest.raises(ItemImpossible):
        events(light).enter_from_abroad(clerk(light), note(K.MOVE_IN_FROM_ABROAD), [brazil], Place(NORTH))
    changes = {mother: {"nationality": "ZZ", "residence": {"nationality": "ZZ"}}}
    with pytest.raises(ItemImpossible):
        events(light).correct(mayor(light), note(K.CORRECTION), changes)


@pytest.mark.parametrize(
    ("chosen", "shown", "entered"),
    [
        ({}, ["Head of the household", "Child"], ["02", "20"]),
        ({"position-1": "51"}, ["Head of the household", "Father"], ["02", "51"]),
        ({"position-0": "20", "position-1": "02"}, ["Child", "Head of the household"], ["20", "02"]),
    ],
)
def test_the_page_of_a_move_in_says_everybodys_position_where_the_head_does_not_move(
    light: Country, chosen: dict[str, str], shown: list[str], entered: list[str]
) -> None:
    """The wife and the child come; whom nobody chose a position for has the one by rule, not the certificate's."""
    _, wife, child = settle(light)
    reference = move_out(light, [wife, child])
    office(light, SHIBUYA).add_staff("hanako", "Hanako", "counter-clerk", PASSPHRASE)
    browser = Browser(light.apps[SHIBUYA], "hanako")
    source: dict[str, str | list[str]] = {
        "request_id": "fetch-request-1", "from_municipality": "452025", "move_reference": reference,
        "resident_record_code": record(light, wife).code.reveal(), "step": "check",
    }  # fmt: skip
    answer = browser.post("/move-in", source)
    assert answer.status_code == 303, answer.text
    fields: dict[str, str | list[str]] = {
        "request_id": "enter-request-1", "address": SHIBUYA_ADDRESS, "household_choice": "new",
        "moved_in_on": "2019-12-01", "received_on": "2019-12-02", "notifier": "the wife",
        "arriving": ["0/2", "1/2"], **chosen,
    }  # fmt: skip
    checked = browser.post("/move-in/entry", {**fields, "step": "check"}).text
    said = re.findall(r"Position of [^<]*</dt>\s*<dd[^>]*>\s*([^<]*?)\s*</dd>", checked)
    assert said == shown
    elsewhere = browser.post("/move-in/entry", {**fields, "address": NORTH, "step": "enter"})
    assert elsewhere.status_code == 422
    assert "The address lies in another municipality" in elsewhere.text
    assert 'href="#address"' in elsewhere.text
    assert browser.post("/move-in/entry", {**fields, "step": "enter"}).status_code == 303
    codes = [record(light, one).code.reveal() for one in (wife, child)]
    found = office(light, SHIBUYA).search_residents(clerk(light, SHIBUYA), ResidentQuery(address=SHIBUYA_ADDRESS))
    here = {
        one.code.reveal(): one.relationship.value
        for one in (record(light, summary.resident, SHIBUYA) for summary in found.shown)
    }
    assert [here[code] for code in codes] == entered


REVERSED = "\u202e"
"""Turns the direction of what is written after it; no record can hold it."""


@pytest.mark.parametrize(
    ("page", "field", "fields"),
    [
        ("move-out", "planned_address", {"planned_on": "2019-12-10", "planned_address": SHIBUYA_ADDRESS + REVERSED}),
        (
            "birth",
            "registered_domicile",
            {
                "family": "山田", "given": "二郎", "family_kana": "ヤマダ", "given_kana": "ジロウ", "sex": "1",
                "birth_date": "2019-11-30", "registered_domicile": "宮崎県都城市" + REVERSED,
                "documents": ["birth-notification", "notifier-identity"],
            },
        ),
    ],
)  # fmt: skip
def test_a_move_or_birth_writes_no_text_that_no_record_can_hold(
    light: Country, page: str, field: str, fields: dict[str, str | list[str]]
) -> None:
    husband, wife, _ = settle(light)
    home = record(light, husband).household
    given: dict[str, str | list[str]] = {
        "request_id": "hidden-direction",
        "residents": [husband],
        "mother": wife,
        "notifier": "the husband",
    }
    fields = {**given, "received_on": "2019-12-02", **fields, "step": "enter"}
    answer = counter(light).post(f"/households/{home}/{page}", fields)
    assert answer.status_code == 422
    assert "holds a character that no record can hold" in answer.text
    assert f'href="#{field}"' in answer.text
    assert len(office(light).household_view(clerk(light), home).members) == 3
    assert record(light, husband).state is RecordState.CURRENT


def test_an_arrival_writes_no_address_that_no_record_can_hold(light: Country) -> None:
    husband, *_ = settle(light)
    form = move_in(light, move_out(light, [husband]), husband, address=SHIBUYA_ADDRESS + REVERSED)
    with pytest.raises(TextNotWritable):
        office(light, SHIBUYA).register_move_in(clerk(light, SHIBUYA), form)
    with pytest.raises(TextNotWritable):
        move_out(light, [husband], request_id="m2", planned_address=SHIBUYA_ADDRESS + "\n渋谷")


def test_what_a_task_says_is_in_the_language_of_the_page(light: Country) -> None:
    husband, *_ = settle(light)
    reference = move_out(light, [husband], planned_on=date(2019, 11, 15))
    haru = japanese(registered_domicile="大阪府大阪市北区中之島1")
    events(light).enter_from_abroad(clerk(light), note(K.MOVE_IN_FROM_ABROAD), [haru], Place(NORTH))
    browser = counter(light)
    english, told = browser.get("/tasks?lang=en").text, browser.get("/tasks?lang=ja").text
    assert f"moved on 2019-11-15; reference of the move: {reference}" in english
    assert f"令和元年11月15日転出、照会番号：{reference}" in told
    assert "Osaka" in english
    assert ">大阪市<" in told
    for raw in ("271004", "moved on"):
        assert raw not in told


def test_every_text_that_an_operation_writes_into_a_task_has_words(light: Country) -> None:
    husband, wife, _child = settle(light)
    extra = japanese(name=PersonName("山田", "三郎"), position=Relationship.RELATIVE)
    events(light).enter_from_abroad(
        clerk(light), note(K.MOVE_IN_FROM_ABROAD), [extra], Place(household=record(light, wife).household)
    )
    events(light).enter_death(clerk(light), note(K.DEATH), husband)
    told = counter(light).get("/tasks?lang=ja").text
    assert "世帯主は取扱いの順により定めました" in told
    assert "the head was chosen" not in told


def test_what_an_operation_notes_by_itself_is_in_the_language_of_the_page(light: Country) -> None:
    husband, wife, _ = settle(light)
    resident = mother_here(light)
    form = move_in(light, move_out(light, [husband]), husband)
    office(light, SHIBUYA).register_move_in(clerk(light, SHIBUYA), form)
    light.pump()
    renewed = residence(date(2025, 12, 1), "EF87654321GH", period="五年")
    told = ResidenceNotice("n1", PersonName("SILVA", "MARIA"), date(1990, 4, 5), Sex.FEMALE, "", TODAY, renewed)
    events(light).take_residence_notice(light.context("peer"), told)
    browser = counter(light)
    for person, words, raw in (
        (wife, "世帯主の転出", "the head moved out"),
        (resident, "法務大臣の通知（30条の50）", "notice of the Minister"),
    ):
        page = browser.get(f"/residents/{person}/history?lang=ja").text
        assert words in page
        assert raw not in page
