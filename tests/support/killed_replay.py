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
from support import replay_instants
from support.replay_instants import INSTANT

WORKERS, SECTION = 2, 10
ASKER, PROVIDER, CORE = "municipality-452025", "municipality-131032", "linkage-core"
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
        return self.inquiries // SECTION

    def _start(self, instant: int) -> subprocess.Popen[bytes]:
        self.starts += 1
        sizes = (f"--inquiries={self.inquiries}", f"--section-size={SECTION}", "--population=20", "--floor-rounds=1")
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

    def exchanges(self) -> list[Counter[str]]:
        """How often each exchange number between the two cities stands at the asker, the core and the provider."""
        at_server = "SELECT exchange_number FROM recorded_exchanges WHERE inquirer = ? AND provider = ?"
        at_core = "SELECT exchange_number FROM exchanges WHERE inquirer = ? AND provider = ?"
        places = ((f"intermediate-{ASKER}", at_server), (CORE, at_core), (f"intermediate-{PROVIDER}", at_server))
        return [Counter(number for (number,) in self._rows(place, query, ASKER, PROVIDER)) for place, query in places]

    def expected_exchanges(self) -> int:
        """Every inquiry once, and one that every worker made at each start before its clock."""
        return self.inquiries + WORKERS * self.starts
