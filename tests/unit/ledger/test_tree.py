"""RFC 9162 trees: the known answers of the classic eight leaves, and every size against a naive tree."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mizuhiki.ledger.proofs import (
    ConsistencyNotProved,
    InclusionNotProved,
    NodeMissing,
    ProofImpossible,
    ReadNodes,
    consistency_proof,
    inclusion_nodes,
    inclusion_proof,
    verify_consistency,
    verify_inclusion,
)
from mizuhiki.ledger.tree import Frontier, FrontierUnreadable, NodeId, leaf_hash, root_of

Leaves = list[bytes]
Nodes = dict[NodeId, bytes]

# The inputs and roots that Certificate Transparency implementations have shared since RFC 6962.
CLASSIC_LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
CLASSIC_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def naive_root(leaves: Leaves) -> bytes:
    """The recursive definition of RFC 9162 §2.1.1, written down as it stands there."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def naive_path(m: int, leaves: Leaves) -> Leaves:
    """PATH(m, D[n]) of RFC 9162 §2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*naive_path(m, leaves[:k]), naive_root(leaves[k:])]
    return [*naive_path(m - k, leaves[k:]), naive_root(leaves[:k])]


def naive_subproof(m: int, leaves: Leaves, whole: int) -> Leaves:
    """SUBPROOF(m, D[n], b) of RFC 9162 §2.1.4.1."""
    n = len(leaves)
    if m == n:
        return [] if whole else [naive_root(leaves)]
    k = 1
    while k * 2 < n:
        k *= 2
    if m <= k:
        return [*naive_subproof(m, leaves[:k], whole), naive_root(leaves[k:])]
    return [*naive_subproof(m - k, leaves[k:], 0), naive_root(leaves[:k])]


def grow(leaves: Leaves) -> tuple[Frontier, Nodes]:
    frontier, nodes = Frontier(), {}
    for leaf in leaves:
        nodes |= dict(frontier.append(leaf))
    return frontier, nodes


def reader(nodes: Nodes, asked: list[NodeId] | None = None) -> ReadNodes:
    def read(wanted: Iterable[NodeId]) -> Nodes:
        wanted = list(wanted)
        if asked is not None:
            asked.extend(wanted)
        return {node: nodes[node] for node in wanted if node in nodes}

    return read


def numbered(size: int) -> Leaves:
    return [number.to_bytes(4, "big") for number in range(size)]


def test_the_empty_tree_has_the_hash_of_nothing_as_root() -> None:
    assert Frontier().root.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("size", range(1, 9))
def test_the_classic_leaves_have_their_known_roots(size: int) -> None:
    assert root_of(CLASSIC_LEAVES[:size]).hex() == CLASSIC_ROOTS[size - 1]


def test_the_classic_proofs_have_their_known_answers() -> None:
    _, nodes = grow(CLASSIC_LEAVES)
    assert [h.hex() for h in inclusion_proof(0, 8, reader(nodes))] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    assert [h.hex() for h in consistency_proof(6, 8, reader(nodes))] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


@given(st.integers(0, 70))
def test_the_root_is_that_of_the_recursive_definition(size: int) -> None:
    frontier, nodes = grow(numbered(size))
    assert frontier.root == naive_root(numbered(size))
    assert all(
        hash_ == naive_root(numbered(size)[n << level : (n + 1) << level]) for (level, n), hash_ in nodes.items()
    )


@given(st.data())
def test_inclusion_proofs_equal_the_definition_and_verify(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 70))
    index = data.draw(st.integers(0, size - 1))
    frontier, nodes = grow(numbered(size))
    asked = []
    path = inclusion_proof(index, size, reader(nodes, asked))
    assert path == naive_path(index, numbered(size))
    assert set(asked) == inclusion_nodes(index, size)
    verify_inclusion(numbered(size)[index], index, size, path, frontier.root)


@given(st.data())
def test_consistency_proofs_equal_the_definition_and_verify(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 70))
    old = data.draw(st.integers(1, size))
    frontier, nodes = grow(numbered(size))
    proof = consistency_proof(old, size, reader(nodes))
    assert proof == naive_subproof(old, numbered(size), 1)
    verify_consistency(old, naive_root(numbered(old)), size, frontier.root, proof)


@given(st.data())
def test_a_changed_inclusion_proof_is_refused(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 40))
    index = data.draw(st.integers(0, size - 1))
    frontier, nodes = grow(numbered(size))
    path = inclusion_proof(index, size, reader(nodes))
    wrong = [
        (b"other", index, size, path),
        (numbered(size)[index], index, size, [*path, bytes(32)]),
        (numbered(size)[index], size, size, path),
    ]
    if path:
        place = data.draw(st.integers(0, len(path) - 1))
        wrong.append((numbered(size)[index], index, size, path[:-1]))
        wrong.append((numbered(size)[index], index, size, [*path[:place], bytes(32), *path[place + 1 :]]))
        wrong.append((numbered(size)[index], index ^ 1, size, path))
    for leaf, place, total, proof in wrong:
        with pytest.raises(InclusionNotProved):
            verify_inclusion(leaf, place, total, proof, frontier.root)


@given(st.integers(1, 40), st.integers(0, 39), st.integers(1, 20))
def test_a_log_with_a_changed_or_removed_old_leaf_has_no_consistency_proof(old: int, changed: int, more: int) -> None:
    leaves = numbered(old + more)
    root = naive_root(leaves[:old])
    forged = list(leaves)
    forged[changed % old] = b"changed"
    for history in (forged, leaves[: changed % old] + leaves[changed % old + 1 :] + [b"filler"]):
        frontier, nodes = grow(history)
        with pytest.raises(ConsistencyNotProved):
            verify_consistency(
                old, root, frontier.size, frontier.root, consistency_proof(old, len(history), reader(nodes))
            )


def test_a_consistency_proof_of_wrong_length_or_size_is_refused() -> None:
    frontier, nodes = grow(numbered(7))
    root = naive_root(numbered(3))
    proof = consistency_proof(3, 7, reader(nodes))
    for old, parts in ((3, proof[:-1]), (3, [*proof, bytes(32)]), (3, []), (0, proof), (8, proof), (7, proof)):
        with pytest.raises(ConsistencyNotProved):
            verify_consistency(old, root, 7, frontier.root, parts)


def test_proofs_outside_the_log_are_impossible() -> None:
    _, nodes = grow(numbered(3))
    with pytest.raises(ProofImpossible):
        inclusion_proof(3, 3, reader(nodes))
    with pytest.raises(ProofImpossible):
        consistency_proof(0, 3, reader(nodes))


def test_a_lost_node_is_named() -> None:
    _, nodes = grow(numbered(4))
    del nodes[NodeId(1, 1)]
    with pytest.raises(NodeMissing) as caught:
        inclusion_proof(0, 4, reader(nodes))
    assert caught.value.fields == {"level": 1, "number": 1}


def test_a_proof_in_a_log_of_ten_million_reads_few_nodes() -> None:
    assert len(inclusion_nodes(1_234_567, 10_000_000)) < 60


@given(st.integers(0, 70), st.integers(0, 70))
def test_a_stored_frontier_goes_on_where_it_stopped(size: int, more: int) -> None:
    frontier, _ = grow(numbered(size))
    again = Frontier(frontier.size, frontier.to_bytes())
    for leaf in numbered(size + more)[size:]:
        again.append(leaf)
    assert again.root == naive_root(numbered(size + more))


def test_a_frontier_that_does_not_fit_its_size_is_refused() -> None:
    with pytest.raises(FrontierUnreadable):
        Frontier(3, bytes(32))


def test_a_leaf_cannot_be_shown_as_an_inner_node() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != root_of([b"a", b"b"])


@given(st.lists(st.lists(st.binary(min_size=32, max_size=32), max_size=9), max_size=6))
def test_many_leaves_at_once_complete_the_same_subtrees_as_one_by_one(portions: list[list[bytes]]) -> None:
    at_once, one_by_one = Frontier(), Frontier()
    for leaves in portions:
        expected = [(node.id.level, node.id.number, node.hash) for leaf in leaves for node in one_by_one.append(leaf)]
        assert at_once.extend(leaves) == expected
    assert (at_once.size, at_once.to_bytes()) == (one_by_one.size, one_by_one.to_bytes())
