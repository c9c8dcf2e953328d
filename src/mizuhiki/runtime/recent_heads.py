"""Heads of chains that moved lately, kept in memory and written to their table many at a time (decision 0102).

A head's row stands at a random place, so to write it with every leaf is a page of its own for every leaf, in the log
and in the file. The leaves say everything themselves: whoever knows the heads up to a leaf and reads the leaves after
it knows them all. A log's row tells up to where its heads are `written`; here are those after that.

Nothing of it is the truth: it is read from committed leaves, and read anew where another process wrote, or where a
transaction whose leaves stand here was rolled back. It is used inside a write transaction only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from mizuhiki.ledger.leaf import PersonHead
from mizuhiki.ledger.tree import Frontier
from mizuhiki.runtime.bulk_rows import insert_rows
from mizuhiki.runtime.database import DatabaseUnavailable
from mizuhiki.runtime.keyed_rows import find_among
from mizuhiki.runtime.ledger_tables import LedgerTables

RECENT_LEAVES = 16_384
"""So many leaves after those whose heads are written make it time to write them. Among 100,000 persons each page of the
table is then written once for some five leaves, not for one; a process that starts reads no more than these."""
_HEAD_COLUMNS = ("shard", "index_key", "entry_count", "head", "last_position")


class LogState(NamedTuple):
    """How far a year's log has grown, and up to which leaf the heads in their table tell."""

    frontier: Frontier
    written: int


class NewestLeaf(NamedTuple):
    """The head of a chain, and the position of the leaf it is at."""

    head: PersonHead
    position: int


class RecentHeads:
    """The heads that one year's leaves from the position `written` on lead to."""

    def __init__(self, tables: LedgerTables, shard: int) -> None:
        self._tables = tables
        self._shard = shard
        self._newest: dict[bytes, NewestLeaf] = {}
        self._written = self._through = 0
        self._in_use: sa.Connection | None = None
        self._frontier = self._last_leaf = b""

    def __len__(self) -> int:
        """Return how many heads are in memory."""
        return len(self._newest)

    def follow(self, connection: sa.Connection, log: LogState) -> None:
        """Read what was appended since; afterwards every leaf of the log is known here or in the table of heads."""
        self._in_use = connection
        size, frontier = log.frontier.size, log.frontier.to_bytes()
        if (size, frontier, log.written) == (self._through, self._frontier, self._written):
            return  # a frontier stands for all its leaves: nothing was written elsewhere, nothing was taken back
        # Whoever writes the heads writes all there are, so what is in memory is of no use then.
        going_on = log.written == self._written < self._through <= size
        rows = self._leaves(connection, self._through - 1, size) if going_on else []
        if not rows or rows[0].leaf != self._last_leaf:
            self._newest.clear()
            self._last_leaf = b""
            rows = self._leaves(connection, log.written, size)
        for row in rows:
            if row.index_key is not None:
                self._newest[row.index_key] = NewestLeaf(PersonHead(row.sequence, row.head), row.position)
            self._last_leaf = row.leaf
        self._through, self._frontier, self._written = size, frontier, log.written

    def _leaves(self, connection: sa.Connection, start: int, end: int) -> Sequence[Any]:
        leaves = self._tables.leaves
        columns = (leaves.c.position, leaves.c.leaf, leaves.c.index_key, leaves.c.sequence, leaves.c.head)
        here = (leaves.c.shard == self._shard, leaves.c.position >= start, leaves.c.position < end)
        return connection.execute(sa.select(*columns).where(*here).order_by(leaves.c.position)).all()

    def of(self, connection: sa.Connection, keys: Iterable[bytes]) -> dict[bytes, NewestLeaf]:
        """Return the heads of those of these chains that have leaves."""
        found: dict[bytes, NewestLeaf] = {}
        others: list[bytes] = []
        for key in keys:
            known = self._newest.get(key)
            if known is None:
                others.append(key)
            else:
                found[key] = known
        columns = _HEAD_COLUMNS[1:]
        rows = find_among(connection, self._tables.heads, columns, ("index_key", others), {"shard": self._shard})
        for key, count, head, position in rows:
            found[key] = NewestLeaf(PersonHead(count, head), position)
        return found

    def appended(
        self,
        connection: sa.Connection,
        newest: dict[bytes, NewestLeaf],
        frontier: Frontier,
        last_leaf: bytes,
        limit: int,
    ) -> int:
        """Note the heads after leaves of this transaction; write all there are to the table once `limit` leaves wait.

        Return up to where the heads are written, which belongs into the log's row.

        Raises:
            DatabaseUnavailable: another writer has begun meanwhile, so this transaction is lost: a server of PostgreSQL
                that ends a connection gives its lock away before who used it knows.
        """
        if self._in_use is not connection:
            raise DatabaseUnavailable
        self._newest.update(newest)
        self._through, self._frontier, self._last_leaf = frontier.size, frontier.to_bytes(), last_leaf
        if frontier.size - self._written >= limit:
            # Keys in their order touch each page of the table once, and neighbours one after the other.
            rows = [
                (self._shard, key, one.head.count, one.head.head, one.position)
                for key, one in sorted(self._newest.items())
            ]
            insert_rows(connection, self._tables.heads, _HEAD_COLUMNS, rows, changing=_HEAD_COLUMNS[2:])
            self._newest.clear()
            self._written = frontier.size
        return self._written
