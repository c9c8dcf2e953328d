"""Many rows into one table at the driver's own speed.

SQLAlchemy builds a dictionary and runs a processor for every value of every row; for rows of hashes that costs more
than storing them. Here the statement is made once per table, rows are tuples, and only columns whose values are not
stored as they are pass a processor. Everything else of the connection (transaction, events, errors) stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Sized
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

from mizuhiki.runtime.faults import TransactionMissing

Row = tuple[Any, ...]
_Processors = tuple[tuple[int, Callable[[Any], Any]], ...]


@dataclass(frozen=True, eq=False)
class Speech:
    """How the text of a statement is written for one kind of database: its names, its types, its mark for a value."""

    dialect: Dialect
    mark: str

    def table(self, table: sa.Table) -> str:
        """Return a table's name, quoted where it has to be."""
        return self.dialect.identifier_preparer.format_table(table)

    def column(self, column: sa.Column[Any]) -> str:
        """Return a column's name, quoted where it has to be."""
        return self.dialect.identifier_preparer.format_column(column)


_SPEECHES = {
    "sqlite": Speech(sa.make_url("sqlite://").get_dialect()(), "?"),
    "postgresql": Speech(sa.make_url("postgresql+psycopg://").get_dialect()(), "%s"),
}


def speech_of(connection: sa.Connection) -> Speech:
    """Return how statements are written for a connection."""
    return _SPEECHES[connection.dialect.name]


def insert_rows(
    connection: sa.Connection,
    table: sa.Table,
    columns: tuple[str, ...],
    rows: Sequence[Row],
    *,
    changing: tuple[str, ...] = (),
) -> None:
    """Insert `rows`, whose values stand in the order of `columns`; nothing happens without rows.

    A row whose primary key exists is an error, or with `changing` gets the new values of those columns.

    Raises:
        ValueError: a row has more or fewer values than there are columns (a fault of the program).
    """
    if not rows:
        return
    _require_widths(rows, columns)
    statement, processors = _prepared(speech_of(connection), table, columns, changing)
    stored = _bound(rows, processors) if processors else rows
    many = len(stored) > 1
    run(connection, statement, stored if many else stored[0], many=many)


def insert_mappings(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert `rows`, all of the same columns; nothing happens without rows.

    Raises:
        ValueError: a row has more or fewer columns than the first (a fault of the program).
    """
    if not rows:
        return
    columns = tuple(rows[0])
    _require_widths(rows, columns)
    statement, processors = _prepared(speech_of(connection), table, columns, ())
    values: list[Iterable[Any]] = [map(itemgetter(name), rows) for name in columns]
    for place, process in processors:
        values[place] = map(process, values[place])
    # The driver binds each row as it is made: nothing of the rows is held twice.
    run(connection, statement, zip(*values, strict=True), many=True)


def _require_widths(rows: Sequence[Sized], columns: Sequence[str]) -> None:
    if set(map(len, rows)) != {len(columns)}:
        message = "every row has one value for each column"
        raise ValueError(message)


def run(connection: sa.Connection, statement: str, values: Iterable[Any], *, many: bool = False) -> Any:  # noqa: ANN401 - the driver's cursor
    """Run one of the database's statements in the connection's transaction and return the driver's cursor.

    SQLAlchemy's own way to a driver's statement makes a context and a result of it, which costs more than to run it.

    Raises:
        sqlalchemy.exc.DBAPIError: as SQLAlchemy itself raises it.
        TransactionMissing: there is no transaction.
    """
    if not connection.in_transaction():
        message = "a statement goes to the driver only inside a transaction"
        raise TransactionMissing(message)
    return drive(connection, statement, values, many=many)


def drive(connection: sa.Connection, statement: str, values: Iterable[Any] = (), *, many: bool = False) -> Any:  # noqa: ANN401 - the driver's cursor
    """Run one of the database's statements, also one that begins a transaction; errors as in `run`."""
    driver: Any = connection.connection.dbapi_connection
    kinds: Any = connection.dialect.loaded_dbapi
    try:
        cursor = driver.cursor()
        if many:
            cursor.executemany(statement, values)
        else:
            cursor.execute(statement, values)
    except kinds.Error as error:
        raise sa.exc.DBAPIError.instance(
            statement, None, error, kinds.Error, hide_parameters=True, dialect=connection.dialect
        ) from error
    return cursor


def _bound(rows: Sequence[Row], processors: _Processors) -> list[Row]:
    columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
    for place, process in processors:
        columns[place] = _processed(columns[place], process)
    return list(zip(*columns, strict=True))


def _processed(values: Iterable[Any], process: Callable[[Any], Any]) -> list[Any]:
    """Return a column as it is stored; rows of one section share most values, which are processed once."""
    processed: list[Any] = []
    last, stored = None, process(None)
    for value in values:
        if value is not last:
            last, stored = value, process(value)
        processed.append(stored)
    return processed


@lru_cache(maxsize=512)
def _prepared(
    speech: Speech, table: sa.Table, columns: tuple[str, ...], changing: tuple[str, ...]
) -> tuple[str, _Processors]:
    """Return the statement and what the values of some columns pass before they are stored."""

    def listed(names: Iterable[str]) -> str:
        return ", ".join(speech.column(table.c[name]) for name in names)

    marks = ", ".join(speech.mark for _ in columns)
    # No value is part of the text: only names of declared tables and columns.
    statement = f"INSERT INTO {speech.table(table)} ({listed(columns)}) VALUES ({marks})"  # noqa: S608 - declared names
    if changing:
        key = listed(column.name for column in table.primary_key)
        changed = ", ".join(f"{listed([name])} = excluded.{listed([name])}" for name in changing)
        statement += f" ON CONFLICT ({key}) DO UPDATE SET {changed}"
    found = [(place, table.c[name].type.dialect_impl(speech.dialect)) for place, name in enumerate(columns)]
    processors = [(place, kind.bind_processor(speech.dialect)) for place, kind in found]
    return statement, tuple((place, process) for place, process in processors if process is not None)
