"""A certificate as path validation sees it: names ready to compare, extensions by type, nothing lazy left to fail."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509.oid import ExtensionOID

from mizuhiki.crypto.x509.encoding import CertificateMalformed
from mizuhiki.crypto.x509.path.algorithms import (
    AlgorithmPolicy,
    PublicKey,
    SignatureMismatch,
    SignatureParameters,
    check_signature,
)
from mizuhiki.crypto.x509.path.names import ComparableName, comparable
from mizuhiki.crypto.x509.refusals import AlgorithmRefused, CertificateSignatureInvalid

ANY_POLICY: Final = "2.5.29.32.0"
_LONG_FORM: Final = 0x80
_HIGH_TAG: Final = 0x1F

Extension = TypeVar("Extension", bound=x509.ExtensionType)


@dataclass(frozen=True, slots=True, eq=False)
class PathCertificate:
    """One certificate, read whole. Made by `read_certificate`."""

    der: bytes
    parsed: x509.Certificate
    subject: ComparableName
    issuer: ComparableName
    key: PublicKey
    key_identifier: bytes | None
    authority_key_identifier: bytes | None
    valid_from: datetime
    valid_until: datetime
    extensions: x509.Extensions
    by_kind: Mapping[type[x509.ExtensionType], x509.ExtensionType]
    authority: bool
    """Whether basic constraints say it is an authority's."""

    @property
    def self_issued(self) -> bool:
        """Whether subject and issuer are the same name (RFC 5280 §3.2), as in a key rollover."""
        return self.subject == self.issuer

    @property
    def serial(self) -> int:
        """The serial number."""
        return self.parsed.serial_number

    def extension(self, kind: type[Extension]) -> Extension | None:
        """Return the extension of one kind, or None."""
        found = self.by_kind.get(kind)
        return found if isinstance(found, kind) else None

    def policies(self) -> frozenset[str] | None:
        """Return the policies named, None without the extension."""
        policies = self.extension(x509.CertificatePolicies)
        return None if policies is None else frozenset(p.policy_identifier.dotted_string for p in policies)

    def policy_mappings(self) -> tuple[tuple[str, str], ...]:
        """Return pairs of the issuer's and the subject's policy that count as equal (RFC 5280 §4.2.1.5).

        Raises:
            CertificateMalformed: the extension cannot be read.
        """
        for extension in self.extensions:
            if extension.oid == ExtensionOID.POLICY_MAPPINGS and isinstance(
                extension.value, x509.UnrecognizedExtension
            ):
                try:
                    pairs = asn1_x509.PolicyMappings.load(extension.value.value, strict=True).native
                except (ValueError, TypeError) as cause:
                    raise CertificateMalformed(item="policyMappings") from cause
                names = asn1_x509.PolicyIdentifier
                return tuple(
                    (names.unmap(p["issuer_domain_policy"]), names.unmap(p["subject_domain_policy"])) for p in pairs
                )
        return ()


def _element(data: bytes, start: int) -> tuple[int, int]:
    """Return where the content of the DER element at `start` begins and where the element ends."""
    if data[start] & _HIGH_TAG == _HIGH_TAG:
        raise CertificateMalformed
    length = data[start + 1]
    content = start + 2
    if length & _LONG_FORM:
        size = length & 0x7F
        length = int.from_bytes(data[content : content + size], "big")
        content += size
    return content, content + length


def _check_algorithms_agree(certificate: x509.Certificate, der: bytes) -> None:
    """Check that the algorithm inside the signed part is the one beside the signature (RFC 5280 §4.1.1.2)."""
    tbs, _ = _element(der, 0)
    inside, after = _element(der, tbs)
    outer = der[after : _element(der, after)[1]]
    if der[inside] == 0xA0:  # noqa: PLR2004 - the tag [0] of the version
        inside = _element(der, inside)[1]
    inner_start = _element(der, inside)[1]
    if der[inner_start : _element(der, inner_start)[1]] != outer:
        raise CertificateMalformed(item="signatureAlgorithm")
    if der[tbs:after] != certificate.tbs_certificate_bytes:
        raise CertificateMalformed(item="tbsCertificate")


def _read(der: bytes) -> PathCertificate:
    try:
        certificate = x509.load_der_x509_certificate(der)
        extensions = certificate.extensions
        by_kind = {type(extension.value): extension.value for extension in extensions}
        identifier = by_kind.get(x509.SubjectKeyIdentifier)
        authority = by_kind.get(x509.AuthorityKeyIdentifier)
        constraints = by_kind.get(x509.BasicConstraints)
        subject, issuer = comparable(certificate.subject), comparable(certificate.issuer)
        key = certificate.public_key()
        valid_from, valid_until = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        version, _ = certificate.version, certificate.serial_number
    except (ValueError, TypeError, UnicodeError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType) as cause:
        raise CertificateMalformed from cause
    except UnsupportedAlgorithm as cause:
        raise AlgorithmRefused(algorithm="unknown") from cause
    if len(extensions) and version is not x509.Version.v3:
        raise CertificateMalformed(item="version")
    _check_algorithms_agree(certificate, der)
    return PathCertificate(
        der,
        certificate,
        subject,
        issuer,
        key,
        identifier.digest if isinstance(identifier, x509.SubjectKeyIdentifier) else None,
        authority.key_identifier if isinstance(authority, x509.AuthorityKeyIdentifier) else None,
        valid_from,
        valid_until,
        extensions,
        by_kind,
        isinstance(constraints, x509.BasicConstraints) and constraints.ca,
    )


@functools.lru_cache(maxsize=512)
def _read_authority(der: bytes) -> PathCertificate:
    return _read(der)


def read_certificate(der: bytes) -> PathCertificate:
    """Return the certificate `der` encodes, every field readable.

    Raises:
        CertificateMalformed: it cannot be read, or its two algorithm fields differ.
        AlgorithmRefused: its key is of a kind nobody here knows.
    """
    return _read(der)


def read_authority(der: bytes) -> PathCertificate:
    """Return an authority's certificate; the last few hundred are kept, since chains share them.

    Raises:
        CertificateMalformed, AlgorithmRefused: see `read_certificate`.
    """
    return _read_authority(der)


def _signature_parameters(certificate: x509.Certificate | x509.CertificateRevocationList) -> SignatureParameters:
    parameters = certificate.signature_algorithm_parameters
    return parameters if parameters is not None else None


def check_issued(certificate: PathCertificate, issuer_key: PublicKey, policy: AlgorithmPolicy) -> None:
    """Check that `issuer_key` signed the certificate.

    Raises:
        CertificateSignatureInvalid: it did not.
        AlgorithmRefused, WeakKey: see `check_signature`.
    """
    parsed = certificate.parsed
    try:
        digest, parameters = parsed.signature_hash_algorithm, _signature_parameters(parsed)
    except (UnsupportedAlgorithm, ValueError) as cause:
        raise AlgorithmRefused(algorithm=parsed.signature_algorithm_oid.dotted_string) from cause
    try:
        check_signature(
            issuer_key,
            parsed.signature,
            parsed.tbs_certificate_bytes,
            algorithm=(parameters, digest),
            policy=policy,
        )
    except SignatureMismatch as cause:
        raise CertificateSignatureInvalid from cause


@functools.lru_cache(maxsize=1024)
def check_authority_issued(certificate: PathCertificate, issuer: PathCertificate, policy: AlgorithmPolicy) -> None:
    """Check that `issuer` signed an authority's certificate; a check that passed is not made again.

    Raises:
        CertificateSignatureInvalid, AlgorithmRefused, WeakKey: see `check_issued`; a refusal is not kept.
    """
    check_issued(certificate, issuer.key, policy)
