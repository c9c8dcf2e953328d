"""Serves systems of other bodies: search, subscribe, unsubscribe, status (住基法12条の2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from mizuhiki.institutions.municipality.domain.outside_systems import (
    Answers,
    Asked,
    MessageNotOfNow,
    MessageOfOthers,
    OutsideEvent,
    PersonQueryIncomplete,
    PersonQuestion,
    Request,
    TransactionState,
)
from mizuhiki.institutions.municipality.operations.outside_systems import OutsideDesk
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.serving import Api, Call
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.vocabulary.persons import Sex
from mizuhiki.wire import civil_registration as wire
from mizuhiki.wire import municipality

NOW = timedelta(minutes=5)
"""How far the time of a message may lie from ours."""
Payload = TypeVar("Payload", wire.SearchRequest, wire.SubscribeRequest, wire.UnsubscribeRequest, wire.StatusRequest)


class Letters(Protocol):
    """Writes answers as signed messages."""

    def searched(self, request: Request, answers: Answers) -> wire.SignedMessage:
        """Return the answer to a search."""

    def status(
        self, request: Request, asked: str, correlation: str, state: TransactionState, at: datetime
    ) -> wire.SignedMessage:
        """Return where a transaction stands."""


class _Reading:
    """Checks that a message is its sender's own, meant for us, and of now."""

    def __init__(self, peers: Peers, institution: InstitutionId) -> None:
        self._peers = peers
        self._institution = institution

    def __call__(
        self, call: Call, message: wire.SignedMessage, payload: type[Payload], object_type: str, action: str
    ) -> tuple[Context, Request, Payload]:
        """Return context, request and content.

        Raises:
            MessageOfOthers, MessageNotOfNow: see there.
            SignatureInvalid, WrongObjectType, UnknownSigner: see `crypto.signed_objects`.
        """
        verified = self._peers.verify(message.signed, payload, object_type)
        content = verified.payload
        header = content.header
        for item, right in (
            ("signer", verified.signer == call.peer),
            ("sender_id", header.sender_id == call.peer),
            ("receiver_id", header.receiver_id == self._institution),
            ("action", header.action == action),
        ):
            if not right:
                raise MessageOfOthers(item=item)
        if abs(call.clock.now() - header.message_ts) > NOW:
            raise MessageNotOfNow(seconds=int(NOW.total_seconds()))
        context = call.context(content.affair, "住民基本台帳法12条の2", f"{action} by a system of another body")
        return context, Request(call.peer, content.transaction_id, header.message_id, content.affair), content


def _question(query: wire.PersonQuery) -> PersonQuestion:
    try:
        sex = Sex(query.sex) if query.sex else None
    except ValueError as error:
        raise PersonQueryIncomplete(item="sex") from error
    number = IndividualNumber.parse(query.individual_number) if query.individual_number else None
    return PersonQuestion(query.name, query.birth_date, sex, query.address, number)


def serve_outside_systems(
    api: Api, desk: OutsideDesk, peers: Peers, institution: InstitutionId, letters: Letters
) -> None:
    """Register the endpoints with their handlers."""
    read = _Reading(peers, institution)

    def search(call: Call, message: wire.SignedMessage) -> wire.SignedMessage:
        context, request, content = read(call, message, wire.SearchRequest, wire.SEARCH_TYPE, "search")
        return letters.searched(request, desk.search(context, request, _searches(content), later=False))

    def search_later(call: Call, message: wire.SignedMessage) -> wire.RegistryAcknowledgement:
        context, request, content = read(call, message, wire.SearchRequest, wire.SEARCH_TYPE, "search")
        return taken(call, desk.search(context, request, _searches(content), later=True).correlation)

    def subscribe(call: Call, message: wire.SignedMessage) -> wire.RegistryAcknowledgement:
        context, request, content = read(call, message, wire.SubscribeRequest, wire.SUBSCRIBE_TYPE, "subscribe")
        asked = [
            Asked(one.reference_id, _question(one.query), frozenset(map(OutsideEvent, one.reg_event_types)))
            for one in content.subscribe_request
        ]
        return taken(call, desk.subscribe(context, request, asked))

    def unsubscribe(call: Call, message: wire.SignedMessage) -> wire.RegistryAcknowledgement:
        context, request, content = read(call, message, wire.UnsubscribeRequest, wire.UNSUBSCRIBE_TYPE, "unsubscribe")
        return taken(call, desk.unsubscribe(context, request, content.subscription_codes))

    def status(call: Call, message: wire.SignedMessage) -> wire.SignedMessage:
        context, request, content = read(call, message, wire.StatusRequest, wire.STATUS_TYPE, "txn-status")
        correlation, state = desk.status(context, request, content.asked_transaction_id)
        return letters.status(request, content.asked_transaction_id, correlation, state, context.now())

    def taken(call: Call, correlation: str) -> wire.RegistryAcknowledgement:
        return wire.RegistryAcknowledgement(ack_status="ACK", timestamp=call.clock.now(), correlation_id=correlation)

    api.serve_sealed(municipality.SEARCH_SYNC, wire.SignedMessage, search)
    api.serve_sealed(municipality.SEARCH_ASYNC, wire.SignedMessage, search_later)
    api.serve_sealed(municipality.SUBSCRIBE, wire.SignedMessage, subscribe)
    api.serve_sealed(municipality.UNSUBSCRIBE, wire.SignedMessage, unsubscribe)
    api.serve_sealed(municipality.TXN_STATUS, wire.SignedMessage, status)


def _searches(content: wire.SearchRequest) -> Sequence[Asked]:
    return [Asked(one.reference_id, _question(one.query)) for one in content.search_request]
