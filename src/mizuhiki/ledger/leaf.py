"""What one leaf of the log commits to, and the chain of one person's leaves (spec/ledger.md §3, §4).

A leaf is 32 bytes and reveals nothing: the entry hides behind a random key, the person behind a random nonce. Every
value hashed here has a fixed length, so the concatenations have one reading.
"""

from __future__ import annotations

import msgspec

from mizuhiki.crypto.digests import KeyedHmac, hmac_sha256, sha256

LABEL = b"mizuhiki/v1/ledger/"
"""Common start of every hashed message of the ledger; the use and a newline follow."""

EMPTY_HEAD = bytes(32)
"""The head of a chain without entries."""


class PersonHead(msgspec.Struct, frozen=True, gc=False):
    """How many entries a chain has and the hash that binds them all in order."""

    count: int
    head: bytes


NO_ENTRIES = PersonHead(0, EMPTY_HEAD)


_INDEX = LABEL + b"index-commitment\n"
_LEAF = LABEL + b"leaf\n"
_CHAIN = LABEL + b"chain\n"

SEALED_INDEX_KEY = sha256(LABEL + b"sealed-chain\n")
"""The one chain of a log that holds what may not yet count in a person's chain; the same public value in all logs."""


def person_index(code: KeyedHmac, origin: str, person: bytes) -> bytes:
    """Return the index of a person in the log `origin`, which names the year: the next year has another index.

    `code` is HMAC-SHA-256 under the log's secret.
    """
    return code(LABEL + b"index\n" + origin.encode() + b"\n" + person)


def entry_commitment(entry_key: bytes, entry: bytes) -> bytes:
    """Hide the JSON bytes of an entry behind its own random 32-byte key; deleting the key erases for good."""
    return hmac_sha256(entry_key, entry)


def index_commitment(index_nonce: bytes, index_key: bytes, sequence: int, previous_head: bytes) -> bytes:
    """Bind a leaf to its place, counted from 1, in one chain without showing which chain."""
    return sha256(_INDEX + index_nonce + index_key + sequence.to_bytes(8, "big") + previous_head)


def leaf_of(entry: bytes, index: bytes) -> bytes:
    """Return the leaf over an entry commitment and an index commitment."""
    return sha256(_LEAF + entry + index)


def map_root_leaf(map_root: bytes) -> bytes:
    """Return the leaf that puts the root of the person map into the log; its content is public."""
    return sha256(LABEL + b"map-root-leaf\n" + map_root)


def next_head(previous: PersonHead, leaf: bytes) -> PersonHead:
    """Return the chain after `leaf` was added to it."""
    return PersonHead(previous.count + 1, sha256(_CHAIN + previous.head + leaf))
