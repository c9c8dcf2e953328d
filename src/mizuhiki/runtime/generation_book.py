"""A converter's book of generations: a table, and what it says now, read once a minute.

The command that opens or closes a generation may run in a process of its own, so what was read is not kept for long.
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import sqlalchemy as sa

from mizuhiki.runtime.clock import Clock
from mizuhiki.runtime.database import Database, Integer, Text, UtcTime
from mizuhiki.vocabulary.generations import Generations, Term

KEPT = timedelta(minutes=1)


def generation_tables(metadata: sa.MetaData) -> sa.Table:
    """Declare the book in `metadata`; generation 1 is in it from its end only.

    `statement` is the other converter's signed word that this row was written on; empty at the first converter.
    """
    return sa.Table(
        "pseudonym_generations",
        metadata,
        sa.Column("generation", Integer, primary_key=True, autoincrement=False),
        sa.Column("opened_at", UtcTime, nullable=False),
        sa.Column("issue_from", UtcTime, nullable=False),
        sa.Column("closed_at", UtcTime),
        sa.Column("statement", Text, nullable=False),
        sa.Column("stated_at", UtcTime, nullable=False),
    )


class GenerationBook:
    """What this converter opened and closed."""

    def __init__(self, database: Database, table: sa.Table, clock: Clock) -> None:
        self._database = database
        self._table = table
        self._clock = clock
        self._lock = threading.Lock()
        self._known: tuple[datetime, Generations] | None = None

    def current(self) -> Generations:
        """Return the generations, at most `KEPT` old."""
        now = self._clock.now()
        known = self._known
        if known is not None and known[0] <= now < known[0] + KEPT:
            return known[1]
        with self._database.read() as connection:
            found = self._read(connection)
        with self._lock:
            self._known = now, found
        return found

    def statement(self) -> str:
        """Return the other converter's newest word; empty when nothing was ever opened, and at the first converter."""
        table = self._table
        query = sa.select(table.c.statement).order_by(table.c.stated_at.desc(), table.c.generation.desc()).limit(1)
        with self._database.read() as connection:
            return str(connection.execute(query).scalar_one_or_none() or "")

    def open_next(self, generation: int, *, issue_from: datetime, statement: str = "") -> Generations:
        """Enter the opening of the next generation; errors as in `Generations.opened`."""
        now = self._clock.now()
        with self._database.write() as connection:
            found = self._read(connection).opened(generation, now=now, issue_from=issue_from)
            self._write(connection, found, generation, statement)
        self._known = None
        return found

    def close(self, generation: int, *, at: datetime, statement: str = "") -> Generations:
        """Enter the end of the oldest open generation; errors as in `Generations.closed`."""
        now = self._clock.now()
        with self._database.write() as connection:
            found = self._read(connection).closed(generation, now=now, at=at)
            self._write(connection, found, generation, statement)
        self._known = None
        return found

    def _read(self, connection: sa.Connection) -> Generations:
        rows = connection.execute(sa.select(self._table).order_by(self._table.c.generation)).all()
        entered = {row.generation: Term(row.generation, row.opened_at, row.issue_from, row.closed_at) for row in rows}
        first = Generations().terms
        return Generations(
            (*(entered.pop(term.generation, term) for term in first), *entered.values()),
        )

    def _write(self, connection: sa.Connection, found: Generations, generation: int, statement: str) -> None:
        [term] = [term for term in found.terms if term.generation == generation]
        connection.execute(sa.delete(self._table).where(self._table.c.generation == generation))
        connection.execute(
            self._table.insert().values(
                generation=generation,
                opened_at=term.opened_at,
                issue_from=term.issue_from,
                closed_at=term.closed_at,
                statement=statement,
                stated_at=self._clock.now(),
            )
        )
