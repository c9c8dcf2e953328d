"""From the code on the record to the notified number (番号法7条, 8条; R-010, R-011, R-014).

1. the code is written (by the operation that makes the record); 2. the number is requested; 3. the register has
generated it; 4. the mayor designates it and it is written on the record, and the identification information goes out;
5. code and number are notified together. A crash between any two steps leaves a stage from which the next call goes on.
"""

from __future__ import annotations

from collections.abc import Sequence

from mizuhiki.institutions.municipality.domain.errors import NumberRefused, RecordNotCurrent
from mizuhiki.institutions.municipality.domain.numbering import require_next
from mizuhiki.institutions.municipality.domain.residents import (
    NumberingStage,
    NumberingStep,
    NumberNotice,
    RecordState,
    ResidentRecord,
)
from mizuhiki.institutions.municipality.domain.support_measures import Work
from mizuhiki.institutions.municipality.operations.adapters import Adapters, actor_text
from mizuhiki.institutions.municipality.operations.disclose import require_disclosure
from mizuhiki.institutions.municipality.operations.ensure_addressees import ensure_addressees
from mizuhiki.institutions.municipality.operations.prepare_notices import prepare_in
from mizuhiki.institutions.municipality.ports import IdentificationChange, Records
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.grounds import Grounds
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.vocabulary.persons import ChangeReason

LINES_A_CALL = 1_000
_WAITING = (NumberingStage.CODE_WRITTEN, NumberingStage.NUMBER_REQUESTED)


def request_number(context: Context, adapters: Adapters, resident: str) -> None:
    """Have one number generated; a request that was cut off is sent again.

    Raises:
        NumberingOutOfOrder: the record has a number already.
        NumberRefused: the register refused; `refusal` says why.
    """
    grounds = adapters.permit(context, "request-number")
    with adapters.store.transaction() as records:
        record = _current(records.register.resident(resident))
    if record.stage is not NumberingStage.NUMBER_REQUESTED:
        require_next(record.stage, NumberingStage.NUMBER_REQUESTED)
    refusals = request_numbers(context, adapters, [resident], grounds)
    if refusals:
        raise NumberRefused(refusal=refusals[resident])


def request_numbers(context: Context, adapters: Adapters, residents: Sequence[str], grounds: Grounds) -> dict[str, str]:
    """Steps 2 and 3 for those of `residents` that wait for a number; return refusals by resident."""
    refusals: dict[str, str] = {}
    for start in range(0, len(residents), LINES_A_CALL):
        refusals |= _request_batch(context, adapters, residents[start : start + LINES_A_CALL], grounds)
    return refusals


def _request_batch(context: Context, adapters: Adapters, residents: Sequence[str], grounds: Grounds) -> dict[str, str]:
    actor = actor_text(context)
    with adapters.store.transaction() as records:
        waiting = [record for record in records.register.residents(residents) if record.stage in _WAITING]
        fresh = [record.resident for record in waiting if record.stage is NumberingStage.CODE_WRITTEN]
        records.register.set_stage(fresh, NumberingStage.NUMBER_REQUESTED, context.now(), actor)
    if not waiting:
        return {}
    answers = adapters.numbers.generate({record.resident: record.code for record in waiting})
    numbers = {line: answer for line, answer in answers.items() if isinstance(answer, IndividualNumber)}
    with adapters.store.transaction() as records:
        # Another worker may have done the same meanwhile: the register gave both the same numbers.
        still = [r.resident for r in records.register.residents(list(numbers)) if r.stage in _WAITING]
        records.register.keep_generated({resident: numbers[resident] for resident in still})
        records.register.set_stage(still, NumberingStage.NUMBER_GENERATED, context.now(), actor)
        records.audit(grounds, "numbers-generated", "done", count=len(still))
    return {line: answer for line, answer in answers.items() if isinstance(answer, str)}


def designate_number(context: Context, adapters: Adapters, resident: str) -> None:
    """Designate the generated number and write it on the record; the identification information is queued.

    Raises:
        NumberingOutOfOrder: no number was generated yet, or it is designated already.
    """
    grounds = adapters.permit(context, "designate-number")
    with adapters.store.transaction() as records:
        record = _current(records.register.resident(resident))
        require_next(record.stage, NumberingStage.DESIGNATED)
        designate_in(context, adapters, records, [record], grounds)


def designate_in(
    context: Context, adapters: Adapters, records: Records, found: Sequence[ResidentRecord], grounds: Grounds
) -> None:
    """Step 4 for records whose number was generated, in the open transaction."""
    residents = [record.resident for record in found]
    reasons = {event.resident: event for event in reversed(records.register.events(residents)) if event.reason.enters}
    records.register.designate(residents)
    records.register.set_stage(residents, NumberingStage.DESIGNATED, context.now(), actor_text(context))
    designated = records.register.residents(residents)
    ensure_addressees(adapters, records, designated)
    records.register.notify_prefecture(
        [
            IdentificationChange(
                reason=reasons[record.resident].reason if record.resident in reasons else ChangeReason.INITIAL,
                effective_on=reasons[record.resident].effective_on
                if record.resident in reasons
                else record.resident_since,
                record=record,
                in_register=True,
            )
            for record in designated
        ]
    )
    records.audit(
        grounds,
        "number-designated",
        "done",
        subject=residents[0] if len(residents) == 1 else "",
        count=len(residents),
    )


def notify_number(context: Context, adapters: Adapters, resident: str) -> NumberNotice:
    """Notify code and number in one event and return the notice; asked again, the same notice.

    Raises:
        UnderSupportMeasure: the record is protected and nobody lifted that for the numbering.
        NumberingOutOfOrder: the number is not designated yet.
    """
    grounds = adapters.permit(context, "notify-number")
    require_disclosure(context, adapters, [resident], Work.NUMBERING)
    with adapters.store.transaction() as records:
        record = _current(records.register.resident(resident))
        if record.stage is not NumberingStage.NOTIFIED:
            require_next(record.stage, NumberingStage.NOTIFIED)
            notify_in(context, adapters, records, [record], grounds)
        else:
            records.audit(grounds, "number-notice-reprinted", "done", subject=resident)
        on = records.register.notified_on(resident)
    if record.number is None or on is None:
        raise RecordNotCurrent
    return NumberNotice(
        name=record.name.full, address=record.address, code=record.code, number=record.number, notified_on=on
    )


def notify_in(
    context: Context, adapters: Adapters, records: Records, found: Sequence[ResidentRecord], grounds: Grounds
) -> None:
    """Step 5 for designated records, in the open transaction; the card or notice to be posted is prepared with it."""
    residents = [record.resident for record in found]
    records.register.insert_notifications(found, context.today(), context.now())
    prepare_in(context, adapters, records, found)
    records.register.set_stage(residents, NumberingStage.NOTIFIED, context.now(), actor_text(context))
    records.audit(
        grounds,
        "number-notified",
        "done",
        subject=residents[0] if len(residents) == 1 else "",
        count=len(residents),
    )


def numbering_steps(context: Context, adapters: Adapters, resident: str) -> list[NumberingStep]:
    """Return the logged steps in order.

    Raises:
        UnderSupportMeasure: the record is protected and nobody lifted that for the numbering.
    """
    grounds = adapters.permit(context, "read-register")
    require_disclosure(context, adapters, [resident], Work.NUMBERING)
    with adapters.store.transaction() as records:
        records.register.resident(resident)
        records.audit(grounds, "numbering-viewed", "done", subject=resident)
        return records.register.steps(resident)


def resume_numbering(context: Context, adapters: Adapters) -> int:
    """Request numbers for records that wait for one; designation stays with the mayor. Return how many got one."""
    grounds = adapters.permit(context, "resume-numbering")
    with adapters.store.transaction() as records:
        waiting = [record.resident for record in records.register.at_stage(_WAITING, LINES_A_CALL)]
    if not waiting:
        return 0
    refusals = request_numbers(context, adapters, waiting, grounds)
    return len(waiting) - len(refusals)


def _current(record: ResidentRecord) -> ResidentRecord:
    if record.state is RecordState.REMOVED:
        raise RecordNotCurrent
    return record
