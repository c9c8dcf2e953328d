"""Certificates in and out of DER and PEM."""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

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


def load_certificate_file(content: bytes) -> tuple[bytes, ...]:
    """Return the certificates (DER) of a file: one in DER, or one or more in PEM.

    Raises:
        CertificateMalformed: it holds none, or one that cannot be read.
    """
    try:
        found = x509.load_pem_x509_certificates(content) if b"-----BEGIN" in content else None
    except ValueError as cause:
        raise CertificateMalformed from cause
    ders = [content] if found is None else [certificate.public_bytes(Encoding.DER) for certificate in found]
    return tuple(load_certificate(der).public_bytes(Encoding.DER) for der in ders)


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
