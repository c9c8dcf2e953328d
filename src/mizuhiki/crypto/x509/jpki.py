"""The card's certificates and their roots (公的個人認証法 3条, 22条; profile facts in the card reference).

Extension order and criticality follow what published certificates show. Only public keys come in: a certification
authority never sees a card's private key.
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

from cryptography import x509
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from mizuhiki.crypto.randomness import Randomness
from mizuhiki.crypto.x509.card_keys_check import require_card_public_key
from mizuhiki.crypto.x509.encoding import load_certificate
from mizuhiki.crypto.x509.jpki_profile import (
    ITEM_ADDRESS,
    ITEM_ADDRESS_FLAGS,
    ITEM_BIRTH,
    ITEM_NAME,
    ITEM_NAME_FLAGS,
    ITEM_ORDER,
    ITEM_SEX,
    TEST_PROFILE,
    CertificateKind,
    JpkiProfile,
    directory_name,
)
from mizuhiki.crypto.x509.world import key_usage
from mizuhiki.vocabulary.dates import ERAS
from mizuhiki.vocabulary.errors import Malformed
from mizuhiki.vocabulary.persons import Sex

_JST: Final = timezone(timedelta(hours=9))
_UPPER: Final = string.ascii_uppercase
_ALPHANUMERIC: Final = string.digits + string.ascii_uppercase
_SEX_DIGIT: Final = {Sex.MALE: "1", Sex.FEMALE: "2", Sex.NOT_STATED: "3"}
_MAX_ADDRESS: Final = 200


class CertificateRequestMalformed(Malformed):
    """An item that may not stand in a card's certificate."""

    code = "certificate-request-malformed"
    title = "A certificate cannot be made from this"


@dataclass(frozen=True, slots=True)
class Validity:
    """When a certificate holds; ends at 14:59:59 UTC, the end of a Japanese day."""

    starts: datetime
    ends: datetime

    @classmethod
    def until_day(cls, starts: datetime, last_day: date) -> Validity:
        """Return the validity from `starts` to the end of `last_day` in Japan."""
        end = datetime(last_day.year, last_day.month, last_day.day, 23, 59, 59, tzinfo=_JST)
        return cls(starts, end.astimezone(UTC))


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateSubject:
    """Items of a signature certificate. Flags have one digit per character, 1 for a substituted one.

    `prefecture` and `city` are romanised as in ``Kanagawa-ken`` and ``Yokohama-shi-Naka-ku``.
    """

    name: str
    birth_date: date
    sex: Sex
    address: str
    name_substituted: str
    address_substituted: str
    prefecture: str
    city: str


def new_certificate_serial(randomness: Randomness) -> int:
    """Return a random positive serial of four bytes; the authority refuses one it has used."""
    return 2**24 + randomness.below(2**31 - 2**24)


def _digits(number: int, randomness: Randomness) -> str:
    return f"{randomness.below(10**number):0{number}d}"


def user_identification_common_name(municipality_code: str, randomness: Randomness) -> str:
    """Return the 23 characters that name a user identification certificate; no personal data.

    Six digits, a letter, seven letters or digits, five digits of the municipality, three digits, a letter.
    """
    middle = "".join(_ALPHANUMERIC[randomness.below(len(_ALPHANUMERIC))] for _ in range(7))
    first, last = (_UPPER[randomness.below(len(_UPPER))] for _ in range(2))
    return f"{_digits(6, randomness)}{first}{middle}{municipality_code[:5]}{_digits(3, randomness)}{last}"


def signature_common_name(issued_at: datetime, municipality_code: str, randomness: Randomness) -> str:
    """Return the 28 digits that name a signature certificate: issue time in Japan, municipality, nine random digits."""
    return f"{issued_at.astimezone(_JST):%Y%m%d%H%M%S}{municipality_code[:5]}{_digits(9, randomness)}"


def _distribution_point(name: x509.Name) -> x509.CRLDistributionPoints:
    return x509.CRLDistributionPoints([x509.DistributionPoint([x509.DirectoryName(name)], None, None, None)])


def make_jpki_root(
    kind: CertificateKind,
    key: rsa.RSAPrivateKey,
    *,
    validity: Validity,
    serial: int,
    profile: JpkiProfile = TEST_PROFILE,
) -> bytes:
    """Return the self-signed root (DER) of one kind; generations share their name and differ in key."""
    name = profile.authority_name(kind)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(validity.starts)
        .not_valid_after(validity.ends)
        .add_extension(key_usage(certificates=True), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.DirectoryName(profile.authority_name_japanese(kind))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_distribution_point(name), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )
    return certificate.public_bytes(Encoding.DER)


def _policy(profile: JpkiProfile, kind: CertificateKind) -> x509.CertificatePolicies:
    return x509.CertificatePolicies([x509.PolicyInformation(profile.kinds[kind].policy, [profile.cps_uri])])


def _authority_key(ca: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    identifier = ca.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier(identifier.digest, [x509.DirectoryName(ca.issuer)], ca.serial_number)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Issue:
    """What both kinds share while one certificate is put together."""

    kind: CertificateKind
    ca: x509.Certificate
    subject: x509.Name
    public_key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey
    serial: int
    validity: Validity
    prefecture: str
    city: str
    profile: JpkiProfile

    def begun(self) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(self.subject)
            .issuer_name(self.ca.subject)
            .public_key(self.public_key)
            .serial_number(self.serial)
            .not_valid_before(self.validity.starts)
            .not_valid_after(self.validity.ends)
        )

    def finished(self, builder: x509.CertificateBuilder, key: rsa.RSAPrivateKey) -> bytes:
        """Add what follows the subject's own extensions: issuerAltName, CRLDP, AIA, AKI, SKI."""
        profile, kind = self.profile, self.kind
        point = profile.distribution_point(kind, self.prefecture, self.city)
        builder = builder.add_extension(
            x509.IssuerAlternativeName([x509.DirectoryName(profile.authority_name_japanese(kind))]), critical=False
        ).add_extension(_distribution_point(point), critical=False)
        uri = profile.kinds[kind].ocsp_uri
        if uri:
            access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(uri))
            builder = builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
        return (
            builder.add_extension(_authority_key(self.ca), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self.public_key), critical=False)
            .sign(key, SHA256())
            .public_bytes(Encoding.DER)
        )


def issue_user_identification_certificate(
    *,
    ca_certificate: bytes,
    ca_key: rsa.RSAPrivateKey,
    public_key: bytes,
    serial: int,
    common_name: str,
    validity: Validity,
    prefecture: str,
    city: str,
    profile: JpkiProfile = TEST_PROFILE,
) -> bytes:
    """Return a user identification certificate (利用者証明用, DER); `public_key` is the chip's SubjectPublicKeyInfo.

    Raises:
        PublicKeyUnreadable and the others of `card_keys_check`: a key that no card has or that is weak.
        CertificateMalformed: `ca_certificate` cannot be read.
    """
    kind = CertificateKind.USER_IDENTIFICATION
    issue = _Issue(
        kind=kind,
        ca=load_certificate(ca_certificate),
        subject=directory_name((NameOID.COUNTRY_NAME, "JP"), (NameOID.COMMON_NAME, common_name)),
        public_key=require_card_public_key(public_key),
        serial=serial,
        validity=validity,
        prefecture=prefecture,
        city=city,
        profile=profile,
    )
    builder = (
        issue.begun()
        .add_extension(key_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .add_extension(_policy(profile, kind), critical=True)
    )
    return issue.finished(builder, ca_key)


def birth_text(birth_date: date) -> str:
    """Return ``EYYYYMMDD``: the era (1 明治 … 5 令和) and the western date."""
    era = sum(1 for known in ERAS if known.start <= birth_date)
    return f"{era}{birth_date:%Y%m%d}"


def items_extension(subject: CertificateSubject) -> x509.SubjectAlternativeName:
    """Return the four items with their marks as the extension states them.

    Raises:
        CertificateRequestMalformed: an item and its flags do not fit.
    """
    for text, flags, limit in (
        (subject.name, subject.name_substituted, _MAX_ADDRESS),
        (subject.address, subject.address_substituted, _MAX_ADDRESS),
    ):
        if not text or len(text) > limit or len(flags) != len(text) or set(flags) - {"0", "1"}:
            raise CertificateRequestMalformed(item="name" if text is subject.name else "address")
    values = {
        ITEM_NAME: subject.name,
        ITEM_BIRTH: birth_text(subject.birth_date),
        ITEM_SEX: _SEX_DIGIT[subject.sex],
        ITEM_ADDRESS: subject.address,
        ITEM_NAME_FLAGS: subject.name_substituted,
        ITEM_ADDRESS_FLAGS: subject.address_substituted,
    }
    return x509.SubjectAlternativeName([x509.OtherName(oid, asn1.encode_der(values[oid])) for oid in ITEM_ORDER])


def issue_signature_certificate(
    *,
    ca_certificate: bytes,
    ca_key: rsa.RSAPrivateKey,
    public_key: bytes,
    serial: int,
    common_name: str,
    validity: Validity,
    subject: CertificateSubject,
    profile: JpkiProfile = TEST_PROFILE,
) -> bytes:
    """Return a signature certificate (署名用, DER) with the four items; `public_key` is the chip's own (DER SPKI).

    Raises:
        PublicKeyUnreadable and the others of `card_keys_check`: a key that no card has or that is weak.
        CertificateRequestMalformed: an item and its flags do not fit.
        CertificateMalformed: `ca_certificate` cannot be read.
    """
    kind = CertificateKind.SIGNATURE
    issue = _Issue(
        kind=kind,
        ca=load_certificate(ca_certificate),
        subject=directory_name(
            (NameOID.COUNTRY_NAME, "JP"),
            (NameOID.LOCALITY_NAME, subject.prefecture),
            (NameOID.LOCALITY_NAME, subject.city),
            (NameOID.COMMON_NAME, common_name),
        ),
        public_key=require_card_public_key(public_key),
        serial=serial,
        validity=validity,
        prefecture=subject.prefecture,
        city=subject.city,
        profile=profile,
    )
    builder = (
        issue.begun()
        .add_extension(key_usage(digital_signature=True, non_repudiation=True), critical=True)
        .add_extension(_policy(profile, kind), critical=True)
        .add_extension(items_extension(subject), critical=False)
    )
    return issue.finished(builder, ca_key)


def read_validity(der: bytes) -> Validity:
    """Return when a certificate in DER holds.

    Raises:
        CertificateMalformed: it cannot be read.
    """
    certificate = load_certificate(der)
    return Validity(certificate.not_valid_before_utc, certificate.not_valid_after_utc)
