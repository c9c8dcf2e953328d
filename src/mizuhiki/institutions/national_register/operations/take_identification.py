"""Take identification information with change data from a prefecture (住基法30条の7; R-012)."""

from __future__ import annotations

from collections.abc import Sequence

from mizuhiki.institutions.national_register.domain.errors import (
    ChangeOutOfOrder,
    NumberDoesNotMatchCode,
    OtherPrefecture,
    UnknownPerson,
)
from mizuhiki.institutions.national_register.domain.records import IdentificationNotice
from mizuhiki.institutions.national_register.ports import Records, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context

ACTION = "take-identification"


def _apply(records: Records, notice: IdentificationNotice, context: Context) -> bool:
    """Apply one new notice; say whether it became the person's state (a late removal notice is history only)."""
    person = records.person_by_code(notice.code)
    if person is None:
        raise UnknownPerson(change=notice.change_id)
    if person.number != notice.number:
        raise NumberDoesNotMatchCode(change=notice.change_id)
    same_holder = person.municipality_code == notice.municipality_code
    if same_holder and notice.sequence <= person.sequence:
        raise ChangeOutOfOrder(change=notice.change_id, known=person.sequence)
    records.apply_change(person, notice, context.now())
    return same_holder or notice.in_register


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
        ChangeOutOfOrder: the person's sequence went back.
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
