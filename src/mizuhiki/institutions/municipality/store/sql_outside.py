"""Transactions and subscriptions of outside systems on one open connection."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import Connection, Row, and_, func, select

from mizuhiki.institutions.municipality.domain.outside_systems import (
    Answers,
    DueEvent,
    OutsideEvent,
    Request,
    Subscription,
    Told,
    TransactionRepeated,
    TransactionState,
    UnknownTransaction,
    event_of,
)
from mizuhiki.institutions.municipality.store.cipher import Cipher
from mizuhiki.institutions.municipality.store.outside_tables import SUBSCRIPTIONS, TRANSACTIONS
from mizuhiki.institutions.municipality.store.resident_rows import resident_of
from mizuhiki.institutions.municipality.store.tables import EVENTS, RESIDENTS
from mizuhiki.runtime.database import Database
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.persons import ChangeReason


class TellOutside(Protocol):
    """Queues messages to outside systems in the open transaction."""

    def searched(self, connection: Connection, request: Request, answers: Answers) -> None:
        """Queue the answer to a search."""

    def subscribed(self, connection: Connection, request: Request, answers: Answers) -> None:
        """Queue the answer to a subscription."""

    def unsubscribed(self, connection: Connection, request: Request, answers: Answers) -> None:
        """Queue which subscriptions ended."""

    def events(self, connection: Connection, sender: InstitutionId, told: Sequence[Told], at: datetime) -> None:
        """Queue events."""


class SqlOutside:
    """Implements `domain.outside_systems.OutsideRecords`."""

    def __init__(self, connection: Connection, cipher: Cipher, tell: TellOutside) -> None:
        self._connection = connection
        self._cipher = cipher
        self._tell = tell

    def transaction_of(self, request: Request) -> str | None:
        """Return the name of a transaction that this request began before."""
        row = self._transaction(request.sender, request.transaction)
        if row is not None and (row.message, row.affair) != (request.message, request.affair):
            raise TransactionRepeated
        return None if row is None else str(row.correlation)

    def _transaction(self, sender: InstitutionId, transaction: str) -> Row[Any] | None:
        t = TRANSACTIONS.c
        query = select(TRANSACTIONS).where(t.sender == sender, t.transaction_id == transaction)
        return self._connection.execute(query).one_or_none()

    def begin(self, request: Request, correlation: str, state: TransactionState, at: datetime) -> None:
        """Remember a transaction."""
        self._connection.execute(
            TRANSACTIONS.insert().values(
                sender=request.sender,
                transaction_id=request.transaction,
                message=request.message,
                affair=request.affair,
                correlation=correlation,
                state=state.value,
                begun_at=at,
            )
        )

    def state_of(self, sender: InstitutionId, transaction: str) -> tuple[str, TransactionState]:
        """Return name and state of a sender's transaction."""
        row = self._transaction(sender, transaction)
        if row is None:
            raise UnknownTransaction
        return row.correlation, TransactionState(row.state)

    def subscribe(self, subscription: Subscription) -> None:
        """Store a subscription."""
        self._connection.execute(
            SUBSCRIPTIONS.insert().values(
                code=subscription.code,
                sender=subscription.sender,
                affair=subscription.affair,
                row_number=subscription.row,
                reference=subscription.reference,
                resident=subscription.resident,
                events=sorted(event.value for event in subscription.events),
                started_at=subscription.started_at,
                expires_on=subscription.expires_on,
                seen=subscription.seen,
                ended_on=subscription.ended_on,
            )
        )

    def last_event(self) -> int:
        """Return the place of the register's newest event."""
        return self._connection.execute(select(func.max(EVENTS.c.id))).scalar_one() or 0

    def subscription(self, code: str) -> Subscription | None:
        """Return a subscription, ended ones too."""
        row = self._connection.execute(select(SUBSCRIPTIONS).where(SUBSCRIPTIONS.c.code == code)).one_or_none()
        return None if row is None else _subscription(row)

    def end(self, code: str, on: date) -> None:
        """End a subscription."""
        self._connection.execute(SUBSCRIPTIONS.update().where(SUBSCRIPTIONS.c.code == code).values(ended_on=on))

    def due(self, today: date, limit: int) -> list[DueEvent]:
        """Return the oldest events of followed persons that were not looked at."""
        s, e = SUBSCRIPTIONS.c, EVENTS.c
        query = (
            select(s.code, e.id, e.reason, e.effective_on, e.reported_on, e.resident)
            .select_from(SUBSCRIPTIONS.join(EVENTS, and_(e.resident == s.resident, e.id > s.seen)))
            .where(s.ended_on.is_(None), s.expires_on >= today)
            .order_by(e.id, s.code)
            .limit(limit)
        )
        rows = self._connection.execute(query).all()
        people = {
            row.resident: resident_of(row, self._cipher)
            for row in self._connection.execute(
                select(RESIDENTS).where(RESIDENTS.c.resident.in_({row.resident for row in rows}))
            )
        }
        followed = {
            row.code: _subscription(row)
            for row in self._connection.execute(select(SUBSCRIPTIONS).where(s.code.in_({row.code for row in rows})))
        }
        return [
            DueEvent(
                subscription=followed[row.code],
                place=row.id,
                event=event_of(ChangeReason(row.reason)),
                effective_on=row.effective_on,
                reported_on=row.reported_on,
                record=people[row.resident],
            )
            for row in rows
        ]

    def see(self, code: str, place: int) -> None:
        """Note how far a subscription was served."""
        self._connection.execute(SUBSCRIPTIONS.update().where(SUBSCRIPTIONS.c.code == code).values(seen=place))

    def tell_searched(self, request: Request, answers: Answers) -> None:
        """Queue the answer to a search."""
        self._tell.searched(self._connection, request, answers)

    def tell_subscribed(self, request: Request, answers: Answers) -> None:
        """Queue the answer to a subscription."""
        self._tell.subscribed(self._connection, request, answers)

    def tell_unsubscribed(self, request: Request, answers: Answers) -> None:
        """Queue which subscriptions ended."""
        self._tell.unsubscribed(self._connection, request, answers)

    def tell_events(self, sender: InstitutionId, told: Sequence[Told], at: datetime) -> None:
        """Queue events."""
        self._tell.events(self._connection, sender, told, at)


def mark_delivered(database: Database, correlation: str) -> None:
    """Note that the caller took the answer of a transaction."""
    with database.write() as connection:
        connection.execute(
            TRANSACTIONS.update()
            .where(TRANSACTIONS.c.correlation == correlation)
            .values(state=TransactionState.SUCCEEDED.value)
        )


def _subscription(row: Row[Any]) -> Subscription:
    return Subscription(
        code=row.code,
        sender=InstitutionId(row.sender),
        affair=row.affair,
        row=row.row_number,
        reference=row.reference,
        resident=row.resident,
        events=frozenset(map(OutsideEvent, row.events)),
        started_at=row.started_at,
        expires_on=row.expires_on,
        seen=row.seen,
        ended_on=row.ended_on,
    )
