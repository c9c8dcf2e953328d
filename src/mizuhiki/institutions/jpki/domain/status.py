"""Status answers and revocation lists as the authority keeps them (RFC 6960, RFC 9919, RFC 5280 §5; R-203)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from mizuhiki.institutions.jpki.domain.certificates import FIRST_GENERATION, Cause, Kind, State


@dataclass(frozen=True, slots=True)
class StatusTimes:
    """How long things hold. A changed status is seen after `catch_up_every` plus the preparing job's turn at most.

    `prepared_holds` and `refresh_before`: a prepared answer is made anew when less than `refresh_before` of it is left.
    `silent_at_most`: a process that could not read changes for so long gives no more prepared answers.
    """

    prepared_holds: timedelta = timedelta(hours=24)
    refresh_before: timedelta = timedelta(hours=12)
    on_demand_holds: timedelta = timedelta(minutes=10)
    catch_up_every: timedelta = timedelta(seconds=5)
    silent_at_most: timedelta = timedelta(seconds=45)
    cached_at_most: timedelta = timedelta(seconds=30)
    full_list_holds: timedelta = timedelta(days=1)
    delta_list_holds: timedelta = timedelta(hours=1)
    listed_after_end: timedelta = timedelta(days=2)
    """RFC 5280 §3.3: an expired certificate stays on one more full list."""
    signer_holds: timedelta = timedelta(days=30)
    signer_rotates_before: timedelta = timedelta(days=10)
    usage_kept: timedelta = timedelta(days=730)
    """Daily counts by verifier are the ground of fees and are kept two years; what was asked about is never kept."""


@dataclass(frozen=True, slots=True)
class CertificateStatus:
    """The state of one issued certificate."""

    kind: Kind
    generation: str
    serial: int
    state: State
    cause: Cause
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class PreparedStatus:
    """Answers (DER) signed ahead for both hashes of the question, telling `state` as of `changed_at`."""

    kind: Kind
    generation: str
    serial: int
    state: State
    changed_at: datetime
    this_update: datetime
    next_update: datetime
    sha1: bytes
    sha256: bytes


@dataclass(frozen=True, slots=True)
class PublishedList:
    """A signed list (DER). `scope` is a municipality's code, empty for all; `base_number` is set in delta lists."""

    kind: Kind
    generation: str
    scope: str
    number: int
    base_number: int | None
    this_update: datetime
    next_update: datetime
    lines: int
    der: bytes


@dataclass(frozen=True, slots=True)
class ResponderCertificate:
    """A delegated signer of one generation of an authority; `number` counts such signers and names the key."""

    kind: Kind
    generation: str
    number: int
    certificate: bytes
    starts: datetime
    ends: datetime

    @property
    def key_name(self) -> str:
        """The keystore's name of the key."""
        number = str(self.number) if self.generation == FIRST_GENERATION else f"{self.generation}-{self.number}"
        return f"{self.kind.value}-ocsp-{number}"


@dataclass(frozen=True, slots=True)
class MonthlyUsage:
    """Status answers of one verifier in one month (``2019-12``) about certificates of one kind, and the fee."""

    month: str
    kind: Kind
    answers: int
    fee_yen: int


@dataclass(frozen=True, slots=True)
class UsageLine:
    """Status answers of one verifier on one day in Japan: the fee event (R-207)."""

    verifier: str
    kind: Kind
    day: str
    answers: int
    fee_yen: int
