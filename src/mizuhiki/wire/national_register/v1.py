"""The national register's interface, version 1.

Messages that carry numbers, codes or the four items travel inside `Sealed`; the inner types stand beside each endpoint.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from mizuhiki.crypto.envelopes import SealedEnvelope
from mizuhiki.vocabulary.ids import InstitutionKind as Kind
from mizuhiki.wire.endpoint import Acknowledgement, Endpoint, Message
from mizuhiki.wire.register_network import OpenedLookUps
from mizuhiki.wire.sealed import Sealed
from mizuhiki.wire.types import AffairText, Identifier, MunicipalityCodeText, SignedObject

PSEUDONYM_ACQUISITION_TYPE = "pseudonym-acquisition"
"""Object type of a signed `PseudonymAcquisition`."""


class FourItemsMessage(Message, frozen=True):
    """基本4情報 as they stand in the register; sex 1 male, 2 female, 9 not applicable (ISO/IEC 5218)."""

    name: str
    name_kana: str
    birth_date: date
    sex: int
    address: str


class AllocateCodes(Message, frozen=True):
    """Ask for a bundle (束) of unused resident record codes; repeating `request_id` returns the same bundle."""

    request_id: Identifier
    municipality_code: MunicipalityCodeText
    count: int


class AllocatedCodes(Message, frozen=True):
    """Inner answer: codes of 11 digits reserved for one municipality."""

    bundle_id: Identifier
    codes: list[str]


class SealedCodes(Message, frozen=True):
    """`envelope` holds `AllocatedCodes`."""

    envelope: SealedEnvelope


class NumberGenerationLine(Message, frozen=True):
    """One person to number; `line_id` is the municipality's own idempotency key for this person."""

    line_id: Identifier
    resident_record_code: str


class NumberGenerationRequest(Message, frozen=True):
    """Inner request: notice of codes written into records (法8条1項)."""

    municipality_code: MunicipalityCodeText
    lines: list[NumberGenerationLine]


class GeneratedNumber(Message, frozen=True):
    """個人番号とすべき番号 of one line, or the refusal code of that line."""

    line_id: Identifier
    individual_number: str = ""
    refusal: str = ""


class GeneratedNumbers(Message, frozen=True):
    """Inner answer: one entry per line, in the same order."""

    lines: list[GeneratedNumber]


class IdentificationChange(Message, frozen=True):
    """本人確認情報 of one person with change data (住基法30条の6).

    `change_id` makes the message idempotent; `sequence` rises by one per (municipality, person).
    `reason` is a code of `vocabulary.persons.ChangeReason`. `in_register` is false after death or removal.
    `protected` says that a support measure (支援措置) stands on the record. `previous_resident_record_code` is set when
    the code was changed: what is held under it is held under the new one from now on.
    """

    change_id: Identifier
    sequence: int
    municipality_code: MunicipalityCodeText
    reason: str
    effective_on: date
    resident_record_code: str
    individual_number: str
    four_items: FourItemsMessage
    in_register: bool
    protected: bool = False
    previous_resident_record_code: str = ""


class IdentificationChanges(Message, frozen=True):
    """Inner request: changes in the order they happened."""

    changes: list[IdentificationChange]


class IdentificationSearch(Message, frozen=True):
    """Inner request: 本人確認情報 of the holder of a number, for a named affair (住基法30条の9)."""

    affair: AffairText
    individual_number: str


class FoundIdentification(Message, frozen=True):
    """Inner answer: `found` false says nothing about why."""

    found: bool
    municipality_code: str = ""
    four_items: FourItemsMessage | None = None


class LaterRecordQuestion(Message, frozen=True):
    """Inner request: was the holder of a number entered elsewhere since they left the asker's register?"""

    individual_number: str


class LaterRecordAnswer(Message, frozen=True):
    """Inner answer: neither where nor when, only that a record that ended at the asker is not the newest."""

    elsewhere: bool


class CurrentIdentification(Message, frozen=True):
    """Inner request: current four items of a certificate's holder, for a service to a verifier (公的個人認証法).

    `service` is ``serial-linking``, which is answered without items, ``current-items``, or ``renewal-letter``, whose
    items are printed on the authorities' own letter to the holder; `verifier` names who is told. Answered by
    `FoundIdentification`.
    """

    resident_record_code: str
    service: Literal["serial-linking", "current-items", "renewal-letter"]
    verifier: Identifier


class PseudonymAcquisition(Message, frozen=True):
    """Payload of the intermediate server's signed request (符号取得要求): its own acquisition numbers, no person."""

    batch_id: Identifier
    nonce: Identifier
    holder: str
    affair: AffairText
    acquisition_numbers: list[Identifier]
    expires_at: int


class PseudonymSubject(Message, frozen=True):
    """Who an acquisition number stands for; exactly one of code and number is set."""

    acquisition_number: Identifier
    resident_record_code: str = ""
    individual_number: str = ""


class PseudonymSubjects(Message, frozen=True):
    """Inner request: the subjects of one signed acquisition."""

    subjects: list[PseudonymSubject]


class RequestedPseudonyms(Message, frozen=True):
    """`acquisition` is a signed object over `PseudonymAcquisition`; `envelope` holds `PseudonymSubjects`."""

    acquisition: SignedObject
    envelope: SealedEnvelope


class RefusedLine(Message, frozen=True):
    """One line that was not carried out, with the code of the rule that refused it."""

    acquisition_number: Identifier
    refusal: str


class AcquisitionResult(Message, frozen=True):
    """How many pseudonyms are on their way through the core, and which lines were refused."""

    accepted: int
    refused: list[RefusedLine]


class CardRegistration(Message, frozen=True):
    """Inner request: a card to be made for one person (法17条; card management of the register)."""

    request_id: Identifier
    municipality_code: MunicipalityCodeText
    resident_record_code: str
    issue_date: date


class CardRegistered(Message, frozen=True):
    """Inner answer: serial of 16 characters, 4-digit security code, last day of validity."""

    card_serial: str
    security_code: str
    expires_on: date


class CardHolderClaim(Message, frozen=True):
    """Inner request: what a municipality says about the holder of a card it asks certificates for."""

    resident_record_code: str
    card_serial: str
    card_expires_on: date
    municipality_code: MunicipalityCodeText
    four_items: FourItemsMessage


class CardHolderConfirmed(Message, frozen=True):
    """Inner answer: `confirmed` false says nothing about why."""

    confirmed: bool


class NumberChangeRequest(Message, frozen=True):
    """Inner request: a number to follow one that leaked; `individual_number` is the one in use (法7条2項)."""

    request_id: Identifier
    municipality_code: MunicipalityCodeText
    resident_record_code: str
    individual_number: str


class ChangedNumber(Message, frozen=True):
    """Inner answer: the number to be designated instead."""

    individual_number: str


class CodeChangeRequest(Message, frozen=True):
    """Inner request: the code of a bundle that was written instead of a person's old one (住基法30条の4)."""

    request_id: Identifier
    municipality_code: MunicipalityCodeText
    old_resident_record_code: str
    new_resident_record_code: str


CardNumberText = Annotated[str, Meta(pattern=r"^[0-9]{15}$(?!\n)")]
"""A chip's own number; it says nothing of the holder."""
CardSerialText = Annotated[str, Meta(pattern=r"^[0-9A-Z]{16}$(?!\n)")]


class CardPictures(Message, frozen=True):
    """Pictures of a card's face for its chip: PNG of the texts, the photograph (empty on an infant's card)."""

    name: bytes
    address: bytes
    photo: bytes
    security_code: bytes
    number: bytes


class CardMaking(Message, frozen=True):
    """Inner request: what the chip of a registered card is to hold, before the card is closed. Idempotent."""

    municipality_code: MunicipalityCodeText
    resident_record_code: str
    card_serial: CardSerialText
    card_number: CardNumberText
    four_items: FourItemsMessage
    pictures: CardPictures


class CardMade(Message, frozen=True):
    """Inner answer: the chip's issuer keys, the files the issuer signed, and the key permits are signed with."""

    issuer_keys: bytes
    items_signature: bytes
    face_birth: bytes
    face: bytes
    number_image: bytes
    issuer_certificate: bytes
    permit_authority: bytes


class CardMove(Message, frozen=True):
    """What a municipality tells of a move, because a card ends by it (R-154).

    `happened_on` is the planned day of a move that was announced or cancelled, else the day of the move. `reported_on`
    is the day of the person's notification. `abroad_allowed` says whether the card of somebody who leaves the country
    may go on there. What was told of an entry or of leaving by mistake is withdrawn under the same `happened_on`.
    """

    notice_id: Identifier
    resident_record_code: str
    kind: Literal["announced", "cancelled", "entered", "left-country", "entered-withdrawn", "left-country-withdrawn"]
    happened_on: date
    reported_on: date
    abroad_allowed: bool = False


class CardMoves(Message, frozen=True):
    """Inner request: moves in the order they were entered. Idempotent by notice."""

    moves: list[CardMove]


class CardSessionOpening(Message, frozen=True):
    """Inner request: a session with a card that lies at the desk now, for one operation.

    `card_cryptogram` is the card's answer to both challenges: it shows that the card is there. `operation` is one of
    ``reset-pin``, ``renew-certificates``, ``endorse``, ``set-state``, ``install-application``, ``remove-application``,
    ``set-use-without-pin``, ``destroy-key``; `four_items` are signed for ``endorse``. To install, `application` names
    one of the catalogue of the free area and `ordinance` the municipality's ordinance that lets it use the card
    (番号法18条1号).
    """

    municipality_code: MunicipalityCodeText
    resident_record_code: str
    card_serial: CardSerialText
    card_number: CardNumberText
    operation: Identifier
    host_challenge: Annotated[bytes, Meta(min_length=8, max_length=8)]
    card_challenge: Annotated[bytes, Meta(min_length=8, max_length=8)]
    card_cryptogram: Annotated[bytes, Meta(min_length=8, max_length=8)]
    four_items: FourItemsMessage
    application: Annotated[str, Meta(max_length=64)] = ""
    ordinance: Annotated[str, Meta(max_length=200)] = ""


class CardSessionOpened(Message, frozen=True):
    """Inner answer: the keys of this one session; for ``endorse`` the signature over the card's new items.

    `permit` is there for ``install-application``: what the card installs it by (``spec/card.md`` §8).
    """

    session_keys: bytes
    issued_on: date
    expires_on: date
    items_signature: bytes = b""
    issuer_certificate: bytes = b""
    permit: bytes = b""


class NoticeSheet(Message, frozen=True):
    """One card or notice of an envelope. The items of its face are the register's own, found by the code."""

    notice_number: Annotated[str, Meta(pattern=r"^[0-9]{16}$(?!\n)")]
    resident_record_code: str
    form: Identifier
    cause: Identifier
    responsible_municipality: MunicipalityCodeText
    under_measure: bool = False
    """The municipality chose the destination knowing that a support measure stands on the person."""


class NoticeAddresses(Message, frozen=True):
    """Inner request: one envelope with the cards of a household (送付先情報). `mailing` makes it idempotent."""

    mailing: Identifier
    municipality_code: MunicipalityCodeText
    recipient: Annotated[str, Meta(min_length=1, max_length=200)]
    destination: Annotated[str, Meta(min_length=1, max_length=400)]
    sheets: Annotated[list[NoticeSheet], Meta(min_length=1, max_length=100)]


class ReturnedNotice(Message, frozen=True):
    """Inner request: a card came back and will not be delivered (返還登録). The same again changes nothing."""

    municipality_code: MunicipalityCodeText
    notice_number: Annotated[str, Meta(pattern=r"^[0-9]{16}$(?!\n)")]
    reason: Identifier
    registered_on: date


_MUNICIPALITY = frozenset({Kind.MUNICIPALITY})
_AGENCIES = frozenset(
    {
        Kind.PUBLIC_EMPLOYMENT_OFFICE,
        Kind.HEALTH_INSURANCE_SOCIETY,
        Kind.PREFECTURE_WELFARE,
        Kind.BOARD_OF_EDUCATION,
    }
)

ALLOCATE_RESIDENT_RECORD_CODES = Endpoint(
    name="national_register.allocate_resident_record_codes",
    path="/v1/resident-record-codes",
    request=AllocateCodes,
    answer=SealedCodes,
    callers=_MUNICIPALITY,
    summary="Assign a bundle of unused resident record codes to a municipality.",
    basis="住基法30条の2; R-010",
)
GENERATE_NUMBERS = Endpoint(
    name="national_register.generate_numbers",
    path="/v1/numbers",
    request=Sealed,
    answer=Sealed,
    callers=_MUNICIPALITY,
    summary="Generate the numbers to be designated (NumberGenerationRequest → GeneratedNumbers).",
    basis="番号法8条; R-007, R-009, R-010",
)
NOTIFY_IDENTIFICATION = Endpoint(
    name="national_register.notify_identification",
    path="/v1/identification-changes",
    request=Sealed,
    answer=Acknowledgement,
    callers=frozenset({Kind.PREFECTURE}),
    summary="Take identification information notified by a prefecture (IdentificationChanges).",
    basis="住基法30条の7; R-012",
)
SEARCH_IDENTIFICATION = Endpoint(
    name="national_register.search_identification",
    path="/v1/identification-search",
    request=Sealed,
    answer=Sealed,
    callers=frozenset({Kind.MUNICIPALITY, Kind.PREFECTURE, Kind.PENSION_SERVICE, Kind.STUDENT_SERVICES}) | _AGENCIES,
    summary="Identification information for a lawful affair (IdentificationSearch → FoundIdentification).",
    basis="住基法30条の9, 30条の10; R-052",
)
ASK_LATER_RECORD = Endpoint(
    name="national_register.ask_later_record",
    path="/v1/later-records",
    request=Sealed,
    answer=Sealed,
    callers=_MUNICIPALITY,
    summary="Whether a person was entered elsewhere since (LaterRecordQuestion → LaterRecordAnswer).",
    basis="住基法8条, 14条, 30条の10; R-012",
)
REQUEST_PSEUDONYMS = Endpoint(
    name="national_register.request_pseudonyms",
    path="/v1/pseudonym-requests",
    request=RequestedPseudonyms,
    answer=AcquisitionResult,
    callers=frozenset({Kind.MUNICIPALITY, Kind.PENSION_SERVICE, Kind.JPKI, Kind.STUDENT_SERVICES}) | _AGENCIES,
    summary="Start the issue of agency pseudonyms (符号の生成) for the subjects of a signed acquisition.",
    basis="番号法21条の2; R-222",
)
REGISTER_CARD = Endpoint(
    name="national_register.register_card",
    path="/v1/cards",
    request=Sealed,
    answer=Sealed,
    callers=_MUNICIPALITY,
    summary="Register a card to be personalised (CardRegistration → CardRegistered).",
    basis="番号法17条; R-176",
)
CONFIRM_CARD_HOLDER = Endpoint(
    name="national_register.confirm_card_holder",
    path="/v1/card-holder-confirmations",
    request=Sealed,
    answer=Sealed,
    callers=frozenset({Kind.JPKI}),
    summary="Confirm that a municipality registered a card for a person (CardHolderClaim → CardHolderConfirmed).",
    basis="公的個人認証法3条, 22条; R-200",
)
CHANGE_NUMBER = Endpoint(
    name="national_register.change_number",
    path="/v1/number-changes",
    request=Sealed,
    answer=Sealed,
    callers=_MUNICIPALITY,
    summary="Generate the number that follows one which leaked (NumberChangeRequest → ChangedNumber).",
    basis="番号法7条2項, 8条2項; R-009",
)
CHANGE_CODE = Endpoint(
    name="national_register.change_code",
    path="/v1/resident-record-code-changes",
    request=Sealed,
    answer=Acknowledgement,
    callers=_MUNICIPALITY,
    summary="Take note of a person's new resident record code (CodeChangeRequest).",
    basis="住基法30条の4",
)
TAKE_NOTICE_ADDRESSES = Endpoint(
    name="national_register.take_notice_addresses",
    path="/v1/notice-addresses",
    request=Sealed,
    answer=Acknowledgement,
    callers=_MUNICIPALITY,
    summary="Make and send the notification cards or notices of an envelope (NoticeAddresses).",
    basis="番号法7条1項; 委任 (省令35条); R-097, R-114",
)
REGISTER_RETURNED_NOTICE = Endpoint(
    name="national_register.register_returned_notice",
    path="/v1/returned-notices",
    request=Sealed,
    answer=Acknowledgement,
    callers=_MUNICIPALITY,
    summary="Register that a card or notice came back and is not delivered (ReturnedNotice).",
    basis="番号法7条1項; R-121 to R-125",
)
MAKE_CARD = Endpoint(
    name="national_register.make_card",
    path="/v1/card-makings",
    request=Sealed,
    answer=Sealed,
    callers=_MUNICIPALITY,
    summary="Give a registered card its issuer keys and signed contents (CardMaking → CardMade).",
    basis="番号法17条, 18条; R-133, R-136",
)
TAKE_CARD_MOVES = Endpoint(
    name="national_register.take_card_moves",
    path="/v1/card-moves",
    request=Sealed,
    answer=Acknowledgement,
    callers=_MUNICIPALITY,
    summary="Take moves by which a card may end (CardMoves).",
    basis="番号法17条6項; 施行令14条; R-154",
)
OPEN_CARD_SESSION = Endpoint(
    name="national_register.open_card_session",
    path="/v1/card-sessions",
    request=Sealed,
    answer=Sealed,
    callers=_MUNICIPALITY,
    summary="Open the issuer's session with a card that lies at a desk (CardSessionOpening → CardSessionOpened).",
    basis="番号法17条4項, 5項; 公的個人認証法3条, 22条; R-145, R-155",
)

CURRENT_IDENTIFICATION = Endpoint(
    name="national_register.current_identification",
    path="/v1/current-identification",
    request=Sealed,
    answer=Sealed,
    callers=frozenset({Kind.JPKI}),
    summary="Current items of a certificate's holder for a verifier (CurrentIdentification → FoundIdentification).",
    basis="公的個人認証法18条; 住基法30条の9; R-205",
)
COMPARE_PAGES = Endpoint(
    name="national_register.compare_pages",
    path="/v1/page-comparisons",
    request=Sealed,
    answer=Sealed,
    callers=_MUNICIPALITY,
    summary="Compare the digests of a municipality's register (register_network.PagesToCompare → DifferingPages).",
    basis="住基法30条の6, 36条の2; R-012",
)
COMPARE_RECORDS = Endpoint(
    name="national_register.compare_records",
    path="/v1/record-comparisons",
    request=Sealed,
    answer=Sealed,
    callers=_MUNICIPALITY,
    summary="Compare the records of differing pages (register_network.RecordsToCompare → FoundDifferences).",
    basis="住基法30条の6, 36条の2; R-012",
)
OPEN_LOOK_UPS = Endpoint(
    name="national_register.open_look_ups",
    path="/v1/look-up-openings",
    request=Sealed,
    answer=OpenedLookUps,
    callers=frozenset({Kind.JPKI}),
    summary="A person's look-ups at every tier, each sealed to the portal (register_network.LookUpsQuestion).",
    basis="住基法30条の32; 番号法附則6条3項; R-026",
)
ENDPOINTS = (
    CURRENT_IDENTIFICATION,
    ALLOCATE_RESIDENT_RECORD_CODES,
    GENERATE_NUMBERS,
    NOTIFY_IDENTIFICATION,
    SEARCH_IDENTIFICATION,
    ASK_LATER_RECORD,
    REQUEST_PSEUDONYMS,
    REGISTER_CARD,
    CONFIRM_CARD_HOLDER,
    CHANGE_NUMBER,
    CHANGE_CODE,
    TAKE_NOTICE_ADDRESSES,
    REGISTER_RETURNED_NOTICE,
    MAKE_CARD,
    OPEN_CARD_SESSION,
    TAKE_CARD_MOVES,
    COMPARE_PAGES,
    COMPARE_RECORDS,
    OPEN_LOOK_UPS,
)
