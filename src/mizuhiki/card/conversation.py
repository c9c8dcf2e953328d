"""The steps every use of a card is made of: select, read a file, ask for tries, try a PIN. Knows no layout."""

from __future__ import annotations

from mizuhiki.card.apdu import Answer, Command
from mizuhiki.card.errors import (
    CardRefused,
    LastTryNeedsConfirmation,
    NoSuchCardFile,
    NotAnIndividualNumberCard,
    PinBlocked,
    WrongPin,
)
from mizuhiki.card.meanings import meaning_of
from mizuhiki.card.reader import Reader
from mizuhiki.card.status import StatusWord, tries_left_of

CHUNK = 256


class Conversation:
    """Speaks to the card in one reader."""

    __slots__ = ("reader",)

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def send(self, command: Command) -> Answer:
        """Send one command and return the answer, whatever it is."""
        return Answer.decode(self.reader.transmit(command.encode()))

    def has_application(self, aid: bytes) -> bool:
        """Select an application and say whether it is there.

        Raises:
            CardRefused: the card answers neither yes nor no.
        """
        answer = self.send(Command(0x00, 0xA4, 0x04, 0x0C, aid))
        if answer.word == StatusWord.FILE_NOT_FOUND:
            return False
        require_ok(answer)
        return True

    def select_application(self, aid: bytes) -> None:
        """Enter an application; what was verified before is forgotten.

        Raises:
            NotAnIndividualNumberCard: the card does not have it.
        """
        if not self.has_application(aid):
            raise NotAnIndividualNumberCard

    def select_file(self, fid: str) -> None:
        """Select a file, PIN or key of the current application by its four hex digits.

        Raises:
            NoSuchCardFile: there is none.
        """
        answer = self.send(Command(0x00, 0xA4, 0x02, 0x0C, bytes.fromhex(fid)))
        if answer.word == StatusWord.FILE_NOT_FOUND:
            raise NoSuchCardFile(file=fid)
        require_ok(answer)

    def read_file(self, fid: str) -> bytes:
        """Return a whole file of the current application.

        Raises:
            NoSuchCardFile: there is none.
            CardRefused: it may not be read now.
        """
        self.select_file(fid)
        content = b""
        while True:
            chunk = self.send(Command(0x00, 0xB0, len(content) >> 8, len(content) & 0xFF, expected=CHUNK))
            if chunk.word == StatusWord.OFFSET_PAST_END:
                return content
            require_ok(chunk)
            content += chunk.data
            if len(chunk.data) < CHUNK:
                return content

    def tries_left(self) -> int:
        """Return how many tries the selected PIN has left (0: blocked), spending none."""
        answer = self.send(Command(0x00, 0x20, 0x00, 0x80))
        if answer.word in {StatusWord.PIN_BLOCKED, _BLOCKED_ON_OTHER_CARDS}:
            return 0
        left = tries_left_of(answer.word)
        if left is None:
            raise refused(answer)
        return left

    def try_pin(self, name: str, pin: bytes, *, confirm_last_try: bool) -> None:
        """Try the selected PIN; `name` is what errors call it.

        Raises:
            PinBlocked: no try was left before.
            LastTryNeedsConfirmation: one try is left and the caller did not confirm; nothing was sent.
            WrongPin: the card compared and refused; `tries_left` says what remains.
        """
        left = self.tries_left()
        if left == 0:
            raise PinBlocked(pin=name)
        if left == 1 and not confirm_last_try:
            raise LastTryNeedsConfirmation(pin=name)
        answer = self.send(Command(0x00, 0x20, 0x00, 0x80, pin))
        if answer.word in {StatusWord.PIN_BLOCKED, _BLOCKED_ON_OTHER_CARDS}:
            raise PinBlocked(pin=name)
        remaining = tries_left_of(answer.word)
        if remaining is not None:
            raise WrongPin(_wrong(remaining), pin=name, tries_left=remaining)
        require_ok(answer)


_BLOCKED_ON_OTHER_CARDS = 0x6983
"""Authentication method blocked (ISO/IEC 7816-4 table 6); this card says 6984, other generations may not."""


def _wrong(left: int) -> str:
    if left == 0:
        return "The PIN is wrong and now blocked; only the municipality can reset it"
    return f"The PIN is wrong; {left} {'try is' if left == 1 else 'tries are'} left"


def refused(answer: Answer) -> CardRefused:
    """Return the error for an answer nothing else stands for, with the meaning of its status word."""
    word = f"{answer.word:04X}"
    return CardRefused(f"The card refused: {meaning_of(answer.word)} ({word})", word=word)


def require_ok(answer: Answer) -> None:
    """Go on only after 9000.

    Raises:
        CardRefused: the card answered anything else.
    """
    if not answer.ok:
        raise refused(answer)
