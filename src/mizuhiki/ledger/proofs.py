"""Inclusion and consistency proofs: making them from stored nodes, and checking them (RFC 9162 §2.1.3, §2.1.4).

Making a proof reads only hashes of complete subtrees, O(log n) of them; checking needs nothing stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from mizuhiki.crypto.digests import equal
from mizuhiki.ledger.tree import NodeId, fold, leaf_hash, node_hash
from mizuhiki.vocabulary.errors import Corrupt, Malformed

ReadNodes = Callable[[Iterable[NodeId]], Mapping[NodeId, bytes]]
"""Looks up the hashes of complete subtrees; a node that is missing from the answer means damaged storage."""

_Range = tuple[int, int]


class ProofImpossible(Malformed):
    """No such leaf or no such size."""

    code = "ledger-proof-impossible"
    title = "There is no proof for this place in the log"


class NodeMissing(Corrupt):
    """A subtree that must have been stored is not there."""

    code = "ledger-node-missing"
    title = "A stored hash of the log is missing"


class InclusionNotProved(Corrupt):
    """The proof does not lead from the leaf to the root."""

    code = "ledger-inclusion-not-proved"
    title = "The entry is not in the log under this root"


class ConsistencyNotProved(Corrupt):
    """The proof does not show that the larger log continues the smaller one."""

    code = "ledger-consistency-not-proved"
    title = "The log does not continue its earlier state"


def _split(size: int) -> int:
    """Return the largest power of two smaller than `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def _complete_nodes(start: int, end: int) -> list[NodeId]:
    """Return the complete subtrees that cover a range which begins where a subtree of the tree begins."""
    nodes = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append(NodeId(level, start >> level))
        start += 1 << level
    return nodes


def _hashes(ranges: Sequence[_Range], read: ReadNodes) -> list[bytes]:
    covers = [_complete_nodes(start, end) for start, end in ranges]
    known = read({node for cover in covers for node in cover})
    try:
        return [fold([known[node] for node in cover]) for cover in covers]
    except KeyError as missing:
        node: NodeId = missing.args[0]
        raise NodeMissing(level=node.level, number=node.number) from missing


def _inclusion_ranges(index: int, size: int) -> list[_Range]:
    ranges: list[_Range] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    ranges.reverse()
    return ranges


def inclusion_nodes(index: int, size: int) -> set[NodeId]:
    """Return the stored nodes a proof for leaf `index` in a tree of `size` leaves reads, for reading many at once."""
    return {node for start, end in _inclusion_ranges(index, size) for node in _complete_nodes(start, end)}


def inclusion_proof(index: int, size: int, read: ReadNodes) -> list[bytes]:
    """Return the path from leaf `index` to the root of the first `size` leaves, nearest sibling first.

    Raises:
        ProofImpossible: there is no such leaf at that size.
        NodeMissing: the storage lost a subtree.
    """
    if not 0 <= index < size:
        raise ProofImpossible(index=index, size=size)
    return _hashes(_inclusion_ranges(index, size), read)


def _consistency_ranges(old: int, size: int) -> list[_Range]:
    ranges: list[_Range] = []
    start, end = 0, size
    whole = True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
            whole = False
    if not whole:
        ranges.append((start, end))
    ranges.reverse()
    return ranges


def consistency_proof(old: int, size: int, read: ReadNodes) -> list[bytes]:
    """Return the proof that the tree of `size` leaves starts with the tree of `old` leaves.

    Raises:
        ProofImpossible: `old` is not between 1 and `size`.
        NodeMissing: the storage lost a subtree.
    """
    if not 0 < old <= size:
        raise ProofImpossible(index=old, size=size)
    return _hashes(_consistency_ranges(old, size), read)


def _sides(place: int, last: int, length: int) -> list[bool] | None:
    """Tell for each step of a path whether the sibling stands left; None when the path cannot be that long.

    This is the walk of RFC 9162 §2.1.3.2 and §2.1.4.2 with `place` as fn and `last` as sn.
    """
    sides = []
    for _ in range(length):
        if last == 0:
            return None
        left = bool(place & 1) or place == last
        while left and place and not place & 1:
            place >>= 1
            last >>= 1
        sides.append(left)
        place >>= 1
        last >>= 1
    return sides if last == 0 else None


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Check that `leaf` stands at `index` of the tree with `size` leaves and this root (RFC 9162 §2.1.3.2).

    Raises:
        InclusionNotProved: it does not, or the path has the wrong length.
    """
    sides = _sides(index, size - 1, len(path)) if 0 <= index < size else None
    if sides is None:
        raise InclusionNotProved(index=index, size=size)
    current = leaf_hash(leaf)
    for sibling, left in zip(path, sides, strict=True):
        current = node_hash(sibling, current) if left else node_hash(current, sibling)
    if not equal(current, root):
        raise InclusionNotProved(index=index, size=size)


def verify_consistency(old: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the tree of `size` leaves begins with the tree of `old` leaves (RFC 9162 §2.1.4.2).

    Raises:
        ConsistencyNotProved: it does not: leaves were removed, changed or put in between, or the log was forked.
    """
    failure = ConsistencyNotProved(old=old, size=size)
    if not 0 < old <= size:
        raise failure
    if old == size:
        if proof or not equal(old_root, root):
            raise failure
        return
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    place, last = old - 1, size - 1
    while place & 1:
        place >>= 1
        last >>= 1
    sides = _sides(place, last, len(path) - 1)
    if not path or sides is None:
        raise failure
    before = after = path[0]
    for sibling, left in zip(path[1:], sides, strict=True):
        if left:
            before = node_hash(sibling, before)
        after = node_hash(sibling, after) if left else node_hash(after, sibling)
    if not equal(before, old_root) or not equal(after, root):
        raise failure
