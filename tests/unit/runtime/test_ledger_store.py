"""The stored ledger: appends with the caller's transaction, checkpoints that survive any crash, pages and bundles."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Never

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from mizuhiki.ledger.bundle import Bundle
from mizuhiki.ledger.checkpoint import CosignatureNotValid, cosign, parse_checkpoint
from mizuhiki.ledger.leaf import SEALED_INDEX_KEY
from mizuhiki.ledger.tree import root_of
from mizuhiki.ledger.verify import COMMISSION, CosignatureMissing, Verdict, verify
from mizuhiki.ledger.witness import LogForked, LogRolledBack
from mizuhiki.runtime.database import in_transaction
from mizuhiki.runtime.ledger_reader import LedgerDamaged, NoCheckpointYet
from mizuhiki.runtime.ledger_store import (
    AppendToErasedShard,
    LedgerRecord,
    SealedEntryUnknown,
    SealWithoutPerson,
)
from mizuhiki.runtime.ledger_tables import LOWEST_STORED
from mizuhiki.runtime.recent_heads import RECENT_LEAVES
from mizuhiki.wire.commission.v1 import CheckpointSubmission
from unit.ledger.kit import ALICE, AT, BOB, CAROL, ORIGIN, KeySigner, Record, World


class Killed(BaseException):
    """The process dies here."""


@pytest.fixture(params=[1, 3, RECENT_LEAVES], ids=["written-at-once", "written-at-times", "written-late"])
def world(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    """A log whose heads are written to their table with every leaf, with every third, or not yet."""
    world = World(tmp_path / "log.db", recent_leaves=request.param)
    yield world
    world.close()


@pytest.fixture
def written(tmp_path: Path) -> Iterator[World]:
    """A log whose heads are all in their table."""
    world = World(tmp_path / "written.db", recent_leaves=1)
    yield world
    world.close()


@pytest.fixture
def keys(world: World) -> dict[str, bytes]:
    return {ORIGIN: world.log_signer.public_key, COMMISSION: world.witness_signer.public_key}


def verdict(world: World, person: bytes, keys: dict[str, bytes]) -> Verdict:
    return verify(world.ledger.bundle(person).to_json(), keys)


@pytest.mark.requirement("R-026")
@pytest.mark.requirement("R-033")
@pytest.mark.requirement("R-274")
def test_every_entry_of_a_person_is_in_their_bundle_and_nobody_elses(world: World, keys: dict[str, bytes]) -> None:
    world.append(ALICE, 1, 2)
    world.append(BOB, 3)
    world.append(ALICE, 4)
    world.ledger.checkpoint(world.submit)
    shard = world.ledger.bundle(ALICE).shards[0]
    assert [json.loads(entry.entry)["number"] for entry in shard.entries] == [1, 2, 4]
    assert verdict(world, ALICE, keys).entries == 3
    assert verdict(world, BOB, keys).entries == 1
    assert verdict(world, CAROL, keys).entries == 0
    world.ledger.check()


def test_an_entry_is_there_exactly_when_the_callers_transaction_commits(world: World) -> Never:
    def fail_after_appending() -> None:
        with world.database.write() as connection:
            world.ledger.append(connection, person=ALICE, entry=Record("exchange", 1), at=AT)
            raise Killed

    with pytest.raises(Killed):
        fail_after_appending()
    assert (world.ledger.size(), world.ledger.entries_of(ALICE)) == (0, [])
    world.append(ALICE, 2)
    assert [json.loads(entry.entry)["number"] for entry in world.ledger.entries_of(ALICE)] == [2]
    world.ledger.checkpoint(world.submit)
    world.ledger.check()


def test_appending_one_by_one_and_many_at_once_build_the_same_chains(world: World) -> None:
    world.append(ALICE, 1, 2, 3)
    with world.database.write() as connection:
        records = [LedgerRecord(person, Record("exchange", n), AT) for n, person in enumerate([ALICE, BOB, ALICE], 4)]
        assert world.ledger.append_many(connection, records) == [3, 4, 5]
    assert [entry.sequence for entry in world.ledger.entries_of(ALICE)] == [5, 4, 3, 2, 1]
    world.ledger.check()


def test_without_growth_no_further_checkpoint_is_made(world: World) -> None:
    world.append(ALICE, 1)
    assert world.ledger.checkpoint(world.submit) == 1
    assert world.ledger.checkpoint(world.submit) == 0
    assert world.ledger.size() == 2


def test_an_empty_log_proves_that_there_is_nothing(world: World, keys: dict[str, bytes]) -> None:
    with pytest.raises(NoCheckpointYet):
        world.ledger.bundle(ALICE)
    world.ledger.checkpoint(world.submit)
    assert verdict(world, ALICE, keys).entries == 0


def test_the_witness_is_called_outside_any_transaction(world: World) -> None:
    world.append(ALICE, 1)

    def submit(submission: CheckpointSubmission) -> str:
        assert not in_transaction()
        return world.submit(submission)

    world.ledger.checkpoint(submit)


def test_a_bundle_stays_at_the_last_cosigned_checkpoint_while_the_witness_is_away(
    world: World, keys: dict[str, bytes]
) -> None:
    world.append(ALICE, 1)
    world.ledger.checkpoint(world.submit)
    world.append(ALICE, 2)
    world.append(BOB, 3)
    world.ledger.checkpoint()
    assert verdict(world, ALICE, keys).entries == 1
    assert verdict(world, BOB, keys).entries == 0
    world.ledger = world.reopened()
    assert verdict(world, ALICE, keys).entries == 1
    world.append(ALICE, 4)
    assert world.ledger.checkpoint(world.submit) == 2
    assert verdict(world, ALICE, keys).entries == 3


def test_a_log_that_was_never_cosigned_does_not_verify(world: World, keys: dict[str, bytes]) -> None:
    world.append(ALICE, 1)
    world.ledger.checkpoint()
    with pytest.raises(CosignatureMissing):
        verdict(world, ALICE, keys)


@pytest.mark.parametrize("after", ["append", "signing", "witness-before", "witness-after", "storing"])
def test_a_log_killed_at_any_step_goes_on(
    world: World, keys: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    world.append(ALICE, 1)
    world.ledger.checkpoint(world.submit)
    world.append(ALICE, 2)
    world.append(BOB, 3)

    def die(*_: object, **__: object) -> Never:
        raise Killed

    def die_after_the_witness(submission: CheckpointSubmission) -> Never:
        world.submit(submission)
        raise Killed

    if after == "signing":
        monkeypatch.setattr(world.ledger._tables.checkpoints, "insert", die)
    elif after == "storing":
        monkeypatch.setattr(world.ledger, "_store_cosignature", die)
    if after != "append":
        submit = {"witness-before": die, "witness-after": die_after_the_witness}.get(after, world.submit)
        with pytest.raises(Killed):
            world.ledger.checkpoint(submit)
    monkeypatch.undo()
    world.ledger = world.reopened()
    world.append(BOB, 4)
    world.ledger.checkpoint(world.submit)
    assert verdict(world, ALICE, keys).entries == 2
    assert verdict(world, BOB, keys).entries == 2
    world.ledger.check()


def test_a_restored_older_database_is_refused_by_the_witness(world: World, tmp_path: Path) -> None:
    world.append(ALICE, 1)
    world.ledger.checkpoint(world.submit)
    with world.database.write() as connection:
        connection.execute(sa.text("SELECT 1"))
    world.database.dispose()
    backup = (tmp_path / "log.db").read_bytes()
    world.append(ALICE, 2)
    world.ledger.checkpoint(world.submit)
    world.database.dispose()
    for extra in ("-wal", "-shm"):
        (tmp_path / f"log.db{extra}").unlink(missing_ok=True)
    (tmp_path / "log.db").write_bytes(backup)
    world.ledger = world.reopened()
    world.append(BOB, 3)
    with pytest.raises(LogForked):
        world.ledger.checkpoint(world.submit)
    world.ledger = world.reopened()
    world.append(BOB, 4)
    with pytest.raises((LogForked, LogRolledBack)):
        world.ledger.checkpoint(world.submit)


def test_a_cosignature_that_does_not_verify_is_not_stored(world: World) -> None:
    world.append(ALICE, 1)

    def forge(submission: CheckpointSubmission) -> str:
        checkpoint, _ = parse_checkpoint(submission.checkpoint)
        return cosign(checkpoint, name=COMMISSION, signer=KeySigner(9), at=AT)

    with pytest.raises(CosignatureNotValid):
        world.ledger.checkpoint(forge)
    assert world.ledger.checkpoint(world.submit) == 1


def test_further_witnesses_catch_up_from_the_beginning(world: World) -> None:
    world.append(ALICE, 1)
    world.ledger.checkpoint(world.submit)
    world.append(ALICE, 2)
    world.ledger.checkpoint(world.submit)
    seen = []

    def second(submission: CheckpointSubmission) -> str:
        seen.append(submission.old_size)
        checkpoint, _ = parse_checkpoint(submission.checkpoint)
        return cosign(checkpoint, name="example.org/w", signer=KeySigner(9), at=AT)

    assert world.ledger.checkpoint(second, witness="example.org/w") == 2
    assert seen == [0, 2]


def test_each_year_is_a_log_of_its_own(world: World, keys: dict[str, bytes]) -> None:
    new_year_in_japan = datetime(2019, 12, 31, 15, 0, tzinfo=UTC)
    world.append(ALICE, 1)
    world.append(ALICE, 2, at=new_year_in_japan - timedelta(microseconds=1))
    world.append(ALICE, 3, at=new_year_in_japan)
    world.clock.set(new_year_in_japan)
    world.ledger.checkpoint(world.submit)
    first, second = world.ledger.bundle(ALICE).shards
    assert [(shard.shard, len(shard.entries)) for shard in (first, second)] == [(2019, 2), (2020, 1)]
    assert first.index_key != second.index_key
    assert verdict(world, ALICE, keys).origins == (f"{ORIGIN}/2019", f"{ORIGIN}/2020")


@pytest.mark.requirement("R-026")
def test_a_sealed_entry_does_not_betray_its_person_and_enters_their_chain_when_due(
    world: World, keys: dict[str, bytes]
) -> None:
    due = date(2020, 3, 1)
    position = world.append(ALICE, 1, sealed_until=due)[0]
    world.append(None, 2)
    world.ledger.checkpoint(world.submit)
    before = verdict(world, ALICE, keys)
    assert (before.entries, before.sealed) == (0, 2)
    assert world.ledger.entries_of(ALICE) == []
    assert {leaf.index_key for leaf in world.submissions[0].leaves} == {SEALED_INDEX_KEY}
    with world.database.write() as connection:
        assert world.ledger.open_due(connection, day=due - timedelta(days=1), at=AT) == 0
        assert world.ledger.open_due(connection, day=due, at=AT) == 1
        assert world.ledger.open_due(connection, day=due, at=AT) == 0
        with pytest.raises(SealedEntryUnknown):
            world.ledger.open_sealed(connection, shard=2019, position=position, at=AT)
    world.ledger.checkpoint(world.submit)
    after = verdict(world, ALICE, keys)
    assert (after.entries, after.sealed) == (1, 2)
    assert [json.loads(entry.entry)["number"] for entry in world.ledger.entries_of(ALICE)] == [1]
    world.ledger.check()


def test_nothing_about_nobody_can_be_sealed_until_a_day(world: World) -> None:
    with pytest.raises(SealWithoutPerson):
        world.append(None, 1, sealed_until=date(2020, 1, 1))


def test_erasing_a_year_removes_the_entries_and_keeps_the_tree_and_old_bundles(
    world: World, keys: dict[str, bytes]
) -> None:
    world.append(ALICE, 1)
    world.ledger.checkpoint(world.submit)
    kept = world.ledger.bundle(ALICE).to_json()
    later = datetime(2027, 4, 1, tzinfo=UTC)
    world.clock.set(later)
    for _ in range(2):
        with world.database.write() as connection:
            world.ledger.erase_shard(connection, 2019, at=later)
    leaves = world.tables.leaves
    with world.database.read() as connection:
        assert connection.execute(sa.select(leaves.c.entry, leaves.c.entry_key)).all() == [(None, None)] * 2
    world.ledger.checkpoint(world.submit)
    assert [shard.shard for shard in world.ledger.bundle(ALICE).shards] == [2027]
    assert world.ledger.entries_of(ALICE) == []
    assert verify(kept, keys).entries == 1
    with pytest.raises(AppendToErasedShard):
        world.append(ALICE, 2, at=AT)
    world.ledger.check()


@pytest.mark.parametrize("table", ["leaves", "nodes", "checkpoints", "cosignatures", "sealed", "openings", "erasures"])
def test_the_database_itself_refuses_to_change_or_remove_what_was_recorded(world: World, table: str) -> None:
    with world.database.write() as connection:
        world.ledger.append(connection, person=ALICE, entry=Record("x", 1), at=AT, sealed_until=date(2019, 1, 1))
        world.ledger.open_due(connection, day=date(2019, 1, 1), at=AT)
        enough_for_a_stored_node = [LedgerRecord(ALICE, Record("x", n), AT) for n in range(1 << LOWEST_STORED)]
        world.ledger.append_many(connection, enough_for_a_stored_node)
    world.ledger.checkpoint(world.submit)
    with world.database.write() as connection:
        world.ledger.erase_shard(connection, 2019, at=AT)
    target = getattr(world.tables, table)
    for statement in (target.delete(), target.update().values(shard=1)):
        with pytest.raises(IntegrityError), world.database.write() as connection:
            connection.execute(statement)


@pytest.mark.parametrize(
    ("statement", "part"),
    [
        ("UPDATE record_leaves SET entry = '{}' WHERE position = 0", "entry"),
        ("UPDATE record_leaves SET entry_commitment = zeroblob(32), entry = NULL WHERE position = 1", "leaf"),
        ("UPDATE record_leaves SET sequence = 9 WHERE position = 1", "chain"),
        ("UPDATE record_leaves SET previous_position = NULL WHERE position = 1", "chain"),
        ("DELETE FROM record_leaves WHERE position = 1", "leaf-missing"),
        ("DELETE FROM record_checkpoints", "checkpoint-missing"),
        ("UPDATE record_logs SET heads_written = 4", "heads"),
        ("UPDATE record_logs SET size = 2, frontier = zeroblob(32)", "size"),
    ],
)
def test_a_database_changed_by_hand_is_found(world: World, statement: str, part: str) -> None:
    world.append(ALICE, 1, 2)
    world.ledger.checkpoint(world.submit)
    with world.database.write() as connection:
        for (name,) in connection.execute(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        connection.execute(sa.text(statement))
    with pytest.raises(LedgerDamaged) as caught:
        world.ledger.check()
    assert caught.value.fields["part"] == part


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE record_leaves SET previous_position = NULL WHERE position = 2", "an entry less"),
        ("UPDATE record_leaves SET previous_position = 1 WHERE position = 2", "another person's entry"),
        ("UPDATE record_leaves SET previous_position = 2 WHERE position = 0", "back into itself"),
    ],
)
def test_a_chain_changed_by_hand_gives_no_bundle(
    world: World, keys: dict[str, bytes], statement: str, said: str
) -> None:
    for person in (ALICE, BOB, ALICE):
        world.append(person, 1)
    world.ledger.checkpoint(world.submit)
    with world.database.write() as connection:
        for (name,) in connection.execute(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        connection.execute(sa.text(statement))
    with pytest.raises(LedgerDamaged):
        world.ledger.check()
    if said == "back into itself":  # the same entries are reached, each once
        assert verdict(world, ALICE, keys).entries == 2
        return
    with pytest.raises(LedgerDamaged):
        world.ledger.bundle(ALICE)


@pytest.mark.parametrize("change", [{"last_position": 0}, {"entry_count": 1}, {"head": bytes(32)}])
def test_heads_changed_by_hand_are_found(written: World, change: dict[str, object]) -> None:
    written.append(ALICE, 1, 2)
    with written.database.write() as connection:
        connection.execute(written.tables.heads.update().values(**change))
    with pytest.raises(LedgerDamaged) as caught:
        written.ledger.check()
    assert caught.value.fields["part"] == "heads"


def test_heads_said_to_be_written_that_are_not_are_found(tmp_path: Path) -> None:
    world = World(tmp_path / "log.db")
    world.append(ALICE, 1)
    world.append(BOB, 2)
    with world.database.write() as connection:
        connection.execute(world.tables.logs.update().values(heads_written=1))
    with pytest.raises(LedgerDamaged) as caught:
        world.ledger.check()
    assert caught.value.fields["part"] == "heads"
    world.close()


def test_heads_changed_by_hand_stop_the_next_bundle(written: World) -> None:
    written.append(ALICE, 1)
    written.ledger.checkpoint(written.submit)
    with written.database.write() as connection:
        connection.execute(written.tables.heads.update().values(entry_count=2))
    with pytest.raises(LedgerDamaged):
        written.reopened().bundle(ALICE)


def test_ten_thousand_entries_are_read_in_pages_and_prove_completely(world: World, keys: dict[str, bytes]) -> None:
    records = [LedgerRecord(ALICE, Record("exchange", n), AT + timedelta(days=30 * (n // 5000))) for n in range(10_000)]
    with world.database.write() as connection:
        world.ledger.append_many(connection, records)
    world.ledger.checkpoint(world.submit)
    seen, mark = [], None
    while page := world.ledger.entries_of(ALICE, before=mark, limit=900):
        seen += [json.loads(entry.entry)["number"] for entry in page]
        mark = page[-1].mark
    assert sorted(seen) == list(range(10_000))
    assert {entry.shard for entry in world.ledger.entries_of(ALICE, limit=5001)} == {2020, 2019}
    bundle = world.ledger.bundle(ALICE)
    assert Bundle.from_json(bundle.to_json()) == bundle
    assert verify(bundle.to_json(), keys).entries == 10_000


def test_a_log_behaves_alike_on_both_databases(database_url: str) -> None:
    world = World(database_url)
    keys = {ORIGIN: world.log_signer.public_key, COMMISSION: world.witness_signer.public_key}
    world.append(ALICE, 1, 2)
    world.append(BOB, 3, sealed_until=date(2019, 12, 3))
    world.append(None, 4)
    world.ledger.checkpoint(world.submit)
    assert (verdict(world, ALICE, keys).entries, verdict(world, BOB, keys).entries) == (2, 0)
    with world.database.write() as connection:
        assert world.ledger.open_due(connection, day=date(2019, 12, 3), at=AT) == 1
    world.ledger = world.reopened()
    world.append(ALICE, 5)
    world.ledger.checkpoint(world.submit)
    assert (verdict(world, ALICE, keys).entries, verdict(world, BOB, keys).entries) == (3, 1)
    assert [entry.sequence for entry in world.ledger.entries_of(ALICE, limit=2)] == [3, 2]
    world.ledger.check()
    with pytest.raises(IntegrityError), world.database.write() as connection:
        connection.execute(world.tables.leaves.delete())
    with world.database.write() as connection:
        world.ledger.erase_shard(connection, 2019, at=AT)
    world.ledger.check()
    world.close()


def test_proofs_hold_at_every_size_although_low_nodes_are_not_stored(world: World, keys: dict[str, bytes]) -> None:
    appended = 0
    for step in (1, 2, 12, 1, 17, 3):
        with world.database.write() as connection:
            world.ledger.append_many(connection, [LedgerRecord(ALICE, Record("x", n), AT) for n in range(step)])
        appended += step
        world.ledger.checkpoint(world.submit)
        assert verdict(world, ALICE, keys).entries == appended
    leaves, nodes = world.tables.leaves, world.tables.nodes
    with world.database.read() as connection:
        stored = connection.execute(sa.select(nodes.c.level, nodes.c.number, nodes.c.hash)).all()
        values = list(connection.execute(sa.select(leaves.c.leaf).order_by(leaves.c.position)).scalars())
    assert {level for level, _, _ in stored} == {4, 5}
    for level, number, value in stored:
        assert value == root_of(values[number << level : (number + 1) << level])
