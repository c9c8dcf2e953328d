"""The national register's interface, version 1.

Messages that carry numbers, codes or the four items travel inside `Sealed`; the inner types stand beside each endpoint.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from mizuhiki.crypto.envelopes import SealedEnvelope
from mizuhiki.vocabulary.ids import InstitutionKind as Kind
from mizuhiki.wire.endpoint import Acknowledgement, Endpoint, Message
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
    `protected` says that a support measure (支援措置) stands on the record.
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


class CurrentIdentification(Message, frozen=True):
    """Inner request: current four items of a certificate's holder, for a service to a verifier (公的個人認証法).

    `service` is ``serial-linking``, which is answered without items, or ``current-items``; `verifier` names who is
    told. Answered by `FoundIdentification`.
    """

    resident_record_code: str
    service: Literal["serial-linking", "current-items"]
    verifier: Identifier


class LookUpEntry(Message, frozen=True):
    """One look-up about a person (住基法30条の29; R-026): what is appended to the register's own ledger.

    `kind` is ``identification-search`` or ``card-holder-confirmation``. `items` names what the answer held, never a
    value, and is empty unless `outcome` says that something was disclosed (``disclosed``, ``confirmed``); else it is
    ``withheld``, ``not-registered`` or ``not-confirmed``.
    """

    kind: str
    asker: str
    affair: AffairText
    legal_basis: str
    items: list[str]
    outcome: str
    looked_up_at: datetime


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


_MUNICIPALITY = frozenset({Kind.MUNICIPALITY})

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
    callers=frozenset({Kind.MUNICIPALITY, Kind.PENSION_SERVICE}),
    summary="Identification information for a lawful affair (IdentificationSearch → FoundIdentification).",
    basis="住基法30条の9, 30条の10; R-052",
)
REQUEST_PSEUDONYMS = Endpoint(
    name="national_register.request_pseudonyms",
    path="/v1/pseudonym-requests",
    request=RequestedPseudonyms,
    answer=AcquisitionResult,
    callers=frozenset({Kind.MUNICIPALITY, Kind.PENSION_SERVICE, Kind.JPKI}),
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
CURRENT_IDENTIFICATION = Endpoint(
    name="national_register.current_identification",
    path="/v1/current-identification",
    request=Sealed,
    answer=Sealed,
    callers=frozenset({Kind.JPKI}),
    summary="Current items of a certificate's holder for a verifier (CurrentIdentification → FoundIdentification).",
    basis="公的個人認証法18条; 住基法30条の9; R-205",
)
ENDPOINTS = (
    CURRENT_IDENTIFICATION,
    ALLOCATE_RESIDENT_RECORD_CODES,
    GENERATE_NUMBERS,
    NOTIFY_IDENTIFICATION,
    SEARCH_IDENTIFICATION,
    REQUEST_PSEUDONYMS,
    REGISTER_CARD,
    CONFIRM_CARD_HOLDER,
)
