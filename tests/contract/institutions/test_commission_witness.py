"""The contract of the commission's memory of witnessed logs, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from mizuhiki.institutions.commission.store import METADATA
from mizuhiki.institutions.commission.store.sql_witness import SqlLogWitness
from mizuhiki.institutions.commission.store.tables import WITNESSED_HEADS, WITNESSED_LOGS
from mizuhiki.ledger.verify import COMMISSION
from mizuhiki.ledger.witness import LogForked
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.directory import Directory
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.wire.commission.v1 import CheckpointSubmission
from support.databases import database_of
from support.environment import keystore_of, make_directory_entry
from unit.ledger.kit import ALICE, AT, BOB, CAROL, ORIGIN, World

CORE, WITNESS = InstitutionId("linkage-core"), InstitutionId("commission")

database = database_of(METADATA)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "log.db")
    world.append(ALICE, 1, 2)
    world.append(BOB, 3)
    yield world
    world.close()


def witness_of(database: Database, world: World) -> SqlLogWitness:
    """The commission's witness as a process finds it that was just started."""
    entry = msgspec.structs.replace(make_directory_entry(CORE), checkpoint_key=world.log_signer.public_key)
    return SqlLogWitness(database, WITNESS, keystore_of(WITNESS), Directory([entry]))


def submitted(world: World) -> CheckpointSubmission:
    """What the log grew by, which its own witness, that remembers in memory, then knows."""
    world.ledger.checkpoint(world.submit)
    return world.submissions[-1]


def stored_heads(database: Database) -> dict[bytes, tuple[int, bytes]]:
    with database.read() as connection:
        rows = connection.execute(sa.select(WITNESSED_HEADS).where(WITNESSED_HEADS.c.origin == f"{ORIGIN}/2019"))
        return {bytes(row.index_key): (row.entry_count, bytes(row.head)) for row in rows}


def known_heads(world: World) -> dict[bytes, tuple[int, bytes]]:
    return {key: (head.count, head.head) for key, head in world.state.heads(f"{ORIGIN}/2019")}


@pytest.mark.requirement("R-026")
def test_new_and_changed_heads_are_those_that_a_memory_keeps_and_outlive_the_process(
    database: Database, world: World
) -> None:
    for persons in ((), (ALICE, CAROL), (BOB,), ()):
        for person in persons:
            world.append(person, 7)
        line = witness_of(database, world).cosign(submitted(world), institution=CORE, now=AT)
        assert line.split()[1] == COMMISSION
        assert stored_heads(database) == known_heads(world)
    assert sorted(count for count, _ in stored_heads(database).values()) == [1, 2, 3]
    with database.read() as connection:
        [log] = connection.execute(sa.select(WITNESSED_LOGS)).all()
    known = world.state.log(f"{ORIGIN}/2019")
    assert known is not None
    assert (log.previous_size, log.size, bytes(log.root)) == (known.previous_size, known.size, known.root)
    assert (log.checkpoint, log.cosigned_at) == (world.submissions[-1].checkpoint, AT)


def test_nothing_is_kept_of_what_is_refused(database: Database, world: World) -> None:
    witness = witness_of(database, world)
    witness.cosign(submitted(world), institution=CORE, now=AT)
    before = stored_heads(database)
    world.append(ALICE, 8)
    false = msgspec.structs.replace(submitted(world), checkpoint=world.submissions[0].checkpoint)
    with pytest.raises(LogForked):
        witness.cosign(false, institution=CORE, now=AT)
    assert stored_heads(database) == before
    witness.cosign(world.submissions[-1], institution=CORE, now=AT)
    assert stored_heads(database) == known_heads(world)
