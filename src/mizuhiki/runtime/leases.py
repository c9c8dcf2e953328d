"""Electing one worker among several processes for a piece of timed work: a row says who and until when.

A holder that dies loses the lease when it runs out; until then nobody else works. No lock is held while working.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from mizuhiki.runtime.clock import Clock
from mizuhiki.runtime.database import Database, Text, UtcTime


@dataclass(frozen=True, slots=True)
class LeaseTables:
    """The leases' table."""

    leases: sa.Table


def lease_tables(metadata: sa.MetaData) -> LeaseTables:
    """Declare the leases in `metadata`."""
    return LeaseTables(
        sa.Table(
            "lease",
            metadata,
            sa.Column("name", Text, primary_key=True),
            sa.Column("holder", Text, nullable=False),
            sa.Column("held_until", UtcTime, nullable=False),
        )
    )


class Leases:
    """Leases as one worker sees them; `holder` names this worker and is unique among all (a random token)."""

    def __init__(self, database: Database, tables: LeaseTables, clock: Clock, holder: str) -> None:
        self._database = database
        self._leases = tables.leases
        self._clock = clock
        self._holder = holder

    def take(self, name: str, duration: timedelta) -> bool:
        """Take or extend the lease for `duration`; False when another worker holds it."""
        now = self._clock.now()
        leases = self._leases
        with self._database.write() as connection:
            row = connection.execute(sa.select(leases).where(leases.c.name == name)).one_or_none()
            if row is not None and row.holder != self._holder and row.held_until > now:
                return False
            if row is None:
                connection.execute(leases.insert().values(name=name, holder=self._holder, held_until=now + duration))
            else:
                connection.execute(
                    leases.update().where(leases.c.name == name).values(holder=self._holder, held_until=now + duration)
                )
        return True

    def give_back(self, name: str) -> None:
        """Give the lease back if this worker holds it."""
        leases = self._leases
        with self._database.write() as connection:
            connection.execute(leases.delete().where(leases.c.name == name, leases.c.holder == self._holder))

    @contextmanager
    def held(self, name: str, duration: timedelta) -> Iterator[bool]:
        """Run the block with the lease taken (True) or not (False); gives it back at the end."""
        taken = self.take(name, duration)
        try:
            yield taken
        finally:
            if taken:
                self.give_back(name)

    def elected(self, name: str, duration: timedelta, run: Callable[[], object]) -> Callable[[], None]:
        """Return `run` as a job that does nothing while another worker holds the lease `name`."""

        def run_if_elected() -> None:
            with self.held(name, duration) as taken:
                if taken:
                    run()

        return run_if_elected
