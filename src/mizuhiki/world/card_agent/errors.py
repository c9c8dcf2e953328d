"""What the agent refuses to pages that call it.

Refused    ForeignOrigin, RequestOfAnotherOrigin
Malformed  MalformedHandOver
Conflict   RequestBrought
NotFound   NoSuchTicket
"""

from __future__ import annotations

from mizuhiki.vocabulary.errors import Conflict, Malformed, NotFound, Refused


class ForeignOrigin(Refused):
    """The page that calls belongs to no institution of this agent's directory, or does not say where it is from."""

    code = "agent-foreign-origin"
    title = "This website may not use the card reader"


class RequestOfAnotherOrigin(Refused):
    """A website handed over a request that another website made."""

    code = "agent-request-of-another-origin"
    title = "The request belongs to another website"


class MalformedHandOver(Malformed):
    """Not a JSON document with the request and nothing else."""

    code = "malformed-agent-hand-over"
    title = "The hand-over of the request cannot be read"


class RequestBrought(Conflict):
    """The same request was handed over before; each goes once."""

    code = "agent-request-brought"
    title = "This request was handed over before"


class NoSuchTicket(NotFound):
    """No such ticket or opening, used already, or over."""

    code = "no-such-agent-ticket"
    title = "There is no such request, or it is over"
