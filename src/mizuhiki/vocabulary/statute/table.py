"""The statute table and its one question: may this inquirer ask this provider for this kind today?

Denied by default. A row answers only for the procedures it lists; a row without procedures is law whose detail (the
columns of the ministerial order) our sources do not give: it is shown by `explain` and permits nothing. Nothing here
reads a clock, a file beyond the package's own table, or a network: both converters and the provider decide alone and
must come to the same answer. Rows of affairs under ordinances are made from such rows (`ordinances`, decision 0108),
also where the Act's own procedures are not known: the procedures are then the ordinance's.

Classes are institution kinds where such an institution runs in this system, and slugs of bodies where none does; a
slug never matches. A section of a body stands under its body's class, a designated city also under a class of its own
(`vocabulary.ids.inquirer_names_in_law`), and a collective class (医療保険者) matches each body it speaks of
(`vocabulary.ids.provider_names_in_law`). Where the Act names the Minister for pension affairs,
the class is the body that does the work.
"""

from __future__ import annotations

import csv
import enum
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from types import MappingProxyType
from typing import Protocol, Self

from mizuhiki.vocabulary.affairs import Affair, affair
from mizuhiki.vocabulary.errors import Refused
from mizuhiki.vocabulary.ids import InstitutionId, inquirer_names_in_law, kind_of, provider_names_in_law, same_body
from mizuhiki.vocabulary.statute.procedures import Procedure, procedure

_FILES = ("table2.csv", "practice.csv")
_NO_AFFAIRS: Mapping[str, Sequence[Affair]] = MappingProxyType({})
_NO_PROCEDURES: Mapping[str, Procedure] = MappingProxyType({})


class NoStatuteRow(Refused):
    """No row lets this inquirer ask this.

    Fields: `reason` is ``combination`` (no row at all), ``procedure`` (rows exist, none for this procedure) or
    ``same-institution`` (sharing within one body is no linkage); `affair`, `procedure`, `kind`.
    """

    code = "no-statute-row"
    title = "No statute row allows this inquiry"


class StatuteRowNotInForce(Refused):
    """A row matches but not on that day. Fields: `row`, `since` (ISO day), and `until` where it has ended."""

    code = "statute-row-not-in-force"
    title = "The statute row is not in force on this day"


class Verdict(enum.StrEnum):
    """What became of a row that was considered."""

    PERMITS = "permits"
    PROCEDURE_NOT_LISTED = "procedure-not-listed"
    NOT_YET_IN_FORCE = "not-yet-in-force"
    NO_LONGER_IN_FORCE = "no-longer-in-force"
    ANOTHER_PROVIDER = "another-provider"
    ANOTHER_KIND = "another-kind"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatuteRow:
    """One row. `number` is the item (``2-74``: item 74 of table 2), shared by the item's providers and kinds.

    `items` and `condition` stay empty, with a `reason`, where the sources do not say. `valid_until` is the last day.
    """

    number: str
    inquirer_class: str
    affair: str
    procedures: tuple[str, ...]
    provider_class: str
    kind: str
    items: tuple[str, ...]
    condition: str
    valid_from: date
    valid_until: date | None
    citation: str
    reason: str

    @property
    def name(self) -> str:
        """What tells the row from all others: item, who asks, who is asked, kind and first day."""
        return f"{self.number}.{self.inquirer_class}.{self.provider_class}.{self.kind}.{self.valid_from.isoformat()}"

    def verdict(self, procedure: str, provider_classes: tuple[str, ...], kind: str, day: date) -> Verdict:
        """Return what this row says, its inquirer and affair being those asked about."""
        if self.kind != kind:
            return Verdict.ANOTHER_KIND
        if self.provider_class not in provider_classes:
            return Verdict.ANOTHER_PROVIDER
        if procedure not in self.procedures:
            return Verdict.PROCEDURE_NOT_LISTED
        if day < self.valid_from:
            return Verdict.NOT_YET_IN_FORCE
        if self.valid_until is not None and day > self.valid_until:
            return Verdict.NO_LONGER_IN_FORCE
        return Verdict.PERMITS


@dataclass(frozen=True, slots=True)
class ConsideredRow:
    """A row of the inquirer's class and affair, with what it says."""

    row: StatuteRow
    verdict: Verdict


def _row(entry: dict[str, str]) -> StatuteRow:
    return StatuteRow(
        number=entry["number"],
        inquirer_class=entry["inquirer_class"],
        affair=entry["affair"],
        procedures=tuple(entry["procedures"].split()),
        provider_class=entry["provider_class"],
        kind=entry["kind"],
        items=tuple(entry["items"].split()),
        condition=entry["condition"],
        valid_from=date.fromisoformat(entry["valid_from"]),
        valid_until=date.fromisoformat(entry["valid_until"]) if entry["valid_until"] else None,
        citation=entry["citation"],
        reason=entry["reason"],
    )


class CurrentStatute(Protocol):
    """Knows the law as it stands: the Act's own table, and what the commission published under ordinances."""

    def about(self, inquirer: InstitutionId, affair: str) -> StatuteTable:
        """Return a table that holds every row about this body's affair; ordinances are looked up for theirs only.

        Raises:
            Unavailable: the affair is one of an ordinance, and the commission's list was never to be had.
        """
        ...

    def at_hand(self) -> CurrentStatute:
        """Return the same law without asking anybody: what is not at hand is unavailable."""
        ...

    def whole(self) -> StatuteTable:
        """Return the table with the affairs of everybody's ordinances, for reading. Errors as of `about`."""
        ...


class StatuteTable:
    """An immutable set of rows; made by `load` from the package, or from rows with the affairs of their ordinances."""

    __slots__ = ("_by_affair", "ordinance_affairs", "ordinance_procedures", "rows")

    def __init__(
        self,
        rows: tuple[StatuteRow, ...],
        ordinance_affairs: Mapping[str, Sequence[Affair]] = _NO_AFFAIRS,
        ordinance_procedures: Mapping[str, Procedure] = _NO_PROCEDURES,
    ) -> None:
        self.rows = rows
        self.ordinance_affairs = ordinance_affairs
        self.ordinance_procedures = ordinance_procedures
        self._by_affair: dict[str, list[StatuteRow]] = {}
        for row in rows:
            self._by_affair.setdefault(row.affair, []).append(row)

    @classmethod
    @functools.cache
    def load(cls) -> Self:
        """Read the package's tables; once in a process."""
        rows: list[StatuteRow] = []
        for name in _FILES:
            text = resources.files(__package__).joinpath(name).read_text("utf-8")
            entries = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
            rows.extend(_row(entry) for entry in entries)
        return cls(tuple(rows))

    def about(self, _inquirer: InstitutionId, _affair: str) -> Self:
        """Return the table itself, which knows no other ordinances than those it was made with."""
        return self

    def at_hand(self) -> Self:
        """Return the table itself."""
        return self

    def whole(self) -> Self:
        """Return the table itself."""
        return self

    def affair(self, code: str) -> Affair:
        """Return an affair of the Act or of an ordinance, whatever the day.

        Raises:
            AffairNotLawful: there is none.
        """
        own = self.ordinance_affairs.get(code)
        return own[-1] if own else affair(code)

    def procedure(self, code: str) -> Procedure:
        """Return a procedure of the list or of an ordinance.

        Raises:
            NoSuchProcedure: there is none.
        """
        return self.ordinance_procedures.get(code) or procedure(code)

    def explain(  # noqa: PLR0917 - the six words of one question, always in this order
        self,
        inquirer: InstitutionId,
        affair: str,
        procedure: str,
        provider: InstitutionId,
        kind: str,
        day: date,
    ) -> list[ConsideredRow]:
        """Return every row of the inquirer's class and affair with its verdict; empty when there is none."""
        inquirer_classes, provider_classes = inquirer_names_in_law(inquirer), provider_names_in_law(kind_of(provider))
        return [
            ConsideredRow(row, row.verdict(procedure, provider_classes, kind, day))
            for row in self._by_affair.get(affair, ())
            if row.inquirer_class in inquirer_classes
        ]

    def permit(  # noqa: PLR0917 - the six words of one question, always in this order
        self,
        inquirer: InstitutionId,
        affair: str,
        procedure: str,
        provider: InstitutionId,
        kind: str,
        day: date,
    ) -> StatuteRow:
        """Return the row that allows the inquiry on `day`.

        Raises:
            NoStatuteRow: no row for the combination or the procedure, or inquirer and provider are one body in law.
            StatuteRowNotInForce: a row matches, but not on that day.
        """
        if same_body(inquirer, provider):
            raise NoStatuteRow(reason="same-institution", affair=affair, procedure=procedure, kind=kind)
        considered = self.explain(inquirer, affair, procedure, provider, kind, day)
        by_verdict = {entry.verdict: entry.row for entry in reversed(considered)}
        if Verdict.PERMITS in by_verdict:
            return by_verdict[Verdict.PERMITS]
        for verdict in (Verdict.NOT_YET_IN_FORCE, Verdict.NO_LONGER_IN_FORCE):
            if verdict in by_verdict:
                row = by_verdict[verdict]
                until = row.valid_until.isoformat() if row.valid_until else None
                raise StatuteRowNotInForce(row=row.number, since=row.valid_from.isoformat(), until=until)
        reason = "procedure" if Verdict.PROCEDURE_NOT_LISTED in by_verdict else "combination"
        raise NoStatuteRow(reason=reason, affair=affair, procedure=procedure, kind=kind)
