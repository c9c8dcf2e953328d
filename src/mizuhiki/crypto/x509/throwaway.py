"""Certificates of an authority that exists for one test card: its key is made here and forgotten with the object.

The profile is that of the real system with the test policy (`TEST_PROFILE`): software that reads real cards'
certificates reads these, and nobody can take them for real ones.
"""

from __future__ import annotations

from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from mizuhiki.crypto.randomness import Randomness
from mizuhiki.crypto.x509.encoding import load_certificate
from mizuhiki.crypto.x509.jpki import (
    CertificateSubject,
    Validity,
    issue_signature_certificate,
    issue_user_identification_certificate,
    make_jpki_root,
    new_certificate_serial,
    signature_common_name,
    user_identification_common_name,
)
from mizuhiki.crypto.x509.jpki_profile import CertificateKind


class ThrowawayAuthorities:
    """One authority of each kind, with roots that hold for `validity`; nothing can be issued once this is gone."""

    __slots__ = ("_keys", "_randomness", "_roots")

    def __init__(self, validity: Validity, randomness: Randomness) -> None:
        self._randomness = randomness
        self._keys = {kind: rsa.generate_private_key(public_exponent=65537, key_size=2048) for kind in CertificateKind}
        self._roots = {
            kind: make_jpki_root(kind, key, validity=validity, serial=new_certificate_serial(randomness))
            for kind, key in self._keys.items()
        }

    def __repr__(self) -> str:
        return "ThrowawayAuthorities(<private>)"

    def root(self, kind: CertificateKind) -> bytes:
        """Return the self-signed certificate (DER) of one kind."""
        return self._roots[kind]

    def user_identification(
        self, public_key: bytes, *, municipality: str, prefecture: str, city: str, validity: Validity
    ) -> bytes:
        """Return a user identification certificate (DER) for a card's public key (DER SubjectPublicKeyInfo).

        Raises:
            PublicKeyUnreadable and the others of `card_keys_check`: a key that no card has or that is weak.
        """
        kind = CertificateKind.USER_IDENTIFICATION
        return issue_user_identification_certificate(
            ca_certificate=self._roots[kind],
            ca_key=self._keys[kind],
            public_key=public_key,
            serial=new_certificate_serial(self._randomness),
            common_name=user_identification_common_name(municipality, self._randomness),
            validity=validity,
            prefecture=prefecture,
            city=city,
        )

    def signature(
        self,
        public_key: bytes,
        subject: CertificateSubject,
        *,
        municipality: str,
        validity: Validity,
        issued_at: datetime,
    ) -> bytes:
        """Return a signature certificate (DER) with the four items for a card's public key.

        Raises:
            CertificateRequestMalformed: an item is too long; a key as in `user_identification`.
        """
        kind = CertificateKind.SIGNATURE
        return issue_signature_certificate(
            ca_certificate=self._roots[kind],
            ca_key=self._keys[kind],
            public_key=public_key,
            serial=new_certificate_serial(self._randomness),
            common_name=signature_common_name(issued_at, municipality, self._randomness),
            validity=validity,
            subject=subject,
        )


class RehearsalKey:
    """A key made for one rehearsal of mass re-issue and forgotten with the object; no root exists for it."""

    __slots__ = ("_key",)

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def __repr__(self) -> str:
        return "RehearsalKey(<private>)"

    def sign_again(self, der: bytes) -> bytes:
        """Return the certificate as it stands (DER), signed with this key.

        Raises:
            CertificateMalformed: it cannot be read.
        """
        old = load_certificate(der)
        builder = x509.CertificateBuilder(
            issuer_name=old.issuer,
            subject_name=old.subject,
            public_key=old.public_key(),
            serial_number=old.serial_number,
            not_valid_before=old.not_valid_before_utc,
            not_valid_after=old.not_valid_after_utc,
            extensions=list(old.extensions),
        )
        return builder.sign(self._key, SHA256()).public_bytes(Encoding.DER)
