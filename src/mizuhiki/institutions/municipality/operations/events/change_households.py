"""Moves within the municipality and changes of households (住基法23条, 25条)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mizuhiki.institutions.municipality.domain.errors import UnknownHousehold
from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind
from mizuhiki.institutions.municipality.domain.events.errors import HouseholdInconsistent, NothingChanges
from mizuhiki.institutions.municipality.domain.events.forms import Notification
from mizuhiki.institutions.municipality.domain.events.items import Items
from mizuhiki.institutions.municipality.domain.events.relations import positions_under
from mizuhiki.institutions.municipality.domain.events.requests import EventEntered, Place
from mizuhiki.institutions.municipality.domain.residents import ResidentRecord
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.institutions.municipality.operations.events.entering import Entry, enter_event
from mizuhiki.institutions.municipality.operations.events.regrouping import (
    joining,
    left_behind,
    living,
    made_anew,
    positions_items,
)
from mizuhiki.institutions.municipality.operations.new_household import new_household
from mizuhiki.institutions.municipality.ports import Records
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.persons import ChangeReason, Position


def move_within(
    context: Context,
    adapters: Adapters,
    notification: Notification,
    residents: Sequence[str],
    place: Place,
    *,
    new_head: str | None = None,
    head_left_behind: str | None = None,
) -> EventEntered:
    """Enter a move within the municipality (転居): to a household that is there, or to an address as a new one.

    People of several households may make one; those who stay behind without a head get one. Who lives at the address
    already moves into the household only, and keeps the day since which they live there.

    Raises:
        RecordNotCurrent, AlreadyMoving, UnknownHousehold, HouseholdInconsistent, NothingChanges: see there.
    """

    def work(records: Records) -> Entry:
        people = living(records, residents, moving=False)
        household, address = _destination(records, adapters, place)
        if all(person.address == address for person in people):
            raise NothingChanges
        day = notification.happened_on
        if place.household is None:
            positions = _grouped(records, people, notification, new_head, place.positions)
        else:
            positions = joining([person.resident for person in people], place.positions)
        staying, tasks = left_behind(records, people, day, head_left_behind)
        moved: dict[str, Items] = {
            person.resident: {
                "household": household,
                "relationship": positions[person.resident].value,
            }
            | ({} if person.address == address else {"address": address, "address_since": day.isoformat()})
            for person in people
        }
        reasons = dict.fromkeys(staying, ChangeReason.EX_OFFICIO_CORRECTION)
        return Entry(effective_on=day, changes=staying | moved, reasons=reasons, tasks=tuple(tasks))

    return enter_event(context, adapters, EventKind.MOVE_WITHIN, notification, work)


def _destination(records: Records, adapters: Adapters, place: Place) -> tuple[str, str]:
    if place.household is not None:
        if not records.register.members(place.household):
            raise UnknownHousehold
        return place.household, records.register.household_address(place.household)
    return new_household(records, adapters, place.address)


def _grouped(
    records: Records,
    people: Sequence[ResidentRecord],
    notification: Notification,
    new_head: str | None,
    positions: Mapping[str, Position],
) -> dict[str, Position]:
    going = [person.resident for person in people]
    origins = {person.household for person in people}
    if len(origins) == 1:
        members = records.register.members(next(iter(origins)))
        return made_anew(members, going, notification.happened_on, new_head, positions)
    if new_head not in going:
        raise HouseholdInconsistent(rule="new-head-goes")
    others = joining([resident for resident in going if resident != new_head], positions)
    head = next(person for person in people if person.resident == new_head)
    return others | positions_under([head], head.resident)


def split_household(
    context: Context,
    adapters: Adapters,
    notification: Notification,
    residents: Sequence[str],
    *,
    new_head: str | None = None,
    positions: Mapping[str, Position] | None = None,
    head_left_behind: str | None = None,
) -> EventEntered:
    """Make a household of its own, at the same address, of some members (世帯分離).

    Raises:
        HouseholdInconsistent: people of several households, or everybody of one.
    """

    def work(records: Records) -> Entry:
        people = living(records, residents)
        members = records.register.members(people[0].household)
        going = [person.resident for person in people]
        if {person.household for person in people} != {people[0].household} or len(going) == len(members):
            raise HouseholdInconsistent(rule="part-of-one-household")
        day = notification.happened_on
        household = adapters.randomness.token()
        records.register.insert_household(household, people[0].address)
        found = made_anew(members, going, day, new_head, positions)
        staying, tasks = left_behind(records, people, day, head_left_behind)
        parted: dict[str, Items] = {
            resident: {"household": household, "relationship": found[resident].value} for resident in going
        }
        return Entry(effective_on=day, changes=staying | parted, tasks=tuple(tasks))

    return enter_event(context, adapters, EventKind.HOUSEHOLD_SPLIT, notification, work)


def merge_households(
    context: Context,
    adapters: Adapters,
    notification: Notification,
    household: str,
    *,
    into: str,
    positions: Mapping[str, Position],
) -> EventEntered:
    """Join all members of one household to another at the same address (世帯合併).

    Raises:
        UnknownHousehold: one has no member.
        HouseholdInconsistent: they live at different addresses, or a position is not stated.
    """

    def work(records: Records) -> Entry:
        people, others = records.register.members(household), records.register.members(into)
        if not people or not others or household == into:
            raise UnknownHousehold
        if people[0].address != others[0].address:
            raise HouseholdInconsistent(rule="one-address")
        found = joining([person.resident for person in people], positions)
        changes: dict[str, Items] = {
            resident: {"household": into, "relationship": position.value} for resident, position in found.items()
        }
        return Entry(effective_on=notification.happened_on, changes=changes)

    return enter_event(context, adapters, EventKind.HOUSEHOLD_MERGE, notification, work)


def change_head(
    context: Context,
    adapters: Adapters,
    notification: Notification,
    new_head: str,
    positions: Mapping[str, Position] | None = None,
) -> EventEntered:
    """Make another member head (世帯主変更); everybody's relationship follows, stated ones before those by rule.

    Also confirms a head that was chosen by rule: then positions may be stated anew.
    """

    def work(records: Records) -> Entry:
        [head] = living(records, [new_head])
        members = records.register.members(head.household)
        found = positions_under(members, new_head, positions)
        return Entry(effective_on=notification.happened_on, changes=positions_items(found, members))

    return enter_event(context, adapters, EventKind.HEAD_CHANGE, notification, work)
