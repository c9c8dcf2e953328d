"""Numbering of a population: rate, memory, growth, and the ratio to random numbers with a unique index.

Each size runs as the command a person would type, in a process of its own, so that its peak memory is its own. The
alternative draws random digits and lets a UNIQUE index of SQLite refuse what was drawn before; it is measured in the
same run on its best ground (one process, one commit, no journal, a tenth of the rows).

``MIZUHIKI_BENCH_ROWS=127707259`` adds a run of that size; without it the largest has 10^7 rows.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from benchmarks.measurement import Measurement, per_second
from mizuhiki.crypto.randomness import SystemRandomness
from mizuhiki.vocabulary.numbers import individual_number_check_digit

SIZES = (10**6, 10**7)
DRAWN = 10**6
POPULATION = 127_707_259
LEAST_RATE = POPULATION / 60
BODIES = 10**11


def run() -> Iterator[Measurement]:
    """Measure every size and the alternative."""
    extra = os.environ.get("MIZUHIKI_BENCH_ROWS")
    sizes = (*SIZES, int(extra)) if extra else SIZES
    seconds: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            done = _number(Path(folder) / f"run-{size}", size)
            seconds.append(float(done["seconds"]))
            rate = size / seconds[-1]
            target = LEAST_RATE if size > SIZES[0] else None
            yield Measurement(f"{size:,} numbers, on disk", rate, "numbers/s", target)
            yield Measurement(f"{size:,} numbers, peak memory", float(done["peak_memory_mib"]), "MiB")
            verified = size / float(done["verification_seconds"])
            yield Measurement(f"{size:,} numbers, verified", verified, "numbers/s")
        timed = list(zip(sizes, seconds, strict=True))
        for (small, before), (large, after) in pairwise(timed):
            growth = (after / before) / (large / small)
            yield Measurement(f"time per number, {large:,} over {small:,}", growth, "times")
        drawn = per_second(lambda: _draw_unique(Path(folder)), repeats=1)
    yield Measurement(f"drawn at random with a unique index, {DRAWN:,}", drawn, "numbers/s")
    yield Measurement("bulk numbering over that", sizes[-1] / seconds[-1] / drawn, "times")


def _number(folder: Path, size: int) -> dict[str, float]:
    folder.mkdir()
    codes = folder / "codes.npy"
    command = [sys.executable, "-m", "mizuhiki", "number"]
    subprocess.run(  # noqa: S603 - our own command
        [*command, "codes", "--count", str(size), "--out", str(codes), "--json"], check=True, stdout=subprocess.DEVNULL
    )
    ended = subprocess.run(  # noqa: S603 - our own command
        [
            *command,
            "bulk",
            "--codes",
            str(codes),
            "--out",
            str(folder / "out"),
            "--throwaway-key",
            "--verify",
            "--json",
        ],
        check=True,
        capture_output=True,
    )
    done: dict[str, float] = json.loads(ended.stdout)
    for path in (codes, *(folder / "out").iterdir()):
        path.unlink()
    return done


def _draw_unique(folder: Path) -> int:
    randomness = SystemRandomness()
    connection = sqlite3.connect(folder / "numbers.sqlite")
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("CREATE TABLE number (digits TEXT PRIMARY KEY) STRICT, WITHOUT ROWID")
    stored = 0
    with connection:
        while stored < DRAWN:
            body = f"{randomness.below(BODIES):011d}"
            row = (body + individual_number_check_digit(body),)
            stored += connection.execute("INSERT OR IGNORE INTO number VALUES (?)", row).rowcount
    connection.close()
    return stored
