"""What checking a number came to, step by step (番号法16条; R-051, R-052)."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from mizuhiki.vocabulary.register_access.routing import Route


class Method(enum.StrEnum):
    """方法1: with the card at hand. 方法2: without it, or afterwards, by the register network."""

    CARD = "card"
    NETWORK = "network"


class CheckOutcome(enum.StrEnum):
    """`failed` stands at a step; `not-found` also hides what a support measure protects."""

    VERIFIED = "verified"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class CheckStep:
    """One step: its name, whether it passed, and the code of what was wrong; never a value."""

    name: str
    passed: bool
    problem: str = ""


@dataclass(frozen=True, slots=True)
class NumberCheck:
    """Steps taken in order, the last one failed or all passed. `route` is set where a register answered."""

    method: Method
    steps: tuple[CheckStep, ...]
    route: Route | None = None

    @property
    def outcome(self) -> CheckOutcome:
        """Whether every step passed."""
        passed = bool(self.steps) and all(step.passed for step in self.steps)
        return CheckOutcome.VERIFIED if passed else CheckOutcome.FAILED
