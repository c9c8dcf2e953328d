"""An entry that was overtaken on its way up the tiers does not take a person from where they are (R-012)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from mizuhiki.institutions.municipality.domain.card_moves import withdrawal_of
from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind as K
from mizuhiki.institutions.municipality.domain.events.errors import EnteredAgainSince
from mizuhiki.institutions.municipality.domain.events.requests import Place
from mizuhiki.institutions.municipality.domain.moves import MoveInForm, MoveOutForm
from mizuhiki.institutions.national_register.store.tables import CARD_MOVES
from support.events import clerk, events, events_country, japanese, mayor, note, number, office
from support.municipality import ADDRESS, MIYAKONOJO, SHIBUYA, SHIBUYA_ADDRESS, Country, family

CODES = {MIYAKONOJO: "452025", SHIBUYA: "131130"}


def move(country: Country, token: str, here: str, there: str, address: str) -> str:
    country.clock.advance(timedelta(days=1))
    day = country.clock.today()
    code = office(country, here).resident(clerk(country, here), token).code.reveal()
    reference = office(country, here).register_move_out(
        clerk(country, here), MoveOutForm(f"o{day}", (token,), day, address, day, "self")
    )
    form = MoveInForm(f"i{day}", CODES[here], reference, code, address, day, day, None, "self")
    (entered,) = office(country, there).register_move_in(clerk(country, there), form)
    for city in CODES:
        country.apps[city].pump()
    return entered


@pytest.mark.requirement("R-012")
def test_the_place_somebody_came_back_to_stands_though_the_notice_of_the_other_arrives_last() -> None:
    country = events_country()
    *_, child = office(country).import_existing_residents(country.context("registrar"), [family()])
    country.pump()
    there = move(country, child, MIYAKONOJO, SHIBUYA, SHIBUYA_ADDRESS)
    move(country, there, SHIBUYA, MIYAKONOJO, ADDRESS)
    country.apps["prefecture-45"].pump()
    country.apps["prefecture-13"].pump()
    country.pump()
    assert country.apps["national-register"].operations.counts()["in_register"] == 3
    assert country.apps["prefecture-45"].operations.person_count() == 3
    assert country.apps["prefecture-13"].operations.person_count() == 0
    country.close()


def test_a_removal_is_not_cancelled_when_the_person_lives_elsewhere_by_now() -> None:
    country = events_country()
    (resident,) = (
        events(country)
        .enter_from_abroad(clerk(country), note(K.MOVE_IN_FROM_ABROAD), [japanese()], Place(ADDRESS))
        .residents
    )
    number(country, resident)
    left = events(country).move_abroad(clerk(country), note(K.MOVE_OUT_ABROAD), [resident], "カナダ")
    country.pump()
    events(country, SHIBUYA).enter_returning(
        clerk(country, SHIBUYA), note(K.RETURN_FROM_ABROAD), [japanese()], Place(SHIBUYA_ADDRESS)
    )
    country.pump()
    with pytest.raises(EnteredAgainSince):
        events(country).cancel_event(mayor(country), note(K.CANCELLATION), left.event)
    assert country.apps["national-register"].operations.counts()["in_register"] == 1
    country.close()


def gone_abroad() -> tuple[Country, str]:
    """A country, and the event with which a numbered person left its southern city for Canada."""
    country = events_country()
    (resident,) = (
        events(country)
        .enter_from_abroad(clerk(country), note(K.MOVE_IN_FROM_ABROAD), [japanese()], Place(ADDRESS))
        .residents
    )
    number(country, resident)
    left = events(country).move_abroad(clerk(country), note(K.MOVE_OUT_ABROAD), [resident], "カナダ")
    country.pump()
    return country, left.event


def back(country: Country, city: str) -> str:
    """Have the person come back; return the new record."""
    address = {MIYAKONOJO: ADDRESS, SHIBUYA: SHIBUYA_ADDRESS}[city]
    entered = events(country, city).enter_returning(
        clerk(country, city), note(K.RETURN_FROM_ABROAD), [japanese()], Place(address)
    )
    country.pump()
    return entered.residents[0]


def cancelled(country: Country, event: str) -> None:
    events(country).cancel_event(mayor(country), note(K.CANCELLATION), event)
    country.pump()


def in_register(country: Country) -> int:
    return int(country.apps["national-register"].operations.counts()["in_register"])


@pytest.mark.requirement("R-012")
@pytest.mark.parametrize("city", [MIYAKONOJO, SHIBUYA])
@pytest.mark.parametrize("end", ["died", "left again"])
def test_who_came_back_and_is_gone_again_does_not_live_again_by_a_cancellation_of_the_first_leave(
    city: str, end: str
) -> None:
    country, left = gone_abroad()
    again = back(country, city)
    if end == "died":
        events(country, city).enter_death(clerk(country, city), note(K.DEATH), again)
    else:
        events(country, city).move_abroad(clerk(country, city), note(K.MOVE_OUT_ABROAD), [again], "カナダ")
    country.pump()
    with pytest.raises(EnteredAgainSince):
        cancelled(country, left)
    assert in_register(country) == 0
    country.close()


@pytest.mark.parametrize("city", [MIYAKONOJO, SHIBUYA])
def test_where_the_return_was_the_mistake_the_leave_may_be_cancelled_too(city: str) -> None:
    country, left = gone_abroad()
    entered = events(country, city).enter_returning(
        clerk(country, city),
        note(K.RETURN_FROM_ABROAD),
        [japanese()],
        Place({MIYAKONOJO: ADDRESS, SHIBUYA: SHIBUYA_ADDRESS}[city]),
    )
    country.pump()
    events(country, city).cancel_event(mayor(country, city), note(K.CANCELLATION), entered.event)
    country.pump()
    assert in_register(country) == 0
    cancelled(country, left)
    assert in_register(country) == 1
    country.close()


def test_a_protected_person_is_not_brought_back_to_the_place_they_left() -> None:
    country, left = gone_abroad()
    again = back(country, SHIBUYA)
    officer = country.context("support-officer", person="officer-1", institution=SHIBUYA)
    office(country, SHIBUYA).start_measure(officer, again, "applied for, confirmed by the police")
    country.pump()
    with pytest.raises(EnteredAgainSince) as refused:
        cancelled(country, left)
    assert "渋谷" not in str(refused.value)
    assert in_register(country) == 1


def told_of_moves(country: Country) -> list[tuple[str, date]]:
    """What the register that issues cards was told of moves, in the order of arrival."""
    with country.apps["national-register"].operations.store.transaction() as records:
        connection = records.card_moves._connection
        rows = connection.execute(select(CARD_MOVES).order_by(CARD_MOVES.c.place)).all()
    return [(row.kind, row.happened_on) for row in rows]


@pytest.mark.requirement("R-154")
def test_the_issuer_of_cards_hears_that_leaving_or_an_entry_was_entered_by_mistake() -> None:
    country = events_country()
    first, *_ = office(country).import_existing_residents(country.context("registrar"), [family()])
    country.pump()
    today = country.clock.today()
    left = events(country).move_abroad(clerk(country), note(K.MOVE_OUT_ABROAD), [first], "カナダ")
    country.pump()
    assert told_of_moves(country) == [("left-country", today)]
    events(country).cancel_event(mayor(country), note(K.CANCELLATION), left.event)
    country.pump()
    assert told_of_moves(country)[1:] == [("left-country-withdrawn", today)]
    entered = events(country).enter_from_abroad(
        clerk(country), note(K.MOVE_IN_FROM_ABROAD), [japanese()], Place(ADDRESS)
    )
    events(country).cancel_event(mayor(country), note(K.CANCELLATION), entered.event)
    country.pump()
    assert len(told_of_moves(country)) == 2  # nobody was told of that entry, and whoever has no number has no card
    country.close()


@pytest.mark.parametrize(
    ("kind", "withdrawn"),
    [
        (K.MOVE_OUT_ABROAD, "left-country-withdrawn"),
        (K.MOVE_IN, "entered-withdrawn"),
        (K.MOVE_IN_ON_PAPER, "entered-withdrawn"),
        (K.DEATH, None),
        (K.MOVE_WITHIN, None),
    ],
)
def test_only_what_was_told_of_a_move_is_withdrawn(kind: K, withdrawn: str | None) -> None:
    country = events_country()
    first, *_ = office(country).import_existing_residents(country.context("registrar"), [family()])
    day = country.clock.today()
    told = withdrawal_of(kind.value, day, office(country).resident(clerk(country), first), day)
    assert (told and (told.kind, told.happened_on)) == (withdrawn and (withdrawn, day))
    country.close()
