"""FF1 over short decimal texts by tables: the same function as `mizuhiki.crypto.ff1`, for many texts at once.

FF1 is a Feistel network of ten rounds whose round function sees one half of the text only. With at most twelve digits
a half has at most 10^6 values, so each round's function ``F_i`` is written down completely (ten tables, together at
most 10^7 AES blocks) and a text then costs ten look-ups. Nothing is approximated: a table entry is the value that
SP 800-38G step 6 computes. The tables are as secret as the key; they live in this process's memory only and are never
stored.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from numpy.typing import NDArray

from mizuhiki.crypto.ff1 import FormatMalformed
from mizuhiki.crypto.keystore.purposes import SecretKey

Numbers: TypeAlias = NDArray[np.uint64]
"""Decimal texts as their values; leading zeros are implied by the number of digits."""

_ROUNDS = 10
_BLOCK = 16
_FEWEST_DIGITS = 6
_MOST_DIGITS = 12
_DRAWN_BYTES = 8
"""``d`` of the standard for halves of three to six digits: ``4·⌈b/4⌉ + 4`` with b of two or three bytes."""
_STRIDE = 1 << 16
"""Texts worked on at once, so that a stretch stays in the processor's cache."""


class DecimalTables:
    """FF1 under one key and tweak over decimal texts of one length from 6 to 12 digits; safe between threads."""

    __slots__ = ("_left", "_right", "_tables")

    def __init__(self, key: SecretKey, digits: int, tweak: bytes = b"") -> None:
        if not _FEWEST_DIGITS <= digits <= _MOST_DIGITS:
            raise FormatMalformed(length=digits)
        left = digits // 2
        right = digits - left
        self._left, self._right = 10**left, 10**right
        half_bytes = ((self._right - 1).bit_length() + 7) // 8
        head = b"".join(
            (
                b"\x01\x02\x01",
                (10).to_bytes(3, "big"),
                bytes((_ROUNDS, left)),
                digits.to_bytes(4, "big"),
                len(tweak).to_bytes(4, "big"),
                tweak,
                bytes(-(len(tweak) + half_bytes + 1) % _BLOCK),
            )
        )
        aes = algorithms.AES(key.reveal())
        self._tables = [self._table(aes, head, half_bytes, step) for step in range(_ROUNDS)]

    def __repr__(self) -> str:
        return f"<DecimalTables {self._left * self._right - 1:d}>"

    def _table(self, aes: algorithms.AES, head: bytes, half_bytes: int, step: int) -> NDArray[np.uint32]:
        """Return ``F_step`` for every half; only the last block of the CBC-MAC differs between halves."""
        size, modulus = (self._right, self._left) if step % 2 == 0 else (self._left, self._right)
        tail_bytes = 1 + half_bytes
        constant, rest = head[: len(head) + tail_bytes - _BLOCK], head[len(head) + tail_bytes - _BLOCK :]
        chain = Cipher(aes, modes.CBC(bytes(_BLOCK))).encryptor().update(constant)[-_BLOCK:]
        blocks = np.zeros((size, _BLOCK), dtype=np.uint8)
        blocks[:, : len(rest)] = np.frombuffer(rest, dtype=np.uint8)
        blocks[:, len(rest)] = step
        halves = np.arange(size, dtype=">u4").view(np.uint8).reshape(size, 4)
        blocks[:, _BLOCK - half_bytes :] = halves[:, 4 - half_bytes :]
        blocks ^= np.frombuffer(chain, dtype=np.uint8)
        ecb = Cipher(aes, modes.ECB()).encryptor()  # noqa: S305 - the last step of a CBC-MAC, for all halves at once
        drawn = np.frombuffer(ecb.update(blocks.tobytes()), dtype=">u8").reshape(size, _BLOCK // 8)[:, 0]
        return np.asarray(drawn % np.uint64(modulus), dtype=np.uint32)

    def encrypt(self, texts: Numbers) -> Numbers:
        """Return the encryption of each text.

        Raises:
            FormatMalformed: a value has more digits than the tables are for.
        """
        return self._run(texts, forward=True)

    def decrypt(self, texts: Numbers) -> Numbers:
        """Return for each text the one whose encryption it is.

        Raises:
            FormatMalformed: see `encrypt`.
        """
        return self._run(texts, forward=False)

    def _run(self, texts: Numbers, *, forward: bool) -> Numbers:
        if texts.size and int(texts.max()) >= self._left * self._right:
            raise FormatMalformed(length=len(str(int(texts.max()))))
        result = np.empty(texts.shape, dtype=np.uint64)
        work = self._forward if forward else self._backward
        for start in range(0, len(texts), _STRIDE):
            part = slice(start, start + _STRIDE)
            a, b = np.divmod(texts[part], np.uint64(self._right))
            a, b = work(a.astype(np.uint32), b.astype(np.uint32))
            result[part] = a.astype(np.uint64) * np.uint64(self._right) + b
        return result

    def _forward(self, a: NDArray[np.uint32], b: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
        for step, table in enumerate(self._tables):
            modulus = np.uint32(self._left if step % 2 == 0 else self._right)
            a += table.take(b)
            np.minimum(a, a - modulus, out=a)  # below the modulus the difference wraps to a larger value
            a, b = b, a
        return a, b

    def _backward(self, a: NDArray[np.uint32], b: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
        for step, table in reversed(list(enumerate(self._tables))):
            modulus = np.uint32(self._left if step % 2 == 0 else self._right)
            b += modulus - table.take(a)
            np.minimum(b, b - modulus, out=b)  # see `_forward`
            a, b = b, a
        return a, b


__all__ = ["DecimalTables", "Numbers"]
