"""Certificates of terminals that use a card without its PIN, and what those terminals sign (R-209).

No public source shows the real profile: key usage, the authority's test policy arc and the names here are our own.
"""

from __future__ import annotations

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from mizuhiki.crypto.x509.card_keys_check import require_card_public_key
from mizuhiki.crypto.x509.jpki import Validity
from mizuhiki.crypto.x509.jpki_profile import TEST_PROFILE, JpkiProfile, directory_name
from mizuhiki.crypto.x509.world import key_usage
from mizuhiki.vocabulary.errors import Refused

TERMINAL_POLICY = x509.ObjectIdentifier("1.3.6.1.4.1.32473.392.200149.8.5.1.9.1")


class TerminalProofInvalid(Refused):
    """The signature under what a terminal says is not made with the terminal's key."""

    code = "terminal-proof-invalid"
    title = "The signature is not the terminal's"


def _authority_name(profile: JpkiProfile) -> x509.Name:
    return directory_name(
        (NameOID.COUNTRY_NAME, "JP"),
        (NameOID.ORGANIZATION_NAME, profile.organisation),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, "JPKI for terminals"),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, profile.operator),
    )


def make_terminal_root(key: rsa.RSAPrivateKey, *, validity: Validity, profile: JpkiProfile = TEST_PROFILE) -> bytes:
    """Return the self-signed root (DER) of the terminals' own authority; nothing under it speaks for a person."""
    name = _authority_name(profile)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(validity.starts)
        .not_valid_after(validity.ends)
        .add_extension(key_usage(certificates=True), critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
        .public_bytes(Encoding.DER)
    )


def issue_terminal_certificate(
    *,
    ca_key: rsa.RSAPrivateKey,
    public_key: bytes,
    serial: int,
    terminal: str,
    validity: Validity,
    profile: JpkiProfile = TEST_PROFILE,
) -> bytes:
    """Return the certificate (DER) of a terminal's key.

    Raises:
        PublicKeyUnreadable and the others of `card_keys_check`.
    """
    key = require_card_public_key(public_key)
    name = directory_name(
        (NameOID.COUNTRY_NAME, "JP"),
        (NameOID.ORGANIZATION_NAME, profile.organisation),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, "Approved terminals"),
        (NameOID.COMMON_NAME, terminal),
    )
    policies = x509.CertificatePolicies([x509.PolicyInformation(TERMINAL_POLICY, [profile.cps_uri])])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(_authority_name(profile))
        .public_key(key)
        .serial_number(serial)
        .not_valid_before(validity.starts)
        .not_valid_after(validity.ends)
        .add_extension(key_usage(digital_signature=True), critical=True)
        .add_extension(policies, critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .sign(ca_key, SHA256())
        .public_bytes(Encoding.DER)
    )


def verify_terminal_signature(public_key: bytes, content: bytes, signature: bytes) -> None:
    """Check that a terminal's key signed `content`: PKCS#1 v1.5 with SHA-256, or ECDSA with SHA-384.

    Raises:
        TerminalProofInvalid: it did not.
        PublicKeyUnreadable and the others of `card_keys_check`.
    """
    key = require_card_public_key(public_key)
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, content, padding.PKCS1v15(), SHA256())
        else:
            key.verify(signature, content, ECDSA(SHA384()))
    except InvalidSignature as cause:
        raise TerminalProofInvalid from cause
