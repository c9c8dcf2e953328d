"""Ten thousand people live random lives in two cities; after each step the registers are held against the oracle.

The model, its oracle and the comparison are those of the tests (`tests/support/lives*.py`). First everything is
delivered after each step, so that three tiers have to agree each time. Then the servers deliver in any order: after
each step the municipalities have to agree, and the tiers may only say what was true since the last full delivery.
Every `COMPARE_EVERY` steps and at the end, everything is delivered and all rows of all registers are compared with the
fold of the whole list of events.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.measurement import Measurement
from mizuhiki.runtime.server import settle_memory

sys.path.append(str(Path(__file__).parent.parent / "tests"))

PEOPLE = int(os.environ.get("SOAK_PEOPLE", "10000"))
STEPS = int(os.environ.get("SOAK_STEPS", "5000"))
COMPARE_EVERY = int(os.environ.get("SOAK_COMPARE_EVERY", "250"))
SEED = int(os.environ.get("SOAK_SEED", "1"))
MEAN_HOUSEHOLD = 2.5
PROGRESS_EVERY = 50


def run() -> Iterator[Measurement]:
    """Live `STEPS` events in each way of delivery; an AssertionError names the first disagreement."""
    from support.events import events_country  # noqa: PLC0415 - found by the path above
    from support.lives import CITIES, Lives  # noqa: PLC0415 - found by the path above
    from support.lives_agreement import Agreement  # noqa: PLC0415 - found by the path above

    settle_memory()
    country = events_country()
    lives = Lives(country, SEED)
    lives.settle(round(PEOPLE / MEAN_HOUSEHOLD / len(CITIES)))
    country.pump()
    agreement = Agreement(lives)
    yield Measurement("people at the beginning", len(lives.numbers), "people")
    for at_once in (True, False):
        way = "everything delivered at once" if at_once else "delivered in any order"
        before, seconds = sum(lives.counts.values()), _live(lives, agreement, way, at_once=at_once)
        yield Measurement(f"steps compared, {way}", STEPS, "steps")
        yield Measurement(f"events taken, {way}", sum(lives.counts.values()) - before, "events")
        yield Measurement(f"comparison after a step, {way}", 1000 * seconds / STEPS, "ms")
    lives.compare_numbers()
    yield Measurement("people at the end", len(lives.numbers), "people")
    yield Measurement("disagreements", 0, "", None)
    agreement.close()
    country.close()


def _live(lives: Any, agreement: Any, way: str, *, at_once: bool) -> float:  # noqa: ANN401 - found by the path above
    """Live some days; return the seconds that comparing after each of them took, full comparisons left out."""
    compared = 0.0
    for step in range(1, STEPS + 1):
        lives.step()
        full = step % COMPARE_EVERY == 0 or step == STEPS
        if at_once or full:
            lives.deliver_all()
        else:
            lives.deliver()
        begun = time.perf_counter()
        agreement.check(delivered=at_once or full)
        compared += time.perf_counter() - begun
        if full:
            lives.compare(tiers=True)
        if full or step % PROGRESS_EVERY == 0:
            sys.stderr.write(f"\r{way}: {step:,} of {STEPS:,} days agree")
    sys.stderr.write("\n")
    return compared
