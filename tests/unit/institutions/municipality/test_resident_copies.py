"""Copies of resident records follow the register, on both databases (番号法22条; R-217)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind as K
from mizuhiki.institutions.municipality.domain.events.requests import Place
from mizuhiki.institutions.municipality.domain.residents import BirthForm
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.persons import Sex
from support.events import NORTH, TODAY, clerk, mayor, note, number
from support.resident_copies import CHILD, FATHER, MOTHER, Office, ServerDown, opened


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


@pytest.mark.requirement("R-217")
def test_each_resident_is_told_once_and_again_only_after_a_change(office: Office) -> None:
    copies = office.publish()
    assert {one.kind for one in copies} == {"resident-record"}
    told = {(one.items["relationship"], one.items["household_head"], one.items["household_size"]) for one in copies}
    assert told == {("02", True, 3), ("12", False, 3), ("20", False, 3)}
    assert {one.items["resident_since"] for one in copies} == {"2010-04-01", "2015-05-05"}
    assert all(one.items["resident"] is True and not one.not_disclosed for one in copies)
    assert {(one.fiscal_year, one.source_version) for one in copies} == {(0, 1)}
    assert office.publish() == []
    events = office.operations.events
    events.move_within(clerk(office.country), note(K.MOVE_WITHIN), [office.people[MOTHER]], Place(NORTH))
    again = office.publish()
    assert sorted((str(one.items["relationship"]), one.items["household_size"]) for one in again) == [
        ("02", 1),
        ("02", 2),
        ("20", 2),
    ]
    assert {one.source_version for one in again} == {2}


@pytest.mark.requirement("R-217")
def test_a_newborn_child_is_told_of_when_numbered_and_its_family_has_grown(office: Office) -> None:
    office.publish()
    household = office.operations.household_of(clerk(office.country), office.people[MOTHER])
    form = BirthForm(
        request_id="birth-1",
        name=PersonName("山田", "二郎", "ヤマダ", "ジロウ"),
        birth_date=date(2019, 11, 20),
        sex=Sex.MALE,
        household=household,
        mother=office.people[MOTHER],
        father=None,
        notifier="father",
        received_on=TODAY,
        registered_domicile="宮崎県都城市",
    )
    child = office.operations.register_birth(clerk(office.country), form).resident
    assert office.sizes() == [4, 4, 4]
    number(office.country, child)
    (of_child,) = office.publish()
    assert (of_child.items["resident_since"], of_child.items["household_size"]) == ("2019-11-20", 4)


@pytest.mark.requirement("R-217")
def test_whoever_died_is_told_as_removed_with_day_and_reason_and_nothing_of_the_household(office: Office) -> None:
    office.publish()
    died = note(K.DEATH, date(2019, 11, 30))
    office.operations.events.enter_death(clerk(office.country), died, office.people[FATHER])
    copies = office.publish()
    (gone,) = [one for one in copies if one.items["resident"] is False]
    assert (gone.items["resident_until"], gone.items["removal_reason"]) == ("2019-11-30", "death")
    assert gone.items["relationship"] is None
    assert gone.items["household_size"] is None
    assert {one.items["household_size"] for one in copies if one is not gone} == {2}


@pytest.mark.requirement("R-076", "R-217")
def test_a_support_measure_hides_the_copies_of_the_whole_household_until_it_ends(office: Office) -> None:
    office.publish()
    officer = office.country.context("support-officer", person="shien")
    told = len(office.server.sent)
    measure = office.operations.start_measure(officer, office.people[MOTHER], "violence")
    # At once, not with the next timed work: until then the family's copies would tell where she lives.
    assert [one.not_disclosed for one in office.server.sent[told:]] == [True, True, True]
    assert office.publish() == []
    office.operations.end_measure(officer, measure)
    assert [one.not_disclosed for one in office.publish()] == [False, False, False]


@pytest.mark.requirement("R-076")
def test_whoever_leaves_a_protected_household_is_disclosed_again_and_who_stays_is_not(light: Office) -> None:
    officer = light.country.context("support-officer", person="shien")
    light.operations.start_measure(officer, light.people[MOTHER], "violence")
    light.publish()
    moving = [light.people[MOTHER], light.people[CHILD]]
    light.operations.events.move_within(clerk(light.country), note(K.MOVE_WITHIN), moving, Place(NORTH))
    hidden = [(one.items["household_size"], one.not_disclosed) for one in light.server.sent[-2:]]
    assert hidden == [(2, True), (2, True)]
    assert [(one.items["household_size"], one.not_disclosed) for one in light.publish()] == [(1, False)]


@pytest.mark.requirement("R-076")
def test_a_measure_stands_although_the_server_does_not_answer_and_the_copies_follow(light: Office) -> None:
    light.publish()
    officer = light.country.context("support-officer", person="shien")
    light.server.answers = False
    light.operations.start_measure(officer, light.people[MOTHER], "violence")
    (one,) = light.operations.measures(officer)
    assert one.measure.active
    light.server.answers = True
    assert [(one.not_disclosed, one.source_version) for one in light.publish()] == [(True, 3)] * 3


def test_copies_wait_for_pseudonyms(light: Office) -> None:
    light.server.ready = False
    assert light.publish() == []
    light.server.ready = True
    assert len(light.publish()) == 3


def test_a_lost_answer_sends_the_copies_again_under_a_newer_version(light: Office) -> None:
    light.server.answers = False
    with pytest.raises(ServerDown):
        light.publish()
    light.server.answers = True
    assert {one.source_version for one in light.publish()} == {2}
    assert light.publish() == []


def test_nothing_goes_out_before_the_first_day_of_linkage() -> None:
    early = opened()
    early.country.clock.set(datetime(2017, 11, 12, 14, 59, tzinfo=UTC))
    assert early.publish() == []
    early.country.clock.set(datetime(2017, 11, 12, 15, 0, tzinfo=UTC))
    assert len(early.publish()) == 3
    early.country.close()


def test_the_counter_may_not_publish(light: Office) -> None:
    with pytest.raises(ActionNotPermitted):
        light.operations.publish_resident_copies(clerk(light.country))
    with pytest.raises(ActionNotPermitted):
        light.operations.publish_resident_copies(mayor(light.country))
