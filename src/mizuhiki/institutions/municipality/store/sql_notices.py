"""Notification cards, mailings and actual residences in the open transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, func, or_, select, true

from mizuhiki.institutions.municipality.domain.actual_residences import (
    ActualAddress,
    ActualResidence,
    Agent,
    Attachment,
    DeliveryPath,
    ResidenceCase,
    ResidenceSource,
)
from mizuhiki.institutions.municipality.domain.notice_errors import UnknownMailing, UnknownNotice, UnknownResidence
from mizuhiki.institutions.municipality.domain.notice_forms import Endorsement, NoticeForm
from mizuhiki.institutions.municipality.domain.notices import (
    Destination,
    Envelope,
    IssueCause,
    Mailing,
    Notice,
    NoticeEvent,
    NoticeQuery,
    NoticeState,
    ReturnedNotice,
    ReturnReason,
)
from mizuhiki.institutions.municipality.store.cipher import Cipher
from mizuhiki.institutions.municipality.store.notice_tables import (
    ENDORSEMENTS,
    MAILINGS,
    NOTICE_EVENTS,
    NOTICES,
    RESIDENCES,
)
from mizuhiki.institutions.municipality.store.tables import RESIDENTS
from mizuhiki.vocabulary.typed_values import read_json

TellCardMaker = Callable[[Connection, Envelope | ReturnedNotice], None]
"""Queues an envelope to be printed and sent, or a returned registration, inside the given transaction."""


class _Content(msgspec.Struct, forbid_unknown_fields=True):
    """What is encrypted of a registration."""

    address: str
    reason: str
    agent_name: str = ""
    agent_address: str = ""


class SqlNotices:
    """Implements `ports.NoticeRecords`."""

    def __init__(self, connection: Connection, cipher: Cipher, tell: TellCardMaker) -> None:
        self._connection = connection
        self._cipher = cipher
        self._tell = tell

    # Notices and mailings

    def insert_mailings(self, mailings: Sequence[Mailing], notices: Sequence[Notice]) -> None:
        """Store prepared envelopes with their cards."""
        if mailings:
            self._connection.execute(
                MAILINGS.insert(),
                [
                    {
                        "mailing": one.mailing,
                        "household": one.household,
                        "destination": one.destination.value,
                        "residence": one.residence,
                        "prepared_on": one.prepared_on,
                        "sent_on": one.sent_on,
                    }
                    for one in mailings
                ],
            )
        if notices:
            self._connection.execute(NOTICES.insert(), [_notice_values(one) for one in notices])

    def numbers_taken(self, numbers: Sequence[str]) -> set[str]:
        """Return those card ids that exist."""
        query = select(NOTICES.c.number).where(NOTICES.c.number.in_(list(numbers)))
        return set(self._connection.execute(query).scalars())

    def notice(self, notice: str) -> Notice:
        """Return a notice.

        Raises:
            UnknownNotice: there is none.
        """
        row = self._connection.execute(select(NOTICES).where(NOTICES.c.notice == notice)).one_or_none()
        if row is None:
            raise UnknownNotice
        return _notice(row)

    def notice_of_number(self, number: str) -> Notice | None:
        """Return the notice with a card id."""
        row = self._connection.execute(select(NOTICES).where(NOTICES.c.number == number)).one_or_none()
        return None if row is None else _notice(row)

    def update_notice(self, notice: Notice, event: NoticeEvent) -> None:
        """Store where a notice stands now, and the step that led there."""
        values = _notice_values(notice)
        self._connection.execute(NOTICES.update().where(NOTICES.c.notice == notice.notice).values(**values))
        self.add_events([event])

    def add_events(self, events: Sequence[NoticeEvent]) -> None:
        """Append steps."""
        if not events:
            return
        self._connection.execute(
            NOTICE_EVENTS.insert(),
            [{"notice": e.notice, "step": e.step, "at": e.at, "actor": e.actor, "note": e.note} for e in events],
        )

    def events(self, notice: str) -> list[NoticeEvent]:
        """Return the history of a notice in order."""
        query = select(NOTICE_EVENTS).where(NOTICE_EVENTS.c.notice == notice).order_by(NOTICE_EVENTS.c.id)
        return [
            NoticeEvent(row.notice, row.step, row.at, row.actor, row.note) for row in self._connection.execute(query)
        ]

    def notices(self, query: NoticeQuery) -> list[Notice]:
        """Return notices, those kept longest first, then newest first."""
        wanted = select(NOTICES)
        if query.states:
            wanted = wanted.where(NOTICES.c.state.in_([state.value for state in query.states]))
        if query.due_before is not None:
            wanted = wanted.where(NOTICES.c.kept_until < query.due_before)
        for column, value in (("mailing", query.mailing), ("resident", query.resident), ("household", query.household)):
            if value:
                wanted = wanted.where(NOTICES.c[column] == value)
        order = (NOTICES.c.kept_until.is_(None), NOTICES.c.kept_until, NOTICES.c.id.desc())
        return [_notice(row) for row in self._connection.execute(wanted.order_by(*order).limit(query.limit))]

    def count_by_state(self) -> dict[NoticeState, int]:
        """Return how many notices stand at each state."""
        query = select(NOTICES.c.state, func.count()).group_by(NOTICES.c.state)
        return {NoticeState(state): int(count) for state, count in self._connection.execute(query)}

    def prepared_mailings(self, limit: int) -> list[Mailing]:
        """Return envelopes not sent yet, oldest first."""
        query = select(MAILINGS).where(MAILINGS.c.sent_on.is_(None)).order_by(MAILINGS.c.id).limit(limit)
        return [_mailing(row) for row in self._connection.execute(query)]

    def mailings(self, limit: int) -> list[Mailing]:
        """Return envelopes, newest first."""
        query = select(MAILINGS).order_by(MAILINGS.c.id.desc()).limit(limit)
        return [_mailing(row) for row in self._connection.execute(query)]

    def mailing(self, mailing: str) -> Mailing:
        """Return an envelope.

        Raises:
            UnknownMailing: there is none.
        """
        row = self._connection.execute(select(MAILINGS).where(MAILINGS.c.mailing == mailing)).one_or_none()
        if row is None:
            raise UnknownMailing
        return _mailing(row)

    def mark_sent(self, mailing: str, on: date, destination: Destination, residence: str) -> None:
        """Note that an envelope went to the card maker, and where it was addressed."""
        self._connection.execute(
            MAILINGS.update()
            .where(MAILINGS.c.mailing == mailing)
            .values(sent_on=on, destination=destination.value, residence=residence)
        )

    def tell_card_maker(self, message: Envelope | ReturnedNotice) -> None:
        """Queue a message for the card maker in this transaction."""
        self._tell(self._connection, message)

    # Endorsements

    def endorse(self, notice: str, lines: Sequence[Endorsement]) -> None:
        """Append lines of the 追記欄."""
        self._connection.execute(
            ENDORSEMENTS.insert(),
            [
                {
                    "notice": notice,
                    "item": line.item,
                    "content": line.content,
                    "changed_on": line.changed_on,
                    "endorsed_on": line.endorsed_on,
                    "endorsed_by": line.endorsed_by,
                }
                for line in lines
            ],
        )

    def endorsements(self, notice: str) -> list[Endorsement]:
        """Return the lines of the 追記欄 in order."""
        query = select(ENDORSEMENTS).where(ENDORSEMENTS.c.notice == notice).order_by(ENDORSEMENTS.c.id)
        return [
            Endorsement(row.item, row.content, row.changed_on, row.endorsed_on, row.endorsed_by)
            for row in self._connection.execute(query)
        ]

    # Actual residences

    def insert_residence(self, held: ActualResidence) -> None:
        """Store a registration; the one before it of the same person is superseded."""
        self._connection.execute(
            RESIDENCES.update()
            .where(RESIDENCES.c.resident == held.resident, RESIDENCES.c.superseded_on.is_(None))
            .values(superseded_on=held.received_on)
        )
        content = _Content(
            address=held.address.reveal(),
            reason=held.reason,
            agent_name="" if held.agent is None else held.agent.name,
            agent_address="" if held.agent is None or held.agent.deliver_to is None else held.agent.deliver_to.reveal(),
        )
        self._connection.execute(
            RESIDENCES.insert().values(
                residence=held.residence,
                resident=held.resident,
                residence_case=held.case.value,
                source=held.source.value,
                path=held.path.value,
                content_encrypted=self._cipher.encrypt_person(
                    msgspec.json.encode(content), RESIDENCES.name, held.residence
                ),
                received_on=held.received_on,
                attachments=sorted(paper.value for paper in held.attachments),
                confirmed_on=held.confirmed_on,
                consent_to_share=held.consent_to_share,
                entered_by=held.entered_by,
                approved_by=held.approved_by,
                superseded_on=held.superseded_on,
            )
        )

    def residence(self, residence: str) -> ActualResidence:
        """Return a registration.

        Raises:
            UnknownResidence: there is none.
        """
        row = self._connection.execute(select(RESIDENCES).where(RESIDENCES.c.residence == residence)).one_or_none()
        if row is None:
            raise UnknownResidence
        return self._residence(row)

    def residences_of(self, residents: Sequence[str]) -> dict[str, ActualResidence]:
        """Return the registration in force of each person that has one."""
        query = select(RESIDENCES).where(
            RESIDENCES.c.resident.in_(list(residents)), RESIDENCES.c.superseded_on.is_(None)
        )
        return {row.resident: self._residence(row) for row in self._connection.execute(query)}

    def residence_history(self, resident: str) -> list[ActualResidence]:
        """Return all registrations of a person, newest first."""
        query = select(RESIDENCES).where(RESIDENCES.c.resident == resident).order_by(RESIDENCES.c.id.desc())
        return [self._residence(row) for row in self._connection.execute(query)]

    def waiting_residences(self, limit: int) -> list[ActualResidence]:
        """Return registrations of victims to be sent by the card maker that wait for approval, oldest first."""
        endangered = or_(RESIDENCES.c.residence_case == ResidenceCase.VIOLENCE.value, RESIDENTS.c.protected == true())
        query = (
            select(RESIDENCES)
            .join(RESIDENTS, RESIDENTS.c.resident == RESIDENCES.c.resident)
            .where(
                RESIDENCES.c.superseded_on.is_(None),
                RESIDENCES.c.approved_by == "",
                RESIDENCES.c.path == DeliveryPath.CARD_MAKER.value,
                endangered,
            )
            .order_by(RESIDENCES.c.id)
            .limit(limit)
        )
        return [self._residence(row) for row in self._connection.execute(query)]

    def approve_residence(self, residence: str, by: str) -> None:
        """Note who approved that the card maker learns the address."""
        self._connection.execute(RESIDENCES.update().where(RESIDENCES.c.residence == residence).values(approved_by=by))

    def _residence(self, row: Row[Any]) -> ActualResidence:
        content = read_json(
            self._cipher.decrypt_person(row.content_encrypted, RESIDENCES.name, row.residence), _Content
        )
        agent = None
        if content.agent_name:
            agent = Agent(content.agent_name, ActualAddress(content.agent_address) if content.agent_address else None)
        return ActualResidence(
            residence=row.residence,
            resident=row.resident,
            case=ResidenceCase(row.residence_case),
            source=ResidenceSource(row.source),
            path=DeliveryPath(row.path),
            address=ActualAddress(content.address),
            reason=content.reason,
            received_on=row.received_on,
            attachments=frozenset(Attachment(paper) for paper in row.attachments),
            confirmed_on=row.confirmed_on,
            consent_to_share=bool(row.consent_to_share),
            agent=agent,
            entered_by=row.entered_by,
            approved_by=row.approved_by,
            superseded_on=row.superseded_on,
        )


def release_approved(connection: Connection, resident: str) -> bool:
    """Whether the residence in force of a person may be told to the card maker by an officer's decision."""
    query = (
        select(func.count())
        .select_from(RESIDENCES)
        .where(
            RESIDENCES.c.resident == resident,
            RESIDENCES.c.superseded_on.is_(None),
            RESIDENCES.c.approved_by != "",
            RESIDENCES.c.path == DeliveryPath.CARD_MAKER.value,
        )
    )
    return bool(connection.execute(query).scalar_one())


def _notice_values(notice: Notice) -> dict[str, object]:
    return {
        "notice": notice.notice,
        "number": notice.number,
        "resident": notice.resident,
        "household": notice.household,
        "mailing": notice.mailing,
        "form": notice.form.value,
        "cause": notice.cause.value,
        "responsible": notice.responsible,
        "printed_name": notice.printed_name,
        "printed_address": notice.printed_address,
        "state": notice.state.value,
        "prepared_on": notice.prepared_on,
        "sent_on": notice.sent_on,
        "returned_on": notice.returned_on,
        "return_reason": None if notice.return_reason is None else notice.return_reason.value,
        "kept_until": notice.kept_until,
        "expired": notice.expired,
    }


def _notice(row: Row[Any]) -> Notice:
    return Notice(
        notice=row.notice,
        number=row.number,
        resident=row.resident,
        household=row.household,
        mailing=row.mailing,
        form=NoticeForm(row.form),
        cause=IssueCause(row.cause),
        responsible=row.responsible,
        printed_name=row.printed_name,
        printed_address=row.printed_address,
        state=NoticeState(row.state),
        prepared_on=row.prepared_on,
        sent_on=row.sent_on,
        returned_on=row.returned_on,
        return_reason=None if row.return_reason is None else ReturnReason(row.return_reason),
        kept_until=row.kept_until,
        expired=bool(row.expired),
    )


def _mailing(row: Row[Any]) -> Mailing:
    return Mailing(
        row.mailing, row.household, Destination(row.destination), row.residence, row.prepared_on, row.sent_on
    )
