"""What municipalities offer each other, version 1 (住基法9条, 24条の2)."""

from __future__ import annotations

from datetime import date

from mizuhiki.vocabulary.ids import InstitutionKind as Kind
from mizuhiki.wire.civil_registration import RegistryAcknowledgement
from mizuhiki.wire.endpoint import Acknowledgement, Endpoint, Message
from mizuhiki.wire.national_register.v1 import CardSerialText, FourItemsMessage
from mizuhiki.wire.register_network import TierLookUps
from mizuhiki.wire.sealed import Sealed
from mizuhiki.wire.types import Identifier, MunicipalityCodeText


class MovingOutCertificateRequest(Message, frozen=True):
    """Inner request: the moving-out certificate of everybody who moves with the holder of this code.

    `move_reference` is the reference the person got when moving out.
    """

    resident_record_code: str
    move_reference: Identifier


class ResidenceMessage(Message, frozen=True):
    """在留 items of a foreign resident (住基法30条の45); `category` is of `vocabulary.persons.ResidenceCategory`."""

    nationality: str
    category: str
    status: str
    period: str
    resident_since: date
    stay_until: date | None = None
    card_number: str = ""


class MeasureMessage(Message, frozen=True):
    """A support measure that goes with a person who moves; `until` is its last day."""

    started_on: date
    until: date
    reason: str


class MovingOutPerson(Message, frozen=True):
    """One line of a moving-out certificate (転出証明書, 住基法施行令23条; for foreign residents 30条の45).

    `relationship` is one to four joined codes; `nationality` a country code, ``JP`` for Japanese nationals.
    `undelivered_by` is the municipality with the duty to notify whose card or notice came back and waits no more.
    """

    resident_record_code: str
    individual_number: str
    four_items: FourItemsMessage
    relationship: str
    registered_domicile: str
    head_of_family_register: str
    resident_since: date
    nationality: str = "JP"
    residence: ResidenceMessage | None = None
    alias: str = ""
    alias_kana: str = ""
    former_name: str = ""
    former_name_kana: str = ""
    reading_confirmed_on: date | None = None
    measure: MeasureMessage | None = None
    undelivered_by: MunicipalityCodeText | None = None


class MovingOutCertificate(Message, frozen=True):
    """Inner answer: who moves, from where, when it was planned."""

    move_reference: Identifier
    from_municipality: MunicipalityCodeText
    planned_on: date
    planned_address: str
    persons: list[MovingOutPerson]


class MoveInNotice(Message, frozen=True):
    """Inner request: notice that persons were entered elsewhere (転入通知, 住基法9条1項)."""

    notice_id: Identifier
    move_reference: Identifier
    to_municipality: MunicipalityCodeText
    moved_in_on: date
    resident_record_codes: list[str]


class CardLapse(Message, frozen=True):
    """A card that ended by law; `lapsed_on` is the first day on which it was not valid any more, `cause` says why.

    Causes are those of `vocabulary.card_lapse.LapseCause`.
    """

    resident_record_code: str
    card_serial: CardSerialText
    lapsed_on: date
    cause: Identifier


class CardLapses(Message, frozen=True):
    """Inner request: cards of people who live in the municipality, or lived there last. Idempotent by card."""

    lapses: list[CardLapse]


class ResidenceNotice(Message, frozen=True):
    """Inner request: notice of the Minister of Justice about a foreign resident (住基法30条の50).

    The person is named by what the residence papers say; `known_card_number` is the number before this decision.
    """

    notice_id: Identifier
    family: str
    given: str
    birth_date: date
    sex: int
    known_card_number: str
    decided_on: date
    residence: ResidenceMessage
    new_family: str = ""
    new_given: str = ""
    ended: bool = False


class SupplementNotice(Message, frozen=True):
    """Inner request: what the supplement to the family register is to say (附票記載事項通知, 住基法19条1項).

    The number travels only when the person moved abroad (附票本人確認情報, 17条). `measure` stands on the person or the
    household: the home registry protects from then on what it keeps, until a notice of the same municipality has none.
    """

    notice_id: Identifier
    from_municipality: MunicipalityCodeText
    resident_record_code: str
    individual_number: str
    name: str
    name_kana: str
    birth_date: date
    sex: int
    registered_domicile: str
    head_of_family_register: str
    address: str
    address_since: date
    overseas: bool = False
    closed: bool = False
    measure: MeasureMessage | None = None


class SupplementQuestion(Message, frozen=True):
    """Inner request: code and number of somebody back from abroad, by what their family register says."""

    name: str
    birth_date: date
    registered_domicile: str


class SupplementAnswer(Message, frozen=True):
    """Inner answer: `individual_number` is empty for somebody who was never numbered; `measure` is to go on."""

    resident_record_code: str
    individual_number: str
    registered_domicile: str
    head_of_family_register: str
    measure: MeasureMessage | None = None


class NationwideCopyRequest(Message, frozen=True):
    """Inner request: what a copy at another municipality's counter needs (12条の4); `by` is self or same-household.

    `shown` names the document with a photograph that the counter saw; `items` are of `domain.copies.kinds.Item`.
    """

    request_id: Identifier
    four_items: FourItemsMessage
    by: str
    shown: str
    scope: str
    items: list[str]


class CopyPersonMessage(Message, frozen=True):
    """One person of a copy; what was not asked for is empty."""

    name: str
    birth_date: date
    sex: int
    address: str
    resident_since: date
    foreign: bool
    reading: str
    former_name: str
    alias: str
    head: str
    relationship: str
    address_since: date | None
    notified_on: date | None
    nationality: str
    category: str
    status: str
    period: str
    stay_until: date | None
    residence_card: str
    resident_record_code: str
    individual_number: str


class NationwideCopy(Message, frozen=True):
    """Inner answer: what the counter's mayor certifies."""

    address: str
    head: str
    people: list[CopyPersonMessage]


GET_MOVING_OUT_CERTIFICATE = Endpoint(
    name="municipality.get_moving_out_certificate",
    path="/v1/moving-out-certificates",
    request=Sealed,
    answer=Sealed,
    callers=frozenset({Kind.MUNICIPALITY}),
    summary="Moving-out certificate over the network (MovingOutCertificateRequest → MovingOutCertificate).",
    basis="住基法24条の2; R-048",
)
NOTIFY_MOVE_IN = Endpoint(
    name="municipality.notify_move_in",
    path="/v1/move-in-notices",
    request=Sealed,
    answer=Acknowledgement,
    callers=frozenset({Kind.MUNICIPALITY}),
    summary="Confirm a move so that the old record is removed (MoveInNotice).",
    basis="住基法9条1項",
)
NOTIFY_CARD_LAPSES = Endpoint(
    name="municipality.notify_card_lapses",
    path="/v1/card-lapses",
    request=Sealed,
    answer=Acknowledgement,
    callers=frozenset({Kind.NATIONAL_REGISTER}),
    summary="Tell which residents' cards ended by law, and why (CardLapses).",
    basis="番号法17条6項; 施行令14条; R-154",
)
NOTIFY_RESIDENCE = Endpoint(
    name="municipality.notify_residence",
    path="/v1/residence-notices",
    request=Sealed,
    answer=Acknowledgement,
    callers=frozenset({Kind.OUTSIDE_PARTIES}),
    summary="Notice of the Minister of Justice about a foreign resident (ResidenceNotice).",
    basis="住基法30条の50; R-041, R-043",
)
NOTIFY_SUPPLEMENT = Endpoint(
    name="municipality.notify_supplement",
    path="/v1/supplement-notices",
    request=Sealed,
    answer=Acknowledgement,
    callers=frozenset({Kind.MUNICIPALITY}),
    summary="Tell the home registry what the supplement to the family register is to say (SupplementNotice).",
    basis="住基法19条1項; R-058",
)
FIND_IN_SUPPLEMENT = Endpoint(
    name="municipality.find_in_supplement",
    path="/v1/supplement-entries",
    request=Sealed,
    answer=Sealed,
    callers=frozenset({Kind.MUNICIPALITY}),
    summary="Code and number of somebody back from abroad (SupplementQuestion → SupplementAnswer).",
    basis="住基法17条, 30条の41; R-058",
)
GET_NATIONWIDE_COPY = Endpoint(
    name="municipality.get_nationwide_copy",
    path="/v1/nationwide-copies",
    request=Sealed,
    answer=Sealed,
    callers=frozenset({Kind.MUNICIPALITY}),
    summary="Content of a copy at another municipality's counter (NationwideCopyRequest → NationwideCopy).",
    basis="住基法12条の4; R-047",
)
OPEN_LOOK_UPS = Endpoint(
    name="municipality.open_look_ups",
    path="/v1/look-up-openings",
    request=Sealed,
    answer=TierLookUps,
    callers=frozenset({Kind.NATIONAL_REGISTER}),
    summary="A person's look-ups, sealed to the portal (register_network.LookUpsQuestion → TierLookUps).",
    basis="住基法30条の32; 番号法附則6条3項; R-026",
)
OUTSIDE_SYSTEMS = frozenset({Kind.MUNICIPALITY, Kind.PREFECTURE, Kind.PENSION_SERVICE})
"""Kinds of bodies that the municipality's allow-list of outside systems names; for what, it says itself."""
SEARCH_SYNC = Endpoint(
    name="municipality.search_sync",
    path="/v1/registry/sync/search",
    request=Sealed,
    answer=Sealed,
    callers=OUTSIDE_SYSTEMS,
    summary="Search and answer at once (civil_registration.SignedMessage of SearchRequest → of SearchAnswer).",
    basis="住基法12条の2; allow-list of outside systems",
)
SEARCH_ASYNC = Endpoint(
    name="municipality.search_async",
    path="/v1/registry/search",
    request=Sealed,
    answer=RegistryAcknowledgement,
    callers=OUTSIDE_SYSTEMS,
    summary="Search; the answer comes to the caller's own endpoint (civil_registration.SignedMessage).",
    basis="住基法12条の2; allow-list of outside systems",
)
SUBSCRIBE = Endpoint(
    name="municipality.subscribe",
    path="/v1/registry/subscribe",
    request=Sealed,
    answer=RegistryAcknowledgement,
    callers=OUTSIDE_SYSTEMS,
    summary="Follow persons by kinds of events (civil_registration.SignedMessage of SubscribeRequest).",
    basis="住基法12条の2; allow-list of outside systems",
)
UNSUBSCRIBE = Endpoint(
    name="municipality.unsubscribe",
    path="/v1/registry/unsubscribe",
    request=Sealed,
    answer=RegistryAcknowledgement,
    callers=OUTSIDE_SYSTEMS,
    summary="End own subscriptions (civil_registration.SignedMessage of UnsubscribeRequest).",
    basis="住基法12条の2; allow-list of outside systems",
)
TXN_STATUS = Endpoint(
    name="municipality.txn_status",
    path="/v1/registry/sync/txn/status",
    request=Sealed,
    answer=Sealed,
    callers=OUTSIDE_SYSTEMS,
    summary="Where an own transaction stands (civil_registration.SignedMessage of StatusRequest → of StatusAnswer).",
    basis="住基法12条の2; allow-list of outside systems",
)
ENDPOINTS = (
    SEARCH_SYNC,
    SEARCH_ASYNC,
    SUBSCRIBE,
    UNSUBSCRIBE,
    TXN_STATUS,
    GET_MOVING_OUT_CERTIFICATE,
    NOTIFY_MOVE_IN,
    NOTIFY_CARD_LAPSES,
    NOTIFY_RESIDENCE,
    NOTIFY_SUPPLEMENT,
    FIND_IN_SUPPLEMENT,
    GET_NATIONWIDE_COPY,
    OPEN_LOOK_UPS,
)
