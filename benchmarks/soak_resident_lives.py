"""Ten thousand people live random lives in two cities; the registers are held against the fold of the events.

The model and its oracle are those of the tests (`tests/support/lives.py`). Each step is compared on the spot for the
person concerned by the model itself; all records and all tiers are compared every `COMPARE_EVERY` steps and at the end.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measurement import Measurement
from mizuhiki.runtime.server import settle_memory

sys.path.append(str(Path(__file__).parent.parent / "tests"))

PEOPLE = int(os.environ.get("SOAK_PEOPLE", "10000"))
STEPS = int(os.environ.get("SOAK_STEPS", "10000"))
COMPARE_EVERY = int(os.environ.get("SOAK_COMPARE_EVERY", "250"))
MEAN_HOUSEHOLD = 2.5


def run() -> Iterator[Measurement]:
    """Live `STEPS` events; an AssertionError names the first disagreement."""
    from support.events import events_country  # noqa: PLC0415 - found by the path above
    from support.lives import CITIES, Lives  # noqa: PLC0415 - likewise

    settle_memory()
    country = events_country()
    lives = Lives(country, 1)
    lives.settle(round(PEOPLE / MEAN_HOUSEHOLD / len(CITIES)))
    country.pump()
    lives.compare(tiers=True)
    for step in range(1, STEPS + 1):
        lives.step()
        lives.deliver()
        if step % COMPARE_EVERY == 0:
            country.pump()
            lives.compare(tiers=True)
            sys.stderr.write(f"\r{step:,} of {STEPS:,} days agree")
    country.pump()
    lives.compare(tiers=True)
    lives.compare_numbers()
    sys.stderr.write("\n")
    yield Measurement("people at the end", len(lives.numbers), "people")
    yield Measurement("events taken", sum(lives.counts.values()), "events")
    yield Measurement("disagreements", 0, "", None)
    country.close()
