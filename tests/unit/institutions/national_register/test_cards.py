"""Cards in the register: for whom, from which day, and what is confirmed about them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.wire import national_register as wire
from unit.institutions.national_register.kit import (
    ITEMS,
    OTHER,
    REGISTER,
    TODAY,
    Nation,
    open_nation,
    other_items,
)


@pytest.fixture
def nation() -> Iterator[Nation]:
    nation = open_nation()
    yield nation
    nation.close()


def refusal(nation: Nation, code: str, request_id: str = "card", day: date = TODAY) -> str:
    with pytest.raises(PeerProblem) as caught:
        nation.card(code, request_id, day=day)
    return caught.value.peer_code


@pytest.mark.parametrize("days", [-3650, -1, 1, 3651])
def test_a_card_is_registered_with_no_day_but_today(nation: Nation, days: int) -> None:
    code = nation.resident("first")
    assert refusal(nation, code, day=TODAY + timedelta(days=days)) == "card-not-issued-today"


def test_no_day_of_issue_gets_a_person_a_second_live_card(nation: Nation) -> None:
    code = nation.resident("first")
    card = nation.card(code)
    assert card.expires_on == date(2029, 4, 1)
    assert refusal(nation, code, "second") == "card-already-live"
    assert refusal(nation, code, "second", day=date(2030, 1, 1)) == "card-not-issued-today"


def test_a_new_card_is_registered_once_the_old_one_has_expired(nation: Nation) -> None:
    code = nation.resident("first")
    nation.card(code)
    nation.clock.advance(timedelta(days=3409))  # the day after the last day
    assert nation.card(code, "second", day=date(2029, 4, 2)).expires_on == date(2039, 4, 1)


def test_a_request_sent_again_gets_the_same_card_also_on_the_next_day(nation: Nation) -> None:
    code = nation.resident("first")
    card = nation.card(code)
    nation.clock.advance(timedelta(days=1))
    assert nation.card(code) == card
    assert nation.card(code, day=TODAY + timedelta(days=1)) == card


def test_a_request_id_used_for_another_person_gets_no_card(nation: Nation) -> None:
    nation.card(nation.resident("first"))
    assert refusal(nation, nation.resident("second")) == "card-request-changed"


@pytest.mark.requirement("R-200")
def test_a_card_is_confirmed_for_its_holder_only(nation: Nation) -> None:
    code, stranger = nation.resident("first"), nation.resident("second")
    card = nation.card(code)
    assert nation.confirmed(code, card)
    assert nation.confirmed(code, card, four_items=ITEMS)
    for change in (
        {"resident_record_code": stranger},
        {"card_serial": "0" * 16},
        {"card_expires_on": date(2030, 4, 1)},
        {"municipality_code": OTHER},
        {"four_items": other_items(name="黒木　次郎")},
        {"four_items": other_items(birth_date=date(1985, 4, 2))},
        {"four_items": other_items(sex=2)},
        {"four_items": other_items(address="宮崎県都城市姫城町2番2号")},
    ):
        assert not nation.confirmed(code, card, **change)


def test_a_card_is_not_confirmed_after_its_last_day(nation: Nation) -> None:
    code = nation.resident("first")
    card = nation.card(code)
    nation.clock.advance(timedelta(days=3409))
    assert not nation.confirmed(code, card)


def test_a_card_is_not_confirmed_once_its_holder_left_the_register(nation: Nation) -> None:
    code = nation.resident("first")
    card = nation.card(code)
    nation.notify(code, 2, reason="death", in_register=False)
    assert not nation.confirmed(code, card)


def test_a_card_is_not_confirmed_to_either_municipality_once_its_holder_lives_in_another(nation: Nation) -> None:
    code = nation.resident("first")
    card = nation.card(code)
    nation.notify(code, 1, municipality=OTHER, reason="move-in")
    assert not nation.confirmed(code, card)
    assert not nation.confirmed(code, card, municipality_code=OTHER)


def test_a_municipality_may_not_ask_whose_card_it_is(nation: Nation) -> None:
    code = nation.resident("first")
    card = nation.card(code)
    claim = wire.CardHolderClaim(
        resident_record_code=code,
        card_serial=card.card_serial,
        card_expires_on=card.expires_on,
        municipality_code=OTHER,
        four_items=ITEMS,
    )
    with pytest.raises(PeerProblem) as caught:
        nation.peers[f"municipality-{OTHER}"].call_sealed(
            REGISTER, wire.CONFIRM_CARD_HOLDER, claim, wire.CardHolderConfirmed
        )
    assert caught.value.peer_code == "caller-not-listed"
