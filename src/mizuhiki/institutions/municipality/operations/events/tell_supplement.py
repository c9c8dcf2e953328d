"""Tell the municipality of the family register what its supplement is to say (住基法19条; R-058)."""

from __future__ import annotations

from datetime import date

from mizuhiki.institutions.municipality.domain.events.requests import Task
from mizuhiki.institutions.municipality.domain.events.supplement import SupplementNotice
from mizuhiki.institutions.municipality.domain.residence import municipality_of_address
from mizuhiki.institutions.municipality.domain.residents import JAPANESE, RecordState, ResidentRecord
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.institutions.municipality.ports import Records
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.persons import ChangeReason

ON_PAPER = "supplement-notice-on-paper"
PROTECTED = "supplement-notice-protected"


def tell_supplement(
    context: Context,
    adapters: Adapters,
    records: Records,
    record: ResidentRecord,
    *,
    before: ResidentRecord | None,
    effective_on: date,
) -> None:
    """Tell the home registry when an address, a name, the nationality or the end of a life changed.

    A record removed because its person was entered elsewhere tells nothing: the new municipality does. Where the home
    registry is not connected, or the domicile names none, a task to send the notice on paper is opened. Of a person
    under a support measure nothing goes out by itself: the officer sends it together with the measure (要領第5-10).
    """
    notice = _notice(adapters, record, before, effective_on)
    if notice is None:
        return
    home = municipality_of_address(notice.registered_domicile)
    if home == adapters.code:
        records.supplement.take(notice, context.now())
        return
    if records.support.measures_of([record.resident]):
        task = Task(adapters.randomness.token(9), PROTECTED, record.resident, context.today(), home or "")
        records.events.open_task(task)
        return
    if home is not None and records.supplement.tell(home, notice):
        return
    records.events.open_task(
        Task(adapters.randomness.token(9), ON_PAPER, record.resident, context.today(), home or "home registry unknown")
    )


def _notice(
    adapters: Adapters, record: ResidentRecord, before: ResidentRecord | None, effective_on: date
) -> SupplementNotice | None:
    was_japanese = before is not None and before.nationality == JAPANESE
    lost = was_japanese and record.nationality != JAPANESE
    source = before if lost and before is not None else record
    if source.nationality != JAPANESE or not source.registered_domicile:
        return None
    removed = record.state is RecordState.REMOVED
    dead = removed and record.removal_reason is ChangeReason.DEATH
    overseas = removed and bool(record.details.moved_to)
    if before is not None and before.state is record.state and _same(before, record) and not lost:
        return None
    if removed and not (dead or overseas):
        return None
    leaves = removed or lost
    return SupplementNotice(
        notice_id=adapters.randomness.token(),
        from_municipality=adapters.code,
        code=record.code,
        number=record.number if overseas else None,
        name=source.name.full,
        name_kana=source.name.full_kana,
        birth_date=source.birth_date,
        sex=source.sex,
        registered_domicile=source.registered_domicile,
        head_of_family_register=source.head_of_family_register,
        address=record.details.moved_to if overseas else record.address,
        address_since=effective_on if leaves else record.address_since,
        overseas=overseas,
        closed=dead or lost,
    )


def _same(before: ResidentRecord, after: ResidentRecord) -> bool:
    return (before.address, before.name, before.registered_domicile, before.nationality) == (
        after.address,
        after.name,
        after.registered_domicile,
        after.nationality,
    )
