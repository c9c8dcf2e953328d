"""Shows the commands a use of the card is made of, without what must not be shown.

PINs never appear. Answer data appear only on request, because most of them are about the holder.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mizuhiki.card.apdu import HEADER_LENGTH, Answer, MalformedApdu, parse_command
from mizuhiki.card.meanings import meaning_of
from mizuhiki.card.reader import Reader

_NAMES = {
    0x20: "VERIFY",
    0x22: "MANAGE SECURITY ENVIRONMENT",
    0x24: "CHANGE REFERENCE DATA",
    0x2A: "COMPUTE DIGITAL SIGNATURE",
    0x2C: "RESET RETRY COUNTER",
    0x82: "EXTERNAL AUTHENTICATE",
    0x84: "GET CHALLENGE",
    0x88: "INTERNAL AUTHENTICATE",
    0xA2: "SET PUBLIC KEY",
    0xA4: "SELECT",
    0xB0: "READ BINARY",
    0xB2: "READ RECORD",
    0xC0: "GET RESPONSE",
    0xCA: "GET DATA",
}
_WITH_SECRETS = frozenset({0x20, 0x24, 0x2C})


@dataclass(frozen=True, slots=True)
class Exchange:
    """One command and its answer as they may be shown."""

    name: str
    command: str
    word: str
    meaning: str
    answer_length: int
    answer: str = ""


class TracingReader:
    """Stands between a program and a reader and reports each exchange."""

    def __init__(self, reader: Reader, report: Callable[[Exchange], None], *, show_data: bool = False) -> None:
        self._reader = reader
        self._report = report
        self._show_data = show_data

    @property
    def atr(self) -> bytes:
        """The card's answer to reset."""
        return self._reader.atr

    def reset(self) -> bytes:
        """Reset the card."""
        return self._reader.reset()

    def close(self) -> None:
        """Close the reader behind."""
        self._reader.close()

    def transmit(self, apdu: bytes) -> bytes:
        """Send one command and report it with its answer."""
        raw = self._reader.transmit(apdu)
        answer = Answer.decode(raw)
        self._report(
            Exchange(
                name=_NAMES.get(apdu[1], "") if len(apdu) >= HEADER_LENGTH else "",
                command=shown_command(apdu),
                word=f"{answer.word:04X}",
                meaning=meaning_of(answer.word),
                answer_length=len(answer.data),
                answer=answer.data.hex().upper() if self._show_data else "",
            )
        )
        return raw


def shown_command(apdu: bytes) -> str:
    """Return a command as spaced hex; data that may be a PIN as its length only."""
    try:
        command = parse_command(apdu)
    except MalformedApdu:
        # Bytes that cannot be told apart may hold a PIN anywhere after the header.
        return f"{apdu[:HEADER_LENGTH].hex(' ').upper()} <{max(len(apdu) - HEADER_LENGTH, 0)} bytes>"
    header = apdu[:HEADER_LENGTH].hex(" ").upper()
    if not command.data or command.ins not in _WITH_SECRETS:
        return apdu.hex(" ").upper()
    return f"{header} {len(command.data):02X} <{len(command.data)} secret bytes>"
