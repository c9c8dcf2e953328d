"""What to do while another institution does not answer: wait longer each time, and say since when (R-219)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=30)
_DOUBLINGS = 5

PROVIDER_AWAY = "core-recipient-unavailable"
AWAITS_APPROVAL = "core-answer-awaits-approval"
COMMISSION_AWAY = "core-commission-unavailable"


def wait_after(attempts: int) -> timedelta:
    """Return how long to wait after so many failed attempts: 1, 2, 4, 8, 16, then 30 minutes."""
    wait: timedelta = FIRST_WAIT * (1 << min(max(attempts - 1, 0), _DOUBLINGS))
    return min(wait, LONGEST_WAIT)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a pending inquiry waits for: an institution, and the code of the reason."""

    target: str
    code: str
    since: datetime
    attempts: int
    next_attempt_at: datetime

    @property
    def is_outage(self) -> bool:
        """Say whether the institution is away, not just slow to decide."""
        return self.code != AWAITS_APPROVAL


@dataclass(frozen=True, slots=True)
class Outage:
    """An institution that does not answer."""

    target: str
    code: str
    since: datetime
    attempts: int
    next_attempt_at: datetime
    ended_at: datetime | None = None


def after_failure(known: Waiting | None, target: str, code: str, now: datetime) -> Waiting:
    """Return where a failed attempt leaves an inquiry; another target or reason starts a new wait."""
    if known is None or (known.target, known.code) != (target, code):
        return Waiting(target, code, now, 1, now + wait_after(1))
    attempts = known.attempts + 1
    return Waiting(target, code, known.since, attempts, now + wait_after(attempts))
