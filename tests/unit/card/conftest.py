from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key

from mizuhiki.card.chip import CardCertificates, Chip
from mizuhiki.card.client import CardClient
from mizuhiki.card.generation import card_generation
from mizuhiki.card.reader import InProcessReader
from mizuhiki.card.store import MemoryCardStore
from mizuhiki.crypto.card_keys import CardSecret
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode, resident_record_code_check_digit
from mizuhiki.vocabulary.persons import FourItems, Sex

NUMBER = "621498320257"
BIRTH = date(1988, 5, 17)
SECURITY_CODE = "4821"
EXPIRES = date(2029, 5, 17)
ITEMS = FourItems("水引　結", "ミズヒキ　ユイ", BIRTH, Sex.FEMALE, "宮崎県都城市姫城町六丁目二十一号")
CODE = "1234567890" + resident_record_code_check_digit("1234567890")
CHECK_B = "63051720294821"
PINS = {"user_identification": "2468", "signature": "ABC123", "items": "1357", "resident_register": "9753"}
SECRET = b"s" * 32


def certificate_for(public_key: bytes, name: str, issuer_key: rsa.RSAPrivateKey) -> bytes:
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Test CA")]))
        .public_key(load_der_public_key(public_key))
        .serial_number(4711)
        .not_valid_before(datetime(2019, 12, 2, tzinfo=UTC))
        .not_valid_after(datetime(2024, 12, 2, tzinfo=UTC))
    )
    return builder.sign(issuer_key, SHA256()).public_bytes(Encoding.DER)


def items_arguments() -> dict[str, object]:
    return {
        "individual_number": IndividualNumber.parse(NUMBER),
        "four_items": ITEMS,
        "resident_record_code": ResidentRecordCode.parse(CODE),
        "security_code": SECURITY_CODE,
        "expires_on": EXPIRES,
    }


@pytest.fixture(scope="session")
def issuer_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="session")
def template(issuer_key: rsa.RSAPrivateKey) -> SimpleNamespace:
    """A personalised card, made once; tests open copies of its sealed image."""
    store = MemoryCardStore()
    chip = Chip.blank(
        card_generation("2016"), SeededRandomness(b"card"), store=store, secret=CardSecret.from_key(SECRET)
    )
    keys = chip.generate_keys()
    certificates = CardCertificates(
        user_identification=certificate_for(keys.user_identification, "auth", issuer_key),
        user_identification_ca=certificate_for(keys.user_identification, "auth-ca", issuer_key),
        signature=certificate_for(keys.signature, "sign", issuer_key),
        signature_ca=certificate_for(keys.signature, "sign-ca", issuer_key),
    )
    chip.install_certificates(certificates)
    chip.write_items(**items_arguments())
    chip.set_pins(**PINS)
    chip.close_personalisation()
    return SimpleNamespace(sealed=store.load(), keys=keys, certificates=certificates)


@pytest.fixture
def store(template: SimpleNamespace) -> MemoryCardStore:
    copy = MemoryCardStore()
    copy.save(template.sealed)
    return copy


@pytest.fixture
def power_on(store: MemoryCardStore) -> Callable[[], Chip]:
    return lambda: Chip.open(store, CardSecret.from_key(SECRET), SeededRandomness(b"open"))


@pytest.fixture
def chip(power_on: Callable[[], Chip]) -> Chip:
    return power_on()


@pytest.fixture
def send(chip: Chip) -> Callable[[str], str]:
    """Hex in, hex out (spaces allowed in)."""
    return lambda text: chip.transmit(bytes.fromhex(text)).hex().upper()


@pytest.fixture
def client(chip: Chip) -> CardClient:
    return CardClient(InProcessReader(chip))


@pytest.fixture
def blank() -> Chip:
    return Chip.blank(card_generation("2016"), SeededRandomness(b"blank"))


@pytest.fixture
def facts(module_facts: SimpleNamespace) -> SimpleNamespace:
    """The values the test card was made with."""
    return module_facts


@pytest.fixture(scope="session")
def module_facts() -> SimpleNamespace:
    return SimpleNamespace(
        number=NUMBER,
        birth=BIRTH,
        security_code=SECURITY_CODE,
        items=ITEMS,
        code=CODE,
        check_b=CHECK_B,
        pins=PINS,
        secret=SECRET,
        items_arguments=items_arguments,
        certificate_for=certificate_for,
    )
