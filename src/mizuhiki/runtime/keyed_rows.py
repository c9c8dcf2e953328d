"""Single rows by the equality of columns, at the driver's own speed: found, inserted and changed (decision 0084).

A request of one person runs some fifty statements of this kind over all institutions. To build each as an expression,
to name it for the cache and to look it up costs several times what SQLite needs to run it. Here its text is made once
for a table and the names of its columns; values pass the same processors as always. Everything else of the connection
(transaction, events, errors) stays as it is. PostgreSQL's statements are built as always.

Where a value of `where` is None the column has to be null.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from mizuhiki.runtime.bulk_rows import SQLITE, insert_rows, run
from mizuhiki.runtime.columns import Blob

_Process = Callable[[Any], Any]
_Processors = tuple[tuple[int, _Process], ...]
_DIRECT = "sqlite"
_LARGEST_LOOKUP = 512
"""Keys of one look-up, a power of two: many enough to be worth a statement, few enough for every database."""


def insert_row(connection: sa.Connection, table: sa.Table, values: Mapping[str, Any]) -> None:
    """Insert one row; columns that are not named become null.

    Raises:
        sqlalchemy.exc.IntegrityError: its key exists, or a rule of the table is broken.
    """
    insert_rows(connection, table, tuple(values), [tuple(values.values())])


def find_rows(
    connection: sa.Connection, table: sa.Table, columns: Sequence[str], where: Mapping[str, Any]
) -> list[Any]:
    """Return the rows whose columns equal `where`, as named tuples of `columns`, in no order."""
    if connection.dialect.name != _DIRECT:
        query = sa.select(*(table.c[name] for name in columns)).where(*_conditions(table, where))
        return list(connection.execute(query))
    nulls = tuple(name for name, value in where.items() if value is None)
    statement, bind, row, results = _selection(table, tuple(columns), tuple(where), nulls, ("", 0))
    found = run(connection, statement, _bound(where.values(), bind[0])).fetchall()
    return [row(_processed(values, results)) for values in found]


def find_row(connection: sa.Connection, table: sa.Table, columns: Sequence[str], where: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a named tuple of the columns asked for
    """Return the only row whose columns equal `where`, or None.

    Raises:
        sqlalchemy.exc.MultipleResultsFound: there are several.
    """
    found = find_rows(connection, table, columns, where)
    if len(found) > 1:
        message = f"more than one row of {table.name}"
        raise sa.exc.MultipleResultsFound(message)
    return found[0] if found else None


def find_among(
    connection: sa.Connection,
    table: sa.Table,
    columns: Sequence[str],
    among: tuple[str, Iterable[Any]],
    where: Mapping[str, Any] | None = None,
) -> list[Any]:
    """Return the rows that equal `where` and whose column `among[0]` is one of the keys `among[1]`, in no order.

    Any number of keys; equal ones count once. They are looked up in their order, so that neighbours are read together.
    Rows are named tuples of `columns`.
    """
    column, keys = among
    wanted = sorted(set(keys))
    found: list[Any] = []
    for start in range(0, len(wanted), _LARGEST_LOOKUP):
        some = wanted[start : start + _LARGEST_LOOKUP]
        found += _among(connection, table, tuple(columns), (column, some), where or {})
    return found


def _among(
    connection: sa.Connection,
    table: sa.Table,
    columns: tuple[str, ...],
    among: tuple[str, list[Any]],
    where: Mapping[str, Any],
) -> list[Any]:
    column, keys = among
    if connection.dialect.name != _DIRECT:
        query = sa.select(*(table.c[name] for name in columns))
        return list(connection.execute(query.where(*_conditions(table, where), table.c[column].in_(keys))))
    # A few statements serve every number of keys: the last key fills what is over.
    size = 1 << (len(keys) - 1).bit_length()
    nulls = tuple(name for name, value in where.items() if value is None)
    statement, bind, row, results = _selection(table, columns, tuple(where), nulls, (column, size))
    filled = tuple(keys + keys[-1:] * (size - len(keys)))
    if bind[1]:
        filled = _bound(filled, bind[1], size)
    found = run(connection, statement, _bound(where.values(), bind[0]) + filled).fetchall()
    return [row(_processed(values, results) if results else values) for values in found]


def change_rows(
    connection: sa.Connection, table: sa.Table, changes: Mapping[str, Any], where: Mapping[str, Any]
) -> int:
    """Give the rows whose columns equal `where` the values of `changes`; return how many there were."""
    if connection.dialect.name != _DIRECT:
        return connection.execute(table.update().where(*_conditions(table, where)).values(changes)).rowcount
    nulls = tuple(name for name, value in where.items() if value is None)
    statement, bind = _change(table, tuple(changes), tuple(where), nulls)
    values = (*changes.values(), *where.values())
    return int(run(connection, statement, _bound(values, bind, len(changes))).rowcount)


def _conditions(table: sa.Table, where: Mapping[str, Any]) -> list[sa.ColumnElement[bool]]:
    return [table.c[name].is_(None) if value is None else table.c[name] == value for name, value in where.items()]


def _bound(values: Any, processors: _Processors, kept: int = 0) -> tuple[Any, ...]:  # noqa: ANN401 - values of a mapping
    """Return what the driver binds; a None among the conditions, after the first `kept`, is part of the text."""
    bound = list(values)
    for place, process in processors:
        bound[place] = process(bound[place])
    return tuple(value for place, value in enumerate(bound) if place < kept or value is not None)


def _processed(values: Sequence[Any], processors: _Processors) -> list[Any]:
    processed = list(values)
    for place, process in processors:
        processed[place] = process(processed[place])
    return processed


def _named(table: sa.Table, name: str) -> str:
    return SQLITE.identifier_preparer.format_column(table.c[name])


def _where(table: sa.Table, names: tuple[str, ...], nulls: tuple[str, ...]) -> str:
    return " AND ".join(f"{_named(table, name)} {'IS NULL' if name in nulls else '= ?'}" for name in names)


def _processors(found: Sequence[_Process | None]) -> _Processors:
    return tuple((place, process) for place, process in enumerate(found) if process is not None)


def _binding(table: sa.Table, names: tuple[str, ...]) -> _Processors:
    return _processors([table.c[name].type.dialect_impl(SQLITE).bind_processor(SQLITE) for name in names])


@lru_cache(maxsize=512)
def _selection(
    table: sa.Table,
    columns: tuple[str, ...],
    where: tuple[str, ...],
    nulls: tuple[str, ...],
    among: tuple[str, int],
) -> tuple[str, tuple[_Processors, _Processors], Callable[[Iterable[Any]], Any], _Processors]:
    column, keys = among
    # No value is part of the text: only names of declared tables and columns.
    listed = ", ".join(_named(table, name) for name in columns)
    source = SQLITE.identifier_preparer.format_table(table)
    condition = _where(table, where, nulls)
    if keys:
        listed_keys = f"{_named(table, column)} IN ({', '.join('?' * keys)})"
        condition = f"{condition} AND {listed_keys}" if condition else listed_keys
    statement = f"SELECT {listed} FROM {source} WHERE {condition}"  # noqa: S608 - names only
    # Bytes come from this driver as bytes; only another driver gives a view of its buffer.
    kinds = [None if isinstance(kind := table.c[name].type, Blob) else kind.dialect_impl(SQLITE) for name in columns]
    results = _processors([None if kind is None else kind.result_processor(SQLITE, None) for kind in kinds])
    row = namedtuple("Row", columns)  # type: ignore[misc]  # noqa: PYI024 - its fields are known when it is asked for
    binding = (_binding(table, where), _binding(table, (column,) * keys))
    return statement, binding, row._make, results


@lru_cache(maxsize=512)
def _change(
    table: sa.Table, changes: tuple[str, ...], where: tuple[str, ...], nulls: tuple[str, ...]
) -> tuple[str, _Processors]:
    listed = ", ".join(f"{_named(table, name)} = ?" for name in changes)
    target = SQLITE.identifier_preparer.format_table(table)
    statement = f"UPDATE {target} SET {listed} WHERE {_where(table, where, nulls)}"  # noqa: S608 - names only
    return statement, _binding(table, (*changes, *where))
