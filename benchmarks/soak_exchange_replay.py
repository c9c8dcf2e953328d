"""Ten minutes of 2018 at the rate that makes a year an hour: does the rate hold, and the memory of the workers?

``SOAK_MINUTES`` and ``SOAK_PEOPLE`` change it. The inquiries are as many as the target rate does in that time, so a
machine that is slower takes longer. Rate and memory are told for every minute, memory for each worker process.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from benchmarks.bench_exchange_replay import HOUR, replayed, told
from benchmarks.measurement import Measurement
from mizuhiki.world.replay.mix import INQUIRIES_2018
from mizuhiki.world.replay.report import MinuteOfReplay

MINUTES = float(os.environ.get("SOAK_MINUTES", "10"))
PEOPLE = int(os.environ.get("SOAK_PEOPLE", "100000"))
GROWTH = 1.1
"""What the fastest minute may be over the slowest, and a worker's memory grow if it grew all the time."""
FEWEST = 3
"""Whole minutes that can be compared: the first, one in the middle and the last."""


def run() -> Iterator[Measurement]:
    """Replay for `MINUTES` at the target rate."""
    report = replayed(int(MINUTES * 60 * INQUIRIES_2018 / HOUR), PEOPLE)
    yield from told(report)
    for minute in report.minutes:
        yield Measurement(f"minute {minute.minute}", minute.rate, "inquiries/s")
        for worker, memory in enumerate(minute.memory_mb, start=1):
            yield Measurement(f"minute {minute.minute}, worker {worker}, largest memory so far", memory, "MB")
    yield from _flatness(report.minutes)


def _flatness(minutes: tuple[MinuteOfReplay, ...]) -> Iterator[Measurement]:
    """Compare whole minutes; the rest of a minute at the end says nothing.

    The caches of a worker's connections fill in its first minutes, so the target is for the second half of the time:
    who grew by `GROWTH` in all of it grows by half as much there.
    """
    whole = minutes[:-1]
    if len(whole) < FEWEST:
        return
    yield Measurement("memory of the last over the first whole minute", 100 * _grown(whole[0], whole[-1]), "%")
    middle = whole[len(whole) // 2]
    grown, most = 100 * _grown(middle, whole[-1]), 100 * (1 + (GROWTH - 1) / 2)
    yield Measurement("memory of the last over the middle whole minute", grown, "%", None, most)
    rates = [minute.rate for minute in whole]
    yield Measurement("slowest over fastest whole minute", 100 * min(rates) / max(rates), "%", 100 / GROWTH)


def _grown(earlier: MinuteOfReplay, later: MinuteOfReplay) -> float:
    """Return by how much the worker that grew most did."""
    pairs = zip(sorted(earlier.memory_mb), sorted(later.memory_mb), strict=False)
    return max(last / first for first, last in pairs)
