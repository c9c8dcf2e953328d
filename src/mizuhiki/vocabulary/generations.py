"""Generations of pseudonyms: when each is opened, issued and closed (pseudonyms design, generation change; R-027).

    opened_at ──────── issue_from ──────────────── closed_at
       g-1 is in use       new persons get g, inquiries go in g;        g-1 is refused, and erased where it is held
       renewals to g run   g-1 is answered as well

A change needs no flag day: between `opened_at` of a generation and `closed_at` of the one before both are open. No more
than two are open at once. Generation 1 is as old as the converters' keys; nobody opens it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from mizuhiki.vocabulary.errors import Conflict, Malformed, Refused

FIRST = 1
LAST = 9_000
"""No generation has a higher number: whoever holds pseudonyms has room for so many (decision 0107)."""
_SINCE_THE_KEYS = datetime(1970, 1, 1, tzinfo=UTC)


class GenerationNotOpen(Refused):
    """Pseudonyms of a generation that is not open yet, or never will be."""

    code = "pseudonym-generation-not-open"
    title = "This generation of pseudonyms is not open"


class GenerationClosed(Refused):
    """Pseudonyms of a generation that was closed."""

    code = "pseudonym-generation-closed"
    title = "This generation of pseudonyms is closed"


class GenerationOpenedBefore(Conflict):
    """A generation is opened once; other dates need another generation."""

    code = "pseudonym-generation-opened-before"
    title = "This generation of pseudonyms was opened before"


class GenerationOutOfOrder(Conflict):
    """Generations follow each other, and the one before the last must be closed first."""

    code = "pseudonym-generation-out-of-order"
    title = "This is not the generation whose turn it is"


class GenerationOfOneConverter(Conflict):
    """The first converter did not do yet what the second is told to do."""

    code = "pseudonym-generation-of-one-converter"
    title = "The commission has not stated this; a generation is opened and closed by both converters"


class GenerationDatesUnfit(Malformed):
    """Dates that are past, or in the wrong order."""

    code = "pseudonym-generation-dates-unfit"
    title = "These dates of a generation of pseudonyms do not fit"


@dataclass(frozen=True, slots=True)
class Term:
    """One generation; `closed_at` is None until its end is set, and may lie ahead."""

    generation: int
    opened_at: datetime
    issue_from: datetime
    closed_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Say whether pseudonyms of this generation are converted at `now`."""
        return self.opened_at <= now and not self.is_closed(now)

    def is_closed(self, now: datetime) -> bool:
        """Say whether its end has come."""
        return self.closed_at is not None and now >= self.closed_at


@dataclass(frozen=True, slots=True)
class Generations:
    """All generations that a converter ever opened, or that both did, in order."""

    terms: tuple[Term, ...] = (Term(FIRST, _SINCE_THE_KEYS, _SINCE_THE_KEYS),)

    def require_known(self, generation: int, now: datetime) -> None:
        """Refuse a generation that was never opened; what is public about a closed one stays so.

        Raises:
            GenerationNotOpen: it was not opened, or not yet.
        """
        term = self.term(generation)
        if term is None or term.opened_at > now:
            raise GenerationNotOpen(generation=generation)

    def require_open(self, generation: int, now: datetime) -> None:
        """Refuse a generation that is not open.

        Raises:
            GenerationNotOpen: it was not opened, or not yet.
            GenerationClosed: it ended.
        """
        for term in reversed(self.terms):
            if term.generation == generation:
                if term.is_closed(now):
                    raise GenerationClosed(generation=generation)
                if term.opened_at <= now:
                    return
        raise GenerationNotOpen(generation=generation)

    def issuing(self, now: datetime) -> int:
        """Return the generation that new persons get and inquiries go in: the newest whose day came."""
        return max(term.generation for term in self.terms if term.issue_from <= now)

    def open_at(self, now: datetime) -> tuple[int, ...]:
        """Return the open generations in order; one, or two during a change."""
        return tuple(term.generation for term in self.terms if term.is_open(now))

    def closed_at(self, now: datetime) -> tuple[int, ...]:
        """Return the generations that ended."""
        return tuple(term.generation for term in self.terms if term.is_closed(now))

    def require_neighbours(self, one: int, other: int, now: datetime) -> None:
        """Refuse a renewal between generations that are not both open, or are the same.

        Raises:
            GenerationNotOpen, GenerationClosed: as in `require_open`.
            GenerationOutOfOrder: they do not follow each other.
        """
        self.require_open(one, now)
        self.require_open(other, now)
        if abs(one - other) != 1:
            raise GenerationOutOfOrder(generation=other)

    def opened(self, generation: int, *, now: datetime, issue_from: datetime) -> Generations:
        """Return these with the next one opened now.

        Raises:
            GenerationOpenedBefore: it is among these.
            GenerationOutOfOrder: it is not the next, two are open still, or there was the last.
            GenerationDatesUnfit: it would be issued before it is opened.
        """
        if any(term.generation == generation for term in self.terms):
            raise GenerationOpenedBefore(generation=generation)
        is_next = generation == self.terms[-1].generation + 1 and generation <= LAST
        if not is_next or len(self.open_at(now)) > 1:
            raise GenerationOutOfOrder(generation=generation)
        if issue_from < now:
            raise GenerationDatesUnfit(part="issue-from")
        return Generations((*self.terms, Term(generation, now, issue_from)))

    def closed(self, generation: int, *, now: datetime, at: datetime) -> Generations:
        """Return these with the end of the oldest open one set.

        An end that is set already may be put off while it lies ahead, and never brought back once it came.

        Raises:
            GenerationNotOpen: there is none of this number.
            GenerationClosed: it ended.
            GenerationOutOfOrder: there is no newer one, or an older one is not closed.
            GenerationDatesUnfit: the end is past, or before the newer one is issued.
        """
        self.require_open(generation, now)
        if self.open_at(now)[0] != generation or self.terms[-1].generation == generation:
            raise GenerationOutOfOrder(generation=generation)
        newer = self.terms[[term.generation for term in self.terms].index(generation) + 1]
        if at < now or at < newer.issue_from:
            raise GenerationDatesUnfit(part="closed-at")
        return Generations(
            tuple(replace(term, closed_at=at) if term.generation == generation else term for term in self.terms)
        )

    def term(self, generation: int) -> Term | None:
        """Return one generation, None when it was never opened."""
        return next((term for term in self.terms if term.generation == generation), None)

    def agreed(self, other: Generations) -> Generations:
        """Return what two converters say together: open is only what both opened, closed what either closed."""
        theirs = {term.generation: term for term in other.terms}
        return Generations(
            tuple(_agreed(term, theirs[term.generation]) for term in self.terms if term.generation in theirs)
        )


class CurrentGenerations(Protocol):
    """Whatever knows the generations of the present."""

    def current(self) -> Generations:
        """Return them."""


class KeptGenerations(CurrentGenerations, Protocol):
    """A converter's own book; `statement` is the other converter's signed word that an entry is made on."""

    def open_next(self, generation: int, *, issue_from: datetime, statement: str = "") -> Generations:
        """Enter an opening; errors as in `Generations.opened`."""

    def close(self, generation: int, *, at: datetime, statement: str = "") -> Generations:
        """Enter an end; errors as in `Generations.closed`."""

    def statement(self) -> str:
        """Return the other converter's newest word, empty when there is none."""


def _agreed(one: Term, other: Term) -> Term:
    ends = [end for end in (one.closed_at, other.closed_at) if end is not None]
    return Term(
        one.generation,
        max(one.opened_at, other.opened_at),
        max(one.issue_from, other.issue_from),
        min(ends) if ends else None,
    )
