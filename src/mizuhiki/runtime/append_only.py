"""Tables whose rows are only ever added, kept so by the database itself and not by the good will of the code.

Triggers abort UPDATE, DELETE and (PostgreSQL) TRUNCATE. On SQLite a further trigger aborts an INSERT whose key exists,
because REPLACE deletes the old row without asking the delete trigger unless `recursive_triggers` is on for that
connection. Both databases report an IntegrityError. No batch migration may touch such a table: it drops triggers.

`erasable_columns` may be set to NULL later, once, and to nothing else: content whose legal period has ended goes while
the row, its hash and its place stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

_INFO_KEY = "mizuhiki.append_only"
_FUNCTION = "mizuhiki_append_only"


def append_only(table: sa.Table, erasable_columns: Sequence[str] = ()) -> sa.Table:
    """Make `table` append-only when it is created, and let start-up refuse it without its triggers; return it."""
    for name in erasable_columns:
        if not table.c[name].nullable:
            message = f"{table.name}.{name} cannot be erased: it is NOT NULL"
            raise ValueError(message)
    table.info[_INFO_KEY] = tuple(erasable_columns)

    def install(target: sa.Table, connection: sa.Connection, **_: object) -> None:
        for statement in trigger_statements(target, connection.dialect.name):
            connection.exec_driver_sql(statement)

    sa.event.listen(table, "after_create", install)
    return table


def is_append_only(table: sa.Table) -> bool:
    """Tell whether `append_only` was applied."""
    return _INFO_KEY in table.info


def expected_triggers(table: sa.Table, dialect: str) -> frozenset[str]:
    """Return the names of the triggers the live table must have."""
    if not is_append_only(table):
        return frozenset()
    kinds = (
        ("no_update", "no_delete", "no_replace") if dialect == "sqlite" else ("no_update", "no_delete", "no_truncate")
    )
    return frozenset(f"{table.name}_{kind}" for kind in kinds)


def trigger_statements(table: sa.Table, dialect: str) -> list[str]:
    """Return the statements that install the triggers; migrations that create such a table use them too."""
    erasable = frozenset(table.info[_INFO_KEY])
    return _sqlite(table, erasable) if dialect == "sqlite" else _postgresql(table, erasable)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _unchanged(table: sa.Table, erasable: frozenset[str], same: str) -> str:
    kept = [f"OLD.{_quoted(c.name)} {same} NEW.{_quoted(c.name)}" for c in table.columns if c.name not in erasable]
    erased = [
        f"(NEW.{_quoted(name)} IS NULL OR OLD.{_quoted(name)} {same} NEW.{_quoted(name)})" for name in sorted(erasable)
    ]
    return " AND ".join(kept + erased)


def _keys(table: sa.Table) -> Iterable[list[str]]:
    yield [column.name for column in table.primary_key.columns]
    for constraint in table.constraints:
        if isinstance(constraint, sa.UniqueConstraint):
            yield [column.name for column in constraint.columns]
    for index in table.indexes:
        # A partial index says nothing about rows outside its condition.
        if index.unique and index.dialect_options["sqlite"]["where"] is None:
            yield [column.name for column in index.columns]


def _row_exists(quoted_table: str, key: list[str]) -> str:
    same = " AND ".join(f"o.{_quoted(name)} = NEW.{_quoted(name)}" for name in key)
    return f"EXISTS (SELECT 1 FROM {quoted_table} AS o WHERE {same})"  # noqa: S608 - names of our own tables


def _sqlite(table: sa.Table, erasable: frozenset[str]) -> list[str]:
    name, quoted = table.name, _quoted(table.name)
    abort = f"BEGIN SELECT RAISE(ABORT, 'append-only: {name}'); END"
    changes = f"WHEN NOT ({_unchanged(table, erasable, 'IS')}) " if erasable else ""
    same_key = " OR ".join(_row_exists(quoted, key) for key in sorted(_keys(table)) if key)
    return [
        f"CREATE TRIGGER {_quoted(f'{name}_no_update')} BEFORE UPDATE ON {quoted} {changes}{abort}",
        f"CREATE TRIGGER {_quoted(f'{name}_no_delete')} BEFORE DELETE ON {quoted} {abort}",
        f"CREATE TRIGGER {_quoted(f'{name}_no_replace')} BEFORE INSERT ON {quoted} WHEN {same_key} {abort}",
    ]


def _postgresql(table: sa.Table, erasable: frozenset[str]) -> list[str]:
    name, quoted = table.name, _quoted(table.name)
    changes = f"WHEN (NOT ({_unchanged(table, erasable, 'IS NOT DISTINCT FROM')})) " if erasable else ""
    call = f"EXECUTE FUNCTION {_FUNCTION}()"
    return [
        (
            f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION USING MESSAGE = 'append-only: ' || TG_TABLE_NAME, ERRCODE = '23000'; END $$"
        ),
        f"CREATE TRIGGER {_quoted(f'{name}_no_update')} BEFORE UPDATE ON {quoted} FOR EACH ROW {changes}{call}",
        f"CREATE TRIGGER {_quoted(f'{name}_no_delete')} BEFORE DELETE ON {quoted} FOR EACH ROW {call}",
        f"CREATE TRIGGER {_quoted(f'{name}_no_truncate')} BEFORE TRUNCATE ON {quoted} FOR EACH STATEMENT {call}",
    ]
