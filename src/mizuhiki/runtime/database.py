"""One institution's database: SQLite in a file, or PostgreSQL, behind the same two context managers.

- `write()` is serial: SQLite writers begin IMMEDIATE, PostgreSQL writers take one advisory lock of this database until
  they end, so that code which reads and then writes is right on both without retry loops.
- `read()` cannot write; it uses an engine of its own and sees one snapshot.
- A thread has at most one transaction open (`NestedTransaction`), and none while it calls a peer.
- SQLite runs with WAL, foreign keys, STRICT tables and `recursive_triggers`.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from mizuhiki.runtime import schema
from mizuhiki.runtime.append_only import append_only, is_append_only
from mizuhiki.runtime.bulk_rows import drive
from mizuhiki.runtime.columns import COLUMN_TYPES, Blob, Day, Digits, Flag, Integer, Json, Text, UtcTime
from mizuhiki.runtime.kept_connections import KeptConnections
from mizuhiki.runtime.schema import DataOfAnotherVersion
from mizuhiki.runtime.transactions import counted_transaction, in_transaction
from mizuhiki.vocabulary.errors import Malformed, Unavailable

__all__ = [
    "COLUMN_TYPES",
    "Blob",
    "DataOfAnotherVersion",
    "Database",
    "DatabaseUnavailable",
    "DatabaseUrlUnsupported",
    "Day",
    "Digits",
    "Flag",
    "Integer",
    "Json",
    "Text",
    "UtcTime",
    "append_only",
    "in_transaction",
    "is_append_only",
]

BUSY_TIMEOUT_MILLISECONDS = 30_000
WRITER_CACHE_KIB = 16_384
READER_CACHE_KIB = 8_192
"""So much holds the inner pages of every index over a million persons, which each look-up passes."""
LOG_PAGES = 4_000
"""Pages (4 KiB) of SQLite's log before they go into the file: at most 16 MB to read again after a crash."""
WRITER_LOCK = 0x6D697A7568696B69
"""Key of the PostgreSQL advisory lock that makes writers serial ("mizuhiki" in ASCII)."""
_SQLITE_OUTAGES = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL})
_IDLE_CONNECTIONS = 1
_EXTRA_CONNECTIONS = 15
SYNCHRONOUS = "FULL"
"""A commit of SQLite is on the disk before it is answered. Only tests, whose databases nobody keeps, change this."""
_KEPT_CONNECTIONS = 4
"""Connections to an SQLite file that wait for the next transaction beside those of the pool."""


class DatabaseUrlUnsupported(Malformed):
    """The database URL names neither an SQLite file nor PostgreSQL."""

    code = "database-url-unsupported"
    title = "The database URL is not supported"


class DatabaseUnavailable(Unavailable):
    """The database does not answer or stayed locked for too long."""

    code = "database-unavailable"
    title = "The database is not available"


class Database:
    """The database of one institution; opens connections when first used.

    `url` is ``sqlite:///path/to/file`` or ``postgresql+psycopg://…`` (``postgresql://`` is taken as that).

    Raises:
        DatabaseUrlUnsupported: any other URL, also SQLite in memory (its readers would see nothing).
    """

    def __init__(self, url: str) -> None:
        try:
            parsed = sa.make_url(url)
        except (ArgumentError, ValueError) as cause:
            raise DatabaseUrlUnsupported from cause
        backend = parsed.get_backend_name()
        if backend == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        elif backend != "sqlite" or parsed.database in (None, "", ":memory:"):
            raise DatabaseUrlUnsupported(f"{backend} is not supported here", backend=backend)
        self._url = parsed
        self.dialect = backend
        self._turn = threading.Lock()
        self._kept: dict[sa.Engine, KeptConnections] = {}

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """Open the one writing transaction; it commits at the end of the block and rolls back on any exception.

        Raises:
            NestedTransaction: this thread has a transaction open.
            DatabaseUnavailable: no connection, or other writers held the lock for too long.
        """
        with counted_transaction(), _translated(), self._in_turn(), self._begun(self._writers) as connection:
            if self.dialect == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(WRITER_LOCK)))
            yield connection

    def _begun(self, engine: sa.Engine) -> AbstractContextManager[sa.Connection]:
        """Return a transaction, on a connection that was used before where there is one."""
        if self.dialect != "sqlite":
            return engine.begin()
        return self._kept.setdefault(engine, KeptConnections(engine, _KEPT_CONNECTIONS)).begin()

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """Wait for this process's other writers of an SQLite file.

        SQLite's own wait sleeps and tries again, longer each time, so that one of many writers can starve.
        """
        if self.dialect != "sqlite":
            yield
            return
        if not self._turn.acquire(timeout=BUSY_TIMEOUT_MILLISECONDS / 1000):
            raise DatabaseUnavailable
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Open a transaction that sees one snapshot and cannot write.

        Raises:
            NestedTransaction: this thread has a transaction open.
            DatabaseUnavailable: no connection.
        """
        with counted_transaction(), _translated(), self._begun(self._readers) as connection:
            yield connection

    def create(self, metadata: sa.MetaData, *, version: int = 1) -> None:
        """Create the tables of `metadata` in an empty database, or check that the existing ones are those.

        Raises:
            DataOfAnotherVersion: tables exist and differ, or carry another version number.
        """
        with self.write() as connection:
            if schema.is_empty(connection):
                schema.create(connection, metadata, version)
            else:
                schema.check(connection, metadata, version)

    def empty_log(self) -> None:
        """Move what SQLite's log holds into the file, while nobody writes; PostgreSQL does that by itself.

        Raises:
            DatabaseUnavailable: somebody writes, or reads what was before.
        """
        if self.dialect != "sqlite":
            return
        with _translated(), self._writers.connect() as connection:
            (busy, _, _) = drive(connection, "PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise DatabaseUnavailable

    def dispose(self) -> None:
        """Close all connections; the object opens new ones when used again."""
        for name in ("_writers", "_readers"):
            engine = self.__dict__.pop(name, None)
            if engine is not None:
                kept = self._kept.pop(engine, None)
                if kept is not None:
                    kept.close()
                engine.dispose()

    @cached_property
    def _writers(self) -> sa.Engine:
        if self.dialect == "postgresql":
            return self._engine()
        engine = self._engine()
        sa.event.listen(engine, "connect", _prepare_sqlite_writer)
        sa.event.listen(engine, "begin", _begin_immediate)
        return engine

    @cached_property
    def _readers(self) -> sa.Engine:
        if self.dialect == "postgresql":
            # Read-only and repeatable read: one snapshot, and no accidental write through a reading method.
            return self._engine().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        engine = self._engine()
        sa.event.listen(engine, "connect", _prepare_sqlite_reader)
        sa.event.listen(engine, "begin", _begin_deferred)
        return engine

    def _engine(self) -> sa.Engine:
        options: dict[str, Any] = {}
        if self.dialect == "sqlite":
            options["connect_args"] = {"timeout": BUSY_TIMEOUT_MILLISECONDS / 1000, "check_same_thread": False}
        # Parameters hold personal data, so they never appear in an exception's text.
        return sa.create_engine(
            self._url,
            hide_parameters=True,
            poolclass=sa.pool.QueuePool,
            pool_size=_IDLE_CONNECTIONS,
            max_overflow=_EXTRA_CONNECTIONS + (_KEPT_CONNECTIONS if self.dialect == "sqlite" else 0),
            **options,
        )


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if _is_outage(error):
            raise DatabaseUnavailable from error
        raise


def _is_outage(error: DBAPIError) -> bool:
    if isinstance(error.orig, sqlite3.Error):
        # Extended result codes carry the primary one in their low byte.
        return (getattr(error.orig, "sqlite_errorcode", 0) & 0xFF) in _SQLITE_OUTAGES
    return error.connection_invalidated or isinstance(error, OperationalError)


def _prepare_sqlite(connection: Any) -> None:  # noqa: ANN401 - the driver's connection
    connection.isolation_level = None  # the driver opens no transactions of its own; `begin` below does
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_MILLISECONDS}",
        "journal_mode = WAL",
        f"synchronous = {SYNCHRONOUS}",
        "foreign_keys = ON",
        "recursive_triggers = ON",
        "trusted_schema = OFF",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _prepare_sqlite_writer(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's connection
    _prepare_sqlite(connection)
    # Many rows with random keys change in one transaction; pages must not be read, or moved out of the log, for each.
    for pragma in (f"cache_size = -{WRITER_CACHE_KIB}", f"wal_autocheckpoint = {LOG_PAGES}"):
        connection.execute(f"PRAGMA {pragma}").close()


def _prepare_sqlite_reader(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's connection
    _prepare_sqlite(connection)
    for pragma in (f"cache_size = -{READER_CACHE_KIB}", "query_only = ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_immediate(connection: sa.Connection) -> None:
    drive(connection, "BEGIN IMMEDIATE").close()


def _begin_deferred(connection: sa.Connection) -> None:
    drive(connection, "BEGIN").close()
