"""The group-operation floor: what the elliptic-curve work of one inquiry alone costs on this machine.

Counted along the path of one line: the asker encrypts (1 multiplication, 1 base multiplication, 1 addition); the
commission converts for the provider and for the core's record (each 3, 1, 2); the core converts for the provider
(3, 1, 2) and opens its own branch (2, 0, 1); the provider decrypts (1, 0, 1). Checks of points, proofs, hashes and
everything else are what the replay pays on top.
"""

from __future__ import annotations

import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor

from mizuhiki.crypto.pseudonyms.group import add, multiply, multiply_base, random_scalar
from mizuhiki.crypto.randomness import SystemRandomness

MULTIPLICATIONS, BASE_MULTIPLICATIONS, ADDITIONS = 13, 4, 9


def seconds_of_rounds(rounds: int) -> tuple[float, float]:
    """Return the seconds, by the clock and of processor time, that the group operations of `rounds` inquiries take."""
    randomness = SystemRandomness()
    scalars = [random_scalar(randomness) for _ in range(64)]
    points = [multiply_base(scalar) for scalar in scalars]
    started, processor = time.perf_counter(), time.process_time()
    for number in range(rounds):
        scalar, point, other = scalars[number % 64], points[number % 64], points[(number + 1) % 64]
        for _ in range(MULTIPLICATIONS):
            multiply(scalar, point)
        for _ in range(BASE_MULTIPLICATIONS):
            multiply_base(scalar)
        for _ in range(ADDITIONS):
            add(point, other)
    return time.perf_counter() - started, time.process_time() - processor


def measure_floor(cores: int, rounds: int) -> tuple[float, float]:
    """Return what group operations alone reach: inquiries per second of `cores` processes, and processor seconds."""
    with ProcessPoolExecutor(cores, mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(seconds_of_rounds, [10] * cores))
        taken = list(pool.map(seconds_of_rounds, [rounds] * cores))
    processor = sum(used for _, used in taken) / (rounds * cores)
    return sum(rounds / seconds for seconds, _ in taken), processor
