"""Copies about whoever comes to live with a protected person tell nothing from that operation on (番号法22条; R-076).

Nothing timed runs between an operation and what is looked at here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date

import pytest

from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind as K
from mizuhiki.institutions.municipality.domain.events.requests import NewPerson, Place
from mizuhiki.institutions.municipality.domain.moves import MoveInForm, MoveInNotice, MoveOutForm
from mizuhiki.institutions.municipality.domain.residents import HouseholdEntry, MemberEntry
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.persons import Relationship, Sex
from support.events import NORTH, TODAY, clerk, mayor, note
from support.events import office as office_of
from support.municipality import ADDRESS, MIYAKONOJO, SHIBUYA, SHIBUYA_ADDRESS
from support.resident_copies import CHILD, FATHER, MOTHER, Office, opened

REASON = "applied for, confirmed by the police"
BORN = date(1988, 3, 4)
DOMICILE = "宮崎県都城市姫城町6"


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    made = opened(database_url)
    yield made
    made.country.close()


@pytest.fixture
def light() -> Iterator[Office]:
    """On one database, for rules the store has no part in."""
    made = opened()
    yield made
    made.country.close()


def officer(office: Office, city: str = MIYAKONOJO) -> Context:
    return office.country.context("support-officer", institution=city, person="shien")


def single(office: Office, given: str = "栞", *, address: str = NORTH, city: str = MIYAKONOJO) -> str:
    """Somebody who lives alone."""
    member = MemberEntry(PersonName("川辺", given, "カワベ", "シオリ"), BORN, Sex.FEMALE, Relationship.HEAD)
    entry = HouseholdEntry(f"single-{given}", address, date(2015, 1, 1), DOMICILE, (member,))
    registrar = office.country.context("registrar", institution=city)
    operations = office.operations if city == MIYAKONOJO else office_of(office.country, city)
    [resident] = operations.import_existing_residents(registrar, [entry])
    return resident


def protected(office: Office, **changes: str) -> str:
    resident = single(office, **changes)
    office.operations.start_measure(officer(office), resident, REASON)
    return resident


def household_of(office: Office, resident: str) -> str:
    with office.operations.adapters.store.transaction() as records:
        return records.register.resident(resident).household


def settled(office: Office) -> int:
    """Let everything be told; return how many copies were sent by then."""
    office.publish()
    return len(office.server.sent)


def told_since(office: Office, begun: int) -> list[tuple[object, bool]]:
    return [(one.items["household_size"], one.not_disclosed) for one in office.server.sent[begun:]]


@pytest.mark.requirement("R-076", "R-217")
def test_a_family_is_hidden_by_the_operation_in_which_a_protected_person_moves_to_them(office: Office) -> None:
    her = protected(office)
    begun = settled(office)
    there = household_of(office, office.people[FATHER])
    place = Place(household=there, positions={her: Relationship.RELATIVE})
    office.operations.events.move_within(clerk(office.country), note(K.MOVE_WITHIN), [her], place)
    assert told_since(office, begun) == [(4, True)] * 4
    assert office.publish() == []


@pytest.mark.requirement("R-076", "R-217")
def test_whoever_moves_to_a_protected_person_is_hidden_by_that_operation_and_who_stays_is_not(office: Office) -> None:
    her = protected(office)
    begun = settled(office)
    mother = office.people[MOTHER]
    place = Place(household=household_of(office, her), positions={mother: Relationship.RELATIVE})
    office.operations.events.move_within(clerk(office.country), note(K.MOVE_WITHIN), [mother], place)
    assert told_since(office, begun) == [(2, True)] * 2
    assert [(one.items["household_size"], one.not_disclosed) for one in office.publish()] == [(2, False)] * 2


@pytest.mark.requirement("R-076", "R-217")
def test_a_household_is_hidden_by_the_operation_that_joins_a_protected_one_to_it(light: Office) -> None:
    her = protected(light, address=ADDRESS)
    begun = settled(light)
    light.operations.events.merge_households(
        clerk(light.country),
        note(K.HOUSEHOLD_MERGE),
        household_of(light, her),
        into=household_of(light, light.people[FATHER]),
        positions={her: Relationship.RELATIVE},
    )
    assert told_since(light, begun) == [(4, True)] * 4


@pytest.mark.requirement("R-076", "R-217")
def test_a_protected_household_that_changes_its_head_is_told_of_at_once_and_tells_nothing(light: Office) -> None:
    light.operations.start_measure(officer(light), light.people[MOTHER], REASON)
    begun = settled(light)
    light.operations.events.change_head(clerk(light.country), note(K.HEAD_CHANGE), light.people[MOTHER])
    sent = light.server.sent[begun:]
    assert {one.not_disclosed for one in sent} == {True}
    assert sum(one.items["household_head"] is True for one in sent) == 1


@pytest.mark.requirement("R-076", "R-217")
def test_a_family_is_hidden_by_the_cancellation_that_brings_a_protected_person_back(light: Office) -> None:
    her = light.people[MOTHER]
    light.operations.start_measure(officer(light), her, REASON)
    gone = light.operations.events.move_abroad(clerk(light.country), note(K.MOVE_OUT_ABROAD), [her], "カナダ")
    assert [one.not_disclosed for one in light.publish() if one.items["resident"]] == [False, False]
    light.country.pump()
    begun = len(light.server.sent)
    light.operations.events.cancel_event(mayor(light.country), note(K.CANCELLATION), gone.event)
    assert told_since(light, begun) == [(3, True)] * 3


@pytest.mark.requirement("R-058", "R-076", "R-217")
def test_a_family_is_hidden_by_the_return_of_somebody_whose_measure_is_known(light: Office) -> None:
    her = protected(light)
    light.operations.events.move_abroad(clerk(light.country), note(K.MOVE_OUT_ABROAD), [her], "カナダ")
    light.country.pump()
    begun = settled(light)
    back = NewPerson(
        "shiori",
        PersonName("川辺", "栞", "カワベ", "シオリ"),
        BORN,
        Sex.FEMALE,
        Relationship.RELATIVE,
        DOMICILE,
        "川辺　源",
    )
    place = Place(household=household_of(light, light.people[FATHER]))
    light.operations.events.enter_returning(clerk(light.country), note(K.RETURN_FROM_ABROAD), [back], place)
    assert told_since(light, begun) == [(4, True)] * 4


def moved_in(office: Office, *, under_measure: bool) -> None:
    """Somebody of Shibuya moves to the family, with the measure that stands there if there is one."""
    there = office_of(office.country, SHIBUYA)
    her = single(office, address=SHIBUYA_ADDRESS, city=SHIBUYA)
    if under_measure:
        there.start_measure(officer(office, SHIBUYA), her, REASON)
    moving = MoveOutForm("out-1", (her,), TODAY, ADDRESS, TODAY, "self")
    reference = there.register_move_out(clerk(office.country, SHIBUYA), moving)
    if under_measure:
        there.approve_transfer(officer(office, SHIBUYA), reference, "452025")
    with there.adapters.store.transaction() as records:
        code = records.register.resident(her).code.reveal()
    household = household_of(office, office.people[FATHER])
    form = MoveInForm(
        "in-1", "131130", reference, code, ADDRESS, TODAY, TODAY, household, "self", (Relationship.RELATIVE,)
    )
    office.operations.register_move_in(clerk(office.country), form)


@pytest.mark.requirement("R-076", "R-217")
def test_a_family_is_hidden_by_the_move_in_that_takes_a_measure_over(office: Office) -> None:
    begun = settled(office)
    moved_in(office, under_measure=True)
    assert told_since(office, begun) == [(4, True)] * 4
    assert office.publish() == []


@pytest.mark.requirement("R-217")
def test_a_move_without_a_measure_is_told_of_by_the_timed_work_alone(light: Office) -> None:
    begun = settled(light)
    moved_in(light, under_measure=False)
    assert told_since(light, begun) == []
    assert [(one.items["household_size"], one.not_disclosed) for one in light.publish()] == [(4, False)] * 4


@pytest.mark.requirement("R-076", "R-217")
def test_a_family_that_left_is_hidden_by_the_notice_that_they_arrived(light: Office) -> None:
    """The record of each says where the protected one of them went."""
    her, child = light.people[MOTHER], light.people[CHILD]
    light.operations.start_measure(officer(light), her, REASON)
    moving = MoveOutForm("out-1", (her, child), TODAY, SHIBUYA_ADDRESS, TODAY, "self")
    reference = light.operations.register_move_out(clerk(light.country), moving)
    light.operations.approve_transfer(officer(light), reference, "131130")
    settled(light)
    with light.operations.adapters.store.transaction() as records:
        codes = tuple(one.code for one in records.register.residents([her, child]))
    begun = len(light.server.sent)
    notice = MoveInNotice("notice-1", reference, "131130", TODAY, codes)
    light.operations.take_move_in_notice(light.country.context("peer", institution=SHIBUYA), notice)
    assert [(one.items["resident"], one.not_disclosed) for one in light.server.sent[begun:]] == [(False, True)] * 2
    assert [(one.items["household_size"], one.not_disclosed) for one in light.publish()] == [(1, False)]


@pytest.mark.requirement("R-076", "R-217")
def test_while_the_server_does_not_answer_the_office_is_told_and_the_hidden_copies_go_first(light: Office) -> None:
    her, stranger = protected(light), single(light, "遥", address="宮崎県都城市妻ケ丘町44-4")
    settled(light)
    light.operations.events.change_name(
        clerk(light.country), note(K.NAME_CHANGE), stranger, PersonName("川辺", "遙", "カワベ", "ハルカ")
    )
    light.server.answers = False
    place = Place(household=household_of(light, light.people[FATHER]), positions={her: Relationship.RELATIVE})
    entered = light.operations.events.move_within(clerk(light.country), note(K.MOVE_WITHIN), [her], place)
    assert entered.residents == (her,)
    assert household_of(light, her) == place.household
    assert waiting(light) == [("test-server-down", "counter-clerk")]
    light.server.answers = True
    light.server.calls.clear()
    light.publish()
    assert light.server.calls == [[True] * 4, [False]]


def waiting(office: Office) -> list[tuple[str, ...]]:
    """What the office's journal says of copies that could not be replaced at once."""
    connection = sqlite3.connect(office.country.databases[MIYAKONOJO].removeprefix("sqlite:///"))
    try:
        found = "SELECT outcome, actor_role FROM audit_event WHERE event = 'resident-copies-waiting'"
        return list(connection.execute(found))
    finally:
        connection.close()
