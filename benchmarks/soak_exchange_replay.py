"""Ten minutes of 2018 at the rate that makes a year an hour: does the rate hold, and the memory of the workers?

``SOAK_MINUTES`` and ``SOAK_PEOPLE`` change it. The inquiries are as many as the target rate does in that time, so a
machine that is slower takes longer. The replay is preceded by a short one about few persons, to see whether the cost of
an inquiry grows with the number of persons held.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from benchmarks.bench_exchange_replay import HOUR, replayed, told
from benchmarks.measurement import Measurement
from mizuhiki.world.replay.mix import INQUIRIES_2018

MINUTES = float(os.environ.get("SOAK_MINUTES", "10"))
PEOPLE = int(os.environ.get("SOAK_PEOPLE", "100000"))
FEW_PEOPLE, FEW_INQUIRIES = 10_000, 20_000
GROWTH = 1.1
"""What an inquiry may cost more among many persons than among few."""


def run() -> Iterator[Measurement]:
    """Replay for `MINUTES` at the target rate."""
    few = replayed(FEW_INQUIRIES, FEW_PEOPLE)
    report = replayed(int(MINUTES * 60 * INQUIRIES_2018 / HOUR), PEOPLE)
    yield from told(report)
    growth = report.processor_ms / few.processor_ms
    yield Measurement(
        f"cost among {PEOPLE:,} over cost among {FEW_PEOPLE:,} people", 100 * growth, "%", None, 100 * GROWTH
    )
