"""What an inquiry in bulk costs among 10,000, 100,000 and, if asked for, 1,000,000 persons held by every server.

``BENCH_MOST_PEOPLE`` (100000) is the largest number, ``BENCH_INQUIRIES`` (10000) how many inquiries are made each
time. As many persons are asked about as there are inquiries, spread evenly among all that are held; everybody is stored
before the clock. Compared is processor time in units of the group operations measured in the same run, because a
machine that others use is not equally fast twice. Proofs are left out: they touch no stored person, and which sections
are drawn differs from run to run. What the databases have before the clock starts is held in memory, as in the replay's
own benchmark; ``BENCH_HOLD_PAGES=0`` leaves that to the system.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.bench_exchange_replay import HOLD_PAGES
from benchmarks.measurement import Measurement
from mizuhiki.world.replay import ReplayReport, ReplaySettings, replay

INQUIRIES = int(os.environ.get("BENCH_INQUIRIES", "10000"))
MOST = int(os.environ.get("BENCH_MOST_PEOPLE", "100000"))
SIZES = (10_000, 100_000, 1_000_000)
ALMOST_NEVER = 1e-9
GROWTH = 1.1
"""What an inquiry may cost more among many persons than among few."""


def run() -> Iterator[Measurement]:
    """Measure each size up to `MOST`."""
    fewest: float | None = None
    for held in (size for size in SIZES if size <= MOST):
        report = _among(held)
        cost = report.processor_ms / report.floor_processor_ms
        yield Measurement(f"processor time among {held:,} persons", 1000 * report.processor_ms, "µs/inquiry")
        yield Measurement(f"the same in group operations of an inquiry, among {held:,}", cost, "")
        if fewest is not None:
            said = f"cost among {held:,} over cost among {SIZES[0]:,}"
            yield Measurement(said, 100 * cost / fewest, "%", None, 100 * GROWTH)
        fewest = fewest or cost


def _among(held: int) -> ReplayReport:
    with tempfile.TemporaryDirectory(prefix="mizuhiki-replay-") as folder:
        asked = min(held, INQUIRIES)
        return replay(
            ReplaySettings(
                inquiries=INQUIRIES,
                population=asked,
                held=held,
                data=Path(folder),
                proof_share=ALMOST_NEVER,
                hold_pages=HOLD_PAGES,
            )
        )
