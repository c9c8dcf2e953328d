"""What the prefecture holds of one person, as found by number (住基法30条の12, 30条の15)."""

from __future__ import annotations

from dataclasses import dataclass

from mizuhiki.vocabulary.persons import FourItems


@dataclass(frozen=True, slots=True)
class Holding:
    """A person in a register of the prefecture. `person` names the chain of look-ups and outlasts a change of code."""

    person: str
    municipality_code: str
    four_items: FourItems
    protected: bool
