"""The ledger of one institution, kept in its own database (情報提供等記録, 番号法23条; R-026, R-033, R-274).

Appending happens inside the caller's write transaction, so an entry is durable exactly when what it records is. A
checkpoint is made in a transaction of its own and given to the witness after that ended; if the process dies at any
point, the next `checkpoint` goes on: a checkpoint that was signed is stored, one that was not co-signed is submitted
again, and the witness answers a repetition with a co-signature of the same state.

The shard is the calendar year in Japan of the instant an entry is recorded at; each shard is a tree and a map of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

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
from mizuhiki.ledger.tree import Frontier, Node
from mizuhiki.ledger.verify import COMMISSION
from mizuhiki.runtime.clock import JST, Clock
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.ledger_reader import LedgerReader, PageMark, RecordedEntry
from mizuhiki.runtime.ledger_tables import LedgerTables
from mizuhiki.vocabulary.errors import Conflict, Malformed, NotFound
from mizuhiki.wire.commission.v1 import CheckpointSubmission, LeafWitness

__all__ = ["AppendToErasedShard", "Ledger", "LedgerRecord", "PageMark", "RecordedEntry", "SealWithoutPerson"]

_RANDOM_SIZE = 32
_LOOKUP_SIZE = 500

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
    ) -> None:
        self._database = database
        self._origin = origin
        self._signer = signer
        self._index_key = index_key
        self._randomness = randomness
        self._clock = clock
        self._tables = tables
        self._witness_keys = witness_keys
        self._reader = LedgerReader(tables)

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
        return _Leaf(chain, msgspec.json.encode(record.entry), record.at)

    def _note_sealed(
        self, connection: sa.Connection, shard: int, appended: zip[tuple[LedgerRecord, int]]
    ) -> None:
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
        frontier = self._frontier(connection, shard)
        known = self._heads(connection, shard, {leaf.index_key for leaf in leaves})
        heads = dict(known)
        last: dict[bytes, int] = {}
        rows: list[dict[str, Any]] = []
        nodes: list[Node] = []
        for leaf in leaves:
            row, heads[leaf.index_key] = self._row(leaf, heads.get(leaf.index_key, NO_ENTRIES))
            last[leaf.index_key] = frontier.size
            rows.append({"shard": shard, "position": frontier.size, **row})
            nodes += frontier.append(row["leaf"])
        connection.execute(self._tables.leaves.insert(), rows)
        self._store_tree(connection, shard, frontier, nodes)
        self._store_heads(connection, shard, heads, last, known.keys())
        return [row["position"] for row in rows]

    def _row(self, leaf: _Leaf, before: PersonHead) -> tuple[dict[str, Any], PersonHead]:
        """Make the leaf of an entry with fresh randomness; return its row and the chain after it."""
        entry_key, nonce = self._randomness.bytes(_RANDOM_SIZE), self._randomness.bytes(_RANDOM_SIZE)
        sequence = before.count + 1
        content = entry_commitment(entry_key, leaf.entry)
        value = leaf_of(content, index_commitment(nonce, leaf.index_key, sequence, before.head))
        after = next_head(before, value)
        row = {
            "leaf": value,
            "index_key": leaf.index_key,
            "sequence": sequence,
            "previous_head": before.head,
            "head": after.head,
            "index_nonce": nonce,
            "entry_commitment": content,
            "entry_key": entry_key,
            "entry": leaf.entry.decode(),
            "at": leaf.at,
        }
        return row, after

    def _frontier(self, connection: sa.Connection, shard: int) -> Frontier:
        logs = self._tables.logs
        row = connection.execute(sa.select(logs.c.size, logs.c.frontier).where(logs.c.shard == shard)).first()
        if row is not None:
            return Frontier(row.size, row.frontier)
        connection.execute(logs.insert().values(shard=shard, size=0, frontier=b""))
        return Frontier()

    def _heads(self, connection: sa.Connection, shard: int, keys: set[bytes]) -> dict[bytes, PersonHead]:
        heads = self._tables.heads
        wanted = sorted(keys)
        found: dict[bytes, PersonHead] = {}
        for start in range(0, len(wanted), _LOOKUP_SIZE):
            query = sa.select(heads.c.index_key, heads.c.count, heads.c.head).where(
                heads.c.shard == shard, heads.c.index_key.in_(wanted[start : start + _LOOKUP_SIZE])
            )
            found |= {key: PersonHead(count, head) for key, count, head in connection.execute(query)}
        return found

    def _store_tree(self, connection: sa.Connection, shard: int, frontier: Frontier, nodes: Sequence[Node]) -> None:
        connection.execute(
            self._tables.nodes.insert(),
            [{"shard": shard, "level": n.id.level, "number": n.id.number, "hash": n.hash} for n in nodes],
        )
        logs = self._tables.logs
        connection.execute(
            logs.update().where(logs.c.shard == shard).values(size=frontier.size, frontier=frontier.to_bytes())
        )

    def _store_heads(
        self,
        connection: sa.Connection,
        shard: int,
        heads: Mapping[bytes, PersonHead],
        last: Mapping[bytes, int],
        known: Mapping[bytes, PersonHead].keys,  # type: ignore[valid-type]
    ) -> None:
        raise NotImplementedError

    def _index_of(self, shard: int, person: bytes) -> bytes:
        return person_index(self._index_key.reveal(), self._origin_of(shard), person)

    def _origin_of(self, shard: int) -> str:
        return f"{self._origin}/{shard}"


def _shard_of(at: datetime) -> int:
    return at.astimezone(JST).year
