"""Moving out and in with the number and code one has (住基法9条, 22条, 24条, 24条の2; R-006, R-048)."""

from __future__ import annotations

import dataclasses

from mizuhiki.institutions.municipality.domain.card_moves import CardMove
from mizuhiki.institutions.municipality.domain.errors import (
    AlreadyMoving,
    AlreadyResident,
    DateImpossible,
    EmptyForm,
    MoveNotForCode,
    RecordNotCurrent,
    StaysInMunicipality,
)
from mizuhiki.institutions.municipality.domain.events.deadlines import BEFOREHAND, WITHIN_14_DAYS, Lateness, lateness
from mizuhiki.institutions.municipality.domain.events.errors import HouseholdInconsistent, SpecialMoveNotPossible
from mizuhiki.institutions.municipality.domain.events.items import items_of, require_written
from mizuhiki.institutions.municipality.domain.events.relations import positions_on_arrival
from mizuhiki.institutions.municipality.domain.moves import (
    Move,
    MoveInForm,
    MoveInNotice,
    MoveOutForm,
    MovingOutCertificate,
    MovingOutPerson,
    split_name,
)
from mizuhiki.institutions.municipality.domain.residence import municipality_of_address
from mizuhiki.institutions.municipality.domain.residents import (
    NumberingStage,
    RecordEvent,
    RecordState,
    ResidentRecord,
)
from mizuhiki.institutions.municipality.operations.adapters import Adapters, actor_text
from mizuhiki.institutions.municipality.operations.ensure_addressees import ensure_addressees
from mizuhiki.institutions.municipality.operations.events.entering import (
    LATE,
    TaskWanted,
    check_households,
    open_tasks,
    require_order,
)
from mizuhiki.institutions.municipality.operations.events.tell_supplement import tell_supplement
from mizuhiki.institutions.municipality.operations.new_household import new_household
from mizuhiki.institutions.municipality.operations.prepare_notices import send_anew_in
from mizuhiki.institutions.municipality.operations.publish_resident_copies import hide_households, protected_among
from mizuhiki.institutions.municipality.operations.transfer_measures import (
    take_measures_over,
)
from mizuhiki.institutions.municipality.ports import IdentificationChange, Records
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of
from mizuhiki.vocabulary.numbers import ResidentRecordCode
from mizuhiki.vocabulary.persons import ChangeReason, Position, Relationship

LATE_MOVE_OUT = "late-move-out"
"""Task of the mayor: remove ex officio people who said more than 14 days later that they had moved."""


def register_move_out(context: Context, adapters: Adapters, form: MoveOutForm) -> str:
    """Announce a move; the records stay until the new municipality confirms it. A repeated form returns the same.

    More than 14 days after the move it is no notification any more (転出届) but asks for the removal ex officio: the
    special move with the card is over then, and a task for the mayor is opened (住基法24条; 事務処理要領第4-2).

    Raises:
        EmptyForm: nobody moves, or no address is given.
        TextNotWritable: the address is no text of a record.
        DateImpossible: received in the future, or planned before somebody became a resident.
        StaysInMunicipality: the new address lies here.
        SpecialMoveNotPossible: rule `announced-14-days-after-move`.
        RecordNotCurrent, AlreadyMoving: a record was removed or is moving.
    """
    grounds = adapters.permit(context, "register-move-out")
    late = _require_announceable(context, adapters, form)
    request = f"move-out/{form.request_id}"
    with adapters.store.transaction() as records:
        known = records.answer_of_request(request)
        if known is not None:
            return known[0]
        leaving = tuple(dict.fromkeys(form.residents))
        for record in records.register.residents(leaving):
            if record.state is RecordState.REMOVED or record.number is None:
                raise RecordNotCurrent
            if record.state is RecordState.MOVING:
                raise AlreadyMoving
            if form.planned_on < record.resident_since:
                raise DateImpossible(item="planned_on")
        move = Move(
            reference=adapters.randomness.token(9),
            residents=leaving,
            planned_on=form.planned_on,
            planned_address=form.planned_address.strip(),
            received_on=form.received_on,
            notifier=form.notifier,
            special=form.special,
        )
        records.register.insert_move(move)
        records.register.mark_moving(leaving)
        moving = records.register.residents(leaving)
        if late:
            text = f"moved on {form.planned_on.isoformat()}: {move.reference}"
            open_tasks(context, adapters, records, [TaskWanted(LATE_MOVE_OUT, leaving[0], text)])
        records.register.tell_card_moves(
            [CardMove("announced", one.code, form.planned_on, form.received_on) for one in moving]
        )
        records.keep_answers({request: [move.reference]}, context.now())
        records.audit(grounds, "move-out-registered", "done", count=len(leaving))
    return move.reference


def _require_announceable(context: Context, adapters: Adapters, form: MoveOutForm) -> bool:
    """Check what a move out says by itself; return whether it came too late to be a notification."""
    if not form.residents:
        raise EmptyForm(item="residents")
    if not form.planned_address.strip():
        raise EmptyForm(item="planned_address")
    require_written({"planned_address": form.planned_address})
    if municipality_of_address(form.planned_address.strip()) == adapters.code:
        raise StaysInMunicipality
    if form.received_on > context.today():
        raise DateImpossible(item="received_on")
    late = form.received_on > BEFOREHAND.last_day(form.planned_on)
    if late and form.special:
        raise SpecialMoveNotPossible(rule="announced-14-days-after-move")
    return late


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
    """Enter who arrives of a certificate with the number and code they have; return their tokens.

    Where only some arrive (`form.arriving`) the others stay announced where they live, and may follow by the same
    reference: everybody notifies their own move within 14 days of it (住基法22条).

    The previous municipality is told and the identification information is queued in the same transaction.

    Raises:
        MoveNotForCode: somebody who is to arrive does not stand on the certificate, or arrived before.
        DateImpossible: the move lies after the receipt, or that in the future; or before somebody of the certificate
            was born or became a resident of the place they leave.
        LateReasonMissing: more than 14 days after the move, and no reason is recorded.
        AlreadyResident: a person of the certificate is registered here.
        LaterEventExists: the household that is joined has an event after the move.
        HouseholdInconsistent: positions that no household can have.
        TextNotWritable: a text, typed or of the certificate, is no text of a record.
        EmptyForm, AddressElsewhere: a new household has no address, or one of another municipality.
        UnknownHousehold, MalformedResidentRecordCode: see there.
    """
    grounds = adapters.permit(context, "register-move-in")
    if form.received_on > context.today():
        raise DateImpossible(item="received_on")
    if form.moved_in_on > form.received_on:
        raise DateImpossible(item="moved_in_on")
    late = lateness(WITHIN_14_DAYS, form.moved_in_on, form.received_on, form.late_reason)
    request = f"move-in/{form.request_id}"
    with adapters.store.transaction() as records:
        known = records.answer_of_request(request)
    if known is not None:
        return known
    certificate = _arriving(
        form, _fetch(adapters, form.from_municipality, form.move_reference, form.resident_record_code)
    )
    if any(form.moved_in_on < max(one.resident_since, one.four_items.birth_date) for one in certificate.persons):
        raise DateImpossible(item="moved_in_on")
    with adapters.store.transaction() as records:
        known = records.answer_of_request(request)
        if known is not None:
            return known
        entered = _enter(context, adapters, records, form, certificate, late=late)
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


def _arriving(form: MoveInForm, certificate: MovingOutCertificate) -> MovingOutCertificate:
    """Return the certificate with those only who arrive now.

    Of a protected family that comes in parts each part takes the measure, as its records say where they live (R-076).
    """
    if not form.arriving:
        return certificate
    standing = next((person.measure for person in certificate.persons if person.measure is not None), None)
    persons = tuple(
        dataclasses.replace(person, measure=person.measure or standing)
        for person in certificate.persons
        if person.code in form.arriving
    )
    if len(persons) != len(form.arriving):
        raise MoveNotForCode
    return dataclasses.replace(certificate, persons=persons)


def _enter(
    context: Context,
    adapters: Adapters,
    records: Records,
    form: MoveInForm,
    certificate: MovingOutCertificate,
    *,
    late: Lateness | None,
) -> list[ResidentRecord]:
    if any(records.register.by_code(person.code) is not None for person in certificate.persons):
        raise AlreadyResident
    household = form.household
    if household is None:
        household, address = new_household(records, adapters, form.address)
    else:
        address = records.register.household_address(household)
        require_order(records, [member.resident for member in records.register.members(household)], form.moved_in_on)
    relationships = _relationships(certificate, form)
    entered = [
        _moved(adapters, form, person, household=household, address=address, relationship=relationship)
        for person, relationship in zip(certificate.persons, relationships, strict=True)
    ]
    for record in entered:
        require_written(items_of(record))
    records.register.insert_residents(entered)
    check_households(records, [household])
    take_measures_over(adapters, records, grounds_of(context), certificate, entered)
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
                note="" if late is None else f"{LATE} {late.reason}",
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
    joining = form.household is not None
    if form.relationships:
        return _stated(certificate, form, heads=0 if joining else 1)
    return positions_on_arrival(certificate, form.moved_in_on, joining=joining)


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
