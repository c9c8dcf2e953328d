"""The files of 券面事項確認AP: what is printed on the card, read with a check number (facts: ``spec/card.md`` §5).

照合番号A, the Individual Number, opens everything; 照合番号B opens all but the image of the number (R-136, R-140).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from mizuhiki.card.conversation import Conversation
from mizuhiki.card.errors import NoSuchCardFile, NotAnIndividualNumberCard, PinNotAllowed
from mizuhiki.card.pins import PinText, pin_bytes
from mizuhiki.card.reader import Reader
from mizuhiki.card.tlv import MalformedTlv, read_children, read_file_tlv
from mizuhiki.vocabulary.persons import Sex

AID = bytes.fromhex("D3921000310001010402")
_FACE, _NUMBER_IMAGE = "0002", "0005"
_CHECK_A, _CHECK_B = "0013", "0012"
_LENGTHS = {12: _CHECK_A, 14: _CHECK_B}
_FACE_TAG, _NUMBER_TAG = 0xFF20, 0xFF40
_BIRTH, _SEX, _NAME, _ADDRESS, _PHOTO, _EXPIRY, _CODE = 0xDF22, 0xDF23, 0xDF25, 0xDF26, 0xDF27, 0xDF29, 0xDF2A
_NUMBER = 0xDF41


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFace:
    """The face as the chip keeps it: images as PNG, the photograph as JPEG 2000 (empty on cards without one)."""

    birth_date: date
    sex: Sex
    expires_on: date
    photo: bytes = field(repr=False)
    name_image: bytes = field(repr=False)
    address_image: bytes = field(repr=False)
    security_code_image: bytes = field(repr=False)
    number_image: bytes = field(default=b"", repr=False)


def read_face(reader: Reader, check_number: PinText, *, confirm_last_try: bool = False) -> CardFace:
    """Return the face; with 照合番号A (12 digits) also the image of the Individual Number.

    Raises:
        PinNotAllowed: neither 12 nor 14 digits; nothing was sent.
        NotAnIndividualNumberCard: the card has no such application.
        MalformedTlv: the files are not what they should be. Others as in `Conversation.try_pin`.
    """
    digits = pin_bytes(check_number)
    guard = _LENGTHS.get(len(digits))
    if guard is None or not digits.isdigit():
        raise PinNotAllowed(pin="check-number", reason="length" if guard is None else "characters")
    card = Conversation(reader)
    card.select_application(AID)
    try:
        card.select_file(guard)
    except NoSuchCardFile as error:
        raise NotAnIndividualNumberCard(pin="check-number") from error
    card.try_pin("check-number", digits, confirm_last_try=confirm_last_try)
    face = card.read_file(_FACE)
    return decode_face(face, card.read_file(_NUMBER_IMAGE) if guard == _CHECK_A else b"")


def decode_face(face: bytes, number: bytes = b"") -> CardFace:
    """Read the face file, and the number file where it was read.

    Raises:
        MalformedTlv: an element is missing or not what it should be.
    """
    found = read_children(read_file_tlv(face, _FACE_TAG))
    try:
        return CardFace(
            birth_date=date.fromisoformat(found[_BIRTH].decode("ascii")),
            sex=Sex(int(found[_SEX].decode("ascii"))),
            expires_on=date.fromisoformat(found[_EXPIRY].decode("ascii")),
            photo=found.get(_PHOTO, b""),
            name_image=found[_NAME],
            address_image=found[_ADDRESS],
            security_code_image=found[_CODE],
            number_image=read_children(read_file_tlv(number, _NUMBER_TAG))[_NUMBER] if number else b"",
        )
    except (KeyError, ValueError) as error:
        raise MalformedTlv(tag=f"{_FACE_TAG:04X}") from error
