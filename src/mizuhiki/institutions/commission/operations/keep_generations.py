"""Open and close generations of pseudonyms as the first converter (pseudonyms design; R-027, R-032).

The commission states first. Nothing comes of it until the core, which needs this statement, states the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.generations import Generations, KeptGenerations

CHANGE = "change-generations"
STATE = "state-generations"


@dataclass(frozen=True, slots=True)
class KeepGenerations:
    """The commission's book of generations."""

    authority: Authority
    book: KeptGenerations

    def open_next(self, context: Context, *, generation: int, issue_from: datetime) -> Generations:
        """Open the next generation now, to be issued from a day on.

        Raises:
            GenerationOpenedBefore, GenerationOutOfOrder, GenerationDatesUnfit: see `vocabulary.generations`.
        """
        self.authority.require(context, CHANGE)
        return self.book.open_next(generation, issue_from=issue_from)

    def close(self, context: Context, *, generation: int, at: datetime) -> Generations:
        """Set the end of the older of two open generations.

        Raises:
            GenerationNotOpen, GenerationClosed, GenerationOutOfOrder, GenerationDatesUnfit: likewise.
        """
        self.authority.require(context, CHANGE)
        return self.book.close(generation, at=at)

    def state(self, context: Context) -> Generations:
        """Return the book, to be signed."""
        self.authority.require(context, STATE)
        return self.book.current()
