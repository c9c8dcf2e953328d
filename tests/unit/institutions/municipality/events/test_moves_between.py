"""Moves between municipalities in odd orders: announced wrongly, cancelled too late, confirmed before the arrival."""

from __future__ import annotations

import dataclasses
import sqlite3
from datetime import date, timedelta
from typing import Any

import pytest

from mizuhiki.institutions.municipality.domain.errors import (
    AddressElsewhere,
    AlreadyMoving,
    AlreadyResident,
    DateImpossible,
    EmptyForm,
    RecordNotCurrent,
    StaysInMunicipality,
)
from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind as K
from mizuhiki.institutions.municipality.domain.events.errors import (
    EnteredAgainSince,
    HouseholdInconsistent,
    LateReasonMissing,
    LaterEventExists,
    NoMoveAnnounced,
    SpecialMoveNotPossible,
)
from mizuhiki.institutions.municipality.domain.events.relations import positions_without_head
from mizuhiki.institutions.municipality.domain.events.requests import Place
from mizuhiki.institutions.municipality.domain.residents import RecordState
from mizuhiki.institutions.municipality.operations.move_residents import LATE_MOVE_OUT
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.persons import ChangeReason, Position, Relationship, RelationshipChain
from support.events import (
    NORTH,
    TODAY,
    birth,
    clerk,
    events,
    japanese,
    mayor,
    move_in,
    move_out,
    note,
    number,
    office,
    positions,
    record,
    settle,
)
from support.municipality import MIYAKONOJO, SHIBUYA, SHIBUYA_ADDRESS, Country, family
from support.pages import PASSPHRASE, Browser

R = Relationship
JINNAN = "東京都渋谷区神南1-1"


def arrive(country: Country, reference: str, resident: str, **changes: Any) -> list[str]:
    form = move_in(country, reference, resident, **changes)
    return office(country, SHIBUYA).register_move_in(clerk(country, SHIBUYA), form)


def states(country: Country, people: list[str], name: str | None = None) -> set[RecordState]:
    found = [record(country, one) if name is None else record(country, one, name) for one in people]
    return {one.state for one in found}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"planned_address": "　"}, EmptyForm),
        ({"planned_address": NORTH}, StaysInMunicipality),
        ({"planned_on": date(2010, 3, 31)}, DateImpossible),
        ({"received_on": TODAY + timedelta(days=1)}, DateImpossible),
        # Saturday 16 November is the last day from which the fourteen days end on this Monday.
        ({"planned_on": date(2019, 11, 15), "special": True}, SpecialMoveNotPossible),
    ],
)
def test_what_cannot_be_a_move_out_announces_nothing(
    light: Country, changes: dict[str, object], error: type[Exception]
) -> None:
    people = settle(light)
    with pytest.raises(error):
        move_out(light, people, **changes)
    assert states(light, people) == {RecordState.CURRENT}


def test_whoever_arrives_arrives_at_an_address_of_this_municipality(light: Country) -> None:
    husband, *others = settle(light)
    reference = move_out(light, [husband, *others])
    with pytest.raises(AddressElsewhere) as refused:
        arrive(light, reference, husband, address=NORTH)
    assert refused.value.fields == {"municipality": "452025"}
    for blank in ("", "　"):
        with pytest.raises(EmptyForm):
            arrive(light, reference, husband, address=blank)
    assert states(light, [husband, *others]) == {RecordState.MOVING}
    assert len(arrive(light, reference, husband, address=SHIBUYA_ADDRESS)) == 3


def test_no_event_gives_a_resident_an_address_of_another_municipality(light: Country) -> None:
    people = settle(light)
    before = [record(light, one) for one in people]
    done, elsewhere = events(light), Place(SHIBUYA_ADDRESS)
    address = {one: {"address": SHIBUYA_ADDRESS} for one in people}
    for wrong in (
        lambda: done.enter_from_abroad(clerk(light), note(K.MOVE_IN_FROM_ABROAD), [japanese()], elsewhere),
        lambda: done.move_within(clerk(light), note(K.MOVE_WITHIN), people, elsewhere),
        lambda: done.correct(mayor(light), note(K.CORRECTION), address),
        lambda: done.correct_writing(mayor(light), note(K.MINOR_CORRECTION), address),
    ):
        with pytest.raises(AddressElsewhere):
            wrong()
    assert [record(light, one) for one in people] == before


def test_who_is_named_twice_moves_once(light: Country) -> None:
    husband, *_ = settle(light)
    reference = move_out(light, [husband, husband])
    assert len(arrive(light, reference, husband)) == 1


@pytest.mark.parametrize(("planned_on", "tasks"), [(date(2019, 11, 16), 0), (date(2019, 11, 15), 1)])
def test_a_move_told_more_than_14_days_later_is_for_the_mayor_to_remove(
    light: Country, planned_on: date, tasks: int
) -> None:
    people = settle(light)
    reference = move_out(light, people, planned_on=planned_on)
    found = [task for task in events(light).open_tasks(clerk(light)) if task.kind == LATE_MOVE_OUT]
    assert len(found) == tasks
    assert all(task.resident == people[0] and reference in task.text for task in found)


def test_a_move_is_not_cancelled_once_the_register_knows_the_arrival(country: Country) -> None:
    people = settle(country)
    reference = move_out(country, people)
    arrive(country, reference, people[0])
    # The register hears of the arrival; the notice finds nobody at the municipality that was left, for the moment.
    here = country.apps[MIYAKONOJO]
    country.transport.unregister(here.institution)
    country.pump()
    country.transport.register(here.institution, lambda: here.wsgi)
    with pytest.raises(EnteredAgainSince):
        events(country).cancel_move_out(clerk(country), note(K.MOVE_OUT_CANCELLED), reference)
    country.clock.set(country.clock.now() + timedelta(hours=1))
    country.pump()
    assert states(country, people) == {RecordState.REMOVED}


def test_an_arrival_removes_records_although_the_move_was_cancelled_in_between(country: Country) -> None:
    people = settle(country)
    country.pump()
    reference = move_out(country, people)
    arrived = arrive(country, reference, people[0])
    events(country).cancel_move_out(clerk(country), note(K.MOVE_OUT_CANCELLED), reference)
    again = move_out(country, people, request_id="m2", planned_address=JINNAN)
    country.pump()
    assert states(country, people) == {RecordState.REMOVED}
    assert states(country, arrived, SHIBUYA) == {RecordState.CURRENT}
    assert country.apps["national-register"].operations.counts()["in_register"] == 3
    # What was announced anew went with them.
    with pytest.raises(NoMoveAnnounced):
        events(country).cancel_move_out(clerk(country), note(K.MOVE_OUT_CANCELLED), again)


def test_who_was_removed_before_arriving_brings_what_stands_for_the_certificate(country: Country) -> None:
    people = settle(country)
    reference = move_out(country, people)
    events(country).confirm_move_out(mayor(country), note(K.EX_OFFICIO_REMOVAL), reference)
    arrived = arrive(country, reference, people[0])
    country.pump()
    assert states(country, arrived, SHIBUYA) == {RecordState.CURRENT}
    assert positions(country, *arrived, name=SHIBUYA) == ["02", "12", "20"]
    kept, now = record(country, people[0]), record(country, arrived[0], SHIBUYA)
    assert (kept.number, kept.code) == (now.number, now.code)
    assert (kept.removed_on, kept.details.moved_to, now.details.moved_to) == (TODAY, SHIBUYA_ADDRESS, "")
    assert country.apps["national-register"].operations.counts()["in_register"] == 3


def test_who_came_back_before_is_not_certified_to_another_municipality(light: Country) -> None:
    (resident,) = (
        events(light)
        .enter_from_abroad(clerk(light), note(K.MOVE_IN_FROM_ABROAD, date(2019, 11, 25)), [japanese()], Place(NORTH))
        .residents
    )
    number(light, resident)
    reference = move_out(light, [resident])
    events(light).confirm_move_out(mayor(light), note(K.EX_OFFICIO_REMOVAL), reference)
    events(light).enter_ex_officio(mayor(light), note(K.EX_OFFICIO_ENTRY), [japanese()], Place(NORTH))
    with pytest.raises(PeerProblem) as caught:
        arrive(light, reference, resident)
    assert caught.value.peer_code == RecordNotCurrent.code


def test_a_removed_record_says_where_its_person_went(country: Country) -> None:
    husband, wife, child = settle(country)
    one = move_out(country, [husband], planned_address=JINNAN)
    arrive(country, one, husband)
    other = move_out(country, [wife, child], request_id="m2", planned_address="大阪府大阪市北区中之島1-3-20")
    arrive(country, other, wife, request_id="i2")
    country.pump()
    # Where people arrived elsewhere than they had said, the notice tells the municipality.
    assert [record(country, one).details.moved_to for one in (husband, wife, child)] == [
        JINNAN,
        "東京都渋谷区",
        "東京都渋谷区",
    ]
    told = events(country).record_history(clerk(country), husband)[0]
    assert (told.event.reason, told.fact.items["moved_to"]) == (ChangeReason.MOVE_OUT, JINNAN)


@pytest.mark.parametrize(
    ("moved_in_on", "reason", "error"),
    [
        (date(2019, 11, 15), "", LateReasonMissing),
        (date(2019, 11, 15), "was ill", None),
        (date(2019, 11, 16), "", None),
        (date(2010, 3, 31), "was ill", DateImpossible),
    ],
)
def test_a_move_in_lies_in_its_period_and_after_the_time_at_the_place_left(
    light: Country, moved_in_on: date, reason: str, error: type[Exception] | None
) -> None:
    husband, *_ = settle(light)
    reference = move_out(light, [husband], planned_on=date(2019, 11, 20))
    if error is not None:
        with pytest.raises(error):
            arrive(light, reference, husband, moved_in_on=moved_in_on, late_reason=reason)
        return
    (arrived,) = arrive(light, reference, husband, moved_in_on=moved_in_on, late_reason=reason)
    [line] = events(light, SHIBUYA).record_history(clerk(light, SHIBUYA), arrived)
    assert line.event.note == (f"notified-late {reason}" if reason else "")


def test_nobody_arrives_before_they_were_born(light: Country) -> None:
    husband, wife, child = settle(light)
    born = office(light).register_birth(clerk(light), birth(light, wife)).resident
    number(light, born)
    reference = move_out(light, [husband, wife, child, born])
    with pytest.raises(DateImpossible):
        arrive(light, reference, husband, moved_in_on=date(2019, 11, 29))
    assert len(arrive(light, reference, husband, moved_in_on=date(2019, 11, 30))) == 4


def neighbours(country: Country) -> list[str]:
    there = family(address=SHIBUYA_ADDRESS)
    members = tuple(dataclasses.replace(one, name=PersonName("佐藤", one.name.given)) for one in there.members)
    registrar = country.context("registrar", institution=SHIBUYA)
    return office(country, SHIBUYA).import_existing_residents(registrar, [dataclasses.replace(there, members=members)])


def test_who_joins_a_household_is_not_its_second_spouse_and_not_there_before_it(light: Country) -> None:
    _, wife, _ = settle(light)
    head, *_ = people = neighbours(light)
    reference = move_out(light, [wife])
    with pytest.raises(HouseholdInconsistent):
        arrive(light, reference, wife, household=record(light, head, SHIBUYA).household, relationships=(R.WIFE,))
    moved = note(K.MOVE_WITHIN, TODAY)
    events(light, SHIBUYA).move_within(clerk(light, SHIBUYA), moved, people, Place(JINNAN))
    household = record(light, head, SHIBUYA).household
    with pytest.raises(LaterEventExists):
        arrive(light, reference, wife, household=household, relationships=(R.COHABITANT,))
    (arrived,) = arrive(light, reference, wife, household=household, moved_in_on=TODAY)
    assert record(light, arrived, SHIBUYA).address == JINNAN


def test_those_who_leave_their_head_get_positions_by_rule(light: Country) -> None:
    _, wife, child = settle(light)
    reference = move_out(light, [child, wife])
    arrived = arrive(light, reference, wife)
    assert [record(light, one, SHIBUYA).name.given for one in arrived] == ["一郎", "花子"]
    assert positions(light, *arrived, name=SHIBUYA) == ["20", "02"]


THEIR_FATHERS = RelationshipChain((R.UNREGISTERED_HUSBAND, R.CHILD))
OLD, YOUNG, INFANT = date(1950, 1, 1), date(1990, 1, 1), date(2015, 1, 1)


@pytest.mark.parametrize(
    ("given", "births", "expected"),
    [
        ([R.HEAD, R.CHILD], [OLD, YOUNG], [R.HEAD, R.CHILD]),
        (
            [R.CHILD, R.UNREGISTERED_WIFE],
            [INFANT, YOUNG],
            [RelationshipChain((R.UNREGISTERED_HUSBAND, R.CHILD)), R.HEAD],
        ),
        ([R.FATHER, R.MOTHER], [OLD, OLD], [R.HEAD, R.RELATIVE]),
        ([R.COHABITANT, R.CHILD], [YOUNG, INFANT], [R.HEAD, R.COHABITANT]),
        ([R.CHILD], [INFANT], [R.HEAD]),
    ],
)
def test_positions_where_the_head_stays(given: list[Position], births: list[date], expected: list[Position]) -> None:
    assert positions_without_head(given, births, TODAY) == expected


def test_a_special_move_is_entered_once(light: Country) -> None:
    people = settle(light)
    reference = move_out(light, people, special=True)
    form = move_in(light, reference, people[0])
    entered = events(light, SHIBUYA).enter_special(clerk(light, SHIBUYA), note(K.MOVE_IN_SPECIAL), form)
    assert events(light, SHIBUYA).enter_special(clerk(light, SHIBUYA), note(K.MOVE_IN_SPECIAL), form) == entered
    for request in ("i2", "i3"):
        with pytest.raises(AlreadyResident):
            events(light, SHIBUYA).enter_special(
                clerk(light, SHIBUYA), note(K.MOVE_IN_SPECIAL), dataclasses.replace(form, request_id=request)
            )
        light.pump()
    with pytest.raises(RecordNotCurrent):
        move_out(light, people, request_id="m2")


def test_who_is_moving_announces_no_second_move(light: Country) -> None:
    people = settle(light)
    move_out(light, people)
    with pytest.raises(AlreadyMoving):
        move_out(light, people[:1], request_id="m2")


@pytest.mark.requirement("R-058")
def test_a_death_abroad_closes_the_supplement_and_is_told_to_the_register(country: Country) -> None:
    _, wife, _ = settle(country)
    left, died = note(K.MOVE_OUT_ABROAD, date(2019, 11, 20)), date(2019, 11, 25)
    events(country).move_abroad(clerk(country), left, [wife], "フランス")
    country.pump()
    with pytest.raises(DateImpossible):
        events(country).enter_death(clerk(country), note(K.DEATH, date(2019, 11, 19)), wife, abroad=True)
    entered = events(country).enter_death(clerk(country), note(K.DEATH, died), wife, abroad=True)
    country.pump()
    held = record(country, wife)
    assert (held.removed_on, held.removal_reason, held.details.died_on) == (
        date(2019, 11, 20),
        ChangeReason.MOVE_OUT,
        died,
    )
    view = events(country).supplement_of(clerk(country), wife)
    assert view.closed_on == died
    assert [(one.since, one.overseas) for one in view.addresses][-1:] == [(date(2019, 11, 20), True)]
    assert register_changes(country)[-2:] == [ChangeReason.MOVE_ABROAD.value, ChangeReason.DEATH.value]
    with pytest.raises(RecordNotCurrent):
        events(country).enter_death(clerk(country), note(K.DEATH, died), wife, abroad=True)
    events(country).cancel_event(mayor(country), note(K.CANCELLATION), entered.event)
    country.pump()
    assert record(country, wife).details.died_on is None
    assert events(country).supplement_of(clerk(country), wife).closed_on is None
    assert register_changes(country)[-1] == ChangeReason.MOVE_ABROAD.value


def register_changes(country: Country) -> list[str]:
    """Reasons of what the national register holds of those who moved abroad, in the order it was told."""
    connection = sqlite3.connect(country.databases["national-register"].removeprefix("sqlite:///"))
    try:
        rows = connection.execute(
            "SELECT reason FROM identification_changes WHERE person IN "
            "(SELECT person FROM identification_changes WHERE reason = ?)  ORDER BY sequence",
            (ChangeReason.MOVE_ABROAD.value,),
        )
        return [reason for (reason,) in rows]
    finally:
        connection.close()


def test_who_came_back_from_abroad_and_dies_here_is_removed_from_the_living_record(light: Country) -> None:
    _, wife, _ = settle(light)
    events(light).move_abroad(clerk(light), note(K.MOVE_OUT_ABROAD, date(2019, 11, 20)), [wife], "フランス")
    held = record(light, wife)
    back = japanese(name=held.name, birth_date=held.birth_date, sex=held.sex, registered_domicile="宮崎県都城市")
    told = note(K.RETURN_FROM_ABROAD, date(2019, 11, 25))
    (again,) = events(light).enter_returning(clerk(light), told, [back], Place(NORTH)).residents
    assert record(light, again).code == held.code
    with pytest.raises(EnteredAgainSince):
        events(light).enter_death(clerk(light), note(K.DEATH, date(2019, 11, 30)), wife, abroad=True)
    events(light).enter_death(clerk(light), note(K.DEATH, date(2019, 11, 30)), again)
    view = events(light).supplement_of(clerk(light), again)
    assert view.closed_on == date(2019, 11, 30)
    assert [one.since for one in view.addresses] == sorted(one.since for one in view.addresses)
    assert view.addresses[-1].since == date(2019, 11, 25)


def test_the_page_of_a_death_offers_who_left_the_household_and_enters_it(light: Country) -> None:
    husband, wife, _ = settle(light)
    events(light).move_abroad(clerk(light), note(K.MOVE_OUT_ABROAD, date(2019, 11, 20)), [wife], "フランス")
    office(light).add_staff("hanako", "Hanako", "counter-clerk", PASSPHRASE)
    browser = Browser(light.apps[MIYAKONOJO], "hanako")
    path = f"/households/{record(light, husband).household}/events/death"
    assert "who left" in browser.get(path).text
    fields: dict[str, str | list[str]] = {
        "request_id": "death-request-1",
        "resident": wife,
        "known_on": "2019-11-25",
        "happened_on": "2019-11-25",
        "received_on": "2019-12-02",
        "abroad": "yes",
        "notifier": "the husband",
        "documents": ["family-register-notice"],
        "step": "enter",
    }
    answer = browser.post(path, fields)
    assert answer.status_code == 303, answer.text
    assert record(light, wife).details.died_on == date(2019, 11, 25)
    assert "Died abroad on" in browser.get(f"/residents/{wife}/history").text
