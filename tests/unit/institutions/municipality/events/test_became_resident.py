"""Somebody who lives here becomes a mid- to long-term resident or the like (住基法30条の47): no move from abroad."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

import pytest

from mizuhiki.institutions.municipality.domain.copies.kinds import Item
from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind as K
from mizuhiki.institutions.municipality.domain.events.catalogue import form_of
from mizuhiki.institutions.municipality.domain.events.errors import (
    EvidenceMissing,
    LateReasonMissing,
    NamesakeUnclear,
    NotRegistrable,
    ResidentStillHere,
)
from mizuhiki.institutions.municipality.domain.events.forms import SeenDocument
from mizuhiki.institutions.municipality.domain.events.requests import Place
from mizuhiki.institutions.municipality.domain.residents import NumberingStage
from mizuhiki.vocabulary.persons import ChangeReason, Relationship, ResidenceCardNumber, ResidenceCategory
from support.copies import request_of
from support.documents import packed, text_of
from support.events import (
    NORTH,
    TODAY,
    clerk,
    events,
    foreigner,
    japanese,
    mayor,
    note,
    number,
    office,
    record,
    residence,
)
from support.municipality import Country

GRANTED = date(2019, 11, 15)
"""A Friday: the fourteenth day after it, 29 November, is a Friday too."""


def enter(country: Country, person: object = None, happened: date = GRANTED, **changes: object) -> str:
    received = date(2019, 11, 29)
    told = note(K.BECAME_FOREIGN_RESIDENT, happened, changes.pop("received_on", received), **changes)
    whom = person or foreigner(residence=residence(resident_since=happened))
    return events(country).enter_became_resident(clerk(country), told, [whom], Place(NORTH)).residents[0]


@pytest.mark.requirement("R-041", "R-042")
def test_the_record_states_the_day_of_the_grant_and_no_previous_address(country: Country) -> None:
    resident = enter(country, foreigner(previous_address="サンパウロ", residence=residence(resident_since=GRANTED)))
    held = record(country, resident)
    assert held.previous_address == ""
    assert (held.resident_since, held.reported_on) == (GRANTED, date(2019, 11, 29))
    assert held.details.residence is not None
    assert held.details.residence.resident_since == GRANTED
    (line,) = events(country).record_history(clerk(country), resident)
    assert (line.fact.kind, line.fact.effective_on) == ("became-foreign-resident", GRANTED)
    assert line.event.reason is ChangeReason.MOVE_IN
    issue = office(country).copies.issue(clerk(country), request_of(person=resident, items=frozenset({Item.FOREIGN})))
    text = packed(text_of(office(country).copies.document(clerk(country), issue.issue)))
    assert packed("外国人住民となった年月日") in text
    assert text.count(packed("令和元年11月15日")) >= 1
    assert packed("サンパウロ") not in text


@pytest.mark.requirement("R-041", "R-049")
def test_the_network_learns_of_the_resident_and_the_number_follows(country: Country) -> None:
    register = country.apps["national-register"].operations
    before = register.counts()["in_register"]
    resident = enter(country)
    number(country, resident)
    country.pump()
    assert register.counts()["in_register"] == before + 1
    assert record(country, resident).stage is NumberingStage.NOTIFIED


@pytest.mark.requirement("R-041")
@pytest.mark.parametrize(("received", "late"), [(date(2019, 11, 29), False), (date(2019, 11, 30), True)])
def test_fourteen_days_from_the_grant_the_day_itself_not_counted(light: Country, received: date, *, late: bool) -> None:
    if late:
        with pytest.raises(LateReasonMissing):
            enter(light, received_on=received)
    enter(light, received_on=received, **({"late_reason": "入院していたため"} if late else {}))


def test_the_card_or_the_permit_is_shown_and_a_passport_is_no_substitute(light: Country) -> None:
    with pytest.raises(EvidenceMissing):
        enter(light, documents=(SeenDocument("passport"), SeenDocument("relationship-proof")))
    enter(light, documents=(SeenDocument("stay-permit"),))
    assert {one.kind for one in form_of(K.BECAME_FOREIGN_RESIDENT).evidence if one.required} == {
        "residence-card", "special-permanent-certificate", "stay-permit",
    }  # fmt: skip


@pytest.mark.requirement("R-041")
def test_japanese_nationals_and_those_in_transition_notify_nothing_here(light: Country) -> None:
    with pytest.raises(NotRegistrable) as refused:
        enter(light, japanese())
    assert refused.value.fields["rule"] == "japanese-national"
    for category in (ResidenceCategory.BIRTH_TRANSITIONAL, ResidenceCategory.NATIONALITY_LOSS_TRANSITIONAL):
        stay = residence(GRANTED + timedelta(days=60), resident_since=GRANTED, category=category)
        with pytest.raises(NotRegistrable) as refused:
            enter(light, foreigner(residence=stay))
        assert refused.value.fields["rule"] == "transitional-is-not-notified"


def test_who_stands_in_the_register_is_told_of_by_the_minister_and_not_entered_twice(light: Country) -> None:
    enter(light)
    with pytest.raises(ResidentStillHere):
        enter(light)


@pytest.mark.requirement("R-041", "R-006")
def test_whose_record_ended_with_the_stay_gets_code_and_number_back_with_the_next_grant(light: Country) -> None:
    resident = enter(light)
    number(light, resident)
    held = record(light, resident)
    events(light).remove_ex_officio(mayor(light), note(K.EX_OFFICIO_REMOVAL, date(2019, 11, 29)), [resident])
    granted = residence(resident_since=TODAY, card="EF87654321GH")
    assert granted.card_number == ResidenceCardNumber.parse("EF87654321GH")
    again = foreigner(residence=granted)
    with pytest.raises(NamesakeUnclear):
        enter(light, again, happened=TODAY, received_on=TODAY)
    same = dataclasses.replace(again, same_as_known=True)
    back = record(light, enter(light, same, happened=TODAY, received_on=TODAY))
    assert (back.code, back.number, back.stage) == (held.code, held.number, NumberingStage.KEPT)
    assert back.resident_since == TODAY
    assert back.relationship is Relationship.HEAD
