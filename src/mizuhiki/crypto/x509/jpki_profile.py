"""Constants of the card's certificate profiles, as one value that a deployment may replace.

Names carry ``Mizuhiki-TEST`` and policies stand under 1.3.6.1.4.1.32473 (examples, RFC 5612), so that nobody can take
these certificates for real ones. Object identifiers of the personal items are those of the real profile, because
readers find the items by them. What public sources do not confirm is listed in `ASSUMED`.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from cryptography import x509
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID

ITEM_ARC: Final = "1.2.392.200149.8.5.5"
ITEM_NAME, ITEM_NAME_FLAGS, ITEM_SEX, ITEM_BIRTH, ITEM_ADDRESS, ITEM_ADDRESS_FLAGS = (
    x509.ObjectIdentifier(f"{ITEM_ARC}.{number}") for number in range(1, 7)
)
ITEM_ORDER: Final = (ITEM_NAME, ITEM_BIRTH, ITEM_SEX, ITEM_ADDRESS, ITEM_NAME_FLAGS, ITEM_ADDRESS_FLAGS)
"""The order in which a signature certificate carries the items: .1, .4, .3, .5, .2, .6."""

ASSUMED: Final = MappingProxyType(
    {
        "signature-common-name": "28 digits: issue time 14, municipality 5, serial 9",
        "signature-aia": "an OCSP address is present as in the user identification certificate",
        "signature-extension-order": "the user identification order, with subjectAltName after certificatePolicies",
        "crl-issuing-distribution-point": "critical, the directoryName of the municipality's list",
    }
)
"""Choices that no public source confirms."""


class CertificateKind(enum.StrEnum):
    """The two certificates of a card."""

    SIGNATURE = "signature"
    USER_IDENTIFICATION = "user-identification"


@dataclass(frozen=True, slots=True)
class KindProfile:
    """What differs between the two kinds; `ocsp_uri` empty leaves the address out."""

    unit: str
    unit_japanese: str
    policy: x509.ObjectIdentifier
    ocsp_uri: str


def _kinds() -> dict[CertificateKind, KindProfile]:
    return {
        CertificateKind.SIGNATURE: KindProfile(
            unit="JPKI for digital signature",
            unit_japanese="公的個人認証サービス署名用",
            policy=x509.ObjectIdentifier("1.3.6.1.4.1.32473.392.200149.8.5.1.1.20"),
            ocsp_uri="http://ocspsign.jpki.example/",
        ),
        CertificateKind.USER_IDENTIFICATION: KindProfile(
            unit="JPKI for user authentication",
            unit_japanese="公的個人認証サービス利用者証明用",
            policy=x509.ObjectIdentifier("1.3.6.1.4.1.32473.392.200149.8.5.1.3.30"),
            ocsp_uri="http://ocspauth.jpki.example/",
        ),
    }


def directory_name(*attributes: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    """Return a name in the given order; the country is PrintableString, all else UTF8String."""
    return x509.Name(
        [
            x509.NameAttribute(
                oid,
                value,
                _ASN1Type.PrintableString if oid == NameOID.COUNTRY_NAME else _ASN1Type.UTF8String,
            )
            for oid, value in attributes
        ]
    )


@dataclass(frozen=True, slots=True)
class JpkiProfile:
    """Names, policies and addresses of one pair of certification authorities."""

    organisation: str = "Mizuhiki-TEST"
    operator: str = "Japan Agency for Local Authority Information Systems"
    operator_japanese: str = "地方公共団体情報システム機構"
    cps_uri: str = "http://jpki.example/cps.html"
    kinds: dict[CertificateKind, KindProfile] = field(default_factory=_kinds)

    def authority_name(self, kind: CertificateKind) -> x509.Name:
        """Return subject and issuer of the root: the same in every generation."""
        return directory_name(
            (NameOID.COUNTRY_NAME, "JP"),
            (NameOID.ORGANIZATION_NAME, self.organisation),
            (NameOID.ORGANIZATIONAL_UNIT_NAME, self.kinds[kind].unit),
            (NameOID.ORGANIZATIONAL_UNIT_NAME, self.operator),
        )

    def authority_name_japanese(self, kind: CertificateKind) -> x509.Name:
        """Return the Japanese name in the root's subjectAltName and the certificates' issuerAltName."""
        return directory_name(
            (NameOID.COUNTRY_NAME, "JP"),
            (NameOID.ORGANIZATION_NAME, self.organisation),
            (NameOID.ORGANIZATIONAL_UNIT_NAME, self.kinds[kind].unit_japanese),
            (NameOID.ORGANIZATIONAL_UNIT_NAME, self.operator_japanese),
        )

    def distribution_point(self, kind: CertificateKind, prefecture: str, city: str) -> x509.Name:
        """Return where the list of one municipality stands: ``Kanagawa-ken``, ``Yokohama-shi-Naka-ku``."""
        return directory_name(
            (NameOID.COUNTRY_NAME, "JP"),
            (NameOID.ORGANIZATION_NAME, self.organisation),
            (NameOID.ORGANIZATIONAL_UNIT_NAME, self.kinds[kind].unit),
            (NameOID.ORGANIZATIONAL_UNIT_NAME, "CRL Distribution Points"),
            (NameOID.ORGANIZATIONAL_UNIT_NAME, prefecture),
            (NameOID.COMMON_NAME, f"{city} CRLDP"),
        )


TEST_PROFILE: Final = JpkiProfile()
"""The profile of made-up worlds."""
