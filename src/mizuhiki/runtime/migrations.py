"""Bringing an older database to the version the program needs, with alembic's operations.

Version 1 is `metadata` as first released and has no migration. Every later version has one file in the institution's
``store/migrations/versions`` named ``0002_add_remarks.py`` with ``revision = "0002"``, ``down_revision`` (None for
0002) and ``upgrade()``. An empty database is created at the newest version straight from the metadata; an older one is
upgraded step by step in one transaction and then compared with the metadata, so a migration that forgets something
stops the start. There is no downgrade: restore the backup. Batch migrations may not touch append-only tables.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory

from mizuhiki.runtime import schema
from mizuhiki.runtime.database import Database


def prepare(database: Database, metadata: sa.MetaData, migrations: Path | None = None) -> None:
    """Create, upgrade and check the tables; `migrations` is the directory that holds ``versions``.

    Raises:
        DataOfAnotherVersion: the database is newer than the program, or differs after the upgrade.
    """
    steps = _steps(migrations)
    newest = int(steps[-1].revision) if steps else 1
    with database.write() as connection:
        if schema.is_empty(connection):
            schema.create(connection, metadata, newest)
            return
        stored = schema.stored_version(connection)
        context = MigrationContext.configure(connection)
        for step in steps:
            if stored < int(step.revision):
                with Operations.context(context):
                    step.module.upgrade()
                schema.store_version(connection, int(step.revision))
        schema.check(connection, metadata, newest)


def _steps(migrations: Path | None) -> list[Script]:
    if migrations is None or not (migrations / "versions").is_dir():
        return []
    return sorted(ScriptDirectory(str(migrations)).walk_revisions(), key=lambda step: int(step.revision))
