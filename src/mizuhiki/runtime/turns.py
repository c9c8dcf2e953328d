"""Few requests are worked on at once, the others wait before they begin (decision 0084).

Threads of one process share the interpreter. A writing transaction gives it up with every statement; where twenty
threads want it, each statement waits for nineteen turns, and everybody else waits for the transaction. Working on a
few requests at a time keeps transactions as short as their statements; nothing is lost, since the processor is the
same. Who waits for another institution holds no turn meanwhile, so that no two can wait for each other.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _Held(threading.local):
    turns: Turns | None = None


_held = _Held()


class Turns:
    """At most `number` holders at once; whoever comes when one is free takes it."""

    def __init__(self, number: int) -> None:
        self._free = threading.Semaphore(number)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Hold a turn of this kind, and no other, until the end of the block."""
        with given_up(), self._free:
            _held.turns = self
            try:
                yield
            finally:
                _held.turns = None

    def _give_up(self) -> None:
        self._free.release()

    def _take_again(self) -> None:
        self._free.acquire()


@contextmanager
def given_up() -> Iterator[None]:
    """Give this thread's turn to others until the end of the block, where it has one."""
    turns = _held.turns
    if turns is None:
        yield
        return
    _held.turns = None
    turns._give_up()  # noqa: SLF001 - the other half of this module
    try:
        yield
    finally:
        turns._take_again()  # noqa: SLF001 - as above
        _held.turns = turns
