"""Single inquiries with one process per institution, over TLS with signed requests: latency and processor time.

Inquiries come at a steady rate, whether the earlier ones are answered or not; a latency counts from the moment an
inquiry was due, so waiting in a queue is part of it. Every inquiry is proved, sealed and recorded on its own.
"""

from __future__ import annotations

import multiprocessing
import os
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

from benchmarks.measurement import Measurement
from mizuhiki import __version__
from mizuhiki.runtime.config import load
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.server import take_short_turns
from mizuhiki.vocabulary.ids import intermediate_server_of
from mizuhiki.wire import intermediate_server as wire
from mizuhiki.world.child import WORLD_CONFIG
from mizuhiki.world.nation.keys import institution_folder
from mizuhiki.world.nation.plan import PlannedInstitution
from mizuhiki.world.processes import ProcessStage
from mizuhiki.world.replay.population import FISCAL_YEAR, addressee_number
from mizuhiki.world.replay.report import ReplaySettings
from mizuhiki.world.replay.run import CITIES, DAY, Replay
from mizuhiki.world.roster import FORMAT, Roster

RATE = float(os.environ.get("BENCH_RATE", "100"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "20"))
PEOPLE = int(os.environ.get("BENCH_PEOPLE", "300"))
CLIENTS = 32
WARM_UP = 20
FINAL = ("provided", "no-data")
_TICKS = os.sysconf("SC_CLK_TCK")


def run() -> Iterator[Measurement]:
    """Ask `RATE` inquiries a second for `SECONDS`."""
    take_short_turns()  # as every serving process does: the asking threads are not to wait for each other
    with tempfile.TemporaryDirectory(prefix="mizuhiki-single-") as folder:
        data = Path(folder)
        started_at, planned = _founded(data)
        roster = Roster(
            version=__version__,
            format=FORMAT,
            seed=1,
            population=PEOPLE,
            world_date=DAY,
            started_at=started_at,
            people=[],
            staff=[],
            phases=[],
        )
        with ProcessStage(data, roster, planned=planned):
            asking = load(institution_folder(data, CITIES[0]) / WORLD_CONFIG)  # the stage wrote it
            with asking.connected() as environment:
                yield from _measure(Peers(environment))


def _measure(peers: Peers) -> Iterator[Measurement]:
    for number in range(WARM_UP):
        _ask(peers, f"warm-up-{number}", number, time.perf_counter())
    before, first = _processor_seconds(), time.perf_counter() + 0.1
    with ThreadPoolExecutor(CLIENTS) as pool:
        asked = [
            pool.submit(_ask, peers, f"single-{number}", number, first + number / RATE)
            for number in range(int(RATE * SECONDS))
        ]
        answers = [one.result() for one in asked]
    taken = time.perf_counter() - first
    processor = _processor_seconds() - before
    latencies = sorted(seconds for seconds, _ in answers)
    outcomes = Counter(outcome for _, outcome in answers)
    cuts = statistics.quantiles(latencies, n=100)
    yield Measurement(f"single inquiries asked at {RATE:.0f}/s, answered", len(answers) / taken, "inquiries/s")
    yield Measurement("half answered within", 1000 * cuts[49], "ms")
    yield Measurement("95 of 100 answered within", 1000 * cuts[94], "ms", None, 100)
    yield Measurement("99 of 100 answered within", 1000 * cuts[98], "ms")
    yield Measurement("processor time of all institutions", 1000 * processor / len(answers), "ms/inquiry", None, 12)
    yield Measurement(
        "neither provided nor without data", len(answers) - sum(outcomes[one] for one in FINAL), "", None, 0
    )


def _founded(data: Path) -> tuple[datetime, list[PlannedInstitution]]:
    replay = Replay(ReplaySettings(inquiries=1, population=PEOPLE, data=data, workers=1))
    try:
        replay.prepare()
        return replay.started_at, list(replay.nation.settings.planned)
    finally:
        replay.close()


def _ask(peers: Peers, request_id: str, number: int, due: float) -> tuple[float, str]:
    time.sleep(max(0.0, due - time.perf_counter()))  # the load keeps its pace whatever the answers take
    inquiry = wire.BusinessInquiry(
        request_id=request_id,
        addressee_number=addressee_number(0, number % PEOPLE),
        provider=CITIES[1],
        affair="child-allowance",
        procedure="child-allowance.claim",
        kinds=["local-tax"],
        fiscal_year=FISCAL_YEAR,
        period_from=None,
        period_until=None,
        case_reference=request_id,
    )
    server = intermediate_server_of(CITIES[0])
    answer = peers.call_sealed(server, wire.INQUIRE, inquiry, wire.BusinessAnswer)
    return time.perf_counter() - due, answer.outcome


def _processor_seconds() -> float:
    """Return the processor time of all institutions' processes so far (proc(5), fields 14 and 15)."""
    total = 0
    for child in multiprocessing.active_children():
        fields = Path(f"/proc/{child.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / _TICKS
