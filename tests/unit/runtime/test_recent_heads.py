"""Heads in memory and in their table are together the heads of all leaves, whoever wrote them and whatever failed."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from mizuhiki.ledger.leaf import PersonHead
from mizuhiki.ledger.tree import Frontier
from mizuhiki.runtime.database import DatabaseUnavailable
from mizuhiki.runtime.ledger_store import Ledger, LedgerRecord
from mizuhiki.runtime.recent_heads import LogState, NewestLeaf, RecentHeads
from unit.ledger.kit import ALICE, AT, BOB, CAROL, Record, World

PEOPLE = (ALICE, BOB, CAROL)
LIMIT = 4


class TakenBack(Exception):
    """The transaction ends without its leaves."""


def rows_of(world: World) -> int:
    with world.database.read() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(world.tables.heads)).scalar_one())


def append(world: World, ledger: Ledger, people: list[bytes], number: int = 1) -> None:
    with world.database.write() as connection:
        ledger.append_many(connection, [LedgerRecord(person, Record("exchange", number), AT) for person in people])


def append_in_vain(world: World, ledger: Ledger, person: bytes, times: int) -> None:
    with world.database.write() as connection:
        for _ in range(times):
            ledger.append(connection, person=person, entry=Record("exchange", -1), at=AT)
        raise TakenBack


def numbers_of(ledger: Ledger, person: bytes) -> list[int]:
    return [json.loads(one.entry)["number"] for one in ledger.entries_of(person)][::-1]


class TwoProcesses(RuleBasedStateMachine):
    """Two processes write one log; each keeps heads of its own. What is expected is a list for each person."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.world = World(Path(self.folder.name) / "log.db", recent_leaves=LIMIT)
        self.ledgers = [self.world.ledger, self.world.reopened()]
        self.expected: dict[bytes, list[int]] = {person: [] for person in PEOPLE}
        self.count = 0

    def teardown(self) -> None:
        self.world.close()
        self.folder.cleanup()

    @rule(process=st.integers(0, 1), people=st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=6))
    def entries_are_appended(self, process: int, people: list[bytes]) -> None:
        self.count += 1
        append(self.world, self.ledgers[process], people, self.count)
        for person in people:
            self.expected[person].append(self.count)

    @rule(process=st.integers(0, 1), person=st.sampled_from(PEOPLE), times=st.integers(1, 6))
    def a_transaction_fails(self, process: int, person: bytes, times: int) -> None:
        with pytest.raises(TakenBack):
            append_in_vain(self.world, self.ledgers[process], person, times)

    @rule(process=st.integers(0, 1))
    def a_checkpoint_is_signed(self, process: int) -> None:
        self.ledgers[process].checkpoint(self.world.submit)

    @rule(process=st.integers(0, 1))
    def a_process_starts_again(self, process: int) -> None:
        self.ledgers[process] = self.world.reopened()

    @invariant()
    def everybody_has_their_entries(self) -> None:
        for ledger in self.ledgers:
            assert {person: numbers_of(ledger, person) for person in PEOPLE} == self.expected
            ledger.check()
        with self.world.database.read() as connection:
            known = {person: self.ledgers[0].knows(connection, person) for person in PEOPLE}
        assert known == {person: bool(entries) for person, entries in self.expected.items()}


TestTwoProcesses = TwoProcesses.TestCase
TestTwoProcesses.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "log.db", recent_leaves=LIMIT)


def test_heads_are_written_once_enough_leaves_wait(world: World) -> None:
    append(world, world.ledger, [ALICE, BOB, ALICE])
    assert rows_of(world) == 0
    append(world, world.ledger, [ALICE])
    assert rows_of(world) == 2
    append(world, world.ledger, [CAROL])
    assert rows_of(world) == 2


def test_heads_written_in_a_transaction_that_fails_are_not_taken_for_written(world: World) -> None:
    append(world, world.ledger, [ALICE, BOB])
    with pytest.raises(TakenBack):
        append_in_vain(world, world.ledger, ALICE, LIMIT)
    assert rows_of(world) == 0
    append(world, world.ledger, [BOB, ALICE], 2)
    assert (numbers_of(world.ledger, ALICE), numbers_of(world.ledger, BOB)) == ([1, 2], [1, 2])
    assert rows_of(world) == 2
    world.ledger.check()


@pytest.mark.parametrize("appended", [1, 2, 3], ids=["fewer", "as-many", "more"])
def test_leaves_of_a_transaction_that_failed_are_forgotten(tmp_path: Path, appended: int) -> None:
    world = World(tmp_path / "log.db")
    other = world.reopened()
    append(world, world.ledger, [ALICE])
    with pytest.raises(TakenBack):
        append_in_vain(world, world.ledger, ALICE, 2)
    append(world, other, [BOB] * appended, 2)
    append(world, world.ledger, [ALICE, BOB], 3)
    assert numbers_of(world.ledger, ALICE) == [1, 3]
    assert [one.sequence for one in world.ledger.entries_of(ALICE)] == [2, 1]
    world.ledger.check()
    world.close()


def test_memory_holds_no_heads_that_another_process_wrote(world: World) -> None:
    mine = RecentHeads(world.tables, AT.year)

    def follow() -> int:
        with world.database.write() as connection:
            log = connection.execute(sa.select(world.tables.logs)).one()
            mine.follow(connection, LogState(Frontier(log.size, log.frontier), log.heads_written))
        return len(mine)

    append(world, world.ledger, [ALICE, BOB, CAROL])
    assert follow() == 3
    append(world, world.ledger, [ALICE, b"dora"])
    append(world, world.ledger, [b"emil"])
    assert follow() == 1


def test_what_is_in_memory_is_not_read_again(world: World) -> None:
    statements: list[str] = []
    append(world, world.ledger, [ALICE])
    with world.database.write() as connection:
        sa.event.listen(connection, "before_cursor_execute", lambda *given: statements.append(given[2]))
        world.ledger.append(connection, person=BOB, entry=Record("exchange", 2), at=AT)
    assert not [one for one in statements if "FROM record_leaves" in one]


def test_a_process_that_comes_late_reads_what_it_missed(world: World) -> None:
    late = world.reopened()
    append(world, late, [ALICE])
    for number in range(2, 12):
        append(world, world.ledger, [ALICE, BOB], number)
    append(world, late, [ALICE, CAROL], 12)
    assert numbers_of(late, ALICE) == list(range(1, 13))
    world.ledger.check()


def test_maps_of_earlier_checkpoints_leave_recent_leaves_out(world: World) -> None:
    append(world, world.ledger, [ALICE])
    world.ledger.checkpoint(world.submit)
    append(world, world.ledger, [ALICE, BOB], 2)
    bundle = world.reopened().bundle(ALICE)
    assert [json.loads(entry.entry)["number"] for entry in bundle.shards[0].entries] == [1]


def test_a_map_from_before_heads_were_written_is_read_in_one_pass(world: World) -> None:
    """The table tells of later leaves; a head at the checkpoint is the one before its chain's first leaf after it."""
    append(world, world.ledger, [ALICE, BOB, ALICE])
    world.ledger.checkpoint(world.submit)
    known = {person: world.ledger.bundle(person).shards[0].person for person in (ALICE, BOB, CAROL)}
    append(world, world.ledger, [CAROL, ALICE, CAROL, ALICE, ALICE], 2)
    append(world, world.ledger, [BOB], 3)
    assert rows_of(world) == 3
    statements: list[str] = []
    reopened = world.reopened()

    def note(*given: Any) -> None:
        statements.append(given[2])

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        assert {person: reopened.bundle(person).shards[0].person for person in known} == known
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    walked = [one for one in statements if "RECURSIVE" in one]
    assert len(walked) == len(known)  # the chain that each bundle is about, and none for the map


def test_who_lost_the_turn_changes_nothing_in_memory(world: World) -> None:
    """As where a server of PostgreSQL ends a connection: its lock is another's before it knows."""
    append(world, world.ledger, [ALICE])
    mine = RecentHeads(world.tables, AT.year)
    with world.database.read() as lost:
        log = lost.execute(sa.select(world.tables.logs)).one()
        state = LogState(Frontier(log.size, log.frontier), log.heads_written)
        mine.follow(lost, state)
    with world.database.write() as writer:
        mine.follow(writer, state)
        invented = {BOB: NewestLeaf(PersonHead(1, bytes(32)), 7)}
        with pytest.raises(DatabaseUnavailable):
            mine.appended(lost, invented, state.frontier, bytes(32), LIMIT)
        assert mine.of(writer, [BOB]) == {}
        assert mine.appended(writer, invented, state.frontier, bytes(32), LIMIT) == 0
        assert mine.of(writer, [BOB]) == invented
