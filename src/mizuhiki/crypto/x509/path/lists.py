"""Certificate revocation lists as a verifier reads them: full, sharded and delta (RFC 5280 §5, §6.3)."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509.oid import ExtensionOID

from mizuhiki.crypto.x509.crl import CrlUnreadable
from mizuhiki.crypto.x509.path.algorithms import AlgorithmPolicy, SignatureMismatch, check_signature
from mizuhiki.crypto.x509.path.names import ComparableName, RelativeName, comparable, comparable_relative
from mizuhiki.crypto.x509.path.reading import PathCertificate
from mizuhiki.crypto.x509.refusals import AlgorithmRefused

ALL_REASONS: Final = frozenset(
    {
        x509.ReasonFlags.key_compromise,
        x509.ReasonFlags.ca_compromise,
        x509.ReasonFlags.affiliation_changed,
        x509.ReasonFlags.superseded,
        x509.ReasonFlags.cessation_of_operation,
        x509.ReasonFlags.certificate_hold,
        x509.ReasonFlags.privilege_withdrawn,
        x509.ReasonFlags.aa_compromise,
    }
)
_UNDERSTOOD: Final = frozenset(
    {
        ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
        ExtensionOID.CRL_NUMBER,
        ExtensionOID.DELTA_CRL_INDICATOR,
        ExtensionOID.ISSUING_DISTRIBUTION_POINT,
    }
)
PointName = tuple[str, ComparableName | str]


@dataclass(frozen=True, slots=True, eq=False)
class RevocationList:
    """One list, read whole. Made by `read_list`; its signature is checked apart."""

    der: bytes
    parsed: x509.CertificateRevocationList
    issuer: ComparableName
    this_update: datetime
    next_update: datetime | None
    point: x509.IssuingDistributionPoint | None
    number: int | None
    base: int | None
    authority_key_identifier: bytes | None
    not_understood: str | None
    """A critical extension of the list or an entry, or a scope, because of which it may not be used."""

    def entry(self, serial: int) -> x509.RevokedCertificate | None:
        """Return the entry of a certificate, None if the list does not name it."""
        if serial <= 0:  # against RFC 5280, but in circulation; the quick way knows only positive ones
            return next((entry for entry in self.parsed if entry.serial_number == serial), None)
        return self.parsed.get_revoked_certificate_by_serial_number(serial)

    def signed_by(self, certificate: PathCertificate, policy: AlgorithmPolicy) -> bool:
        """Say whether a certificate's key signed the list and may sign lists.

        Raises:
            AlgorithmRefused, WeakKey: signed too weakly.
        """
        usage = certificate.extension(x509.KeyUsage)
        if usage is not None and not usage.crl_sign:
            return False
        parsed = self.parsed
        try:
            parameters, digest = parsed.signature_algorithm_parameters, parsed.signature_hash_algorithm
            check_signature(
                certificate.key,
                parsed.signature,
                parsed.tbs_certlist_bytes,
                algorithm=(parameters, digest),
                policy=policy,
            )
        except SignatureMismatch:
            return False
        except (UnsupportedAlgorithm, ValueError) as cause:
            raise AlgorithmRefused(algorithm=parsed.signature_algorithm_oid.dotted_string) from cause
        return True


@functools.lru_cache(maxsize=256)
def read_list(der: bytes) -> RevocationList:
    """Return the list `der` encodes; the last few are kept.

    Raises:
        CrlUnreadable: unreadable.
    """
    try:
        parsed = x509.load_der_x509_crl(der)
        extensions = {extension.oid: extension for extension in parsed.extensions}
        issuer, this_update, next_update = comparable(parsed.issuer), parsed.last_update_utc, parsed.next_update_utc
        critical_entries = {
            extension.oid.dotted_string
            for entry in parsed
            for extension in entry.extensions
            if extension.critical and not isinstance(extension.value, x509.CRLReason | x509.InvalidityDate)
        }
    except (ValueError, TypeError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType) as cause:
        raise CrlUnreadable from cause
    unknown = {oid.dotted_string for oid, e in extensions.items() if e.critical and oid not in _UNDERSTOOD}
    unknown |= critical_entries
    values = [extension.value for extension in extensions.values()]
    point = next((value for value in values if isinstance(value, x509.IssuingDistributionPoint)), None)
    if point is not None and (point.indirect_crl or point.only_contains_attribute_certs):
        unknown.add(ExtensionOID.ISSUING_DISTRIBUTION_POINT.dotted_string)  # entries of other issuers: not supported
    return RevocationList(
        der,
        parsed,
        issuer,
        this_update,
        next_update,
        point,
        next((value.crl_number for value in values if isinstance(value, x509.CRLNumber)), None),
        next((value.crl_number for value in values if isinstance(value, x509.DeltaCRLIndicator)), None),
        next((value.key_identifier for value in values if isinstance(value, x509.AuthorityKeyIdentifier)), None),
        min(unknown, default=None),
    )


def _point_names(
    issuer: ComparableName,
    full: list[x509.GeneralName] | None,
    relative: x509.RelativeDistinguishedName | None,
) -> frozenset[PointName]:
    """Return the names of a distribution point; a relative one stands under its issuer's name."""
    if relative is not None:
        tail: RelativeName = comparable_relative(relative)
        return frozenset({("directory", (*issuer, tail))})
    names: set[PointName] = set()
    for name in full or ():
        if isinstance(name, x509.DirectoryName):
            names.add(("directory", comparable(name.value)))
        elif isinstance(name, x509.UniformResourceIdentifier):
            names.add(("uri", name.value))
    return frozenset(names)


def _points_of(certificate: PathCertificate) -> list[tuple[frozenset[PointName], frozenset[x509.ReasonFlags]]]:
    """Return names and reasons of the distribution points at which the certificate's own issuer speaks."""
    points = certificate.extension(x509.CRLDistributionPoints)
    if points is None:
        return [(frozenset({("directory", certificate.issuer)}), ALL_REASONS)]
    found = []
    for point in points:
        if point.crl_issuer and all(
            not isinstance(name, x509.DirectoryName) or comparable(name.value) != certificate.issuer
            for name in point.crl_issuer
        ):
            continue
        names = _point_names(certificate.issuer, point.full_name, point.relative_name)
        if not names:
            names = frozenset({("directory", certificate.issuer)})
        found.append((names, frozenset(point.reasons) if point.reasons else ALL_REASONS))
    return found


def covered_reasons(found: RevocationList, certificate: PathCertificate) -> frozenset[x509.ReasonFlags]:
    """Return for which reasons a list speaks about a certificate (RFC 5280 §6.3.3 (b), (d), (e)); perhaps none."""
    if found.issuer != certificate.issuer:
        return frozenset()
    point = found.point
    if point is None:
        return ALL_REASONS
    authority = certificate.authority
    if (point.only_contains_user_certs and authority) or (point.only_contains_ca_certs and not authority):
        return frozenset()
    reasons = frozenset(point.only_some_reasons) if point.only_some_reasons else ALL_REASONS
    if point.full_name is None and point.relative_name is None:
        return reasons
    names = _point_names(found.issuer, point.full_name, point.relative_name)
    covered: frozenset[x509.ReasonFlags] = frozenset()
    for own_names, own_reasons in _points_of(certificate):
        if names & own_names:
            covered |= reasons & own_reasons
    return covered


def extends(delta: RevocationList, complete: RevocationList) -> bool:
    """Say whether a delta list brings a complete one up to date (RFC 5280 §5.2.4, §6.3.3 (c))."""
    return (
        delta.base is not None
        and complete.base is None
        and delta.number is not None
        and complete.number is not None
        and delta.issuer == complete.issuer
        and delta.point == complete.point
        and delta.authority_key_identifier == complete.authority_key_identifier
        and delta.base <= complete.number < delta.number
    )
