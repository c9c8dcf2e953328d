"""A hundred thousand cards on one machine: each its own file and PIN counters, a few in memory at once.

Their keys come from a marked pool, as only cards of load tests may have them (``card.cabinet.KeyPool``).
"""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.bench_card import make_card
from benchmarks.measurement import Measurement
from mizuhiki.card.cabinet import CardCabinet, KeyPool
from mizuhiki.card.store import FileCardStore
from mizuhiki.crypto.card_keys import CardSecret
from mizuhiki.crypto.randomness import SeededRandomness

CARDS = 100_000
MOST_OPEN = 64
MOST_MEMORY_MB = 512
_JPKI = bytes.fromhex("00A4040C0AD392F000260100000001")
_WRONG = bytes.fromhex("002000980430303030")
_ONE_TRY_LESS = "63c2"


def run() -> Iterator[Measurement]:
    """Fill a cabinet, spend one try on every card, and count the cards that say so, and the memory it took."""
    secret, stream = CardSecret.from_key(b"b" * 32), SeededRandomness(b"cabinet")
    with tempfile.TemporaryDirectory() as folder:
        cabinet = CardCabinet(Path(folder), secret, stream, most_open=MOST_OPEN)
        template = Path(folder) / "template"
        make_card(template, secret, KeyPool(3))
        sealed = FileCardStore(template).load() or b""
        names = [f"{place:06}" for place in range(CARDS)]
        for name in names:
            cabinet.file(name).parent.mkdir(parents=True, exist_ok=True)
            cabinet.file(name).write_bytes(sealed)
        right, most_open, started = 0, 0, time.perf_counter()
        for name in names:
            chip = cabinet.card(name)
            chip.transmit(_JPKI)
            right += chip.transmit(_WRONG).hex() == _ONE_TRY_LESS
            most_open = max(most_open, cabinet.open_cards)
        seconds = time.perf_counter() - started
    yield Measurement("cards that counted their own try", right, "", CARDS)
    yield Measurement("cards in memory at once", most_open, "", at_most=MOST_OPEN)
    yield Measurement("memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MB", at_most=MOST_MEMORY_MB)
    yield Measurement("each card", 1000 * seconds / CARDS, "ms", at_most=50)
