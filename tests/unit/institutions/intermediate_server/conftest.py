from __future__ import annotations

from collections.abc import Iterator

import pytest

from unit.institutions.intermediate_server.kit import Network, linked


@pytest.fixture
def network() -> Iterator[Network]:
    """Two municipalities that know one person, and her portal account."""
    place = linked()
    yield place
    place.close()


@pytest.fixture
def empty() -> Iterator[Network]:
    """The same servers before anybody has a pseudonym."""
    place = Network()
    yield place
    place.close()
