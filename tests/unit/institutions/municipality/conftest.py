"""Keys of seals made once for all tests here: making one takes longer than a test."""

from __future__ import annotations

import functools
import itertools

import pytest

from mizuhiki.crypto.keystore import software

_KEYS = 6
_make = software._new_rsa


@functools.cache
def _kept() -> tuple[bytes, ...]:
    return tuple(_make() for _ in range(_KEYS))


@pytest.fixture(autouse=True)
def kept_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    turn = itertools.cycle(_kept())
    monkeypatch.setattr(software, "_new_rsa", lambda: next(turn))
