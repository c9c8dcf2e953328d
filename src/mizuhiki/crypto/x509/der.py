"""The little DER that certificates are put together with (X.690)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

INTEGER: Final = 0x02
BIT_STRING: Final = 0x03
OCTET_STRING: Final = 0x04
UTF8_STRING: Final = 0x0C
UTC_TIME: Final = 0x17
GENERALIZED_TIME: Final = 0x18
SEQUENCE: Final = 0x30
SET: Final = 0x31
_UTC_TIME_BEFORE: Final = 2050
_LONG: Final = 0x80


def encoded(tag: int, *parts: bytes) -> bytes:
    """Return one element of `tag` with the parts as its content."""
    content = b"".join(parts)
    length = len(content)
    if length < _LONG:
        return bytes((tag, length)) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, _LONG | len(octets))) + octets + content


def integer(value: int) -> bytes:
    """Return an INTEGER that is not negative."""
    return encoded(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def time(at: datetime) -> bytes:
    """Return a Time as RFC 5280 §4.1.2.5 wants it: UTCTime until 2049, GeneralizedTime from 2050 on; whole seconds."""
    moment = at.astimezone(UTC)
    if moment.year < _UTC_TIME_BEFORE:
        return encoded(UTC_TIME, moment.strftime("%y%m%d%H%M%SZ").encode())
    return encoded(GENERALIZED_TIME, moment.strftime("%Y%m%d%H%M%SZ").encode())


def content_of(element: bytes) -> bytes:
    """Return the content of one element that is known to be sound DER."""
    start, end = _bounds(element, 0)
    return element[start:end]


def elements(content: bytes) -> Iterator[bytes]:
    """Yield the elements, each whole, that follow one another in sound DER."""
    offset = 0
    while offset < len(content):
        _start, end = _bounds(content, offset)
        yield content[offset:end]
        offset = end


def _bounds(octets: bytes, offset: int) -> tuple[int, int]:
    """Return where the content of the element at `offset` starts and ends."""
    length, start = octets[offset + 1], offset + 2
    if length >= _LONG:
        count = length - _LONG
        length, start = int.from_bytes(octets[start : start + count], "big"), start + count
    return start, start + length
