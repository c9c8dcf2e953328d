"""Take identification information with change data from a prefecture (住基法30条の7; R-012)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mizuhiki.institutions.national_register.domain.errors import (
    ChangeOutOfOrder,
    NumberDoesNotMatchCode,
    OtherPrefecture,
    UnknownPerson,
)
from mizuhiki.institutions.national_register.domain.records import IdentificationNotice, NumberedPerson
from mizuhiki.institutions.national_register.ports import Records, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.persons import ChangeReason

ACTION = "take-identification"


def _becomes_state(person: NumberedPerson, notice: IdentificationNotice, entered_on: date | None) -> bool:
    """Say whether a notice describes the person's registration now; a late one of a place the person left does not.

    `entered_on` is the last day on which the place where the person is known to be entered them: an entry elsewhere on
    an earlier day was overtaken on its way.
    """
    if notice.municipality_code == person.municipality_code:
        return True
    if not notice.in_register or (entered_on is not None and notice.effective_on < entered_on):
        return False
    if notice.reason is ChangeReason.MOVE_IN:
        return True
    if person.four_items is None:
        return notice.reason.enters or notice.reason is ChangeReason.INITIAL
    return notice.reason is ChangeReason.EX_OFFICIO_ENTRY and not person.in_register


def _apply(records: Records, notice: IdentificationNotice, context: Context) -> bool:
    """Keep one new notice; say whether it became the person's state."""
    person = records.person_by_code(notice.code)
    if person is None:
        raise UnknownPerson(change=notice.change_id)
    if person.number != notice.number:
        raise NumberDoesNotMatchCode(change=notice.change_id)
    known = records.last_sequence(person, notice.municipality_code)
    if notice.sequence <= known:
        raise ChangeOutOfOrder(change=notice.change_id, known=known)
    records.keep_change(person, notice, context.now())
    effective = _becomes_state(person, notice, records.entered_on(person))
    if effective:
        records.apply_change(person, notice)
    return effective


def take_identification(
    context: Context,
    *,
    store: Store,
    authority: Authority,
    prefecture_code: str,
    notices: Sequence[IdentificationNotice],
) -> int:
    """Apply notices in order, all or none; return how many were new. A notice known already is passed over.

    Raises:
        OtherPrefecture: a notice concerns a municipality outside the prefecture.
        UnknownPerson: the code was never numbered.
        NumberDoesNotMatchCode: number and code were not generated together.
        ChangeOutOfOrder: the person's sequence at that municipality went back.
    """
    authority.require(context, ACTION)
    for notice in notices:
        if not notice.municipality_code.startswith(prefecture_code):
            raise OtherPrefecture(change=notice.change_id)
    with store.transaction() as records:
        new = [notice for notice in notices if not records.change_known(notice.change_id)]
        effective = [notice for notice in new if _apply(records, notice, context)]
        if effective:
            records.tell_certification_authority(effective)
    return len(new)
