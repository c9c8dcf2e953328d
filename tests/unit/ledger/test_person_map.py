"""The compact map against a naive builder, and its proofs."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mizuhiki.ledger.leaf import NO_ENTRIES, PersonHead
from mizuhiki.ledger.person_map import EMPTY_ROOT, MapNotProved, MapProof, PersonMap, verify_map

# Keys that share long prefixes, so that deep branches occur.
keys = st.one_of(
    st.binary(min_size=32, max_size=32),
    st.integers(0, 40).map(lambda n: n.to_bytes(32, "big")),
    st.integers(0, 255).map(lambda bit: (1 << bit).to_bytes(32, "big")),
)
heads = st.builds(PersonHead, st.integers(1, 2**63), st.binary(min_size=32, max_size=32))
maps = st.dictionaries(keys, heads, max_size=25)


def naive(items: dict[bytes, PersonHead]) -> bytes:
    """The definition, over bit strings and without sharing any code."""
    label = b"mizuhiki/v1/ledger/"

    def build(rows: list[Any], depth: int) -> bytes:
        if not rows:
            return bytes(32)
        if len(rows) == 1:
            _, key, head = rows[0]
            return hashlib.sha256(label + b"map-leaf\n" + key + head.count.to_bytes(8, "big") + head.head).digest()
        left = [row for row in rows if row[0][depth] == "0"]
        right = [row for row in rows if row[0][depth] == "1"]
        return hashlib.sha256(label + b"map-node\n" + build(left, depth + 1) + build(right, depth + 1)).digest()

    return build([(f"{int.from_bytes(key, 'big'):0256b}", key, head) for key, head in items.items()], 0)


@given(maps)
def test_the_root_is_that_of_the_definition(items: dict[bytes, PersonHead]) -> None:
    assert PersonMap(items).root == naive(items)


@given(st.lists(st.tuples(keys, heads), max_size=25), st.data())
def test_the_root_does_not_depend_on_order_or_batches(
    changes: list[tuple[bytes, PersonHead]], data: st.DataObject
) -> None:
    unique = list(dict(changes).items())
    whole = PersonMap(dict(unique))
    grown = PersonMap()
    rest = data.draw(st.permutations(unique))
    while rest:
        cut = data.draw(st.integers(1, len(rest)))
        grown, rest = grown.updated(dict(rest[:cut])), rest[cut:]
    assert grown.root == whole.root
    assert dict(grown.items()) == dict(unique)


@given(maps, maps)
def test_an_update_replaces_and_leaves_the_earlier_map_alone(
    first: dict[bytes, PersonHead], second: dict[bytes, PersonHead]
) -> None:
    before = PersonMap(first)
    after = before.updated(second)
    assert after.root == naive(first | second)
    assert before.root == naive(first)


@given(maps, keys)
def test_presence_and_absence_are_proved(items: dict[bytes, PersonHead], key: bytes) -> None:
    people = PersonMap(items)
    for wanted in (key, *items):
        expected = items.get(wanted, NO_ENTRIES)
        assert people.get(wanted) == expected
        verify_map(people.root, wanted, expected, people.prove(wanted))


@given(maps, keys, heads)
def test_no_other_head_can_be_proved_with_the_same_proof(
    items: dict[bytes, PersonHead], key: bytes, other: PersonHead
) -> None:
    people = PersonMap(items)
    proof = people.prove(key)
    true = people.get(key)
    for wrong in {other, NO_ENTRIES, PersonHead(true.count + 1, true.head)} - {true}:
        with pytest.raises(MapNotProved):
            verify_map(people.root, key, wrong, proof)


@given(maps.filter(bool), st.data())
def test_a_changed_proof_is_refused(items: dict[bytes, PersonHead], data: st.DataObject) -> None:
    people = PersonMap(items)
    key = data.draw(st.sampled_from(sorted(items)))
    proof = people.prove(key)
    wrong = [dataclasses.replace(proof, siblings=(*proof.siblings, bytes(32)))]
    if proof.siblings:
        place = data.draw(st.integers(0, len(proof.siblings) - 1))
        changed = list(proof.siblings)
        changed[place] = hashlib.sha256(changed[place]).digest()
        wrong += [MapProof(tuple(changed)), MapProof(proof.siblings[:-1])]
    for forged in wrong:
        with pytest.raises(MapNotProved):
            verify_map(people.root, key, items[key], forged)


def test_absence_cannot_be_claimed_with_a_neighbour_from_elsewhere() -> None:
    low, high = bytes(32), b"\xff" * 32
    head = PersonHead(1, b"h" * 32)
    people = PersonMap({low: head, high: head})
    missing = b"\x40" + bytes(31)
    verify_map(people.root, missing, NO_ENTRIES, people.prove(missing))
    forged = MapProof(people.prove(low).siblings, (high, head))
    with pytest.raises(MapNotProved):
        verify_map(people.root, low, NO_ENTRIES, forged)
    with pytest.raises(MapNotProved):
        verify_map(people.root, low, NO_ENTRIES, MapProof(people.prove(low).siblings, (low, head)))


def test_the_empty_map_proves_everybodys_absence() -> None:
    verify_map(EMPTY_ROOT, b"k" * 32, NO_ENTRIES, PersonMap().prove(b"k" * 32))
    with pytest.raises(MapNotProved):
        verify_map(EMPTY_ROOT, b"k" * 32, PersonHead(0, b"x" * 32), PersonMap().prove(b"k" * 32))
