"""Certificate revocation lists (RFC 5280 §5), one per municipality as the certificates' distribution points say."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPlan:
    """What a list says beside its entries.

    `number` grows with each list of a scope. `base_number` makes it a delta list that completes the full list of that
    number. `distribution_point` says whose list it is; None means every certificate of the authority.
    """

    number: int
    this_update: datetime
    next_update: datetime
    distribution_point: x509.Name | None = None
    base_number: int | None = None


def build_crl(
    entries: Iterable[CrlEntry],
    *,
    ca_certificate: bytes,
    ca_key: rsa.RSAPrivateKey,
    plan: ListPlan,
) -> bytes:
    """Return a signed list (DER).

    Entries are put together here because a builder object for each takes ten times as long, which a shard of a
    hundred thousand lines does not have; everything else is encoded by the library.
    """
    ca = load_certificate(ca_certificate)
    lines = b"".join(_lines(entries))
    to_be_signed = _element(
        _SEQUENCE,
        _VERSION_2
        + _SHA256_WITH_RSA
        + ca.subject.public_bytes()
        + _time(plan.this_update)
        + _time(plan.next_update)
        + (_element(_SEQUENCE, lines) if lines else b"")  # RFC 5280 §5.1.2.6: absent when there is none
        + _element(_EXPLICIT_0, _element(_SEQUENCE, b"".join(_extensions(ca, plan)))),
    )
    signature = ca_key.sign(to_be_signed, padding.PKCS1v15(), SHA256())
    return _element(_SEQUENCE, to_be_signed + _SHA256_WITH_RSA + _element(_BIT_STRING, b"\0" + signature))


_SEQUENCE, _EXPLICIT_0, _BIT_STRING, _OCTET_STRING, _INTEGER, _OBJECT = 0x30, 0xA0, 0x03, 0x04, 0x02, 0x06
_FIRST_GENERALIZED_YEAR = 2050
_SHORT_LENGTH = 0x80


def _element(tag: int, content: bytes) -> bytes:
    """Return a DER element of a one-octet tag."""
    length = len(content)
    if length < _SHORT_LENGTH:
        return bytes((tag, length)) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, _SHORT_LENGTH | len(octets))) + octets + content


_VERSION_2 = _element(_INTEGER, b"\1")
_SHA256_WITH_RSA = _element(_SEQUENCE, bytes.fromhex("06092a864886f70d01010b0500"))
"""AlgorithmIdentifier 1.2.840.113549.1.1.11 with NULL parameters (RFC 4055 §5)."""
_TRUE = bytes.fromhex("0101ff")


def _time(at: datetime) -> bytes:
    """Return an instant as RFC 5280 §5.1.2.4 wants it: UTCTime through 2049, GeneralizedTime from 2050."""
    utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    rest = (utc.month, utc.day, utc.hour, utc.minute, utc.second)
    if utc.year < _FIRST_GENERALIZED_YEAR:
        return b"\x17\x0d%02d%02d%02d%02d%02d%02dZ" % (utc.year % 100, *rest)
    return b"\x18\x0f%04d%02d%02d%02d%02d%02dZ" % (utc.year, *rest)


def _extension(extension: x509.ExtensionType, *, critical: bool = False) -> bytes:
    oid = bytes.fromhex(f"551d{int(extension.oid.dotted_string.rpartition('.')[2]):02x}")  # all stand under 2.5.29
    content = _element(_OBJECT, oid) + (_TRUE if critical else b"")
    return _element(_SEQUENCE, content + _element(_OCTET_STRING, extension.public_bytes()))


@functools.cache
def _reason(reason: RevocationReason) -> bytes:
    if reason is RevocationReason.UNSPECIFIED:
        return b""
    return _element(_SEQUENCE, _extension(x509.CRLReason(reason.flag)))


_TWO_DIGITS = tuple(b"%02d" % number for number in range(100))


def _lines(entries: Iterable[CrlEntry]) -> Iterator[bytes]:
    """Yield the encoded entries. What days and reasons have in common is encoded once: lists have many lines."""
    days: dict[tuple[int, int, int], bytes] = {}
    reasons = {reason: _reason(reason) for reason in RevocationReason}
    digits = _TWO_DIGITS
    for entry in entries:
        serial, at = entry.serial, entry.revoked_at
        size = serial.bit_length() // 8 + 1
        utc = at if at.tzinfo is UTC else at.astimezone(UTC)
        day = (utc.year, utc.month, utc.day)
        head = days.get(day)
        if head is None:
            head = days[day] = _time(utc)[:-7]  # without hours, minutes, seconds and Z
        content = b"".join(
            (
                _INTEGER_HEADS[size],
                serial.to_bytes(size, "big"),
                head,
                digits[utc.hour],
                digits[utc.minute],
                digits[utc.second],
                b"Z",
                reasons[entry.reason],
            )
        )
        yield _ENTRY_HEADS[len(content)] + content  # always short: serials have at most 20 octets


_INTEGER_HEADS = tuple(bytes((_INTEGER, size)) for size in range(_SHORT_LENGTH))
_ENTRY_HEADS = tuple(bytes((_SEQUENCE, size)) for size in range(_SHORT_LENGTH))


def _extensions(ca: x509.Certificate, plan: ListPlan) -> Iterator[bytes]:
    identifier = ca.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    yield _extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier))
    yield _extension(x509.CRLNumber(plan.number))
    if plan.base_number is not None:
        yield _extension(x509.DeltaCRLIndicator(plan.base_number), critical=True)
    if plan.distribution_point is not None:
        point = x509.IssuingDistributionPoint(
            full_name=[x509.DirectoryName(plan.distribution_point)],
            relative_name=None,
            only_contains_user_certs=False,
            only_contains_ca_certs=False,
            only_some_reasons=None,
            indirect_crl=False,
            only_contains_attribute_certs=False,
        )
        yield _extension(point, critical=True)


def listed_serials(crl_der: bytes, serials: Iterable[int]) -> set[int]:
    """Return those of the serials that one of our own lists names.

    Raises:
        CrlUnreadable: not a list.
    """
    try:
        crl = x509.load_der_x509_crl(crl_der)
    except ValueError as cause:
        raise CrlUnreadable from cause
    return {one for one in serials if crl.get_revoked_certificate_by_serial_number(one) is not None}


def revocation_list_pem(der: bytes) -> bytes:
    """Return a list (DER) as PEM, the form openssl reads with a chain.

    Raises:
        CrlUnreadable: it is not a list.
    """
    try:
        return x509.load_der_x509_crl(der).public_bytes(Encoding.PEM)
    except ValueError as cause:
        raise CrlUnreadable from cause


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
        # A delta list alone says nothing about certificates that the full list names.
        signed = signed and not any(isinstance(e.value, x509.DeltaCRLIndicator) for e in crl.extensions)
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
