"""Applications that wait while others are being written are written together: one durable write serves them all."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from dataclasses import dataclass, field

from mizuhiki.institutions.jpki.domain.certificates import Application, CertificateSet
from mizuhiki.institutions.jpki.domain.errors import IssueInterrupted
from mizuhiki.institutions.jpki.operations.issue_batch import IssueBatch
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.errors import MizuhikiError

AT_ONCE = 200
"""Applications of one common write; their signatures take a fifth of a second, so none waits for long."""


@dataclass(frozen=True, slots=True)
class _Request:
    """One caller's application; the caller sleeps on `wake` until it is answered or has to write itself."""

    context: Context
    application: Application
    answer: Future[CertificateSet] = field(default_factory=Future)
    wake: threading.Event = field(default_factory=threading.Event)


class IssueQueue:
    """Hands the applications of many callers to the batch; safe between threads."""

    def __init__(self, batch: IssueBatch) -> None:
        self._batch = batch
        self._waiting: list[_Request] = []
        self._mutex = threading.Lock()
        self._writing = False

    def issue(self, context: Context, application: Application) -> CertificateSet:
        """Return the certificates of one application.

        Raises:
            IssueInterrupted: the common write failed for a reason outside this application; ask again.
            MizuhikiError: what refused this application.
        """
        request = _Request(context, application)
        with self._mutex:
            self._waiting.append(request)
            writes, self._writing = not self._writing, True
        if not writes:
            request.wake.wait()
        if not request.answer.done():
            self._write_until(request)
        return request.answer.result()

    def _write_until(self, request: _Request) -> None:
        """Write what waits until `request` is answered, then leave the writing to the next who waits."""
        try:
            while not request.answer.done():
                self._write(self._next())
        finally:
            with self._mutex:
                self._writing = bool(self._waiting)
                if self._waiting:
                    self._waiting[0].wake.set()

    def _next(self) -> list[_Request]:
        with self._mutex:
            taken, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            return taken

    def _write(self, requests: list[_Request]) -> None:
        try:
            outcomes = self._batch([(request.context, request.application) for request in requests])
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
                    request.answer.set_exception(IssueInterrupted())
                request.wake.set()
