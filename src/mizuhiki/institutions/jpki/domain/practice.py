"""What operators look after: certificates that end, terminals, incidents, and the drill of re-issue."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from mizuhiki.institutions.jpki.domain.carriers import Carrier
from mizuhiki.institutions.jpki.domain.certificates import Kind
from mizuhiki.institutions.jpki.domain.errors import (
    NoSuchIncident,
    PinlessUseNotYetLawful,
    SecondPersonNeeded,
    TerminalNotApproved,
)
from mizuhiki.vocabulary.persons import FourItems

PINLESS_SINCE = date(2021, 3, 4)
"""Trial use of the card at card readers of medical institutions: first use without a PIN (R-209)."""
DRILL_WITHIN = timedelta(hours=24)
"""The drill asks whether every certificate can be issued again within this time."""


class NoticeChannel(enum.StrEnum):
    """How a holder is told that a certificate ends: by a letter, or by the municipality at its counter."""

    LETTER = "letter"
    COUNTER = "counter"


@dataclass(frozen=True, slots=True)
class Ending:
    """A good certificate that ends soon; `told_at` and `channel` say when and how its holder was told."""

    kind: Kind
    serial: int
    person: bytes
    municipality_code: str
    carrier: Carrier
    ends: datetime
    told_at: datetime | None
    channel: NoticeChannel | None


@dataclass(frozen=True, slots=True)
class LetterAddress:
    """To whom and where a letter goes, and the code of the municipality of residence, which renews the certificates.

    A certificate's own municipality is that of its issue.
    """

    items: FourItems = field(repr=False)
    municipality_code: str


class TerminalState(enum.StrEnum):
    """Where a terminal's approval stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """A terminal that may use user identification certificates without their PIN, with the certificate it shows."""

    terminal: str
    operator: str
    purpose: str
    public_key: bytes = field(repr=False)
    certificate: bytes = field(repr=False, default=b"")
    proposed_by: str
    approved_by: str = ""
    ends_on: date
    state: TerminalState = TerminalState.PROPOSED

    def approved(self, by: str, certificate: bytes) -> Terminal:
        """Return the terminal as approved.

        Raises:
            SecondPersonNeeded: whoever proposed it may not approve it.
            TerminalNotApproved: it is not proposed (any more).
        """
        if self.state is not TerminalState.PROPOSED:
            raise TerminalNotApproved
        if by == self.proposed_by:
            raise SecondPersonNeeded
        return replace(self, approved_by=by, certificate=certificate, state=TerminalState.APPROVED)

    def suspended(self) -> Terminal:
        """Return the terminal as suspended.

        Raises:
            TerminalNotApproved: it is not approved.
        """
        if self.state is not TerminalState.APPROVED:
            raise TerminalNotApproved
        return replace(self, state=TerminalState.SUSPENDED)

    def resumed(self, by: str) -> Terminal:
        """Return the terminal as approved again.

        Raises:
            SecondPersonNeeded: whoever proposed it may not resume it.
            TerminalNotApproved: it is not suspended.
        """
        if self.state is not TerminalState.SUSPENDED:
            raise TerminalNotApproved
        if by == self.proposed_by:
            raise SecondPersonNeeded
        return replace(self, state=TerminalState.APPROVED)

    def require_usable(self, day: date) -> None:
        """Check that the terminal may use certificates without a PIN on `day`.

        Raises:
            PinlessUseNotYetLawful: before the first day of such use.
            TerminalNotApproved: proposed only, suspended, withdrawn, or past its last day.
        """
        require_pinless_day(day)
        if self.state is not TerminalState.APPROVED or self.ends_on < day:
            raise TerminalNotApproved


def require_pinless_day(day: date) -> None:
    """Check that use without a PIN is provided for on `day`.

    Raises:
        PinlessUseNotYetLawful: it is not yet.
    """
    if day < PINLESS_SINCE:
        raise PinlessUseNotYetLawful(since=PINLESS_SINCE.isoformat())


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Something that went wrong or was suspected; `summary` names no person. Closed by another person."""

    incident: str
    kind: str
    summary: str
    opened_by: str
    opened_at: datetime
    closed_by: str = ""
    closed_at: datetime | None = None
    outcome: str = ""

    def closed(self, by: str, outcome: str, at: datetime) -> Incident:
        """Return the incident as closed.

        Raises:
            NoSuchIncident: it is closed.
            SecondPersonNeeded: whoever opened it may not close it.
        """
        if self.closed_at is not None:
            raise NoSuchIncident
        if by == self.opened_by:
            raise SecondPersonNeeded
        return replace(self, closed_by=by, outcome=outcome, closed_at=at)


INCIDENT_KINDS = ("key-compromise", "wrong-issue", "late-revocation", "outage", "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """A rehearsal of issuing every certificate again: a sample was signed under a key nobody trusts, and timed."""

    kind: Kind
    certificates: int
    sampled: int
    sample_microseconds: int
    workers: int
    held_by: str
    held_at: datetime

    @property
    def planned_seconds(self) -> int:
        """Seconds that all certificates would take with `workers` processes, from what the sample took."""
        if not self.sampled:
            return 0
        return -(-self.certificates * self.sample_microseconds // (self.sampled * self.workers * 1_000_000))

    @property
    def feasible(self) -> bool:
        """Whether that is within 24 hours."""
        return timedelta(seconds=self.planned_seconds) <= DRILL_WITHIN

    @property
    def workers_needed(self) -> int:
        """Fewest processes that keep within 24 hours."""
        if not self.sampled:
            return 1
        alone = self.certificates * self.sample_microseconds / self.sampled / 1_000_000
        return max(1, -int(-alone // DRILL_WITHIN.total_seconds()))
