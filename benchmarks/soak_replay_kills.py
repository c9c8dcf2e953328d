"""A replay of two workers is killed at random instants, fifty times and on, and nothing is lost or doubled.

The replay and the way it is killed are those of the tests (`tests/support/killed_replay.py`). ``SOAK_KILLS`` is how
often, ``SOAK_SEED`` names the instants; without it they are new ones each time, and the first measurement tells the
seed, so that what was found can be found again.
"""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.measurement import Measurement
from mizuhiki.crypto.randomness import SystemRandomness

sys.path.append(str(Path(__file__).parent.parent / "tests"))

KILLS = int(os.environ.get("SOAK_KILLS", "50"))
SEED = int(os.environ.get("SOAK_SEED", "0")) or 1 + SystemRandomness().below(10**6)
INQUIRIES_A_KILL = 60
"""So many inquiries a kill give every start some sections to do."""


def run() -> Iterator[Measurement]:
    """Kill one replay `KILLS` times, let it end, and count what stands at every place."""
    killed: Any = importlib.import_module("support.killed_replay")  # found by the path above
    yield Measurement("seed of the instants", SEED, "")
    with tempfile.TemporaryDirectory(prefix="mizuhiki-replay-kills-") as folder:
        replay = killed.KilledReplay(Path(folder), KILLS * INQUIRIES_A_KILL)
        for instant in killed.instants(str(SEED), KILLS, replay.sections):
            replay.kill_at(instant)
        report = replay.finish()
        places = replay.exchanges()
        expected = replay.expected_exchanges().total()
    yield Measurement("kills", len(replay.found), "")
    yield Measurement("kills in the middle of a section", sum(one.under_way > 0 for one in replay.found), "", 1)
    yield Measurement("sections answered before the last kill", replay.found[-1].answered, f"of {replay.sections}")
    yield Measurement("outcomes", sum(report["outcomes"].values()), f"of {replay.inquiries}", replay.inquiries)
    for what in ("lost", "doubled", "unreconciled"):
        yield Measurement(f"{what}, as the replay counts", report[what], "", None, 0)
    missing = sum(expected - len(numbers) for numbers in places)
    twice = sum(numbers.total() - len(numbers) for numbers in places)
    yield Measurement("exchanges missing at asker, core or provider", missing, "", None, 0)
    yield Measurement("exchanges twice at one of them", twice, "", None, 0)
