"""Single inquiries with one process per institution, over TLS with signed requests: latency and processor time.

Inquiries come at a steady rate, whether the earlier ones are answered or not; a latency counts from the moment an
inquiry was due, so waiting in a queue is part of it. Every inquiry is proved, sealed and recorded on its own; those of
one question that wait for each other leave in one case (decision 0089). How many do depends on how many questions the
load is made of, so it is measured twice: all inquiries ask the same, and they are spread as those of 2018 were that
municipalities ask.
"""

from __future__ import annotations

import multiprocessing
import os
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.measurement import Measurement
from mizuhiki import __version__
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.institutions.intermediate_server.store.tables import INQUIRIES
from mizuhiki.runtime.config import load
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.server import settle_memory, take_short_turns
from mizuhiki.vocabulary.ids import intermediate_server_of
from mizuhiki.wire import intermediate_server as wire
from mizuhiki.world.child import WORLD_CONFIG
from mizuhiki.world.nation.keys import institution_folder
from mizuhiki.world.nation.plan import PlannedInstitution
from mizuhiki.world.processes import ProcessStage
from mizuhiki.world.replay.bodies import CITIES
from mizuhiki.world.replay.files import drawn_of_2018
from mizuhiki.world.replay.mix import STUDENT_AID, Drawn
from mizuhiki.world.replay.population import FISCAL_YEAR, addressee_number
from mizuhiki.world.replay.report import ReplaySettings
from mizuhiki.world.replay.run import DAY, Replay
from mizuhiki.world.roster import FORMAT, Roster

RATE = float(os.environ.get("BENCH_RATE", "100"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "20"))
PEOPLE = int(os.environ.get("BENCH_PEOPLE", "300"))
LOADS = tuple(os.environ.get("BENCH_LOADS", "one,mix").split(","))
CLIENTS = 32
WARM_UP = 20
FINAL = ("provided", "no-data")
_TICKS = os.sysconf("SC_CLK_TCK")


def run() -> Iterator[Measurement]:
    """Ask `RATE` inquiries a second for `SECONDS`, in each of the `LOADS`."""
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
            server = load(institution_folder(data, intermediate_server_of(CITIES[0])) / WORLD_CONFIG)
            with asking.connected() as environment:
                settle_memory()  # the asking program stands for many; its own collector is nothing of an inquiry
                for name in LOADS:
                    yield from _measure(Peers(environment), name, server.configuration.database_url)


def _measure(peers: Peers, load_name: str, database_url: str) -> Iterator[Measurement]:
    what, drawn = _LOADS[load_name]
    for number in range(WARM_UP):
        _ask(peers, f"warm-up-{load_name}-{number}", number, drawn(number), time.perf_counter())
    before, first = _processor_seconds(), time.perf_counter() + 0.1
    with ThreadPoolExecutor(CLIENTS) as pool:
        asked = [
            pool.submit(_ask, peers, f"{load_name}-{number}", number, drawn(number), first + number / RATE)
            for number in range(int(RATE * SECONDS))
        ]
        answers = [one.result() for one in asked]
    taken = time.perf_counter() - first
    processor = _processor_seconds() - before
    latencies = sorted(seconds for seconds, _ in answers)
    outcomes = Counter(outcome for _, outcome in answers)
    cuts = statistics.quantiles(latencies, n=100)
    yield Measurement(f"{what}, asked at {RATE:.0f}/s, answered", len(answers) / taken, "inquiries/s")
    yield Measurement(f"{what}, half answered within", 1000 * cuts[49], "ms")
    yield Measurement(f"{what}, 95 of 100 answered within", 1000 * cuts[94], "ms", None, 100)
    yield Measurement(f"{what}, 99 of 100 answered within", 1000 * cuts[98], "ms")
    yield Measurement(f"{what}, processor time of all", 1000 * processor / len(answers), "ms/inquiry", None, 12)
    yield Measurement(f"{what}, in one case", _lines_of_a_case(database_url, load_name), "inquiries")
    yield Measurement(
        f"{what}, neither provided nor without data", len(answers) - sum(outcomes[one] for one in FINAL), "", None, 0
    )


def _lines_of_a_case(database_url: str, load_name: str) -> float:
    """Return how many inquiries of a load a signed case of the asker carried on average."""
    database = Database(database_url)
    try:
        with database.read() as connection:
            asked = INQUIRIES.c.request_id.like(f"{load_name}-%")
            counts = select(func.count(), func.count(INQUIRIES.c.section_id.distinct())).where(asked)
            inquiries, cases = connection.execute(counts).one()
    finally:
        database.dispose()
    return float(inquiries) / float(cases)


def _founded(data: Path) -> tuple[datetime, list[PlannedInstitution]]:
    replay = Replay(ReplaySettings(inquiries=1, population=PEOPLE, data=data, workers=1))
    try:
        replay.prepare()
        return replay.started_at, list(replay.nation.settings.planned)
    finally:
        replay.close()


def _one_question(_number: int) -> Drawn:
    return Drawn("child-allowance", "child-allowance.claim", "local-tax")


def _mixed(number: int) -> Drawn:
    """Return what one inquiry of the mix of 2018 asks; the same for the same number in every run."""
    randomness = SeededRandomness(f"mix {number}".encode())
    while (drawn := drawn_of_2018(randomness)).affair == STUDENT_AID[0]:
        pass  # no municipality asks for that
    return drawn


_LOADS: dict[str, tuple[str, Callable[[int], Drawn]]] = {
    "one": ("all of one question", _one_question),
    "mix": ("the mix of 2018", _mixed),
}


def _ask(peers: Peers, request_id: str, number: int, drawn: Drawn, due: float) -> tuple[float, str]:
    time.sleep(max(0.0, due - time.perf_counter()))  # the load keeps its pace whatever the answers take
    inquiry = wire.BusinessInquiry(
        request_id=request_id,
        addressee_number=addressee_number(0, number % PEOPLE),
        provider=CITIES[1],
        affair=drawn.affair,
        procedure=drawn.procedure,
        kinds=[drawn.kind],
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
