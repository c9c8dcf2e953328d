"""The record as of a day as known at an instant, its history, removed records, tasks, the supplement."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date, datetime

from mizuhiki.institutions.municipality.domain.errors import RecordNotCurrent
from mizuhiki.institutions.municipality.domain.events.errors import NotInSupplement
from mizuhiki.institutions.municipality.domain.events.facts import fold
from mizuhiki.institutions.municipality.domain.events.items import record_with
from mizuhiki.institutions.municipality.domain.events.requests import HistoryLine, RecordAsOf, Task
from mizuhiki.institutions.municipality.domain.events.supplement import (
    SupplementAnswer,
    SupplementNotice,
    SupplementQuestion,
    SupplementView,
)
from mizuhiki.institutions.municipality.domain.residence import municipality_of_address
from mizuhiki.institutions.municipality.domain.residents import ResidentRecord
from mizuhiki.institutions.municipality.domain.retention import kept_until
from mizuhiki.institutions.municipality.domain.support_measures import Work
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.institutions.municipality.operations.disclose import require_disclosure, withheld_of
from mizuhiki.institutions.municipality.operations.events.keep_supplement import keep_notice
from mizuhiki.institutions.municipality.operations.return_measures import standing_measure
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.gate import Disclosure, Withheld

READ = "read-register"


def record_as_of(
    context: Context, adapters: Adapters, resident: str, day: date, known_at: datetime | None = None
) -> RecordAsOf | None:
    """Return a record as it was on `day`, as known at an instant (now when None); None when there was none.

    Raises:
        UnknownResident: there is no such record.
        UnderSupportMeasure: the record is protected and nobody lifted that for a look at its history.
    """
    grounds = adapters.permit(context, READ)
    require_disclosure(context, adapters, [resident], Work.HISTORY)
    instant = known_at or context.now()
    with adapters.store.transaction() as records:
        record = records.register.resident(resident)
        records.audit(grounds, "record-viewed", "done", subject=resident)
        facts = records.events.facts([resident])[resident]
    items = fold(facts, day, instant)
    return None if items is None else RecordAsOf(record_with(record, items), day, instant, items)


def record_history(context: Context, adapters: Adapters, resident: str) -> list[HistoryLine]:
    """Return every event of a record, newest first, cancelled ones too.

    Raises:
        UnknownResident: there is no such record.
        UnderSupportMeasure: the record is protected and nobody lifted that for a look at its history.
    """
    grounds = adapters.permit(context, READ)
    require_disclosure(context, adapters, [resident], Work.HISTORY)
    with adapters.store.transaction() as records:
        records.register.resident(resident)
        records.audit(grounds, "record-viewed", "done", subject=resident)
        events = {event.event_id: event for event in records.register.events([resident])}
        facts = records.events.facts([resident])[resident]
    undone: Mapping[str, str] = {fact.cancels: fact.event for fact in facts if fact.cancels}
    return [HistoryLine(events[fact.event_id], fact, undone.get(fact.event, "")) for fact in reversed(facts)]


def removed_record(context: Context, adapters: Adapters, resident: str) -> ResidentRecord:
    """Return a removed record while it is kept (除票, 住基法15条の2; R-057).

    Raises:
        RecordNotCurrent: it is not removed, or its time of keeping is over.
        UnderSupportMeasure: the record is protected and nobody lifted that for a look at its history.
    """
    grounds = adapters.permit(context, READ)
    require_disclosure(context, adapters, [resident], Work.HISTORY)
    with adapters.store.transaction() as records:
        record = records.register.resident(resident)
        records.audit(grounds, "record-viewed", "done", subject=resident)
    if record.removed_on is None or kept_until(record.removed_on) < context.today():
        raise RecordNotCurrent
    return record


def records_past_keeping(context: Context, adapters: Adapters) -> list[ResidentRecord]:
    """Return removed records whose time of keeping is over, for the decision about their destruction.

    A record under a support measure is left out: it is not destroyed while the measure stands.
    """
    adapters.permit(context, READ)
    with adapters.store.transaction() as records:
        removed = records.events.removed_until(context.today())
    over = [one for one in removed if one.removed_on is not None and kept_until(one.removed_on) < context.today()]
    withheld = withheld_of(context, adapters, [one.resident for one in over], "records-past-keeping")
    return [one for one in over if one.resident not in withheld]


def open_tasks(context: Context, adapters: Adapters) -> list[Task]:
    """Return what is left to do: issuers to ask, heads to confirm, papers to send, notices that fit no record.

    Of a protected person only the kind and the day are told.
    """
    adapters.permit(context, READ)
    with adapters.store.transaction() as records:
        found = records.events.tasks(open_only=True)
    withheld = withheld_of(context, adapters, [task.resident for task in found if task.resident], "tasks")
    return [
        dataclasses.replace(task, resident="", text="", withheld=True) if task.resident in withheld else task
        for task in found
    ]


def finish_task(context: Context, adapters: Adapters, task: str, outcome: str) -> Task:
    """Close a task with what came of it.

    Raises:
        UnknownTask: there is no open one of that name.
    """
    grounds = adapters.permit(context, "enter-event")
    with adapters.store.transaction() as records:
        closed = records.events.close_task(task, context.today(), outcome)
        records.audit(grounds, "event-task-closed", "done", subject=closed.resident)
    return closed


def supplement_of(context: Context, adapters: Adapters, resident: str) -> SupplementView:
    """Return the supplement kept here of somebody whose record stands here, living or removed.

    Raises:
        NotInSupplement: their family register is elsewhere.
        UnderSupportMeasure: the record is protected and nobody lifted that for a look at its history.
    """
    grounds = adapters.permit(context, READ)
    require_disclosure(context, adapters, [resident], Work.HISTORY)
    with adapters.store.transaction() as records:
        person = records.supplement.person_of(records.register.resident(resident).code)
        view = None if person is None else records.supplement.view(person)
        if view is None:
            raise NotInSupplement
        records.audit(grounds, "supplement-read", "done", subject=resident)
    return view


def take_supplement_notice(context: Context, adapters: Adapters, notice: SupplementNotice) -> str:
    """Add a line to the supplement of somebody whose family register is here (19条1項); taken once.

    Raises:
        NotInSupplement: the registered domicile lies elsewhere.
    """
    grounds = adapters.permit_peer(context, "take-supplement-notice")
    if municipality_of_address(notice.registered_domicile) != adapters.code:
        raise NotInSupplement
    with adapters.store.transaction() as records:
        new = keep_notice(context, adapters, records, notice)
        records.audit(grounds, "supplement-notice-taken", "done" if new else "known")
    return notice.notice_id


def answer_supplement(
    context: Context, adapters: Adapters, asker: str, question: SupplementQuestion
) -> SupplementAnswer:
    """Tell another municipality code and number of somebody back from abroad (R-058).

    Raises:
        NotInSupplement: nobody or several fit, or the person is not one who moved abroad.
        Withheld: a support measure stands on a record of the person here or was notified with the supplement, and the
            responsible officer has not named the municipality that asks.
    """
    grounds = adapters.permit_peer(context, "answer-supplement")
    with adapters.store.transaction() as records:
        found = records.supplement.persons_named(question.name, question.birth_date)
        if len(found) != 1:
            raise NotInSupplement
        view = records.supplement.view(found[0])
        if view is None or not view.addresses or not view.addresses[-1].overseas:
            raise NotInSupplement
        code, number = records.supplement.identity(found[0])
        here = records.events.removed_with(code)
        measure = standing_measure(records, code)
        named = {one.person: one.to_municipality for one in records.supplement.protected_abroad()}
    released = measure is not None and named.get(found[0]) == asker
    if here is not None and not released:
        adapters.gate.check(
            context, Disclosure(here.resident, channel="supplement", recipient=asker, content="code and number")
        )
    if measure is not None and not released:
        with adapters.store.transaction() as records:
            records.audit(grounds, "disclosure-withheld", "supplement")
        raise Withheld(channel="supplement")
    with adapters.store.transaction() as records:
        records.audit(grounds, "supplement-answered", "done" if measure is None else "with-measure")
    return SupplementAnswer(code, number, view.registered_domicile, view.head_of_family_register, measure)
