"""Reading one ledger: pages of entries, the map at a size, proofs, bundles, and the check of everything stored.

Maps are kept in memory by (year, size): they cost one pass over the heads after a start, and only what was appended
since after that. They hold committed state only, because a size covers leaves that were committed before it was read.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from mizuhiki.crypto.digests import equal
from mizuhiki.ledger.bundle import FORMAT, Bundle, EntryOpening, NamedKey, ShardBundle, map_opening
from mizuhiki.ledger.checkpoint import verify_checkpoint
from mizuhiki.ledger.leaf import (
    SEALED_INDEX_KEY,
    PersonHead,
    entry_commitment,
    index_commitment,
    leaf_of,
    map_root_leaf,
    next_head,
)
from mizuhiki.ledger.person_map import PersonMap
from mizuhiki.ledger.proofs import inclusion_nodes, inclusion_proof
from mizuhiki.ledger.tree import Frontier, NodeId, root_of
from mizuhiki.ledger.verify import COMMISSION
from mizuhiki.runtime.keyed_rows import find_among, find_row
from mizuhiki.runtime.ledger_chains import chain_of, newest_of
from mizuhiki.runtime.ledger_tables import LOWEST_STORED, LedgerTables
from mizuhiki.vocabulary.errors import Conflict, Corrupt

_LOOKUP_SIZE = 500
_MAPS_KEPT = 8


class NoCheckpointYet(Conflict):
    """The log never signed a checkpoint, so nothing can be proved."""

    code = "ledger-no-checkpoint-yet"
    title = "The record has not been signed yet"


class LedgerDamaged(Corrupt):
    """What is stored contradicts itself or what was signed."""

    code = "ledger-damaged"
    title = "The stored record does not check"


class PageMark(NamedTuple):
    """Where a page of a person's entries ended."""

    shard: int
    sequence: int


class RecordedEntry(NamedTuple):
    """One stored entry: its year, leaf index, place in the person's chain, instant of recording and JSON text."""

    shard: int
    position: int
    sequence: int
    at: datetime
    entry: str

    @property
    def mark(self) -> PageMark:
        """Where a page that ends with this entry ends."""
        return PageMark(self.shard, self.sequence)


class LedgerReader:
    """Reads the tables of one ledger on a connection of the caller."""

    def __init__(self, tables: LedgerTables) -> None:
        self._tables = tables
        self._maps: OrderedDict[tuple[int, int], PersonMap] = OrderedDict()
        self._lock = threading.Lock()

    # --- sizes and checkpoints ---------------------------------------------------------------------------------------

    def shards(self, connection: sa.Connection) -> list[int]:
        """Return every year that has a log."""
        logs = self._tables.logs
        return list(connection.execute(sa.select(logs.c.shard).order_by(logs.c.shard)).scalars())

    def kept_shards(self, connection: sa.Connection) -> list[int]:
        """Return the years whose entries were not erased."""
        erased = set(connection.execute(sa.select(self._tables.erasures.c.shard)).scalars())
        return [shard for shard in self.shards(connection) if shard not in erased]

    def is_erased(self, connection: sa.Connection, shard: int) -> bool:
        """Tell whether the entries of a year were erased."""
        return find_row(connection, self._tables.erasures, ("shard",), {"shard": shard}) is not None

    def size(self, connection: sa.Connection, shard: int | None) -> int:
        """Return the number of leaves of one year or of all."""
        logs = self._tables.logs
        query = sa.select(sa.func.coalesce(sa.func.sum(logs.c.size), 0))
        return int(connection.execute(query if shard is None else query.where(logs.c.shard == shard)).scalar_one())

    def last_size(self, connection: sa.Connection, shard: int) -> int:
        """Return the size of the newest checkpoint of a year, 0 without one."""
        table = self._tables.checkpoints
        query = sa.select(sa.func.coalesce(sa.func.max(table.c.size), 0)).where(table.c.shard == shard)
        return int(connection.execute(query).scalar_one())

    def grown_shards(self, connection: sa.Connection) -> dict[int, bool]:
        """Tell of every year whether it has leaves after its newest checkpoint."""
        logs, table = self._tables.logs, self._tables.checkpoints
        newest = sa.select(sa.func.coalesce(sa.func.max(table.c.size), 0)).where(table.c.shard == logs.c.shard)
        rows = connection.execute(sa.select(logs.c.shard, logs.c.size, newest.scalar_subquery().label("signed")))
        return {row.shard: row.size > row.signed for row in rows}

    def first_without_cosignature(self, connection: sa.Connection, witness: str) -> sa.Row[Any] | None:
        """Return the earliest checkpoint that `witness` has not co-signed."""
        table, lines = self._tables.checkpoints, self._tables.cosignatures
        done = sa.exists().where(
            lines.c.shard == table.c.shard, lines.c.size == table.c.size, lines.c.witness == witness
        )
        return connection.execute(sa.select(table).where(~done).order_by(table.c.shard, table.c.size).limit(1)).first()

    def entry_leaves(
        self, connection: sa.Connection, shard: int, start: int, end: int, columns: Sequence[str]
    ) -> Iterable[tuple[Any, ...]]:
        """Return `columns` of the leaves of entries in ``start <= position < end``; map-root leaves are left out.

        Entries are long and none of a checkpoint's business, so whoever asks names what it needs.
        """
        leaves = self._tables.leaves
        query = sa.select(*(leaves.c[name] for name in columns)).where(
            leaves.c.shard == shard,
            leaves.c.position >= start,
            leaves.c.position < end,
            leaves.c.index_key.is_not(None),
        )
        return map(tuple, connection.execute(query.order_by(leaves.c.position)))

    # --- the map -----------------------------------------------------------------------------------------------------

    def map_at(self, connection: sa.Connection, shard: int, size: int) -> PersonMap:
        """Return the map over the entries among the first `size` leaves of a year."""
        with self._lock:
            earlier = max((kept for year, kept in self._maps if year == shard and kept <= size), default=None)
            known = None if earlier is None else self._maps[shard, earlier]
        if known is None or earlier is None:
            result = PersonMap(self._all_heads(connection, shard, size))
        elif earlier == size:
            result = known
        else:
            result = known.updated(self._last_heads(connection, shard, earlier, size))
        with self._lock:
            self._maps[shard, size] = result
            self._maps.move_to_end((shard, size))
            while len(self._maps) > _MAPS_KEPT:
                self._maps.popitem(last=False)
        return result

    def _last_heads(self, connection: sa.Connection, shard: int, start: int, end: int) -> dict[bytes, PersonHead]:
        rows = self.entry_leaves(connection, shard, start, end, ("index_key", "sequence", "head"))
        return {key: PersonHead(count, head) for key, count, head in rows}

    def _all_heads(self, connection: sa.Connection, shard: int, size: int) -> dict[bytes, PersonHead]:
        heads, written = self._tables.heads, self._heads_written(connection, shard)
        query = sa.select(heads).where(heads.c.shard == shard, heads.c.last_position < size)
        found = {row.index_key: PersonHead(row.entry_count, row.head) for row in connection.execute(query)}
        # Where the table tells of later leaves already, a chain's first leaf from `size` on names the head before it.
        later: set[bytes] = set()
        columns = ("index_key", "sequence", "previous_head")
        for key, sequence, before in self.entry_leaves(connection, shard, size, written, columns):
            if key not in later and sequence > 1:
                found[key] = PersonHead(sequence - 1, before)
            later.add(key)
        return found | self._last_heads(connection, shard, written, size)

    def _heads_written(self, connection: sa.Connection, shard: int) -> int:
        row = find_row(connection, self._tables.logs, ("heads_written",), {"shard": shard})
        return 0 if row is None else int(row.heads_written)

    def has_leaves(self, connection: sa.Connection, shard: int, index_key: bytes) -> bool:
        """Tell whether a chain has a leaf in a year."""
        return connection.execute(sa.select(newest_of(self._tables, shard, index_key))).scalar_one() is not None

    # --- pages -------------------------------------------------------------------------------------------------------

    def entries(
        self, connection: sa.Connection, chains: Mapping[int, bytes], before: PageMark | None, limit: int | None
    ) -> list[RecordedEntry]:
        """Return entries of one person, newest first; `chains` is the person's index by year."""
        leaves = self._tables.leaves
        found: list[RecordedEntry] = []
        for shard in sorted(chains, reverse=True):
            if before is not None and shard > before.shard:
                continue
            columns = (leaves.c.shard, leaves.c.position, leaves.c.sequence, leaves.c.at, leaves.c.entry)
            query = chain_of(self._tables, shard, chains[shard]).with_only_columns(*columns)
            if before is not None and shard == before.shard:
                query = query.where(leaves.c.sequence < before.sequence)
            query = query.order_by(leaves.c.sequence.desc())
            if limit is not None:
                query = query.limit(limit - len(found))
            found += [RecordedEntry(*row) for row in connection.execute(query)]
            if limit is not None and len(found) >= limit:
                break
        return found

    # --- proofs ------------------------------------------------------------------------------------------------------

    def nodes(self, connection: sa.Connection, shard: int, wanted: Iterable[NodeId]) -> dict[NodeId, bytes]:
        """Return hashes of complete subtrees: stored ones, and low ones computed from their leaves."""
        table = self._tables.nodes
        levels: dict[int, list[int]] = {}
        low: list[NodeId] = []
        for node in wanted:
            if node.level < LOWEST_STORED:
                low.append(node)
            else:
                levels.setdefault(node.level, []).append(node.number)
        found = self._low_nodes(connection, shard, low)
        for level, numbers in levels.items():
            for start in range(0, len(numbers), _LOOKUP_SIZE):
                query = sa.select(table.c.number, table.c.hash).where(
                    table.c.shard == shard,
                    table.c.level == level,
                    table.c.number.in_(numbers[start : start + _LOOKUP_SIZE]),
                )
                found |= {NodeId(level, number): value for number, value in connection.execute(query)}
        return found

    def _low_nodes(self, connection: sa.Connection, shard: int, wanted: Sequence[NodeId]) -> dict[NodeId, bytes]:
        """Return nodes below the stored levels; one whose leaves are not all there is left out."""
        leaves = self._tables.leaves
        places = {place for node in wanted for place in node.leaves}
        rows = find_among(connection, leaves, ("position", "leaf"), ("position", places), {"shard": shard})
        known: dict[int, bytes] = dict(rows)
        complete = [node for node in wanted if all(place in known for place in node.leaves)]
        return {node: root_of(known[place] for place in node.leaves) for node in complete}

    def bundle(
        self,
        connection: sa.Connection,
        chains: Mapping[int, bytes],
        origin: str,
        log_key: bytes,
        witnesses: Sequence[NamedKey],
    ) -> Bundle:
        """Return the bundle of one person; see `Ledger.bundle`."""
        shards = [
            self._shard_bundle(
                connection, checkpoint, chains[shard], NamedKey(name=f"{origin}/{shard}", public_key=log_key), witnesses
            )
            for shard in sorted(chains)
            if (checkpoint := self._provable(connection, shard)) is not None
        ]
        if not shards:
            raise NoCheckpointYet
        return Bundle(format=FORMAT, shards=shards)

    def _provable(self, connection: sa.Connection, shard: int) -> sa.Row[Any] | None:
        """Return the newest checkpoint of a year that the commission co-signed, or else the newest."""
        table, lines = self._tables.checkpoints, self._tables.cosignatures
        cosigned = sa.exists().where(
            lines.c.shard == table.c.shard, lines.c.size == table.c.size, lines.c.witness == COMMISSION
        )
        newest = sa.select(table).where(table.c.shard == shard).order_by(table.c.size.desc()).limit(1)
        return connection.execute(newest.where(cosigned)).first() or connection.execute(newest).first()

    def _shard_bundle(
        self,
        connection: sa.Connection,
        checkpoint: sa.Row[Any],
        index_key: bytes,
        log: NamedKey,
        witnesses: Sequence[NamedKey],
    ) -> ShardBundle:
        shard, size = checkpoint.shard, checkpoint.size
        rows = self._chain(connection, shard, index_key, size)
        places = [size - 1, *(row.position for row in rows)]
        known = self.nodes(connection, shard, {node for place in places for node in inclusion_nodes(place, size)})
        people = self.map_at(connection, shard, size - 1)
        if not equal(people.root, checkpoint.map_root):
            raise LedgerDamaged(shard=shard, part="map")
        if len(rows) != people.get(index_key).count:
            raise LedgerDamaged(shard=shard, part="chain")
        lines = self._lines(connection, shard, size)
        return ShardBundle(
            origin=log.name,
            shard=shard,
            index_key=index_key,
            entries=[_opening(row, inclusion_proof(row.position, size, lambda _: known)) for row in rows],
            person=map_opening(people.get(index_key), people.prove(index_key)),
            sealed=map_opening(people.get(SEALED_INDEX_KEY), people.prove(SEALED_INDEX_KEY)),
            map_root=checkpoint.map_root,
            map_root_index=size - 1,
            map_root_inclusion=inclusion_proof(size - 1, size, lambda _: known),
            checkpoint=checkpoint.text + "".join(f"{line}\n" for line in lines.values()),
            log=log,
            witnesses=[key for key in witnesses if key.name in lines],
        )

    def _chain(self, connection: sa.Connection, shard: int, index_key: bytes, size: int) -> Sequence[sa.Row[Any]]:
        leaves = self._tables.leaves
        query = chain_of(self._tables, shard, index_key).where(leaves.c.position < size)
        return connection.execute(query.order_by(leaves.c.sequence)).all()

    def _lines(self, connection: sa.Connection, shard: int, size: int) -> dict[str, str]:
        table = self._tables.cosignatures
        query = sa.select(table.c.witness, table.c.line).where(table.c.shard == shard, table.c.size == size)
        return {row.witness: row.line for row in connection.execute(query.order_by(table.c.witness))}

    # --- checking everything -----------------------------------------------------------------------------------------

    def check(self, connection: sa.Connection, shard: int, origin: str, log_key: bytes) -> None:
        """Recompute one year from its leaves; see `Ledger.check`."""
        leaves, checkpoints = self._tables.leaves, self._tables.checkpoints
        signed = {
            row.size: row for row in connection.execute(sa.select(checkpoints).where(checkpoints.c.shard == shard))
        }
        frontier, people = Frontier(), PersonMap()
        changed: dict[bytes, PersonHead] = {}
        last: dict[bytes, int] = {}
        for row in connection.execute(sa.select(leaves).where(leaves.c.shard == shard).order_by(leaves.c.position)):
            if row.position != frontier.size:
                raise LedgerDamaged(shard=shard, position=frontier.size, part="leaf-missing")
            if row.index_key is None:
                people, changed = people.updated(changed), {}
                expected = map_root_leaf(people.root)
            else:
                head = changed.get(row.index_key) or people.get(row.index_key)
                expected = _recomputed_leaf(row, head, last.get(row.index_key))
                last[row.index_key] = row.position
                changed[row.index_key] = next_head(head, expected)
            if not equal(expected, row.leaf):
                raise LedgerDamaged(shard=shard, position=row.position, part="leaf")
            frontier.append(expected)
            if row.index_key is None:
                self._check_signed(signed.pop(frontier.size, None), frontier, origin, log_key)
        final = dict(people.updated(changed).items())
        if signed or self._frontier_bytes(connection, shard) != (frontier.size, frontier.to_bytes()):
            raise LedgerDamaged(shard=shard, part="size")
        if self._heads_written(connection, shard) > frontier.size:
            raise LedgerDamaged(shard=shard, part="heads")
        if final != self._all_heads(connection, shard, frontier.size) or last != self._newest(connection, shard):
            raise LedgerDamaged(shard=shard, part="heads")

    def _newest(self, connection: sa.Connection, shard: int) -> dict[bytes, int]:
        """Return where each chain's newest leaf is."""
        heads = self._tables.heads
        query = sa.select(heads.c.index_key, heads.c.last_position).where(heads.c.shard == shard)
        found = {row.index_key: row.last_position for row in connection.execute(query)}
        recent = self._heads_written(connection, shard), self.size(connection, shard)
        found.update(self.entry_leaves(connection, shard, *recent, ("index_key", "position")))
        return found

    @staticmethod
    def _check_signed(row: sa.Row[Any] | None, frontier: Frontier, origin: str, log_key: bytes) -> None:
        if row is None:
            raise LedgerDamaged(position=frontier.size, part="checkpoint-missing")
        checkpoint = verify_checkpoint(row.text, origin=origin, public_key=log_key)
        if checkpoint.size != frontier.size or not equal(checkpoint.root, frontier.root):
            raise LedgerDamaged(position=frontier.size, part="root")

    def _frontier_bytes(self, connection: sa.Connection, shard: int) -> tuple[int, bytes]:
        logs = self._tables.logs
        row = connection.execute(sa.select(logs.c.size, logs.c.frontier).where(logs.c.shard == shard)).one()
        return row.size, row.frontier


def _opening(row: sa.Row[Any], path: list[bytes]) -> EntryOpening:
    return EntryOpening(
        sequence=row.sequence,
        leaf_index=row.position,
        entry=row.entry,
        entry_key=row.entry_key,
        index_nonce=row.index_nonce,
        previous_head=row.previous_head,
        inclusion=path,
    )


def _recomputed_leaf(row: sa.Row[Any], head: PersonHead, previous: int | None) -> bytes:
    """Return the leaf an entry's row must have; an erased entry counts with its stored commitment.

    `previous` is where the chain's leaf before it stands.
    """
    content: bytes = row.entry_commitment
    if row.entry is not None and not equal(entry_commitment(row.entry_key, row.entry.encode()), content):
        raise LedgerDamaged(shard=row.shard, position=row.position, part="entry")
    if (row.sequence, row.previous_position, row.previous_head) != (head.count + 1, previous, head.head):
        raise LedgerDamaged(shard=row.shard, position=row.position, part="chain")
    return leaf_of(content, index_commitment(row.index_nonce, row.index_key, row.sequence, head.head))
