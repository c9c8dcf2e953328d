"""A million commands near to right ones, against the chip and the second opinion of ``tests/support/card_model.py``."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.bench_card import make_card
from benchmarks.measurement import Measurement
from mizuhiki.card.cabinet import KeyPool
from mizuhiki.card.chip import Chip
from mizuhiki.card.store import FileCardStore, MemoryCardStore
from mizuhiki.crypto.card_keys import CardSecret
from mizuhiki.crypto.randomness import SeededRandomness

COMMANDS = 1_000_000
EACH_CARD = 500


def run() -> Iterator[Measurement]:
    """Power on a fresh copy of one card every few hundred commands; stop at the first answer the model forbids."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    from support.card_fuzz import likely_command  # type: ignore[import-not-found]  # noqa: PLC0415 - on the path only now
    from support.card_model import (  # type: ignore[import-not-found]  # noqa: PLC0415 - on the path only now
        FACE,
        ITEMS,
        JPKI,
        REGISTER,
        CardModel,
    )

    secret = CardSecret.from_key(b"b" * 32)
    pins = {(JPKI, 0x18): b"2468", (JPKI, 0x1B): b"ABC123", (ITEMS, 0x11): b"1357", (REGISTER, 0x1C): b"9753"}
    pins |= {(ITEMS, 0x14): b"621498320257", (ITEMS, 0x15): b"63051720294821", (FACE, 0x11): b"630517"}
    pins |= {(FACE, 0x12): b"63051720294821", (FACE, 0x13): b"621498320257"}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "card"
        make_card(path, secret, KeyPool(3))
        sealed = FileCardStore(path).load() or b""
    stream, forbidden, sent = SeededRandomness(b"soak"), 0, 0
    while sent < COMMANDS:
        store = MemoryCardStore()
        store.save(sealed)
        chip, model = Chip.open(store, secret, stream), CardModel(pins)
        for _ in range(EACH_CARD):
            raw = likely_command(stream.below)
            forbidden += model.disagreement(raw, chip.transmit(raw)) is not None
            sent += 1
    yield Measurement("commands answered", sent, "", COMMANDS)
    yield Measurement("answers the model allows", 100 * (1 - forbidden / sent), "%", 100)
