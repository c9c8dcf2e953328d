"""Enter a newborn child (戸籍法49条; 住基法施行令11条; R-010 step 1)."""

from __future__ import annotations

from collections.abc import Sequence

from mizuhiki.institutions.municipality.domain.errors import DateImpossible, ParentNotInHousehold
from mizuhiki.institutions.municipality.domain.events.deadlines import BIRTH, Lateness, lateness
from mizuhiki.institutions.municipality.domain.events.errors import NotRegistrable, ResidentStillHere
from mizuhiki.institutions.municipality.domain.events.items import items_of, require_written
from mizuhiki.institutions.municipality.domain.events.relations import child_of
from mizuhiki.institutions.municipality.domain.residents import (
    JAPANESE,
    BirthEntered,
    BirthForm,
    NumberingStage,
    RecordEvent,
    ResidentRecord,
)
from mizuhiki.institutions.municipality.operations.adapters import Adapters, actor_text
from mizuhiki.institutions.municipality.operations.events.entering import LATE
from mizuhiki.institutions.municipality.operations.events.tell_supplement import tell_supplement
from mizuhiki.institutions.municipality.operations.replenish_codes import ensure_stock
from mizuhiki.institutions.municipality.ports import Records
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.names import normalise_for_comparison
from mizuhiki.vocabulary.numbers import ResidentRecordCode
from mizuhiki.vocabulary.persons import ChangeReason


def register_birth(context: Context, adapters: Adapters, form: BirthForm) -> BirthEntered:
    """Make the record, write a code of the bundle on it, and return its name; a repeated form returns the same.

    Raises:
        DateImpossible: the birth lies after the day of receipt, or that day in the future; or it lies before the parent
            became a resident here: such a child is entered where the parent lived, and moves in from there.
        LateReasonMissing: the period is over and no reason is recorded.
        ParentNotInHousehold: no parent named is a member of the household.
        NotRegistrable: both parents are named and foreign, so that the child is no Japanese (国籍法2条).
        TextNotWritable: a text is no text of a record.
        ResidentStillHere: a member of the household has the child's name, birth date and sex.
        UnknownHousehold, CodeStockEmpty: see there.
    """
    grounds = adapters.permit(context, "register-birth")
    if form.received_on > context.today():
        raise DateImpossible(item="received_on")
    if form.birth_date > form.received_on:
        raise DateImpossible(item="birth_date")
    late = lateness(BIRTH, form.birth_date, form.received_on, form.late_reason)
    warnings = () if late is None else (late.fine_notice,)
    ensure_stock(adapters, 1)
    request = f"birth/{form.request_id}"
    with adapters.store.transaction() as records:
        known = records.answer_of_request(request)
        if known is not None:
            return BirthEntered(known[0], known[1], warnings)
        parents = _parents(records, form)
        (code,) = records.register.take_codes(1)
        record = _record(adapters, form, records.register.household_address(form.household), parents, code)
        require_written(items_of(record))
        reference = adapters.randomness.token(6)
        records.register.insert_residents([record])
        records.register.insert_events([_event(context, adapters, form, record.resident, late)])
        records.register.set_stage([record.resident], NumberingStage.CODE_WRITTEN, context.now(), actor_text(context))
        tell_supplement(context, adapters, records, record, before=None, effective_on=form.birth_date)
        records.keep_answers({request: [record.resident, reference]}, context.now())
        records.audit(grounds, "birth-registered", "done", subject=record.resident)
    return BirthEntered(record.resident, reference, warnings)


def _parents(records: Records, form: BirthForm) -> list[ResidentRecord]:
    """Return the parents who are members of the household, the Japanese ones first."""
    members = {member.resident: member for member in records.register.members(form.household)}
    named = [parent for parent in (form.mother, form.father) if parent is not None]
    found = [members[parent] for parent in named if parent in members]
    if not found:
        raise ParentNotInHousehold
    if all(parent.nationality != JAPANESE for parent in found) and form.mother and form.father:
        others = records.register.residents([parent for parent in named if parent not in members])
        if all(parent.nationality != JAPANESE for parent in others):
            raise NotRegistrable(rule="both-parents-foreign")
    if form.birth_date < min(parent.resident_since for parent in found):
        raise DateImpossible(item="birth_date")
    if any(_same_child(member, form) for member in members.values()):
        raise ResidentStillHere
    return sorted(found, key=lambda parent: parent.nationality != JAPANESE)


def _same_child(member: ResidentRecord, form: BirthForm) -> bool:
    names = (normalise_for_comparison(name) for name in (member.name.full, form.name.full))
    return (member.birth_date, member.sex) == (form.birth_date, form.sex) and len(set(names)) == 1


def _record(
    adapters: Adapters, form: BirthForm, address: str, parents: Sequence[ResidentRecord], code: ResidentRecordCode
) -> ResidentRecord:
    position = child_of([parent.relationship for parent in parents])
    return ResidentRecord(
        resident=adapters.randomness.token(),
        household=form.household,
        name=form.name,
        birth_date=form.birth_date,
        sex=form.sex,
        address=address,
        relationship=position,
        registered_domicile=form.registered_domicile,
        head_of_family_register=parents[0].head_of_family_register,
        resident_since=form.birth_date,
        address_since=form.birth_date,
        previous_address="",
        reported_on=form.received_on,
        nationality=JAPANESE,
        code=code,
        number=None,
        stage=NumberingStage.CODE_WRITTEN,
    )


def _event(context: Context, adapters: Adapters, form: BirthForm, resident: str, late: Lateness | None) -> RecordEvent:
    return RecordEvent(
        event_id=adapters.randomness.token(),
        resident=resident,
        reason=ChangeReason.BIRTH,
        effective_on=form.birth_date,
        reported_on=form.received_on,
        entered_at=context.now(),
        entered_by=actor_text(context),
        documents=form.documents,
        note="" if late is None else f"{LATE} {late.reason}",
    )
