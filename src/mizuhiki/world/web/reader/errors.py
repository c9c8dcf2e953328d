"""What the card reader's page refuses.

NotFound   NoReaderRequest, NoSuchCard
Conflict   RequestAnswered
"""

from __future__ import annotations

from mizuhiki.vocabulary.errors import Conflict, NotFound


class NoReaderRequest(NotFound):
    """This browser did not bring such a request."""

    code = "no-reader-request"
    title = "The card reader is not waiting for a card in this browser"


class NoSuchCard(NotFound):
    """Nobody's card has that key."""

    code = "no-such-card"
    title = "There is no such card"


class RequestAnswered(Conflict):
    """A card signed for this request before."""

    code = "signing-request-answered"
    title = "A card signed for this request already"
