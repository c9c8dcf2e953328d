"""The Merkle tree of RFC 9162 §2.1, grown leaf by leaf from the hashes of its complete subtrees.

A node is named by its level (0 are leaves) and its number from the left on that level; only nodes whose subtree is
complete have a name and are ever stored, so a stored hash never changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from mizuhiki.crypto.digests import sha256
from mizuhiki.vocabulary.errors import Corrupt

HASH_SIZE = 32


class FrontierUnreadable(Corrupt):
    """The stored frontier does not belong to the stored size."""

    code = "ledger-frontier-unreadable"
    title = "The frontier of the log does not fit its size"


class NodeId(NamedTuple):
    """A complete subtree of 2**level leaves starting at leaf number * 2**level."""

    level: int
    number: int

    @property
    def leaves(self) -> range:
        """The places of its leaves."""
        return range(self.number << self.level, (self.number + 1) << self.level)


class Node(NamedTuple):
    """A complete subtree and its hash."""

    id: NodeId
    hash: bytes


def leaf_hash(leaf: bytes) -> bytes:
    """Hash a leaf (RFC 9162 §2.1.1)."""
    return sha256(b"\x00" + leaf)


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees (RFC 9162 §2.1.1)."""
    return sha256(b"\x01" + left + right)


def fold(peaks: Sequence[bytes]) -> bytes:
    """Combine the hashes of complete subtrees, largest first, into the hash of the range they cover."""
    if not peaks:
        return sha256(b"")
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


class Frontier:
    """The right edge of a tree: all that is needed to add leaves and to tell the root."""

    __slots__ = ("_peaks", "_size")

    def __init__(self, size: int = 0, hashes: bytes = b"") -> None:
        if size < 0 or len(hashes) != size.bit_count() * HASH_SIZE:
            raise FrontierUnreadable(size=size)
        self._size = size
        self._peaks = [hashes[start : start + HASH_SIZE] for start in range(0, len(hashes), HASH_SIZE)]

    @property
    def size(self) -> int:
        """The number of leaves."""
        return self._size

    @property
    def root(self) -> bytes:
        """The root hash of all leaves."""
        return fold(self._peaks)

    def to_bytes(self) -> bytes:
        """Return the peaks, largest subtree first; read back with the size by the constructor."""
        return b"".join(self._peaks)

    def append(self, leaf: bytes) -> list[Node]:
        """Add a leaf and return every subtree that it completed, the leaf's own hash first."""
        current = leaf_hash(leaf)
        node = NodeId(0, self._size)
        completed = [Node(node, current)]
        while node.number & 1:
            current = node_hash(self._peaks.pop(), current)
            node = NodeId(node.level + 1, node.number >> 1)
            completed.append(Node(node, current))
        self._peaks.append(current)
        self._size += 1
        return completed

    def extend(self, leaves: Iterable[bytes]) -> list[tuple[int, int, bytes]]:
        """Add leaves and return every subtree that they completed as (level, number, hash), in `append`'s order."""
        completed: list[tuple[int, int, bytes]] = []
        peaks, number = self._peaks, self._size
        for leaf in leaves:
            current, level, place = leaf_hash(leaf), 0, number
            completed.append((0, place, current))
            while place & 1:
                current = node_hash(peaks.pop(), current)
                level, place = level + 1, place >> 1
                completed.append((level, place, current))
            peaks.append(current)
            number += 1
        self._size = number
        return completed


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the root of a tree given all its leaves."""
    frontier = Frontier()
    frontier.extend(leaves)
    return frontier.root
