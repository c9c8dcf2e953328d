"""Messages by which systems outside a municipality ask its register and follow it: search, subscribe, notify.

Shape and field names follow the interface for civil registration of the Digital Convergence Initiative (DCI), with two
differences. Every message is a signed object inside a sealed envelope, so that what was asked and answered can be
proved later and no relay reads it; and a search names the affair, since no answer exists without a legal basis.

The person is named by what the caller's papers say, never by a pattern. A query by number is read only where the row
of the allow-list says so.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta

from mizuhiki.wire.endpoint import Message
from mizuhiki.wire.types import AffairText, Identifier, InstitutionText, MunicipalityCodeText, SignedObject

SEARCH_TYPE = "civil-registration-search"
SEARCH_ANSWER_TYPE = "civil-registration-search-answer"
SUBSCRIBE_TYPE = "civil-registration-subscribe"
SUBSCRIBE_ANSWER_TYPE = "civil-registration-subscribe-answer"
UNSUBSCRIBE_TYPE = "civil-registration-unsubscribe"
UNSUBSCRIBE_ANSWER_TYPE = "civil-registration-unsubscribe-answer"
STATUS_TYPE = "civil-registration-status"
STATUS_ANSWER_TYPE = "civil-registration-status-answer"
NOTIFY_TYPE = "civil-registration-notify"
"""Object types of the signed payloads below."""

LARGEST_REQUEST = 50
"""Persons in one message."""
Status = Literal["rcvd", "pdng", "succ", "rjct"]
"""Received, waiting for delivery, done, refused."""
ReasonCode = Annotated[str, Meta(pattern=r"^([a-z]+([-._][a-z]+)*)?$(?!\n)", max_length=64)]
EventType = Literal["birth", "death", "move-in", "move-out", "change-of-address", "correction", "removal", "entry"]


Action = Literal[
    "search",
    "on-search",
    "subscribe",
    "on-subscribe",
    "unsubscribe",
    "on-unsubscribe",
    "notify",
    "txn-status",
    "txn-on-status",
]


class SignedMessage(Message, frozen=True):
    """Inner message of every envelope: one signed object over one of the payloads."""

    signed: SignedObject


class Header(Message, frozen=True):
    """Who sends what to whom; `message_id` is new for each message, repeated only when it is sent again."""

    version: Literal["1.0.0"]
    message_id: Identifier
    message_ts: datetime
    action: Action
    sender_id: InstitutionText
    receiver_id: InstitutionText
    total_count: Annotated[int, Meta(ge=0, le=LARGEST_REQUEST)]


class PersonQuery(Message, frozen=True):
    """One person: name, birth date and sex as the register writes them; the address decides between namesakes.

    `individual_number` alone, everything else empty, where the allow-list permits it.
    """

    name: Annotated[str, Meta(max_length=200)] = ""
    birth_date: date | None = None
    sex: int = 0
    address: Annotated[str, Meta(max_length=400)] = ""
    individual_number: Annotated[str, Meta(max_length=12)] = ""


class SearchItem(Message, frozen=True):
    """One search; `reference_id` is the caller's own."""

    reference_id: Identifier
    query: PersonQuery


class SearchRequest(Message, frozen=True):
    """Payload of `SEARCH_TYPE`."""

    header: Header
    transaction_id: Identifier
    affair: AffairText
    search_request: Annotated[list[SearchItem], Meta(min_length=1, max_length=LARGEST_REQUEST)]


class RegistryRecord(Message, frozen=True):
    """What the row of the allow-list lets the caller have; everything else is empty."""

    municipality_code: MunicipalityCodeText
    name: str = ""
    name_kana: str = ""
    birth_date: date | None = None
    sex: int = 0
    address: str = ""
    address_since: date | None = None
    registered: bool | None = None
    individual_number: str = ""


class SearchResult(Message, frozen=True):
    """Answer to one search. ``rjct`` with ``person-not-found`` also stands for somebody about whom nothing is said."""

    reference_id: Identifier
    timestamp: datetime
    status: Status
    status_reason_code: ReasonCode
    reg_records: list[RegistryRecord]


class SearchAnswer(Message, frozen=True):
    """Payload of `SEARCH_ANSWER_TYPE`."""

    header: Header
    transaction_id: Identifier
    correlation_id: Identifier
    search_response: list[SearchResult]


class SubscribeItem(Message, frozen=True):
    """Follow one person; of some kinds of events."""

    reference_id: Identifier
    query: PersonQuery
    reg_event_types: Annotated[list[EventType], Meta(min_length=1, max_length=8)]


class SubscribeRequest(Message, frozen=True):
    """Payload of `SUBSCRIBE_TYPE`."""

    header: Header
    transaction_id: Identifier
    affair: AffairText
    subscribe_request: Annotated[list[SubscribeItem], Meta(min_length=1, max_length=LARGEST_REQUEST)]


class SubscribeResult(Message, frozen=True):
    """Answer about one subscription; `subscription_code` ends it, `expires_on` is its last day."""

    reference_id: Identifier
    timestamp: datetime
    status: Status
    status_reason_code: ReasonCode
    subscription_code: str = ""
    expires_on: date | None = None


class SubscribeAnswer(Message, frozen=True):
    """Payload of `SUBSCRIBE_ANSWER_TYPE`."""

    header: Header
    transaction_id: Identifier
    correlation_id: Identifier
    subscribe_response: list[SubscribeResult]


class UnsubscribeRequest(Message, frozen=True):
    """Payload of `UNSUBSCRIBE_TYPE`."""

    header: Header
    transaction_id: Identifier
    affair: AffairText
    subscription_codes: Annotated[list[Identifier], Meta(min_length=1, max_length=LARGEST_REQUEST)]


class SubscriptionStatus(Message, frozen=True):
    """Where one subscription stands after the request; ``rjct`` where there is none of the caller's."""

    subscription_code: Identifier
    status: Status
    status_reason_code: ReasonCode


class UnsubscribeAnswer(Message, frozen=True):
    """Payload of `UNSUBSCRIBE_ANSWER_TYPE`."""

    header: Header
    transaction_id: Identifier
    correlation_id: Identifier
    subscription_status: list[SubscriptionStatus]


class StatusRequest(Message, frozen=True):
    """Payload of `STATUS_TYPE`: where an own transaction stands."""

    header: Header
    transaction_id: Identifier
    affair: AffairText
    asked_transaction_id: Identifier


class StatusAnswer(Message, frozen=True):
    """Payload of `STATUS_ANSWER_TYPE`; says nothing about persons."""

    header: Header
    transaction_id: Identifier
    correlation_id: Identifier
    asked_transaction_id: Identifier
    status: Status


class RegistryEvent(Message, frozen=True):
    """One event of a followed person; `reference_id` is the one of the subscription."""

    reference_id: Identifier
    subscription_code: Identifier
    reg_event_type: EventType
    effective_on: date
    reported_on: date
    timestamp: datetime
    reg_record: RegistryRecord


class NotifyEvent(Message, frozen=True):
    """Payload of `NOTIFY_TYPE`."""

    header: Header
    notify_event: Annotated[list[RegistryEvent], Meta(min_length=1, max_length=LARGEST_REQUEST)]


class RegistryAcknowledgement(Message, frozen=True):
    """The message was taken; the answer comes to the caller's own endpoint (``ACK``, DCI). Refusals are problems."""

    ack_status: Literal["ACK"]
    timestamp: datetime
    correlation_id: Identifier
