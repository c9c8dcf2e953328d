"""A client finds out a card's generation from the card, whatever its answer to reset says, and reads each of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from mizuhiki.card.apdu import parse_command
from mizuhiki.card.chip import Chip
from mizuhiki.card.client import CardClient
from mizuhiki.card.errors import NotAnIndividualNumberCard
from mizuhiki.card.generation import card_generation, card_generations
from mizuhiki.card.reader import InProcessReader
from mizuhiki.card.recognise import recognise_generation
from mizuhiki.card.specimen import SpecimenPins, make_specimen
from mizuhiki.card.store import MemoryCardStore
from mizuhiki.crypto.card_keys import CardKeyAlgorithm, CardSecret
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.errors import Unavailable

PINS = SpecimenPins(user_identification="2468", signature="ABC123", items="1357", resident_register="9753")
DAYS = {"2016": datetime(2018, 6, 1, 12, tzinfo=JST), "2019": datetime(2021, 6, 1, 12, tzinfo=JST)}


@pytest.fixture(scope="module")
def cards() -> dict[str, Chip]:
    """A finished card of each generation, issued when it was issued; the next one on a day like any other."""

    def made(name: str) -> Chip:
        return make_specimen(
            MemoryCardStore(),
            CardSecret.from_key(b"s" * 32),
            SeededRandomness(name.encode()),
            now=DAYS.get(name, DAYS["2019"]),
            pins=PINS,
            generation=card_generation(name),
        ).chip

    return {one.name: made(one.name) for one in card_generations()}


class AnsweringReader:
    """A chip whose answers are changed on the way, as another maker's card would answer."""

    def __init__(self, chip: Chip, change: Callable[[bytes, bytes], bytes]) -> None:
        self._inner = InProcessReader(chip)
        self._change = change
        self.atr = bytes.fromhex("3B8880010000000000")
        self.sent: list[bytes] = []

    def reset(self) -> bytes:
        return self._inner.reset()

    def transmit(self, apdu: bytes) -> bytes:
        self.sent.append(apdu)
        return self._change(apdu, self._inner.transmit(apdu))

    def close(self) -> None:
        self._inner.close()


def test_generations_come_in_the_order_of_issue() -> None:
    assert [one.name for one in card_generations()] == ["2016", "2019", "next"]


@pytest.mark.requirement("R-135")
@pytest.mark.parametrize(
    ("name", "algorithm"),
    [
        ("2016", CardKeyAlgorithm.RSA_2048),
        ("2019", CardKeyAlgorithm.RSA_2048),
        ("next", CardKeyAlgorithm.P384),
    ],
)
def test_each_generation_is_recognised_and_read_and_signs(
    cards: dict[str, Chip], name: str, algorithm: CardKeyAlgorithm
) -> None:
    reader = InProcessReader(cards[name])
    found = recognise_generation(reader)
    assert (found.generation.name, found.possible, found.algorithm) == (name, (name,), algorithm)
    client = CardClient.of_card(reader)
    assert client.describe().generation == name
    assert client.read_four_items("1357").name == "水引　試子"
    key = x509.load_der_x509_certificate(client.user_identification_certificate()).public_key()
    signature = client.sign_for_user_identification("2468", b"text")
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, b"text", padding.PKCS1v15(), SHA256())
    else:
        assert isinstance(key, ec.EllipticCurvePublicKey)
        key.verify(signature, b"text", ec.ECDSA(SHA384()))


@pytest.mark.parametrize("name", ["2016", "2019", "next"])
def test_recognising_spends_no_try_and_asks_for_no_pin(cards: dict[str, Chip], name: str) -> None:
    reader = AnsweringReader(cards[name], lambda _apdu, answer: answer)
    before = CardClient(InProcessReader(cards[name]), card_generation(name)).describe().tries_left
    assert recognise_generation(reader).generation.name == name
    assert {parse_command(apdu).ins for apdu in reader.sent} == {0xA4, 0xB0, 0xB2}
    assert CardClient(InProcessReader(cards[name]), card_generation(name)).describe().tries_left == before


def test_without_the_record_of_its_days_a_renewed_card_may_be_of_either(cards: dict[str, Chip]) -> None:
    def no_record(apdu: bytes, answer: bytes) -> bytes:
        return b"\x6a\x83" if apdu[1] == 0xB2 else answer

    found = recognise_generation(AnsweringReader(cards["2019"], no_record))
    assert found.possible == ("2016", "2019")
    assert found.generation.name == "2019"
    assert recognise_generation(AnsweringReader(cards["2016"], no_record)).possible == ("2016",)


def test_without_a_certificate_nothing_tells_the_keys_and_every_generation_is_possible(cards: dict[str, Chip]) -> None:
    def no_files(apdu: bytes, answer: bytes) -> bytes:
        return b"\x6a\x82" if apdu[1] in {0xB0, 0xB2} else answer

    found = recognise_generation(AnsweringReader(cards["next"], no_files))
    assert found.algorithm is None
    assert found.possible == ("2016", "2019", "next")


@pytest.mark.parametrize("record", [b"\x01\x1c" + b"9" * 28, b"\x01\x1c99", b"\x01\x03abc", b"\xff" * 40, b""])
def test_a_record_that_says_no_day_is_passed_over(cards: dict[str, Chip], record: bytes) -> None:
    def other_record(apdu: bytes, answer: bytes) -> bytes:
        return record + b"\x90\x00" if apdu[1] == 0xB2 else answer

    assert recognise_generation(AnsweringReader(cards["next"], other_record)).generation.name == "next"


def test_a_card_with_keys_of_no_generation_is_none_of_these(cards: dict[str, Chip], facts: SimpleNamespace) -> None:
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    issuer = rsa.generate_private_key(65537, 2048)
    der: bytes = facts.certificate_for(other.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo), "x", issuer)

    def other_certificate(apdu: bytes, answer: bytes) -> bytes:
        if apdu[1] != 0xB0:
            return answer
        offset = int.from_bytes(apdu[2:4], "big")
        return der[offset : offset + 256] + b"\x90\x00"

    with pytest.raises(NotAnIndividualNumberCard):
        recognise_generation(AnsweringReader(cards["2019"], other_certificate))


def test_another_card_is_no_individual_number_card(cards: dict[str, Chip]) -> None:
    with pytest.raises(NotAnIndividualNumberCard):
        recognise_generation(AnsweringReader(cards["2019"], lambda _apdu, _answer: b"\x6a\x82"))


def test_a_card_pulled_out_meanwhile_is_told_as_such(cards: dict[str, Chip]) -> None:
    def gone(_apdu: bytes, _answer: bytes) -> bytes:
        raise Unavailable

    with pytest.raises(Unavailable):
        recognise_generation(AnsweringReader(cards["2019"], gone))
