"""Connections that stay taken from their pool between two transactions.

To take a connection from the pool, wrap it, reset it and put it back costs four times what SQLite needs to begin and
end a transaction (decision 0084). Only a connection whose transaction was committed is kept; after anything else it
goes back to the pool, which resets it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa


class KeptConnections:
    """Up to `most` idle connections of one engine; safe between threads, each connection in one at a time."""

    def __init__(self, engine: sa.Engine, most: int) -> None:
        self._engine = engine
        self._most = most
        self._idle: list[sa.Connection] = []
        self._closed = False
        self._guard = threading.Lock()

    @contextmanager
    def begin(self) -> Iterator[sa.Connection]:
        """Open a transaction; it commits at the end of the block and rolls back on any exception."""
        connection = self._take()
        committed = False
        try:
            with connection.begin():
                yield connection
            committed = True
        finally:
            if not (committed and self._keep(connection)):
                connection.close()

    def close(self) -> None:
        """Give idle connections back to the pool, and those in use when their transaction ends."""
        with self._guard:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _take(self) -> sa.Connection:
        with self._guard:
            if self._idle:
                return self._idle.pop()
        return self._engine.connect()

    def _keep(self, connection: sa.Connection) -> bool:
        with self._guard:
            if self._closed or connection.invalidated or len(self._idle) >= self._most:
                return False
            self._idle.append(connection)
            return True
