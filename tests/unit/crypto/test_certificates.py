"""Card certificates: the profile's order and content, and verification with every refusal by name."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import NoDigestInfo
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.hazmat.primitives.serialization import Encoding

from mizuhiki.crypto.certificates import (
    CardSignatureInvalid,
    CertificateExpired,
    CertificateNotYetValid,
    CertificateUsageRefused,
    UnknownIssuer,
    read_card_certificate,
    verify_card_signature,
)
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.crypto.x509 import (
    CertificateKind,
    CertificateMalformed,
    CertificateSubject,
    PublicKeyTooSmall,
    PublicKeyUnreadable,
    Validity,
    issue_signature_certificate,
    new_certificate_serial,
    serial_of,
)
from mizuhiki.crypto.x509.jpki import CertificateRequestMalformed, birth_text
from mizuhiki.crypto.x509.world import key_usage
from mizuhiki.vocabulary.persons import Sex
from support.card_authority import AT, SUBJECT, CardAuthority, card_sign, rsa_key, spki

USER, SIGN = (CardAuthority(kind) for kind in (CertificateKind.USER_IDENTIFICATION, CertificateKind.SIGNATURE))
CHALLENGE = b"challenge of a log-in"


def _signature_certificate(subject: CertificateSubject, public_key: bytes | None = None) -> bytes:
    return issue_signature_certificate(
        ca_certificate=SIGN.certificate,
        ca_key=SIGN.key,
        public_key=spki(rsa_key("card")) if public_key is None else public_key,
        serial=1,
        common_name="x",
        validity=Validity.until_day(AT, date(2024, 3, 31)),
        subject=subject,
    )


def _extensions(der: bytes) -> list[tuple[str, bool]]:
    certificate = x509.load_der_x509_certificate(der)
    return [(extension.oid._name, extension.critical) for extension in certificate.extensions]


def test_the_root_has_the_extensions_of_the_profile_in_order() -> None:
    assert _extensions(SIGN.certificate) == [
        ("keyUsage", True),
        ("subjectAltName", False),
        ("basicConstraints", True),
        ("cRLDistributionPoints", False),
        ("subjectKeyIdentifier", False),
    ]
    root = x509.load_der_x509_certificate(SIGN.certificate)
    assert root.subject == root.issuer
    assert root.not_valid_after_utc.strftime("%H:%M:%S") == "14:59:59"
    assert "O=Mizuhiki-TEST" in root.subject.rfc4514_string()


def test_the_user_identification_certificate_has_the_profile_and_no_personal_item() -> None:
    der = USER.issue()
    assert _extensions(der) == [
        ("keyUsage", True),
        ("extendedKeyUsage", False),
        ("certificatePolicies", True),
        ("issuerAltName", False),
        ("cRLDistributionPoints", False),
        ("authorityInfoAccess", False),
        ("authorityKeyIdentifier", False),
        ("subjectKeyIdentifier", False),
    ]
    read = read_card_certificate(der)
    assert re.fullmatch(r"[0-9]{6}[A-Z][0-9A-Z]{7}45202[0-9]{3}[A-Z]", read.common_name)
    assert (read.name, read.birth_date, read.sex, read.address) == (None, None, None, None)
    assert read.valid_until == datetime(2024, 3, 31, 14, 59, 59, tzinfo=UTC)


def test_the_signature_certificate_carries_the_four_items_in_the_published_order() -> None:
    der = SIGN.issue()
    certificate = x509.load_der_x509_certificate(der)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    others = [name for name in names if isinstance(name, x509.OtherName)]
    assert [name.type_id.dotted_string.rpartition(".")[2] for name in others] == ["1", "4", "3", "5", "2", "6"]
    assert [name.value[2:].decode() for name in others][:3] == ["水引　結子", "419900401", "2"]
    assert all(name.value[0] == 0x0C for name in others)
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert usage.content_commitment
    assert "C=JP,L=Miyazaki-ken,L=Kobayashi-shi" in ",".join(reversed(certificate.subject.rfc4514_string().split(",")))
    read = read_card_certificate(der)
    assert (read.name, read.birth_date, read.sex) == (SUBJECT.name, SUBJECT.birth_date, SUBJECT.sex)
    assert read.address == SUBJECT.address
    assert re.fullmatch(r"2019120209000045202[0-9]{9}", read.common_name)


def test_the_distribution_point_is_the_municipalitys_directory_name() -> None:
    certificate = x509.load_der_x509_certificate(USER.issue())
    (point,) = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    assert point.full_name is not None
    (name,) = point.full_name
    assert [attribute.value for attribute in name.value] == [
        "JP",
        "Mizuhiki-TEST",
        "JPKI for user authentication",
        "CRL Distribution Points",
        "Miyazaki-ken",
        "Kobayashi-shi CRLDP",
    ]


@pytest.mark.parametrize(
    ("birth", "text"),
    [
        (date(1912, 7, 29), "119120729"),
        (date(1912, 7, 30), "219120730"),
        (date(1926, 12, 25), "319261225"),
        (date(1989, 1, 8), "419890108"),
        (date(2019, 4, 30), "420190430"),
        (date(2019, 5, 1), "520190501"),
    ],
)
def test_births_are_written_with_their_era(birth: date, text: str) -> None:
    assert birth_text(birth) == text


@pytest.mark.parametrize(
    "changed",
    [
        {"name": ""},
        {"name_substituted": "0000"},
        {"name_substituted": "0002x"},
        {"address": "あ" * 201, "address_substituted": "0" * 201},
    ],
)
def test_items_and_flags_that_do_not_fit_are_refused(changed: dict[str, str]) -> None:
    with pytest.raises(CertificateRequestMalformed):
        _signature_certificate(replace(SUBJECT, **changed))


def test_public_keys_that_no_card_has_are_refused() -> None:
    for public_key, refusal in ((b"", PublicKeyUnreadable), (spki(rsa_key("small", 1024)), PublicKeyTooSmall)):
        with pytest.raises(refusal):
            _signature_certificate(SUBJECT, public_key)


@pytest.mark.parametrize(("sex", "digit"), [(Sex.MALE, b"1"), (Sex.FEMALE, b"2"), (Sex.NOT_STATED, b"3")])
def test_sex_is_written_in_the_certificates_own_code(sex: Sex, digit: bytes) -> None:
    der = _signature_certificate(replace(SUBJECT, sex=sex))
    names = x509.load_der_x509_certificate(der).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    (value,) = (n.value for n in names if isinstance(n, x509.OtherName) and n.type_id.dotted_string.endswith(".5.3"))
    assert value == b"\x0c\x01" + digit
    assert read_card_certificate(der).sex is sex


def test_serials_have_four_bytes() -> None:
    serials = {new_certificate_serial(SeededRandomness(bytes([seed]))) for seed in range(50)}
    assert len(serials) == 50
    assert all(serial.bit_length() <= 31 and len(serial.to_bytes(4, "big").lstrip(b"\0")) == 4 for serial in serials)


@pytest.mark.parametrize("authority", [USER, SIGN], ids=["user", "signature"])
def test_a_cards_signature_verifies_and_names_its_certificate(authority: CardAuthority) -> None:
    der = authority.issue()
    verified = verify_card_signature(der, authority.certificate, CHALLENGE, card_sign(CHALLENGE), AT)
    assert verified.serial == serial_of(der) == 0x12345678
    assert verified.certificate == der


def test_a_signature_over_another_challenge_or_by_another_card_is_refused() -> None:
    der = USER.issue()
    for signature in (card_sign(b"another"), card_sign(CHALLENGE, "other-card"), b"", bytes(256)):
        with pytest.raises(CardSignatureInvalid):
            verify_card_signature(der, USER.certificate, CHALLENGE, signature, AT)


def test_a_bare_digest_without_digest_info_is_refused() -> None:
    digest = Hash(SHA256())
    digest.update(CHALLENGE)
    bare = rsa_key("card").sign(digest.finalize(), padding.PKCS1v15(), NoDigestInfo())
    with pytest.raises(CardSignatureInvalid):
        verify_card_signature(USER.issue(), USER.certificate, CHALLENGE, bare, AT)


def test_validity_is_judged_at_the_given_time_to_the_second() -> None:
    der = USER.issue()
    signature = card_sign(CHALLENGE)
    end = datetime(2024, 3, 31, 14, 59, 59, tzinfo=UTC)
    verify_card_signature(der, USER.certificate, CHALLENGE, signature, end)
    with pytest.raises(CertificateExpired):
        verify_card_signature(der, USER.certificate, CHALLENGE, signature, end + timedelta(seconds=1))
    with pytest.raises(CertificateNotYetValid):
        verify_card_signature(der, USER.certificate, CHALLENGE, signature, AT - timedelta(seconds=1))


def test_a_certificate_outliving_its_authority_is_refused_with_it() -> None:
    der = USER.issue(until=date(2031, 1, 1))
    with pytest.raises(CertificateExpired):
        verify_card_signature(der, USER.certificate, CHALLENGE, card_sign(CHALLENGE), datetime(2030, 1, 1, tzinfo=UTC))


def test_another_kind_another_generation_and_a_card_as_authority_are_unknown_issuers() -> None:
    der, signature = USER.issue(), card_sign(CHALLENGE)
    next_generation = CardAuthority(CertificateKind.USER_IDENTIFICATION, "02")
    for ca in (SIGN.certificate, next_generation.certificate, USER.issue(serial=99, name="card")):
        with pytest.raises(UnknownIssuer):
            verify_card_signature(der, ca, CHALLENGE, signature, AT)


def test_an_authoritys_own_certificate_is_no_card() -> None:
    signature = USER.key.sign(CHALLENGE, padding.PKCS1v15(), SHA256())
    with pytest.raises(CertificateUsageRefused):
        verify_card_signature(USER.certificate, USER.certificate, CHALLENGE, signature, AT)


def _issued(key: rsa.RSAPrivateKey, *extensions: tuple[x509.ExtensionType, bool]) -> bytes:
    ca = x509.load_der_x509_certificate(USER.certificate)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(ca.subject)
        .public_key(key.public_key())
        .serial_number(5)
        .not_valid_before(AT)
        .not_valid_after(AT + timedelta(days=1))
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(USER.key, SHA256()).public_bytes(Encoding.DER)


def test_certificates_without_the_usage_or_with_an_unknown_critical_extension_are_refused() -> None:
    key = rsa_key("card")
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.999.1"), b"\x05\x00")
    for der in (
        _issued(key),
        _issued(key, (key_usage(non_repudiation=True), True)),
        _issued(key, (key_usage(digital_signature=True), True), (unknown, True)),
    ):
        with pytest.raises(CertificateUsageRefused):
            verify_card_signature(der, USER.certificate, CHALLENGE, card_sign(CHALLENGE), AT)


def test_what_is_no_certificate_is_malformed() -> None:
    for der in (b"", b"\x30\x00", USER.issue()[:-1], USER.issue() + b"\x00"):
        with pytest.raises(CertificateMalformed):
            verify_card_signature(der, USER.certificate, CHALLENGE, card_sign(CHALLENGE), AT)
