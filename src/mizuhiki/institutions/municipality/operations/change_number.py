"""Give a person another number after a leak (番号法7条2項; 施行令3条, 4条; R-006, R-009).

On the person's written request or ex officio, and for no other reason: a number does not change with moving, work or
marriage. The register generates the number; the mayor designates it here, and it is notified like a first one, with
the code (`notify_number`). Cards that show the old number lapse in the register when the change arrives there.
"""

from __future__ import annotations

from mizuhiki.institutions.municipality.domain.errors import (
    ChangeRequestTaken,
    CircumstancesMissing,
    DateImpossible,
    NumberingOutOfOrder,
    RecordNotCurrent,
)
from mizuhiki.institutions.municipality.domain.numbering import numbered
from mizuhiki.institutions.municipality.domain.residents import (
    NumberChangeForm,
    NumberingStage,
    RecordEvent,
    RecordState,
    ResidentRecord,
)
from mizuhiki.institutions.municipality.operations.adapters import Adapters, actor_text
from mizuhiki.institutions.municipality.ports import IdentificationChange, Records
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.vocabulary.persons import ChangeReason

ACTION = "change-number"


def change_number(context: Context, adapters: Adapters, form: NumberChangeForm) -> str:
    """Designate another number and return the resident; the same request changes nothing a second time.

    A crash after the register generated the number loses nothing: the request, sent again, gets the same one.

    Raises:
        CircumstancesMissing, DateImpossible, ChangeRequestTaken: the form.
        RecordNotCurrent, NumberingOutOfOrder: the record is removed, or has no designated number yet.
    """
    grounds = adapters.permit(context, ACTION)
    if not form.circumstances.strip():
        raise CircumstancesMissing
    if form.received_on > context.today():
        raise DateImpossible(item="received_on")
    request = f"number-change/{form.request_id}"
    with adapters.store.transaction() as records:
        if _done(records, request, form.resident):
            return form.resident
        record, old = numbered_record(records, form.resident)
    new = adapters.numbers.change_number(form.request_id, record.code, old)
    with adapters.store.transaction() as records:
        if _done(records, request, form.resident):
            return form.resident
        numbered_record(records, form.resident)
        records.changes.replace_number(form.resident, new)
        records.linkage.renumber_addressee(old, new)
        _enter(context, adapters, records, form)
        records.keep_answers({request: [form.resident]}, context.now())
        records.audit(grounds, "number-changed", form.cause.value, subject=form.resident)
    return form.resident


def _done(records: Records, request: str, resident: str) -> bool:
    known = records.answer_of_request(request)
    if known is not None and known != [resident]:
        raise ChangeRequestTaken
    return known is not None


def numbered_record(records: Records, resident: str) -> tuple[ResidentRecord, IndividualNumber]:
    """Return a current record with its designated number.

    Raises:
        RecordNotCurrent, NumberingOutOfOrder: see `change_number`.
    """
    record = records.register.resident(resident)
    if record.state is RecordState.REMOVED:
        raise RecordNotCurrent
    if record.number is None or not numbered(record.stage):
        raise NumberingOutOfOrder(stage=record.stage.value, step="change")
    return record, record.number


def _enter(context: Context, adapters: Adapters, records: Records, form: NumberChangeForm) -> None:
    records.register.set_stage([form.resident], NumberingStage.DESIGNATED, context.now(), actor_text(context))
    records.register.insert_events(
        [
            RecordEvent(
                event_id=adapters.randomness.token(),
                resident=form.resident,
                reason=ChangeReason.NUMBER_CHANGE,
                effective_on=context.today(),
                reported_on=form.received_on,
                entered_at=context.now(),
                entered_by=actor_text(context),
                documents=form.documents,
                note=f"{form.cause.value}: {form.circumstances}",
            )
        ]
    )
    changed = records.register.resident(form.resident)
    records.register.notify_prefecture(
        [IdentificationChange(ChangeReason.NUMBER_CHANGE, context.today(), changed, in_register=True)]
    )
