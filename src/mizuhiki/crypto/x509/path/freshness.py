"""How old a statement about revocation may be, and by how much clocks may differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from mizuhiki.crypto.x509.refusals import StatusFromTheFuture
from mizuhiki.crypto.x509.status import StatusStale


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """What counts as current.

    `skew`: clocks may differ by so much. `unlimited`: how long a statement without a next update counts. `oldest`: the
    greatest age whatever its next update says; None leaves that to the authority.
    """

    skew: timedelta = timedelta(minutes=5)
    unlimited: timedelta = timedelta(days=1)
    oldest: timedelta | None = None


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

    def revoked_in_time(self, revoked_at: datetime) -> bool:
        """Say whether a revocation counts: always for the present, by its date for a time in the past."""
        return not self.past or revoked_at <= self.at
