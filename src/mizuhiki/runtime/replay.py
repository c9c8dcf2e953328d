"""Each delivery is taken once: request ids are remembered per peer while their `Created` is still acceptable (R-030).

A request whose time lies outside the window is refused, so nothing older than the memory can come back; right after a
start, requests made before the memory began are refused for the same reason.
"""

from __future__ import annotations

import re
import threading
from datetime import datetime

from mizuhiki.runtime.headers import CLOCK_SKEW, LIFETIME, parse_created
from mizuhiki.vocabulary.errors import Refused
from mizuhiki.vocabulary.ids import InstitutionId

_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{16,64}\Z")


class RequestReplayed(Refused):
    """This delivery was taken before, is too old, or lies in the future."""

    code = "request-replayed"
    title = "The request was seen before or is not of this time"


class DeliveryUnnamed(Refused):
    """The request carries no usable id or instant."""

    code = "delivery-unnamed"
    title = "The request carries no usable request id or time"


class ReplayGuard:
    """Memory of request ids in this process.

    An institution with several worker processes routes a peer to one worker, or relies on the idempotency keys inside
    its messages, which `runtime.inbox` keeps in the database for good.
    """

    def __init__(self) -> None:
        self._seen: dict[tuple[InstitutionId, str], datetime] = {}
        self._lock = threading.Lock()
        self._swept_at: datetime | None = None

    def check(self, peer: InstitutionId, request_id: str, created: str, now: datetime) -> None:
        """Remember this delivery.

        Raises:
            DeliveryUnnamed: id or instant is absent or has another form.
            RequestReplayed: known, too old, or ahead of our clock.
        """
        if not _REQUEST_ID.match(request_id):
            raise DeliveryUnnamed(header="request-id")
        try:
            made = parse_created(created)
        except ValueError:
            raise DeliveryUnnamed(header="created") from None
        if not now - LIFETIME <= made <= now + CLOCK_SKEW:
            raise RequestReplayed(reason="time")
        with self._lock:
            self._sweep(now)
            if (peer, request_id) in self._seen:
                raise RequestReplayed(reason="id")
            self._seen[peer, request_id] = made

    def _sweep(self, now: datetime) -> None:
        if self._swept_at is not None and abs(now - self._swept_at) < LIFETIME:
            return
        self._swept_at = now
        oldest = now - LIFETIME
        self._seen = {key: made for key, made in self._seen.items() if made >= oldest}
