"""FF1 format-preserving encryption (NIST SP 800-38G, algorithms 7 and 8), with AES.

The domain must hold at least 1,000,000 values (SP 800-38G rev. 1); the one use here, eleven decimal digits, has 10^11.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from mizuhiki.crypto.keystore.purposes import SecretKey
from mizuhiki.vocabulary.errors import Malformed

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
_ROUNDS = 10
_BLOCK = 16
_SMALLEST_DOMAIN = 1_000_000
_MAX_TEXT = 4096


class FormatMalformed(Malformed):
    """The text is not of the radix, too short for the smallest safe domain, or too long."""

    code = "ff1-text-malformed"
    title = "The text does not fit the format"


class FF1:
    """FF1 under one AES key (16, 24 or 32 bytes) and one radix from 2 to 36, digits as ``0-9a-z``."""

    __slots__ = ("_key", "_radix")

    def __init__(self, key: SecretKey, radix: int) -> None:
        if not 2 <= radix <= len(_ALPHABET):  # noqa: PLR2004 - the smallest radix there is
            raise FormatMalformed(radix=radix)
        self._key = algorithms.AES(key.reveal())
        self._radix = radix

    def __repr__(self) -> str:
        return f"<FF1 radix {self._radix}>"

    def encrypt(self, digits: str, tweak: bytes = b"") -> str:
        """Return the encryption, a text of the same length and radix.

        Raises:
            FormatMalformed: see the class.
        """
        return self._run(digits, tweak, forward=True)

    def decrypt(self, digits: str, tweak: bytes = b"") -> str:
        """Return the text whose encryption is `digits`.

        Raises:
            FormatMalformed: see the class.
        """
        return self._run(digits, tweak, forward=False)

    def _number(self, text: str) -> int:
        return int(text, self._radix)

    def _text(self, number: int, length: int) -> str:
        digits = []
        for _ in range(length):
            number, digit = divmod(number, self._radix)
            digits.append(_ALPHABET[digit])
        return "".join(reversed(digits))

    def _check(self, digits: str) -> None:
        allowed = _ALPHABET[: self._radix]
        if not 2 <= len(digits) <= _MAX_TEXT or any(digit not in allowed for digit in digits):  # noqa: PLR2004 - see encrypt
            raise FormatMalformed(length=len(digits))
        if self._radix ** len(digits) < _SMALLEST_DOMAIN:
            raise FormatMalformed(length=len(digits))

    def _prf(self, block: bytes) -> bytes:
        cbc = Cipher(self._key, modes.CBC(bytes(_BLOCK))).encryptor()
        return cbc.update(block)[-_BLOCK:]

    def _expand(self, r: bytes, length: int) -> bytes:
        if length <= _BLOCK:
            return r[:length]
        ecb = Cipher(self._key, modes.ECB()).encryptor()  # noqa: S305 - one block at a time, as FF1 step 6.iii asks
        whole = int.from_bytes(r, "big")
        blocks = [r] + [
            ecb.update((whole ^ j).to_bytes(_BLOCK, "big")) for j in range(1, (length + _BLOCK - 1) // _BLOCK)
        ]
        return b"".join(blocks)[:length]

    def _run(self, digits: str, tweak: bytes, *, forward: bool) -> str:
        self._check(digits)
        n = len(digits)
        u = n // 2
        v = n - u
        a, b = self._number(digits[:u]), self._number(digits[u:])
        half_bytes = ((self._radix**v - 1).bit_length() + 7) // 8
        drawn = 4 * ((half_bytes + 3) // 4) + 4
        head = b"".join(
            (
                b"\x01\x02\x01",
                self._radix.to_bytes(3, "big"),
                bytes((_ROUNDS, u % 256)),
                n.to_bytes(4, "big"),
                len(tweak).to_bytes(4, "big"),
                tweak,
                bytes(-(len(tweak) + half_bytes + 1) % _BLOCK),
            )
        )
        for step in range(_ROUNDS):
            i = step if forward else _ROUNDS - 1 - step
            m = self._radix ** (u if i % 2 == 0 else v)
            r = self._prf(head + bytes((i,)) + (b if forward else a).to_bytes(half_bytes, "big"))
            y = int.from_bytes(self._expand(r, drawn), "big")
            if forward:
                a, b = b, (a + y) % m
            else:
                a, b = (b - y) % m, a
        return self._text(a, u) + self._text(b, v)
