"""The table of copies with the Individual Number (R-066 to R-074), read from `number_copies.csv`."""

from __future__ import annotations

import csv
import enum
import functools
from dataclasses import dataclass
from datetime import date
from importlib import resources

from mizuhiki.institutions.municipality.domain.copies.errors import (
    DeliveryNotApplicable,
    DeliveryNotJustified,
    DeliveryRefused,
    ItemNotForRequester,
    NumberCopyNotYet,
    RepresentativePlaceOnly,
)
from mizuhiki.institutions.municipality.domain.copies.kinds import Delivery, Item, Place, Requester, Way

CHANGED_ON = date(2018, 11, 27)
"""Day of the notice by which legal representatives get copies with the number at the counter."""
ADULT_RULE = "住民基本台帳事務処理要領第2-4-(1)-1 (2018-11-27)"
BEFORE_RULE = "住民基本台帳事務処理要領第2-4-(1)-1 (2018-11-27改正前)"
NOT_HANDED_SO_NOT_SENT = "not-handed-so-not-sent"
"""The counter does not hand it to the agent but sends it to the person, so sending elsewhere is not justified."""
NOT_HANDED = "not-handed-to-this-agent"
NOT_HANDED_BEFORE = "not-handed-before-2018-11-27"


class Row(enum.StrEnum):
    """Who asks, as the table divides them."""

    PERSON = "person"
    LEGAL_REPRESENTATIVE = "legal-representative"
    REPRESENTATIVE_MESSENGER = "representative-messenger"
    VOLUNTARY_AGENT = "voluntary-agent"


class Verdict(enum.StrEnum):
    """What a cell says."""

    YES = "yes"
    NO = "no"
    JUSTIFIED = "justified"
    REPRESENTATIVE_PLACE = "representative-place"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the table with the days it is in force, both included."""

    requester: Row
    way: Way
    delivery: Delivery
    verdict: Verdict
    valid_from: date
    valid_until: date | None
    requirement: str
    note: str

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@functools.cache
def table() -> tuple[Cell, ...]:
    """Return every cell."""
    text = resources.files(__package__).joinpath("number_copies.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return tuple(
        Cell(
            requester=Row(row["requester"]),
            way=Way(row["way"]),
            delivery=Delivery(row["delivery"]),
            verdict=Verdict(row["verdict"]),
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_until=date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
            requirement=row["requirement"],
            note=row["note"],
        )
        for row in rows
    )


def row_of(requester: Requester, *, represented_by_law: bool) -> Row:
    """Return the row for a requester.

    `represented_by_law`: the person is under 15, or an adult with a guardian. The representative of anybody else
    counts as a voluntary agent, and so does a messenger of the person.

    Raises:
        ItemNotForRequester: nobody of this kind gets a copy with the number (12条の2, 12条の3).
    """
    if requester in {Requester.SELF, Requester.SAME_HOUSEHOLD}:
        return Row.PERSON
    if requester in {Requester.VOLUNTARY_AGENT, Requester.MESSENGER}:
        return Row.VOLUNTARY_AGENT
    if requester is Requester.LEGAL_REPRESENTATIVE:
        return Row.LEGAL_REPRESENTATIVE if represented_by_law else Row.VOLUNTARY_AGENT
    if requester is Requester.REPRESENTATIVE_MESSENGER:
        return Row.REPRESENTATIVE_MESSENGER if represented_by_law else Row.VOLUNTARY_AGENT
    raise ItemNotForRequester(rule="住民基本台帳法12条の2, 12条の3", item=Item.NUMBER.value)


def cell_for(row: Row, way: Way, delivery: Delivery, day: date) -> Cell:
    """Return the cell in force on a day.

    Raises:
        NumberCopyNotYet: none is.
    """
    for cell in table():
        if (cell.requester, cell.way, cell.delivery) == (row, way, delivery) and cell.holds_on(day):
            return cell
    raise NumberCopyNotYet(rule="番号法附則; 住民基本台帳法7条8号の2 (2015-10-05)")


def require_delivery(cell: Cell, day: date, *, place: Place, place_proved: bool, justified: bool) -> None:
    """Check how a copy with the number would be handed over.

    Args:
        cell: what the table says.
        day: the day of the request, for the rule that is named.
        place: what another place is.
        place_proved: a paper shows that the place is the representative's.
        justified: the requester states a reason and the clerk found reason and place justified.

    Raises:
        DeliveryNotApplicable, DeliveryRefused, DeliveryNotJustified, RepresentativePlaceOnly: see each.
    """
    if cell.verdict is Verdict.NONE:
        raise DeliveryNotApplicable(rule=_rule(day))
    if cell.verdict is Verdict.NO:
        raise DeliveryRefused(rule=_rule(day), reason=_refusal(cell, day))
    if cell.verdict is Verdict.JUSTIFIED and not justified:
        raise DeliveryNotJustified(rule="住民基本台帳法12条7項")
    if cell.verdict is Verdict.REPRESENTATIVE_PLACE:
        own = place in {Place.REPRESENTATIVE_HOME, Place.REPRESENTATIVE_WORKPLACE}
        if not own or not place_proved:
            raise RepresentativePlaceOnly(rule=_rule(day))


def _rule(day: date) -> str:
    return BEFORE_RULE if day < CHANGED_ON else ADULT_RULE


def _refusal(cell: Cell, day: date) -> str:
    if cell.delivery is Delivery.ELSEWHERE:
        return NOT_HANDED_SO_NOT_SENT
    return NOT_HANDED_BEFORE if day < CHANGED_ON else NOT_HANDED
