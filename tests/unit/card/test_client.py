from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from mizuhiki.card.chip import Chip
from mizuhiki.card.client import CardClient
from mizuhiki.card.errors import (
    CardRefused,
    LastTryNeedsConfirmation,
    NoCertificateOnCard,
    NoSignatureCertificateOnCard,
    NotAnIndividualNumberCard,
    PinBlocked,
    PinNotAllowed,
    WrongPin,
)
from mizuhiki.card.generation import PinRole
from mizuhiki.card.reader import InProcessReader
from mizuhiki.card.tlv import MalformedTlv, encode_tlv, read_children, read_file_tlv
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.vocabulary.sensitive import Sensitive

AUTH = PinRole.USER_IDENTIFICATION


class RecordingReader:
    """Passes on to a chip and remembers what was sent."""

    def __init__(self, chip: Chip) -> None:
        self.chip = chip
        self.sent: list[bytes] = []

    def transmit(self, apdu: bytes) -> bytes:
        self.sent.append(apdu)
        return self.chip.transmit(apdu)


class FixedReader:
    """Answers the same to everything."""

    def __init__(self, answer: str) -> None:
        self.answer = bytes.fromhex(answer)

    def transmit(self, apdu: bytes) -> bytes:
        return self.answer


def openssl_verifies(folder: Path, certificate: bytes, signature: bytes, data: bytes) -> bool:
    key = x509.load_der_x509_certificate(certificate).public_key()
    (folder / "key.pem").write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    (folder / "signature").write_bytes(signature)
    (folder / "data").write_bytes(data)
    command = ["openssl", "dgst", "-sha256", "-verify", "key.pem", "-signature", "signature", "data"]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0


@pytest.mark.outside("openssl")
@pytest.mark.requirement("R-197")
def test_openssl_verifies_both_signatures_with_the_certificates_on_the_card(client: CardClient, tmp_path: Path) -> None:
    data = "申請書".encode()
    user = client.user_identification_certificate()
    sign = client.signature_certificate("ABC123")
    assert openssl_verifies(tmp_path, user, client.sign_for_user_identification("2468", data), data)
    assert openssl_verifies(tmp_path, sign, client.sign("ABC123", data), data)
    assert not openssl_verifies(tmp_path, user, client.sign("ABC123", data), data)
    assert not openssl_verifies(tmp_path, sign, client.sign("ABC123", data), data + b".")


def test_certificates_are_read_whole(client: CardClient, template: SimpleNamespace) -> None:
    assert client.user_identification_certificate() == template.certificates.user_identification
    assert client.signature_certificate("ABC123") == template.certificates.signature


def test_the_texts_are_read_with_the_items_pin(client: CardClient, facts: SimpleNamespace) -> None:
    assert client.read_individual_number("1357").reveal() == facts.number
    found = client.read_four_items(Sensitive("1357"))
    assert found.compare(facts.items) == ()
    assert found.name_kana == ""
    assert client.read_resident_record_code("9753").reveal() == facts.code


@pytest.mark.requirement("R-138")
def test_the_front_of_the_card_opens_the_four_items(client: CardClient, facts: SimpleNamespace) -> None:
    assert facts.check_b == "630517" + "2029" + "4821"
    assert client.read_four_items_by_check_number(facts.check_b).compare(facts.items) == ()


@pytest.mark.requirement("R-140")
def test_a_mistyped_number_is_noticed(client: CardClient, facts: SimpleNamespace) -> None:
    right = IndividualNumber.parse(facts.number)
    assert client.confirm_individual_number(right) == right
    with pytest.raises(WrongPin) as caught:
        client.confirm_individual_number(IndividualNumber.parse("983205673214"))
    assert caught.value.fields["tries_left"] == 9


def test_a_wrong_pin_tells_the_tries_left(client: CardClient) -> None:
    with pytest.raises(WrongPin) as caught:
        client.sign_for_user_identification("0000", b"data")
    assert caught.value.fields["tries_left"] == 2
    assert client.pin_tries_left(AUTH) == 2
    client.verify(AUTH, "2468")
    assert client.pin_tries_left(AUTH) == 3


@pytest.mark.requirement("R-144")
def test_each_pin_opens_its_own_application_only(client: CardClient) -> None:
    with pytest.raises(WrongPin):
        client.read_individual_number("2468")
    with pytest.raises(WrongPin):
        client.verify(AUTH, "1357")
    assert client.pin_tries_left(PinRole.RESIDENT_REGISTER) == 3


def test_the_last_try_is_never_spent_without_confirmation(chip: Chip) -> None:
    reader = RecordingReader(chip)
    client = CardClient(reader)
    for _ in range(2):
        with pytest.raises(WrongPin):
            client.verify(AUTH, "0000")
    for pin in ("0000", "2468"):
        reader.sent.clear()
        with pytest.raises(LastTryNeedsConfirmation):
            client.sign_for_user_identification(pin, b"data")
        assert not any(pin.encode() in apdu for apdu in reader.sent)
    assert client.pin_tries_left(AUTH) == 1
    client.verify(AUTH, "2468", confirm_last_try=True)
    assert client.pin_tries_left(AUTH) == 3


def test_a_blocked_pin_stays_blocked_and_says_so(client: CardClient) -> None:
    for left in (2, 1, 0):
        with pytest.raises(WrongPin) as caught:
            client.verify(AUTH, "0000", confirm_last_try=True)
        assert caught.value.fields["tries_left"] == left
    with pytest.raises(PinBlocked):
        client.verify(AUTH, "2468", confirm_last_try=True)
    assert client.pin_tries_left(AUTH) == 0
    assert client.pin_tries_left(PinRole.SIGNATURE) == 5


@pytest.mark.parametrize("pin", ["", "246", "24680", "abcd", "２４６８"])
def test_what_cannot_be_the_pin_is_never_sent(client: CardClient, pin: str) -> None:
    with pytest.raises(PinNotAllowed):
        client.verify(AUTH, pin)
    assert client.pin_tries_left(AUTH) == 3


def test_the_holder_changes_a_pin(client: CardClient, power_on: Callable[[], Chip]) -> None:
    client.change_pin(AUTH, "2468", "8642")
    again = CardClient(InProcessReader(power_on()))
    again.verify(AUTH, "8642")
    with pytest.raises(WrongPin):
        again.verify(AUTH, "2468")


@pytest.mark.requirement("R-143")
def test_the_chip_refuses_a_new_pin_that_is_the_birth_date_or_the_security_code(client: CardClient) -> None:
    for pin in ("0517", "4821"):
        with pytest.raises(PinNotAllowed) as caught:
            client.change_pin(AUTH, "2468", pin)
        assert caught.value.fields["reason"] == "card"
    client.verify(AUTH, "2468")


def test_a_blank_card_has_no_certificate_and_no_pin(blank: Chip) -> None:
    client = CardClient(InProcessReader(blank))
    with pytest.raises(NoCertificateOnCard):
        client.user_identification_certificate()
    with pytest.raises(NoSignatureCertificateOnCard):
        client.signature_authority()
    with pytest.raises(NotAnIndividualNumberCard):
        client.verify(AUTH, "2468")


def test_another_card_is_recognised_as_such() -> None:
    with pytest.raises(NotAnIndividualNumberCard):
        CardClient(FixedReader("6A82")).user_identification_certificate()
    with pytest.raises(CardRefused) as caught:
        CardClient(FixedReader("6F00")).user_identification_certificate()
    assert caught.value.fields["word"] == "6F00"


def test_errors_do_not_show_the_pin(client: CardClient) -> None:
    with pytest.raises(WrongPin) as caught:
        client.verify(AUTH, "9182")
    assert "9182" not in f"{caught.value!r}{caught.value.fields}"


@pytest.mark.parametrize("raw", ["", "FF", "FF20", "FF2005AA", "FF2082", "FF208501", "FF1001AA", "FF2001AA00"])
def test_damaged_files_are_named_errors(raw: str) -> None:
    with pytest.raises(MalformedTlv):
        read_file_tlv(bytes.fromhex(raw), 0xFF20)


@pytest.mark.parametrize("length", [0, 1, 127, 128, 255, 256, 65535, 65536])
def test_lengths_of_every_form_read_back(length: int) -> None:
    assert read_file_tlv(encode_tlv(0xFF20, b"x" * length) + b"\xff\xff", 0xFF20) == b"x" * length
    assert read_children(encode_tlv(0xDF22, b"x" * length) + encode_tlv(0x5A, b"")) == {
        0xDF22: b"x" * length,
        0x5A: b"",
    }


def test_a_tag_stands_once() -> None:
    with pytest.raises(MalformedTlv):
        read_children(encode_tlv(0xDF22, b"a") + encode_tlv(0xDF22, b"b"))
