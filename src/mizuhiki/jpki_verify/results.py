"""What a verification proves. Only the verifier makes these; code that takes one need not check anything again."""

from __future__ import annotations

import enum
from dataclasses import InitVar, dataclass
from datetime import datetime

from mizuhiki.crypto.x509.path import Seal, StatusStatement, ValidatedCertificate, check_seal


class TimeBasis(enum.StrEnum):
    """Why the signature is taken to have existed at the time it was judged for."""

    NOW = "now"
    """It was verified then and there."""
    TIMESTAMP = "time-stamp"
    """A trusted authority's time-stamp is over it: it existed by then, whoever keeps it."""
    RECORD = "record"
    """The keeper's own record says it verified then: as good as the keeper, no proof against the keeper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedLogin:
    """The holder of the certificate signed this challenge just now. Says nothing about any document."""

    holder: ValidatedCertificate
    at: datetime
    seal: InitVar[Seal]

    def __post_init__(self, seal: Seal) -> None:
        """Refuse construction by others."""
        check_seal(seal)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedSignature:
    """The holder of the certificate signed this content.

    `at` is the time for which chain and status were judged, `basis` why that is the signature's. `claimed_at` is only
    what the signer says. `content_digest` is SHA-256 of the content, None for PDF documents, whose `digest` differs
    by what the signature leaves out. `timestamps` are the time-stamp authorities' certificates that were checked.
    """

    holder: ValidatedCertificate
    at: datetime
    basis: TimeBasis
    claimed_at: datetime | None
    content_digest: bytes | None
    timestamps: tuple[ValidatedCertificate, ...]
    seal: InitVar[Seal]

    def __post_init__(self, seal: Seal) -> None:
        """Refuse construction by others."""
        check_seal(seal)

    @property
    def status(self) -> tuple[StatusStatement, ...]:
        """The statements that say the certificates were not revoked, to be kept beside the signature."""
        return self.holder.status
