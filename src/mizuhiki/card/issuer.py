"""The desk's side of the secure session with a card: certificate renewal, PINs, items, life cycle, free area.

One session belongs to one application of the card. What is staged takes effect with `activate` and not before.
"""

from __future__ import annotations

from typing import Protocol

from mizuhiki.card.apdu import Answer, Command
from mizuhiki.card.certificates import InstallPermit, decode_key
from mizuhiki.card.errors import CardNotOfThisIssuer, CardRefused
from mizuhiki.card.generation import CardGeneration, FileRole, KeyRole, PinRole
from mizuhiki.card.memory import LifeState
from mizuhiki.card.pins import PinText, pin_bytes
from mizuhiki.card.reader import Reader
from mizuhiki.card.tlv import encode_tlv, read_children
from mizuhiki.crypto.card_session import (
    C_ENC,
    CHALLENGE_LENGTH,
    MAC_LENGTH,
    R_ENC,
    R_MAC,
    IssuerKeys,
    SecureSession,
    SessionMacWrong,
)
from mizuhiki.crypto.digests import equal
from mizuhiki.crypto.randomness import Randomness

_LEVEL = 0x33
_PIECE = 200
_ANSWER_MOST = 65536
_PUBLIC_KEY = 0x7F49
_INITIALIZED_LENGTH = 29


class SessionSource(Protocol):
    """Whoever can open a session with a card: a desk with keys of its own, or one that asks those who hold them."""

    def open_session(
        self, card_number: str, host_challenge: bytes, card_challenge: bytes, card_cryptogram: bytes
    ) -> SecureSession:
        """Return the session of the card with these fifteen digits and this pair of challenges."""
        ...


class IssuerMaster:
    """The key from which the issuer derives the keys of every card it gives out."""

    __slots__ = ("_master",)

    def __init__(self, master: bytes) -> None:
        self._master = master

    def __repr__(self) -> str:
        return "IssuerMaster(<redacted>)"

    def keys_of(self, card_number: str) -> IssuerKeys:
        """Return the keys of the card with these fifteen digits."""
        return IssuerKeys.derive(self._master, card_number.encode("ascii"))


PROVIDER_KEYS = 0x41
"""Key version of the provider of an installed application (``spec/card.md`` §7)."""


class IssuerSession:
    """A secure session at level 33: commands and answers encrypted and with MAC, unless another level is asked for."""

    __slots__ = ("_generation", "_master", "_randomness", "_reader", "_session", "_version", "card_number", "level")

    def __init__(
        self,
        reader: Reader,
        master: IssuerMaster | IssuerKeys | SessionSource,
        randomness: Randomness,
        generation: CardGeneration,
        *,
        version: int = 0x30,
        level: int = _LEVEL,
    ) -> None:
        self._reader = reader
        self._master = master
        self._randomness = randomness
        self._generation = generation
        self._version = version
        self._session: SecureSession | None = None
        self.level = level
        self.card_number = ""

    def open(self, aid: bytes) -> None:
        """Select an application and open the session in it.

        Raises:
            CardNotOfThisIssuer: the card does not prove that it has this issuer's keys, or does not accept the desk's.
            CardRefused: the card has no such application or keys.
        """
        self._session = None
        selected = self._plain(Command(0x00, 0xA4, 0x04, 0x0C, aid))
        if selected.word not in {0x9000, 0x6283}:
            raise CardRefused(word=f"{selected.word:04X}")
        host = self._randomness.bytes(CHALLENGE_LENGTH)
        answer = self._plain(Command(0x80, 0x50, self._version, 0x00, host, expected=256))
        if not answer.ok or len(answer.data) != _INITIALIZED_LENGTH:
            raise CardRefused(word=f"{answer.word:04X}")
        self.card_number = answer.data[:8].hex()[:-1]
        session = self._session_of(host, answer.data[13:21], answer.data[21:29])
        if not equal(session.card_cryptogram, answer.data[21:29]):
            raise CardNotOfThisIssuer
        cryptogram = session.host_cryptogram
        header = bytes((0x84, 0x82, self.level, 0x00))
        data = cryptogram + session.mac_command(header, cryptogram)
        if not self._plain(Command(0x84, 0x82, self.level, 0x00, data)).ok:
            raise CardNotOfThisIssuer
        self._session = session

    def _session_of(self, host: bytes, card: bytes, cryptogram: bytes) -> SecureSession:
        source = self._master
        if isinstance(source, IssuerMaster):
            source = source.keys_of(self.card_number)
        if isinstance(source, IssuerKeys):
            return source.open_session(host, card)
        return source.open_session(self.card_number, host, card, cryptogram)

    def open_by_name(self, name: str) -> None:
        """Open the session in an application of the generation, such as ``jpki``."""
        self.open(next(one.aid_bytes for one in self._generation.application if one.name == name))

    def send(self, command: Command) -> Answer:
        """Send one command inside the session and return its opened answer.

        Raises:
            SessionMacWrong: no session is open, or the answer is not the card's.
        """
        session = self._session
        if session is None:
            raise SessionMacWrong
        session.next_command()
        data = session.encrypt_command(command.data) if self.level & C_ENC else command.data
        header = bytes((command.cla | 0x04, command.ins, command.p1, command.p2))
        mac = session.mac_command(header, data)
        sealed = Command(header[0], header[1], header[2], header[3], data + mac, _ANSWER_MOST)
        answer = self._plain(sealed)
        if not answer.ok or not self.level & R_MAC:
            return answer
        body, tail = answer.data[:-MAC_LENGTH], answer.data[-MAC_LENGTH:]
        session.check_answer(body, answer.word, tail)
        return Answer(answer.word, session.decrypt_answer(body) if self.level & R_ENC else body)

    def require(self, command: Command) -> bytes:
        """Send a command that must succeed and return its data.

        Raises:
            CardRefused: the status word is another.
        """
        answer = self.send(command)
        if not answer.ok:
            raise CardRefused(word=f"{answer.word:04X}")
        return answer.data

    def generate_key(self, role: KeyRole) -> bytes:
        """Have the card make a new key beside the one in use; return its DER public half."""
        _, entry = self._generation.key_place(role)
        raw = self.require(Command(0x00, 0x46, 0x00, _short(entry.fid), expected=_ANSWER_MOST))
        return decode_key(read_children(raw)[_PUBLIC_KEY])

    def destroy_key(self, role: KeyRole) -> None:
        """Destroy a key with its certificate and PIN at once and for good; the card allows it for the signature key.

        Raises:
            CardRefused: 6985 for another key, 6A88 where there is none.
        """
        self.require(Command(0x00, 0xE8, 0x00, _short(self._generation.key_place(role)[1].fid)))

    def write(self, role: FileRole, content: bytes) -> None:
        """Stage the content of a file of the open application."""
        found = self._generation.file_place(role)
        if found is None:
            raise CardRefused(word="6A82")
        self.write_file(found[1].fid, content)

    def write_file(self, fid: str, content: bytes) -> None:
        """Stage the content of a file by its identifier."""
        self.require(Command(0x00, 0xD6, _short(fid), 0x00, content[:_PIECE]))
        for start in range(_PIECE, len(content), _PIECE):
            self.require(Command(0x00, 0xD6, start >> 8, start & 0xFF, content[start : start + _PIECE]))

    def activate(self) -> None:
        """Put everything staged into effect."""
        self.require(Command(0x00, 0x44, 0x00, 0x00))

    def set_pin(self, role: PinRole, pin: PinText) -> None:
        """Give the holder the PIN just entered at the desk, with all its tries (R-145)."""
        self.require(Command(0x00, 0x2C, 0x02, _short(self._generation.pin_place(role)[1].fid), pin_bytes(pin)))

    def unblock(self, role: PinRole) -> None:
        """Give a PIN or check number its tries back; the value stays."""
        self.require(Command(0x00, 0x2C, 0x03, _short(self._generation.pin_place(role)[1].fid)))

    def set_state(self, state: LifeState) -> None:
        """Suspend, resume or abolish the card."""
        self.require(Command(0x80, 0xF0, 0x80, state))

    def allow_use_without_pin(self, *, allowed: bool) -> None:
        """Let approved terminals use the user-identification key without PIN, or no longer (R-209)."""
        self.require(Command(0x80, 0xF0, 0x10, int(allowed)))

    def install(self, permit: bytes, provider_keys: IssuerKeys, pin: PinText = "") -> None:
        """Install an application of the free area; the session must be open in the card manager."""
        data = encode_tlv(0x80, provider_keys.to_bytes()) + (encode_tlv(0x81, pin_bytes(pin)) if pin else b"")
        self.require(Command(0x80, 0xE6, 0x00, 0x00, data + permit))

    def delete(self, permit: InstallPermit) -> None:
        """Take an application of the free area away."""
        self.delete_application(permit.layout.aid_bytes)

    def delete_application(self, aid: bytes) -> None:
        """Take the application of the free area with this identifier away."""
        self.require(Command(0x80, 0xE4, 0x00, 0x00, aid))

    def _plain(self, command: Command) -> Answer:
        return Answer.decode(self._reader.transmit(command.encode()))


def _short(fid: str) -> int:
    return 0x80 | (int(fid, 16) & 0x1F)
