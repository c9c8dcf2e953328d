"""The memory that a worker tells is its own and not that of whoever started it."""

from __future__ import annotations

import subprocess
import sys

from mizuhiki.world.replay.memory import largest_memory_mb

TELL = "from mizuhiki.world.replay.memory import largest_memory_mb; print(largest_memory_mb())"


def test_a_program_tells_its_own_memory_and_not_that_of_the_program_that_started_it() -> None:
    held = bytearray(400 * 1024 * 1024)
    held[::4096] = b"x" * len(held[::4096])
    assert largest_memory_mb() >= 400
    told = subprocess.run([sys.executable, "-c", TELL], check=True, capture_output=True, text=True)
    assert 5 < int(told.stdout) < 300
