"""What a relying party does with a card: chain, time, usage, signature (公的個人認証法17条, 36条); reading the items.

Status (revoked or not) is a separate question, asked by OCSP: see `crypto.x509.read_ocsp_status`. A verifier that
skips it has not verified.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.x509.oid import ExtensionOID, NameOID

from mizuhiki.crypto.x509.encoding import CertificateMalformed, load_certificate
from mizuhiki.crypto.x509.jpki_profile import ITEM_ADDRESS, ITEM_BIRTH, ITEM_NAME, ITEM_SEX
from mizuhiki.crypto.x509.refusals import (
    CardSignatureInvalid,
    CertificateExpired,
    CertificateNotYetValid,
    CertificateUsageRefused,
    UnknownIssuer,
)
from mizuhiki.vocabulary.persons import Sex

__all__ = [
    "CardCertificate",
    "CardSignatureInvalid",
    "CertificateExpired",
    "CertificateMalformed",
    "CertificateNotYetValid",
    "CertificateUsageRefused",
    "UnknownIssuer",
    "VerifiedCardSignature",
    "read_card_certificate",
    "said_by",
    "verify_card_signature",
    "verify_certificate",
]

_UNDERSTOOD: Final = frozenset(
    {ExtensionOID.KEY_USAGE, ExtensionOID.CERTIFICATE_POLICIES, ExtensionOID.BASIC_CONSTRAINTS}
)
"""Critical extensions this verifier evaluates or, for policies, leaves to the trust in one given authority."""
_SEX_OF_DIGIT: Final = {"1": Sex.MALE, "2": Sex.FEMALE, "3": Sex.NOT_STATED}


@dataclass(frozen=True, slots=True)
class VerifiedCardSignature:
    """A signature that the holder of `certificate` (DER) made over the challenge. Made by `verify_card_signature`."""

    serial: int
    certificate: bytes


@dataclass(frozen=True, slots=True)
class CardCertificate:
    """What a certificate says. The items are None in a user identification certificate, which holds none."""

    serial: int
    common_name: str
    valid_from: datetime
    valid_until: datetime
    name: str | None
    birth_date: date | None
    sex: Sex | None
    address: str | None


def _check_issuer(certificate: x509.Certificate, ca: x509.Certificate) -> None:
    """Check that `ca` signed: same name in every generation, so the key decides."""
    try:
        constraints = ca.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = ca.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound as cause:
        raise UnknownIssuer from cause
    if not constraints.ca or not usage.key_cert_sign:
        raise UnknownIssuer
    try:
        certificate.verify_directly_issued_by(ca)
    except (InvalidSignature, ValueError, TypeError) as cause:
        raise UnknownIssuer from cause


def _check_time(certificate: x509.Certificate, at: datetime) -> None:
    if at < certificate.not_valid_before_utc:
        raise CertificateNotYetValid(since=certificate.not_valid_before_utc.isoformat())
    if at > certificate.not_valid_after_utc:
        raise CertificateExpired(until=certificate.not_valid_after_utc.isoformat())


def _check_usage(certificate: x509.Certificate) -> None:
    for extension in certificate.extensions:
        if extension.critical and extension.oid not in _UNDERSTOOD:
            raise CertificateUsageRefused(extension=extension.oid.dotted_string)
        if isinstance(extension.value, x509.BasicConstraints) and extension.value.ca:
            raise CertificateUsageRefused(extension="basicConstraints")
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound as cause:
        raise CertificateUsageRefused(extension="keyUsage") from cause
    if not usage.digital_signature or usage.key_cert_sign:
        raise CertificateUsageRefused(extension="keyUsage")


def verify_certificate(certificate_der: bytes, ca_der: bytes, at: datetime) -> x509.Certificate:
    """Return a card's certificate after checking (1) issuer, (2) time, (3) usage.

    Raises:
        CertificateMalformed: a certificate cannot be read.
        UnknownIssuer: `ca_der` did not issue it, or is no authority.
        CertificateNotYetValid: `at` is before its time.
        CertificateExpired: `at` is after its time (also where the authority's own time is over).
        CertificateUsageRefused: it may not sign.
    """
    certificate, ca = load_certificate(certificate_der), load_certificate(ca_der)
    _check_issuer(certificate, ca)
    _check_time(certificate, at)
    _check_time(ca, at)
    _check_usage(certificate)
    return certificate


def verify_card_signature(
    certificate_der: bytes, ca_der: bytes, challenge: bytes, signature: bytes, at: datetime
) -> VerifiedCardSignature:
    """Check that the holder of a card signed `challenge` (RSASSA-PKCS1-v1_5 with SHA-256 in a DigestInfo).

    The authority given decides which kind of certificate is accepted. Revocation is not looked at here.

    Raises:
        CardSignatureInvalid: the signature does not verify; a bare digest without DigestInfo does not.
        CertificateMalformed, UnknownIssuer, CertificateNotYetValid, CertificateExpired, CertificateUsageRefused:
            see `verify_certificate`.
    """
    certificate = verify_certificate(certificate_der, ca_der, at)
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, challenge, padding.PKCS1v15(), SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, challenge, ec.ECDSA(SHA384()))
        else:
            raise CertificateUsageRefused(extension="public-key")
    except InvalidSignature as cause:
        raise CardSignatureInvalid from cause
    return VerifiedCardSignature(certificate.serial_number, certificate_der)


def _item(names: x509.SubjectAlternativeName | None, oid: x509.ObjectIdentifier) -> str | None:
    for other in names or ():
        if isinstance(other, x509.OtherName) and other.type_id == oid:
            try:
                return asn1.decode_der(str, other.value)
            except ValueError as cause:
                raise CertificateMalformed from cause
    return None


def read_card_certificate(certificate_der: bytes) -> CardCertificate:
    """Return what a certificate says; trust it only after `verify_card_signature`.

    Raises:
        CertificateMalformed: it cannot be read.
    """
    return said_by(load_certificate(certificate_der))


def said_by(certificate: x509.Certificate) -> CardCertificate:
    """Return what a certificate that was read says.

    Raises:
        CertificateMalformed: its items cannot be read.
    """
    common_names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        names = None
    birth, sex = _item(names, ITEM_BIRTH), _item(names, ITEM_SEX)
    try:
        birth_date = date.fromisoformat(f"{birth[1:5]}-{birth[5:7]}-{birth[7:9]}") if birth else None
        return CardCertificate(
            serial=certificate.serial_number,
            common_name=str(common_names[0].value),
            valid_from=certificate.not_valid_before_utc,
            valid_until=certificate.not_valid_after_utc,
            name=_item(names, ITEM_NAME),
            birth_date=birth_date,
            sex=_SEX_OF_DIGIT[sex] if sex else None,
            address=_item(names, ITEM_ADDRESS),
        )
    except (ValueError, KeyError, IndexError) as cause:
        raise CertificateMalformed from cause
