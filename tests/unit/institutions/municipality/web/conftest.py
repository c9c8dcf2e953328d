"""Fixtures of the counter pages' tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from unit.institutions.municipality.web.kit import CounterPlace, FakeCardDesk


@pytest.fixture
def place() -> Iterator[CounterPlace]:
    place = CounterPlace(card_desk=FakeCardDesk())
    yield place
    place.close()
