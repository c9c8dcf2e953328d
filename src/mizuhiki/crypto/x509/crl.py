"""Certificate revocation lists (RFC 5280 §5), one per municipality as the certificates' distribution points say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from mizuhiki.crypto.x509.encoding import load_certificate
from mizuhiki.crypto.x509.status import RevocationReason, StatusStale, refuse_revoked
from mizuhiki.vocabulary.errors import Malformed


class CrlUnreadable(Malformed):
    """Not a list that this authority signed."""

    code = "crl-unreadable"
    title = "The revocation list does not check"


@dataclass(frozen=True, slots=True)
class CrlEntry:
    """One certificate on the list."""

    serial: int
    revoked_at: datetime
    reason: RevocationReason


def build_crl(
    entries: Iterable[CrlEntry],
    *,
    ca_certificate: bytes,
    ca_key: rsa.RSAPrivateKey,
    number: int,
    this_update: datetime,
    next_update: datetime,
    distribution_point: x509.Name | None = None,
) -> bytes:
    """Return a signed list (DER); `number` grows by one with each, `distribution_point` says whose it is."""
    ca = load_certificate(ca_certificate)
    identifier = ca.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(ca.subject)
        .last_update(this_update)
        .next_update(next_update)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier),
            critical=False,
        )
        .add_extension(x509.CRLNumber(number), critical=False)
    )
    if distribution_point is not None:
        point = x509.IssuingDistributionPoint(
            full_name=[x509.DirectoryName(distribution_point)],
            relative_name=None,
            only_contains_user_certs=False,
            only_contains_ca_certs=False,
            only_some_reasons=None,
            indirect_crl=False,
            only_contains_attribute_certs=False,
        )
        builder = builder.add_extension(point, critical=True)
    for entry in entries:
        revoked = x509.RevokedCertificateBuilder().serial_number(entry.serial).revocation_date(entry.revoked_at)
        if entry.reason is not RevocationReason.UNSPECIFIED:
            revoked = revoked.add_extension(x509.CRLReason(entry.reason.flag), critical=False)
        builder = builder.add_revoked_certificate(revoked.build())
    return builder.sign(ca_key, SHA256()).public_bytes(Encoding.DER)


def read_crl_status(crl_der: bytes, certificate: bytes, ca: bytes, at: datetime) -> None:
    """Check that a list does not name a certificate.

    The list must be the one the certificate's distribution point names, where both name one.

    Raises:
        CertificateRevoked: listed for good.
        CertificateSuspended: listed as on hold.
        StatusStale: the list is not current at `at`.
        CrlUnreadable: not a list by `ca` for this certificate.
    """
    issuer, subject = load_certificate(ca), load_certificate(certificate)
    key = issuer.public_key()
    try:
        crl = x509.load_der_x509_crl(crl_der)
        signed = isinstance(key, rsa.RSAPublicKey) and crl.is_signature_valid(key)
        points = [e.value for e in crl.extensions if isinstance(e.value, x509.IssuingDistributionPoint)]
    except (ValueError, x509.DuplicateExtension) as cause:
        raise CrlUnreadable from cause
    if not signed or crl.issuer != issuer.subject or any(_elsewhere(point, subject) for point in points):
        raise CrlUnreadable
    if crl.last_update_utc > at or crl.next_update_utc is None or crl.next_update_utc < at:
        raise StatusStale
    entry = crl.get_revoked_certificate_by_serial_number(subject.serial_number)
    if entry is not None:
        reason = next((e.value.reason for e in entry.extensions if isinstance(e.value, x509.CRLReason)), None)
        refuse_revoked(reason, entry.revocation_date_utc.isoformat())


def _elsewhere(point: x509.IssuingDistributionPoint, certificate: x509.Certificate) -> bool:
    try:
        own = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return True
    return not any(p.full_name == list(point.full_name or []) for p in own)
