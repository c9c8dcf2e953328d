"""Corrections, minor corrections and the cancellation of an event entered by mistake (住基法8条, 14条; 施行令12条).

Nothing is overwritten: a correction is a fact of its own that holds from the day it names, a cancellation names the
event that never happened. What was known before stays readable as of its day.
"""

from __future__ import annotations

from collections.abc import Mapping

from mizuhiki.institutions.municipality.domain.errors import EmptyForm
from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind
from mizuhiki.institutions.municipality.domain.events.errors import (
    EnteredAgainSince,
    EventAlreadyCancelled,
    NotMinor,
    UnknownEvent,
)
from mizuhiki.institutions.municipality.domain.events.facts import standing
from mizuhiki.institutions.municipality.domain.events.forms import Notification
from mizuhiki.institutions.municipality.domain.events.items import Items
from mizuhiki.institutions.municipality.domain.events.requests import EventEntered
from mizuhiki.institutions.municipality.domain.events.soundness import corrected
from mizuhiki.institutions.municipality.domain.residence import require_here
from mizuhiki.institutions.municipality.domain.residents import RecordState
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.institutions.municipality.operations.events.entering import Entry, enter_event
from mizuhiki.institutions.municipality.operations.events.regrouping import living
from mizuhiki.institutions.municipality.ports import Records
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.persons import Position

CORRECTABLE = frozenset(
    {
        "family",
        "given",
        "family_kana",
        "given_kana",
        "birth_date",
        "sex",
        "address",
        "address_since",
        "relationship",
        "registered_domicile",
        "head_of_family_register",
        "resident_since",
        "previous_address",
        "reported_on",
        "nationality",
        "residence",
    }
)
"""Items a correction may set. Household, existence, alias and former name change by events of their own."""
WRITTEN = frozenset({"family", "given", "family_kana", "given_kana", "address", "registered_domicile"})
"""Items whose writing a minor correction may set."""


def _require_known(changes: Mapping[str, Items], allowed: frozenset[str]) -> None:
    if not changes or not all(changes.values()):
        raise EmptyForm(item="changes")
    for items in changes.values():
        unknown = sorted(set(items) - allowed)
        if unknown:
            raise EmptyForm(item=unknown[0])


def correct(
    context: Context, adapters: Adapters, notification: Notification, changes: Mapping[str, Items]
) -> EventEntered:
    """Correct items that were wrong from a day on (職権修正); the day is `notification.happened_on`.

    The address of a household is corrected for all its members at once. The ground stands in the note.

    Raises:
        DateImpossible: before the record began. NothingChanges, HouseholdInconsistent: see there.
        EmptyForm: no ground, or an item that is changed by an event of its own.
        ItemImpossible: a value that the item cannot have, or not beside the others.
        AddressElsewhere: the address lies in another municipality.
    """
    _require_known(changes, CORRECTABLE)
    _require_ground(notification)

    def work(records: Records) -> Entry:
        for record in living(records, changes):
            _require_here(adapters, changes[record.resident])
            corrected(record, changes[record.resident], context.today())
        return Entry(effective_on=notification.happened_on, changes=changes, amends=True)

    return enter_event(context, adapters, EventKind.CORRECTION, notification, work, action="correct-record")


def correct_writing(
    context: Context, adapters: Adapters, notification: Notification, changes: Mapping[str, Items]
) -> EventEntered:
    """Correct how items are written, where the four items stay the same (軽微な修正); certificates go on.

    Raises:
        NotMinor: an item of the four differs by more than its writing.
        AddressElsewhere: the address lies in another municipality.
    """
    _require_known(changes, WRITTEN)
    _require_ground(notification)

    def work(records: Records) -> Entry:
        for record in living(records, changes):
            _require_here(adapters, changes[record.resident])
            written = corrected(record, changes[record.resident], context.today())
            differing = record.four_items.compare(written.four_items)
            if differing:
                raise NotMinor(items=", ".join(differing))
        return Entry(effective_on=notification.happened_on, changes=changes, amends=True)

    return enter_event(context, adapters, EventKind.MINOR_CORRECTION, notification, work, action="correct-record")


def _require_here(adapters: Adapters, items: Items) -> None:
    if isinstance(address := items.get("address"), str):
        require_here(address, adapters.code)


def _require_ground(notification: Notification) -> None:
    if not notification.note.strip():
        raise EmptyForm(item="ground")


def cancel_event(
    context: Context,
    adapters: Adapters,
    notification: Notification,
    event: str,
    positions: Mapping[str, Position] | None = None,
) -> EventEntered:
    """Cancel an event entered by mistake; the records become what the other facts make of them.

    `positions` states relationships where the household would not be right otherwise. A cancelled death or removal
    makes the record live again; a cancelled entry removes it.

    Raises:
        UnknownEvent, EventAlreadyCancelled: see there.
        HouseholdInconsistent: somebody else is head by now; state positions.
        EnteredAgainSince: the person was entered again since, here or, as far as the national register knows,
            elsewhere.
    """
    adapters.permit(context, "correct-record")
    _require_ground(notification)
    _require_nowhere_else(adapters, event)

    def work(records: Records) -> Entry:
        named = records.events.facts_of_event(event)
        if not named:
            raise UnknownEvent
        residents = list(dict.fromkeys(fact.resident for fact in named))
        for facts in records.events.facts(residents).values():
            if all(fact.event != event for fact in standing(facts)):
                raise EventAlreadyCancelled
        changes: dict[str, Items] = {resident: {} for resident in residents}
        return Entry(
            effective_on=notification.happened_on,
            changes=changes,
            cancels=event,
            amends=True,
            stated={resident: position.value for resident, position in (positions or {}).items()},
        )

    return enter_event(context, adapters, EventKind.CANCELLATION, notification, work, action="correct-record")


def _require_nowhere_else(adapters: Adapters, event: str) -> None:
    """Ask the national register about everybody whose record would live again."""
    with adapters.store.transaction() as records:
        ended = [fact.resident for fact in records.events.facts_of_event(event) if "state" in fact.items]
        gone = [one for one in records.register.residents(ended) if one.state is RecordState.REMOVED]
    for record in gone:
        if record.number is not None and adapters.numbers.entered_elsewhere(record.number):
            raise EnteredAgainSince
