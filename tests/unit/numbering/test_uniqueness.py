"""Repeats among more values than are sorted at once, against a set."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mizuhiki.numbering.uniqueness import repeated_value, rows_of


def nothing(_done: int, _of: int) -> None:
    """Nobody is told."""


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 10**11 - 1) | st.integers(0, 200), max_size=40), min_size=1, max_size=5),
    st.integers(1, 60),
)
def test_a_repeat_is_found_exactly_when_there_is_one(blocks: list[list[int]], range_rows: int) -> None:
    loaders = [lambda values=values: np.array(values, dtype=np.uint64) for values in blocks]
    found = repeated_value(loaders, below=10**11, workers=2, done=nothing, range_rows=range_rows)
    everything = [value for block in blocks for value in block]
    if len(set(everything)) == len(everything):
        assert found is None
    else:
        assert found is not None
        assert everything.count(found) > 1
        rows = [row + 1 for row, value in enumerate(everything) if value == found]
        assert rows_of(loaders, found) == rows[:2]


@pytest.mark.parametrize("others", [0, 5])
def test_a_bin_with_more_values_than_it_has_room_for_needs_no_more_memory_than_its_room(others: int) -> None:
    below = 10**6  # bins of ten values each
    block = np.concatenate([np.zeros(100_000, dtype=np.uint64), np.arange(20, 20 + others, dtype=np.uint64)])
    assert repeated_value([lambda: block], below=below, workers=1, done=nothing, range_rows=50) == 0
