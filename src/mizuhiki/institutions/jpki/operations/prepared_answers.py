"""Prepared answers in memory: what one process has given out lately, dropped when a newer one is signed."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from mizuhiki.crypto.digests import sha256
from mizuhiki.institutions.jpki.domain.certificates import Kind
from mizuhiki.institutions.jpki.domain.errors import StatusNotReady
from mizuhiki.institutions.jpki.domain.status import StatusTimes
from mizuhiki.institutions.jpki.ports import StatusStore
from mizuhiki.vocabulary.errors import Unavailable

MOST_HELD = 200_000
"""Certificates in one process's memory, with both answers about 700 MB; the oldest goes first."""


class StatusReply(NamedTuple):
    """An answer (DER) with what its HTTP headers say; an answer without times must not be kept by caches."""

    der: bytes
    this_update: datetime | None = None
    next_update: datetime | None = None
    entity_tag: str = ""


class _Held(NamedTuple):
    generation: str
    replies: dict[str, StatusReply]


@dataclass(slots=True)
class PreparedAnswers:
    """A bounded memory over the store; `catch_up` keeps it true."""

    status: StatusStore
    times: StatusTimes
    _held: dict[tuple[Kind, int], _Held] = field(default_factory=dict)
    _sequence: int | None = None
    _tried_at: datetime | None = None
    _true_at: datetime | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def find(self, issuer: tuple[Kind, str], serial: int, hash_name: str, now: datetime) -> StatusReply | None:
        """Return the answer signed ahead about a certificate of a kind and generation, None when there is none in time.

        Raises:
            StatusNotReady: changes could not be read for too long.
        """
        if self._tried_at is None or abs(now - self._tried_at) >= self.times.catch_up_every:
            self._catch_up(now)
        kind, generation = issuer
        held = self._held.get((kind, serial))
        if held is None:
            held = self._load(kind, serial)
        if held is None or held.generation != generation:
            return None
        reply = held.replies[hash_name]
        if reply.next_update is None or reply.next_update <= now:
            return None
        return reply

    def _load(self, kind: Kind, serial: int) -> _Held | None:
        sequence = self._sequence
        found = self.status.prepared(kind, serial)
        if found is None:
            return None
        replies = {
            name: StatusReply(der, found.this_update, found.next_update, sha256(der).hex())
            for name, der in (("sha1", found.sha1), ("sha256", found.sha256))
        }
        held = _Held(found.generation, replies)
        with self._lock:
            if sequence == self._sequence:  # else it may be what was just dropped
                self._held[kind, serial] = held
                if len(self._held) > MOST_HELD:
                    del self._held[next(iter(self._held))]
        return held

    def _catch_up(self, now: datetime) -> None:
        self._tried_at = now
        try:
            renewed: list[tuple[Kind, int]] = []
            if self._sequence is None:
                sequence = self.status.newest_sequence()
            else:
                sequence, renewed = self.status.prepared_after(self._sequence)
        except Unavailable as cause:
            if self._true_at is None or now - self._true_at > self.times.silent_at_most:
                raise StatusNotReady from cause
            return
        with self._lock:
            for key in renewed:
                self._held.pop(key, None)
            self._sequence, self._true_at = sequence, now
