"""Fixtures of the core's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from unit.institutions.linkage_core.kit import Linkage


@pytest.fixture
def place() -> Iterator[Linkage]:
    """Commission and core on 2019-12-02, with the asking municipality's assessment published."""
    linkage = Linkage()
    linkage.publish_assessment()
    yield linkage
    linkage.close()
