"""What the counter's pages show beside records: one event as it was entered, what belongs to a household."""

from __future__ import annotations

from mizuhiki.institutions.municipality.domain.events.errors import UnknownEvent
from mizuhiki.institutions.municipality.domain.events.requests import EventView, HistoryLine, HouseholdFile
from mizuhiki.institutions.municipality.domain.residents import summary_of
from mizuhiki.institutions.municipality.domain.support_measures import Work
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.institutions.municipality.operations.disclose import require_disclosure, withheld_of
from mizuhiki.runtime.context import Context

READ = "read-register"


def event_view(context: Context, adapters: Adapters, event: str, *, work: Work = Work.HISTORY) -> EventView:
    """Return an event with its lines and the records concerned, for one kind of work.

    Raises:
        UnknownEvent: there is none of that reference.
        UnderSupportMeasure: somebody concerned is protected and nobody lifted that for this work.
    """
    grounds = adapters.permit(context, READ)
    with adapters.store.transaction() as records:
        residents = list(dict.fromkeys(fact.resident for fact in records.events.facts_of_event(event)))
    if not residents:
        raise UnknownEvent
    require_disclosure(context, adapters, residents, work)
    with adapters.store.transaction() as records:
        lines = {line.event_id: line for line in records.register.events(residents)}
        facts = records.events.facts(residents)
        entered = [fact for resident in residents for fact in facts[resident] if fact.event == event]
        undone = {fact.cancels: fact.event for resident in residents for fact in facts[resident] if fact.cancels}
        people = {record.resident: record for record in records.register.residents(residents)}
        records.audit(grounds, "record-viewed", "done", subject=event, count=len(people))
    return EventView(
        event=event,
        kind=entered[0].kind,
        lines=tuple(HistoryLine(lines[fact.event_id], fact, undone.get(event, "")) for fact in entered),
        records=tuple(people[resident] for resident in residents),
        cancelled_by=undone.get(event, ""),
    )


def household_file(
    context: Context, adapters: Adapters, household: str, *, work: Work = Work.HOUSEHOLD
) -> HouseholdFile:
    """Return who left a household and what is left to do for its members, for one kind of work.

    Of protected people who left only their count is told.

    Raises:
        UnknownHousehold: there is none.
        UnderSupportMeasure: a member is protected and nobody lifted that for this work.
    """
    grounds = adapters.permit(context, READ)
    with adapters.store.transaction() as records:
        records.register.household_address(household)
        members = [record.resident for record in records.register.members(household)]
        former = records.events.former_members(household)
    require_disclosure(context, adapters, members, work)
    withheld = withheld_of(context, adapters, [record.resident for record in former], work)
    with adapters.store.transaction() as records:
        tasks = [task for task in records.events.tasks(open_only=True) if task.resident in members]
        records.audit(grounds, "household-viewed", "done", subject=household)
    return HouseholdFile(
        former=tuple(summary_of(record) for record in former if record.resident not in withheld),
        tasks=tuple(tasks),
        former_withheld=len(withheld),
    )
