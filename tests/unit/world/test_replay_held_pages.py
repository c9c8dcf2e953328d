"""A replay holds what its databases have before the clock starts, and only where that was asked for (decision 104)."""

from __future__ import annotations

from dataclasses import replace
from mmap import PAGESIZE
from pathlib import Path

import pytest

from mizuhiki.runtime.held_pages import PagesNotHeld
from mizuhiki.vocabulary.ids import intermediate_server_of
from mizuhiki.world.replay import ReplaySettings
from mizuhiki.world.replay.bodies import BODIES
from mizuhiki.world.replay.run import Replay


def locked() -> int:
    """Return the bytes that the system says this process has locked (proc(5), VmLck)."""
    [line] = [one for one in Path("/proc/self/status").read_text().splitlines() if one.startswith("VmLck:")]
    return int(line.split()[1]) * 1024


def test_pages_are_held_for_a_replay_that_asks_for_it(tmp_path: Path) -> None:
    settings = ReplaySettings(inquiries=1, population=3, data=tmp_path)
    one = Replay(settings)
    one.prepare()
    one.warm_up()
    one.close()  # the last connection of a file moves what its log has into it
    before = locked()
    again = Replay(settings)
    assert (again.hold_pages(), locked()) == (0, before)
    again.close()
    holding = Replay(replace(settings, hold_pages=True))
    try:
        held = holding.hold_pages()
        sizes = {path.parent.name: path.stat().st_size for path in tmp_path.glob("*/institution.sqlite")}
        assert set(BODIES).isdisjoint(sizes), "a replay asks servers and not town halls"
        assert len(sizes) == 7
        assert held == sum(size // PAGESIZE * PAGESIZE for size in sizes.values()) == locked() - before > 0
    finally:
        holding.close()
    assert locked() == before


def test_a_file_that_cannot_be_held_is_an_error_and_nothing_stays_locked(tmp_path: Path) -> None:
    settings = ReplaySettings(inquiries=1, population=3, data=tmp_path, hold_pages=True)
    first = Replay(settings)
    first.prepare()
    first.warm_up()
    first.close()
    (tmp_path / intermediate_server_of(BODIES[-1]) / "institution.sqlite").unlink()
    before = locked()
    one = Replay(settings)
    with pytest.raises(PagesNotHeld):
        one.hold_pages()
    assert locked() > before, "the others were held before the last was looked for"
    one.close()
    assert locked() == before
