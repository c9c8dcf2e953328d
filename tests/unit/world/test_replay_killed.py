"""A replay of two workers, killed at random instants on its way, goes on and leaves every exchange once at every place.

The instants are drawn from the seed that names the test, spread over the whole replay; the soak `replay_kills` draws as
many as one likes. What the disk has when a machine loses its power is SQLite's part (`synchronous=FULL`) and
is not shown here.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from mizuhiki.world.replay.mix import KINDS, PROCEDURES, draw
from support.killed_replay import KilledReplay, by_pair, instants

INQUIRIES, KILLS = 300, 5


@pytest.mark.requirement("R-026", "R-230")
@pytest.mark.parametrize("seed", ["one"])
def test_a_replay_killed_at_random_instants_loses_and_doubles_nothing(tmp_path: Path, seed: str) -> None:
    replay = KilledReplay(tmp_path, INQUIRIES)
    for instant in instants(seed, KILLS, replay.sections):
        replay.kill_at(instant)
    answered = [one.answered for one in replay.found]
    assert answered == sorted(answered), "what was answered stays answered"
    assert answered[-1] < replay.sections
    assert any(one.under_way for one in replay.found), "a kill came in the middle of a section"
    report = replay.finish()
    assert report["resumed"] is True
    assert sum(report["outcomes"].values()) == INQUIRIES
    assert set(report["outcomes"]) <= {"provided", "no-data"}
    assert (report["lost"], report["doubled"], report["unreconciled"]) == (0, 0, 0)
    at_asker, at_core, at_provider = replay.exchanges()
    assert at_asker == at_core == at_provider
    assert set(at_core.values()) == {1}
    assert by_pair(at_core) == replay.expected_exchanges()


def test_the_mix_follows_the_published_weights() -> None:
    drawn = [draw((i + 0.5) / 1000, (i + 0.5) / 1000) for i in range(1000)]
    tax = sum(one.kind == "local-tax" for one in drawn) / 1000
    child = sum(one.affair == "child-allowance" for one in drawn) / 1000
    assert abs(tax - KINDS["local-tax"] / sum(KINDS.values())) < 0.002
    assert abs(child - 1_118_736 / sum(PROCEDURES.values())) < 0.002
    assert draw(0.9999999, 0.9999999).kind == "resident-record"
