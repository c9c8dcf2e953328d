"""What decided cases grant to people, as other offices are told of it (副本; 番号法22条)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from mizuhiki.vocabulary.layouts import AbsenceReason, Layout, Scalar


@dataclass(frozen=True, slots=True)
class Award:
    """What one person has been granted under one kind of information; `items` are held items of its layout."""

    person: str
    kind: str
    since: date
    items: Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class HeldAward:
    """An award with its name and version; the version rises with each decision."""

    award: Award
    name: str
    version: int


def items_in(layout: Layout, held: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """Return the items of a copy in `layout`; what is not held is absent with that reason."""
    items: dict[str, Scalar] = {}
    for item in layout.items:
        items[item.name] = held.get(item.name)
        if held.get(item.name) is None:
            items[f"{item.name}.absent"] = AbsenceReason.NOT_HELD.value
    return items
