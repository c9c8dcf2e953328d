"""What a benchmark says: one value with its unit and, where a design states one, the least it must be."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measured value; `at_least` is the target, None where no document states one."""

    what: str
    value: float
    unit: str
    at_least: float | None = None

    @property
    def missed(self) -> bool:
        """Whether a stated target was missed."""
        return self.at_least is not None and self.value < self.at_least

    @property
    def verdict(self) -> str:
        """The target and whether it was met."""
        if self.at_least is None:
            return ""
        return f"≥ {self.at_least:,.0f}: {'missed' if self.missed else 'met'}"


def per_second(work: Callable[[], int], *, repeats: int = 3) -> float:
    """Return how many units a second `work` does, which returns its number of units; the best of some repeats."""
    best = 0.0
    for _ in range(repeats):
        started = time.perf_counter()
        done = work()
        best = max(best, done / (time.perf_counter() - started))
    return best
