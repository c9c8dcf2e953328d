"""RFC 9496's vectors against the slow implementation, and both implementations against each other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import rbcl
from hypothesis import given, settings
from hypothesis import strategies as st

from mizuhiki.crypto.pseudonyms import PointInvalid, PointIsIdentity
from mizuhiki.crypto.pseudonyms import group as fast
from support import slow_ristretto as slow

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "ristretto255.json").read_text(encoding="utf-8"))
SCALARS = st.integers(min_value=1, max_value=slow.L - 1)


def test_the_slow_implementation_gives_the_published_multiples() -> None:
    total = slow.IDENTITY
    for expected in VECTORS["multiples"]:
        assert total.encode().hex() == expected
        assert slow.decode(bytes.fromhex(expected)) == total
        total += slow.BASE


@pytest.mark.parametrize("encoding", VECTORS["invalid"])
def test_both_implementations_refuse_the_published_invalid_encodings(encoding: str) -> None:
    with pytest.raises(slow.BadEncoding):
        slow.decode(bytes.fromhex(encoding))
    with pytest.raises(PointInvalid):
        fast.require_point(bytes.fromhex(encoding))


@pytest.mark.parametrize("vector", VECTORS["derivation"])
def test_both_implementations_derive_the_published_elements(vector: dict[str, str]) -> None:
    octets = bytes.fromhex(vector["input"])
    assert slow.from_hash(octets).encode().hex() == vector["output"]
    assert rbcl.crypto_core_ristretto255_from_hash(octets).hex() == vector["output"]


@settings(max_examples=15, deadline=None)
@given(SCALARS, SCALARS)
def test_both_implementations_multiply_and_add_alike(first: int, second: int) -> None:
    one, two = (value.to_bytes(32, "little") for value in (first, second))
    ours = fast.add(fast.multiply_base(one), fast.multiply(two, fast.SHUFFLE_BASE))
    theirs = first * slow.BASE + second * slow.decode(fast.SHUFFLE_BASE)
    assert ours == theirs.encode()
    quotient = int.from_bytes(fast.scalar_divide(one, two), "little")
    assert quotient * second % slow.L == first


def test_the_identity_and_wrong_lengths_are_refused_by_name() -> None:
    with pytest.raises(PointIsIdentity):
        fast.require_point(bytes(32))
    for length in (0, 31, 33):
        with pytest.raises(PointInvalid):
            fast.require_point(b"\x02" * length)
