"""The TLS root of one world and the certificates of its institutions (RFC 5280; mutual TLS between institutions).

P-256 throughout. The root is made per world and trusted by nobody else.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from mizuhiki.crypto.keystore.purposes import SecretKey
from mizuhiki.vocabulary.errors import Corrupt
from mizuhiki.vocabulary.ids import InstitutionId

_ORGANISATION = "Mizuhiki-TEST"


class WorldAuthorityUnreadable(Corrupt):
    """The stored root key of a world is not a P-256 key."""

    code = "world-authority-unreadable"
    title = "The root key of the world cannot be read"


@dataclass(frozen=True, slots=True)
class WorldAuthority:
    """The root of one world; `key` is PKCS#8 DER."""

    certificate: bytes
    key: SecretKey

    @property
    def certificate_pem(self) -> bytes:
        """The root certificate as PEM, for the trust settings of clients."""
        return x509.load_der_x509_certificate(self.certificate).public_bytes(Encoding.PEM)


@dataclass(frozen=True, slots=True)
class TlsIdentity:
    """What a TLS server or client of one institution needs, as PEM: its certificate and key."""

    certificate_pem: bytes
    key_pem: SecretKey


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def key_usage(
    *, certificates: bool = False, digital_signature: bool = False, non_repudiation: bool = False
) -> x509.KeyUsage:
    """Return the usages this system has: signing certificates and lists, digital signature, non-repudiation."""
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=non_repudiation,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )


def make_world_authority(*, valid_from: datetime, valid_until: datetime) -> WorldAuthority:
    """Make a new root for one world."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Mizuhiki-TEST world root")
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid_from)
        .not_valid_after(valid_until)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(key_usage(certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return WorldAuthority(certificate.public_bytes(Encoding.DER), SecretKey(der))


def _alternative_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def issue_institution_certificate(
    authority: WorldAuthority,
    *,
    institution: InstitutionId,
    hosts: Sequence[str],
    valid_from: datetime,
    valid_until: datetime,
) -> TlsIdentity:
    """Make a key and certificate with which `institution` serves and calls as `hosts` (names or IP addresses)."""
    issuer_key = load_der_private_key(authority.key.reveal(), password=None)
    if not isinstance(issuer_key, ec.EllipticCurvePrivateKey):
        raise WorldAuthorityUnreadable
    issuer = x509.load_der_x509_certificate(authority.certificate)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_name(institution))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid_from)
        .not_valid_after(valid_until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(key_usage(digital_signature=True), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False
        )
        .add_extension(x509.SubjectAlternativeName([_alternative_name(host) for host in hosts]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(issuer_key, SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return TlsIdentity(certificate.public_bytes(Encoding.PEM), SecretKey(pem))
