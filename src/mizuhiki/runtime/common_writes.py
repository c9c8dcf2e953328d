"""Requests that wait while others are being written are written together: one durable write serves them all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from mizuhiki.vocabulary.errors import MizuhikiError

WantedT = TypeVar("WantedT")
GivenT = TypeVar("GivenT")


@dataclass(frozen=True, slots=True)
class _Request(Generic[WantedT, GivenT]):
    """What one caller wants; the caller sleeps on `wake` until it is answered or has to write itself."""

    wanted: WantedT
    answer: Future[GivenT] = field(default_factory=Future)
    wake: threading.Event = field(default_factory=threading.Event)


class CommonWrites(Generic[WantedT, GivenT]):
    """Hands what many callers want to one `write` at a time; safe between threads.

    `write` returns an answer for each, in order: a refusal is raised to its own caller alone, what `write` raises to
    all of them. A common write takes no further request beyond `at_once`, so that none waits for long; `weight` says
    how much of it a request takes.
    """

    def __init__(
        self,
        write: Callable[[Sequence[WantedT]], Sequence[GivenT | MizuhikiError]],
        *,
        interrupted: type[MizuhikiError],
        at_once: int,
        weight: Callable[[WantedT], int] = lambda _: 1,
    ) -> None:
        self._write_all = write
        self._interrupted = interrupted
        self._at_once = at_once
        self._weight = weight
        self._waiting: list[_Request[WantedT, GivenT]] = []
        self._mutex = threading.Lock()
        self._writing = False

    def ask(self, wanted: WantedT) -> GivenT:
        """Return the answer to one request, once it is durable.

        Raises:
            MizuhikiError: what refused it; `interrupted` where the common write failed for a reason outside it.
        """
        request: _Request[WantedT, GivenT] = _Request(wanted)
        with self._mutex:
            self._waiting.append(request)
            writes, self._writing = not self._writing, True
        if not writes:
            request.wake.wait()
        if not request.answer.done():
            self._write_until(request)
        return request.answer.result()

    def _write_until(self, request: _Request[WantedT, GivenT]) -> None:
        """Write what waits until `request` is answered, then leave the writing to the next who waits."""
        try:
            while not request.answer.done():
                self._write(self._next())
        finally:
            with self._mutex:
                self._writing = bool(self._waiting)
                if self._waiting:
                    self._waiting[0].wake.set()

    def _next(self) -> list[_Request[WantedT, GivenT]]:
        with self._mutex:
            count = total = 0
            for request in self._waiting:
                total += self._weight(request.wanted)
                if count and total > self._at_once:
                    break
                count += 1
            taken, self._waiting = self._waiting[:count], self._waiting[count:]
            return taken

    def _write(self, requests: list[_Request[WantedT, GivenT]]) -> None:
        try:
            outcomes = self._write_all([request.wanted for request in requests])
        except MizuhikiError as error:
            for request in requests:
                request.answer.set_exception(error)
        else:
            for request, outcome in zip(requests, outcomes, strict=True):
                if isinstance(outcome, MizuhikiError):
                    request.answer.set_exception(outcome)
                else:
                    request.answer.set_result(outcome)
        finally:
            for request in requests:
                if not request.answer.done():
                    request.answer.set_exception(self._interrupted())
                request.wake.set()
