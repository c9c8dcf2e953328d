"""Certificates of delegated status responders (RFC 6960 §4.2.2.2): they sign answers and nothing else."""

from __future__ import annotations

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from mizuhiki.crypto.x509.encoding import load_certificate
from mizuhiki.crypto.x509.jpki import Validity
from mizuhiki.crypto.x509.jpki_profile import TEST_PROFILE, CertificateKind, JpkiProfile, directory_name
from mizuhiki.crypto.x509.world import key_usage


def issue_responder_certificate(
    kind: CertificateKind,
    *,
    ca_certificate: bytes,
    ca_key: rsa.RSAPrivateKey,
    public_key: rsa.RSAPublicKey,
    serial: int,
    validity: Validity,
    profile: JpkiProfile = TEST_PROFILE,
) -> bytes:
    """Return a responder's certificate (DER).

    It carries id-pkix-ocsp-nocheck: nobody can ask for the status of the one who answers, so it lives for weeks only.

    Raises:
        CertificateMalformed: `ca_certificate` cannot be read.
    """
    ca = load_certificate(ca_certificate)
    identifier = ca.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    name = directory_name(
        (NameOID.COUNTRY_NAME, "JP"),
        (NameOID.ORGANIZATION_NAME, profile.organisation),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, profile.kinds[kind].unit),
        (NameOID.COMMON_NAME, f"OCSP Responder {serial:X}"),
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(ca.subject)
        .public_key(public_key)
        .serial_number(serial)
        .not_valid_before(validity.starts)
        .not_valid_after(validity.ends)
        .add_extension(key_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), critical=False)
        .add_extension(x509.OCSPNoCheck(), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .sign(ca_key, SHA256())
    )
    return certificate.public_bytes(Encoding.DER)


def is_responder_of(certificate: x509.Certificate, ca: x509.Certificate) -> bool:
    """Say whether `ca` itself appointed the certificate's key to answer for it; its time is not looked at here."""
    try:
        certificate.verify_directly_issued_by(ca)
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        certificate.extensions.get_extension_for_class(x509.OCSPNoCheck)
    except (InvalidSignature, ValueError, TypeError, x509.ExtensionNotFound, x509.DuplicateExtension):
        return False
    return ExtendedKeyUsageOID.OCSP_SIGNING in usage
