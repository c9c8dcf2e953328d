"""Who stands where when people leave a household, make one or join one (住基法7条4号, 25条)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from mizuhiki.institutions.municipality.domain.errors import AlreadyMoving, EmptyForm, RecordNotCurrent
from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind
from mizuhiki.institutions.municipality.domain.events.errors import HouseholdInconsistent
from mizuhiki.institutions.municipality.domain.events.facts import last_structural
from mizuhiki.institutions.municipality.domain.events.forms import Notification
from mizuhiki.institutions.municipality.domain.events.items import Items
from mizuhiki.institutions.municipality.domain.events.relations import must_notify_head, positions_under, successor
from mizuhiki.institutions.municipality.domain.residents import RecordState, ResidentRecord
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.institutions.municipality.operations.events.entering import Entry, TaskWanted, open_tasks, record_event
from mizuhiki.institutions.municipality.ports import Records
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.persons import Position, Relationship

CONFIRM_HEAD = "confirm-head"


def living(records: Records, residents: Iterable[str], *, moving: bool = True) -> list[ResidentRecord]:
    """Return records that live, each once.

    Raises:
        EmptyForm: nobody is named.
        RecordNotCurrent: one is removed.
        AlreadyMoving: a move is announced and `moving` forbids it.
    """
    found = records.register.residents(list(dict.fromkeys(residents)))
    if not found:
        raise EmptyForm(item="residents")
    if any(record.state is RecordState.REMOVED for record in found):
        raise RecordNotCurrent
    if not moving and any(record.state is RecordState.MOVING for record in found):
        raise AlreadyMoving
    return found


def left_behind(
    records: Records,
    leaving: Sequence[ResidentRecord],
    day: date,
    new_head: str | None = None,
    positions: Mapping[str, Position] | None = None,
) -> tuple[dict[str, Items], list[TaskWanted]]:
    """Return what changes for those who stay, and a task where the head was chosen by rule and must be asked about.

    Raises:
        HouseholdInconsistent: the new head named is not one of those who stay.
    """
    gone = {record.resident for record in leaving}
    changes: dict[str, Items] = {}
    tasks: list[TaskWanted] = []
    for household in sorted({record.household for record in leaving}):
        staying = [member for member in records.register.members(household) if member.resident not in gone]
        members = [*(person for person in leaving if person.household == household), *staying]
        chosen = successor(staying, day)
        if chosen is None:
            continue
        named = new_head if new_head in {member.resident for member in staying} else None
        if new_head is not None and named is None:
            raise HouseholdInconsistent(rule="new-head-stays")
        if named is None and must_notify_head(staying, day):
            tasks.append(TaskWanted(CONFIRM_HEAD, chosen, "the head was chosen by rule; ask the household (25条)"))
        changes |= positions_items(positions_under(members, named or chosen, positions), staying)
    return changes, tasks


def positions_items(positions: Mapping[str, Position], members: Iterable[ResidentRecord]) -> dict[str, Items]:
    """Return the changes that bring members to their positions."""
    return {
        member.resident: {"relationship": positions[member.resident].value}
        for member in members
        if positions[member.resident] != member.relationship
    }


def made_anew(
    members: Sequence[ResidentRecord],
    going: Collection[str],
    day: date,
    new_head: str | None = None,
    positions: Mapping[str, Position] | None = None,
) -> dict[str, Position]:
    """Return the positions of people who make a household of their own out of `members`.

    Raises:
        HouseholdInconsistent: the head named does not go.
    """
    group = [member for member in members if member.resident in going]
    head = next((member.resident for member in group if member.relationship is Relationship.HEAD), None)
    chosen = new_head or head or successor(group, day)
    if chosen not in going:
        raise HouseholdInconsistent(rule="new-head-goes")
    found = positions_under(members, str(chosen), positions)
    return {resident: found[resident] for resident in going}


def joining(going: Iterable[str], positions: Mapping[str, Position]) -> dict[str, Position]:
    """Return the positions of people who join a household that has a head.

    Raises:
        HouseholdInconsistent: a position is not stated, or is that of the head.
    """
    found: dict[str, Position] = {}
    for resident in going:
        position = positions.get(resident)
        if position is None:
            raise HouseholdInconsistent(rule="position-needed")
        if position is Relationship.HEAD:
            raise HouseholdInconsistent(rule="one-head")
        found[resident] = position
    return found


def settle_those_left(
    context: Context, adapters: Adapters, records: Records, gone: Sequence[ResidentRecord], day: date
) -> None:
    """Give households whose head was removed by a notice from elsewhere a new head, in the open transaction."""
    changes, tasks = left_behind(records, gone, day)
    if not changes:
        return
    notification = Notification(
        request_id="", happened_on=day, received_on=context.today(), notifier="ex officio", note="the head moved out"
    )
    # The notice may tell of a day before something that was entered here since; what is there stays.
    facts = records.events.facts(list(changes))
    since = max((last for one in facts.values() if (last := last_structural(one)) is not None), default=day)
    entry = Entry(effective_on=max(day, since), changes=changes)
    record_event(
        context,
        adapters,
        records,
        EventKind.HEAD_CHANGE,
        entry=entry,
        notification=notification,
        note=notification.note,
    )
    open_tasks(context, adapters, records, tasks)
