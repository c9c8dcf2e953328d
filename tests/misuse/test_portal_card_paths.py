"""Cards whose chain of certificates breaks a rule of RFC 5280 §6, and older generations that keep every rule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from mizuhiki.crypto.x509 import CertificateKind, RevocationReason, Validity, make_jpki_root
from unit.institutions.portal.kit import Browser, Card, PortalPlace, rsa_key

LOGIN = CertificateKind.USER_IDENTIFICATION
OLDER = "an older generation's key"
START, END = datetime(2016, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture
def place() -> Iterator[PortalPlace]:
    place = PortalPlace()
    yield place
    place.close()


@pytest.fixture
def card() -> Card:
    return Card()


def older_root(*extensions: x509.ExtensionType) -> bytes:
    """A former root of the same name; with further critical extensions it is signed again."""
    root = make_jpki_root(LOGIN, rsa_key(OLDER), validity=Validity(START, END), serial=2)
    return changed(root, OLDER, *extensions) if extensions else root


def changed(
    der: bytes,
    signer: str,
    *extensions: x509.ExtensionType,
    since: datetime | None = None,
    until: datetime | None = None,
) -> bytes:
    """The same certificate with some extensions replaced or added, signed with the named key."""
    old = x509.load_der_x509_certificate(der)
    builder = (
        x509.CertificateBuilder()
        .subject_name(old.subject)
        .issuer_name(old.issuer)
        .public_key(old.public_key())
        .serial_number(old.serial_number)
        .not_valid_before(since or old.not_valid_before_utc)
        .not_valid_after(until or old.not_valid_after_utc)
    )
    replaced = {extension.oid: extension for extension in extensions}
    for kept in old.extensions:
        if kept.oid not in replaced:
            builder = builder.add_extension(kept.value, critical=kept.critical)
    for extension in extensions:
        builder = builder.add_extension(extension, critical=True)
    return builder.sign(rsa_key(signer), SHA256()).public_bytes(Encoding.DER)


def of_older_generation(card: Card, root: bytes) -> bytes:
    """The card's certificate as the older generation would have issued it."""
    key = x509.load_der_x509_certificate(root).extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    own = x509.load_der_x509_certificate(card.identification)
    named = own.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    identifier = x509.AuthorityKeyIdentifier(key.digest, named.authority_cert_issuer, 2)
    builder = (
        x509.CertificateBuilder()
        .subject_name(own.subject)
        .issuer_name(own.issuer)
        .public_key(own.public_key())
        .serial_number(own.serial_number)
        .not_valid_before(own.not_valid_before_utc)
        .not_valid_after(own.not_valid_after_utc)
    )
    for kept in own.extensions:
        value = identifier if isinstance(kept.value, x509.AuthorityKeyIdentifier) else kept.value
        builder = builder.add_extension(value, critical=kept.critical)
    return builder.sign(rsa_key(OLDER), SHA256()).public_bytes(Encoding.DER)


def sign_in(place: PortalPlace, card: Card, certificate: bytes) -> tuple[Browser, str, int]:
    browser = place.browser()
    response = msgspec.structs.replace(card.answer(browser.ask("/sign-in")), certificate=certificate)
    page = browser.follow(browser.send(response))
    return browser, page.text, page.status_code


def refused(place: PortalPlace, card: Card, certificate: bytes, code: str) -> None:
    browser, page, status = sign_in(place, card, certificate)
    assert code in page
    assert status >= 400
    assert browser.get("/home").location == "/sign-in"


@pytest.mark.requirement("R-208")
@pytest.mark.requirement("R-196")
def test_a_card_of_an_older_generation_signs_in_by_that_generations_status(place: PortalPlace, card: Card) -> None:
    root = older_root()
    certificate = of_older_generation(card, root)
    refused(place, card, certificate, "certificate-unknown-issuer")
    place.clock.advance(timedelta(minutes=11))
    place.outside.former, place.outside.responder = (root,), (root, OLDER)
    browser, _, status = sign_in(place, card, certificate)
    assert status == 303
    assert browser.get("/home").location == "/account"


def test_an_answer_signed_by_the_wrong_generation_signs_nobody_in(place: PortalPlace, card: Card) -> None:
    root = older_root()
    place.outside.former = (root,)
    refused(place, card, of_older_generation(card, root), "certificate-status-responder-refused")
    place.outside.responder = (root, OLDER)
    refused(place, card, card.identification, "certificate-status-responder-refused")


def test_an_older_generation_whose_own_time_is_over_signs_nobody_in(place: PortalPlace, card: Card) -> None:
    root = changed(older_root(), OLDER, until=datetime(2019, 12, 1, tzinfo=UTC))
    place.outside.former, place.outside.responder = (root,), (root, OLDER)
    refused(place, card, of_older_generation(card, root), "certificate-expired")


def test_a_certificate_of_another_policy_of_the_same_authority_is_refused(place: PortalPlace, card: Card) -> None:
    other = x509.PolicyInformation(x509.ObjectIdentifier("1.3.6.1.4.1.32473.1"), None)
    certificate = changed(card.identification, LOGIN.name, x509.CertificatePolicies([other]))
    refused(place, card, certificate, "certificate-policy-refused")


def test_a_certificate_for_signatures_by_the_log_in_authority_is_refused(place: PortalPlace, card: Card) -> None:
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    refused(place, card, changed(card.identification, LOGIN.name, usage), "certificate-usage-refused")


def test_a_certificate_that_is_not_valid_yet_or_no_longer_is_refused(place: PortalPlace, card: Card) -> None:
    now = place.clock.now().astimezone(UTC).replace(microsecond=0)
    second = timedelta(seconds=1)
    early = changed(card.identification, LOGIN.name, since=now + second)
    refused(place, card, early, "certificate-not-yet-valid")
    late = changed(card.identification, LOGIN.name, until=now - second)
    refused(place, card, late, "certificate-expired")


def test_an_authority_limited_to_other_names_signs_nobody_in(place: PortalPlace, card: Card) -> None:
    elsewhere = x509.DirectoryName(x509.Name([x509.NameAttribute(x509.NameOID.COUNTRY_NAME, "FR")]))
    root = older_root(x509.NameConstraints(permitted_subtrees=[elsewhere], excluded_subtrees=None))
    place.outside.former, place.outside.responder = (root,), (root, OLDER)
    refused(place, card, of_older_generation(card, root), "certificate-name-not-permitted")


def test_a_condition_that_nobody_here_understands_is_refused(place: PortalPlace, card: Card) -> None:
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.32473.99"), b"\x05\x00")
    certificate = changed(card.identification, LOGIN.name, unknown)
    refused(place, card, certificate, "certificate-critical-extension-unknown")


def test_a_suspended_card_is_told_apart_from_a_revoked_one(place: PortalPlace, card: Card) -> None:
    place.outside.revoked[card.serial] = place.clock.now() - timedelta(days=1)
    refused(place, card, card.identification, "certificate-revoked")
    place.outside.reason = RevocationReason.CERTIFICATE_HOLD
    refused(place, card, card.identification, "certificate-suspended")
