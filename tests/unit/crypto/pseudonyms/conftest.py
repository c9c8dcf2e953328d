"""Everything about pseudonyms is tested with both libraries; where libdecaf is missing, CI fails."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from mizuhiki.crypto.pseudonyms.arithmetic import VARIABLE, arithmetic
from mizuhiki.crypto.pseudonyms.arithmetic.libdecaf import LibDecaf


@pytest.fixture(scope="module", params=["libsodium", "libdecaf"], autouse=True)
def library(request: pytest.FixtureRequest) -> Iterator[str]:
    """Calculate with one library for all tests of a module, then with the other."""
    name: str = request.param
    if name == "libdecaf" and LibDecaf.installed() is None and os.environ.get("CI") != "true":
        pytest.skip("libdecaf0 is optional, and not installed here: `make system-packages` does; in CI this fails")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, name)
        arithmetic.cache_clear()
        yield name
    arithmetic.cache_clear()
