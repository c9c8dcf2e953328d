"""Cutting the power at any write never gives anybody one more guess (R-145)."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mizuhiki.card.chip import Chip
from mizuhiki.card.errors import CardMute
from mizuhiki.card.store import MemoryCardStore
from mizuhiki.crypto.card_keys import CardSecret
from mizuhiki.crypto.randomness import SeededRandomness

JPKI = bytes.fromhex("00A4040C0AD392F000260100000001")
AUTH_PIN = bytes.fromhex("00A4020C020018")
AUTH_KEY = bytes.fromhex("00A4020C020017")
TRIES = bytes.fromhex("00200080")
WRONG = bytes.fromhex("0020008004") + b"0000"
RIGHT = bytes.fromhex("0020008004") + b"2468"
SIGN = bytes.fromhex("802A008004AABBCCDD00")
CHANGE = bytes.fromhex("0024018004") + b"8642"


class PowerCut(Exception):
    pass


class CuttingStore(MemoryCardStore):
    """Loses power at one write, before or after the bytes have reached the memory."""

    __slots__ = ("cut_after_write", "writes_until_cut")

    def __init__(self) -> None:
        super().__init__()
        self.writes_until_cut: int | None = None
        self.cut_after_write = False

    def save(self, sealed: bytes) -> None:
        if self.writes_until_cut is None:
            super().save(sealed)
            return
        self.writes_until_cut -= 1
        if self.writes_until_cut < 0:
            self.writes_until_cut = None
            if self.cut_after_write:
                super().save(sealed)
            raise PowerCut
        super().save(sealed)


def cutting_card(template: SimpleNamespace) -> tuple[CuttingStore, Chip]:
    store = CuttingStore()
    store.save(template.sealed)
    return store, power_on(store)


def power_on(store: CuttingStore) -> Chip:
    chip = Chip.open(store, CardSecret.from_key(b"s" * 32), SeededRandomness(b"open"))
    chip.transmit(JPKI)
    chip.transmit(AUTH_PIN)
    return chip


def tries(store: CuttingStore) -> int:
    return power_on(store).transmit(TRIES)[1] & 0x0F


@pytest.mark.requirement("R-144", "R-145")
@pytest.mark.parametrize("after", [False, True])
def test_power_cut_at_the_first_write_of_a_guess_reveals_nothing(template: SimpleNamespace, *, after: bool) -> None:
    for guess in (WRONG, RIGHT):
        store, chip = cutting_card(template)
        store.writes_until_cut, store.cut_after_write = 0, after
        with pytest.raises(PowerCut):
            chip.transmit(guess)
        assert tries(store) == (2 if after else 3)


def test_a_wrong_guess_is_counted_in_the_store_before_it_is_answered(template: SimpleNamespace) -> None:
    store, chip = cutting_card(template)
    assert chip.transmit(WRONG).hex() == "63c2"
    assert tries(store) == 2


def test_power_cut_while_a_right_pin_is_restored_opens_nothing(template: SimpleNamespace) -> None:
    store, chip = cutting_card(template)
    store.writes_until_cut = 1
    with pytest.raises(PowerCut):
        chip.transmit(RIGHT)
    assert tries(store) == 2
    assert power_on(store).transmit(RIGHT).hex() == "9000"
    assert tries(store) == 3


def test_a_chip_that_lost_power_is_mute_until_it_is_reset(template: SimpleNamespace) -> None:
    store, chip = cutting_card(template)
    store.writes_until_cut = 1
    with pytest.raises(PowerCut):
        chip.transmit(RIGHT)
    for command in (TRIES, RIGHT, AUTH_KEY):
        with pytest.raises(CardMute):
            chip.transmit(command)
    chip.reset()
    chip.transmit(JPKI)
    chip.transmit(AUTH_KEY)
    assert chip.transmit(SIGN).hex() == "6982"


@pytest.mark.parametrize("after", [False, True])
def test_power_cut_while_a_pin_is_changed_leaves_the_old_or_the_new_one(
    template: SimpleNamespace, *, after: bool
) -> None:
    store, chip = cutting_card(template)
    assert chip.transmit(RIGHT).hex() == "9000"
    store.writes_until_cut, store.cut_after_write = 0, after
    with pytest.raises(PowerCut):
        chip.transmit(CHANGE)
    new = bytes.fromhex("0020008004") + b"8642"
    assert power_on(store).transmit(new if after else RIGHT).hex() == "9000"


@pytest.mark.requirement("R-144", "R-145")
@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), min_size=4, max_size=12))
def test_no_pattern_of_power_cuts_gives_a_fourth_comparison(
    template: SimpleNamespace, cuts: list[tuple[int, bool]]
) -> None:
    store, chip = cutting_card(template)
    learned = 0
    for writes, after in cuts:
        store.writes_until_cut, store.cut_after_write = writes, after
        try:
            answer = chip.transmit(WRONG)
            learned += answer[0] == 0x63
        except PowerCut:
            pass
        store.writes_until_cut = None
        chip = power_on(store)
        assert tries(store) <= 3 - learned
    assert learned <= 3
