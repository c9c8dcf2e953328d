"""The secure session between an issuer's desk and a chip: GlobalPlatform SCP03 (Amendment D 1.2), AES-CMAC and AES-CBC.

Both sides prove that they hold the card's static keys, then every command carries a MAC that chains to all before it
(so none can be left out, repeated or moved), and from level 03 on its data is encrypted; at level 33 answers are too.
The static keys of a card are derived from its issuer's master key and the card's own number (NIST SP 800-108, counter
mode over AES-CMAC), so that one opened card opens no other.
"""

from __future__ import annotations

from typing import NoReturn, SupportsIndex

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC, ECB
from cryptography.hazmat.primitives.cmac import CMAC
from cryptography.hazmat.primitives.kdf.kbkdf import KBKDFCMAC, CounterLocation, Mode

from mizuhiki.crypto.digests import equal
from mizuhiki.vocabulary.errors import Refused

MAC_LENGTH = 8
CHALLENGE_LENGTH = 8
KEY_LENGTH = 32
C_MAC, C_ENC, R_MAC, R_ENC = 0x01, 0x02, 0x10, 0x20
LEVELS = frozenset({0x01, 0x03, 0x11, 0x13, 0x33})
"""Security levels of an issuer session (SCP03 §7.1.2.1)."""

_BLOCK = 16
_KEY_LENGTHS = (16, 24, 32)
_CARD_CRYPTOGRAM, _HOST_CRYPTOGRAM, _ENC, _MAC, _R_MAC = 0x00, 0x01, 0x04, 0x06, 0x07


class SessionMacWrong(Refused):
    """A command or an answer of a secure session was altered, repeated, left out, or made under other keys."""

    code = "card-session-mac-wrong"
    title = "The secure session with the card is broken"


def _cmac(key: bytes, message: bytes) -> bytes:
    mac = CMAC(AES(key))
    mac.update(message)
    return mac.finalize()


def _derive(key: bytes, constant: int, context: bytes, bits: int) -> bytes:
    """SCP03 §4.1.5: label (eleven zero bytes and the constant), 00, length in bits, counter, context."""
    derived = b""
    for counter in range(1, (bits + 127) // 128 + 1):
        label = bytes(11) + bytes((constant,))
        derived += _cmac(key, label + b"\x00" + bits.to_bytes(2, "big") + bytes((counter,)) + context)
    return derived[: bits // 8]


class IssuerKeys:
    """The static keys of one card: one for encryption, one for MACs; AES-128, -192 or -256."""

    __slots__ = ("_enc", "_mac")

    def __init__(self, enc: bytes, mac: bytes) -> None:
        if len(enc) not in _KEY_LENGTHS or len(mac) != len(enc):
            raise ValueError("issuer keys are two AES keys of one length")
        self._enc = enc
        self._mac = mac

    @classmethod
    def derive(cls, master: bytes, card_number: bytes) -> IssuerKeys:
        """Derive the keys of the card `card_number` from a 32-byte master key."""
        if len(master) != KEY_LENGTH:
            raise ValueError("the master key must have 32 bytes")
        kdf = KBKDFCMAC(
            AES,
            Mode.CounterMode,
            2 * KEY_LENGTH,
            rlen=4,
            llen=4,
            location=CounterLocation.BeforeFixed,
            label=b"mizuhiki/v1/card-issuer-keys",
            context=card_number,
            fixed=None,
        )
        return cls.of_bytes(kdf.derive(master))

    @classmethod
    def of_bytes(cls, raw: bytes) -> IssuerKeys:
        """Read what `to_bytes` gave: the encryption key, then the MAC key."""
        return cls(raw[: len(raw) // 2], raw[len(raw) // 2 :])

    def to_bytes(self) -> bytes:
        """Return both keys, for the chip's sealed memory or an encrypted command only."""
        return self._enc + self._mac

    def __repr__(self) -> str:
        return "IssuerKeys(<redacted>)"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("issuer keys cannot be serialised")

    def open_session(self, host_challenge: bytes, card_challenge: bytes) -> SecureSession:
        """Derive the session keys of one pair of challenges."""
        return SecureSession(self._enc, self._mac, host_challenge + card_challenge)


class SecureSession:
    """One session's keys, MAC chain and counter; each side holds one and both advance together."""

    __slots__ = ("_chain", "_context", "_counter", "_enc", "_mac", "_r_mac", "level")

    def __init__(self, enc: bytes, mac: bytes, context: bytes) -> None:
        bits = 8 * len(enc)
        self._context = context
        self._enc = _derive(enc, _ENC, context, bits)
        self._mac = _derive(mac, _MAC, context, bits)
        self._r_mac = _derive(mac, _R_MAC, context, bits)
        self._chain = bytes(_BLOCK)
        self._counter = 0
        self.level = 0

    @classmethod
    def of_keys(cls, raw: bytes, host_challenge: bytes, card_challenge: bytes) -> SecureSession:
        """Go on with the keys that `to_bytes` gave of a session of these two challenges; nothing was sent in it yet.

        Raises:
            ValueError: these are not three AES keys of one length.
        """
        third, rest = divmod(len(raw), 3)
        if rest or third not in _KEY_LENGTHS:
            raise ValueError("a session has three AES keys of one length")
        session = cls(raw[:third], raw[:third], host_challenge + card_challenge)
        session._enc, session._mac, session._r_mac = raw[:third], raw[third : 2 * third], raw[2 * third :]
        return session

    def to_bytes(self) -> bytes:
        """Return the keys of this one session, for an encrypted message to the desk where the card lies only."""
        return self._enc + self._mac + self._r_mac

    def __repr__(self) -> str:
        return "SecureSession(<redacted>)"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a secure session cannot be serialised")

    @property
    def card_cryptogram(self) -> bytes:
        """What only a card with these keys answers to these challenges."""
        return _derive(self._mac, _CARD_CRYPTOGRAM, self._context, 64)

    @property
    def host_cryptogram(self) -> bytes:
        """What only a desk with these keys answers to these challenges."""
        return _derive(self._mac, _HOST_CRYPTOGRAM, self._context, 64)

    def mac_command(self, header: bytes, data: bytes) -> bytes:
        """Return the eight MAC bytes of the next command and advance the chain; `header` has the class as sent."""
        length = len(data) + MAC_LENGTH
        lc = bytes((length,)) if length <= 0xFF else b"\x00" + length.to_bytes(2, "big")  # noqa: PLR2004 - one byte
        self._chain = _cmac(self._mac, self._chain + header + lc + data)
        return self._chain[:MAC_LENGTH]

    def check_command(self, header: bytes, data: bytes, mac: bytes) -> None:
        """Check the next command's MAC.

        Raises:
            SessionMacWrong: it is not the next command of the other side; the session must end.
        """
        if not equal(self.mac_command(header, data), mac):
            raise SessionMacWrong

    def next_command(self) -> None:
        """Count a command; both sides do it once for each, with or without data."""
        self._counter += 1

    def encrypt_command(self, data: bytes) -> bytes:
        """Encrypt a command's data; none stays none (SCP03 §6.2.6)."""
        return self._encrypt(0x00, data) if data else b""

    def decrypt_command(self, data: bytes) -> bytes:
        """Decrypt a command's data.

        Raises:
            SessionMacWrong: the padding is wrong.
        """
        return self._decrypt(0x00, data) if data else b""

    def encrypt_answer(self, data: bytes) -> bytes:
        """Encrypt an answer's data (SCP03 §6.2.7)."""
        return self._encrypt(0x80, data) if data else b""

    def decrypt_answer(self, data: bytes) -> bytes:
        """Decrypt an answer's data.

        Raises:
            SessionMacWrong: the padding is wrong.
        """
        return self._decrypt(0x80, data) if data else b""

    def mac_answer(self, data: bytes, word: int) -> bytes:
        """Return the eight MAC bytes of the answer to the last command."""
        return _cmac(self._r_mac, self._chain + data + word.to_bytes(2, "big"))[:MAC_LENGTH]

    def check_answer(self, data: bytes, word: int, mac: bytes) -> None:
        """Check an answer's MAC.

        Raises:
            SessionMacWrong: the answer is not the card's to the last command.
        """
        if not equal(self.mac_answer(data, word), mac):
            raise SessionMacWrong

    def _vector(self, side: int) -> bytes:
        block = bytes((side,)) + self._counter.to_bytes(_BLOCK - 1, "big")
        # One block of counter through the cipher gives the vector of the CBC that follows (SCP03 §6.2.6).
        encryptor = Cipher(AES(self._enc), ECB()).encryptor()  # noqa: S305 - a single block, as the standard says
        return encryptor.update(block) + encryptor.finalize()

    def _encrypt(self, side: int, data: bytes) -> bytes:
        padded = data + b"\x80" + bytes(-(len(data) + 1) % _BLOCK)
        encryptor = Cipher(AES(self._enc), CBC(self._vector(side))).encryptor()
        return encryptor.update(padded) + encryptor.finalize()

    def _decrypt(self, side: int, data: bytes) -> bytes:
        if len(data) % _BLOCK:
            raise SessionMacWrong
        decryptor = Cipher(AES(self._enc), CBC(self._vector(side))).decryptor()
        padded = decryptor.update(data) + decryptor.finalize()
        text = padded.rstrip(b"\x00")
        if not text.endswith(b"\x80"):
            raise SessionMacWrong
        return text[:-1]
