"""Reading the card's face with a check number, against a card that answers as real ones were measured to."""

from __future__ import annotations

from datetime import date

import pytest

from mizuhiki.card.apdu import Answer, parse_command
from mizuhiki.card.errors import (
    LastTryNeedsConfirmation,
    NotAnIndividualNumberCard,
    PinBlocked,
    PinNotAllowed,
    WrongPin,
)
from mizuhiki.card.face import AID, decode_face, read_face
from mizuhiki.card.tlv import MalformedTlv, encode_tlv
from mizuhiki.vocabulary.persons import Sex

CHECK_A, CHECK_B = "621498320257", "63051720294821"
PHOTO = b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(range(256)) * 3
FACE = encode_tlv(
    0xFF20,
    encode_tlv(0xDF21, bytes(18))
    + encode_tlv(0xDF22, b"19880517")
    + encode_tlv(0xDF23, b"2")
    + encode_tlv(0xDF24, b"key")
    + encode_tlv(0xDF25, b"\x89PNG name")
    + encode_tlv(0xDF26, b"\x89PNG address")
    + encode_tlv(0xDF27, PHOTO)
    + encode_tlv(0xDF28, b"signature")
    + encode_tlv(0xDF29, b"20290517")
    + encode_tlv(0xDF2A, b"\x89PNG code"),
)
NUMBER = encode_tlv(0xFF40, encode_tlv(0xDF41, b"\x89PNG number") + encode_tlv(0xDF42, b"key"))


class FaceCard:
    """The application as the card reference describes it: two check numbers, two files."""

    atr = b""

    def __init__(self, *, tries: int = 10, application: bool = True) -> None:
        self.tries = tries
        self.application = application
        self.file = ""
        self.opened: set[str] = set()
        self.compared = 0

    def reset(self) -> bytes:
        return b""

    def close(self) -> None:
        self.opened = set()

    def transmit(self, apdu: bytes) -> bytes:
        command = parse_command(apdu)
        return Answer(*self._answer(command.ins, command.p1, command.p2, command.data)).encode()

    def _answer(self, ins: int, p1: int, p2: int, data: bytes) -> tuple[int, bytes]:
        if ins == 0xA4 and p1 == 0x04:
            return (0x9000 if self.application and data == AID else 0x6A82), b""
        if ins == 0xA4:
            self.file = data.hex()
            return 0x9000, b""
        if ins == 0x20 and not data:
            return 0x63C0 | self.tries, b""
        if ins == 0x20:
            return self._verify(data), b""
        allowed = {"0002": {"0013", "0012"}, "0005": {"0013"}}[self.file]
        if not self.opened & allowed:
            return 0x6982, b""
        content = (FACE if self.file == "0002" else NUMBER)[p1 << 8 | p2 :]
        return (0x9000, content[:256]) if content else (0x6B00, b"")

    def _verify(self, data: bytes) -> int:
        self.compared += 1
        if data != {"0013": CHECK_A, "0012": CHECK_B}[self.file].encode():
            self.tries -= 1
            return 0x63C0 | self.tries
        self.opened.add(self.file)
        return 0x9000


def test_check_number_b_opens_the_face_without_the_number() -> None:
    face = read_face(FaceCard(), CHECK_B)
    assert face.photo == PHOTO
    assert face.birth_date == date(1988, 5, 17)
    assert face.sex is Sex.FEMALE
    assert face.expires_on == date(2029, 5, 17)
    assert face.number_image == b""


def test_check_number_a_opens_the_image_of_the_number_too() -> None:
    assert read_face(FaceCard(), CHECK_A).number_image == b"\x89PNG number"


@pytest.mark.parametrize(
    ("number", "reason"), [("1234", "length"), ("63051720294 821", "length"), ("62149832025A", "characters")]
)
def test_what_cannot_be_a_check_number_is_not_sent(number: str, reason: str) -> None:
    card = FaceCard()
    with pytest.raises(PinNotAllowed) as refused:
        read_face(card, number)
    assert refused.value.fields["reason"] == reason
    assert card.compared == 0


def test_a_wrong_check_number_tells_the_tries_left_and_the_last_is_not_used_by_surprise() -> None:
    card = FaceCard(tries=3)
    with pytest.raises(WrongPin) as wrong:
        read_face(card, "000000000000")
    assert wrong.value.fields["tries_left"] == 2
    card.tries = 1
    with pytest.raises(LastTryNeedsConfirmation):
        read_face(card, CHECK_A)
    assert card.compared == 1
    assert read_face(card, CHECK_A, confirm_last_try=True).photo == PHOTO
    card.tries = 0
    with pytest.raises(PinBlocked):
        read_face(card, CHECK_A)


def test_a_card_without_the_application_is_named_as_such() -> None:
    with pytest.raises(NotAnIndividualNumberCard):
        read_face(FaceCard(application=False), CHECK_A)


@pytest.mark.parametrize("face", [b"", FACE[:-1], FACE.replace(b"19880517", b"1988051x"), encode_tlv(0xFF20, b"")])
def test_a_damaged_face_is_refused(face: bytes) -> None:
    with pytest.raises(MalformedTlv):
        decode_face(face)
