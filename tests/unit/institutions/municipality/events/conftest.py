"""Countries for the tests of life events: municipalities, registers and the outside parties that send notices."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.events import events_country
from support.municipality import Country


@pytest.fixture
def country(database_url: str) -> Iterator[Country]:
    made = events_country(database_url)
    yield made
    made.close()


@pytest.fixture
def light() -> Iterator[Country]:
    """A country on one database, for rules that the store has no part in."""
    made = events_country()
    yield made
    made.close()
