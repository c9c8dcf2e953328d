"""Take from the register which residents' cards ended by law, and why (番号法17条6項, 10項; R-154)."""

from __future__ import annotations

from collections.abc import Sequence

from mizuhiki.institutions.municipality.domain.card_lapses import TASK, LapsedCard, ToldLapse
from mizuhiki.institutions.municipality.domain.events.requests import Task
from mizuhiki.institutions.municipality.domain.support_measures import Work
from mizuhiki.institutions.municipality.operations import read_register
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.institutions.municipality.ports import Records
from mizuhiki.runtime.context import Context

ACTION = "take-card-lapses"


def take_card_lapses(context: Context, adapters: Adapters, lapses: Sequence[ToldLapse]) -> int:
    """Keep each lapse once, and open a task to tell the holder and take the card back; return how many were new.

    A lapse of somebody this register never held is passed over: the register told the place of an entry that was
    cancelled since.
    """
    grounds = adapters.permit_peer(context, ACTION)
    with adapters.store.transaction() as records:
        new = [kept for told in lapses if (kept := _kept(records, told)) is not None]
        for lapse in new:
            records.desk.keep_lapse(lapse, context.now())
            if lapse.calls_for_return:
                task = adapters.randomness.token(9)
                records.events.open_task(Task(task, TASK, lapse.resident, context.today(), lapse.card_serial))
        records.audit(grounds, "card-lapses-taken", "done", count=len(new))
    return len(new)


def card_lapses(context: Context, adapters: Adapters, resident: str) -> list[LapsedCard]:
    """Return a resident's cards that ended, the latest first; for work on the card.

    Raises:
        UnknownResident, UnderSupportMeasure: see `read_register.resident`.
    """
    read_register.resident(context, adapters, resident, work=Work.CARD)
    with adapters.store.transaction() as records:
        return records.desk.lapses_of(resident)


def _kept(records: Records, told: ToldLapse) -> LapsedCard | None:
    if records.desk.lapse_of(told.card_serial) is not None:
        return None
    record = records.register.by_code(told.code) or records.network.removed_by_code(told.code)
    if record is None:
        return None
    return LapsedCard(record.resident, told.card_serial, told.lapsed_on, told.cause)
