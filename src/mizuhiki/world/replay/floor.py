"""The group-operation floor: what the elliptic-curve work of one inquiry alone costs on this machine.

`DESIGN` is the floor that the target of 60 % is about: the operations of the published design, each one call of
libsodium as the design's own measurement took them. As multiplications of a point, of the base, and additions: the
asker encrypts (1, 1, 1); the commission converts and masks a line for each of two targets (6, 2, 4); the core converts
for the provider (3, 1, 2) and opens its own branch (2, 0, 1); the provider decrypts (1, 0, 1).

Beside it stands what is done today, by the library that this process calculates with: one mask for both targets
(decision 0095), points decoded once (decision 0105). Checks of points, proofs, hashes and everything else are what the
replay pays on top.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

from mizuhiki.crypto.pseudonyms.arithmetic import arithmetic
from mizuhiki.crypto.pseudonyms.group import add, multiply, multiply_base, random_scalar, random_scalars
from mizuhiki.crypto.randomness import SystemRandomness

_BATCH = 100
"""Lines that are calculated together; a section has a thousand, which takes no less for each."""


class Operations(NamedTuple):
    """Group operations of one inquiry at all places together."""

    multiplications: int
    of_the_base: int
    additions: int


DESIGN = Operations(13, 4, 9)


def operations_of_the_design(rounds: int) -> None:
    """Do the group operations of as many inquiries as the design counts them."""
    randomness = SystemRandomness()
    scalars = [random_scalar(randomness) for _ in range(64)]
    points = [multiply_base(scalar) for scalar in scalars]
    for number in range(rounds):
        scalar, point, other = scalars[number % 64], points[number % 64], points[(number + 1) % 64]
        for _ in range(DESIGN.multiplications):
            multiply(scalar, point)
        for _ in range(DESIGN.of_the_base):
            multiply_base(scalar)
        for _ in range(DESIGN.additions):
            add(point, other)


def operations_of_today(rounds: int) -> None:
    """Calculate as many lines, or a few more, from their asker to their provider and to the core's record."""
    group, randomness = arithmetic(), SystemRandomness()
    scalars = random_scalars(_BATCH, randomness)
    points = [multiply_base(scalar) for scalar in scalars]
    joint, second, n, f, own_n, own_f, key = points[0], points[1], *scalars[:5]
    for _ in range(0, rounds, _BATCH):
        lines = group.encrypted(points, scalars, joint)
        provided, recorded = group.converted(lines, scalars, joint, [(n, f), (own_n, own_f)])
        [delivered] = group.converted(provided, scalars, second, [(n, f)])
        group.opened(recorded, own_n, own_f)
        group.decrypted(delivered, key)


class Floor(NamedTuple):
    """What group operations alone reach: inquiries per second of all cores, and processor seconds of one."""

    rate: float
    processor: float


def seconds_of(work: Callable[[int], None], rounds: int) -> tuple[float, float]:
    """Return the seconds, by the clock and of processor time, that the work takes."""
    started, processor = time.perf_counter(), time.process_time()
    work(rounds)
    return time.perf_counter() - started, time.process_time() - processor


def measure_floor(cores: int, rounds: int) -> tuple[Floor, Floor]:
    """Return the floor of the `DESIGN` and that of what is done today, measured one after the other."""
    whole = -(-rounds // _BATCH) * _BATCH
    with ProcessPoolExecutor(cores, mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(operations_of_today, [_BATCH] * cores))  # processes and libraries are there before the clock
        found = [
            list(pool.map(seconds_of, [work] * cores, [whole] * cores))
            for work in (operations_of_the_design, operations_of_today)
        ]
    design, today = (
        Floor(sum(whole / seconds for seconds, _ in taken), sum(used for _, used in taken) / (whole * cores))
        for taken in found
    )
    return design, today


def mean(*floors: Floor) -> Floor:
    """Return the mean of what was measured before and after."""
    return Floor(*(sum(values) / len(floors) for values in zip(*floors, strict=True)))
