"""The history of a record as facts that are never altered, and the record as of a day as known at an instant.

A fact says which items an event changed, from which day on (`effective_on`), and when it was entered. A cancellation
is a fact too: it names the event that never happened. The record of a day is the fold of the facts known at that
instant, not cancelled by then, in the order of their days and, on one day, of their entry.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from mizuhiki.institutions.municipality.domain.events.items import STRUCTURAL, Items, Value
from mizuhiki.institutions.municipality.domain.residents import RecordEvent


@dataclass(frozen=True, slots=True)
class Fact:
    """What one event says of one record. `event` is shared by all records of one event.

    `sequence` is the order of entry. `entry` marks the fact that begins a record with all its items. `event_id` names
    the line of the history (`RecordEvent`) that says who entered it and what was seen.
    """

    event: str
    resident: str
    kind: str
    effective_on: date
    entered_at: datetime
    items: Items = field(default_factory=dict)
    cancels: str = ""
    entry: bool = False
    event_id: str = ""
    sequence: int = 0

    @property
    def structural(self) -> bool:
        """Whether the fact says where and with whom the person lives, or that the record begins or ends."""
        return self.entry or not STRUCTURAL.isdisjoint(self.items)


def fact_of_event(event: RecordEvent, items: Items, *, entry: bool = False) -> Fact:
    """Return the fact of an event of one record alone, whose line of the history is the event itself."""
    return Fact(
        event=event.event_id,
        resident=event.resident,
        kind=event.reason.value,
        effective_on=event.effective_on,
        entered_at=event.entered_at,
        items=items,
        entry=entry,
        event_id=event.event_id,
    )


def _known(facts: Iterable[Fact], known_at: datetime | None) -> list[Fact]:
    seen = [fact for fact in facts if known_at is None or fact.entered_at <= known_at]
    cancelled = {fact.cancels for fact in seen if fact.cancels}
    return [fact for fact in seen if not fact.cancels and fact.event not in cancelled]


def standing(facts: Iterable[Fact], known_at: datetime | None = None) -> list[Fact]:
    """Return the facts that were known and not cancelled, in the order they took effect."""
    return sorted(_known(facts, known_at), key=lambda fact: (fact.effective_on, not fact.entry, fact.sequence))


def fold(facts: Iterable[Fact], day: date | None = None, known_at: datetime | None = None) -> dict[str, Value] | None:
    """Return a record's items on `day` (None: whatever was entered) as known at an instant; None when it has none."""
    items: dict[str, Value] | None = None
    for fact in standing(facts, known_at):
        if day is not None and fact.effective_on > day:
            break
        if fact.entry:
            items = dict(fact.items)
        elif items is not None:
            items |= fact.items
    return items


def same_course(one: Iterable[Fact], other: Iterable[Fact]) -> bool:
    """Whether two histories of a record say the same of every day, so that nothing is gained by the second."""
    first, second = list(one), list(other)
    days = sorted({fact.effective_on for fact in (*first, *second)})
    return all(fold(first, day) == fold(second, day) for day in days)


def last_structural(facts: Iterable[Fact]) -> date | None:
    """Return the day of the last standing fact about residence, household or existence."""
    return max((fact.effective_on for fact in standing(facts) if fact.structural), default=None)
