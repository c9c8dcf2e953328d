"""Cards that end by law, from the counter that enters a move to the register and back to the counter (R-154)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from mizuhiki.institutions.municipality.domain.card_lapses import LapsedCard
from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind as K
from mizuhiki.institutions.municipality.domain.events.requests import Place
from mizuhiki.institutions.municipality.domain.moves import MoveInForm, MoveOutForm
from mizuhiki.institutions.municipality.domain.residents import RecordState
from mizuhiki.institutions.municipality.operations.events.leave import OTHERS_ANNOUNCE_AGAIN
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.vocabulary.card_lapse import LapseCause
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.persons import Sex
from support.events import (
    TODAY,
    clerk,
    events,
    events_country,
    foreigner,
    japanese,
    note,
    number,
    office,
    residence,
)
from support.municipality import ADDRESS, MIYAKONOJO, SHIBUYA, SHIBUYA_ADDRESS, Country

DAY = timedelta(days=1)
PLANNED = TODAY + 5 * DAY


@pytest.fixture
def country(database_url: str) -> Iterator[Country]:
    made = events_country(database_url)
    yield made
    made.close()


def morning(country: Country, day: date) -> None:
    """Let a day begin, and the register do its night's work."""
    country.clock.set(datetime(day.year, day.month, day.day, 0, 10, tzinfo=JST))
    next(job for job in country.apps["national-register"].jobs if job.name == "lapse-cards").run()
    country.pump()


def settled(country: Country, **changes: Any) -> str:
    """Return a resident of Miyakonojo with a number."""
    day = country.clock.today()
    entered = events(country).enter_from_abroad(
        clerk(country), note(K.MOVE_IN_FROM_ABROAD, day, day), [japanese(**changes)], Place(ADDRESS)
    )
    number(country, *entered.residents)
    country.pump()
    return entered.residents[0]


def card(country: Country, resident: str) -> str:
    """Register a card of today for a resident, as the card desk does."""
    record = office(country).resident(clerk(country), resident)
    actor = Actor(InstitutionId(MIYAKONOJO), "peer")
    context = Context(actor, "card-issue", "番号法17条", "register a card", country.clock, "trace")
    made = country.apps["national-register"].operations.register_card(
        context,
        municipality_code="452025",
        request_id=f"card {resident}",
        code=record.code,
        issued_on=country.clock.today(),
    )
    return str(made.card_serial)


def announce(country: Country, *residents: str) -> str:
    form = MoveOutForm("out", residents, PLANNED, SHIBUYA_ADDRESS, TODAY, "self")
    reference = office(country).register_move_out(clerk(country), form)
    country.pump()
    return reference


def couple(country: Country) -> tuple[str, str]:
    """Return two people of Miyakonojo with numbers and cards."""
    head, wife = settled(country), settled(country, key="natsu", birth_date=date(1982, 3, 4), sex=Sex.FEMALE)
    card(country, head)
    card(country, wife)
    return head, wife


def arrive(country: Country, resident: str, reference: str) -> str:
    """Enter the mover at Shibuya on the planned day."""
    morning(country, PLANNED)
    record = office(country).resident(clerk(country), resident)
    form = MoveInForm("in", "452025", reference, record.code.reveal(), SHIBUYA_ADDRESS, PLANNED, PLANNED, None, "self")
    [there] = office(country, SHIBUYA).register_move_in(clerk(country, SHIBUYA), form)
    country.pump()
    return there


def states(country: Country, *residents: str) -> list[RecordState]:
    return [office(country).resident(clerk(country), one).state for one in residents]


def lapses(country: Country, resident: str, name: str = MIYAKONOJO) -> list[LapsedCard]:
    return events(country, name).card_lapses(clerk(country, name), resident)


@pytest.mark.requirement("R-154")
def test_the_counter_that_took_the_notice_of_move_out_learns_that_the_card_ended_and_why(country: Country) -> None:
    resident = settled(country)
    serial = card(country, resident)
    announce(country, resident)
    morning(country, PLANNED + 30 * DAY)
    assert lapses(country, resident) == []
    first = PLANNED + 31 * DAY
    for _night in range(2):
        morning(country, first)
        expected = LapsedCard(resident, serial, first, LapseCause.NO_NOTICE_AFTER_PLANNED_DAY)
        assert lapses(country, resident) == [expected]
    [task] = events(country).open_tasks(clerk(country))
    assert (task.kind, task.resident, task.text) == ("card-lapsed", resident, serial)
    household = office(country).household_of(clerk(country), resident)
    [member] = office(country).household_view(clerk(country), household).members
    assert member.card_lapses == (expected,)


@pytest.mark.requirement("R-154")
def test_a_cancelled_move_out_leaves_the_card(country: Country) -> None:
    resident = settled(country)
    card(country, resident)
    reference = announce(country, resident)
    events(country).cancel_move_out(clerk(country), note(K.MOVE_OUT_CANCELLED), reference)
    country.pump()
    morning(country, PLANNED + 300 * DAY)
    assert lapses(country, resident) == []


@pytest.mark.requirement("R-154")
@pytest.mark.parametrize("cancelled", [True, False])
def test_who_stays_when_another_of_the_same_notice_is_entered_elsewhere_keeps_the_card_if_they_say_so(
    country: Country, *, cancelled: bool
) -> None:
    """Whoever is announced and neither follows nor cancels in thirty days has no card any more (番号法施行令14条)."""
    goes, stays = couple(country)
    reference = announce(country, goes, stays)
    morning(country, PLANNED)
    held = office(country).resident(clerk(country), goes)
    events(country, SHIBUYA).enter_on_paper(
        clerk(country, SHIBUYA),
        note(K.MOVE_IN_ON_PAPER, PLANNED, PLANNED),
        [japanese(name=held.name, birth_date=held.birth_date, sex=held.sex, code=held.code, number=held.number)],
        Place(SHIBUYA_ADDRESS),
        from_municipality="452025",
        move_reference=reference,
    )
    country.pump()
    assert states(country, goes, stays) == [RecordState.REMOVED, RecordState.MOVING]
    if cancelled:
        day = country.clock.today()
        events(country).cancel_move_out(clerk(country), note(K.MOVE_OUT_CANCELLED, day, day), reference)
        country.pump()
        assert states(country, goes, stays) == [RecordState.REMOVED, RecordState.CURRENT]
    morning(country, PLANNED + 30 * DAY)
    assert lapses(country, stays) == []
    morning(country, PLANNED + 31 * DAY)
    assert [one.cause for one in lapses(country, stays)] == (
        [] if cancelled else [LapseCause.NO_NOTICE_AFTER_PLANNED_DAY]
    )
    morning(country, PLANNED + 300 * DAY)
    assert len(lapses(country, stays)) == (0 if cancelled else 1)


@pytest.mark.requirement("R-154")
@pytest.mark.parametrize("leaves", ["dead", "abroad"])
def test_who_stays_when_another_of_the_same_notice_dies_or_leaves_the_country_keeps_the_card(
    country: Country, leaves: str
) -> None:
    gone, stays = couple(country)
    announce(country, gone, stays)
    morning(country, TODAY + DAY)
    day = country.clock.today()
    if leaves == "dead":
        entered = events(country).enter_death(clerk(country), note(K.DEATH, day, day), gone)
    else:
        told = note(K.MOVE_OUT_ABROAD, day, day)
        entered = events(country).move_abroad(clerk(country), told, [gone], "カナダ")
    country.pump()
    assert OTHERS_ANNOUNCE_AGAIN in entered.notices
    assert states(country, gone, stays) == [RecordState.REMOVED, RecordState.CURRENT]
    morning(country, PLANNED + 300 * DAY)
    assert lapses(country, stays) == []


@pytest.mark.requirement("R-154")
def test_the_place_one_moved_to_learns_that_the_card_was_not_shown_in_ninety_days(country: Country) -> None:
    resident = settled(country)
    serial = card(country, resident)
    there = arrive(country, resident, announce(country, resident))
    morning(country, PLANNED + 90 * DAY)
    assert lapses(country, there, SHIBUYA) == []
    morning(country, PLANNED + 91 * DAY)
    expected = LapsedCard(there, serial, PLANNED + 91 * DAY, LapseCause.NOT_SHOWN)
    assert lapses(country, there, SHIBUYA) == [expected]
    assert lapses(country, resident) == []


@pytest.mark.requirement("R-154", "R-058")
@pytest.mark.parametrize(("nationality", "ended"), [("JP", False), ("BR", True)])
def test_from_may_2024_only_the_card_of_a_foreign_national_ends_at_a_move_abroad(
    country: Country, nationality: str, *, ended: bool
) -> None:
    day = date(2024, 5, 27)
    morning(country, day)
    people = [japanese()] if nationality == "JP" else [foreigner(residence=residence(date(2026, 1, 1)))]
    entered = events(country).enter_from_abroad(
        clerk(country), note(K.MOVE_IN_FROM_ABROAD, day, day), people, Place(ADDRESS)
    )
    [resident] = entered.residents
    number(country, resident)
    country.pump()
    serial = card(country, resident)
    morning(country, day + DAY)
    events(country).move_abroad(clerk(country), note(K.MOVE_OUT_ABROAD, day + DAY, day + DAY), [resident], "カナダ")
    country.pump()
    morning(country, day + 2 * DAY)
    expected = [LapsedCard(resident, serial, day + DAY, LapseCause.MOVED_ABROAD)]
    assert lapses(country, resident) == (expected if ended else [])
