"""A second opinion on what a card may answer: written from the access table of spec/card.md, not from the chip's code.

The model follows the commands a reader sends, in its own words, and says which PINs are open. It knows nothing of
secure sessions, because the commands it is shown carry no valid MAC: what such a session could do must
never happen.
"""

from __future__ import annotations

WORDS_FIRST_BYTES = frozenset({0x62, 0x63, 0x67, 0x68, 0x69, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x90})

JPKI, ITEMS, REGISTER, FACE = (
    "D392F000260100000001",
    "D3921000310001010408",
    "D3921000310001010401",
    "D3921000310001010402",
)
READ = {
    (JPKI, 0x01): {0x1B},
    (ITEMS, 0x01): {0x11, 0x14},
    (ITEMS, 0x02): {0x11, 0x15},
    (ITEMS, 0x03): {0x11, 0x14, 0x15},
    (REGISTER, 0x01): {0x1C},
    (FACE, 0x01): {0x11},
    (FACE, 0x02): {0x12, 0x13},
    (FACE, 0x05): {0x13},
    (FACE, 0x07): {0x12, 0x13},
}
SIGN = {0x17: {0x18}, 0x1A: {0x1B}}
TRIES = {
    (JPKI, 0x18): 3,
    (JPKI, 0x1B): 5,
    (ITEMS, 0x11): 3,
    (ITEMS, 0x14): 10,
    (ITEMS, 0x15): 10,
    (REGISTER, 0x1C): 3,
    (FACE, 0x11): 10,
    (FACE, 0x12): 10,
    (FACE, 0x13): 10,
}


class CardModel:
    """Follows commands and answers; `disagreement` names the first answer the table does not allow."""

    def __init__(self, pins: dict[tuple[str, int], bytes]) -> None:
        self.pins = dict(pins)
        self.left = {place: TRIES[place] for place in pins}
        self.application: str | None = None
        self.file = 0
        self.open: set[int] = set()

    def disagreement(self, raw: bytes, answer: bytes) -> str | None:  # noqa: PLR0911 - one for each finding
        """Take one exchange; None when it is allowed."""
        if len(answer) < 2 or answer[-2] not in WORDS_FIRST_BYTES:
            return "no status word"
        word = answer[-2:].hex()
        if word != "9000" and len(answer) != 2:
            return "data with an error"
        if len(raw) < 4:
            return None if word == "6700" else "not a command"
        if word == "6883":  # a chain was broken off; the command itself was not carried out
            return None
        instruction = raw[:4]
        if word == "9000" and raw[1] in {0x2C, 0x44, 0x46, 0xD6, 0xE4, 0xE6, 0xF0}:
            return "an issuer's command without a session"
        handler = {0xA4: self._select, 0x20: self._verify, 0xB0: self._read, 0x24: self._change, 0x2A: self._sign}
        found = handler.get(instruction[1])
        if raw[0] & 0x7F:
            return None
        problem = found(raw, answer, word) if found else None
        self._named_file(raw, word)
        return problem

    def _named_file(self, raw: bytes, word: str) -> None:
        """A file named by P2 becomes the current one as soon as it was found, also where the command then fails."""
        if raw[1] in {0x20, 0x24, 0x2A, 0x88}:
            after = {"6981", "6982", "6985", "6a80", "6c00", "9000"} | ({"6700"} if raw[1] in {0x2A, 0x88} else set())
            if word in after and _well_formed(raw):
                self._short(raw[3])
        elif raw[1] == 0xB2 and word in {"6982", "6985", "6a83", "9000"} and raw[3] >> 3:
            self.file = raw[3] >> 3

    def _select(self, raw: bytes, _answer: bytes, word: str) -> None:
        if word != "9000" or raw[0]:
            return
        data = raw[5 : 5 + raw[4]]
        if raw[2] == 0x04:
            names = [aid for aid in (JPKI, ITEMS, REGISTER, FACE) if aid.startswith(data.hex().upper())]
            whole = len(data) == 10 and names
            self.application = names[0] if whole else "?"
            self.file, self.open = 0, set()
        elif raw[2] == 0x02:
            self.file = data[1] & 0x1F if len(data) == 2 else 0

    def _short(self, p2: int) -> int:
        if p2 & 0x1F:
            self.file = p2 & 0x1F
        return self.file

    def _verify(self, raw: bytes, _answer: bytes, word: str) -> str | None:
        if word in {"9000", "6984"} or word.startswith("63c"):
            place = (self.application or "", self._short(raw[3]))
            pin = _data(raw)
            if place not in self.pins:
                return None if self.application == "?" else "a PIN that is not there"
            if not pin:
                return None if word == f"63c{self.left[place]:x}" else "tries"
            self.open.discard(place[1])
            if not self.left[place]:
                return None if word == "6984" else "a blocked PIN compared"
            if pin == self.pins[place]:
                self.left[place] = TRIES[place]
                self.open.add(place[1])
                return None if word == "9000" else "a right PIN refused"
            self.left[place] -= 1
            return None if word == f"63c{self.left[place]:x}" else "a wrong PIN"
        return None

    def _read(self, raw: bytes, answer: bytes, word: str) -> str | None:
        if raw[2] & 0x80 and word not in {"6700", "6a86", "6a82", "6986", "6e00"}:
            self.file = raw[2] & 0x1F
        needed = READ.get((self.application or "", self.file))
        guarded = needed is not None and not needed & self.open
        return "read without PIN" if guarded and word == "9000" and len(answer) > 2 else None

    def _change(self, raw: bytes, _answer: bytes, word: str) -> str | None:
        if word != "9000":
            return None
        place = (self.application or "", self._short(raw[3]))
        if place[1] not in self.open:
            return "changed without PIN"
        self.pins[place], self.left[place] = _data(raw), TRIES[place]
        return None

    def _sign(self, raw: bytes, answer: bytes, word: str) -> str | None:
        if word != "9000" or len(answer) == 2:
            return None
        needed = SIGN.get(self._short(raw[3]))
        return None if needed and self.application == JPKI and needed & self.open else "signed without PIN"


def _data(raw: bytes) -> bytes:
    """Return the data of a command the chip took as well formed."""
    body = raw[4:]
    if len(body) <= 1:
        return b""
    if body[0]:
        return body[1 : 1 + body[0]]
    return body[3 : 3 + int.from_bytes(body[1:3], "big")] if len(body) > 3 else b""


def _well_formed(raw: bytes) -> bool:
    body = raw[4:]
    if len(body) <= 1:
        return True
    if body[0]:
        return len(body) - 1 - body[0] in {0, 1}
    length = int.from_bytes(body[1:3], "big")
    return len(body) == 3 or (len(body) > 3 and length > 0 and len(body) - 3 - length in {0, 2})
