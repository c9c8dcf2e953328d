"""The replay of 2018 in small: rate, group-operation floor, their ratio, processor time by place, nothing lost.

``BENCH_INQUIRIES``, ``BENCH_PEOPLE`` and ``BENCH_WORKERS`` change the size. What the databases have before the clock
starts is held in memory (`runtime.held_pages`), which needs the right to lock it; ``BENCH_HOLD_PAGES=0`` leaves that
to the system. The targets: all of 2018 in one hour, and at least 60 % of what the elliptic-curve work alone would
reach on this machine.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measurement import Measurement
from mizuhiki.runtime.held_pages import PagesNotHeld
from mizuhiki.world.replay import ReplayReport, ReplaySettings, replay
from mizuhiki.world.replay.mix import INQUIRIES_2018
from mizuhiki.world.replay.report import WORKERS as WORKERS_OF_A_REPLAY

INQUIRIES = int(os.environ.get("BENCH_INQUIRIES", "20000"))
PEOPLE = int(os.environ.get("BENCH_PEOPLE", "2000"))
WORKERS = int(os.environ.get("BENCH_WORKERS", str(WORKERS_OF_A_REPLAY)))
HOLD_PAGES = os.environ.get("BENCH_HOLD_PAGES", "1") != "0"
HOUR = 3600


def run() -> Iterator[Measurement]:
    """Replay `INQUIRIES` inquiries about `PEOPLE` persons."""
    yield from told(replayed(INQUIRIES, PEOPLE))


def replayed(inquiries: int, people: int) -> ReplayReport:
    """Return the report of one replay in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="mizuhiki-replay-") as folder:
        settings = ReplaySettings(
            inquiries=inquiries, population=people, workers=WORKERS, data=Path(folder), hold_pages=HOLD_PAGES
        )
        try:
            return replay(settings)
        except PagesNotHeld as refused:
            message = f"{refused.message}. BENCH_HOLD_PAGES=0 leaves it to the system."
            raise SystemExit(message) from refused


def told(report: ReplayReport) -> Iterator[Measurement]:
    """Say what a replay measured."""
    people = f"{report.population:,} people"
    yield Measurement(f"inquiries in bulk, {people}", report.rate, "inquiries/s", INQUIRIES_2018 / HOUR)
    yield Measurement("floor: group operations of the design alone, by libsodium", report.floor, "inquiries/s")
    yield Measurement("share of the floor reached", 100 * report.ratio, "%", 60)
    today = f"group operations done today alone, by {report.group_library}"
    yield Measurement(today, report.operations_rate, "inquiries/s")
    yield Measurement("share of them reached", 100 * report.operations_ratio, "%")
    yield Measurement("processor time, all institutions", 1000 * report.processor_ms, "µs/inquiry")
    yield Measurement("of it group operations", 1000 * report.operations_processor_ms, "µs/inquiry")
    for place, milliseconds in report.processor_ms_of.items():
        yield Measurement(f"of it at: {place}", 1000 * milliseconds, "µs/inquiry")
    yield Measurement("lost", report.lost, "", None, 0)
    yield Measurement("doubled", report.doubled, "", None, 0)
    yield Measurement("unreconciled", report.unreconciled, "", None, 0)
    yield Measurement("pages of databases held in memory", report.held_pages_mb, "MB")
    yield Measurement("largest memory of the starting process, those pages with it", report.peak_memory_mb, "MB")
