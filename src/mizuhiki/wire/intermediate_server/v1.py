"""An intermediate server's interface, version 1: to its own business systems, and to the core.

Calls marked `own_only` are taken from the institution that owns the server and from nobody else. They carry local
addressee numbers (団体内統合宛名番号), never Individual Numbers (R-221).
"""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from mizuhiki.crypto.envelopes import SealedEnvelope
from mizuhiki.crypto.pseudonyms import Ciphertext
from mizuhiki.vocabulary.ids import InstitutionKind as Kind
from mizuhiki.wire.commission.v1 import CardProof, ConversionTarget
from mizuhiki.wire.endpoint import Acknowledgement, Endpoint, Message
from mizuhiki.wire.linkage_core.v1 import AnsweredLine
from mizuhiki.wire.national_register.v1 import FourItemsMessage
from mizuhiki.wire.sealed import Sealed
from mizuhiki.wire.types import (
    AddresseeText,
    AffairText,
    FiscalYear,
    Identifier,
    InstitutionText,
    KindText,
    Outcome,
    ProcedureText,
    SignedObject,
)


class Addressee(Message, frozen=True):
    """A person the business systems know, with the four items for the mis-link guard.

    Only the portal, which holds no four items, leaves them out; its accounts ask and are asked nothing.
    """

    addressee_number: AddresseeText
    four_items: FourItemsMessage | None
    protected: bool = False


class AcquisitionRequest(Message, frozen=True):
    """Inner request: register or update addressees and prepare to acquire their pseudonyms."""

    affair: AffairText
    addressees: list[Addressee]


class AddresseeMark(Message, frozen=True):
    """Inner request: whether a support measure (支援措置) stands on an addressee from now on."""

    addressee_number: AddresseeText
    protected: bool


class PreparedLine(Message, frozen=True):
    """The acquisition number (取得番号) that stands for an addressee in this acquisition only."""

    addressee_number: AddresseeText
    acquisition_number: Identifier


class PreparedAcquisition(Message, frozen=True):
    """Inner answer: the signed request to hand to the register; addressees that already hold one are left out.

    `acquisition` is empty when every addressee already has a pseudonym.
    """

    acquisition: str
    lines: list[PreparedLine]


class HeldPseudonymsRequest(Message, frozen=True):
    """Ask which addressees have a pseudonym; never the pseudonym itself."""

    addressee_numbers: list[AddresseeText]


class HeldPseudonyms(Message, frozen=True):
    """Addressees with a pseudonym, and those blocked by a four-item mismatch (a case is open)."""

    held: list[AddresseeText]
    mismatched: list[AddresseeText]


class LocalCopy(Message, frozen=True):
    """副本 of one addressee: items by layout name; `source_version` and `as_of` tell the original's state."""

    addressee_number: AddresseeText
    kind: KindText
    layout_version: str
    fiscal_year: FiscalYear
    valid_from: date
    valid_until: date | None
    items: dict[str, str | int | bool | None]
    not_disclosed: bool
    source_version: int
    as_of: datetime


class LocalCopies(Message, frozen=True):
    """Inner request: register or replace copies."""

    copies: list[LocalCopy]


class BusinessInquiry(Message, frozen=True):
    """Inner request: ask another institution about one addressee.

    `request_id` makes it idempotent. `case_reference` is the business system's file number; only a keyed code of it
    leaves.
    `not_disclosed` marks this server's own record of it (不開示情報: 番号法23条2項); nobody else is told.
    """

    request_id: Identifier
    addressee_number: AddresseeText
    provider: InstitutionText
    affair: AffairText
    procedure: ProcedureText
    kinds: list[KindText]
    fiscal_year: FiscalYear
    period_from: date | None
    period_until: date | None
    case_reference: str
    not_disclosed: bool = False


class ProvidedInformation(Message, frozen=True):
    """One kind with its items, as the provider's layout names them."""

    kind: KindText
    layout_version: str
    items: dict[str, str | int | bool | None]


class BusinessAnswer(Message, frozen=True):
    """Inner answer: outcome with content where provided; `receipt` proves the deemed submission (法22条2項).

    `outcome` is ``provided``, ``no-data``, ``mislink-suspected``, ``pending`` or a refusal code with `refusal_detail`
    saying which rule refused in words. While it is pending, `waiting_for` names the institution it waits for,
    `waiting_code` why (an outage, or an answer that its holder's staff has to approve) and `waiting_since` since when.
    """

    exchange_number: Identifier
    outcome: Outcome
    information: list[ProvidedInformation]
    receipt: str
    statute: str = ""
    refused_by: str = ""
    refusal_detail: str = ""
    waiting_for: str = ""
    waiting_code: str = ""
    waiting_since: datetime | None = None


class ResultRequest(Message, frozen=True):
    """Inner request: fetch the stored answer of an earlier inquiry."""

    request_id: Identifier


class InquiryFile(Message, frozen=True):
    """Inner request: up to 10,000 inquiries at once; the line at place n has the number n+1.

    `file_id` makes it idempotent. The `request_id` of each line names it in the outcomes, as for a single inquiry.
    """

    file_id: Identifier
    name: str
    lines: list[BusinessInquiry]


class FileState(Message, frozen=True):
    """Inner answer: how far a file has come; `outcomes` counts lines that ended, those refused here included."""

    file_id: Identifier
    name: str
    submitted_at: datetime
    lines: int
    sections: int
    sections_done: int
    outcomes: dict[str, int]


class FileRequest(Message, frozen=True):
    """Inner request: ask for a file, or for one page of its outcomes."""

    file_id: Identifier
    page: int = 0


class FileOutcome(Message, frozen=True):
    """How the line with this number ended."""

    line: int
    answer: BusinessAnswer


class FileOutcomes(Message, frozen=True):
    """Inner answer: page 0 is what was refused here, page n section n; empty while it is not `ready`."""

    page: int
    last_page: int
    ready: bool
    outcomes: list[FileOutcome]


class FileRefusal(Message, frozen=True):
    """A line that would be refused here, with the code of the rule."""

    line: int
    code: str
    detail: str


class PlannedQuestion(Message, frozen=True):
    """What would be asked of whom in how many sections; `rows` permit it, else `refusal` is the code of the rule."""

    provider: InstitutionText
    affair: AffairText
    procedure: ProcedureText
    kinds: list[KindText]
    lines: int
    sections: int
    rows: list[str]
    refusal: str


class DryRunReport(Message, frozen=True):
    """Inner answer of a dry run; nothing was stored or sent."""

    questions: list[PlannedQuestion]
    refused: list[FileRefusal]


class AnswerPayload(Message, frozen=True):
    """What a provider seals to the inquirer for one line, with the mis-link guard (誤紐付け).

    `birth_date`, `sex` and the two digests are the provider's own view of the person; the digests are over the
    normalised name and address and the exchange number, so they cannot be compared across exchanges. Name, birth date
    and sex must agree; a different address alone is told but does not block, since people move.
    """

    exchange_number: Identifier
    information: list[ProvidedInformation]
    birth_date: date
    sex: int
    name_digest: bytes
    address_digest: bytes


class BusinessNotice(Message, frozen=True):
    """Inner request: a push notice to one addressee."""

    request_id: Identifier
    addressee_number: AddresseeText
    affair: AffairText
    procedure: ProcedureText
    subject: str
    body: str
    respond_by: date | None


class NoticeContent(Message, frozen=True):
    """What is sealed to the portal's server for one notice."""

    notice_id: Identifier
    sender: InstitutionText
    subject: str
    body: str
    sent_at: datetime
    respond_by: date | None


class NoticesRequest(Message, frozen=True):
    """Inner request: all notices for one portal account."""

    addressee_number: AddresseeText


class Notices(Message, frozen=True):
    """Inner answer, newest first."""

    notices: list[NoticeContent]


class HistoryOpening(Message, frozen=True):
    """Inner request: open the record of exchanges for one portal account, with the card's proof."""

    request_id: Identifier
    addressee_number: AddresseeText
    card_proof: CardProof


class CodeChange(Message, frozen=True):
    """What became of an account's own pseudonym: it was renewed to one of `later`, or ended without one when that is 0.

    The core linked what was renewed, so the record must join both.
    """

    earlier: int
    later: int


class OpenedHistory(Message, frozen=True):
    """Inner answer: the core's ledger bundle as JSON text (`ledger.bundle.Bundle`).

    `generation` is the one that was asked under, `changes` what this server did to the account's pseudonyms itself.
    """

    bundle: str
    generation: int = 1
    changes: list[CodeChange] = msgspec.field(default_factory=list)


class ConvertedSection(Message, frozen=True):
    """What the core seals to a provider or holder: inputs and both halves, so that every step can be verified."""

    inputs: list[Ciphertext]
    commission_half: ConversionTarget
    core_half: ConversionTarget


class ProvisionRequest(Message, frozen=True):
    """An inquiry case with both tickets; `section` holds `ConvertedSection`, sealed to this server."""

    case: SignedObject
    tickets: list[SignedObject]
    section: SealedEnvelope


class SectionPayload(Message, frozen=True):
    """What a provider seals for a section of form 2: the payloads of its provided lines, in the order of the lines."""

    section_id: Identifier
    lines: list[AnswerPayload]


class Provision(Message, frozen=True):
    """One line per inquiry line, in order; for a section of form 2 `answer` holds `SectionPayload` for all of them."""

    lines: list[AnsweredLine]
    answer: SealedEnvelope | None = None


class PseudonymDelivery(Message, frozen=True):
    """An issue case with both tickets and the converted section, sealed to this server."""

    case: SignedObject
    acquisition: SignedObject
    tickets: list[SignedObject]
    section: SealedEnvelope


class NoticeDelivery(Message, frozen=True):
    """A notice case with both tickets, the converted section and the sealed `NoticeContent`."""

    case: SignedObject
    tickets: list[SignedObject]
    section: SealedEnvelope
    content: SealedEnvelope


BUSINESS = frozenset(
    {
        Kind.MUNICIPALITY,
        Kind.PREFECTURE,
        Kind.PENSION_SERVICE,
        Kind.PORTAL,
        Kind.STUDENT_SERVICES,
        Kind.PUBLIC_EMPLOYMENT_OFFICE,
        Kind.HEALTH_INSURANCE_SOCIETY,
        Kind.PREFECTURE_WELFARE,
        Kind.BOARD_OF_EDUCATION,
    }
)
"""Kinds that own an intermediate server."""
_PORTAL = frozenset({Kind.PORTAL})
_CORE = frozenset({Kind.LINKAGE_CORE})

PREPARE_ACQUISITION = Endpoint(
    name="intermediate_server.prepare_acquisition",
    path="/v1/acquisitions",
    request=Sealed,
    answer=Sealed,
    callers=BUSINESS,
    own_only=True,
    summary="Register addressees and sign a pseudonym request (AcquisitionRequest → PreparedAcquisition).",
    basis="番号法21条の2; R-222",
)
HELD_PSEUDONYMS = Endpoint(
    name="intermediate_server.held_pseudonyms",
    path="/v1/held-pseudonyms",
    request=HeldPseudonymsRequest,
    answer=HeldPseudonyms,
    callers=BUSINESS,
    own_only=True,
    summary="Which addressees are ready for linkage.",
    basis="R-221",
)
MARK_ADDRESSEE = Endpoint(
    name="intermediate_server.mark_addressee",
    path="/v1/addressee-marks",
    request=Sealed,
    answer=Acknowledgement,
    callers=BUSINESS,
    own_only=True,
    summary="Put a support measure on an addressee or lift it (AddresseeMark).",
    basis="住民基本台帳事務処理要領第6; R-076",
)
REGISTER_LOCAL_COPIES = Endpoint(
    name="intermediate_server.register_local_copies",
    path="/v1/local-copies",
    request=Sealed,
    answer=Acknowledgement,
    callers=BUSINESS,
    own_only=True,
    summary="Register copies that answers are made from (LocalCopies).",
    basis="番号法22条",
)
INQUIRE = Endpoint(
    name="intermediate_server.inquire",
    path="/v1/inquiries",
    request=Sealed,
    answer=Sealed,
    callers=BUSINESS,
    own_only=True,
    summary="Ask another institution about one addressee (BusinessInquiry → BusinessAnswer).",
    basis="番号法19条8号; R-217",
)
FETCH_RESULT = Endpoint(
    name="intermediate_server.fetch_result",
    path="/v1/results",
    request=Sealed,
    answer=Sealed,
    callers=BUSINESS,
    own_only=True,
    summary="The stored answer of an earlier inquiry (ResultRequest → BusinessAnswer).",
    basis="番号法22条2項",
)
SUBMIT_FILE = Endpoint(
    name="intermediate_server.submit_file",
    path="/v1/files",
    request=Sealed,
    answer=Sealed,
    callers=BUSINESS,
    own_only=True,
    summary="Hand in a file of inquiries (InquiryFile → FileState).",
    basis="番号法19条8号; R-217",
)
DRY_RUN_FILE = Endpoint(
    name="intermediate_server.dry_run_file",
    path="/v1/dry-runs",
    request=Sealed,
    answer=Sealed,
    callers=BUSINESS,
    own_only=True,
    summary="What a file would ask and which row permits it; nothing is sent (InquiryFile → DryRunReport).",
    basis="番号法19条8号; R-217",
)
FILE_PROGRESS = Endpoint(
    name="intermediate_server.file_progress",
    path="/v1/file-states",
    request=Sealed,
    answer=Sealed,
    callers=BUSINESS,
    own_only=True,
    summary="How far a file has come (FileRequest → FileState).",
    basis="番号法19条8号; R-217",
)
FETCH_OUTCOMES = Endpoint(
    name="intermediate_server.fetch_outcomes",
    path="/v1/file-outcomes",
    request=Sealed,
    answer=Sealed,
    callers=BUSINESS,
    own_only=True,
    summary="Outcomes of a file, page by page as its sections are answered (FileRequest → FileOutcomes).",
    basis="番号法22条2項; R-217",
)
SEND_NOTICE = Endpoint(
    name="intermediate_server.send_notice",
    path="/v1/notices",
    request=Sealed,
    answer=Acknowledgement,
    callers=BUSINESS,
    own_only=True,
    summary="Send a push notice to one addressee (BusinessNotice).",
    basis="R-256, R-276",
)
COLLECT_NOTICES = Endpoint(
    name="intermediate_server.collect_notices",
    path="/v1/collected-notices",
    request=Sealed,
    answer=Sealed,
    callers=_PORTAL,
    own_only=True,
    summary="Notices for a portal account (NoticesRequest → Notices).",
    basis="R-276",
)
OPEN_HISTORY = Endpoint(
    name="intermediate_server.open_history",
    path="/v1/history",
    request=Sealed,
    answer=Sealed,
    callers=_PORTAL,
    own_only=True,
    summary="Open the record of exchanges (HistoryOpening → OpenedHistory).",
    basis="番号法附則6条3項; R-026",
)
PROVIDE = Endpoint(
    name="intermediate_server.provide",
    path="/v1/provisions",
    request=ProvisionRequest,
    answer=Provision,
    callers=_CORE,
    summary="Answer a permitted inquiry (情報提供).",
    basis="番号法22条1項",
)
RECEIVE_PSEUDONYMS = Endpoint(
    name="intermediate_server.receive_pseudonyms",
    path="/v1/pseudonyms",
    request=PseudonymDelivery,
    answer=Acknowledgement,
    callers=_CORE,
    summary="Take issued pseudonyms.",
    basis="番号法21条の2",
)
RECEIVE_NOTICE = Endpoint(
    name="intermediate_server.receive_notice",
    path="/v1/received-notices",
    request=NoticeDelivery,
    answer=Acknowledgement,
    callers=_CORE,
    summary="Take a notice for a portal account.",
    basis="R-276",
)
ENDPOINTS = (
    PREPARE_ACQUISITION,
    HELD_PSEUDONYMS,
    MARK_ADDRESSEE,
    REGISTER_LOCAL_COPIES,
    INQUIRE,
    FETCH_RESULT,
    SEND_NOTICE,
    COLLECT_NOTICES,
    OPEN_HISTORY,
    PROVIDE,
    RECEIVE_PSEUDONYMS,
    RECEIVE_NOTICE,
    SUBMIT_FILE,
    DRY_RUN_FILE,
    FILE_PROGRESS,
    FETCH_OUTCOMES,
)
