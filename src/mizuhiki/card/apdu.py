"""Commands and answers as bytes: short and extended length, the four cases (ISO/IEC 7816-3 §12, 7816-4 §5)."""

from __future__ import annotations

from dataclasses import dataclass

from mizuhiki.card.status import StatusWord
from mizuhiki.vocabulary.errors import Malformed

HEADER_LENGTH = 4
SHORT_MOST = 255
SHORT_NE_MOST = 256
EXTENDED_NE_MOST = 65536


class MalformedApdu(Malformed):
    """The bytes are no command APDU of any of the four cases; a chip answers 6700."""

    code = "malformed-apdu"
    title = "This is not a command for a card"


class MalformedAnswer(Malformed):
    """A card or reader answered fewer than the two bytes of a status word."""

    code = "malformed-card-answer"
    title = "The card's answer cannot be read"


@dataclass(frozen=True, slots=True, repr=False)
class Command:
    """One command. `expected` is Ne, the most answer bytes the reader takes (0: none); `data` may hold a PIN."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = b""
    expected: int = 0

    def __repr__(self) -> str:
        header = bytes((self.cla, self.ins, self.p1, self.p2)).hex()
        return f"Command({header}, <{len(self.data)} bytes>, expected={self.expected})"

    def encode(self) -> bytes:
        """Return the shortest encoding; extended length only where short does not reach."""
        header = bytes((self.cla, self.ins, self.p1, self.p2))
        if len(self.data) <= SHORT_MOST and self.expected <= SHORT_NE_MOST:
            body = bytes((len(self.data),)) + self.data if self.data else b""
            return header + body + (bytes((self.expected % SHORT_NE_MOST,)) if self.expected else b"")
        body = b"\x00" + len(self.data).to_bytes(2, "big") + self.data if self.data else b""
        le = (self.expected % EXTENDED_NE_MOST).to_bytes(2, "big") if self.expected else b""
        return header + body + (le if self.data or not le else b"\x00" + le)


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """Answer data and status word; the data may be personal, so it is never shown."""

    word: int
    data: bytes = b""

    def __repr__(self) -> str:
        return f"Answer({self.word:04X}, <{len(self.data)} bytes>)"

    @classmethod
    def decode(cls, raw: bytes) -> Answer:
        """Split raw bytes from a reader.

        Raises:
            MalformedAnswer: there is no status word.
        """
        if len(raw) < 2:  # noqa: PLR2004 - length of a status word
            raise MalformedAnswer(length=len(raw))
        return cls(int.from_bytes(raw[-2:], "big"), raw[:-2])

    def encode(self) -> bytes:
        """Return the bytes for the reader."""
        return self.data + int(self.word).to_bytes(2, "big")

    @property
    def ok(self) -> bool:
        """Whether the word is 9000."""
        return self.word == StatusWord.OK


def parse_command(raw: bytes) -> Command:
    """Read a command APDU.

    Raises:
        MalformedApdu: too short, or the length fields and the length do not agree.
    """
    if len(raw) < HEADER_LENGTH:
        raise MalformedApdu(length=len(raw))
    data, expected = _parse_body(raw[HEADER_LENGTH:])
    return Command(raw[0], raw[1], raw[2], raw[3], data, expected)


def _parse_body(body: bytes) -> tuple[bytes, int]:
    if not body:
        return b"", 0
    if len(body) == 1:
        return b"", body[0] or SHORT_NE_MOST
    if body[0]:
        return _split(body[1:], body[0], le_length=1, le_most=SHORT_NE_MOST)
    if len(body) == 3:  # noqa: PLR2004 - 00 and a two-byte extended Le
        return b"", int.from_bytes(body[1:], "big") or EXTENDED_NE_MOST
    length = int.from_bytes(body[1:3], "big")
    if len(body) < 3 or not length:  # noqa: PLR2004 - 00 and a two-byte extended Lc
        raise MalformedApdu(length=len(body) + HEADER_LENGTH)
    return _split(body[3:], length, le_length=2, le_most=EXTENDED_NE_MOST)


def _split(rest: bytes, length: int, *, le_length: int, le_most: int) -> tuple[bytes, int]:
    if len(rest) == length:
        return rest, 0
    if len(rest) == length + le_length:
        return rest[:length], int.from_bytes(rest[length:], "big") or le_most
    raise MalformedApdu(length=len(rest))
