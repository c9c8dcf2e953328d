"""The verifier that unknown accounts are checked against: as costly as a real one, and fitting nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mizuhiki.crypto.passphrases import (
    PassphraseWrong,
    ScryptCost,
    hash_passphrase,
    unmatched_passphrase,
    verify_passphrase,
)
from mizuhiki.crypto.randomness import SeededRandomness

CHEAP = ScryptCost(n=2, r=1, p=1)


@settings(max_examples=50)
@given(st.text(max_size=40))
def test_no_passphrase_fits(passphrase: str) -> None:
    with pytest.raises(PassphraseWrong):
        verify_passphrase(passphrase, unmatched_passphrase(SeededRandomness(b"nobody"), CHEAP))


def test_it_states_the_cost_and_sizes_of_a_real_one() -> None:
    randomness = SeededRandomness(b"nobody")
    for cost in (None, CHEAP):
        if cost is None:
            wanted = ScryptCost()
            stated = unmatched_passphrase(randomness).split("$")[:4]
            assert stated == ["scrypt", str(wanted.n), str(wanted.r), str(wanted.p)]
            continue
        real, unmatched = hash_passphrase("", randomness, cost), unmatched_passphrase(randomness, cost)
        assert [len(part) for part in unmatched.split("$")] == [len(part) for part in real.split("$")]
        assert unmatched.split("$")[:4] == real.split("$")[:4]
    assert unmatched_passphrase(randomness, CHEAP) != unmatched_passphrase(randomness, CHEAP)
