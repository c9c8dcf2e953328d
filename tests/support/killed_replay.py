"""A replay of several workers that is killed at instants drawn from a seed, and what it left at every place."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.world.replay.bodies import ASKING, BODIES, asked_by
from mizuhiki.world.replay.files import files_of
from support import replay_instants
from support.replay_instants import INSTANT

WORKERS, SECTION, PEOPLE = 2, 10, 20
ASKER, CORE = "municipality-452025", "linkage-core"
EVENTS_OF_A_SECTION = 28
"""Statements and commits at all databases that one section takes; see `Events`."""
REACHED = 0.8
"""The last instant comes before this share of all events, so that every kill finds a replay that runs."""
NEVER = 10**9


def instants(seed: str, kills: int, sections: int) -> list[int]:
    """Return after how many events of one worker each run is killed: places drawn from the whole replay, in turn."""
    chosen = SeededRandomness(f"where the power fails {seed}".encode())
    events = int(REACHED * sections * EVENTS_OF_A_SECTION / WORKERS)
    places = sorted(chosen.below(events) for _ in range(kills))
    return [max(1, later - earlier) for earlier, later in zip([0, *places], places, strict=False)]


@dataclass
class Found:
    """What stands in the files after a kill."""

    answered: int
    under_way: int
    """Sections that the asker signed to send them, and of which it has no answer."""


@dataclass
class KilledReplay:
    """One replay in one folder, started again after each kill."""

    folder: Path
    inquiries: int
    starts: int = 0
    found: list[Found] = field(default_factory=list)

    @property
    def sections(self) -> int:
        """About how many sections the first city has: each is of one question, and most are full."""
        first = sum(len(file.lines) for asking, file in files_of(1, self.inquiries, PEOPLE, 1) if asking == ASKER)
        return first // SECTION

    def _start(self, instant: int) -> subprocess.Popen[bytes]:
        self.starts += 1
        sizes = (
            f"--inquiries={self.inquiries}",
            f"--section-size={SECTION}",
            f"--population={PEOPLE}",
            "--floor-rounds=1",
        )
        options = ("--json", f"--workers={WORKERS}", "--proof-share=0.3", f"--data={self.folder}")
        return subprocess.Popen(
            [sys.executable, str(replay_instants.__file__), "exchange", "replay", *sizes, *options],
            env={**os.environ, "REPLAY_INSTANT": str(instant)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def kill_at(self, instant: int) -> Found:
        """Run until a worker's instant, then kill every process of the replay at once."""
        run = self._start(instant)
        assert run.stderr is not None
        told = b""
        try:
            for told in run.stderr:
                if told == INSTANT:
                    break
        finally:
            os.killpg(run.pid, signal.SIGKILL)
            run.communicate()
        assert told == INSTANT, f"the replay ended before event {instant}: {told!r}"
        self.found.append(Found(self._answered(), self._under_way()))
        return self.found[-1]

    def finish(self) -> dict[str, Any]:
        """Run to the end and return the report."""
        run = self._start(NEVER)
        output, complaints = run.communicate()
        assert run.returncode == 0, complaints.decode()
        report: dict[str, Any] = msgspec.json.decode(output)
        return report

    def _rows(self, institution: str, query: str, *values: str) -> list[tuple[Any, ...]]:
        path = self.folder / institution / "institution.sqlite"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as connection:
            return connection.execute(query, values).fetchall()

    def _answered(self) -> int:
        query = "SELECT 1 FROM bulk_sections WHERE results IS NOT NULL AND file_id LIKE 'replay-%'"
        return len(self._rows(f"intermediate-{ASKER}", query))

    def _under_way(self) -> int:
        query = "SELECT 1 FROM bulk_sections WHERE results IS NULL AND submission <> x'' AND file_id LIKE 'replay-%'"
        return len(self._rows(f"intermediate-{ASKER}", query))

    def exchanges(self) -> list[Counter[tuple[str, ...]]]:
        """How often each exchange stands at its asker, at the core and at its provider, by both names and number."""
        columns = "SELECT inquirer, provider, exchange_number FROM"
        places: list[Counter[tuple[str, ...]]] = [
            Counter(),
            Counter(self._rows(CORE, f"{columns} exchanges")),
            Counter(),
        ]
        for body in BODIES:
            own = self._rows(f"intermediate-{body}", f"{columns} recorded_exchanges")
            places[0].update(one for one in own if one[0] == body)
            places[2].update(one for one in own if one[1] == body)
        return places

    def expected_exchanges(self) -> Counter[tuple[str, str]]:
        """Every inquiry once, by asker and provider, and one of each pair that every worker made at each start."""
        expected = Counter((str(asking), str(one)) for asking in ASKING for one in asked_by(asking))
        for pair in expected:
            expected[pair] = WORKERS * self.starts
        for asking, file in files_of(1, self.inquiries, PEOPLE, 1):
            expected.update((str(asking), str(line.request.provider)) for line in file.lines)
        return expected


def by_pair(numbers: Counter[tuple[str, ...]]) -> Counter[tuple[str, str]]:
    """Return how many exchanges there are of each asker with each provider."""
    found: Counter[tuple[str, str]] = Counter()
    for (asking, provider, _number), times in numbers.items():
        found[asking, provider] += times
    return found
