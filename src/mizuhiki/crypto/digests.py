"""Hashes with a label for each use, and comparison in constant time.

A labelled hash frames its parts: ``len(label) ‖ label ‖ count ‖ (len(part) ‖ part)*`` with 8-byte big-endian lengths.
No two different lists of parts give the same input, and no hash of one use can be shown as one of another.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC

_PREFIX = "mizuhiki/v1/"
_HASHES: dict[str, hashes.HashAlgorithm] = {"sha256": hashes.SHA256(), "sha512": hashes.SHA512()}
_MANY = 16
"""Parts from which on it is worth asking whether all have one length; points and digests of a section have."""


def sha256(message: bytes) -> bytes:
    """Return SHA-256 of `message`, 32 bytes."""
    return hashlib.sha256(message).digest()


def sha384(message: bytes) -> bytes:
    """Return SHA-384 of `message`, 48 bytes."""
    return hashlib.sha384(message).digest()


def sha512(message: bytes) -> bytes:
    """Return SHA-512 of `message`, 64 bytes."""
    return hashlib.sha512(message).digest()


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """Return HMAC-SHA-256, 32 bytes."""
    return hmac.digest(key, message, "sha256")


def hmac_sha512(key: bytes, message: bytes) -> bytes:
    """Return HMAC-SHA-512, 64 bytes."""
    return hmac.digest(key, message, "sha512")


class KeyedHmac:
    """HMAC of many messages under one key, which is prepared once; that costs more than a short message."""

    __slots__ = ("_start",)

    def __init__(self, key: bytes, hash_name: str) -> None:
        self._start = HMAC(key, _HASHES[hash_name])

    def __repr__(self) -> str:
        return "<KeyedHmac>"

    def __call__(self, message: bytes) -> bytes:
        """Return the code of `message`."""
        code = self._start.copy()
        code.update(message)
        return code.finalize()


def framed(label: str, *parts: bytes) -> bytes:
    """Return the unambiguous encoding of a label and parts that every hash, MAC and signature here is made over."""
    head = _label(label) + len(parts).to_bytes(8, "big")
    if len(parts) >= _MANY and len(set(map(len, parts))) == 1:
        length = len(parts[0]).to_bytes(8, "big")
        return head + length + length.join(parts)
    pieces = [head]
    for part in parts:
        pieces += (len(part).to_bytes(8, "big"), part)
    return b"".join(pieces)


@lru_cache(maxsize=1024)
def framed_before(label: str, *parts: bytes) -> bytes:
    """Return what comes before the last part in `framed` of `parts` and one more; for many that differ in the last.

    Give it nothing secret: it is remembered.
    """
    pieces = [_label(label), (len(parts) + 1).to_bytes(8, "big")]
    for part in parts:
        pieces += (len(part).to_bytes(8, "big"), part)
    return b"".join(pieces)


def framed_last(before: bytes, last: bytes) -> bytes:
    """Return `framed` of the parts of `before` (see `framed_before`) and `last`."""
    return b"".join((before, len(last).to_bytes(8, "big"), last))


@lru_cache(maxsize=1024)
def _label(label: str) -> bytes:
    name = label if label.startswith(_PREFIX) else _PREFIX + label
    encoded = name.encode("utf-8")
    return len(encoded).to_bytes(8, "big") + encoded


def labelled_hash(label: str, *parts: bytes) -> bytes:
    """Return SHA-256 over the framed label and parts; the label is a use such as ``ticket``."""
    return sha256(framed(label, *parts))


def labelled_hash_512(label: str, *parts: bytes) -> bytes:
    """Return SHA-512 over the framed label and parts."""
    return sha512(framed(label, *parts))


def equal(left: bytes, right: bytes) -> bool:
    """Compare in a time that does not depend on where the values differ."""
    return hmac.compare_digest(left, right)
