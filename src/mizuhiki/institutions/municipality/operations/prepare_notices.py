"""Prepare cards and notices for the post when a number is notified (番号法7条1項; R-097, R-105, R-127).

Preparation happens in the transaction of the notification, one envelope a household; sending is `dispatch_notices`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from mizuhiki.institutions.municipality.domain.notice_forms import NOTICE_NUMBERS, START, form_on, new_notice_number
from mizuhiki.institutions.municipality.domain.notices import (
    Destination,
    IssueCause,
    Mailing,
    Notice,
    NoticeEvent,
    NoticeState,
    Step,
    next_state,
)
from mizuhiki.institutions.municipality.domain.residents import ResidentRecord
from mizuhiki.institutions.municipality.operations.adapters import Adapters, actor_text
from mizuhiki.institutions.municipality.ports import Records
from mizuhiki.runtime.context import Context

PREPARED = "prepare"


def prepare_in(
    context: Context,
    adapters: Adapters,
    records: Records,
    found: Sequence[ResidentRecord],
    *,
    cause: IssueCause | None = None,
    responsible: str = "",
    note: str = "",
) -> list[Notice]:
    """Prepare a card or notice for each record in the open transaction.

    Without a cause it is the first one: of the initial sending for whoever was a resident on the Act's first day.
    `responsible` is the municipality whose duty the notification is, this one when empty.
    """
    mailings: dict[str, Mailing] = {}
    notices: list[Notice] = []
    numbers = _fresh_numbers(adapters, records, len(found))
    for record, number in zip(found, numbers, strict=True):
        mailing = mailings.setdefault(
            record.household,
            Mailing(
                mailing=adapters.randomness.token(),
                household=record.household,
                destination=Destination.REGISTER_ADDRESS,
                residence="",
                prepared_on=context.today(),
            ),
        )
        first = IssueCause.INITIAL if record.resident_since <= START else IssueCause.NEW_NUMBER
        notices.append(
            Notice(
                notice=adapters.randomness.token(),
                number=number,
                resident=record.resident,
                household=record.household,
                mailing=mailing.mailing,
                form=form_on(context.today()),
                cause=cause or first,
                responsible=responsible or adapters.code,
                printed_name=record.name.full,
                printed_address=record.address,
                state=NoticeState.PREPARED,
                prepared_on=context.today(),
            )
        )
    records.notices.insert_mailings(list(mailings.values()), notices)
    records.notices.add_events([event_of(context, notice, PREPARED, note) for notice in notices])
    return notices


def _fresh_numbers(adapters: Adapters, records: Records, count: int) -> list[str]:
    """Return card ids that no card has; a drawn one that is taken is drawn again."""
    numbers: list[str] = []
    while len(numbers) < count:
        drawn = {
            new_notice_number(adapters.code, adapters.randomness.below(NOTICE_NUMBERS))
            for _ in range(min(count - len(numbers), 500))
        }
        numbers += sorted(drawn - records.notices.numbers_taken(sorted(drawn)) - set(numbers))
    return numbers


def event_of(context: Context, notice: Notice, step: str, note: str = "") -> NoticeEvent:
    """Return the line of a card's history for something that happened now."""
    return NoticeEvent(notice.notice, step, context.now(), actor_text(context), note)


def advance(
    context: Context, records: Records, notice: Notice, step: Step, note: str = "", **changes: object
) -> Notice:
    """Take a step with a card and store it with its history; `changes` are fields that change with it.

    Raises:
        NoticeNotInState: the step does not follow.
    """
    moved = dataclasses.replace(notice, state=next_state(notice.state, step), **changes)  # type: ignore[arg-type] # the fields named by the callers below are checked by the tests of each step
    records.notices.update_notice(moved, event_of(context, moved, step.value, note))
    return moved
