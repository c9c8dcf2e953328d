"""Answer the municipality people move to: their certificate, and its notice of their arrival (住基法9条1項)."""

from __future__ import annotations

from collections.abc import Sequence

from mizuhiki.institutions.municipality.domain.errors import MoveCompleted, MoveNotForCode, RecordNotCurrent
from mizuhiki.institutions.municipality.domain.events.errors import NoMoveAnnounced
from mizuhiki.institutions.municipality.domain.events.facts import fact_of_event, standing
from mizuhiki.institutions.municipality.domain.events.items import items_of, record_with, removal_items
from mizuhiki.institutions.municipality.domain.moves import (
    CarriedMeasure,
    Move,
    MoveInNotice,
    MovingOutCertificate,
    MovingOutPerson,
)
from mizuhiki.institutions.municipality.domain.residence import municipality_of_address
from mizuhiki.institutions.municipality.domain.residents import RecordEvent, RecordState, ResidentRecord
from mizuhiki.institutions.municipality.operations.adapters import Adapters, actor_text
from mizuhiki.institutions.municipality.operations.events.regrouping import settle_those_left
from mizuhiki.institutions.municipality.operations.events.staying import take_announcement_back
from mizuhiki.institutions.municipality.operations.prepare_notices import undelivered_by
from mizuhiki.institutions.municipality.operations.publish_resident_copies import hide_households, protected_among
from mizuhiki.institutions.municipality.operations.transfer_measures import (
    carried_measures,
    destination_of,
    protect_those_who_left,
)
from mizuhiki.institutions.municipality.ports import IdentificationChange, Records
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.gate import Disclosure
from mizuhiki.vocabulary.numbers import ResidentRecordCode
from mizuhiki.vocabulary.persons import ChangeReason
from mizuhiki.vocabulary.places import municipality

CERTIFICATE_CHANNEL = "moving-out-certificate"


def give_moving_out_certificate(
    context: Context, adapters: Adapters, *, asker: str, move_reference: str, code: ResidentRecordCode
) -> MovingOutCertificate:
    """Give the certificate to the municipality people move to; reference and code must belong together.

    While the move is open it names those who have not arrived yet.

    People whose records the mayor removed meanwhile get what stands for one (転出証明書に準ずる証明書; 要領第4-2).

    Raises:
        UnknownMove: no such reference.
        MoveNotForCode: the code's holder does not move under it.
        MoveCompleted: it was confirmed by another municipality, or the code's holder arrived already.
        RecordNotCurrent: somebody who was removed ex officio was entered here again since.
        Withheld: a support measure stands on one of the records.
    """
    grounds = adapters.permit_peer(context, "give-moving-out-certificate")
    with adapters.store.transaction() as records:
        move = records.register.move(move_reference)
        everybody = records.register.residents(move.residents)
        found = [record for record in everybody if not (_is_open(move) and record.state is RecordState.REMOVED)]
        here_again = any(_entered_again(records, record) for record in found)
        duties = [undelivered_by(records, record.resident) for record in found]
    if code not in {record.code for record in everybody}:
        raise MoveNotForCode
    if code not in {record.code for record in found}:
        raise MoveCompleted
    if move.completed_on is not None and move.to_municipality not in {"", asker}:
        raise MoveCompleted
    if move.cancelled_on is not None and move.completed_on is None:
        raise NoMoveAnnounced
    if here_again:
        raise RecordNotCurrent
    for record in found:
        adapters.gate.check(
            context,
            Disclosure(record.resident, channel=CERTIFICATE_CHANNEL, recipient=asker, content="moving-out items"),
        )
    with adapters.store.transaction() as records:
        measures = carried_measures(records, found)
        records.audit(grounds, "moving-out-certificate-given", "done", count=len(found))
    return MovingOutCertificate(
        move_reference=move.reference,
        from_municipality=adapters.code,
        planned_on=move.planned_on,
        planned_address=move.planned_address,
        persons=tuple(
            _person(record, measures.get(record.resident), duty) for record, duty in zip(found, duties, strict=True)
        ),
    )


def _is_open(move: Move) -> bool:
    """Whether people may still arrive: then records of it that are removed are of those who arrived before."""
    return move.completed_on is None and move.cancelled_on is None


def _arrived(records: Records, record: ResidentRecord) -> bool:
    """Whether a notice of a move in ended the record, and not the mayor, who ends it where none came."""
    *_, last = standing(records.events.facts([record.resident])[record.resident])
    return record.state is RecordState.REMOVED and last.kind == ChangeReason.MOVE_OUT.value


def _person(record: ResidentRecord, measure: CarriedMeasure | None, undelivered: str) -> MovingOutPerson:
    if record.number is None:
        raise RecordNotCurrent
    return MovingOutPerson(
        code=record.code,
        number=record.number,
        four_items=record.four_items,
        relationship=record.relationship,
        registered_domicile=record.registered_domicile,
        head_of_family_register=record.head_of_family_register,
        resident_since=record.resident_since,
        nationality=record.nationality,
        details=record.details,
        measure=measure,
        undelivered_by=undelivered,
    )


def _entered_again(records: Records, record: ResidentRecord) -> bool:
    return record.state is RecordState.REMOVED and records.register.by_code(record.code) is not None


def take_move_in_notice(context: Context, adapters: Adapters, notice: MoveInNotice) -> str:
    """Remove the records of those who arrived on the day of their move; a repeated notice changes nothing.

    Whom the notice does not name stays announced: they may arrive later, the move may be cancelled for them, or the
    mayor removes them after the planned day. The move is completed when nobody of it is left here.

    They are removed as well where the move was cancelled after the other municipality had got its certificate: who
    lives there is no resident here. Where the mayor removed them already the move only gets its destination.

    Raises:
        UnknownMove: see there.
        MoveCompleted: the move ended at another municipality, or everybody named arrived by a notice before.
        MoveNotForCode: a code is not of this move.
        RecordNotCurrent: a record was removed for another reason.
    """
    grounds = adapters.permit_peer(context, "take-move-in-notice")
    request = f"move-in-notice/{notice.to_municipality}/{notice.notice_id}"
    with adapters.store.transaction() as records:
        if records.answer_of_request(request) is not None:
            return notice.move_reference
        move = records.register.move(notice.move_reference)
        if move.completed_on is not None and move.to_municipality not in {"", notice.to_municipality}:
            raise MoveCompleted
        found = {record.code: record for record in records.register.residents(move.residents)}
        if not notice.codes or not set(notice.codes) <= set(found):
            raise MoveNotForCode
        leaving = [found[code] for code in notice.codes]
        if move.completed_on is not None and all(_arrived(records, record) for record in leaving):
            raise MoveCompleted
        if move.completed_on is None:
            _remove_all(context, adapters, records, move, leaving, notice)
            _drop_other_moves(context, records, move, leaving)
        protect_those_who_left(context, adapters, records, move.reference, list(found.values()))
        awaited = [one for one in found.values() if one.state is RecordState.MOVING and one not in leaving]
        if not (_is_open(move) and awaited):
            done = move.completed_on or notice.moved_in_on
            records.register.complete_move(move.reference, notice.to_municipality, done)
        records.keep_answers({request: [move.reference]}, context.now())
        records.audit(grounds, "records-removed", "done", count=len(notice.codes))
        protected = protected_among(records, [record.resident for record in found.values()])
    hide_households(context, adapters, grounds, protected)
    return notice.move_reference


def _remove_all(  # noqa: PLR0917 - what one notice is about
    context: Context,
    adapters: Adapters,
    records: Records,
    move: Move,
    leaving: Sequence[ResidentRecord],
    notice: MoveInNotice,
) -> None:
    if any(record.state is RecordState.REMOVED for record in leaving):
        raise RecordNotCurrent
    moved_to = destination_of(records, move)
    if moved_to and municipality_of_address(moved_to) != notice.to_municipality:
        place = municipality(notice.to_municipality)
        moved_to = f"{place.prefecture}{place.full_name}"
    for record in leaving:
        _remove(context, adapters, records, record, notice, moved_to)
    settle_those_left(context, adapters, records, leaving, notice.moved_in_on)


def _drop_other_moves(context: Context, records: Records, move: Move, leaving: Sequence[ResidentRecord]) -> None:
    """Cancel what else was announced for those who arrived."""
    for other in sorted({one for record in leaving for one in records.events.open_moves_of(record.resident)}):
        if other != move.reference:
            records.events.cancel_move(other, context.today())
            announced = records.register.move(other)
            take_announcement_back(context, records, announced, announced.residents)


def _remove(  # noqa: PLR0917 - what one removal is about
    context: Context,
    adapters: Adapters,
    records: Records,
    record: ResidentRecord,
    notice: MoveInNotice,
    moved_to: str,
) -> None:
    items = removal_items(notice.moved_in_on, ChangeReason.MOVE_OUT, moved_to)
    event = RecordEvent(
        event_id=adapters.randomness.token(),
        resident=record.resident,
        reason=ChangeReason.MOVE_OUT,
        effective_on=notice.moved_in_on,
        reported_on=context.today(),
        entered_at=context.now(),
        entered_by=actor_text(context),
        documents=("move-in notice",),
    )
    records.events.add([(event, fact_of_event(event, items))])
    records.events.project([record_with(record, items_of(record) | items)])
    records.register.notify_prefecture(
        [IdentificationChange(ChangeReason.MOVE_OUT, notice.moved_in_on, record, in_register=False)]
    )
