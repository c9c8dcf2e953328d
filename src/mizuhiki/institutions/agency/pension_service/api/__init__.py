"""Takes what registers of municipalities say about persons this body asked for or follows."""

from __future__ import annotations

from collections.abc import Callable

from mizuhiki.institutions.agency.pension_service.domain.register_news import (
    NewsKind,
    RegisterMessageOfOthers,
    RegisterNews,
)
from mizuhiki.institutions.agency.pension_service.operations.service import PensionService
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.serving import Api, Call
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.wire import civil_registration as wire
from mizuhiki.wire import register_subscriber
from mizuhiki.wire.endpoint import Acknowledgement

Payload = type[wire.SearchAnswer] | type[wire.SubscribeAnswer] | type[wire.UnsubscribeAnswer] | type[wire.NotifyEvent]


def serve(api: Api, pension: PensionService, peers: Peers, institution: InstitutionId) -> None:
    """Register the endpoints with their handlers."""

    def taking(
        payload: Payload, object_type: str, kind: NewsKind
    ) -> Callable[[Call, wire.SignedMessage], Acknowledgement]:
        def take(call: Call, message: wire.SignedMessage) -> Acknowledgement:
            verified = peers.verify(message.signed, payload, object_type)
            header = verified.payload.header
            for item, right in (
                ("signer", verified.signer == call.peer),
                ("sender_id", header.sender_id == call.peer),
                ("receiver_id", header.receiver_id == institution),
                ("action", header.action == kind.value),
            ):
                if not right:
                    raise RegisterMessageOfOthers(item=item)
            context = call.context("national-pension", "住民基本台帳法12条の2", "message of a register")
            news = RegisterNews(call.peer, header.message_id, kind, call.clock.now(), message.signed)
            pension.take_register_news(context, news)
            return Acknowledgement(reference=header.message_id)

        return take

    api.serve_sealed(
        register_subscriber.ON_SEARCH,
        wire.SignedMessage,
        taking(wire.SearchAnswer, wire.SEARCH_ANSWER_TYPE, NewsKind.SEARCHED),
    )
    api.serve_sealed(
        register_subscriber.ON_SUBSCRIBE,
        wire.SignedMessage,
        taking(wire.SubscribeAnswer, wire.SUBSCRIBE_ANSWER_TYPE, NewsKind.SUBSCRIBED),
    )
    api.serve_sealed(
        register_subscriber.ON_UNSUBSCRIBE,
        wire.SignedMessage,
        taking(wire.UnsubscribeAnswer, wire.UNSUBSCRIBE_ANSWER_TYPE, NewsKind.UNSUBSCRIBED),
    )
    api.serve_sealed(
        register_subscriber.NOTIFY,
        wire.SignedMessage,
        taking(wire.NotifyEvent, wire.NOTIFY_TYPE, NewsKind.EVENTS),
    )
