"""Enter a newborn child (戸籍法49条; 住基法施行令11条; R-010 step 1)."""

from __future__ import annotations

from mizuhiki.institutions.municipality.domain.errors import DateImpossible, ParentNotInHousehold
from mizuhiki.institutions.municipality.domain.moves import is_late, notification_deadline
from mizuhiki.institutions.municipality.domain.residents import (
    BirthEntered,
    BirthForm,
    NumberingStage,
    RecordEvent,
    ResidentRecord,
)
from mizuhiki.institutions.municipality.operations.adapters import Adapters, actor_text
from mizuhiki.institutions.municipality.operations.events.tell_supplement import tell_supplement
from mizuhiki.institutions.municipality.operations.replenish_codes import ensure_stock
from mizuhiki.institutions.municipality.ports import Records
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.numbers import ResidentRecordCode
from mizuhiki.vocabulary.persons import ChangeReason, Relationship

LATE = "notified-late"


def register_birth(context: Context, adapters: Adapters, form: BirthForm) -> BirthEntered:
    """Make the record, write a code of the bundle on it, and return its name; a repeated form returns the same.

    Raises:
        DateImpossible: the birth lies after the day of receipt, or that day in the future.
        ParentNotInHousehold: no parent named is a member of the household.
        UnknownHousehold, CodeStockEmpty: see there.
    """
    grounds = adapters.permit(context, "register-birth")
    if form.received_on > context.today():
        raise DateImpossible(item="received_on")
    if form.birth_date > form.received_on:
        raise DateImpossible(item="birth_date")
    warnings = _warnings(form)
    ensure_stock(adapters, 1)
    request = f"birth/{form.request_id}"
    with adapters.store.transaction() as records:
        known = records.answer_of_request(request)
        if known is not None:
            return BirthEntered(known[0], known[1], warnings)
        parent = _parent(records, form)
        (code,) = records.register.take_codes(1)
        record = _record(adapters, form, records.register.household_address(form.household), parent, code)
        reference = adapters.randomness.token(6)
        records.register.insert_residents([record])
        records.register.insert_events([_event(context, adapters, form, record.resident)])
        records.register.set_stage([record.resident], NumberingStage.CODE_WRITTEN, context.now(), actor_text(context))
        tell_supplement(context, adapters, records, record, before=None, effective_on=form.birth_date)
        records.keep_answers({request: [record.resident, reference]}, context.now())
        records.audit(grounds, "birth-registered", "done", subject=record.resident)
    return BirthEntered(record.resident, reference, warnings)


def _warnings(form: BirthForm) -> tuple[str, ...]:
    if is_late(form.birth_date, form.received_on, event_day_counts=True):
        deadline = notification_deadline(form.birth_date, event_day_counts=True)
        return (f"the notification was due by {deadline.isoformat()} (戸籍法49条); ask for the reason in writing",)
    return ()


def _parent(records: Records, form: BirthForm) -> ResidentRecord:
    members = {member.resident: member for member in records.register.members(form.household)}
    for parent in (form.mother, form.father):
        if parent is not None and parent in members:
            return members[parent]
    raise ParentNotInHousehold


def _record(
    adapters: Adapters, form: BirthForm, address: str, parent: ResidentRecord, code: ResidentRecordCode
) -> ResidentRecord:
    # A child of somebody other than the head or spouse (a grandchild) is written as relative until corrected.
    close = parent.relationship in {Relationship.HEAD, Relationship.HUSBAND, Relationship.WIFE}
    return ResidentRecord(
        resident=adapters.randomness.token(),
        household=form.household,
        name=form.name,
        birth_date=form.birth_date,
        sex=form.sex,
        address=address,
        relationship=Relationship.CHILD if close else Relationship.RELATIVE,
        registered_domicile=form.registered_domicile,
        head_of_family_register=parent.head_of_family_register,
        resident_since=form.birth_date,
        address_since=form.birth_date,
        previous_address="",
        reported_on=form.received_on,
        nationality="JP",
        code=code,
        number=None,
        stage=NumberingStage.CODE_WRITTEN,
    )


def _event(context: Context, adapters: Adapters, form: BirthForm, resident: str) -> RecordEvent:
    late = is_late(form.birth_date, form.received_on, event_day_counts=True)
    return RecordEvent(
        event_id=adapters.randomness.token(),
        resident=resident,
        reason=ChangeReason.BIRTH,
        effective_on=form.birth_date,
        reported_on=form.received_on,
        entered_at=context.now(),
        entered_by=actor_text(context),
        documents=form.documents,
        note=LATE if late else "",
    )
