"""A body's own records as rows: dataclasses whose fields are the columns of a table."""

from __future__ import annotations

import dataclasses
import enum
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, Table, select

from mizuhiki.vocabulary.typed_values import converted

_T = TypeVar("_T")


class RecordRows:
    """Stores and reads such records on one open connection; a body's records add methods of their own words."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def _insert(self, table: Table, *records: object) -> None:
        if records:
            self._connection.execute(table.insert(), [_columns(record) for record in records])

    def _replace(self, table: Table, record: object, *key: str) -> None:
        columns = _columns(record)
        where = [table.c[name] == columns.pop(name) for name in key]
        self._connection.execute(table.update().where(*where).values(columns))

    def _read(self, cls: type[_T], query: Select[Any]) -> list[_T]:
        """Return the records of a query for `columns_of` the class."""
        names = [field.name for field in dataclasses.fields(cls)]  # type: ignore[arg-type]  # every record is a dataclass
        rows = self._connection.execute(query)
        return [converted(dict(zip(names, row, strict=True)), cls) for row in rows]

    def _of(self, cls: type[_T], table: Table, reference: str, *order: ColumnElement[Any]) -> list[_T]:
        """Return a person's records of one table, in order."""
        query = select(*columns_of(cls, table)).where(table.c.reference == reference)
        return self._read(cls, query.order_by(*order))


def columns_of(cls: type[Any], table: Table) -> list[ColumnElement[Any]]:
    """Return the columns of a table that a record's fields are read from."""
    return [table.c[field.name] for field in dataclasses.fields(cls)]


def _columns(record: object) -> dict[str, object]:
    """Return a record's fields as column values; a code is stored as its text."""
    fields = dataclasses.fields(record)  # type: ignore[arg-type]  # every record is a dataclass
    values = {field.name: getattr(record, field.name) for field in fields}
    return {name: value.value if isinstance(value, enum.Enum) else value for name, value in values.items()}
