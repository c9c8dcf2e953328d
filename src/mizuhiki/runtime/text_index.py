"""Search of texts by words of our own making, on both databases.

The caller turns a text into index words (ASCII letters and digits) and asks for rows that have all of some words; how
texts become words is its business. On SQLite the words stand in an FTS5 table without content beside the indexed
table; on PostgreSQL in a JSONB array under a GIN index. Neither needs an extension or depends on a locale, which
trigram search on PostgreSQL does for other scripts than Latin.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from mizuhiki.runtime.columns import Integer, Json

_INFO_KEY = "mizuhiki.text_index"
_CHARACTERS = re.compile(r"[0-9a-z]+\Z")


class TextIndex:
    """Index words of rows, numbered as their rows are. Declare it with the metadata it belongs to."""

    def __init__(self, metadata: sa.MetaData, name: str) -> None:
        self.virtual = f"{name}_fts"
        self._table = sa.Table(
            name,
            metadata,
            sa.Column("row", Integer, primary_key=True, autoincrement=False),
            sa.Column("words", Json, nullable=False),
            sa.Index(f"{name}_words", "words", postgresql_using="gin"),
        )
        self._table.info[_INFO_KEY] = self.virtual

        def install(_target: sa.Table, connection: sa.Connection, **_: object) -> None:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql(
                    f"CREATE VIRTUAL TABLE \"{self.virtual}\" USING fts5(words, content='', detail=none, "
                    "columnsize=0, tokenize='ascii')"
                )

        sa.event.listen(self._table, "after_create", install)

    def add(self, connection: sa.Connection, row: int, words: Iterable[str]) -> None:
        """Index a row that is not indexed."""
        self.add_many(connection, [(row, words)])

    def add_many(self, connection: sa.Connection, rows: Iterable[tuple[int, Iterable[str]]]) -> None:
        """Index rows that are not indexed."""
        if connection.dialect.name == "sqlite":
            statement = sa.text(f'INSERT INTO "{self.virtual}"(rowid, words) VALUES (:row, :words)')  # noqa: S608 - our own table
            values = [{"row": row, "words": " ".join(_checked(words))} for row, words in rows]
        else:
            statement = self._table.insert()  # type: ignore[assignment]  # both are executable
            values = [{"row": row, "words": _checked(words)} for row, words in rows]
        if values:
            connection.execute(statement, values)

    def remove(self, connection: sa.Connection, row: int, words: Iterable[str]) -> None:
        """Take a row out; `words` are those it was indexed with, which SQLite's index does not keep itself."""
        if connection.dialect.name == "sqlite":
            command = f'INSERT INTO "{self.virtual}"("{self.virtual}", rowid, words)'
            statement = sa.text(f"{command} VALUES ('delete', :row, :words)")
            connection.execute(statement, {"row": row, "words": " ".join(_checked(words))})
        else:
            connection.execute(self._table.delete().where(self._table.c.row == row))

    def rows_with(self, dialect: str, words: Sequence[str]) -> sa.Select[tuple[int]]:
        """Return the query for the numbers of the rows that have every word; use it as a subquery.

        Raises:
            ValueError: no word, or one with other characters than ASCII letters and digits.
        """
        wanted = _checked(words)
        if dialect == "sqlite":
            hits = sa.table(self.virtual, sa.column("rowid", Integer))
            match = sa.text(f'"{self.virtual}" MATCH :match').bindparams(match=" AND ".join(wanted))
            return sa.select(hits.c.rowid.label("row")).where(match)
        contains = self._table.c.words.op("@>")(sa.bindparam("words", wanted, type_=Json))
        return sa.select(self._table.c.row).where(contains)


def virtual_tables(metadata: sa.MetaData) -> frozenset[str]:
    """Return the names of the SQLite tables that the metadata's text indexes stand in."""
    return frozenset(table.info[_INFO_KEY] for table in metadata.tables.values() if _INFO_KEY in table.info)


def _checked(words: Iterable[str]) -> list[str]:
    found = sorted(set(words))
    if not found or not found[0] or not _CHARACTERS.match("".join(found)):
        message = "index words are ASCII lower-case letters and digits, one at least"
        raise ValueError(message)
    return found
