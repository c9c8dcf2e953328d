"""The group-operation floor: what the elliptic-curve work of one inquiry alone costs on this machine.

Counted along the path of one line, as multiplications, of them of the base, additions: the asker encrypts (1, 1, 1);
the commission converts for the provider and for the core's record; the core converts for the provider (3, 1, 2) and
opens its own branch (2, 0, 1); the provider decrypts (1, 0, 1). Checks of points, proofs, hashes and everything else
are what the replay pays on top.

`DESIGN` is the floor that the target of 60 % is about: there the commission masks a line for each target (6, 2, 4).
`NEEDED` is what an inquiry takes since it masks a line once for both (5, 1, 2; decision 0095).
"""

from __future__ import annotations

import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

from mizuhiki.crypto.pseudonyms.group import add, multiply, multiply_base, random_scalar
from mizuhiki.crypto.randomness import SystemRandomness


class Operations(NamedTuple):
    """Group operations of one inquiry at all places together."""

    multiplications: int
    of_the_base: int
    additions: int


DESIGN, NEEDED = Operations(13, 4, 9), Operations(12, 3, 7)


def seconds_of_rounds(rounds: int, operations: Operations) -> tuple[float, float]:
    """Return the seconds, by the clock and of processor time, that the operations of `rounds` inquiries take."""
    randomness = SystemRandomness()
    scalars = [random_scalar(randomness) for _ in range(64)]
    points = [multiply_base(scalar) for scalar in scalars]
    started, processor = time.perf_counter(), time.process_time()
    for number in range(rounds):
        scalar, point, other = scalars[number % 64], points[number % 64], points[(number + 1) % 64]
        for _ in range(operations.multiplications):
            multiply(scalar, point)
        for _ in range(operations.of_the_base):
            multiply_base(scalar)
        for _ in range(operations.additions):
            add(point, other)
    return time.perf_counter() - started, time.process_time() - processor


class Floor(NamedTuple):
    """What group operations alone reach: inquiries per second of all cores, and processor seconds of one."""

    rate: float
    processor: float


def measure_floor(cores: int, rounds: int) -> tuple[Floor, Floor]:
    """Return the floor of the `DESIGN` and that of the operations `NEEDED`, measured one after the other."""
    with ProcessPoolExecutor(cores, mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(seconds_of_rounds, [10] * cores, [NEEDED] * cores))
        found = [list(pool.map(seconds_of_rounds, [rounds] * cores, [one] * cores)) for one in (DESIGN, NEEDED)]
    design, needed = (
        Floor(sum(rounds / seconds for seconds, _ in taken), sum(used for _, used in taken) / (rounds * cores))
        for taken in found
    )
    return design, needed


def mean(*floors: Floor) -> Floor:
    """Return the mean of what was measured before and after."""
    return Floor(*(sum(values) / len(floors) for values in zip(*floors, strict=True)))
