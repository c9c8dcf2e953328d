"""How a world tells what it is doing: phases with their times, and steps within long ones."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

Tell = Callable[[str], None]
"""Shows one line to whoever waits."""


@dataclass(frozen=True, slots=True)
class Phase:
    """A finished phase with its duration in seconds."""

    title_ja: str
    title_en: str
    seconds: float


class Progress:
    """Collects phases and tells them as they end."""

    def __init__(self, tell: Tell = lambda _line: None) -> None:
        self.phases: list[Phase] = []
        self._tell = tell

    @contextmanager
    def phase(self, title_ja: str, title_en: str) -> Iterator[None]:
        """Time one phase."""
        began = time.perf_counter()
        yield
        done = Phase(title_ja, title_en, time.perf_counter() - began)
        self.phases.append(done)
        self._tell(f"{done.seconds:7.1f} s  {title_en}")

    def tell(self, line: str) -> None:
        """Show a line."""
        self._tell(line)
