"""Single rows by the equality of columns, at the driver's own speed: found, inserted and changed (decision 0084).

A request of one person runs some fifty statements of this kind over all institutions. To build each as an expression,
to name it for the cache and to look it up costs several times what SQLite needs to run it. Here its text is made once
for a database, a table and the names of its columns; values pass the same processors as always. Everything else of the
connection (transaction, errors) stays as it is. PostgreSQL's driver prepares at the server what it is given often.

Where a value of `where` is None the column has to be null.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from mizuhiki.runtime.bulk_rows import Speech, insert_rows, run, speech_of
from mizuhiki.runtime.columns import Blob

_Process = Callable[[Any], Any]
_Processors = tuple[tuple[int, _Process], ...]
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
    asked = _Asked(table, tuple(columns), tuple(where), _nulls(where), "", 0)
    statement, bind, row, results = _selection(speech_of(connection), asked)
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
    # A few statements serve every number of keys: the last key fills what is over.
    size = 1 << (len(keys) - 1).bit_length()
    asked = _Asked(table, columns, tuple(where), _nulls(where), column, size)
    statement, bind, row, results = _selection(speech_of(connection), asked)
    filled = tuple(keys + keys[-1:] * (size - len(keys)))
    if bind[1]:
        filled = _bound(filled, bind[1], size)
    found = run(connection, statement, _bound(where.values(), bind[0]) + filled).fetchall()
    return [row(_processed(values, results) if results else values) for values in found]


def change_rows(
    connection: sa.Connection, table: sa.Table, changes: Mapping[str, Any], where: Mapping[str, Any]
) -> int:
    """Give the rows whose columns equal `where` the values of `changes`; return how many there were."""
    statement, bind = _change(speech_of(connection), table, tuple(changes), tuple(where), _nulls(where))
    values = (*changes.values(), *where.values())
    return int(run(connection, statement, _bound(values, bind, len(changes))).rowcount)


def _nulls(where: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(name for name, value in where.items() if value is None)


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


def _where(speech: Speech, table: sa.Table, names: tuple[str, ...], nulls: tuple[str, ...]) -> str:
    tests = ((name, "IS NULL" if name in nulls else f"= {speech.mark}") for name in names)
    return " AND ".join(f"{speech.column(table.c[name])} {test}" for name, test in tests)


def _processors(found: Sequence[_Process | None]) -> _Processors:
    return tuple((place, process) for place, process in enumerate(found) if process is not None)


def _binding(speech: Speech, table: sa.Table, names: tuple[str, ...]) -> _Processors:
    kinds = [table.c[name].type.dialect_impl(speech.dialect) for name in names]
    return _processors([kind.bind_processor(speech.dialect) for kind in kinds])


class _Asked(NamedTuple):
    """What a selection's text depends on: `keys` of the column `among`, where any are asked for."""

    table: sa.Table
    columns: tuple[str, ...]
    where: tuple[str, ...]
    nulls: tuple[str, ...]
    among: str
    keys: int


@lru_cache(maxsize=512)
def _selection(
    speech: Speech, asked: _Asked
) -> tuple[str, tuple[_Processors, _Processors], Callable[[Iterable[Any]], Any], _Processors]:
    table = asked.table
    # No value is part of the text: only names of declared tables and columns.
    listed = ", ".join(speech.column(table.c[name]) for name in asked.columns)
    condition = _where(speech, table, asked.where, asked.nulls)
    if asked.keys:
        marks = ", ".join([speech.mark] * asked.keys)
        listed_keys = f"{speech.column(table.c[asked.among])} IN ({marks})"
        condition = f"{condition} AND {listed_keys}" if condition else listed_keys
    statement = f"SELECT {listed} FROM {speech.table(table)} WHERE {condition}"  # noqa: S608 - names only
    # Bytes come from these drivers as bytes; only another one gives a view of its buffer.
    types = [table.c[name].type for name in asked.columns]
    kinds = [None if isinstance(kind, Blob) else kind.dialect_impl(speech.dialect) for kind in types]
    results = _processors([None if kind is None else kind.result_processor(speech.dialect, None) for kind in kinds])
    row = namedtuple("Row", asked.columns)  # type: ignore[misc]  # noqa: PYI024 - its fields are known when it is asked for
    binding = (_binding(speech, table, asked.where), _binding(speech, table, (asked.among,) * asked.keys))
    return statement, binding, row._make, results


@lru_cache(maxsize=512)
def _change(
    speech: Speech, table: sa.Table, changes: tuple[str, ...], where: tuple[str, ...], nulls: tuple[str, ...]
) -> tuple[str, _Processors]:
    listed = ", ".join(f"{speech.column(table.c[name])} = {speech.mark}" for name in changes)
    statement = f"UPDATE {speech.table(table)} SET {listed} WHERE {_where(speech, table, where, nulls)}"  # noqa: S608 - names only
    return statement, _binding(speech, table, (*changes, *where))
