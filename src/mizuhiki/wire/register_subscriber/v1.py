"""What a system that follows a municipality's register serves, version 1: the other side of search and subscribe."""

from __future__ import annotations

from mizuhiki.vocabulary.ids import InstitutionKind as Kind
from mizuhiki.wire.endpoint import Acknowledgement, Endpoint
from mizuhiki.wire.sealed import Sealed

ON_SEARCH = Endpoint(
    name="register_subscriber.on_search",
    path="/v1/registry/on-search",
    request=Sealed,
    answer=Acknowledgement,
    callers=frozenset({Kind.MUNICIPALITY}),
    summary="Take the answer of an earlier search (civil_registration.SignedMessage of SearchAnswer).",
    basis="住基法12条の2; allow-list of outside systems",
)
ON_SUBSCRIBE = Endpoint(
    name="register_subscriber.on_subscribe",
    path="/v1/registry/on-subscribe",
    request=Sealed,
    answer=Acknowledgement,
    callers=frozenset({Kind.MUNICIPALITY}),
    summary="Take the answer of an earlier subscription (civil_registration.SignedMessage of SubscribeAnswer).",
    basis="住基法12条の2; allow-list of outside systems",
)
ON_UNSUBSCRIBE = Endpoint(
    name="register_subscriber.on_unsubscribe",
    path="/v1/registry/on-unsubscribe",
    request=Sealed,
    answer=Acknowledgement,
    callers=frozenset({Kind.MUNICIPALITY}),
    summary="Learn which subscriptions ended (civil_registration.SignedMessage of UnsubscribeAnswer).",
    basis="住基法12条の2; allow-list of outside systems",
)
NOTIFY = Endpoint(
    name="register_subscriber.notify",
    path="/v1/registry/notify",
    request=Sealed,
    answer=Acknowledgement,
    callers=frozenset({Kind.MUNICIPALITY}),
    summary="Take events of followed persons (civil_registration.SignedMessage of NotifyEvent).",
    basis="住基法12条の2; allow-list of outside systems",
)
ENDPOINTS = (ON_SEARCH, ON_SUBSCRIBE, ON_UNSUBSCRIBE, NOTIFY)
