"""FF1 by tables against FF1 step by step, which the published samples and a second implementation judge."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mizuhiki.crypto.ff1 import FormatMalformed
from mizuhiki.crypto.ff1_tables import DecimalTables
from mizuhiki.crypto.keystore import SecretKey
from vectors.test_ff1_vectors import SAMPLES, slow_ff1

TWELVE_AT_MOST = [sample for sample in SAMPLES if sample["radix"] == 10 and len(str(sample["plain"])) <= 12]


def test_there_are_published_samples_short_enough_for_tables() -> None:
    assert len(TWELVE_AT_MOST) >= 2


@pytest.mark.parametrize("sample", TWELVE_AT_MOST)
def test_the_published_samples_hold_both_ways(sample: dict[str, str | int]) -> None:
    tables = DecimalTables(
        SecretKey(bytes.fromhex(str(sample["key"]))), len(str(sample["plain"])), bytes.fromhex(str(sample["tweak"]))
    )
    plain = np.array([int(sample["plain"])], dtype=np.uint64)
    cipher = np.array([int(sample["cipher"])], dtype=np.uint64)
    assert tables.encrypt(plain).tolist() == cipher.tolist()
    assert tables.decrypt(cipher).tolist() == plain.tolist()


@pytest.mark.requirement("R-007")
@settings(max_examples=15, deadline=None)
@given(
    st.binary(min_size=32, max_size=32),
    st.binary(max_size=40),
    st.integers(6, 12).flatmap(
        lambda digits: st.tuples(
            st.just(digits), st.lists(st.integers(0, 10**digits - 1), min_size=1, max_size=8).map(tuple)
        )
    ),
)
def test_tables_give_what_the_second_implementation_gives(
    key: bytes, tweak: bytes, texts: tuple[int, tuple[int, ...]]
) -> None:
    digits, values = texts
    tables = DecimalTables(SecretKey(key), digits, tweak)
    expected = [
        int("".join(map(str, slow_ff1(key, 10, tweak, [int(digit) for digit in f"{value:0{digits}d}"]))))
        for value in values
    ]
    given_values = np.array(values, dtype=np.uint64)
    assert tables.encrypt(given_values).tolist() == expected
    assert tables.decrypt(np.array(expected, dtype=np.uint64)).tolist() == list(values)


def test_a_whole_domain_is_permuted() -> None:
    everything = np.arange(10**6, dtype=np.uint64)
    assert np.array_equal(np.sort(DecimalTables(SecretKey(bytes(32)), 6).encrypt(everything)), everything)


@pytest.mark.parametrize("digits", [0, 5, 13])
def test_lengths_whose_tables_would_be_unsafe_or_too_large_are_refused(digits: int) -> None:
    with pytest.raises(FormatMalformed):
        DecimalTables(SecretKey(bytes(32)), digits)


def test_a_value_with_more_digits_is_refused() -> None:
    with pytest.raises(FormatMalformed):
        DecimalTables(SecretKey(bytes(32)), 6).encrypt(np.array([10**6], dtype=np.uint64))
