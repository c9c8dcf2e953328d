"""What the portal needs from outside: storage, its intermediate server, the certification authorities, a signer."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mizuhiki.institutions.portal.domain.accounts import Account, Holding, PreparedOpening
from mizuhiki.institutions.portal.domain.assessments import AssessmentReceipt, AssessmentSubmission
from mizuhiki.institutions.portal.domain.history import BroughtRecord, HistoryEntry
from mizuhiki.institutions.portal.domain.look_ups import SealedTier
from mizuhiki.institutions.portal.domain.notices import Notice
from mizuhiki.vocabulary.grounds import Grounds


class Kept(enum.Enum):
    """What became of a posted answer."""

    KEPT = "kept"
    REPEATED = "repeated"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CertificateAuthorities:
    """DER certificates of the two authorities of the card, every generation."""

    user_identification: tuple[bytes, ...]
    signature: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class CardSignature:
    """What a card returned: certificate (DER), the challenge it signed, the signature."""

    certificate: bytes
    challenge: bytes
    signature: bytes


class Records(Protocol):
    """One write transaction on the portal's tables."""

    def open_request(self, request_id: str, expires_at: datetime) -> None:
        """Remember that a request for a card signature was given out."""

    def keep_answer(self, request_id: str, token: str, answer: bytes, now: datetime) -> Kept:
        """Keep the posted answer of a request under `token`; a request takes one answer, and only in time."""

    def take_answer(self, token: str, now: datetime) -> bytes | None:
        """Return the kept answer and forget it; None when there is none, it was taken before, or its time is over."""

    def forget_old(self, now: datetime) -> int:
        """Delete requests and opened records whose time is over; return how many."""

    def account_of_certificate(self, serial: int) -> Account | None:
        """Return the account linked to a user identification certificate."""

    def link_certificate(self, serial: int, number: str, now: datetime) -> None:
        """Link a certificate to an account; only a keyed index of the serial is stored."""

    def account(self, number: str) -> Account | None:
        """Return an account."""

    def put_account(self, account: Account) -> None:
        """Store or replace an account."""

    def read_notices(self, number: str) -> frozenset[str]:
        """Return the ids of notices the account has read."""

    def mark_read(self, number: str, notice_id: str, now: datetime) -> None:
        """Mark a notice as read; nothing happens when it is."""

    def put_history(self, token: str, number: str, content: bytes, expires_at: datetime) -> None:
        """Keep an opened record encrypted until `expires_at`."""

    def history(self, token: str, number: str, now: datetime) -> bytes | None:
        """Return an opened record of this account."""

    def note_opening(self, request_id: str, number: str, generation: int, now: datetime) -> None:
        """Remember that the record was opened for this account under a code of this generation."""

    def openings(self, number: str) -> list[tuple[bytes, int]]:
        """Return the account's openings: SHA-256 of the request id, and the generation."""

    def close_history(self, number: str) -> int:
        """Delete every opened record of an account."""

    def audit(self, grounds: Grounds, event: str, outcome: str) -> None:
        """Write an audit record; it names the account at most, no serial and no content."""


class Store(Protocol):
    """Storage of the portal."""

    def transaction(self) -> AbstractContextManager[Records]:
        """Open one write transaction."""


class CardTrust(Protocol):
    """The certification authorities."""

    def authorities(self, now: datetime) -> CertificateAuthorities:
        """Return the authorities' certificates."""

    def ask_status(self, request: bytes) -> bytes:
        """Return the OCSP response to an OCSP request, both DER."""

    def request_pseudonym(self, acquisition: str, card: CardSignature) -> tuple[str, ...]:
        """Start the issue of the portal's pseudonym; return refusal codes, empty when it was accepted."""


class OwnServer(Protocol):
    """The portal's own intermediate server. It is never given or asked for a name, number or certificate."""

    def prepare_opening(self, number: str) -> PreparedOpening:
        """Register the account as an addressee and return the signed acquisition."""

    def holding(self, number: str) -> Holding:
        """Say whether the account's pseudonym has come."""

    def notices(self, number: str) -> list[Notice]:
        """Return the account's notices, newest first."""

    def open_history(self, request_id: str, number: str, card: CardSignature) -> BroughtRecord:
        """Return the person's record of exchanges as a ledger bundle in JSON, with what became of their codes."""


class RegisterNetwork(Protocol):
    """The tiers of the register network, each of which seals its record of look-ups to this portal."""

    def open_look_ups(self, request_id: str, card: CardSignature) -> Sequence[SealedTier]:
        """Return what every tier that holds or held the card's holder sealed for this request."""


class RecordReader(Protocol):
    """Reads the entries of a bundle whose proofs were checked."""

    def __call__(self, bundle: str) -> Sequence[HistoryEntry]:
        """Return the entries in recorded order; raises `Corrupt` when one has another form."""


class RequestSigner(Protocol):
    """Signs requests to the card reader's page as this institution."""

    def __call__(self, request: object) -> str:
        """Return the signed object of a `card.agent_protocol.SigningRequest`."""


class Commission(Protocol):
    """The commission's register of assessments."""

    def submit(self, submission: AssessmentSubmission) -> AssessmentReceipt:
        """Hand in an assessment."""
