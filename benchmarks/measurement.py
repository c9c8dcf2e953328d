"""What a benchmark says: one value with its unit and, where a design states one, the least or most it may be."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measured value; `at_least` or `at_most` is the target, None where no document states one."""

    what: str
    value: float
    unit: str
    at_least: float | None = None
    at_most: float | None = None

    @property
    def missed(self) -> bool:
        """Whether a stated target was missed."""
        too_low = self.at_least is not None and self.value < self.at_least
        return too_low or (self.at_most is not None and self.value > self.at_most)

    @property
    def verdict(self) -> str:
        """The target and whether it was met."""
        limits = [f"≥ {self.at_least:,.0f}"] if self.at_least is not None else []
        limits += [f"≤ {self.at_most:,.0f}"] if self.at_most is not None else []
        return f"{', '.join(limits)}: {'missed' if self.missed else 'met'}" if limits else ""


def per_second(work: Callable[[], int], *, repeats: int = 3) -> float:
    """Return how many units a second `work` does, which returns its number of units; the best of some repeats."""
    best = 0.0
    for _ in range(repeats):
        started = time.perf_counter()
        done = work()
        best = max(best, done / (time.perf_counter() - started))
    return best


def percentile(ordered: list[float], share: float) -> float:
    """Return the smallest of ascending values that at least this share of them does not exceed."""
    return ordered[max(0, -(-int(share * len(ordered) * 1000) // 1000) - 1)]
