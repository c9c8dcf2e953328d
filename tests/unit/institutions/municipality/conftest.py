"""Countries for the tests of municipalities, and keys of seals made once: making one takes longer than a test."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator

import pytest

from mizuhiki.crypto.keystore import software
from support.municipality import Country, make_country

_KEYS = 6
_make = software._new_rsa


@functools.cache
def _kept() -> tuple[bytes, ...]:
    return tuple(_make() for _ in range(_KEYS))


@pytest.fixture(autouse=True)
def kept_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    turn = itertools.cycle(_kept())
    monkeypatch.setattr(software, "_new_rsa", lambda: next(turn))


@pytest.fixture
def country() -> Iterator[Country]:
    """A country for rules that the store has no part in."""
    made = make_country()
    yield made
    made.close()


@pytest.fixture
def either(database_url: str) -> Iterator[Country]:
    """A country on each of the two databases."""
    made = make_country(database_url)
    yield made
    made.close()
