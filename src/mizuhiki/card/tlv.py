"""BER-TLV with one- and two-byte tags and definite lengths, as the card's files use it (ISO/IEC 7816-4 annex E)."""

from __future__ import annotations

from mizuhiki.vocabulary.errors import Malformed

_TWO_BYTE_TAG = 0x1F
_LONG_FORM = 0x80
_MOST_LENGTH_BYTES = 3
_PADDING = 0xFF


class MalformedTlv(Malformed):
    """A card file does not hold the tags and lengths it should."""

    code = "malformed-card-file"
    title = "A file of the card cannot be read"


def encode_tlv(tag: int, value: bytes) -> bytes:
    """Return tag, length and value; the length in the shortest form."""
    tag_bytes = tag.to_bytes(2 if tag > 0xFF else 1, "big")  # noqa: PLR2004 - one byte's range
    return tag_bytes + _encode_length(len(value)) + value


def _encode_length(length: int) -> bytes:
    if length < _LONG_FORM:
        return bytes((length,))
    raw = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((_LONG_FORM | len(raw),)) + raw


def read_file_tlv(content: bytes, tag: int) -> bytes:
    """Return the value of the outer template of a file: FF ‖ low tag byte ‖ length ‖ value, padding FF after it.

    Raises:
        MalformedTlv: another tag, or the length runs past the file.
    """
    value, rest = _read_value(content, tag.to_bytes(2, "big"))
    if any(byte != _PADDING for byte in rest):
        raise MalformedTlv(tag=f"{tag:04X}")
    return value


def read_children(value: bytes) -> dict[int, bytes]:
    """Return the elements inside a template by tag, in order; a tag may stand once.

    Raises:
        MalformedTlv: a length runs past the end, or a tag is repeated.
    """
    found: dict[int, bytes] = {}
    while value:
        tag = value[:2] if value[0] & _TWO_BYTE_TAG == _TWO_BYTE_TAG else value[:1]
        content, value = _read_value(value, tag)
        number = int.from_bytes(tag, "big")
        if number in found:
            raise MalformedTlv(tag=f"{number:X}")
        found[number] = content
    return found


def _read_value(raw: bytes, tag: bytes) -> tuple[bytes, bytes]:
    position = len(tag)
    if not raw.startswith(tag) or len(raw) <= position:
        raise MalformedTlv(tag=tag.hex())
    length = raw[position]
    position += 1
    if length >= _LONG_FORM:
        count = length - _LONG_FORM
        if not 1 <= count <= _MOST_LENGTH_BYTES or len(raw) < position + count:
            raise MalformedTlv(tag=tag.hex())
        length = int.from_bytes(raw[position : position + count], "big")
        position += count
    if len(raw) < position + length:
        raise MalformedTlv(tag=tag.hex())
    return raw[position : position + length], raw[position + length :]
