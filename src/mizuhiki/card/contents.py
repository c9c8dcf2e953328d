"""What may stand in each file: nothing but what 番号法2条7項 and its orders name gets into the chip (R-133, R-134).

The chip asks before it puts an issuer's changes into effect, whoever the issuer is. The free area is the one place
whose content its provider answers for.
"""

from __future__ import annotations

from collections.abc import Callable

from mizuhiki.card.certificates import decode_key, issuer_key_of
from mizuhiki.card.errors import ItemNotRecordable
from mizuhiki.card.faces import read_endorsements
from mizuhiki.card.generation import FileRole
from mizuhiki.card.items import decode_four_items, decode_individual_number, decode_resident_record_code
from mizuhiki.card.tlv import read_children, read_file_tlv
from mizuhiki.vocabulary.errors import Malformed

MOST_BYTES = 32_000
"""Longest content of a file; READ BINARY reaches 32,767."""

_SEQUENCE = b"\x30\x82"
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\x00\x00\x00\x0cjP  ", b"\xff\x4f\xff\x51", b"\xff\xd8\xff")
_FACE_TAGS = set(range(0xDF21, 0xDF2B))


def _certificate(content: bytes) -> None:
    if not content.startswith(_SEQUENCE) or len(content) != 4 + int.from_bytes(content[2:4], "big"):
        raise ItemNotRecordable(item="certificate")


def _tags(tag: int, inner: set[int]) -> Callable[[bytes], object]:
    def check(content: bytes) -> None:
        if set(read_children(read_file_tlv(content, tag))) != inner:
            raise ItemNotRecordable(item=f"{tag:04X}")

    return check


def _face(content: bytes) -> None:
    found = read_children(read_file_tlv(content, 0xFF20))
    pictures = [found[tag] for tag in (0xDF25, 0xDF26, 0xDF27) if tag in found]
    if pictures and not pictures[-1]:
        pictures.pop()  # an infant's card bears no photograph (番号法施行規則)
    if set(found) != _FACE_TAGS or not all(picture.startswith(_PICTURES) for picture in pictures):
        raise ItemNotRecordable(item="face")


_CHECKS: dict[FileRole, Callable[[bytes], object]] = {
    FileRole.SIGNATURE_CERTIFICATE: _certificate,
    FileRole.SIGNATURE_CA: _certificate,
    FileRole.USER_IDENTIFICATION_CERTIFICATE: _certificate,
    FileRole.USER_IDENTIFICATION_CA: _certificate,
    FileRole.INDIVIDUAL_NUMBER: decode_individual_number,
    FileRole.FOUR_ITEMS: decode_four_items,
    FileRole.RESIDENT_RECORD_CODE: decode_resident_record_code,
    FileRole.TERMINAL_CA: decode_key,
    FileRole.PERMIT_AUTHORITY: decode_key,
    FileRole.ITEMS_SIGNATURE: _tags(0xFF30, {0xDF31, 0xDF32, 0xDF33}),
    FileRole.ITEMS_ISSUER_CERTIFICATE: lambda content: issuer_key_of(content, None),
    FileRole.FACE_ISSUER_CERTIFICATE: lambda content: issuer_key_of(content, None),
    FileRole.FACE_BIRTH: _tags(0xFF10, {0xDF11, 0xDF12, 0xDF13}),
    FileRole.FACE: _face,
    FileRole.NUMBER_IMAGE: _tags(0xFF40, {0xDF41, 0xDF42, 0xDF43}),
    FileRole.ENDORSEMENTS: read_endorsements,
}


def require_recordable(role: FileRole, content: bytes) -> None:
    """Refuse a content that is not what the file of this role holds.

    Raises:
        ItemNotRecordable: the content is something else, or too long.
    """
    check = _CHECKS.get(role)
    if len(content) > MOST_BYTES or not content:
        raise ItemNotRecordable(item=role.value)
    if role is FileRole.FREE_AREA:
        return
    if check is None:
        raise ItemNotRecordable(item=role.value)
    try:
        check(content)
    except Malformed as error:
        raise ItemNotRecordable(item=role.value) from error
