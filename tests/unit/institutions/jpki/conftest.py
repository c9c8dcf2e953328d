"""Fixtures of the certification authorities' tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from unit.institutions.jpki.kit import Desk, open_desk


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = open_desk()
    yield desk
    desk.app.close()
