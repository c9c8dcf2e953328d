"""Single rows by the equality of columns, at the driver's own speed: found, inserted and changed (decision 0084).

A request of one person runs some fifty statements of this kind over all institutions. To build each as an expression,
to name it for the cache and to look it up costs several times what SQLite needs to run it. Here its text is made once
for a table and the names of its columns; values pass the same processors as always. Everything else of the connection
(transaction, events, errors) stays as it is. PostgreSQL's statements are built as always.

Where a value of `where` is None the column has to be null.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from mizuhiki.runtime.bulk_rows import SQLITE, insert_rows, run

_Process = Callable[[Any], Any]
_Processors = tuple[tuple[int, _Process], ...]
_DIRECT = "sqlite"


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
    statement, bind, row, results = _selection(table, tuple(columns), tuple(where), nulls)
    found = run(connection, statement, _bound(where.values(), bind)).fetchall()
    return [row(_processed(values, results)) for values in found]


def find_rows_among(
    connection: sa.Connection, table: sa.Table, columns: Sequence[str], key: str, values: Sequence[Any]
) -> list[Any]:
    """Return the rows whose column `key` equals one of `values`, as named tuples of `columns`, in no order.

    `values` are no more than a statement may have parameters, and none of them is None.
    """
    if not values:
        return []
    if connection.dialect.name != _DIRECT:
        query = sa.select(*(table.c[name] for name in columns)).where(table.c[key].in_(list(values)))
        return list(connection.execute(query))
    # Repeating a value finds nothing twice, and few lengths of lists make few statements.
    wanted = [*values, *([values[-1]] * (_rounded(len(values)) - len(values)))]
    statement, bind, row, results = _choice(table, tuple(columns), key, len(wanted))
    found = run(connection, statement, wanted if bind is None else list(map(bind, wanted))).fetchall()
    return [row(_processed(one, results)) for one in found]


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


def _rounded(count: int) -> int:
    """Return the next power of two."""
    return 1 << (count - 1).bit_length()


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
    table: sa.Table, columns: tuple[str, ...], where: tuple[str, ...], nulls: tuple[str, ...]
) -> tuple[str, _Processors, Callable[[list[Any]], Any], _Processors]:
    start, row, results = _start(table, columns)
    return f"{start}{_where(table, where, nulls)}", _binding(table, where), row, results


@lru_cache(maxsize=512)
def _choice(
    table: sa.Table, columns: tuple[str, ...], key: str, count: int
) -> tuple[str, _Process | None, Callable[[list[Any]], Any], _Processors]:
    start, row, results = _start(table, columns)
    bind = table.c[key].type.dialect_impl(SQLITE).bind_processor(SQLITE)
    return f"{start}{_named(table, key)} IN ({', '.join('?' * count)})", bind, row, results


def _start(table: sa.Table, columns: tuple[str, ...]) -> tuple[str, Callable[[list[Any]], Any], _Processors]:
    # No value is part of the text: only names of declared tables and columns.
    listed = ", ".join(_named(table, name) for name in columns)
    source = SQLITE.identifier_preparer.format_table(table)
    kinds = [table.c[name].type.dialect_impl(SQLITE) for name in columns]
    results = _processors([kind.result_processor(SQLITE, None) for kind in kinds])
    row = namedtuple("Row", columns)  # type: ignore[misc]  # noqa: PYI024 - its fields are known when it is asked for
    return f"SELECT {listed} FROM {source} WHERE ", row._make, results  # noqa: S608 - names only


@lru_cache(maxsize=512)
def _change(
    table: sa.Table, changes: tuple[str, ...], where: tuple[str, ...], nulls: tuple[str, ...]
) -> tuple[str, _Processors]:
    listed = ", ".join(f"{_named(table, name)} = ?" for name in changes)
    target = SQLITE.identifier_preparer.format_table(table)
    statement = f"UPDATE {target} SET {listed} WHERE {_where(table, where, nulls)}"  # noqa: S608 - names only
    return statement, _binding(table, (*changes, *where))
