"""People who leave: abroad, by a move that is cancelled or never confirmed, by death, ex officio (24条, 8条)."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date

from mizuhiki.institutions.municipality.domain.errors import DateImpossible, RecordNotCurrent
from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind, form_of
from mizuhiki.institutions.municipality.domain.events.deadlines import DEATH, DEATH_ABROAD
from mizuhiki.institutions.municipality.domain.events.errors import EnteredAgainSince, NoMoveAnnounced
from mizuhiki.institutions.municipality.domain.events.forms import Notification, require_notification
from mizuhiki.institutions.municipality.domain.events.items import Items, removal_items
from mizuhiki.institutions.municipality.domain.events.requests import EventEntered
from mizuhiki.institutions.municipality.domain.residents import OVERSEAS, RecordState, ResidentRecord
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.institutions.municipality.operations.events.entering import Entry, enter_event
from mizuhiki.institutions.municipality.operations.events.regrouping import left_behind, living
from mizuhiki.institutions.municipality.operations.events.staying import take_announcement_back
from mizuhiki.institutions.municipality.operations.transfer_measures import destination_of
from mizuhiki.institutions.municipality.ports import Records
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.card_lapse import card_goes_on_abroad
from mizuhiki.vocabulary.persons import ChangeReason, Position

CARD_ENDS = "個人番号カードと電子証明書は失効します。カードを返納してください（番号法17条）。"
CARD_GOES_ON = "個人番号カードは国外転出後も使えます。国外転出の追記を受けてください（2024-05-27施行）。"
OTHERS_ANNOUNCE_AGAIN = "一緒に届け出た転出は取り消されました。転出する方は、あらためて転出届が必要です（住基法24条）。"


def _removal(
    context: Context,
    records: Records,
    residents: Sequence[str],
    day: date,
    reason: ChangeReason,
    *,
    new_head: str | None,
    positions: Mapping[str, Position] | None = None,
    moved_to: str = "",
    confirmed: str = "",
) -> Entry:
    people = living(records, residents)
    staying, tasks = left_behind(records, people, day, new_head, positions)
    gone: dict[str, Items] = {person.resident: removal_items(day, reason, moved_to) for person in people}
    reasons = dict.fromkeys(staying, ChangeReason.EX_OFFICIO_CORRECTION) | dict.fromkeys(gone, reason)
    others = _cancel_moves(context, records, people, day, confirmed)
    notices = (OTHERS_ANNOUNCE_AGAIN,) if others else ()
    return Entry(effective_on=day, changes=staying | gone, reasons=reasons, tasks=tuple(tasks), notices=notices)


def _cancel_moves(
    context: Context, records: Records, gone: Sequence[ResidentRecord], day: date, confirmed: str
) -> bool:
    """Cancel what was announced for people who are removed, but for the move that is confirmed by it.

    Return whether it concerned others, who stay for now.
    """
    residents = {person.resident for person in gone}
    moving = [person.resident for person in gone if person.state is RecordState.MOVING]
    concerned = False
    for reference in sorted(
        {move for resident in moving for move in records.events.open_moves_of(resident)} - {confirmed}
    ):
        move = records.register.move(reference)
        records.events.cancel_move(reference, day)
        others = [resident for resident in move.residents if resident not in residents]
        concerned |= bool(others and take_announcement_back(context, records, move, others))
    return concerned


def move_abroad(
    context: Context,
    adapters: Adapters,
    notification: Notification,
    residents: Sequence[str],
    country: str,
    *,
    new_head: str | None = None,
    positions: Mapping[str, Position] | None = None,
) -> EventEntered:
    """Remove people who moved out of the country on the day of the move; the supplement keeps them (17条; R-058).

    Raises:
        DateImpossible: the day has not come; until then a move out is announced.
    """

    def work(records: Records) -> Entry:
        day = notification.happened_on
        if day > context.today():
            raise DateImpossible(item="happened_on")
        entry = _removal(
            context,
            records,
            residents,
            day,
            ChangeReason.MOVE_OUT,
            new_head=new_head,
            positions=positions,
            moved_to=f"{OVERSEAS} {country.strip()}",
        )
        notice = CARD_GOES_ON if card_goes_on_abroad(day) else CARD_ENDS
        return dataclasses.replace(entry, notices=(notice, *entry.notices))

    return enter_event(context, adapters, EventKind.MOVE_OUT_ABROAD, notification, work)


def cancel_move_out(
    context: Context, adapters: Adapters, notification: Notification, move_reference: str
) -> EventEntered:
    """Cancel a move that was announced and will not happen, for all of it who have not arrived elsewhere.

    Raises:
        NoMoveAnnounced: it was cancelled or confirmed already.
        EnteredAgainSince: the national register knows that somebody lives elsewhere by now, whose notice is on its way.
    """
    grounds = adapters.permit(context, "enter-event")
    request = f"{EventKind.MOVE_OUT_CANCELLED.value}/{notification.request_id}"
    require_notification(form_of(EventKind.MOVE_OUT_CANCELLED), notification, context.today())
    _require_still_here(adapters, request, move_reference)
    with adapters.store.transaction() as records:
        known = records.answer_of_request(request)
        if known is not None:
            return EventEntered(known[0], tuple(known[1:]))
        move = records.register.move(move_reference)
        if move.completed_on is not None or move.cancelled_on is not None:
            raise NoMoveAnnounced
        records.events.cancel_move(move_reference, context.today())
        staying = tuple(one.resident for one in take_announcement_back(context, records, move, move.residents))
        records.keep_answers({request: [move_reference, *staying]}, context.now())
        records.audit(grounds, "move-out-cancelled", "done", count=len(staying))
    return EventEntered(move_reference, staying)


def _require_still_here(adapters: Adapters, request: str, move_reference: str) -> None:
    with adapters.store.transaction() as records:
        move = records.register.move(move_reference)
        known = records.answer_of_request(request) is not None
        people = records.register.residents(move.residents)
    if known or move.completed_on is not None or move.cancelled_on is not None:
        return
    for person in people:
        left = person.state is RecordState.REMOVED
        if not left and person.number is not None and adapters.numbers.entered_elsewhere(person.number):
            raise EnteredAgainSince


def confirm_move_out(
    context: Context,
    adapters: Adapters,
    notification: Notification,
    move_reference: str,
    *,
    new_head: str | None = None,
    positions: Mapping[str, Position] | None = None,
) -> EventEntered:
    """Remove people whose announced day has passed without a notice from elsewhere, by the mayor's decision.

    Who arrived before, where part of a family went ahead, is removed already.

    Raises:
        NoMoveAnnounced: the move is not open.
        DateImpossible: the announced day has not passed, or another day is given.
    """

    def work(records: Records) -> Entry:
        move = records.register.move(move_reference)
        if move.completed_on is not None or move.cancelled_on is not None:
            raise NoMoveAnnounced
        if notification.happened_on < move.planned_on or context.today() <= move.planned_on:
            raise DateImpossible(item="happened_on")
        awaited = [one.resident for one in records.register.residents(move.residents) if one.removed_on is None]
        entry = _removal(
            context,
            records,
            awaited,
            notification.happened_on,
            ChangeReason.MOVE_OUT,
            new_head=new_head,
            positions=positions,
            moved_to=destination_of(records, move),
            confirmed=move_reference,
        )
        records.register.complete_move(move_reference, "", notification.happened_on)
        return entry

    return enter_event(context, adapters, EventKind.EX_OFFICIO_REMOVAL, notification, work, action="remove-ex-officio")


def enter_death(
    context: Context,
    adapters: Adapters,
    notification: Notification,
    resident: str,
    *,
    known_on: date | None = None,
    abroad: bool = False,
    new_head: str | None = None,
    positions: Mapping[str, Position] | None = None,
) -> EventEntered:
    """Enter a death (戸籍法86条): seven days from learning of it, three months abroad.

    Of somebody who moved abroad from here the removed record, the supplement and the tiers above are told; that ends
    the card and certificates that went on being used there (住基法17条, 番号法17条6項; R-058).

    Raises:
        DateImpossible: it was learned of before it happened, or happened before the person left.
        RecordNotCurrent: the record was removed otherwise, or the death is entered already.
        EnteredAgainSince: who had left the country lives in Japan again, and is dead there.
        LateReasonMissing, EvidenceMissing: see there.
    """
    learned = known_on or notification.happened_on
    if learned < notification.happened_on:
        raise DateImpossible(item="known_on")

    _require_not_back(adapters, resident)

    def work(records: Records) -> Entry:
        day = notification.happened_on
        person = records.register.resident(resident)
        if person.state is RecordState.REMOVED and person.details.overseas:
            return _death_overseas(records, person, day)
        return _removal(context, records, [resident], day, ChangeReason.DEATH, new_head=new_head, positions=positions)

    period = (DEATH_ABROAD if abroad else DEATH, learned)
    return enter_event(context, adapters, EventKind.DEATH, notification, work, period=period)


def _require_not_back(adapters: Adapters, resident: str) -> None:
    with adapters.store.transaction() as records:
        person = records.register.resident(resident)
    gone = person.state is RecordState.REMOVED and person.details.overseas
    if gone and person.number is not None and adapters.numbers.entered_elsewhere(person.number):
        raise EnteredAgainSince


def _death_overseas(records: Records, person: ResidentRecord, day: date) -> Entry:
    """Return what a death abroad changes on the record of somebody who left the country, which stays a removed one."""
    if person.details.died_on is not None:
        raise RecordNotCurrent
    if person.removed_on is not None and day < person.removed_on:
        raise DateImpossible(item="happened_on")
    if any(one.removed_on is None or one.removed_on > day for one in records.register.records_of_person(person)):
        raise EnteredAgainSince
    changes: dict[str, Items] = {person.resident: {"died_on": day.isoformat()}}
    return Entry(effective_on=day, changes=changes)


def remove_ex_officio(
    context: Context,
    adapters: Adapters,
    notification: Notification,
    residents: Sequence[str],
    *,
    new_head: str | None = None,
    positions: Mapping[str, Position] | None = None,
) -> EventEntered:
    """Remove people who do not live here, after inquiry (8条, 施行令12条); the ground stands in the note."""

    def work(records: Records) -> Entry:
        return _removal(
            context,
            records,
            residents,
            notification.happened_on,
            ChangeReason.EX_OFFICIO_REMOVAL,
            new_head=new_head,
            positions=positions,
        )

    return enter_event(context, adapters, EventKind.EX_OFFICIO_REMOVAL, notification, work, action="remove-ex-officio")
