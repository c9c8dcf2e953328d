"""Databases of the stores under test, once on each kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from mizuhiki.runtime.database import Database


def database_of(metadata: sa.MetaData) -> Any:
    """Return the fixture of a database with these tables; a module gives it the name under which tests ask for it."""

    @pytest.fixture
    def database(database_url: str) -> Iterator[Database]:
        opened = Database(database_url)
        opened.create(metadata)
        yield opened
        opened.dispose()

    return database
