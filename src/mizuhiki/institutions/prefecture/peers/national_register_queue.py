"""Queues identification information for the national register (住基法30条の7)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from mizuhiki.institutions.prefecture.domain.notices import IdentificationNotice
from mizuhiki.runtime.outbox import Outbox
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from mizuhiki.wire import national_register

REGISTER = institution_id(InstitutionKind.NATIONAL_REGISTER)


def write_change(notice: IdentificationNotice) -> national_register.IdentificationChange:
    """Return the wire message of one notice."""
    items = notice.four_items
    return national_register.IdentificationChange(
        change_id=notice.change_id,
        sequence=notice.sequence,
        municipality_code=notice.municipality_code,
        reason=notice.reason.value,
        effective_on=notice.effective_on,
        resident_record_code=notice.code.reveal(),
        individual_number=notice.number.reveal(),
        four_items=national_register.FourItemsMessage(
            name=items.name,
            name_kana=items.name_kana,
            birth_date=items.birth_date,
            sex=int(items.sex),
            address=items.address,
        ),
        in_register=notice.in_register,
        protected=notice.protected,
    )


class NationalRegisterQueue:
    """Writes a batch of notices into the outbox of the transaction that stored them, in one ordered stream."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def __call__(self, connection: Connection, notices: Sequence[IdentificationNotice]) -> None:
        """Queue one batch."""
        self._outbox.enqueue(
            connection,
            peer=REGISTER,
            endpoint=national_register.NOTIFY_IDENTIFICATION,
            message=national_register.IdentificationChanges(changes=[write_change(notice) for notice in notices]),
            subject="identification",
            sealed=True,
        )
