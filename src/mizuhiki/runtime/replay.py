"""Each delivery is taken once: request ids and nonces are remembered per peer while they could come back.

A request whose time lies outside the window is refused, so nothing older than the memory is ever taken.
"""

from __future__ import annotations

import re
import threading
from datetime import datetime

from mizuhiki.crypto.http_signatures import RequestExpired, RequestReplayed
from mizuhiki.runtime.headers import CLOCK_SKEW, LIFETIME, parse_created
from mizuhiki.vocabulary.errors import Malformed
from mizuhiki.vocabulary.ids import InstitutionId

_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{16,64}\Z")


class DeliveryUnnamed(Malformed):
    """The request carries no usable id or instant."""

    code = "delivery-unnamed"
    title = "The request carries no usable request id or time"


class ReplayGuard:
    """Memory of deliveries in this process; fits `crypto.http_signatures.NonceMemory`.

    An institution with several worker processes routes a peer to one worker, or relies on the idempotency keys inside
    its messages, which `runtime.inbox` keeps in the database for good.
    """

    def __init__(self) -> None:
        self._kept_until: dict[tuple[InstitutionId, str], datetime] = {}
        self._lock = threading.Lock()
        self._swept_at: datetime | None = None

    def check(self, peer: InstitutionId, request_id: str, created: str, now: datetime) -> None:
        """Remember this delivery.

        Raises:
            DeliveryUnnamed: id or instant is absent or has another form.
            RequestExpired: too old, or ahead of our clock.
            RequestReplayed: known.
        """
        if not _REQUEST_ID.match(request_id):
            raise DeliveryUnnamed(header="request-id")
        try:
            made = parse_created(created)
        except ValueError:
            raise DeliveryUnnamed(header="created") from None
        # Whole seconds on the wire: a request made in this very second is not ahead of a clock that shows fractions.
        if not now - LIFETIME <= made <= now + CLOCK_SKEW:
            raise RequestExpired
        self._sweep(now)
        if not self.first_seen(peer, f"id {request_id}", made + LIFETIME + CLOCK_SKEW):
            raise RequestReplayed(caller=peer)

    def first_seen(self, caller: InstitutionId, nonce: str, expires: datetime) -> bool:
        """Remember a nonce until `expires` and tell whether it is new."""
        with self._lock:
            known = (caller, nonce) in self._kept_until
            self._kept_until.setdefault((caller, nonce), expires)
            return not known

    def _sweep(self, now: datetime) -> None:
        with self._lock:
            if self._swept_at is not None and abs(now - self._swept_at) < LIFETIME:
                return
            self._swept_at = now
            self._kept_until = {key: until for key, until in self._kept_until.items() if until >= now}
