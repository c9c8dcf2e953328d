"""Do local copies (副本) still say what their originals say? (番号法22条; exchange design, Local copies)."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass

from mizuhiki.institutions.intermediate_server.domain.exchanges import LocalCopy


class Drift(enum.StrEnum):
    """How a copy and its original differ."""

    MISSING = "missing"
    OLDER = "older"
    NEWER = "newer"
    DIFFERS = "differs"
    UNASKED_FOR = "unasked-for"


@dataclass(frozen=True, slots=True)
class CopyFinding:
    """One copy that does not stand as its original does; `items` are names of what differs, never values."""

    addressee_number: str
    kind: str
    fiscal_year: int
    drift: Drift
    items: tuple[str, ...] = ()


def compare_copies(originals: Iterable[LocalCopy], held: Iterable[LocalCopy]) -> tuple[int, list[CopyFinding]]:
    """Return how many copies agree with their originals, and what is wrong with each other one, in order."""
    copies = {_place(copy): copy for copy in held}
    agreeing, findings = 0, []
    for original in originals:
        copy = copies.pop(_place(original), None)
        found = _drift(original, copy)
        if found is None:
            agreeing += 1
        else:
            drift, items = found
            findings.append(CopyFinding(*_place(original), drift, items))
    findings += [CopyFinding(*place, Drift.UNASKED_FOR) for place in copies]
    return agreeing, sorted(findings, key=lambda one: (one.addressee_number, one.kind, one.fiscal_year))


def _place(copy: LocalCopy) -> tuple[str, str, int]:
    return copy.addressee_number, copy.kind, copy.fiscal_year


def _drift(original: LocalCopy, copy: LocalCopy | None) -> tuple[Drift, tuple[str, ...]] | None:
    if copy is None:
        return Drift.MISSING, ()
    if copy.source_version != original.source_version:
        return (Drift.OLDER if copy.source_version < original.source_version else Drift.NEWER), ()
    items = {name for name in original.items.keys() | copy.items.keys() if _item(original, name) != _item(copy, name)}
    whole = {
        name
        for name in ("layout_version", "valid_from", "valid_until", "not_disclosed")
        if getattr(original, name) != getattr(copy, name)
    }
    differing = tuple(sorted(items | whole))
    return (Drift.DIFFERS, differing) if differing else None


def _item(copy: LocalCopy, name: str) -> tuple[bool, object]:
    return name in copy.items, copy.items.get(name)
