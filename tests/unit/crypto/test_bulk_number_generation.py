"""Numbers made in bulk are those made one by one; check digits are judged by another program."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.jp import in_

from mizuhiki.crypto.bulk_number_generation import (
    BulkNumberGenerator,
    code_check_digits,
    code_of,
    code_tables,
    individual_check_digits,
    number_of,
    synthetic_codes,
    valid_codes,
    valid_numbers,
)
from mizuhiki.crypto.keystore import SecretKey
from mizuhiki.crypto.number_generation import NumberGenerationsExhausted, generate_number
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.vocabulary.numbers import resident_record_code_check_digit

KEY = SecretKey(bytes(range(32)))
GENERATOR = BulkNumberGenerator(KEY)
TABLES = code_tables(SeededRandomness(b"codes"))


@pytest.mark.requirement("R-007")
@pytest.mark.parametrize("generation", range(10))
def test_every_generation_is_the_number_that_single_assignment_gives(generation: int) -> None:
    codes = synthetic_codes(TABLES, 1000 * generation, 10)
    numbers = GENERATOR.numbers(codes, generation)
    singly = [generate_number(KEY, code_of(int(code)), generation) for code in codes]
    assert [number_of(int(number)) for number in numbers] == singly


@pytest.mark.requirement("R-009")
def test_no_number_repeats_over_codes_and_generations() -> None:
    codes = synthetic_codes(TABLES, 0, 20_000)
    numbers = np.concatenate([GENERATOR.numbers(codes, generation) for generation in range(10)])
    assert len(np.unique(numbers)) == 200_000


@pytest.mark.parametrize("generation", [-1, 10])
def test_there_is_no_eleventh_generation(generation: int) -> None:
    with pytest.raises(NumberGenerationsExhausted):
        GENERATOR.numbers(synthetic_codes(TABLES, 0, 1), generation)


@given(st.lists(st.integers(0, 10**11 - 1), min_size=1, max_size=50))
@settings(max_examples=40, deadline=None)
def test_check_digits_of_numbers_are_those_of_another_program(bodies: list[int]) -> None:
    digits = individual_check_digits(np.array(bodies, dtype=np.uint64)).tolist()
    assert digits == [int(in_.calc_check_digit(f"{body:011d}")) for body in bodies]


@given(st.lists(st.integers(0, 10**10 - 1), min_size=1, max_size=50))
@settings(max_examples=40, deadline=None)
def test_check_digits_of_codes_are_those_of_single_codes(bodies: list[int]) -> None:
    digits = code_check_digits(np.array(bodies, dtype=np.uint64)).tolist()
    assert digits == [int(resident_record_code_check_digit(f"{body:010d}")) for body in bodies]


@given(st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 10**12), min_size=1, max_size=50))
@settings(max_examples=40, deadline=None)
def test_values_are_valid_numbers_exactly_when_another_program_says_so(values: list[int]) -> None:
    expected = [value < 10**12 and in_.is_valid(f"{value:012d}") for value in values]
    assert valid_numbers(np.array(values, dtype=np.uint64)).tolist() == expected


def test_one_changed_check_digit_makes_a_code_invalid() -> None:
    codes = synthetic_codes(TABLES, 0, 100)
    assert valid_codes(codes).all()
    changed = codes // np.uint64(10) * np.uint64(10) + (codes + np.uint64(1)) % np.uint64(10)
    assert not valid_codes(changed).any()


def test_the_key_check_tells_keys_apart_and_shows_neither() -> None:
    other = BulkNumberGenerator(SecretKey(bytes(32)))
    assert other.key_check != GENERATOR.key_check
    assert KEY.reveal().hex() not in GENERATOR.key_check
