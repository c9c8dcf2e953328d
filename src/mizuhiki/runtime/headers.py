"""Names and limits of the HTTP headers that peers send each other; all are covered by the hop signature."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

REQUEST_ID = "Mizuhiki-Request-Id"
"""Random name of one delivery; never used twice."""
CREATED = "Mizuhiki-Created"
"""Instant the request was made, whole seconds since 1970 UTC."""
LIFETIME = timedelta(seconds=120)
"""How long after `CREATED` a request is taken, and how long its id is remembered."""
CLOCK_SKEW = timedelta(seconds=30)
"""How far a peer's clock may run ahead."""


def format_created(at: datetime) -> str:
    """Return the header value for an instant."""
    return str(int(at.timestamp()))


def parse_created(text: str) -> datetime:
    """Return the instant of a header value.

    Raises:
        ValueError: not a whole number of a sensible size.
    """
    if not text.isascii() or not text.isdigit() or len(text) > 12:  # noqa: PLR2004 - year 33658
        message = "not a whole number of seconds"
        raise ValueError(message)
    return datetime.fromtimestamp(int(text), tz=UTC)
