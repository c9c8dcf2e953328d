"""Basic path validation (RFC 5280 §6.1), without revocation, which is asked of a chain once it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.x509.oid import ExtensionOID

from mizuhiki.crypto.x509.path.algorithms import DEFAULT_ALGORITHMS, AlgorithmPolicy, check_key
from mizuhiki.crypto.x509.path.name_constraints import NameLimits
from mizuhiki.crypto.x509.path.policies import PolicyInputs, PolicyState
from mizuhiki.crypto.x509.path.reading import PathCertificate
from mizuhiki.crypto.x509.refusals import (
    CertificateExpired,
    CertificateNotYetValid,
    ChainTooLong,
    CriticalExtensionUnknown,
    IssuerNotAuthority,
    UnknownIssuer,
)

_UNDERSTOOD: Final = frozenset(
    {
        ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.CERTIFICATE_POLICIES,
        ExtensionOID.CRL_DISTRIBUTION_POINTS,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.INHIBIT_ANY_POLICY,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.NAME_CONSTRAINTS,
        ExtensionOID.OCSP_NO_CHECK,
        ExtensionOID.POLICY_CONSTRAINTS,
        ExtensionOID.POLICY_MAPPINGS,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
        ExtensionOID.SUBJECT_KEY_IDENTIFIER,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PathSettings:
    """What a chain is held against: the time asked about, the policies, the strength."""

    at: datetime
    policies: PolicyInputs = field(default_factory=PolicyInputs)
    algorithms: AlgorithmPolicy = DEFAULT_ALGORITHMS
    longest: int = 10
    skew: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True, eq=False)
class TrustAnchor:
    """An authority that the verifier's operator trusts by configuration, as a self-signed certificate.

    The constraints its certificate states about itself and those below are kept as RFC 5937 has it.
    """

    certificate: PathCertificate


def check_time(certificate: PathCertificate, settings: PathSettings) -> None:
    """Check that a certificate holds at the time asked about; both ends belong to its time (RFC 5280 §4.1.2.5).

    Raises:
        CertificateNotYetValid: its time has not begun.
        CertificateExpired: its time is over.
    """
    if settings.at + settings.skew < certificate.valid_from:
        raise CertificateNotYetValid(since=certificate.valid_from.isoformat())
    if settings.at - settings.skew > certificate.valid_until:
        raise CertificateExpired(until=certificate.valid_until.isoformat())


def check_critical(certificate: PathCertificate) -> None:
    """Check that every critical extension is one this verifier evaluates.

    Raises:
        CriticalExtensionUnknown: one is not.
    """
    for extension in certificate.extensions:
        if extension.critical and extension.oid not in _UNDERSTOOD:
            raise CriticalExtensionUnknown(extension=extension.oid.dotted_string)


def check_may_issue(certificate: PathCertificate) -> None:
    """Check that a certificate is an authority's that may sign certificates (§6.1.4 (k), (n)).

    Raises:
        IssuerNotAuthority: no basic constraints, not an authority's, or a key usage without certificate signing.
    """
    if certificate.parsed.version is not x509.Version.v3 or not certificate.authority:
        raise IssuerNotAuthority(part="basicConstraints")
    usage = certificate.extension(x509.KeyUsage)
    if usage is not None and not usage.key_cert_sign:
        raise IssuerNotAuthority(part="keyUsage")


def _path_length(certificate: PathCertificate) -> int | None:
    constraints = certificate.extension(x509.BasicConstraints)
    return None if constraints is None else constraints.path_length


def validate_chain(anchor: TrustAnchor, chain: tuple[PathCertificate, ...], settings: PathSettings) -> frozenset[str]:
    """Check a chain from the certificate the anchor issued down to the one asked about; return its policies.

    The signatures of its links (§6.1.3 (a) (1)) were checked when `building.chains_of` made it; no other chain may be
    given.

    Raises:
        UnknownIssuer: a link does not name the one above.
        CertificateExpired, CertificateNotYetValid: one does not hold at the time.
        IssuerNotAuthority, ChainTooLong, NameNotPermitted, CertificatePolicyRefused, CriticalExtensionUnknown:
            a rule of RFC 5280 §6.1 is broken.
        AlgorithmRefused, WeakKey: signed too weakly.
        CertificateMalformed: an extension cannot be read.
    """
    above = anchor.certificate
    check_time(above, settings)
    check_critical(above)
    check_may_issue(above)
    check_key(above.key, settings.algorithms)
    own = _path_length(above)
    left = settings.longest if own is None else min(settings.longest, own)
    names = NameLimits.none()
    names.add(above)
    policies = PolicyState(settings.policies, len(chain))
    for position, certificate in enumerate(chain, start=1):
        last = position == len(chain)
        if certificate.issuer != above.subject:
            raise UnknownIssuer
        check_time(certificate, settings)
        if last or not certificate.self_issued:
            names.check(certificate)
        policies.take(certificate, last=last)
        if last:
            break
        policies.prepare(certificate)
        names.add(certificate)
        check_may_issue(certificate)
        if not certificate.self_issued:
            if left <= 0:
                raise ChainTooLong
            left -= 1
        length = _path_length(certificate)
        left = left if length is None else min(left, length)
        check_critical(certificate)
        above = certificate
    check_critical(chain[-1])
    check_key(chain[-1].key, settings.algorithms)
    return policies.finish(chain[-1])
