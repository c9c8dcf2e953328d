"""What every private verifier does: show a document, take the card's signature once, fill in the items, keep evidence.

The document carries an identifier of its own, so a signature concludes one contract with one firm. Items come from the
verified certificate and are typed by nobody; those written with substitute characters are marked, for the person to
say how they are written in truth.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

import httpx

from mizuhiki.crypto.certificates import read_card_certificate
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.crypto.x509 import CertificateMalformed, substitute_flags
from mizuhiki.jpki_verify import (
    ArchivedSignature,
    CardSignatureShown,
    OnlineVerifier,
    SignatureForm,
    Verifier,
    archive_signature,
    card_policy,
)
from mizuhiki.vocabulary.persons import Sex
from mizuhiki.world.card_services.errors import SigningOver

TIME_TO_SIGN: Final = timedelta(minutes=15)
NONCE_LENGTH: Final = 32
REQUEST_TYPE: Final = "application/ocsp-request"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledIn:
    """The four items as the certificate states them; the marks say whether a character stands for another."""

    name: str
    birth_date: date
    sex: Sex
    address: str
    name_substituted: bool
    address_substituted: bool


@dataclass(frozen=True, slots=True)
class ToSign:
    """A document shown to somebody: its identifier, its octets, and until when it may be signed."""

    identifier: str
    document: bytes
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A document with whoever signed it, and what proves it later (`jpki_verify.verify_archived`)."""

    document: bytes
    holder: FilledIn
    at: datetime
    evidence: ArchivedSignature


@dataclass(frozen=True, slots=True)
class StatusDoor:
    """The authority's door for certificate status, opened by the credential of a recognised verifier (R-204)."""

    client: httpx.Client
    credential: str = field(repr=False)

    def ask(self, request: bytes) -> bytes:
        """Return the OCSP response (DER) to a request; a refusal is a response too (RFC 6960 §2.3)."""
        headers = {"Authorization": f"Bearer {self.credential}", "Content-Type": REQUEST_TYPE}
        return self.client.post("/ocsp", content=request, headers=headers).raise_for_status().content


@dataclass(slots=True)
class SigningDesk:
    """One firm's desk; `name` stands in every document."""

    name: str
    verifier: OnlineVerifier
    randomness: Randomness
    _waiting: dict[str, ToSign] = field(default_factory=dict)

    @classmethod
    def of_verifier(cls, name: str, roots: tuple[bytes, ...], door: StatusDoor, randomness: Randomness) -> SigningDesk:
        """Return the desk of a recognised verifier; `roots` are the signature authority's of every generation."""
        verifier = Verifier(card_policy(signature=roots))
        return cls(name, OnlineVerifier(verifier, door.ask, lambda: randomness.bytes(NONCE_LENGTH)), randomness)

    def show(self, text: str, now: datetime) -> ToSign:
        """Return a document for the card to sign."""
        identifier = self.randomness.token()
        document = f"{self.name}\n{identifier}\n{now.isoformat(timespec='seconds')}\n\n{text}".encode()
        shown = ToSign(identifier, document, now + TIME_TO_SIGN)
        self._waiting[identifier] = shown
        return shown

    def take(self, identifier: str, certificate: bytes, signature: bytes, now: datetime) -> Signed:
        """Return the signed document; a signature that is refused leaves it waiting, a good one is taken once.

        Raises:
            SigningOver: no such document waits.
            CardSignatureInvalid, UnknownIssuer, CertificatePolicyRefused, CertificateRevoked, CertificateSuspended,
            StatusAnswerInvalid…: see `jpki_verify.OnlineVerifier.signature`.
        """
        waiting = self._waiting.get(identifier)
        if waiting is None or now >= waiting.until:
            raise SigningOver
        verified = self.verifier.signature(CardSignatureShown(certificate, waiting.document, signature), now)
        evidence = archive_signature(verified, form=SignatureForm.RAW, signature=signature, gathered_at=now)
        signed = Signed(document=waiting.document, holder=filled_in(certificate), at=now, evidence=evidence)
        del self._waiting[identifier]
        return signed


def filled_in(certificate: bytes) -> FilledIn:
    """Return the items of a signature certificate that was verified.

    Raises:
        CertificateMalformed: an item is missing.
    """
    said = read_card_certificate(certificate)
    name_marks, address_marks = substitute_flags(certificate)
    if said.name is None or said.birth_date is None or said.sex is None or said.address is None:
        raise CertificateMalformed
    return FilledIn(
        name=said.name,
        birth_date=said.birth_date,
        sex=said.sex,
        address=said.address,
        name_substituted="1" in name_marks,
        address_substituted="1" in address_marks,
    )
