"""Randomness as something that is passed in.

`SystemRandomness` is the only source outside tests and made-up worlds. `SeededRandomness` repeats itself and must never
serve an institution that holds anything real.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
from typing import Protocol


class Randomness(Protocol):
    """A source of unpredictable values."""

    def bytes(self, n: int) -> bytes:
        """Return `n` bytes."""
        ...

    def token(self, n: int = 16) -> str:
        """Return `n` bytes as base64url text without padding (22 characters for 16 bytes)."""
        ...

    def below(self, n: int) -> int:
        """Return an integer in ``0 <= x < n``, each equally likely; `n` must be positive."""
        ...


def _token(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


class SystemRandomness:
    """The operating system's generator."""

    __slots__ = ()

    def bytes(self, n: int) -> bytes:
        """Return `n` bytes."""
        return secrets.token_bytes(n)

    def token(self, n: int = 16) -> str:
        """Return `n` bytes as base64url text without padding."""
        return _token(secrets.token_bytes(n))

    def below(self, n: int) -> int:
        """Return an integer in ``0 <= x < n``."""
        return secrets.randbelow(n)


class SeededRandomness:
    """A repeatable stream (SHA-512 in counter mode over a seed), for worlds and tests only; safe between threads."""

    __slots__ = ("_counter", "_lock", "_rest", "_seed")

    def __init__(self, seed: bytes) -> None:
        self._seed = hashlib.sha512(b"mizuhiki/v1/seeded-randomness\x00" + seed).digest()
        self._counter = 0
        self._rest = b""
        self._lock = threading.Lock()

    def bytes(self, n: int) -> bytes:
        """Return the next `n` bytes of the stream."""
        with self._lock:
            while len(self._rest) < n:
                self._rest += hashlib.sha512(self._seed + self._counter.to_bytes(16, "big")).digest()
                self._counter += 1
            taken, self._rest = self._rest[:n], self._rest[n:]
        return taken

    def token(self, n: int = 16) -> str:
        """Return the next `n` bytes as base64url text without padding."""
        return _token(self.bytes(n))

    def below(self, n: int) -> int:
        """Return an integer in ``0 <= x < n`` by rejection, so that no value is favoured."""
        if n <= 0:
            raise ValueError("the bound must be positive")
        bits = (n - 1).bit_length()
        length = (bits + 7) // 8
        while True:
            value = int.from_bytes(self.bytes(length), "big") >> (8 * length - bits) if length else 0
            if value < n:
                return value
