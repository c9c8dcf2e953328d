"""Certificates in and out of DER and PEM."""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from mizuhiki.vocabulary.errors import Malformed


class CertificateMalformed(Malformed):
    """Not a certificate in DER, or one whose fields cannot be read."""

    code = "certificate-malformed"
    title = "The certificate cannot be read"


def load_certificate(der: bytes) -> x509.Certificate:
    """Return the certificate `der` encodes, with all its extensions readable.

    Raises:
        CertificateMalformed: it cannot be read.
    """
    try:
        certificate = x509.load_der_x509_certificate(der)
        _ = (certificate.extensions, certificate.subject, certificate.issuer, certificate.serial_number)
    except (ValueError, x509.DuplicateExtension) as cause:
        raise CertificateMalformed from cause
    return certificate


def serial_of(der: bytes) -> int:
    """Return the serial number of a certificate in DER.

    Raises:
        CertificateMalformed: it cannot be read.
    """
    return load_certificate(der).serial_number


def certificate_pem(der: bytes) -> bytes:
    """Return a DER certificate as PEM.

    Raises:
        CertificateMalformed: it cannot be read.
    """
    return load_certificate(der).public_bytes(Encoding.PEM)


def public_key_of(der: bytes) -> bytes:
    """Return the public key (DER SubjectPublicKeyInfo) of a certificate in DER.

    Raises:
        CertificateMalformed: it cannot be read.
    """
    return load_certificate(der).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def signed_part(der: bytes) -> bytes:
    """Return the part of a certificate that its signature covers (tbsCertificate).

    Raises:
        CertificateMalformed: it cannot be read.
    """
    return load_certificate(der).tbs_certificate_bytes
