"""The map from a person's index to the number and head of their entries, with one root hash (spec/ledger.md §5).

A sparse Merkle tree over 256-bit keys in its compact form: a subtree with one key is that key's leaf, an empty subtree
is 32 zero bytes. The shape depends only on the keys, so the root is the same in whatever order they came. A map is
never changed: `updated` returns a new one that shares what did not change, so the map of an earlier checkpoint can
still prove while a newer one is built. Keys are never removed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mizuhiki.crypto.digests import equal, sha256
from mizuhiki.ledger.leaf import LABEL, NO_ENTRIES, PersonHead
from mizuhiki.vocabulary.errors import Corrupt

EMPTY_ROOT = bytes(32)
KEY_BITS = 256

_LEAF = LABEL + b"map-leaf\n"
_NODE = LABEL + b"map-node\n"

_Item = tuple[bytes, PersonHead]


class MapNotProved(Corrupt):
    """The proof does not show this count and head for the key under the root."""

    code = "ledger-map-not-proved"
    title = "The number of entries is not what the log committed to"


def map_leaf_hash(key: bytes, head: PersonHead) -> bytes:
    """Hash one key with its count and head."""
    return sha256(_LEAF + key + head.count.to_bytes(8, "big") + head.head)


def map_node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees of the map."""
    return sha256(_NODE + left + right)


def _bit(key: bytes, depth: int) -> int:
    return key[depth >> 3] >> (7 - (depth & 7)) & 1


class _Leaf:
    __slots__ = ("hash", "head", "key")

    def __init__(self, key: bytes, head: PersonHead) -> None:
        self.key = key
        self.head = head
        self.hash = map_leaf_hash(key, head)


class _Branch:
    __slots__ = ("hash", "left", "right")

    def __init__(self, left: _Subtree, right: _Subtree) -> None:
        self.left = left
        self.right = right
        self.hash = map_node_hash(_hash_of(left), _hash_of(right))


_Subtree = _Leaf | _Branch | None


def _hash_of(subtree: _Subtree) -> bytes:
    return EMPTY_ROOT if subtree is None else subtree.hash


def _boundary(items: Sequence[_Item], depth: int) -> int:
    """Return where, in items sorted by key, the bit at `depth` turns to one."""
    low, high = 0, len(items)
    while low < high:
        middle = (low + high) >> 1
        if _bit(items[middle][0], depth):
            high = middle
        else:
            low = middle + 1
    return low


def _build(items: Sequence[_Item], depth: int) -> _Subtree:
    if not items:
        return None
    if len(items) == 1:
        return _Leaf(*items[0])
    cut = _boundary(items, depth)
    return _Branch(_build(items[:cut], depth + 1), _build(items[cut:], depth + 1))


def _merge(subtree: _Subtree, items: Sequence[_Item], depth: int) -> _Subtree:
    if not items:
        return subtree
    if isinstance(subtree, _Branch):
        cut = _boundary(items, depth)
        return _Branch(
            _merge(subtree.left, items[:cut], depth + 1),
            _merge(subtree.right, items[cut:], depth + 1),
        )
    if subtree is not None and all(key != subtree.key for key, _ in items):
        items = sorted([*items, (subtree.key, subtree.head)])
    return _build(items, depth)


@dataclass(frozen=True, slots=True)
class MapProof:
    """The way from the root down to where a key stands or would stand.

    `siblings` are the other halves at depth 0, 1, …; `neighbour` is the leaf met there when it is another key's, and
    None when the key's own leaf or an empty subtree was met.
    """

    siblings: tuple[bytes, ...]
    neighbour: tuple[bytes, PersonHead] | None = None


class PersonMap:
    """An unchanging map from 32-byte keys to `PersonHead`."""

    __slots__ = ("_top",)

    def __init__(self, heads: Mapping[bytes, PersonHead] | None = None) -> None:
        self._top: _Subtree = _build(sorted((heads or {}).items()), 0)

    @property
    def root(self) -> bytes:
        """The root hash; zero bytes for the empty map."""
        return _hash_of(self._top)

    def updated(self, heads: Mapping[bytes, PersonHead]) -> PersonMap:
        """Return the map with `heads` put in, all in one pass."""
        result = PersonMap()
        result._top = _merge(self._top, sorted(heads.items()), 0)
        return result

    def get(self, key: bytes) -> PersonHead:
        """Return what the map holds for `key`; no entries and the empty head if nothing."""
        subtree, _ = self._descend(key)
        return subtree.head if subtree is not None and subtree.key == key else NO_ENTRIES

    def prove(self, key: bytes) -> MapProof:
        """Return the proof of what `get` says, presence or absence."""
        subtree, siblings = self._descend(key)
        if subtree is None or subtree.key == key:
            return MapProof(siblings)
        return MapProof(siblings, (subtree.key, subtree.head))

    def items(self) -> Iterator[_Item]:
        """Yield every key with its head in the order of the keys."""
        waiting = [self._top]
        while waiting:
            subtree = waiting.pop()
            if isinstance(subtree, _Branch):
                waiting += (subtree.right, subtree.left)
            elif subtree is not None:
                yield subtree.key, subtree.head

    def _descend(self, key: bytes) -> tuple[_Leaf | None, tuple[bytes, ...]]:
        subtree, siblings = self._top, list[bytes]()
        while isinstance(subtree, _Branch):
            near, far = (subtree.left, subtree.right)
            if _bit(key, len(siblings)):
                near, far = far, near
            siblings.append(_hash_of(far))
            subtree = near
        return subtree, tuple(siblings)


def verify_map(root: bytes, key: bytes, head: PersonHead, proof: MapProof) -> None:
    """Check that the map with this root holds exactly `head` for `key`; `NO_ENTRIES` checks its absence.

    Raises:
        MapNotProved: the proof leads elsewhere, or a neighbour is offered that could not stand there.
    """
    depth = len(proof.siblings)
    if depth > KEY_BITS or (proof.neighbour is not None and head != NO_ENTRIES):
        raise MapNotProved
    current = EMPTY_ROOT if head.count == 0 else map_leaf_hash(key, head)
    if head.count == 0 and head != NO_ENTRIES:
        raise MapNotProved
    if proof.neighbour is not None:
        other, other_head = proof.neighbour
        if other == key or any(_bit(other, place) != _bit(key, place) for place in range(depth)):
            raise MapNotProved
        current = map_leaf_hash(other, other_head)
    for place in range(depth - 1, -1, -1):
        sibling = proof.siblings[place]
        current = map_node_hash(sibling, current) if _bit(key, place) else map_node_hash(current, sibling)
    if not equal(current, root):
        raise MapNotProved
