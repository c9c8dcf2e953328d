"""Read the statute table: a page of rows, a row, an item, two days, one question. The same for page and program.

Law is public: nobody has to be known to read it, so no action of the policy is asked for and nothing is recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from mizuhiki.institutions.linkage_core.domain.errors import DaysReversed, NoSuchItem, NoSuchRow
from mizuhiki.vocabulary.errors import Unavailable
from mizuhiki.vocabulary.statute import (
    Change,
    CurrentStatute,
    ExaminedQuestion,
    LinkageQuestion,
    RowChange,
    RowFilter,
    StatuteRow,
    StatuteTable,
    Verdict,
    compare_days,
    ended_with_table_two,
    examine,
    in_force,
    rows_in_force,
)


@dataclass(frozen=True, slots=True)
class RowPage:
    """One page of the rows that were found; `count` of all, `permitting` of them with a procedure. Pages from 1.

    `ended` of the rows asked about ended with table 2 before the day, and nothing in the table takes their place.
    """

    rows: Sequence[StatuteRow]
    count: int
    permitting: int
    page: int
    pages: int
    ended: int = 0


@dataclass(frozen=True, slots=True)
class ReadItem:
    """All rows of one item; `is_in_force` where any of them is on the day asked about."""

    number: str
    rows: Sequence[StatuteRow]
    is_in_force: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """What began or ended between two days, and how many rows stayed."""

    changed: Sequence[RowChange]
    unchanged: int


@dataclass(frozen=True, slots=True)
class ReadTable:
    """The table that is read, and whether ordinances are in it."""

    table: StatuteTable
    with_ordinances: bool


@dataclass(frozen=True, slots=True)
class ReadStatute:
    """Reading for everybody; `table` is the Act's own."""

    table: StatuteTable
    statute: CurrentStatute

    def whole(self) -> ReadTable:
        """Return the table with everybody's ordinances; the Act's alone while theirs cannot be read."""
        try:
            return ReadTable(self.statute.whole(), with_ordinances=True)
        except Unavailable:
            return ReadTable(self.table, with_ordinances=False)

    @property
    def rows(self) -> tuple[StatuteRow, ...]:
        """All rows, in force or not."""
        return self.whole().table.rows

    def browse(self, *, day: date, wanted: RowFilter, page: int, size: int) -> RowPage:
        """Return a page of the rows in force on `day`; a page after the last one is empty."""
        found = [row for row in rows_in_force(self.rows, day) if wanted.matches(row)]
        return RowPage(
            rows=found[(page - 1) * size : page * size],
            count=len(found),
            permitting=sum(bool(row.procedures) for row in found),
            page=page,
            pages=max(1, -(-len(found) // size)),
            ended=sum(wanted.matches(row) for row in ended_with_table_two(self.rows, day)),
        )

    def row(self, *, name: str) -> StatuteRow:
        """Return one row.

        Raises:
            NoSuchRow: there is none of this name.
        """
        for one in self.rows:
            if one.name == name:
                return one
        raise NoSuchRow

    def item(self, *, number: str, day: date) -> ReadItem:
        """Return all rows of an item.

        Raises:
            NoSuchItem: there is none of this number.
        """
        rows = [row for row in self.rows if row.number == number]
        if not rows:
            raise NoSuchItem
        return ReadItem(number, rows, any(in_force(row, day) for row in rows))

    def compare(self, *, earlier: date, later: date) -> Comparison:
        """Return what began and what ended between two days.

        Raises:
            DaysReversed: the earlier day is after the later one.
        """
        if earlier > later:
            raise DaysReversed
        changes = compare_days(self.rows, earlier, later)
        changed = [one for one in changes if one.change is not Change.STAYED]
        return Comparison(changed, len(changes) - len(changed))

    def examine(self, question: LinkageQuestion) -> ExaminedQuestion:
        """Answer whether an inquiry may be made, and why: permitting rows first, then others of the kinds asked about.

        Whether the inquirer's assessment is published is the commission's half and not told here.
        """
        found = examine(self.statute, question)
        ordered = sorted(
            found.considered,
            key=lambda one: (one.row.kind not in question.kinds, one.verdict is not Verdict.PERMITS),
        )
        return replace(found, considered=tuple(ordered))
