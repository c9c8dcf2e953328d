"""Cuts the power of one municipality at a chosen point: before or after any commit, before or after any call."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.institutions.municipality.operations.service import MunicipalityOperations
from mizuhiki.institutions.municipality.ports import Records


class PowerCut(BaseException):
    """Nothing in the program may catch this."""


class Current:
    """Counts points and cuts at one of them; `cut` says whether it came so far."""

    def __init__(self, at: int | None) -> None:
        self._left = at
        self.cut = False

    def point(self) -> None:
        if self._left is None or self.cut:
            return
        self._left -= 1
        if self._left < 0:
            self.cut = True
            raise PowerCut


class _Store:
    def __init__(self, store: Any, current: Current) -> None:
        self._store, self._current = store, current

    @contextmanager
    def transaction(self) -> Iterator[Records]:
        with self._store.transaction() as records:
            yield records
            self._current.point()
        self._current.point()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


class _Calls:
    def __init__(self, peer: Any, current: Current) -> None:
        self._peer, self._current = peer, current

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._peer, name)

        def call(*arguments: Any) -> Any:
            self._current.point()
            answer = method(*arguments)
            self._current.point()
            return answer

        return call


def wired(operations: MunicipalityOperations, current: Current) -> MunicipalityOperations:
    """Return the operations with points around commits and calls to the register."""
    adapters = operations.adapters
    changed: Adapters = dataclasses.replace(
        adapters, store=_Store(adapters.store, current), numbers=_Calls(adapters.numbers, current)
    )
    return dataclasses.replace(operations, adapters=changed)
