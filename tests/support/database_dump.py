"""Everything an SQLite database holds, as text."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

TABLES = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL TABLE%'"
"""A text index cannot be scanned as a table; its content stands in tables beside it, which are."""


def written_out(connection: sqlite3.Connection) -> Iterator[str]:
    """Every table with its rows as a dump writes them; `iterdump` itself stops at a text index without content."""
    for name, sql in connection.execute(TABLES).fetchall():
        yield sql
        columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{name}")')]
        quoted = " || ',' || ".join(f'quote("{column}")' for column in columns)
        yield from (row[0] for row in connection.execute(f'SELECT {quoted} FROM "{name}"'))  # noqa: S608 - own tables
