"""The ledger of one institution, kept in its own database (情報提供等記録, 番号法23条; R-026, R-033, R-274).

Appending happens inside the caller's write transaction, so an entry is durable exactly when what it records is. A
checkpoint is made in a transaction of its own and given to the witness after that ended; if the process dies at any
point, the next `checkpoint` goes on: a checkpoint that was signed is stored, one that was not co-signed is submitted
again, and the witness answers a repetition with a co-signature of the same state.

The shard is the calendar year in Japan of the instant an entry is recorded at; each shard is a tree and a map of its
own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from mizuhiki.crypto.digests import KeyedHmac
from mizuhiki.crypto.keystore import SecretKey
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.ledger.bundle import Bundle, NamedKey
from mizuhiki.ledger.checkpoint import (
    Checkpoint,
    CheckpointSigner,
    CosignatureNotValid,
    parse_checkpoint,
    parse_line,
    sign_checkpoint,
    verify_cosignature,
)
from mizuhiki.ledger.leaf import (
    NO_ENTRIES,
    SEALED_INDEX_KEY,
    PersonHead,
    entry_commitment,
    index_commitment,
    leaf_of,
    map_root_leaf,
    next_head,
    person_index,
)
from mizuhiki.ledger.tree import Frontier
from mizuhiki.ledger.verify import COMMISSION
from mizuhiki.runtime.bulk_rows import Row, insert_rows
from mizuhiki.runtime.clock import Clock
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.keyed_rows import change_rows, find_row, insert_row
from mizuhiki.runtime.ledger_reader import LedgerReader, PageMark, RecordedEntry
from mizuhiki.runtime.ledger_tables import LOWEST_STORED, LedgerTables
from mizuhiki.runtime.recent_heads import RECENT_LEAVES, LogState, NewestLeaf, RecentHeads
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.errors import Conflict, Malformed, NotFound
from mizuhiki.wire.commission.v1 import CheckpointSubmission, LeafWitness

__all__ = ["AppendToErasedShard", "Ledger", "LedgerRecord", "PageMark", "RecordedEntry", "SealWithoutPerson"]

_RANDOM_SIZE = 32
_LEAF_COLUMNS = (
    "shard",
    "position",
    "leaf",
    "index_key",
    "sequence",
    "previous_position",
    "previous_head",
    "head",
    "index_nonce",
    "entry_commitment",
    "entry_key",
    "entry",
    "at",
)
_WITNESSED_COLUMNS = ("entry_commitment", "index_nonce", "index_key", "sequence", "previous_head")
_NODE_COLUMNS = ("shard", "level", "number", "hash")
_ENCODER = msgspec.json.Encoder()
_NO_LEAF: tuple[PersonHead, int | None] = (NO_ENTRIES, None)

Submit = Callable[[CheckpointSubmission], str]
"""Gives a submission to the witness and returns its co-signature line."""


class SealWithoutPerson(Malformed):
    """A due day was given for an entry that is about nobody."""

    code = "ledger-seal-without-person"
    title = "Only an entry about a person can be sealed until a day"


class SealedEntryUnknown(NotFound):
    """No such sealed entry, or it was opened already."""

    code = "ledger-sealed-entry-unknown"
    title = "There is no such sealed entry to open"


class AppendToErasedShard(Conflict):
    """The entries of that year were erased; nothing may be added to it."""

    code = "ledger-shard-erased"
    title = "The records of that year were erased"


class LedgerRecord(NamedTuple):
    """One entry to append.

    `person` is the person's pseudonym in this log, None for what is about nobody. `sealed_until` puts the entry into
    the sealed chain; from that day on `open_due` enters it into the person's chain.
    """

    person: bytes | None
    entry: msgspec.Struct
    at: datetime
    sealed_until: date | None = None


class _Leaf(NamedTuple):
    """An entry on its way into one shard: which chain, its JSON bytes, its instant."""

    index_key: bytes
    entry: bytes
    at: datetime


class Ledger:
    """The ledger of one institution.

    `origin` is ``mizuhiki/<institution>`` (`ledger.checkpoint.key_name`); the year is added to it. `index_key` is the
    secret of the person index and must never change. `witness_keys` tells the names and keys of the witnesses from the
    directory; a co-signature under a known name is checked before it is stored.
    """

    def __init__(
        self,
        database: Database,
        *,
        origin: str,
        signer: CheckpointSigner,
        index_key: SecretKey,
        randomness: Randomness,
        clock: Clock,
        tables: LedgerTables,
        witness_keys: Callable[[], Sequence[NamedKey]] = tuple,
        recent_leaves: int = RECENT_LEAVES,
    ) -> None:
        self._database = database
        self._origin = origin
        self._signer = signer
        self._index_code = KeyedHmac(index_key.reveal(), "sha256")
        self._randomness = randomness
        self._clock = clock
        self._tables = tables
        self._witness_keys = witness_keys
        self._reader = LedgerReader(tables)
        self._recent_leaves = recent_leaves
        self._recent: dict[int, RecentHeads] = {}

    # --- appending ---------------------------------------------------------------------------------------------------

    def append(
        self,
        connection: sa.Connection,
        *,
        person: bytes | None,
        entry: msgspec.Struct,
        at: datetime,
        sealed_until: date | None = None,
    ) -> int:
        """Append one entry inside the caller's write transaction and return its leaf index in its year.

        Raises:
            SealWithoutPerson: `sealed_until` without `person`.
            AppendToErasedShard: the entries of that year were erased.
        """
        return self.append_many(connection, [LedgerRecord(person, entry, at, sealed_until)])[0]

    def append_many(self, connection: sa.Connection, records: Sequence[LedgerRecord]) -> list[int]:
        """Append entries in order, in a few statements for all; return their leaf indexes. Errors as in `append`."""
        positions = [0] * len(records)
        shards: dict[int, list[int]] = {}
        for place, record in enumerate(records):
            if record.sealed_until is not None and record.person is None:
                raise SealWithoutPerson
            shards.setdefault(_shard_of(record.at), []).append(place)
        for shard, places in shards.items():
            chosen = [records[place] for place in places]
            appended = self._append_leaves(connection, shard, [self._leaf(shard, record) for record in chosen])
            self._note_sealed(connection, shard, zip(chosen, appended, strict=True))
            for place, position in zip(places, appended, strict=True):
                positions[place] = position
        return positions

    def _leaf(self, shard: int, record: LedgerRecord) -> _Leaf:
        chain = SEALED_INDEX_KEY
        if record.person is not None and record.sealed_until is None:
            chain = self._index_of(shard, record.person)
        return _Leaf(chain, _ENCODER.encode(record.entry), record.at)

    def _note_sealed(self, connection: sa.Connection, shard: int, appended: Iterable[tuple[LedgerRecord, int]]) -> None:
        rows = [
            {
                "shard": shard,
                "position": position,
                "person_index": self._index_of(shard, record.person),
                "due": record.sealed_until,
            }
            for record, position in appended
            if record.sealed_until is not None and record.person is not None
        ]
        if rows:
            connection.execute(self._tables.sealed.insert(), rows)

    def _append_leaves(self, connection: sa.Connection, shard: int, leaves: Sequence[_Leaf]) -> list[int]:
        if self._reader.is_erased(connection, shard):
            raise AppendToErasedShard(shard=shard)
        log = self._log(connection, shard)
        recent = self._recent_of(connection, shard, log)
        frontier, first = log.frontier, log.frontier.size
        newest = recent.of(connection, {leaf.index_key for leaf in leaves})
        rows: list[Row] = []
        values: list[bytes] = []
        fresh = self._fresh(2 * len(leaves))
        for position, (index_key, entry, at) in enumerate(leaves, start=first):
            entry_key, nonce = next(fresh), next(fresh)
            before, previous = newest.get(index_key, _NO_LEAF)
            sequence = before.count + 1
            content = entry_commitment(entry_key, entry)
            value = leaf_of(content, index_commitment(nonce, index_key, sequence, before.head))
            after = next_head(before, value)
            newest[index_key] = NewestLeaf(after, position)
            values.append(value)
            rows.append(
                (
                    shard,
                    position,
                    value,
                    index_key,
                    sequence,
                    previous,
                    before.head,
                    after.head,
                    nonce,
                    content,
                    entry_key,
                    entry.decode(),
                    at,
                )
            )
        insert_rows(connection, self._tables.leaves, _LEAF_COLUMNS, rows)
        nodes = frontier.extend(values)
        written = recent.appended(connection, newest, frontier, values[-1], self._recent_leaves)
        self._store_tree(connection, shard, LogState(frontier, written), nodes)
        return list(range(first, frontier.size))

    def _fresh(self, count: int) -> Iterator[bytes]:
        """Return random values of 32 bytes, drawn at once."""
        drawn = self._randomness.bytes(_RANDOM_SIZE * count)
        return (drawn[start : start + _RANDOM_SIZE] for start in range(0, len(drawn), _RANDOM_SIZE))

    def _log(self, connection: sa.Connection, shard: int) -> LogState:
        logs = self._tables.logs
        row = find_row(connection, logs, ("size", "frontier", "heads_written"), {"shard": shard})
        if row is not None:
            return LogState(Frontier(row.size, row.frontier), row.heads_written)
        insert_row(connection, logs, {"shard": shard, "size": 0, "frontier": b"", "heads_written": 0})
        return LogState(Frontier(), 0)

    def _recent_of(self, connection: sa.Connection, shard: int, log: LogState) -> RecentHeads:
        recent = self._recent.get(shard)
        if recent is None:
            recent = self._recent[shard] = RecentHeads(self._tables, shard)
        recent.follow(connection, log)
        return recent

    def _store_tree(
        self, connection: sa.Connection, shard: int, log: LogState, nodes: Sequence[tuple[int, int, bytes]]
    ) -> None:
        stored = [(shard, *node) for node in nodes if node[0] >= LOWEST_STORED]
        insert_rows(connection, self._tables.nodes, _NODE_COLUMNS, stored)
        frontier = log.frontier
        changes = {"size": frontier.size, "frontier": frontier.to_bytes(), "heads_written": log.written}
        change_rows(connection, self._tables.logs, changes, {"shard": shard})

    # --- sealed entries and erasure ----------------------------------------------------------------------------------

    def open_sealed(self, connection: sa.Connection, *, shard: int, position: int, at: datetime) -> int:
        """Enter one sealed entry into its person's chain of the same year and return the new leaf index.

        Raises:
            SealedEntryUnknown: there is none, or it was opened already.
        """
        row = connection.execute(
            self._unopened().where(self._tables.sealed.c.shard == shard, self._tables.sealed.c.position == position)
        ).first()
        if row is None:
            raise SealedEntryUnknown
        leaf = _Leaf(row.person_index, row.entry.encode(), at)
        opened_as = self._append_leaves(connection, shard, [leaf])[0]
        connection.execute(self._tables.openings.insert().values(shard=shard, position=position, opened_as=opened_as))
        return opened_as

    def open_due(self, connection: sa.Connection, *, day: date, at: datetime) -> int:
        """Open every sealed entry that is due on `day` or before and return how many there were."""
        due = self._unopened().where(self._tables.sealed.c.due <= day)
        rows = connection.execute(due.order_by(self._tables.sealed.c.shard, self._tables.sealed.c.position)).all()
        for row in rows:
            self.open_sealed(connection, shard=row.shard, position=row.position, at=at)
        return len(rows)

    def _unopened(self) -> sa.Select[Any]:
        sealed, openings, leaves = self._tables.sealed, self._tables.openings, self._tables.leaves
        opened = sa.exists().where(openings.c.shard == sealed.c.shard, openings.c.position == sealed.c.position)
        same_leaf = (leaves.c.shard == sealed.c.shard) & (leaves.c.position == sealed.c.position)
        return (
            sa.select(sealed.c.shard, sealed.c.position, sealed.c.person_index, leaves.c.entry)
            .join(leaves, same_leaf)
            .where(~opened, leaves.c.entry.is_not(None))
        )

    def erase_shard(self, connection: sa.Connection, shard: int, *, at: datetime) -> None:
        """Erase the entries and their keys of a whole year after the legal period; the tree stays.

        Nothing can be appended to that year any more, and bundles leave it out. Erasing twice changes nothing.
        """
        leaves = self._tables.leaves
        if self._reader.is_erased(connection, shard):
            return
        connection.execute(self._tables.erasures.insert().values(shard=shard, at=at))
        connection.execute(leaves.update().where(leaves.c.shard == shard).values(entry=None, entry_key=None))

    # --- checkpoints -------------------------------------------------------------------------------------------------

    def checkpoint(self, submit: Submit | None = None, *, witness: str = COMMISSION) -> int:
        """Sign a checkpoint of every year that grew, then let `submit` bring what `witness` has not co-signed yet.

        The present year gets a first checkpoint even without entries, so that absence can be proved. `submit` runs
        outside any transaction and gets the checkpoints of each year in order; what it raises ends the call, and the
        next call goes on from there. Returns the number of co-signatures that were added.

        Raises:
            CosignatureNotValid, CheckpointMalformed: the answer is not a co-signature of that witness.
        """
        for shard in self._shards_to_sign():
            self._sign(shard)
        if submit is None:
            return 0
        added = 0
        while (pending := self._next_submission(witness)) is not None:
            self._store_cosignature(pending, submit(pending), witness)
            added += 1
        return added

    def _shards_to_sign(self) -> list[int]:
        with self._database.read() as connection:
            grown = self._reader.grown_shards(connection)
            for shard in (one for one, needed in grown.items() if needed):
                # Most of the map is made here, so that signing keeps the write lock for what came since.
                self._reader.map_at(connection, shard, self._reader.size(connection, shard))
        present = _shard_of(self._clock.now())
        return sorted(shard for shard, needed in {present: True, **grown}.items() if needed)

    def _sign(self, shard: int) -> None:
        now = self._clock.now()
        with self._database.write() as connection:
            # Looked up again under the write lock: another process may just have signed the same leaves.
            if not self._reader.grown_shards(connection).get(shard, True):
                return
            frontier, written = self._log(connection, shard)
            covered = frontier.size
            map_root = self._reader.map_at(connection, shard, covered).root
            old_size = self._reader.last_size(connection, shard)
            leaf = map_root_leaf(map_root)
            connection.execute(self._tables.leaves.insert().values(shard=shard, position=covered, leaf=leaf, at=now))
            self._store_tree(connection, shard, LogState(frontier, written), frontier.extend([leaf]))
            text = sign_checkpoint(Checkpoint(self._origin_of(shard), frontier.size, frontier.root), self._signer)
            connection.execute(
                self._tables.checkpoints.insert().values(
                    shard=shard, size=frontier.size, old_size=old_size, map_root=map_root, text=text, at=now
                )
            )

    def _next_submission(self, witness: str) -> CheckpointSubmission | None:
        with self._database.read() as connection:
            row = self._reader.first_without_cosignature(connection, witness)
            if row is None:
                return None
            shown = self._reader.entry_leaves(connection, row.shard, row.old_size, row.size, _WITNESSED_COLUMNS)
            leaves = [
                LeafWitness(
                    entry_commitment=content,
                    index_nonce=nonce,
                    index_key=key,
                    person_sequence=sequence,
                    previous_head=head,
                )
                for content, nonce, key, sequence, head in shown
            ]
        return CheckpointSubmission(
            origin=self._origin_of(row.shard),
            shard=row.shard,
            old_size=row.old_size,
            leaves=leaves,
            map_root=row.map_root,
            checkpoint=row.text,
        )

    def _store_cosignature(self, submission: CheckpointSubmission, line: str, witness: str) -> None:
        checkpoint, _ = parse_checkpoint(submission.checkpoint)
        key = next((key.public_key for key in self._witness_keys() if key.name == witness), None)
        if key is not None:
            verify_cosignature(checkpoint, line, name=witness, public_key=key)
        elif parse_line(line).name != witness:
            raise CosignatureNotValid(reason="name")
        table = self._tables.cosignatures
        with self._database.write() as connection:
            place = {"shard": submission.shard, "size": checkpoint.size, "witness": witness}
            same = sa.and_(*(table.c[name] == value for name, value in place.items()))
            # Another process may have submitted the same checkpoint; either line is good.
            if connection.execute(sa.select(table.c.size).where(same)).first() is None:
                connection.execute(table.insert().values(**place, line=line.removesuffix("\n")))

    # --- reading -----------------------------------------------------------------------------------------------------

    def size(self, shard: int | None = None) -> int:
        """Return the number of leaves, of one year or of all, map-root leaves included."""
        with self._database.read() as connection:
            return self._reader.size(connection, shard)

    def entries_of(
        self, person: bytes, *, before: PageMark | None = None, limit: int | None = None
    ) -> list[RecordedEntry]:
        """Return a person's entries, newest first, also those not under a checkpoint yet; sealed ones are left out.

        For the next page pass the `mark` of the last entry as `before`.
        """
        with self._database.read() as connection:
            shards = self._reader.kept_shards(connection)
            chains = {shard: self._index_of(shard, person) for shard in shards}
            return self._reader.entries(connection, chains, before, limit)

    def knows(self, connection: sa.Connection, person: bytes) -> bool:
        """Say in the caller's transaction whether a person has an entry in a year that is kept."""
        shards = self._reader.kept_shards(connection)
        return any(self._reader.has_leaves(connection, shard, self._index_of(shard, person)) for shard in shards)

    def index_at(self, at: datetime, person: bytes) -> bytes:
        """Return the index of a person's chain at an instant, for an entry of another chain that names it."""
        return self._index_of(_shard_of(at), person)

    def bundle(self, *persons: bytes) -> Bundle:
        """Return all of a person's entries with every proof, or the proofs that there are none (spec/ledger.md §8).

        Each year stands at its newest checkpoint that the commission co-signed, or at its newest one while it never
        did. Call `checkpoint` first to cover the newest entries. A person with several pseudonyms here has a
        chain for each.

        Raises:
            NoCheckpointYet: nothing was ever signed.
        """
        known = tuple(self._witness_keys())
        with self._database.read() as connection:
            shards = self._reader.kept_shards(connection)
            found = [
                self._reader.bundle(
                    connection,
                    {shard: self._index_of(shard, person) for shard in shards},
                    self._origin,
                    self._signer.public_key,
                    known,
                )
                for person in persons
            ]
        return Bundle(format=found[0].format, shards=[shard for one in found for shard in one.shards])

    def check(self) -> None:
        """Recompute every tree, chain, map and checkpoint from the stored leaves and entries.

        Raises:
            LedgerDamaged: the stored state contradicts itself; the place is in the fields.
        """
        with self._database.read() as connection:
            for shard in self._reader.shards(connection):
                self._reader.check(connection, shard, self._origin_of(shard), self._signer.public_key)

    def _index_of(self, shard: int, person: bytes) -> bytes:
        return person_index(self._index_code, self._origin_of(shard), person)

    def _origin_of(self, shard: int) -> str:
        return f"{self._origin}/{shard}"


def _shard_of(at: datetime) -> int:
    return at.astimezone(JST).year
