"""The files of 券面事項確認AP: what is printed on the card, read with a check number (facts: ``spec/card.md`` §5).

照合番号A, the Individual Number, opens everything; 照合番号B opens all but the image of the number (R-136, R-140).
"""

from __future__ import annotations

from mizuhiki.card.conversation import Conversation
from mizuhiki.card.errors import NoSuchCardFile, NotAnIndividualNumberCard, PinNotAllowed
from mizuhiki.card.faces import CardFace, decode_face
from mizuhiki.card.pins import PinText, pin_bytes
from mizuhiki.card.reader import Reader

AID = bytes.fromhex("D3921000310001010402")
_FACE, _NUMBER_IMAGE, _ENDORSEMENTS = "0002", "0005", "0007"
_NUMBER_LENGTH = 12
_CHECK_A, _CHECK_B = "0013", "0012"
_LENGTHS = {12: _CHECK_A, 14: _CHECK_B}


def read_face(reader: Reader, check_number: PinText, *, confirm_last_try: bool = False) -> CardFace:
    """Return the face; with 照合番号A (12 digits) also the image of the Individual Number.

    Raises:
        PinNotAllowed: neither 12 nor 14 digits; nothing was sent.
        NotAnIndividualNumberCard: the card has no such application.
        MalformedTlv: the files are not what they should be. Others as in `Conversation.try_pin`.
    """
    card = _open(reader, check_number, confirm_last_try=confirm_last_try)
    face = card.read_file(_FACE)
    return decode_face(face, card.read_file(_NUMBER_IMAGE) if len(pin_bytes(check_number)) == _NUMBER_LENGTH else b"")


def read_endorsement_file(reader: Reader, check_number: PinText) -> bytes:
    """Return the file of the 追記欄, empty where nothing was ever written into it.

    Raises:
        PinNotAllowed, NotAnIndividualNumberCard and others as `read_face`.
    """
    card = _open(reader, check_number, confirm_last_try=False)
    try:
        return card.read_file(_ENDORSEMENTS)
    except NoSuchCardFile:
        return b""


def _open(reader: Reader, check_number: PinText, *, confirm_last_try: bool) -> Conversation:
    """Enter the application with a check number."""
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
    return card
