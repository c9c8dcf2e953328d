"""Answers and events for outside systems as signed messages, and the queue that brings them there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec
from sqlalchemy import Connection

from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.municipality.domain.outside_systems import (
    Answered,
    Answers,
    OutsideRecord,
    Request,
    Told,
    TransactionState,
)
from mizuhiki.runtime.outbox import Outbox
from mizuhiki.runtime.peers import Peers
from mizuhiki.vocabulary.ids import InstitutionId, key_of
from mizuhiki.wire import civil_registration as wire
from mizuhiki.wire import register_subscriber
from mizuhiki.wire.endpoint import Acknowledgement, Endpoint
from mizuhiki.wire.sealed import Sealed

Action = Literal["on-search", "on-subscribe", "on-unsubscribe", "notify", "txn-on-status"]


class OutsideLetters:
    """Writes and signs messages of one municipality."""

    def __init__(self, peers: Peers, institution: InstitutionId, randomness: Randomness) -> None:
        self._peers = peers
        self._institution = institution
        self._randomness = randomness

    def _header(self, action: Action, receiver: InstitutionId, at: datetime, count: int) -> wire.Header:
        """Return the header of a message."""
        return wire.Header(
            version="1.0.0",
            message_id=self._randomness.token(),
            message_ts=at,
            action=action,
            sender_id=self._institution,
            receiver_id=receiver,
            total_count=count,
        )

    def _sign(self, object_type: str, payload: msgspec.Struct) -> wire.SignedMessage:
        """Return a payload as the inner message of an envelope."""
        return wire.SignedMessage(signed=self._peers.sign(object_type, payload))

    def searched(self, request: Request, answers: Answers) -> wire.SignedMessage:
        """Return the answer to a search."""
        payload = wire.SearchAnswer(
            header=self._header("on-search", request.sender, answers.at, len(answers.answers)),
            transaction_id=request.transaction,
            correlation_id=answers.correlation,
            search_response=[
                wire.SearchResult(
                    reference_id=one.reference,
                    timestamp=answers.at,
                    status=_status(one),
                    status_reason_code=one.reason.value,
                    reg_records=[] if one.record is None else [self._record(one.record)],
                )
                for one in answers.answers
            ],
        )
        return self._sign(wire.SEARCH_ANSWER_TYPE, payload)

    def subscribed(self, request: Request, answers: Answers) -> wire.SignedMessage:
        """Return the answer to a subscription."""
        payload = wire.SubscribeAnswer(
            header=self._header("on-subscribe", request.sender, answers.at, len(answers.answers)),
            transaction_id=request.transaction,
            correlation_id=answers.correlation,
            subscribe_response=[
                wire.SubscribeResult(
                    reference_id=one.reference,
                    timestamp=answers.at,
                    status=_status(one),
                    status_reason_code=one.reason.value,
                    subscription_code=one.subscription,
                    expires_on=one.expires_on,
                )
                for one in answers.answers
            ],
        )
        return self._sign(wire.SUBSCRIBE_ANSWER_TYPE, payload)

    def unsubscribed(self, request: Request, answers: Answers) -> wire.SignedMessage:
        """Return which subscriptions ended."""
        payload = wire.UnsubscribeAnswer(
            header=self._header("on-unsubscribe", request.sender, answers.at, len(answers.answers)),
            transaction_id=request.transaction,
            correlation_id=answers.correlation,
            subscription_status=[
                wire.SubscriptionStatus(
                    subscription_code=one.subscription, status=_status(one), status_reason_code=one.reason.value
                )
                for one in answers.answers
            ],
        )
        return self._sign(wire.UNSUBSCRIBE_ANSWER_TYPE, payload)

    def status(
        self, request: Request, asked: str, correlation: str, state: TransactionState, at: datetime
    ) -> wire.SignedMessage:
        """Return where a transaction stands."""
        payload = wire.StatusAnswer(
            header=self._header("txn-on-status", request.sender, at, 1),
            transaction_id=request.transaction,
            correlation_id=correlation,
            asked_transaction_id=asked,
            status=state.value,
        )
        return self._sign(wire.STATUS_ANSWER_TYPE, payload)

    def events(self, receiver: InstitutionId, told: Sequence[Told], at: datetime) -> wire.SignedMessage:
        """Return events."""
        payload = wire.NotifyEvent(
            header=self._header("notify", receiver, at, len(told)),
            notify_event=[
                wire.RegistryEvent(
                    reference_id=one.subscription.reference,
                    subscription_code=one.subscription.code,
                    reg_event_type=one.event.value,
                    effective_on=one.effective_on,
                    reported_on=one.reported_on,
                    timestamp=at,
                    reg_record=self._record(one.record),
                )
                for one in told
            ],
        )
        return self._sign(wire.NOTIFY_TYPE, payload)

    def _record(self, record: OutsideRecord) -> wire.RegistryRecord:
        """Return the wire form of what is given of a record."""
        return wire.RegistryRecord(
            municipality_code=key_of(self._institution),
            name=record.name or "",
            name_kana=record.name_kana or "",
            birth_date=record.birth_date,
            sex=0 if record.sex is None else int(record.sex),
            address=record.address or "",
            address_since=record.address_since,
            registered=record.registered,
            individual_number="" if record.number is None else record.number.reveal(),
        )


def _status(one: Answered) -> wire.Status:
    return "rjct" if one.reason else "succ"


class OutsideQueue:
    """Implements `store.sql_outside.TellOutside`; messages to one system arrive in order."""

    def __init__(self, outbox: Outbox, letters: OutsideLetters) -> None:
        self._outbox = outbox
        self._letters = letters

    def searched(self, connection: Connection, request: Request, answers: Answers) -> None:
        """Queue the answer to a search."""
        message = self._letters.searched(request, answers)
        self._put(connection, request.sender, register_subscriber.ON_SEARCH, message, answers.correlation)

    def subscribed(self, connection: Connection, request: Request, answers: Answers) -> None:
        """Queue the answer to a subscription."""
        message = self._letters.subscribed(request, answers)
        self._put(connection, request.sender, register_subscriber.ON_SUBSCRIBE, message, answers.correlation)

    def unsubscribed(self, connection: Connection, request: Request, answers: Answers) -> None:
        """Queue which subscriptions ended."""
        message = self._letters.unsubscribed(request, answers)
        self._put(connection, request.sender, register_subscriber.ON_UNSUBSCRIBE, message, answers.correlation)

    def events(self, connection: Connection, sender: InstitutionId, told: Sequence[Told], at: datetime) -> None:
        """Queue events."""
        self._put(connection, sender, register_subscriber.NOTIFY, self._letters.events(sender, told, at), "")

    def _put(
        self,
        connection: Connection,
        peer: InstitutionId,
        endpoint: Endpoint[Sealed, Acknowledgement],
        message: wire.SignedMessage,
        reference: str,
    ) -> None:
        self._outbox.enqueue(
            connection,
            peer=peer,
            endpoint=endpoint,
            message=message,
            subject="registry",
            sealed=True,
            reference=reference,
        )
