"""The running digest of a stream's lines, by which both sides see that they mean the same lines (decision 0110)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol

from mizuhiki.crypto.digests import labelled_hash

NO_LINES = b""
"""What stands in the place of the digest before the first line."""


class AskedLine(Protocol):
    """All that a line asks, as it is handed in."""

    @property
    def request_id(self) -> str:
        """The name under which it is asked."""
        ...

    @property
    def addressee_number(self) -> str:
        """Whom it is about."""
        ...

    @property
    def provider(self) -> str:
        """Who is asked."""
        ...

    @property
    def affair(self) -> str:
        """For which affair."""
        ...

    @property
    def procedure(self) -> str:
        """For which procedure."""
        ...

    @property
    def kinds(self) -> Sequence[str]:
        """Which kinds of information."""
        ...

    @property
    def fiscal_year(self) -> int:
        """Which fiscal year; 0 for none."""
        ...

    @property
    def period_from(self) -> date | None:
        """First day asked for."""
        ...

    @property
    def period_until(self) -> date | None:
        """Last day asked for."""
        ...

    @property
    def case_reference(self) -> str:
        """The asking body's own case."""
        ...

    @property
    def not_disclosed(self) -> bool:
        """Whether the own record of it is marked."""
        ...


def extended(before: bytes, line: AskedLine) -> bytes:
    """Return the digest of a stream after one more line, 32 bytes."""
    parts = (
        line.request_id,
        line.addressee_number,
        line.provider,
        line.affair,
        line.procedure,
        str(line.fiscal_year),
        _day(line.period_from),
        _day(line.period_until),
        line.case_reference,
        "1" if line.not_disclosed else "0",
        *line.kinds,
    )
    return labelled_hash("line-of-stream", before, *(part.encode() for part in parts))


def extended_by(before: bytes, lines: Iterable[AskedLine]) -> bytes:
    """Return the digest of a stream after further lines."""
    for line in lines:
        before = extended(before, line)
    return before


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()
