"""Moving out and in with the number and code one has (住基法9条, 22条, 24条, 24条の2; R-006, R-048)."""

from __future__ import annotations

import dataclasses

from mizuhiki.institutions.municipality.domain.card_moves import CardMove
from mizuhiki.institutions.municipality.domain.errors import (
    AlreadyMoving,
    AlreadyResident,
    DateImpossible,
    EmptyForm,
    MoveCompleted,
    MoveNotForCode,
    RecordNotCurrent,
)
from mizuhiki.institutions.municipality.domain.events.errors import HouseholdInconsistent, NoMoveAnnounced
from mizuhiki.institutions.municipality.domain.moves import (
    CarriedMeasure,
    Move,
    MoveInForm,
    MoveInNotice,
    MoveOutForm,
    MovingOutCertificate,
    MovingOutPerson,
    is_late,
    split_name,
)
from mizuhiki.institutions.municipality.domain.residents import (
    NumberingStage,
    RecordEvent,
    RecordState,
    ResidentRecord,
)
from mizuhiki.institutions.municipality.operations.adapters import Adapters, actor_text, grounds_of
from mizuhiki.institutions.municipality.operations.ensure_addressees import ensure_addressees
from mizuhiki.institutions.municipality.operations.events.regrouping import settle_those_left
from mizuhiki.institutions.municipality.operations.events.staying import take_announcement_back
from mizuhiki.institutions.municipality.operations.events.tell_supplement import tell_supplement
from mizuhiki.institutions.municipality.operations.prepare_notices import send_anew_in, undelivered_by
from mizuhiki.institutions.municipality.operations.publish_resident_copies import hide_households, protected_among
from mizuhiki.institutions.municipality.operations.register_birth import LATE
from mizuhiki.institutions.municipality.operations.transfer_measures import (
    carried_measures,
    protect_those_who_left,
    take_measures_over,
)
from mizuhiki.institutions.municipality.ports import IdentificationChange, Records
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.gate import Disclosure
from mizuhiki.vocabulary.numbers import ResidentRecordCode
from mizuhiki.vocabulary.persons import ChangeReason, Position, Relationship

CERTIFICATE_CHANNEL = "moving-out-certificate"


def register_move_out(context: Context, adapters: Adapters, form: MoveOutForm) -> str:
    """Announce a move; the records stay until the new municipality confirms it. A repeated form returns the same.

    Raises:
        EmptyForm: nobody moves.
        DateImpossible: received in the future.
        RecordNotCurrent, AlreadyMoving: a record was removed or is moving.
    """
    grounds = adapters.permit(context, "register-move-out")
    if not form.residents:
        raise EmptyForm(item="residents")
    if form.received_on > context.today():
        raise DateImpossible(item="received_on")
    request = f"move-out/{form.request_id}"
    with adapters.store.transaction() as records:
        known = records.answer_of_request(request)
        if known is not None:
            return known[0]
        for record in records.register.residents(form.residents):
            if record.state is RecordState.REMOVED or record.number is None:
                raise RecordNotCurrent
            if record.state is RecordState.MOVING:
                raise AlreadyMoving
        move = Move(
            reference=adapters.randomness.token(9),
            residents=form.residents,
            planned_on=form.planned_on,
            planned_address=form.planned_address,
            received_on=form.received_on,
            notifier=form.notifier,
            special=form.special,
        )
        records.register.insert_move(move)
        records.register.mark_moving(form.residents)
        moving = records.register.residents(form.residents)
        records.register.tell_card_moves(
            [CardMove("announced", one.code, form.planned_on, form.received_on) for one in moving]
        )
        records.keep_answers({request: [move.reference]}, context.now())
        records.audit(grounds, "move-out-registered", "done", count=len(form.residents))
    return move.reference


def give_moving_out_certificate(
    context: Context, adapters: Adapters, *, asker: str, move_reference: str, code: ResidentRecordCode
) -> MovingOutCertificate:
    """Give the certificate to the municipality people move to; reference and code must belong together.

    Raises:
        UnknownMove: no such reference.
        MoveNotForCode: the code's holder does not move under it.
        MoveCompleted: it was confirmed by another municipality.
        Withheld: a support measure stands on one of the records.
    """
    grounds = adapters.permit_peer(context, "give-moving-out-certificate")
    with adapters.store.transaction() as records:
        move = records.register.move(move_reference)
        found = records.register.residents(move.residents)
        duties = [undelivered_by(records, record.resident) for record in found]
    if code not in {record.code for record in found}:
        raise MoveNotForCode
    if move.completed_on is not None and move.to_municipality != asker:
        raise MoveCompleted
    if move.cancelled_on is not None:
        raise NoMoveAnnounced
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


def fetch_moving_out_certificate(
    context: Context, adapters: Adapters, *, from_municipality: str, move_reference: str, resident_record_code: str
) -> MovingOutCertificate:
    """Get the certificate over the network, to be shown before the entry.

    Raises:
        MalformedResidentRecordCode: the code was mistyped.
        MoveNotForCode: the answer names nobody with that code.
    """
    grounds = adapters.permit(context, "register-move-in")
    certificate = _fetch(adapters, from_municipality, move_reference, resident_record_code)
    with adapters.store.transaction() as records:
        records.audit(grounds, "moving-out-certificate-fetched", "done", count=len(certificate.persons))
    return certificate


def _fetch(adapters: Adapters, from_municipality: str, reference: str, code_text: str) -> MovingOutCertificate:
    code = ResidentRecordCode.parse(code_text)
    if from_municipality == adapters.code:
        raise AlreadyResident
    certificate = adapters.others.moving_out_certificate(from_municipality, reference, code)
    if code not in {person.code for person in certificate.persons}:
        raise MoveNotForCode
    return certificate


def register_move_in(context: Context, adapters: Adapters, form: MoveInForm) -> list[str]:
    """Enter everybody on the certificate with the number and code they have; return their tokens.

    The previous municipality is told and the identification information is queued in the same transaction.

    Raises:
        DateImpossible: the move lies after the receipt, or that in the future.
        AlreadyResident: a person of the certificate is registered here.
        UnknownHousehold, MoveNotForCode, MalformedResidentRecordCode: see there.
    """
    grounds = adapters.permit(context, "register-move-in")
    if form.received_on > context.today():
        raise DateImpossible(item="received_on")
    if form.moved_in_on > form.received_on:
        raise DateImpossible(item="moved_in_on")
    request = f"move-in/{form.request_id}"
    with adapters.store.transaction() as records:
        known = records.answer_of_request(request)
    if known is not None:
        return known
    certificate = _fetch(adapters, form.from_municipality, form.move_reference, form.resident_record_code)
    with adapters.store.transaction() as records:
        known = records.answer_of_request(request)
        if known is not None:
            return known
        entered = _enter(context, adapters, records, form, certificate)
        records.register.tell_previous_municipality(
            form.from_municipality,
            MoveInNotice(
                notice_id=adapters.randomness.token(),
                move_reference=form.move_reference,
                to_municipality=adapters.code,
                moved_in_on=form.moved_in_on,
                codes=tuple(person.code for person in certificate.persons),
            ),
        )
        residents = [record.resident for record in entered]
        records.keep_answers({request: residents}, context.now())
        records.audit(grounds, "move-in-registered", "done", count=len(residents))
        protected = protected_among(records, residents)
    hide_households(context, adapters, grounds, protected)
    return residents


def _enter(
    context: Context, adapters: Adapters, records: Records, form: MoveInForm, certificate: MovingOutCertificate
) -> list[ResidentRecord]:
    if any(records.register.by_code(person.code) is not None for person in certificate.persons):
        raise AlreadyResident
    household, address = form.household, form.address
    if household is None:
        household = adapters.randomness.token()
        records.register.insert_household(household, address)
        relationships = _relationships(certificate, form)
    else:
        address = records.register.household_address(household)
        relationships = _joining(certificate, form)
    entered = [
        _moved(adapters, form, person, household=household, address=address, relationship=relationship)
        for person, relationship in zip(certificate.persons, relationships, strict=True)
    ]
    records.register.insert_residents(entered)
    take_measures_over(adapters, records, grounds_of(context), certificate, entered)
    late = is_late(form.moved_in_on, form.received_on, event_day_counts=False)
    records.register.insert_events(
        [
            RecordEvent(
                event_id=adapters.randomness.token(),
                resident=record.resident,
                reason=ChangeReason.MOVE_IN,
                effective_on=form.moved_in_on,
                reported_on=form.received_on,
                entered_at=context.now(),
                entered_by=actor_text(context),
                documents=("moving-out certificate over the network",),
                note=LATE if late else "",
            )
            for record in entered
        ]
    )
    residents = [record.resident for record in entered]
    records.register.set_stage(residents, NumberingStage.KEPT, context.now(), actor_text(context))
    for addressee, record in zip(ensure_addressees(adapters, records, entered), entered, strict=True):
        if record.protected:
            records.linkage.tell_protection(addressee)
    records.register.notify_prefecture(
        [IdentificationChange(ChangeReason.MOVE_IN, form.moved_in_on, record, in_register=True) for record in entered]
    )
    duties = [person.undelivered_by for person in certificate.persons]
    send_anew_in(context, adapters, records, list(zip(entered, duties, strict=True)))
    for record in entered:
        tell_supplement(context, adapters, records, record, before=None, effective_on=form.moved_in_on)
    return entered


def _relationships(certificate: MovingOutCertificate, form: MoveInForm) -> list[Position]:
    """Keep what stands on the certificate when the head moves too; else take what was stated, or the first as head."""
    if form.relationships:
        return _stated(certificate, form, heads=1)
    given = [person.relationship for person in certificate.persons]
    if Relationship.HEAD in given:
        return given
    return [Relationship.HEAD, *(Relationship.RELATIVE for _ in given[1:])]


def _joining(certificate: MovingOutCertificate, form: MoveInForm) -> list[Position]:
    """Return the positions stated for those who join a household; where none is stated they are cohabitants."""
    if form.relationships:
        return _stated(certificate, form, heads=0)
    return [Relationship.COHABITANT for _ in certificate.persons]


def _stated(certificate: MovingOutCertificate, form: MoveInForm, *, heads: int) -> list[Position]:
    stated = list(form.relationships)
    if len(stated) != len(certificate.persons):
        raise HouseholdInconsistent(rule="position-needed")
    if sum(position is Relationship.HEAD for position in stated) != heads:
        raise HouseholdInconsistent(rule="one-head")
    return stated


def _moved(
    adapters: Adapters,
    form: MoveInForm,
    person: MovingOutPerson,
    *,
    household: str,
    address: str,
    relationship: Position,
) -> ResidentRecord:
    items = person.four_items
    return ResidentRecord(
        resident=adapters.randomness.token(),
        household=household,
        name=split_name(items.name, items.name_kana),
        birth_date=items.birth_date,
        sex=items.sex,
        address=address,
        relationship=relationship,
        registered_domicile=person.registered_domicile,
        head_of_family_register=person.head_of_family_register,
        resident_since=form.moved_in_on,
        address_since=form.moved_in_on,
        previous_address=items.address,
        reported_on=form.received_on,
        nationality=person.nationality,
        code=person.code,
        number=person.number,
        stage=NumberingStage.KEPT,
        details=dataclasses.replace(person.details, moved_to=""),
        protected=person.measure is not None,
    )


def take_move_in_notice(context: Context, adapters: Adapters, notice: MoveInNotice) -> str:
    """Remove the records of a confirmed move on the day of the move; a repeated notice changes nothing.

    Raises:
        UnknownMove, MoveCompleted: see there.
        MoveNotForCode: a code is not of this move.
    """
    grounds = adapters.permit_peer(context, "take-move-in-notice")
    request = f"move-in-notice/{notice.to_municipality}/{notice.notice_id}"
    with adapters.store.transaction() as records:
        if records.answer_of_request(request) is not None:
            return notice.move_reference
        move = records.register.move(notice.move_reference)
        if move.completed_on is not None:
            raise MoveCompleted
        if move.cancelled_on is not None:
            raise NoMoveAnnounced
        found = {record.code: record for record in records.register.residents(move.residents)}
        if not notice.codes or not set(notice.codes) <= set(found):
            raise MoveNotForCode
        leaving = [found[code] for code in notice.codes]
        if any(record.state is RecordState.REMOVED for record in leaving):
            raise RecordNotCurrent
        for record in leaving:
            _remove(context, adapters, records, record, notice)
        protect_those_who_left(context, adapters, records, move.reference, leaving)
        settle_those_left(context, adapters, records, leaving, notice.moved_in_on)
        staying = [one.resident for code, one in found.items() if code not in notice.codes]
        take_announcement_back(context, records, move, staying)
        records.register.complete_move(move.reference, notice.to_municipality, notice.moved_in_on)
        records.keep_answers({request: [move.reference]}, context.now())
        records.audit(grounds, "records-removed", "done", count=len(notice.codes))
        protected = protected_among(records, [record.resident for record in leaving])
    hide_households(context, adapters, grounds, protected)
    return notice.move_reference


def _remove(
    context: Context, adapters: Adapters, records: Records, record: ResidentRecord, notice: MoveInNotice
) -> None:
    records.register.remove(record.resident, notice.moved_in_on, ChangeReason.MOVE_OUT)
    records.register.insert_events(
        [
            RecordEvent(
                event_id=adapters.randomness.token(),
                resident=record.resident,
                reason=ChangeReason.MOVE_OUT,
                effective_on=notice.moved_in_on,
                reported_on=context.today(),
                entered_at=context.now(),
                entered_by=actor_text(context),
                documents=("move-in notice",),
            )
        ]
    )
    records.register.notify_prefecture(
        [IdentificationChange(ChangeReason.MOVE_OUT, notice.moved_in_on, record, in_register=False)]
    )
