"""Tell the municipality of the family register what its supplement is to say (住基法19条; R-058)."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import date

from mizuhiki.institutions.municipality.domain.events.requests import Task
from mizuhiki.institutions.municipality.domain.events.supplement import SupplementNotice
from mizuhiki.institutions.municipality.domain.moves import CarriedMeasure
from mizuhiki.institutions.municipality.domain.residence import municipality_of_address
from mizuhiki.institutions.municipality.domain.residents import JAPANESE, RecordState, ResidentRecord
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.institutions.municipality.operations.events.keep_supplement import keep_notice
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
    registry is not connected, or the domicile names none, a task to send the notice on paper is opened. A support
    measure on the person or the household goes along, so that the home registry never holds the address without it;
    on paper the officer sends both together (要領第5-10).
    """
    notice = _notice(adapters, record, before, effective_on)
    if notice is not None:
        _send(context, adapters, records, record, notice)


def tell_measure(context: Context, adapters: Adapters, records: Records, household: Sequence[ResidentRecord]) -> None:
    """Tell the home registries of a household which measure stands on it now, or that none does any more.

    Of somebody who moved abroad from here the record that was left is given; the supplement keeps the measure on.
    """
    for record in household:
        removed, overseas = record.state is RecordState.REMOVED, record.details.overseas
        if record.nationality != JAPANESE or not record.registered_domicile or (removed and not overseas):
            continue
        since = record.removed_on if removed and record.removed_on is not None else record.address_since
        notice = _stated(adapters, record, record, overseas=removed, closed=False, since=since)
        _send(context, adapters, records, record, notice)


def _send(
    context: Context, adapters: Adapters, records: Records, record: ResidentRecord, notice: SupplementNotice
) -> None:
    """Put the measure of the moment on a notice and send it, take it here, or open a task."""
    reference = records.support.measures_of([record.resident]).get(record.resident)
    if reference is not None:
        standing = records.support.measure(reference)
        carried = CarriedMeasure(standing.started_on, standing.until, standing.reason)
        notice = dataclasses.replace(notice, measure=carried)
    home = municipality_of_address(notice.registered_domicile)
    if home == adapters.code:
        keep_notice(context, adapters, records, notice)
        return
    if home is not None and records.supplement.tell(home, notice):
        return
    kind = ON_PAPER if notice.measure is None else PROTECTED
    records.events.open_task(
        Task(adapters.randomness.token(9), kind, record.resident, context.today(), home or "home registry unknown")
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
    dead = removed and (record.removal_reason is ChangeReason.DEATH or record.details.died_on is not None)
    overseas = removed and record.details.overseas
    if before is not None and before.state is record.state and _same(before, record) and not lost:
        return None
    if removed and not (dead or overseas):
        return None
    since = effective_on if removed or lost else record.address_since
    return _stated(adapters, record, source, overseas=overseas, closed=dead or lost, since=since)


def _stated(
    adapters: Adapters, record: ResidentRecord, source: ResidentRecord, *, overseas: bool, closed: bool, since: date
) -> SupplementNotice:
    """Return a notice; `source` states the items of the family register, `record` where the person lives."""
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
        address_since=since,
        overseas=overseas,
        closed=closed,
    )


def _same(before: ResidentRecord, after: ResidentRecord) -> bool:
    first, second = (
        (one.address, one.name, one.registered_domicile, one.nationality, one.details.died_on)
        for one in (before, after)
    )
    return first == second
