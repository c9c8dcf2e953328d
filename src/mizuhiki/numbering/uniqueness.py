"""Proof that no value stands twice among more values than memory holds.

Values are counted in equal bins of the number space first; bins are joined to ranges of at most `RANGE_ROWS` values;
each range is collected from all blocks and sorted. Memory is bounded whatever the values are: a bin with more values
than it has room for different ones is cut off one above that, and repeats by the pigeonhole principle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise

import numpy as np

from mizuhiki.crypto.ff1_tables import Numbers

Block = Callable[[], Numbers]
"""Loads one block of values; called once per range, by any thread."""
RANGE_ROWS = 1 << 24
"""Values sorted at once by one worker: 128 MiB."""
_BINS = 100_000


def repeated_value(
    blocks: Sequence[Block], *, below: int, workers: int, done: Callable[[int, int], None], range_rows: int = RANGE_ROWS
) -> int | None:
    """Return a value that stands more than once in all blocks together, or None; every value is less than `below`.

    `done` is told the steps finished and their number, from one thread.
    """
    width = -(-below // _BINS)
    with ThreadPoolExecutor(workers) as pool:
        counts = np.zeros(_BINS, dtype=np.int64)
        for count in pool.map(partial(_count, width), blocks):
            counts += count
        ranges = list(_ranges(counts, width, range_rows))
        found: int | None = None
        for number, repeated in enumerate(pool.map(partial(_repeat_in, blocks, width), ranges)):
            found = repeated if found is None else found
            done(number + 1, len(ranges))
    return found


def rows_of(blocks: Sequence[Block], value: int) -> list[int]:
    """Return the first two rows, from 1 and over all blocks in order, at which `value` stands."""
    rows: list[int] = []
    before = 0
    for block in blocks:
        values = block()
        rows += [before + int(row) + 1 for row in np.flatnonzero(values == np.uint64(value))[:2]]
        before += len(values)
        if len(rows) > 1:
            break
    return rows[:2]


def _count(width: int, block: Block) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    bins = (block() // np.uint64(width)).astype(np.int64)
    return np.bincount(bins, minlength=_BINS)


def _ranges(
    counts: np.ndarray[tuple[int], np.dtype[np.int64]], width: int, range_rows: int
) -> Iterator[tuple[int, int, int]]:
    """Yield first bin, bin behind the last, and values in between."""
    edges = [0]
    held = 0
    for number, count in enumerate(counts.tolist()):
        if held and held + count > range_rows:
            edges.append(number)
            held = 0
        held += count
    edges.append(len(counts))
    for first, behind in pairwise(edges):
        room = int(np.minimum(counts[first:behind], width + 1).sum())
        if room > 1:
            yield first, behind, room


def _repeat_in(blocks: Sequence[Block], width: int, limits: tuple[int, int, int]) -> int | None:
    first, behind, room = limits
    low, high = np.uint64(first * width), np.uint64(behind * width)
    values = np.empty(room, dtype=np.uint64)
    filled = 0
    for block in blocks:
        candidates = block()
        chosen = candidates[(candidates >= low) & (candidates < high)][: room - filled]
        values[filled : filled + len(chosen)] = chosen
        filled += len(chosen)
        if filled == room:
            break
    values.sort()
    repeats = np.flatnonzero(values[1:] == values[:-1])
    return int(values[repeats[0]]) if repeats.size else None
