"""Fixtures of the portal's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from unit.institutions.portal.kit import Card, CoreLog, PortalPlace


@pytest.fixture
def place() -> Iterator[PortalPlace]:
    place = PortalPlace()
    yield place
    place.close()


@pytest.fixture
def card() -> Card:
    return Card()


@pytest.fixture
def log(tmp_path: Path, place: PortalPlace) -> Iterator[CoreLog]:
    log = CoreLog(tmp_path, place.clock)
    yield log
    log.close()
