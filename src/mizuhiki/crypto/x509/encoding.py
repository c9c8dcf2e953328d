"""Certificates in and out of DER and PEM."""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from mizuhiki.crypto.x509.jpki_profile import ITEM_ADDRESS_FLAGS, ITEM_NAME_FLAGS
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
    try:
        return x509.load_der_x509_certificate(der).tbs_certificate_bytes
    except ValueError as cause:
        raise CertificateMalformed from cause


def subject_key_of(der: bytes) -> bytes:
    """Return the subject key identifier of a certificate in DER; empty where it has none.

    Raises:
        CertificateMalformed: it cannot be read.
    """
    try:
        return load_certificate(der).extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except x509.ExtensionNotFound:
        return b""


def authority_key_of(der: bytes) -> bytes:
    """Return the key identifier of a certificate's issuer; empty where it names none.

    Raises:
        CertificateMalformed: it cannot be read.
    """
    try:
        found = load_certificate(der).extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    except x509.ExtensionNotFound:
        return b""
    return found.key_identifier or b""


def substitute_flags(der: bytes) -> tuple[str, str]:
    """Return the substitute-character marks of name and address of a signature certificate, one digit a character.

    Raises:
        CertificateMalformed: it cannot be read, or states no such marks.
    """
    try:
        names = load_certificate(der).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        found = {one.type_id: asn1.decode_der(str, one.value) for one in names if isinstance(one, x509.OtherName)}
        return found[ITEM_NAME_FLAGS], found[ITEM_ADDRESS_FLAGS]
    except (x509.ExtensionNotFound, KeyError, ValueError) as cause:
        raise CertificateMalformed from cause
