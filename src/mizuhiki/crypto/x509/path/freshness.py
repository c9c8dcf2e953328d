"""How old a statement about revocation may be, and by how much clocks may differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from mizuhiki.crypto.x509.refusals import StatusFromTheFuture
from mizuhiki.crypto.x509.status import StatusAnswerInvalid, StatusStale


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """What counts as current.

    `skew`: clocks may differ by so much. `unlimited`: how long a statement without a next update counts. `oldest`: the
    greatest age whatever its next update says; None leaves that to the authority. `produced`: the time at which a
    responder signed is held against the clock too; False for worlds whose clock is not that of the responder's machine.
    """

    skew: timedelta = timedelta(minutes=5)
    unlimited: timedelta = timedelta(days=1)
    oldest: timedelta | None = None
    produced: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusTime:
    """The time a status is asked for, and until when statements may have been made.

    They are one moment when somebody logs in now. For a signature of the past, `at` is when it was made and
    `gathered` when its evidence was put aside.
    """

    at: datetime
    gathered: datetime
    freshness: Freshness = Freshness()

    @classmethod
    def now(cls, at: datetime, freshness: Freshness | None = None) -> StatusTime:
        """Return the time of a question about the present."""
        return cls(at=at, gathered=at, freshness=freshness or Freshness())

    @property
    def past(self) -> bool:
        """Whether the question is about a time before the evidence was gathered."""
        return self.gathered > self.at

    def check(self, this_update: datetime, next_update: datetime | None) -> None:
        """Check that a statement speaks about the time asked for.

        Raises:
            StatusFromTheFuture: made after the evidence was gathered, beyond the skew.
            StatusStale: superseded, or older than allowed, at the time asked for.
        """
        limit = self.freshness
        if this_update > self.gathered + limit.skew:
            raise StatusFromTheFuture(stated=this_update.isoformat())
        until = this_update + limit.unlimited if next_update is None else next_update
        if until < self.at - limit.skew or until < this_update:
            raise StatusStale(until=until.isoformat())
        if limit.oldest is not None and self.at - this_update > limit.oldest + limit.skew:
            raise StatusStale(stated=this_update.isoformat())

    def check_produced(self, produced_at: datetime, this_update: datetime) -> None:
        """Check the time at which an answer was signed, if the policy looks at it.

        Raises:
            StatusFromTheFuture: after the evidence was gathered.
            StatusAnswerInvalid: before the status it states.
        """
        limit = self.freshness
        if not limit.produced:
            return
        if produced_at > self.gathered + limit.skew:
            raise StatusFromTheFuture(stated=produced_at.isoformat())
        if produced_at < this_update - limit.skew:
            raise StatusAnswerInvalid(part="produced-at")

    def revoked_in_time(self, revoked_at: datetime) -> bool:
        """Say whether a revocation counts: always for the present, by its date for a time in the past."""
        return not self.past or revoked_at <= self.at
