"""Creation and start-up check of a database's tables.

A database carries its version in `schema_version`. Start-up compares the live tables with the ones the program was
written for: columns with type and nullability, keys, uniqueness, foreign keys, indexes, and the triggers that keep
tables append-only (a migration that drops one silently is found here). A difference stops the start.
"""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from mizuhiki.runtime.append_only import expected_triggers
from mizuhiki.runtime.bulk_rows import drive
from mizuhiki.runtime.columns import COLUMN_TYPES, Integer
from mizuhiki.runtime.text_index import virtual_tables
from mizuhiki.vocabulary.errors import Corrupt

VERSION_TABLE = "schema_version"
_versions = sa.Table(
    VERSION_TABLE,
    sa.MetaData(),
    sa.Column("id", Integer, primary_key=True, autoincrement=False),
    sa.Column("version", Integer, nullable=False),
    sqlite_strict=True,
)


class DataOfAnotherVersion(Corrupt):
    """The database was written by another version of the program, or was changed by hand."""

    code = "data-of-another-version"
    title = "The database belongs to another version"


@dataclass(frozen=True, slots=True)
class TableShape:
    """What is compared of one table."""

    columns: frozenset[tuple[str, str, bool]]
    primary_key: tuple[str, ...]
    unique: frozenset[tuple[str, ...]]
    foreign_keys: frozenset[tuple[tuple[str, ...], str, tuple[str, ...]]]
    indexes: frozenset[tuple[str, ...]]
    triggers: frozenset[str]


def is_empty(connection: sa.Connection) -> bool:
    """Tell whether the database has no table yet."""
    return not sa.inspect(connection).get_table_names()


_statements: WeakKeyDictionary[sa.MetaData, dict[str, list[str]]] = WeakKeyDictionary()
"""What `create` executed for a metadata, by dialect: a host of many bodies makes the same tables many times."""


def create(connection: sa.Connection, metadata: sa.MetaData, version: int) -> None:
    """Create every table of `metadata` (STRICT on SQLite) in an empty database and note `version`."""
    known = _statements.setdefault(metadata, {})
    if connection.dialect.name not in known:
        known[connection.dialect.name] = _created_first(connection, metadata)
    else:
        statements = known[connection.dialect.name]
        together = connection.dialect.name == "postgresql"  # which takes many statements in one message
        for statement in [";\n".join(statements)] if together else statements:
            drive(connection, statement).close()
    connection.execute(_versions.insert().values(id=1, version=version))


def _created_first(connection: sa.Connection, metadata: sa.MetaData) -> list[str]:
    """Create the tables and return the statements that did, those of triggers and text indexes among them."""
    executed: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        executed.append(statement)

    for table in metadata.tables.values():
        _require_own_types(table)
        table.dialect_options["sqlite"]["strict"] = True
    sa.event.listen(connection, "before_cursor_execute", listen)
    try:
        metadata.create_all(connection, checkfirst=False)
        _versions.create(connection, checkfirst=False)
    finally:
        sa.event.remove(connection, "before_cursor_execute", listen)
    return executed


def stored_version(connection: sa.Connection) -> int:
    """Return the version the database carries.

    Raises:
        DataOfAnotherVersion: it carries none.
    """
    if not sa.inspect(connection).has_table(VERSION_TABLE):
        raise DataOfAnotherVersion(
            "the database has tables but no version: point database_url at an empty database or at this program's own"
        )
    return int(connection.execute(sa.select(_versions.c.version)).scalar_one())


def store_version(connection: sa.Connection, version: int) -> None:
    """Note that the tables are now those of `version`."""
    connection.execute(_versions.update().values(version=version))


def check(connection: sa.Connection, metadata: sa.MetaData, version: int) -> None:
    """Return when the live tables are those of `metadata` at `version`.

    Raises:
        DataOfAnotherVersion: they are not; the message says in one line what differs and what to do.
    """
    stored = stored_version(connection)
    if stored != version:
        raise DataOfAnotherVersion(
            f"the database is at version {stored}, this program needs {version}: run the program that fits, or migrate",
            stored=stored,
            needed=version,
        )
    expected = {table.name: _declared(table, connection.dialect) for table in metadata.tables.values()}
    live = _live(connection)
    if connection.dialect.name == "sqlite" and _live_virtual(connection, "virtual") != virtual_tables(metadata):
        raise DataOfAnotherVersion("the text indexes differ: restore the database from a backup")
    for name in sorted(expected.keys() | live.keys()):
        if expected.get(name) != live.get(name):
            what = "is missing" if name not in live else "is unknown" if name not in expected else "differs"
            raise DataOfAnotherVersion(
                f"table {name} {what}: restore the database from a backup, or start with an empty one", table=name
            )


def _require_own_types(table: sa.Table) -> None:
    for column in table.columns:
        if not isinstance(column.type, COLUMN_TYPES):
            message = f"{table.name}.{column.name}: use the column types of runtime.database"
            raise TypeError(message)


def _type_name(kind: sa.types.TypeEngine[object], dialect: sa.Dialect) -> str:
    return str(kind.compile(dialect))


def _declared(table: sa.Table, dialect: sa.Dialect) -> TableShape:
    unique = {
        tuple(c.name for c in constraint.columns)
        for constraint in table.constraints
        if isinstance(constraint, sa.UniqueConstraint)
    }
    unique |= {tuple(c.name for c in index.columns) for index in table.indexes if index.unique}
    return TableShape(
        columns=frozenset((c.name, _type_name(c.type, dialect), bool(c.nullable)) for c in table.columns),
        primary_key=tuple(c.name for c in table.primary_key.columns),
        unique=frozenset(unique),
        foreign_keys=frozenset(
            (
                tuple(element.parent.name for element in constraint.elements),
                constraint.referred_table.name,
                tuple(element.column.name for element in constraint.elements),
            )
            for constraint in table.foreign_key_constraints
        ),
        indexes=frozenset(tuple(c.name for c in index.columns) for index in table.indexes if not index.unique),
        triggers=expected_triggers(table, dialect.name),
    )


def _live(connection: sa.Connection) -> dict[str, TableShape]:
    inspector = sa.inspect(connection)
    triggers = _live_triggers(connection)
    shapes = {}
    made_by_sqlite: frozenset[str] = frozenset()
    if connection.dialect.name == "sqlite":
        made_by_sqlite = _live_virtual(connection, "virtual") | _live_virtual(connection, "shadow")
    for name in inspector.get_table_names():
        if name == VERSION_TABLE or name in made_by_sqlite:
            continue
        unique = {tuple(u["column_names"]) for u in inspector.get_unique_constraints(name)}
        indexes = inspector.get_indexes(name)
        unique |= {tuple(str(c) for c in i["column_names"]) for i in indexes if i["unique"]}
        shapes[name] = TableShape(
            columns=frozenset(
                (c["name"], _type_name(c["type"], connection.dialect), bool(c["nullable"]))
                for c in inspector.get_columns(name)
            ),
            primary_key=tuple(inspector.get_pk_constraint(name)["constrained_columns"]),
            unique=frozenset(unique),
            foreign_keys=frozenset(
                (tuple(f["constrained_columns"]), f["referred_table"], tuple(f["referred_columns"]))
                for f in inspector.get_foreign_keys(name)
            ),
            indexes=frozenset(tuple(str(c) for c in i["column_names"]) for i in indexes if not i["unique"]),
            triggers=frozenset(triggers.get(name, ())),
        )
    return shapes


def _live_virtual(connection: sa.Connection, kind: str) -> frozenset[str]:
    """Return the names of SQLite's virtual tables, or of the shadow tables that hold what is in them."""
    rows = connection.exec_driver_sql("PRAGMA table_list")
    return frozenset(row.name for row in rows if row.type == kind)


_SQLITE_TRIGGERS = sa.text("SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'")
_POSTGRESQL_TRIGGERS = sa.text(
    "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
    "JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND n.nspname = current_schema()"
)


def _live_triggers(connection: sa.Connection) -> dict[str, list[str]]:
    query = _SQLITE_TRIGGERS if connection.dialect.name == "sqlite" else _POSTGRESQL_TRIGGERS
    found: dict[str, list[str]] = {}
    for table, trigger in connection.execute(query):
        found.setdefault(table, []).append(trigger)
    return found
