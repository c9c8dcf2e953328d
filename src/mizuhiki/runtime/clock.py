"""Where time comes from. Nothing else in the system reads the machine's clock.

Instants are aware datetimes in UTC; days are the day in Japan, because every period in the law is counted there.
"""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from mizuhiki.vocabulary.dates import JST

OFFICE_OPENS_AT = 9
"""Hour in Japan at which a world's first day begins."""


class Clock(Protocol):
    """Tells the present instant and the present day in Japan."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...

    def today(self) -> date:
        """Return the present day in Japan."""
        ...


class SystemClock:
    """The machine's clock; for institutions in production."""

    def now(self) -> datetime:
        """Return the machine's time in UTC."""
        return datetime.fromtimestamp(time.time(), tz=UTC)  # noqa: TID251 - the one place that reads the machine's clock

    def today(self) -> date:
        """Return the machine's day in Japan."""
        return self.now().astimezone(JST).date()


class FixedClock:
    """A clock that stands still until it is moved; for tests and scripted stories."""

    def __init__(self, at: datetime) -> None:
        self._at = _aware(at)

    def now(self) -> datetime:
        """Return the instant the clock was last set to."""
        return self._at

    def today(self) -> date:
        """Return the day in Japan of that instant."""
        return self._at.astimezone(JST).date()

    def set(self, at: datetime) -> None:
        """Move to `at`, which must be aware."""
        self._at = _aware(at)

    def advance(self, by: timedelta) -> None:
        """Move forwards by `by`."""
        self._at += by


class WorldClock:
    """09:00 in Japan on the world's date, plus the real time that passed since `started_at`.

    Several processes of one world pass the same `started_at` (an aware instant of the real clock) and so agree;
    without it the world starts when the clock is made.
    """

    def __init__(self, world_date: date, *, started_at: datetime | None = None) -> None:
        first = datetime(world_date.year, world_date.month, world_date.day, OFFICE_OPENS_AT, tzinfo=JST)
        real = SystemClock().now()
        self._base = first.astimezone(UTC) + (real - _aware(started_at or real))
        self._monotonic_base = time.monotonic()

    def now(self) -> datetime:
        """Return the world's present instant in UTC."""
        return self._base + timedelta(seconds=time.monotonic() - self._monotonic_base)

    def today(self) -> date:
        """Return the world's present day in Japan."""
        return self.now().astimezone(JST).date()


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        message = "an instant needs a time zone"
        raise ValueError(message)
    return at.astimezone(UTC)


def stopwatch() -> float:
    """Return seconds of a clock that only runs forward, for measuring work; it tells no time of day."""
    return time.perf_counter()
