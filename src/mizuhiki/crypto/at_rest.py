"""Encryption of single stored values, and keyed indexes to find them (R-027; number never a key).

A stored value is ``version ‖ nonce ‖ ciphertext`` under AES-256-GCM-SIV (RFC 8452), which stays safe at the number of
random nonces a national table needs. The associated data names institution, table, column and row: a value moved to
another place does not open.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from mizuhiki.crypto.digests import KeyedHmac, framed, framed_before, framed_last, hmac_sha256
from mizuhiki.crypto.keystore.purposes import SecretKey
from mizuhiki.crypto.randomness import SystemRandomness
from mizuhiki.vocabulary.errors import Corrupt
from mizuhiki.vocabulary.ids import InstitutionId

_VERSION = b"\x01"
_NONCE_BYTES = 12
_TAG_BYTES = 16
_system = SystemRandomness()

Row = str | int | bytes
"""The primary key of a row; an integer and its decimal text name the same row."""


class StoredValueUnreadable(Corrupt):
    """A stored value does not open: altered, moved to another row, or under another key."""

    code = "stored-value-unreadable"
    title = "A stored value does not open"


@lru_cache(maxsize=64)
def _cipher(key: bytes) -> AESGCMSIV:
    """Return the cipher of a stored key; an institution has a handful of them."""
    return AESGCMSIV(hmac_sha256(key, framed("at-rest-key")))


def _place(institution: InstitutionId, table: str, column: str, row: Row) -> bytes:
    name = b"x" + row if isinstance(row, bytes) else b"t" + str(row).encode("utf-8")
    return framed_last(_before_row(institution, table, column), name)


@lru_cache(maxsize=1024)
def _before_row(institution: InstitutionId, table: str, column: str) -> bytes:
    return framed_before("at-rest", institution.encode(), table.encode(), column.encode())


def encrypt_at_rest(
    key: SecretKey, plaintext: bytes, *, institution: InstitutionId, table: str, column: str, row: Row
) -> bytes:
    """Return `plaintext` encrypted for one place in one table; equal values give different results."""
    nonce = _system.bytes(_NONCE_BYTES)
    place = _place(institution, table, column, row)
    return _VERSION + nonce + _cipher(key.reveal()).encrypt(nonce, plaintext, place)


def decrypt_at_rest(
    key: SecretKey, stored: bytes, *, institution: InstitutionId, table: str, column: str, row: Row
) -> bytes:
    """Return the plaintext stored at one place.

    Raises:
        StoredValueUnreadable: altered, from another place, under another key, or of another version.
    """
    if len(stored) < 1 + _NONCE_BYTES + _TAG_BYTES or not stored.startswith(_VERSION):
        raise StoredValueUnreadable(table=table, column=column)
    nonce, ciphertext = stored[1 : 1 + _NONCE_BYTES], stored[1 + _NONCE_BYTES :]
    try:
        return _cipher(key.reveal()).decrypt(nonce, ciphertext, _place(institution, table, column, row))
    except InvalidTag as cause:
        raise StoredValueUnreadable(table=table, column=column) from cause


def keyed_index(key: SecretKey, value: str | bytes, *, institution: InstitutionId, purpose: str) -> bytes:
    """Return the 32-byte index under which `institution` finds `value` for `purpose`.

    Indexes of two institutions or two purposes cannot be joined, even under one key.
    """
    octets = value.encode("utf-8") if isinstance(value, str) else value
    return _index_code(key.reveal())(framed_last(_before_value(institution, purpose), octets))


def keyed_indexes(key: SecretKey, values: Iterable[bytes], *, institution: InstitutionId, purpose: str) -> list[bytes]:
    """Return `keyed_index` of each value."""
    code, before = _index_code(key.reveal()), _before_value(institution, purpose)
    return [code(framed_last(before, value)) for value in values]


@lru_cache(maxsize=64)
def _index_code(key: bytes) -> KeyedHmac:
    return KeyedHmac(key, "sha256")


@lru_cache(maxsize=1024)
def _before_value(institution: InstitutionId, purpose: str) -> bytes:
    return framed_before("keyed-index", institution.encode(), purpose.encode())
