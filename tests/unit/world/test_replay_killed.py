"""A replay that is killed on its way, twice, goes on and leaves every exchange once at every place.

What the disk has when a machine loses its power is SQLite's part (`synchronous=FULL`) and is not shown here.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.world.replay.mix import KINDS, PROCEDURES, draw

INQUIRIES, SECTION = 300, 10
COMMAND = (
    "exchange",
    "replay",
    "--json",
    "--workers=1",
    "--population=20",
    "--floor-rounds=5",
    "--proof-share=0.3",
    f"--inquiries={INQUIRIES}",
    f"--section-size={SECTION}",
)
ASKER = "intermediate-municipality-452025"


def start(data: Path) -> subprocess.Popen[bytes]:
    program = "from mizuhiki.cli import main; main()"
    return subprocess.Popen(
        [sys.executable, "-c", program, *COMMAND, f"--data={data}"],
        stdout=subprocess.PIPE,
        start_new_session=True,
    )


def answered_sections(data: Path) -> int:
    path = data / ASKER / "institution.sqlite"
    if not path.exists():
        return 0
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)
    try:
        query = "SELECT count(*) FROM bulk_sections WHERE results IS NOT NULL AND file_id LIKE 'replay-%'"
        return int(connection.execute(query).fetchone()[0])
    except sqlite3.OperationalError:
        return 0  # its tables are not made yet
    finally:
        connection.close()


@pytest.mark.requirement("R-026", "R-230")
def test_a_replay_killed_twice_loses_and_doubles_nothing(tmp_path: Path) -> None:
    chosen = SeededRandomness(b"where the power fails; the same places in every run")
    sections = INQUIRIES // SECTION
    for least in (1 + chosen.below(sections // 4), sections // 3 + chosen.below(sections // 4)):
        run = start(tmp_path)
        try:
            while answered_sections(tmp_path) < least and run.poll() is None:
                pass
        finally:
            os.killpg(run.pid, signal.SIGKILL)
            run.communicate()
        assert least <= answered_sections(tmp_path) < sections
    last = start(tmp_path)
    output, _ = last.communicate()
    report = msgspec.json.decode(output)
    assert last.returncode == 0
    assert report["resumed"] is True
    assert sum(report["outcomes"].values()) == INQUIRIES
    assert set(report["outcomes"]) <= {"provided", "no-data"}
    assert (report["lost"], report["doubled"], report["unreconciled"]) == (0, 0, 0)


def test_the_mix_follows_the_published_weights() -> None:
    drawn = [draw((i + 0.5) / 1000, (i + 0.5) / 1000) for i in range(1000)]
    tax = sum(one.kind == "local-tax" for one in drawn) / 1000
    child = sum(one.affair == "child-allowance" for one in drawn) / 1000
    assert abs(tax - KINDS["local-tax"] / sum(KINDS.values())) < 0.002
    assert abs(child - 1_118_736 / sum(PROCEDURES.values())) < 0.002
    assert draw(0.9999999, 0.9999999).kind == "resident-record"
