"""One city of sections for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.section_office import SectionOffice, open_section_office


@pytest.fixture
def office() -> Iterator[SectionOffice]:
    opened = open_section_office()
    yield opened
    opened.country.close()
