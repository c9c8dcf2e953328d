"""Contents of the card's text files as bytes and back (券面事項入力補助AP, 住基AP, token file; ``spec/card.md`` §5)."""

from __future__ import annotations

from datetime import date

from mizuhiki.card.pins import era_year
from mizuhiki.card.tlv import MalformedTlv, encode_tlv, read_children, read_file_tlv
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode
from mizuhiki.vocabulary.persons import FourItems, Sex

_NUMBER, _FOUR_ITEMS = 0xFF10, 0xFF20
_OFFSETS, _NAME, _ADDRESS, _BIRTH, _SEX = 0xDF21, 0xDF22, 0xDF23, 0xDF24, 0xDF25
_CARD_RECORD = 0x01
_PADDING = b"\xff\xff"
_OFFSETS_LENGTH = 8


def encode_individual_number(number: IndividualNumber) -> bytes:
    """Return the 17 bytes of the number file."""
    return encode_tlv(_NUMBER, number.reveal().encode("ascii")) + _PADDING


def decode_individual_number(content: bytes) -> IndividualNumber:
    """Read the number file.

    Raises:
        MalformedTlv, MalformedIndividualNumber: the file holds no number.
    """
    return IndividualNumber.parse(_text(read_file_tlv(content, _NUMBER)))


def encode_resident_record_code(code: ResidentRecordCode) -> bytes:
    """Return the file of the 住基AP; its layout on real cards is not public, this one follows the number file."""
    return encode_tlv(_NUMBER, code.reveal().encode("ascii"))


def decode_resident_record_code(content: bytes) -> ResidentRecordCode:
    """Read the file of the 住基AP.

    Raises:
        MalformedTlv, MalformedResidentRecordCode: the file holds no code.
    """
    return ResidentRecordCode.parse(_text(read_file_tlv(content, _NUMBER)))


def encode_four_items(items: FourItems) -> bytes:
    """Return the four-items file; the offset table gives each element's place from the beginning of the file."""
    elements = (
        encode_tlv(_NAME, items.name.encode("utf-8")),
        encode_tlv(_ADDRESS, items.address.encode("utf-8")),
        encode_tlv(_BIRTH, f"{items.birth_date:%Y%m%d}".encode("ascii")),
        encode_tlv(_SEX, str(int(items.sex)).encode("ascii")),
    )
    table_length = len(encode_tlv(_OFFSETS, bytes(_OFFSETS_LENGTH)))
    inner = table_length + sum(len(element) for element in elements)
    position = len(encode_tlv(_FOUR_ITEMS, bytes(inner))) - inner + table_length
    offsets = b""
    for element in elements:
        offsets += position.to_bytes(2, "big")
        position += len(element)
    return encode_tlv(_FOUR_ITEMS, encode_tlv(_OFFSETS, offsets) + b"".join(elements))


def decode_four_items(content: bytes) -> FourItems:
    """Read the four-items file; the card holds no reading of the name, so that is empty.

    Raises:
        MalformedTlv: an element is missing or not what it should be.
    """
    found = read_children(read_file_tlv(content, _FOUR_ITEMS))
    try:
        return FourItems(
            name=found[_NAME].decode("utf-8"),
            name_kana="",
            birth_date=date.fromisoformat(_text(found[_BIRTH])),
            sex=Sex(int(_text(found[_SEX]))),
            address=found[_ADDRESS].decode("utf-8"),
        )
    except (KeyError, ValueError) as error:
        raise MalformedTlv(tag=f"{_FOUR_ITEMS:04X}") from error


def items_check_number(birth: date, expires_on: date, security_code: str) -> bytes:
    """Return 照合番号B: birth YYMMDD of the era, expiry year, four-digit security code (R-138)."""
    return f"{era_year(birth):02}{birth.month:02}{birth.day:02}{expires_on.year:04}{security_code}".encode("ascii")


def birth_check_number(birth: date) -> bytes:
    """Return the check number of the file for age checks: birth YYMMDD of the era."""
    return f"{era_year(birth):02}{birth.month:02}{birth.day:02}".encode("ascii")


def card_record(card_number: str, municipality_code: str, expires_on: date) -> bytes:
    """Return the record of the 共通カードAP: card number 15, municipality 5, expiry YYYYMMDD, all digits."""
    return encode_tlv(_CARD_RECORD, f"{card_number}{municipality_code[:5]}{expires_on:%Y%m%d}".encode("ascii"))


def name_with_former(name: str, former_surname: str) -> str:
    """Return the name as the card shows it with a former surname: surname［former］, space, given name."""
    family, separator, given = name.partition("　")
    return f"{family}［{former_surname}］{separator}{given}"


def token_file(*, pooled_keys: bool = False) -> bytes:
    """Return the 160 bytes PKCS#11 clients read to tell the card's kind (CK_TOKEN_INFO as big-endian bytes).

    A card with keys of a load test's pool says so in the manufacturer's name.
    """
    names = (
        b"JPKIAPICCTOKEN2".ljust(32)
        + (b"MIZUHIKI-LOAD-TEST" if pooled_keys else b"MIZUHIKI-TEST").ljust(32)
        + b" " * 16
        + b"0" * 8
        + b" " * 8
    )
    unknown = 0xFFFFFFFF
    numbers = (0x0000040D, 1, 0, 1, 0, 16, 6, unknown, unknown, unknown, unknown)
    return names + b"".join(number.to_bytes(4, "big") for number in numbers) + b"03" + b"01" + b"9" * 16


def certificate_presence(*, signature: bool) -> bytes:
    """Return the three bytes that say which certificates are there: signature, user identification (order assumed)."""
    return bytes((0x8F if signature else 0x00, 0x8F, 0x00))


def _text(raw: bytes) -> str:
    try:
        return raw.decode("ascii")
    except UnicodeDecodeError as error:
        raise MalformedTlv(tag="text") from error
