"""Open and close generations of pseudonyms as the second converter (pseudonyms design; R-027, R-032).

The core enters what the commission has stated, with its dates, keeps that signed statement beside its own entry and
hands both out. Alone it can open nothing and end nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from mizuhiki.institutions.linkage_core.ports import FirstConverter
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.generations import (
    GenerationOfOneConverter,
    GenerationOpenedBefore,
    Generations,
    KeptGenerations,
)

CHANGE = "change-generations"
STATE = "state-generations"


@dataclass(frozen=True, slots=True)
class KeepGenerations:
    """The core's book of generations."""

    authority: Authority
    book: KeptGenerations
    first: FirstConverter

    def open_next(self, context: Context, *, generation: int) -> Generations:
        """Open the next generation as the commission opened it; it is issued from the commission's day on.

        Raises:
            GenerationOfOneConverter: the commission did not open it.
            GenerationOpenedBefore, GenerationOutOfOrder: see `vocabulary.generations`.
            Unavailable: the commission does not answer.
        """
        self.authority.require(context, CHANGE)
        if self.book.current().term(generation) is not None:
            raise GenerationOpenedBefore(generation=generation)
        statement, theirs = self.first.generations()
        term = theirs.term(generation)
        if term is None:
            raise GenerationOfOneConverter(generation=generation)
        issue_from = max(term.issue_from, context.now())
        return self.book.open_next(generation, issue_from=issue_from, statement=statement)

    def close(self, context: Context, *, generation: int) -> Generations:
        """Set the end of the older of two open generations to the day that the commission set.

        Raises:
            GenerationOfOneConverter: the commission set no end.
            GenerationNotOpen, GenerationClosed, GenerationOutOfOrder: see `vocabulary.generations`.
            Unavailable: the commission does not answer.
        """
        self.authority.require(context, CHANGE)
        statement, theirs = self.first.generations()
        term = theirs.term(generation)
        if term is None or term.closed_at is None:
            raise GenerationOfOneConverter(generation=generation)
        return self.book.close(generation, at=max(term.closed_at, context.now()), statement=statement)

    def state(self, context: Context) -> tuple[str, Generations]:
        """Return the commission's kept statement, empty when nothing was ever opened, and the core's own book."""
        self.authority.require(context, STATE)
        return self.book.statement(), self.book.current()
