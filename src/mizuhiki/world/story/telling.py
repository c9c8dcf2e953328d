"""How a story is told: steps with a check each, run one after the other, with what happened and how long it took."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mizuhiki.vocabulary.errors import MizuhikiError
from mizuhiki.world.errors import StoryCheckFailed


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `act` does it and returns a line of what happened; it raises when a check does not hold."""

    title_ja: str
    title_en: str
    act: Callable[[], str]


@dataclass(frozen=True, slots=True)
class StepResult:
    """What became of a step. `state` is ``waiting``, ``running``, ``done`` or ``failed``."""

    number: int
    title_ja: str
    title_en: str
    state: str
    detail: str = ""
    seconds: float = 0.0


Watch = Callable[[StepResult], None]
"""Is told of every change of a step."""


def check(holds: object, what: str) -> None:
    """Go on when `holds` is true.

    Raises:
        StoryCheckFailed: it is not; `what` says what should have been.
    """
    if not holds:
        raise StoryCheckFailed(what)


def tell(steps: Sequence[Step], watch: Watch) -> list[StepResult]:
    """Run the steps until one fails; the rest stays waiting."""
    results = [StepResult(number, step.title_ja, step.title_en, "waiting") for number, step in enumerate(steps, 1)]
    for position, step in enumerate(steps):
        watch(_with(results[position], "running"))
        began = time.perf_counter()
        try:
            detail, state = step.act(), "done"
        except MizuhikiError as error:
            detail, state = f"{error.code}: {error.message}", "failed"
        results[position] = _with(results[position], state, detail, time.perf_counter() - began)
        watch(results[position])
        if state == "failed":
            break
    return results


def _with(result: StepResult, state: str, detail: str = "", seconds: float = 0.0) -> StepResult:
    return StepResult(result.number, result.title_ja, result.title_en, state, detail, seconds)
