"""The allow-list of searches: a body, an affair, a day (住基法30条の9 to 30条の15, 別表1 to 6; R-053, R-054).

Denied by default. The tables state what the sources in hand name; `published_counts` says how many there are in all. A
law without an affair of the Number Act's table is shown and permits nothing.
"""

from __future__ import annotations

import csv
import enum
import functools
import tomllib
from dataclasses import dataclass
from datetime import date
from importlib import resources

from mizuhiki.vocabulary.errors import Refused
from mizuhiki.vocabulary.ids import InstitutionKind, body_in_law


class NoSearchRow(Refused):
    """No row of the table lets this body search for this affair.

    Fields: `table` of the Act (別表), `affair`, `body`; `row` is ``none``.
    """

    code = "no-search-row"
    title = "No row of the Act's table allows this body to search identification information for this affair"


class SearchRowNotInForce(Refused):
    """A row fits but not on that day. Fields: `row`, `since` as ISO day."""

    code = "search-row-not-in-force"
    title = "The row that allows this search is not in force on this day"


class SearchTable(enum.StrEnum):
    """Tables of the Act by who searches; two that differ only in whose residents are searched stand together."""

    NATIONAL = "1"
    MUNICIPAL = "2/4"
    PREFECTURAL = "3/5/6"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchLaw:
    """One law of a table. `number` is our own; `since` None means before the amendment; `reason` says what is empty."""

    number: str
    table: SearchTable
    law: str
    affairs: tuple[str, ...]
    item: str
    since: date | None
    assumed_start: bool
    source: str
    reason: str

    def in_force(self, day: date) -> bool:
        """Whether the row applies on `day`."""
        return self.since is None or self.since <= day

    @property
    def citation(self) -> str:
        """The row as a basis to be recorded."""
        return f"住民基本台帳法別表{self.table.value.replace('/', '・')} {self.law} ({self.number})"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchBody:
    """One body of table 1; `body` is a slug of `vocabulary.affairs`, empty where that table knows none."""

    number: str
    title: str
    body: str
    since: date | None
    assumed_start: bool
    source: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedCount:
    """What the government stated: how many bodies or laws stood in a table before and after the amendment."""

    table: SearchTable
    of: str
    before: int
    after: int
    source: str


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files(__package__).joinpath(name).read_text("utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@functools.cache
def search_laws() -> tuple[SearchLaw, ...]:
    """Return every row of every table."""
    return tuple(
        SearchLaw(
            number=row["number"],
            table=SearchTable(row["table"]),
            law=row["law"],
            affairs=tuple(row["affairs"].split()),
            item=row["item"],
            since=_day(row["since"]),
            assumed_start=row["assumed_start"] == "yes",
            source=row["source"],
            reason=row["reason"],
        )
        for row in _rows("laws.csv")
    )


@functools.cache
def search_bodies() -> tuple[SearchBody, ...]:
    """Return the bodies of table 1."""
    return tuple(
        SearchBody(
            number=row["number"],
            title=row["title"],
            body=row["body"],
            since=_day(row["since"]),
            assumed_start=row["assumed_start"] == "yes",
            source=row["source"],
            reason=row["reason"],
        )
        for row in _rows("bodies.csv")
    )


@functools.cache
def published_counts() -> tuple[PublishedCount, ...]:
    """Return the counts the government stated."""
    text = resources.files(__package__).joinpath("published_counts.toml").read_text("utf-8")
    return tuple(
        PublishedCount(
            table=SearchTable(row["table"]),
            of=row["of"],
            before=row["before"],
            after=row["after"],
            source=row["source"],
        )
        for row in tomllib.loads(text)["counts"]
    )


def permit_search(body: InstitutionKind, affair: str, day: date) -> SearchLaw:
    """Return the row under which `body` may search for `affair` on `day`.

    Whether the affair is lawful and the body's own is the Number Act's question: see `vocabulary.affairs`.

    Raises:
        NoSearchRow: no row for the body's table and the affair, or table 1 does not name the body.
        SearchRowNotInForce: there is one, but not yet.
    """
    own = {
        "municipality": SearchTable.MUNICIPAL,
        "prefecture": SearchTable.PREFECTURAL,
        "prefectural-board-of-education": SearchTable.PREFECTURAL,  # an executive organ beside the governor (別表第6)
    }
    table = own.get(body_in_law(body), SearchTable.NATIONAL)
    fitting = [row for row in search_laws() if row.table is table and affair in row.affairs]
    listed: list[SearchBody] = [one for one in search_bodies() if one.body == body.value]
    if not fitting or (table is SearchTable.NATIONAL and not listed):
        raise NoSearchRow(row="none", table=f"別表{table.value.replace('/', '・')}", affair=affair, body=body.value)
    row = next((one for one in fitting if one.in_force(day)), None)
    if row is None:
        raise SearchRowNotInForce(row=fitting[0].number, since=str(fitting[0].since))
    late = [one for one in listed if one.since is not None and one.since > day]
    if table is SearchTable.NATIONAL and len(late) == len(listed):
        raise SearchRowNotInForce(row=late[0].number, since=str(late[0].since))
    return row
