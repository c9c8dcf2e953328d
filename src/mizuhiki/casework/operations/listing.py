"""Whoever a body supports, as a list: names are shown unless a support measure stands on anybody of the family."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from mizuhiki.casework.operations.adapters import CaseAdapters
from mizuhiki.casework.ports import CaseRecords, RecordsT
from mizuhiki.runtime.context import Context

LONGEST_LIST = 200


class Supported(Protocol):
    """An entry of a body's own file that a decided case made."""

    @property
    def person(self) -> str:
        """Whom it is about."""

    @property
    def case(self) -> str:
        """The case that made it."""


EntryT = TypeVar("EntryT", bound=Supported)


@dataclass(frozen=True, slots=True)
class Listed(Generic[EntryT]):
    """An entry with the name; while a support measure stands the name is empty and the entry is bare."""

    entry: EntryT
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Generic[RecordsT, EntryT]):
    """What a list shows: `bare` takes from an entry what tells where people live; `others` are named in it besides."""

    action: str
    event: str
    content: str
    entries: Callable[[RecordsT], Sequence[EntryT]]
    bare: Callable[[EntryT], EntryT]
    others: Callable[[EntryT], Collection[str]] = lambda _entry: ()


def list_supported(
    context: Context, adapters: CaseAdapters[RecordsT], listing: Listing[RecordsT, EntryT]
) -> list[Listed[EntryT]]:
    """Return the entries in the order in which the file gives them."""
    grounds = adapters.permit(context, listing.action)
    with adapters.store.transaction() as records:
        found = listing.entries(records)
        people = records.people.persons([one.person for one in found])
        named = families(records, found, listing.others)
        records.audit(grounds, listing.event, "done", count=len(found))
    return [
        Listed(listing.bare(one), "") if hidden else Listed(one, people[one.person].four_items.name)
        for one, hidden in zip(found, adapters.withheld(context, named, listing.content), strict=True)
    ]


def families(
    records: CaseRecords, entries: Sequence[EntryT], others: Callable[[EntryT], Collection[str]]
) -> list[frozenset[str]]:
    """Return for each entry whom it names, and everybody of its case as long as that is kept."""
    named = records.cases.people_in([one.case for one in entries])
    return [named.get(one.case, frozenset()) | {one.person, *others(one)} for one in entries]


def unused(draw: Callable[[], str], taken: Callable[[str], bool]) -> str:
    """Draw a number of a body's own until one is free."""
    number = draw()
    while taken(number):
        number = draw()
    return number
