"""Signs requests to the card reader's page with the portal's object key."""

from __future__ import annotations

from mizuhiki.card.agent_protocol import REQUEST_TYPE, SigningRequest
from mizuhiki.runtime.peers import Peers


class CardRequestSigner:
    """Implements `ports.RequestSigner`."""

    def __init__(self, peers: Peers) -> None:
        self._peers = peers

    def __call__(self, request: object) -> str:
        """Return the signed object of a request."""
        if not isinstance(request, SigningRequest):
            raise TypeError("only requests for card signatures are signed here")
        return self._peers.sign(REQUEST_TYPE, request)
