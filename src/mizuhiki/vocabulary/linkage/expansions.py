"""Expansions of number use and linkage with their dates: what was law, reviewed or planned when (R-252 … R-254)."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date

from mizuhiki.vocabulary.errors import NotFound
from mizuhiki.vocabulary.linkage.source import setting


class ExpansionState(enum.StrEnum):
    """How far an expansion has come; only what is in operation may be used."""

    UNKNOWN = "unknown"
    UNDER_REVIEW = "under-review"
    PLANNED = "planned"
    ENACTED = "enacted"
    IN_OPERATION = "in-operation"


class NoSuchExpansion(NotFound):
    """No expansion of this code. Field `expansion`."""

    code = "no-such-expansion"
    title = "There is no such expansion"


@dataclass(frozen=True, slots=True)
class Expansion:
    """One expansion; `starts` is the announced start, None where none was announced."""

    code: str
    name_ja: str
    name_en: str
    requirement: str
    voluntary: bool
    starts: date | None
    states: tuple[tuple[date, ExpansionState], ...]

    def state_on(self, day: date) -> ExpansionState:
        """Return how far it had come on a day; an announced start is no operation before somebody enacts it."""
        reached = [state for since, state in self.states if since <= day]
        return reached[-1] if reached else ExpansionState.UNKNOWN

    def is_in_operation(self, day: date) -> bool:
        """Say whether it may be used on a day."""
        return self.state_on(day) is ExpansionState.IN_OPERATION


def expansions() -> tuple[Expansion, ...]:
    """Return all expansions in the order of the sources."""
    return tuple(
        Expansion(
            code=one["code"],
            name_ja=one["name_ja"],
            name_en=one["name_en"],
            requirement=one["requirement"],
            voluntary=one.get("voluntary", False),
            starts=one.get("starts"),
            states=tuple((step["since"], ExpansionState(step["state"])) for step in one["states"]),
        )
        for one in setting()["expansions"]
    )


def expansion(code: str) -> Expansion:
    """Return an expansion.

    Raises:
        NoSuchExpansion: there is none of this code.
    """
    for one in expansions():
        if one.code == code:
            return one
    raise NoSuchExpansion(expansion=code)
