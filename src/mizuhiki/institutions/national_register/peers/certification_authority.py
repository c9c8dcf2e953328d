"""Queues register events for the certification authorities (公的個人認証法12条, 31条; R-202)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from mizuhiki.institutions.national_register.domain.records import IdentificationNotice
from mizuhiki.runtime.outbox import Outbox
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from mizuhiki.wire import jpki
from mizuhiki.wire.national_register import FourItemsMessage

JPKI = institution_id(InstitutionKind.JPKI)


class RegisterEventQueue:
    """Writes the events of a batch into the outbox of the transaction that stored the notice."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def __call__(self, connection: Connection, notices: Sequence[IdentificationNotice]) -> None:
        """Queue the events of a batch of notices in one message, in order."""
        self._outbox.enqueue(
            connection,
            peer=JPKI,
            endpoint=jpki.NOTIFY_REGISTER_EVENTS,
            message=jpki.RegisterEvents(events=[_event(notice) for notice in notices]),
            subject="register-events",
            sealed=True,
        )


def _event(notice: IdentificationNotice) -> jpki.RegisterEvent:
    items = notice.four_items
    return jpki.RegisterEvent(
        event_id=notice.change_id,
        resident_record_code=notice.code.reveal(),
        reason=notice.reason.value,
        effective_on=notice.effective_on,
        four_items=FourItemsMessage(
            name=items.name,
            name_kana=items.name_kana,
            birth_date=items.birth_date,
            sex=int(items.sex),
            address=items.address,
        ),
        in_register=notice.in_register,
    )
