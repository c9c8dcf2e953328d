"""Certificates of office seals on documents (職責証明書) and of the clock that stamps them, and their keys.

The root is made per world, like every other of this system, and is trusted by nobody else.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from mizuhiki.crypto.x509.encoding import load_certificate
from mizuhiki.crypto.x509.jpki import Validity
from mizuhiki.crypto.x509.world import key_usage
from mizuhiki.vocabulary.errors import Refused

_ORGANISATION = "Mizuhiki-TEST"


class SealKeyMismatch(Refused):
    """The certificate is for another key."""

    code = "seal-key-mismatch"
    title = "The seal's certificate is not for this key"


class SealUse(enum.StrEnum):
    """What a certificate of this authority is for."""

    OFFICE = "office"
    """The seal of an office holder, such as a mayor, on certificates."""
    TIME = "time"
    """A clock that says when something existed (RFC 3161)."""


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def make_seal_authority(key: rsa.RSAPrivateKey, *, validity: Validity, serial: int) -> bytes:
    """Return the self-signed root (DER) under which offices get their seals."""
    name = _name("Mizuhiki-TEST office seals")
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(serial).not_valid_before(validity.starts).not_valid_after(validity.ends)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(key_usage(certificates=True), critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    return builder.sign(key, SHA256()).public_bytes(Encoding.DER)


def issue_seal_certificate(
    authority: bytes,
    authority_key: rsa.RSAPrivateKey,
    public_key: rsa.RSAPublicKey,
    *,
    holder: str,
    use: SealUse,
    validity: Validity,
    serial: int,
) -> bytes:
    """Return a certificate (DER) for the office or clock `holder`, such as ``水引市長``.

    Raises:
        CertificateMalformed: `authority` is no certificate.
    """
    issuer = load_certificate(authority)
    builder = x509.CertificateBuilder().subject_name(_name(holder)).issuer_name(issuer.subject).public_key(public_key)
    builder = builder.serial_number(serial).not_valid_before(validity.starts).not_valid_after(validity.ends)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(
        key_usage(digital_signature=True, non_repudiation=use is SealUse.OFFICE), critical=True
    )
    if use is SealUse.TIME:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False
    )
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    return builder.sign(authority_key, SHA256()).public_bytes(Encoding.DER)


@dataclass(frozen=True, slots=True)
class OfficeSeal:
    """A seal ready for use: certificate and chain in DER (root last), and its key, which never leaves this object.

    Raises:
        SealKeyMismatch: the certificate is for another key.
        CertificateMalformed: it cannot be read.
    """

    certificate: bytes
    chain: tuple[bytes, ...]
    _key: rsa.RSAPrivateKey

    def __post_init__(self) -> None:
        if load_certificate(self.certificate).public_key() != self._key.public_key():
            raise SealKeyMismatch

    def __repr__(self) -> str:
        return f"<OfficeSeal {load_certificate(self.certificate).subject.rfc4514_string()}>"

    @property
    def signature_length(self) -> int:
        """Length of a signature in bytes."""
        return self._key.key_size // 8

    def sign(self, message: bytes) -> bytes:
        """Return the PKCS#1 v1.5 signature over the SHA-256 of a message; the same each time."""
        return self._key.sign(message, padding.PKCS1v15(), SHA256())

    def valid_at(self, instant: datetime) -> bool:
        """Say whether the certificate holds at an instant."""
        certificate = load_certificate(self.certificate)
        return certificate.not_valid_before_utc <= instant <= certificate.not_valid_after_utc
