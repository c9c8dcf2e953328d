"""Take identification information from a municipality and pass it on (住基法30条の6, 30条の7; R-012, R-049)."""

from __future__ import annotations

from collections.abc import Sequence

from mizuhiki.institutions.prefecture.domain.notices import IdentificationNotice, check_order, check_origin
from mizuhiki.institutions.prefecture.ports import Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context

ACTION = "take-identification"


def take_identification(
    context: Context,
    *,
    store: Store,
    authority: Authority,
    prefecture_code: str,
    sender: str,
    notices: Sequence[IdentificationNotice],
) -> int:
    """Store new notices in order, all or none, and queue them for the national register; return how many were new.

    Raises:
        MunicipalityElsewhere, ChangeOfOtherMunicipality: the sender may not notify this.
        NoticeOutOfOrder: a person's sequence went back.
    """
    authority.require(context, ACTION)
    for notice in notices:
        check_origin(prefecture_code, sender, notice)
    with store.transaction() as records:
        new: list[IdentificationNotice] = []
        for notice in notices:
            if records.change_known(notice.change_id):
                continue
            check_order(records.last_sequence(notice), notice)
            records.keep(notice, context.now())
            new.append(notice)
        if new:
            records.pass_on(new)
    return len(new)
