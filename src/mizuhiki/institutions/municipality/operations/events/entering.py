"""What every event has in common: history and facts, the records they make, and everybody who is told.

One transaction: 1. the lines of history with their facts are appended; 2. the records become what all their facts make
of them; 3. every household touched is checked; 4. prefecture, addressees and home registries are told.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from mizuhiki.institutions.municipality.domain.card_moves import withdrawal_of
from mizuhiki.institutions.municipality.domain.errors import DateImpossible
from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind, form_of
from mizuhiki.institutions.municipality.domain.events.deadlines import Deadline
from mizuhiki.institutions.municipality.domain.events.errors import (
    EnteredAgainSince,
    LaterEventExists,
    NothingChanges,
)
from mizuhiki.institutions.municipality.domain.events.facts import Fact, fold, last_structural, same_course
from mizuhiki.institutions.municipality.domain.events.forms import Notification, require_notification
from mizuhiki.institutions.municipality.domain.events.items import (
    STRUCTURAL,
    Items,
    items_of,
    record_with,
    removal_items,
    require_written,
)
from mizuhiki.institutions.municipality.domain.events.relations import require_consistent
from mizuhiki.institutions.municipality.domain.events.requests import EventEntered, Task
from mizuhiki.institutions.municipality.domain.events.residence import network_applies
from mizuhiki.institutions.municipality.domain.moves import CarriedMeasure
from mizuhiki.institutions.municipality.domain.residents import (
    NumberingStage,
    RecordEvent,
    RecordState,
    ResidentRecord,
)
from mizuhiki.institutions.municipality.operations.adapters import Adapters, actor_text
from mizuhiki.institutions.municipality.operations.ensure_addressees import ensure_addressees
from mizuhiki.institutions.municipality.operations.events.tell_supplement import tell_supplement
from mizuhiki.institutions.municipality.operations.publish_resident_copies import hide_households, protected_among
from mizuhiki.institutions.municipality.operations.replenish_codes import ensure_stock
from mizuhiki.institutions.municipality.operations.return_measures import mark_returned
from mizuhiki.institutions.municipality.ports import IdentificationChange, Records
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of
from mizuhiki.vocabulary.persons import ChangeReason

LATE = "notified-late"
_TASK = "task:"
_STATED = "/positions"


@dataclass(frozen=True, slots=True)
class TaskWanted:
    """A task an event opens; `resident` may be empty."""

    kind: str
    resident: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What an event does: records made, items changed by record, reasons that differ from the form's.

    `amends` says that it speaks about the past (correction, cancellation), so that later events do not forbid it.
    """

    effective_on: date
    changes: Mapping[str, Items] = field(default_factory=dict)
    new: tuple[ResidentRecord, ...] = ()
    reasons: Mapping[str, ChangeReason] = field(default_factory=dict)
    cancels: str = ""
    amends: bool = False
    stated: Mapping[str, str] = field(default_factory=dict)
    """Relationship codes stated beside a cancellation; they are facts of their own, which it cannot hold itself."""
    tasks: tuple[TaskWanted, ...] = ()
    notices: tuple[str, ...] = ()
    measures: Mapping[str, CarriedMeasure] = field(default_factory=dict)
    """Support measures that stand on new records from the beginning, by record."""


Work = Callable[[Records], Entry]
"""Builds the entry in the open transaction, after days, evidence and period of the notification were checked."""


def enter_event(
    context: Context,
    adapters: Adapters,
    kind: EventKind,
    notification: Notification,
    work: Work,
    *,
    action: str = "enter-event",
    codes: int = 0,
    peer: bool = False,
    period: tuple[Deadline, date] | None = None,
) -> EventEntered:
    """Enter an event once, however often the same request comes.

    `codes` are the new codes it may need; `period` replaces the form's period and the day it begins on.

    Raises:
        DateImpossible, EvidenceMissing, LateReasonMissing: the notification; what `work` raises; see `record_event`.
    """
    grounds = adapters.permit_peer(context, action) if peer else adapters.permit(context, action)
    request = f"{kind.value}/{notification.request_id}"
    with adapters.store.transaction() as records:
        known = records.answer_of_request(request)
    if known is not None:
        return _answered(known)
    late = require_notification(form_of(kind), notification, context.today(), period)
    if codes:
        ensure_stock(adapters, codes)
    with adapters.store.transaction() as records:
        known = records.answer_of_request(request)
        if known is not None:
            return _answered(known)
        entry = work(records)
        note = " ".join(part for part in (LATE if late else "", notification.note) if part)
        event, residents = record_event(
            context, adapters, records, kind, entry=entry, notification=notification, note=note
        )
        tasks = open_tasks(context, adapters, records, entry.tasks)
        records.keep_answers({request: [event, *residents, *(_TASK + task for task in tasks)]}, context.now())
        records.audit(grounds, "life-event-entered", f"done: {kind.value}", count=len(residents))
        protected = protected_among(records, residents)
    hide_households(context, adapters, grounds, protected)
    notices = entry.notices if late is None else (late.fine_notice, *entry.notices)
    return EventEntered(event, tuple(residents), notices, tuple(tasks))


def _answered(answer: Sequence[str]) -> EventEntered:
    event, *rest = answer
    return EventEntered(
        event,
        tuple(one for one in rest if not one.startswith(_TASK)),
        (),
        tuple(one.removeprefix(_TASK) for one in rest if one.startswith(_TASK)),
    )


def open_tasks(context: Context, adapters: Adapters, records: Records, wanted: Sequence[TaskWanted]) -> list[str]:
    """Store tasks and return their names."""
    made = []
    for one in wanted:
        task = adapters.randomness.token(9)
        records.events.open_task(Task(task, one.kind, one.resident, context.today(), one.text))
        made.append(task)
    return made


def record_event(
    context: Context,
    adapters: Adapters,
    records: Records,
    kind: EventKind,
    *,
    entry: Entry,
    notification: Notification,
    note: str = "",
) -> tuple[str, list[str]]:
    """Enter an event in the open transaction; return its reference and the records concerned.

    Raises:
        LaterEventExists: the event speaks of residence or household before one that is entered already.
        NothingChanges: the records say this already, of today and of every day before.
        HouseholdInconsistent: a household would be without exactly one head, or live at two places.
        EnteredAgainSince: a record would live again beside another of the same person.
        TextNotWritable: a text is no text of a record.
    """
    for items in (*map(items_of, entry.new), *entry.changes.values()):
        require_written(items)
    concerned = list(dict.fromkeys((*entry.changes, *entry.stated)))
    before = {record.resident: record for record in records.register.residents(concerned)}
    households = _touched(before.values(), entry)
    if not entry.amends:
        _require_order_of_entry(records, entry, before, households)
    entry = dataclasses.replace(
        entry,
        new=tuple(
            dataclasses.replace(one, protected=one.protected or one.resident in entry.measures) for one in entry.new
        ),
    )
    records.register.insert_residents(entry.new)
    mark_returned(adapters, records, grounds_of(context), entry.measures)
    event = adapters.randomness.token(12)
    records.events.add(
        [
            _line(context, adapters, kind, entry, notification=notification, note=note, resident=resident, event=event)
            for resident in (*(record.resident for record in entry.new), *entry.changes)
        ]
    )
    if entry.stated:
        stated = Entry(
            effective_on=entry.effective_on,
            changes={resident: {"relationship": code} for resident, code in entry.stated.items()},
        )
        lines = [
            _line(
                context,
                adapters,
                kind,
                stated,
                notification=notification,
                note=note,
                resident=resident,
                event=f"{event}{_STATED}",
            )
            for resident in entry.stated
        ]
        records.events.add(lines)
    after = _project(records, before, entry, {event, f"{event}{_STATED}"})
    check_households(records, sorted({*households, *(record.household for record in after.values())}))
    _tell(context, adapters, records, kind, entry=entry, before=before, after=after)
    return event, [*(record.resident for record in entry.new), *entry.changes]


def _touched(before: Iterable[ResidentRecord], entry: Entry) -> list[str]:
    known = {record.household for record in before}
    known |= {record.household for record in entry.new}
    known |= {str(items["household"]) for items in entry.changes.values() if "household" in items}
    return sorted(known)


def _require_order_of_entry(
    records: Records, entry: Entry, before: Mapping[str, ResidentRecord], households: Sequence[str]
) -> None:
    structural = bool(entry.new) or any(not STRUCTURAL.isdisjoint(items) for items in entry.changes.values())
    mates = {one.resident for household in households for one in records.register.members(household)}
    require_order(records, mates if structural else (), entry.effective_on, own=set(before), structural=structural)


def require_order(
    records: Records,
    residents: Iterable[str],
    day: date,
    *,
    own: Collection[str] = (),
    structural: bool = True,
) -> None:
    """Check that records may get an event on a day: those it is about (`own`), and those who live with them.

    Raises:
        DateImpossible: before a record it is about began.
        LaterEventExists: it is about residence or household, and something later of that kind is entered.
    """
    for resident, facts in records.events.facts(sorted({*residents, *own})).items():
        begins = min((fact.effective_on for fact in facts if fact.entry), default=None)
        if resident in own and begins is not None and day < begins:
            raise DateImpossible(item="effective_on")
        last = last_structural(facts)
        if structural and last is not None and last > day:
            raise LaterEventExists(effective_on=last.isoformat())


def _line(
    context: Context,
    adapters: Adapters,
    kind: EventKind,
    entry: Entry,
    *,
    notification: Notification,
    note: str,
    resident: str,
    event: str,
) -> tuple[RecordEvent, Fact]:
    made = {record.resident: record for record in entry.new}
    event_id = adapters.randomness.token()
    items = items_of(made[resident]) if resident in made else entry.changes[resident]
    now = context.now()
    line = RecordEvent(
        event_id=event_id,
        resident=resident,
        reason=entry.reasons.get(resident, form_of(kind).reason),
        effective_on=entry.effective_on,
        reported_on=notification.received_on,
        entered_at=now,
        entered_by=actor_text(context),
        documents=tuple(f"{seen.kind}: {seen.title}" if seen.title else seen.kind for seen in notification.documents),
        note=" ".join(part for part in (note, notification.late_reason) if part),
    )
    fact = Fact(
        event=event,
        resident=resident,
        kind=kind.value,
        effective_on=entry.effective_on,
        entered_at=now,
        items=items,
        cancels=entry.cancels,
        entry=resident in made,
        event_id=event_id,
    )
    return line, fact


def _project(
    records: Records, before: Mapping[str, ResidentRecord], entry: Entry, events: Container[str]
) -> dict[str, ResidentRecord]:
    after: dict[str, ResidentRecord] = {}
    known = records.events.facts(list(before))
    for resident, facts in known.items():
        was = before[resident]
        items = fold(facts)
        if items is None:
            # The event that began the record was cancelled: the person never lived here.
            items = items_of(was) | removal_items(entry.effective_on, ChangeReason.EX_OFFICIO_REMOVAL)
        now = record_with(was, items)
        revived = was.state is RecordState.REMOVED and now.state is not RecordState.REMOVED
        if revived and _entered_again(records, was):
            raise EnteredAgainSince
        after[resident] = now
    # What is true today may stay the same where the past is put right, or where a notice was overtaken by another.
    if not entry.new and after == dict(before) and all(_known_before(facts, events) for facts in known.values()):
        raise NothingChanges
    records.events.project([after[resident] for resident in after if after[resident] != before[resident]])
    return after


def _known_before(facts: Sequence[Fact], events: Container[str]) -> bool:
    return same_course([fact for fact in facts if fact.event not in events], facts)


def _entered_again(records: Records, was: ResidentRecord) -> bool:
    """Whether a removed record has a later one of the same person, living or ended by now; a mistaken one is none."""
    later = [one.resident for one in records.register.records_of_person(was) if _ends_later(one, was)]
    return any(fold(facts) is not None for facts in records.events.facts(later).values())


def _ends_later(one: ResidentRecord, was: ResidentRecord) -> bool:
    return one.removed_on is None or was.removed_on is None or one.removed_on >= was.removed_on


def check_households(records: Records, households: Sequence[str]) -> None:
    """Check households that an event touched, and store where they live now.

    Raises:
        HouseholdInconsistent: naming the rule.
    """
    for household in households:
        members = records.register.members(household)
        require_consistent(members)
        if members and records.register.household_address(household) != members[0].address:
            records.events.set_household_address(household, members[0].address)


def _tell(
    context: Context,
    adapters: Adapters,
    records: Records,
    kind: EventKind,
    *,
    entry: Entry,
    before: Mapping[str, ResidentRecord],
    after: Mapping[str, ResidentRecord],
) -> None:
    kept = [record for record in entry.new if record.number is not None]
    fresh = [record for record in entry.new if record.number is None]
    for stage, made in ((NumberingStage.KEPT, kept), (NumberingStage.CODE_WRITTEN, fresh)):
        if made:
            records.register.set_stage([one.resident for one in made], stage, context.now(), actor_text(context))
    changed = [one for one in after.values() if one.number is not None and _matters(before[one.resident], one)]
    living = [*kept, *(one for one in changed if one.state is not RecordState.REMOVED)]
    for addressee, record in zip(ensure_addressees(adapters, records, living), living, strict=True):
        if record.resident in entry.measures:
            records.linkage.tell_protection(addressee)
    told = [one for one in (*kept, *changed) if network_applies(one.nationality, context.today())]
    if told:
        records.register.notify_prefecture(
            [_identification(kind, entry, one, before.get(one.resident)) for one in told]
        )
    withdrawn = [
        withdrawal_of(fact.kind, fact.effective_on, after[fact.resident], context.today())
        for fact in (records.events.facts_of_event(entry.cancels) if entry.cancels else ())
        # Others of the household have facts of the event as well, of their positions.
        if (fact.entry or "state" in fact.items) and after[fact.resident].number is not None
    ]
    records.register.tell_card_moves([move for move in withdrawn if move is not None])
    for record in (*entry.new, *after.values()):
        was = before.get(record.resident)
        tell_supplement(context, adapters, records, record, before=was, effective_on=entry.effective_on)


def _matters(before: ResidentRecord, after: ResidentRecord) -> bool:
    """Whether identification information changed: an item, whether the record lives, or its person abroad."""
    lived, lives = (record.state is not RecordState.REMOVED for record in (before, after))
    died = before.details.died_on != after.details.died_on
    return before.four_items != after.four_items or lived != lives or died


def _identification(
    kind: EventKind, entry: Entry, record: ResidentRecord, before: ResidentRecord | None
) -> IdentificationChange:
    lives = record.state is not RecordState.REMOVED
    reason = entry.reasons.get(record.resident, form_of(kind).reason)
    if before is not None and lives and before.state is RecordState.REMOVED:
        reason = ChangeReason.EX_OFFICIO_ENTRY
    elif before is not None and before.details.died_on is not None and record.details.died_on is None and not lives:
        reason = ChangeReason.MOVE_ABROAD
    elif before is not None and not lives and not reason.removes:
        reason = ChangeReason.EX_OFFICIO_REMOVAL
    elif not lives and record.details.overseas and reason is ChangeReason.MOVE_OUT:
        reason = ChangeReason.MOVE_ABROAD
    told = record if lives or not record.details.overseas else _at(record, record.details.moved_to)
    return IdentificationChange(reason, entry.effective_on, told, in_register=lives)


def _at(record: ResidentRecord, address: str) -> ResidentRecord:
    """Return the record as told when the person left the country: with where they went (国外転出)."""
    return record_with(record, items_of(record) | {"address": address})
