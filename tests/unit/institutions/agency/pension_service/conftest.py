"""Fixtures of the pension service's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from unit.institutions.agency.pension_service.kit import Office, open_office


@pytest.fixture
def office() -> Iterator[Office]:
    office = open_office()
    yield office
    office.app.close()
