"""Take identification information with change data from a prefecture (住基法30条の7; R-012)."""

from __future__ import annotations

import dataclasses
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
from mizuhiki.runtime.grounds import grounds_of
from mizuhiki.vocabulary.card_lapse import LapseCause
from mizuhiki.vocabulary.persons import ChangeReason

ACTION = "take-identification"


def _becomes_state(person: NumberedPerson, notice: IdentificationNotice, entered_on: date | None) -> bool:
    """Say whether a notice describes the person's registration now; a late one of a place the person left does not.

    After moves from A to B to C the notice of B may come last. `entered_on` is the last day on which the place that the
    person is known to live at entered them: an entry elsewhere on an earlier day was overtaken on its way and is
    history. On one and the same day the later arrival counts.
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


_ENDING_CARDS = {ChangeReason.DEATH: LapseCause.DEATH, ChangeReason.EX_OFFICIO_REMOVAL: LapseCause.REMOVED}
"""A card lapses by itself on the day of these (番号法17条6項; 施行令14条; R-154); an entry later does not revive it.

After a move it goes on if the move is notified and the card shown in time: `lapse_cards` judges that every night.
"""


def _with_kept_mark(person: NumberedPerson, notice: IdentificationNotice) -> IdentificationNotice:
    """Keep a support measure until the municipality of the person ends it by a correction of its own.

    A municipality that just entered somebody does not know of the measure yet; its notice must not end it (R-076).
    """
    if not person.protected or notice.protected:
        return notice
    own = notice.municipality_code == person.municipality_code
    ends = own and notice.reason is ChangeReason.EX_OFFICIO_CORRECTION
    return notice if ends else dataclasses.replace(notice, protected=True)


def _apply(records: Records, notice: IdentificationNotice, context: Context) -> list[IdentificationNotice]:
    """Keep one new notice; when it became the person's state, return what the certification authorities are told.

    They know a holder by the code of the day of issue, so a person who changed the code is named by every one they had.
    """
    person = records.person_by_code(notice.code)
    if person is None:
        raise UnknownPerson(change=notice.change_id)
    _require_number(records, person, notice)
    known = records.last_sequence(person, notice.municipality_code)
    if notice.sequence <= known:
        raise ChangeOutOfOrder(change=notice.change_id, known=known)
    entered_on = records.entered_on(person)
    records.keep_change(person, notice, context.now())
    if notice.reason is ChangeReason.NUMBER_CHANGE:
        records.lapse_cards(person, context.today(), LapseCause.NUMBER_CHANGED)
    if not _becomes_state(person, notice, entered_on):
        return []
    records.apply_change(person, _with_kept_mark(person, notice))
    if notice.reason in _ENDING_CARDS and not notice.in_register:
        records.lapse_cards(person, notice.effective_on, _ENDING_CARDS[notice.reason])
    *former, present = records.history.codes(person)
    told = [dataclasses.replace(notice, code=present)]
    return told + [
        dataclasses.replace(notice, code=code, change_id=f"{notice.change_id}-{n}") for n, code in enumerate(former)
    ]


def _require_number(records: Records, person: NumberedPerson, notice: IdentificationNotice) -> None:
    """Refuse a number that is not the person's; a notice that was under way at a change may carry an older one."""
    if notice.number == person.number and notice.reason is not ChangeReason.NUMBER_CHANGE:
        return
    given = [past.number for past in records.history.given(person)]
    right = given[-1:] if notice.reason is ChangeReason.NUMBER_CHANGE else given
    if notice.number not in right:
        raise NumberDoesNotMatchCode(change=notice.change_id)


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
        effective = [told for notice in new for told in _apply(records, notice, context)]
        if effective:
            records.tell_certification_authority(effective)
        records.audit(grounds_of(context), "identification-taken", "done", count=len(new))
    return len(new)
