"""The requests this browser brought, kept in its session on the server until they are over."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from mizuhiki.card.agent_protocol import SigningRequest, SigningResponse
from mizuhiki.runtime.pages import Site
from mizuhiki.vocabulary.typed_values import read_json
from mizuhiki.world.web.reader.errors import NoReaderRequest

_NAME = "requests"
_MOST = 8
_KEPT_AFTER_END = timedelta(hours=1)
_HANDLE_BYTES = 9


class Waiting(msgspec.Struct, kw_only=True):
    """A checked request; `handle` names it in addresses, `card` is the chosen card, `answer` what goes back."""

    handle: str
    request: SigningRequest
    card: str = ""
    answer: SigningResponse | None = None


class WaitingRequests:
    """The requests of the browser that is being answered now."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def find(self, handle: str) -> Waiting:
        """Return a request by its handle.

        Raises:
            NoReaderRequest: this browser did not bring it, or it was over long ago.
        """
        for waiting in self._all():
            if waiting.handle == handle:
                return waiting
        raise NoReaderRequest

    def again(self, request: SigningRequest) -> Waiting | None:
        """Return the same request where this browser brought it before."""
        return next((waiting for waiting in self._all() if waiting.request == request), None)

    def bring(self, request: SigningRequest, card: str) -> Waiting:
        """Keep a new request, with the card that is on the reader, and return it."""
        handle = self._site.environment.randomness.token(_HANDLE_BYTES)
        waiting = Waiting(handle=handle, request=request, card=card)
        self.keep(waiting)
        return waiting

    def keep(self, waiting: Waiting) -> None:
        """Keep a request as it is now, and forget those that were over long ago."""
        limit = self._site.environment.clock.now() - _KEPT_AFTER_END
        others = [one for one in self._all() if one.handle != waiting.handle and one.request.expires_at > limit]
        kept = [*others, waiting][-_MOST:]
        self._site.store(_NAME, msgspec.json.encode(kept).decode())

    def _all(self) -> list[Waiting]:
        kept = self._site.stored(_NAME)
        return read_json(kept, list[Waiting]) if isinstance(kept, str) else []
