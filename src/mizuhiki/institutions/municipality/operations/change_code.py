"""Give a person another resident record code on request (住基法30条の4); no reason is asked for.

The code comes from the municipality's own bundle. Steps: the new code is taken and remembered; the register is told;
the code is written and the prefecture notified. The same request goes on where an earlier one was cut off.
"""

from __future__ import annotations

from datetime import date

from mizuhiki.institutions.municipality.domain.errors import ChangeRequestTaken, DateImpossible
from mizuhiki.institutions.municipality.domain.residents import CodeChange, CodeChangeForm, CodeNotice, RecordEvent
from mizuhiki.institutions.municipality.operations.adapters import Adapters, actor_text
from mizuhiki.institutions.municipality.operations.change_number import numbered_record
from mizuhiki.institutions.municipality.operations.replenish_codes import ensure_stock
from mizuhiki.institutions.municipality.ports import IdentificationChange, Records
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.persons import ChangeReason

ACTION = "change-code"


def change_code(context: Context, adapters: Adapters, form: CodeChangeForm) -> CodeNotice:
    """Change the code and return the written notice to the person; again, the same notice.

    Raises:
        DateImpossible: the form was received in the future.
        ChangeRequestTaken: the request id belongs to another person.
        RecordNotCurrent, NumberingOutOfOrder: the record is removed, or has no designated number yet.
    """
    grounds = adapters.permit(context, ACTION)
    if form.received_on > context.today():
        raise DateImpossible(item="received_on")
    change = _begun(context, adapters, form)
    request = f"code-change/{form.request_id}"
    with adapters.store.transaction() as records:
        done = records.answer_of_request(request) is not None
    if not done:
        adapters.numbers.change_code(form.request_id, change.old, change.new)
    with adapters.store.transaction() as records:
        if records.answer_of_request(request) is None:
            _write(context, adapters, records, form, change)
            records.audit(grounds, "code-changed", "done", subject=form.resident)
            records.keep_answers({request: [context.today().isoformat()]}, context.now())
        record = records.register.resident(form.resident)
        [changed_on] = records.answer_of_request(request) or []
    return CodeNotice(
        name=record.name.full, address=record.address, code=change.new, changed_on=date.fromisoformat(changed_on)
    )


def _begun(context: Context, adapters: Adapters, form: CodeChangeForm) -> CodeChange:
    """Take a code of the bundle for this request, once."""
    ensure_stock(adapters, 1)
    with adapters.store.transaction() as records:
        change = records.changes.code_change(form.request_id)
        if change is None:
            record, _ = numbered_record(records, form.resident)
            (new,) = records.register.take_codes(1)
            change = CodeChange(form.request_id, form.resident, record.code, new)
            records.changes.begin_code_change(change, context.now())
    if change.resident != form.resident:
        raise ChangeRequestTaken
    return change


def _write(context: Context, adapters: Adapters, records: Records, form: CodeChangeForm, change: CodeChange) -> None:
    records.changes.replace_code(change)
    records.register.insert_events(
        [
            RecordEvent(
                event_id=adapters.randomness.token(),
                resident=form.resident,
                reason=ChangeReason.CODE_CHANGE,
                effective_on=context.today(),
                reported_on=form.received_on,
                entered_at=context.now(),
                entered_by=actor_text(context),
                documents=form.documents,
            )
        ]
    )
    record = records.register.resident(form.resident)
    records.register.notify_prefecture(
        [
            IdentificationChange(
                ChangeReason.CODE_CHANGE, context.today(), record, in_register=True, previous_code=change.old
            )
        ]
    )
