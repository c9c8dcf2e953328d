"""Whatever comes in, in whatever order: a status word, and nothing opened that the second opinion keeps shut."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mizuhiki.card.chip import Chip
from mizuhiki.card.store import MemoryCardStore
from mizuhiki.crypto.card_keys import CardSecret
from mizuhiki.crypto.randomness import SeededRandomness
from support.card_fuzz import likely_command
from support.card_model import FACE, ITEMS, JPKI, REGISTER, CardModel

PINS = {
    (JPKI, 0x18): b"2468",
    (JPKI, 0x1B): b"ABC123",
    (ITEMS, 0x11): b"1357",
    (ITEMS, 0x14): b"621498320257",
    (ITEMS, 0x15): b"63051720294821",
    (REGISTER, 0x1C): b"9753",
    (FACE, 0x11): b"630517",
    (FACE, 0x12): b"63051720294821",
    (FACE, 0x13): b"621498320257",
}


@pytest.mark.requirement("R-144", "R-146")
@settings(max_examples=120, deadline=None)
@given(st.binary(min_size=8, max_size=8))
def test_no_order_of_commands_opens_what_its_pin_does_not(template: SimpleNamespace, seed: bytes) -> None:
    store = MemoryCardStore()
    store.save(template.sealed)
    chip = Chip.open(store, CardSecret.from_key(b"s" * 32), SeededRandomness(b"fuzz"))
    model, stream = CardModel(PINS), SeededRandomness(seed)
    for _ in range(60):
        raw = likely_command(stream.below)
        answer = chip.transmit(raw)
        assert (model.disagreement(raw, answer), raw.hex()) == (None, raw.hex())


def test_the_second_opinion_notices_a_chip_that_opens_too_much() -> None:
    model = CardModel(PINS)
    select = bytes.fromhex("00A4040C0A" + JPKI)
    assert model.disagreement(select, b"\x90\x00") is None
    assert model.disagreement(bytes.fromhex("00B0810004"), b"\x30\x82\x90\x00") == "read without PIN"
    assert model.disagreement(bytes.fromhex("802A009701AA00"), b"\x01\x90\x00") == "signed without PIN"
    assert model.disagreement(bytes.fromhex("00D6810001AA"), b"\x90\x00") == "an issuer's command without a session"
    assert model.disagreement(bytes.fromhex("002000980430303030"), b"\x90\x00") == "a wrong PIN"
