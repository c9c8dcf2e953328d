"""Reading the statute table: what is in force on a day, what changed between two days, what was published about it.

The published counts (R-226 … R-228) are cited beside the table and never reproduced by inventing rows: they count
procedures of a ministerial order whose columns were not available, the table holds combinations of the Act.
"""

from __future__ import annotations

import enum
import functools
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources

from mizuhiki.vocabulary.statute.table import StatuteRow, StatuteRowNotInForce

LAST_DAY_OF_TABLE_TWO = date(2024, 5, 26)
"""On the next day 別表第二 was gone from the Act; the ministerial orders in its place were not available."""


class Change(enum.StrEnum):
    """What became of a row between two days."""

    BEGAN = "began"
    ENDED = "ended"
    STAYED = "stayed"


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row in force on at least one of two days."""

    row: StatuteRow
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFilter:
    """Which rows to show; an empty word does not narrow. `number` is the item, such as ``2-74``."""

    number: str = ""
    inquirer_class: str = ""
    affair: str = ""
    provider_class: str = ""
    kind: str = ""
    permitting_only: bool = False

    def matches(self, row: StatuteRow) -> bool:
        """Tell whether the row is asked for."""
        asked = (
            (self.number, row.number),
            (self.inquirer_class, row.inquirer_class),
            (self.affair, row.affair),
            (self.provider_class, row.provider_class),
            (self.kind, row.kind),
        )
        return all(not word or word == found for word, found in asked) and (
            not self.permitting_only or bool(row.procedures)
        )


@dataclass(frozen=True, slots=True)
class PublishedCount:
    """A figure the government published: procedures by state of linkage on a day."""

    since: date
    full_operation: int
    trial_operation: int
    pensions_in_preparation: int
    total: int
    trial_items: tuple[tuple[str, int], ...]
    source: str


@dataclass(frozen=True, slots=True)
class AskedCombination:
    """What was asked at least once, as the record of exchanges holds it: classes, affair, procedure, one kind."""

    inquirer_class: str
    affair: str
    procedure: str
    provider_class: str
    kind: str


def in_force(row: StatuteRow, day: date) -> bool:
    """Tell whether the row is law on `day`; its first and its last day count."""
    return row.valid_from <= day and (row.valid_until is None or day <= row.valid_until)


def rows_in_force(rows: Iterable[StatuteRow], day: date) -> list[StatuteRow]:
    """Return the rows that are law on `day`."""
    return [row for row in rows if in_force(row, day)]


def ended_with_table_two(rows: Iterable[StatuteRow], day: date) -> list[StatuteRow]:
    """Return the rows that ended with table 2 before `day` and whose combination no row in force then takes up."""
    known = list(rows)
    taken_up = {(one.inquirer_class, one.affair, one.provider_class, one.kind) for one in rows_in_force(known, day)}
    return [
        row
        for row in known
        if row.valid_until == LAST_DAY_OF_TABLE_TWO < day
        and (row.inquirer_class, row.affair, row.provider_class, row.kind) not in taken_up
    ]


def row_out_of_force(refusal: StatuteRowNotInForce, day: date) -> str:
    """Return the row that a refusal names, with the day on which it begins, or ended if it did before `day`."""
    row, since, until = (refusal.fields[name] for name in ("row", "since", "until"))
    if until is not None and str(until) < day.isoformat():
        return f"{row} (in force until {until})"
    return f"{row} (in force from {since})"


def compare_days(rows: Iterable[StatuteRow], earlier: date, later: date) -> list[RowChange]:
    """Return every row in force on either day with what became of it, changes first, then in the table's order."""
    changes = []
    for row in rows:
        before, after = in_force(row, earlier), in_force(row, later)
        if before and after:
            changes.append(RowChange(row, Change.STAYED))
        elif before:
            changes.append(RowChange(row, Change.ENDED))
        elif after:
            changes.append(RowChange(row, Change.BEGAN))
    return sorted(changes, key=lambda one: one.change is Change.STAYED)


def unused_rows(rows: Iterable[StatuteRow], day: date, asked: Iterable[AskedCombination]) -> list[StatuteRow]:
    """Return rows that permit something on `day` and that nothing asked so far has used.

    A row that lists several procedures is used when any of them was asked. Rows that permit nothing are never unused.
    """
    known = set(asked)
    return [
        row
        for row in rows_in_force(rows, day)
        if row.procedures
        and not any(
            AskedCombination(row.inquirer_class, row.affair, procedure, row.provider_class, row.kind) in known
            for procedure in row.procedures
        )
    ]


@functools.cache
def published_counts() -> Sequence[PublishedCount]:
    """Return the published figures, oldest first (R-226 … R-228)."""
    content = tomllib.loads(resources.files(__package__).joinpath("published_counts.toml").read_text("utf-8"))
    return tuple(
        PublishedCount(
            since=entry["since"],
            full_operation=entry["full_operation"],
            trial_operation=entry["trial_operation"],
            pensions_in_preparation=entry["pensions_in_preparation"],
            total=entry["total"],
            trial_items=tuple(entry["trial_items"].items()),
            source=entry["source"],
        )
        for entry in content["counts"]
    )
