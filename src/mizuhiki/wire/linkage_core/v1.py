"""The core system's interface, version 1, and the payloads of the objects that agencies sign (番号法21条, 23条).

Every exchange is a *case*: an object signed by the asking intermediate server. The commission, the core and the
provider each verify it. The two converters' signatures over a `Ticket` for that case are what a provider answers to.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, Literal

import msgspec

from mizuhiki.crypto.digests import labelled_hash
from mizuhiki.crypto.envelopes import SealedEnvelope
from mizuhiki.crypto.pseudonyms import Ciphertext
from mizuhiki.vocabulary.asked_questions import AskedQuestion, require_questions
from mizuhiki.vocabulary.ids import InstitutionKind as Kind
from mizuhiki.wire.commission.v1 import (
    FactorStatementAnswer,
    FactorStatementRequest,
    HalfProof,
    KeyShareRequest,
    SealedKeyShare,
)
from mizuhiki.wire.endpoint import Acknowledgement, Endpoint, Message
from mizuhiki.wire.linkage_core import traps
from mizuhiki.wire.types import (
    AffairText,
    FiscalYear,
    Identifier,
    InstitutionText,
    KindText,
    Outcome,
    ProcedureText,
    SignedObject,
)

INQUIRY_TYPE = "inquiry"
REGISTER_STATEMENT_TYPE = "register-statement"
NOTICE_TYPE = "notice"
HISTORY_REQUEST_TYPE = "history-request"
RENEWAL_TYPE = "pseudonym-renewal"
TICKET_TYPE = "conversion-ticket"
"""Object types: the `typ` header of each signed payload, so one can never be taken for another."""


class InquiryLine(Message, frozen=True):
    """One person asked about; `exchange_number` (処理通番) is unique for ever at the inquirer."""

    exchange_number: Identifier
    case_reference_hash: bytes


LINE_FORM: Final = 1
SECTION_FORM: Final = 2
"""How a section is answered: every line under a seal of its own, or all lines under one."""


class InquiryQuestion(Message, frozen=True):
    """One more question of a case and how many lines, those after the lines of the questions before, ask it."""

    affair: AffairText
    procedure: ProcedureText
    kinds: list[KindText]
    fiscal_year: FiscalYear
    period_from: date | None
    period_until: date | None
    lines: int


class Inquiry(Message, frozen=True, omit_defaults=True):
    """Payload of an inquiry case: lines to one provider, of one question or, in form 1, of several.

    The question of the first lines stands in the case itself, the `further` ones and their lines after it. Each is
    permitted by statute rows of its own; `further` is not written out where there are none.

    `form` 1 is answered line by line and proved by every converter at once; it is not written out, so that such cases
    stay what they were before form 2. `form` 2 is answered under one seal (`Provision.answer`), and the converters
    prove it to the receivers that draw it (`ConversionTarget.proof`).

    `inquirer` and `provider` are the institutions in law; `inquirer_server` and `provider_server` are their
    intermediate servers. `inputs_root` is `crypto.pseudonyms.ciphertexts_root` of the inputs, in the order of lines.
    `period_from` and `period_until` bound the facts asked for; `fiscal_year` 0 where the kind knows none.
    """

    section_id: Identifier
    inquirer: InstitutionText
    inquirer_server: InstitutionText
    provider: InstitutionText
    provider_server: InstitutionText
    affair: AffairText
    procedure: ProcedureText
    kinds: list[KindText]
    fiscal_year: FiscalYear
    period_from: date | None
    period_until: date | None
    generation: int
    lines: list[InquiryLine]
    inputs_root: bytes
    nonce: Identifier
    issued_at: datetime
    expires_at: datetime
    form: Literal[1, 2] = 1
    further: tuple[InquiryQuestion, ...] = ()

    def questions(self) -> tuple[AskedQuestion, ...]:
        """Return all questions in the order of their lines.

        Raises:
            QuestionsMalformed: they do not fit the lines, or there are several in form 2.
        """
        first = InquiryQuestion(
            affair=self.affair,
            procedure=self.procedure,
            kinds=self.kinds,
            fiscal_year=self.fiscal_year,
            period_from=self.period_from,
            period_until=self.period_until,
            lines=len(self.lines) - sum(question.lines for question in self.further),
        )
        return require_questions(
            [
                AskedQuestion(
                    one.affair,
                    one.procedure,
                    tuple(one.kinds),
                    one.fiscal_year,
                    one.period_from,
                    one.period_until,
                    one.lines,
                )
                for one in (first, *self.further)
            ],
            one_answer=self.form == SECTION_FORM,
        )


class RegisterStatementLine(Message, frozen=True):
    """Four items of the subject sealed to the holder, bound to its acquisition number."""

    acquisition_number: Identifier
    four_items: SealedEnvelope


class RegisterStatement(Message, frozen=True):
    """Payload of an issue case, signed by the national register.

    `acquisition_hash` is SHA-256 of the holder's signed acquisition, which travels as the supporting case.
    """

    batch_id: Identifier
    holder: InstitutionText
    affair: AffairText
    acquisition_hash: bytes
    generation: int
    lines: list[RegisterStatementLine]
    inputs_root: bytes
    issued_at: datetime
    expires_at: datetime


class Notice(Message, frozen=True):
    """Payload of a notice case: push notice to the person's portal account (お知らせ)."""

    notice_id: Identifier
    sender: InstitutionText
    sender_server: InstitutionText
    portal_server: InstitutionText
    affair: AffairText
    procedure: ProcedureText
    content_hash: bytes
    generation: int
    inputs_root: bytes
    nonce: Identifier
    issued_at: datetime
    expires_at: datetime


class HistoryRequest(Message, frozen=True):
    """Payload of a history case: the person opens the record of exchanges (番号法23条; 附則6条3項)."""

    request_id: Identifier
    portal: InstitutionText
    portal_server: InstitutionText
    challenge_hash: bytes
    generation: int
    inputs_root: bytes
    nonce: Identifier
    issued_at: datetime
    expires_at: datetime


class Renewal(Message, frozen=True):
    """Payload of a renewal case: a holder's own pseudonyms of `generation` become those of `to_generation`.

    The two follow each other, and both are open. The core's own branch is converted for both generations.
    """

    batch_id: Identifier
    holder: InstitutionText
    generation: int
    to_generation: int
    persons: int
    inputs_root: bytes
    nonce: Identifier
    issued_at: datetime
    expires_at: datetime


class Ticket(Message, frozen=True, omit_defaults=True):
    """Payload each converter signs for one case: what was allowed, by which rule, for which ciphertexts.

    `target` is the institution that gets the outputs; for a history it is the core itself, and the branch that the core
    opens beside another target has no ticket. `outputs_root` is `crypto.pseudonyms.ciphertexts_root` over the outputs
    of this converter for `target`; `inputs_root` is the case's for the commission, and for the core the outputs root of
    the commission, which chains the two. `expires_at` is the case's. `rule` names the statute row (its number and
    citation) or the other legal basis that allowed it; `further_rules` those of the further questions of an inquiry, in
    their order.
    """

    converter: InstitutionText
    purpose: str
    case_hash: bytes
    target: InstitutionText
    inputs_root: bytes
    outputs_root: bytes
    rule: str
    issued_at: datetime
    expires_at: datetime
    further_rules: tuple[str, ...] = ()

    def rules(self) -> tuple[str, ...]:
        """Return the rules of all questions."""
        return (self.rule, *self.further_rules)


class SubmittedInquiries(Message, frozen=True):
    """An inquiry case with one ciphertext per line."""

    case: SignedObject
    inputs: list[Ciphertext]


class AnsweredLine(Message, frozen=True):
    """Outcome of one line. `answer` is sealed by the provider to the inquirer; absent unless `provided`.

    A provider's "no data", "withheld" and "no such person" are one outcome, ``no-data``.
    """

    exchange_number: Identifier
    outcome: Outcome
    answer: SealedEnvelope | None = None


class AnsweredInquiries(Message, frozen=True):
    """All lines, with both converters' tickets.

    `answer` is the provider's one sealed answer of a section of form 2 (`intermediate_server.SectionPayload`); then no
    line has an answer of its own.
    """

    section_id: Identifier
    lines: list[AnsweredLine]
    tickets: list[SignedObject]
    answer: SealedEnvelope | None = None


class IssueRequest(Message, frozen=True):
    """The register asks for conversion of the subjects of an acquisition."""

    case: SignedObject
    acquisition: SignedObject
    inputs: list[Ciphertext]


class SubmittedNotice(Message, frozen=True):
    """A notice case; `content` is sealed to the portal's intermediate server (inner type there)."""

    case: SignedObject
    inputs: list[Ciphertext]
    content: SealedEnvelope


class SubmittedHistoryRequest(Message, frozen=True):
    """A history case with the card's proof, sealed to the commission; the core passes it on and cannot open it."""

    case: SignedObject
    inputs: list[Ciphertext]
    card_proof: SealedEnvelope


class SealedHistory(Message, frozen=True):
    """`envelope` holds `HistoryText`, sealed to the portal's server in the context ``history/<request id>``."""

    envelope: SealedEnvelope


class HistoryText(Message, frozen=True):
    """Inner answer: the ledger bundle as JSON text (`ledger.bundle.Bundle`, spec/ledger.md)."""

    bundle: str


class JointKeyRequest(Message, frozen=True):
    """Ask for the joint key and both contributions."""


class JointKey(Message, frozen=True):
    """Signed `commission.JointKeyStatement` of the commission, then of the core."""

    statements: list[SignedObject]


class SubmittedRenewal(Message, frozen=True):
    """A renewal case with the ciphertexts it was signed over."""

    case: SignedObject
    inputs: list[Ciphertext]


class RenewedPseudonyms(Message, frozen=True):
    """Both tickets, and `intermediate_server.ConvertedSection` sealed to the holder (``section/<batch id>``)."""

    tickets: list[SignedObject]
    section: SealedEnvelope


class GenerationsRequest(Message, frozen=True):
    """Ask which generations of pseudonyms there are."""


class Generations(Message, frozen=True):
    """Signed `commission.GenerationsStatement` of the commission, then of the core; none before anything was opened."""

    statements: list[SignedObject]


class ExchangeEntry(Message, frozen=True):
    """One record of an exchange (情報提供等記録, 番号法23条): what is appended to the ledger.

    `items` names the layout items provided, never their values. `not_disclosed` is the non-disclosure mark.
    `kind` is ``exchange``, ``notice``, ``pseudonym-issue`` or ``history-opening``.
    """

    kind: str
    exchange_number: Identifier
    inquirer: InstitutionText
    provider: InstitutionText
    affair: AffairText
    procedure: str
    information_kinds: list[str]
    items: list[str]
    statute: str
    requested_at: datetime
    completed_at: datetime
    outcome: Outcome
    not_disclosed: bool = False


GENERATION_LINK = "generation-link"
"""Kind of an entry that joins the chains of one person's pseudonyms of two generations."""


class GenerationLinkEntry(ExchangeEntry, frozen=True):
    """The entry in either chain that names the other, so that neither can be shown without the other.

    `inquirer` is whose renewal brought it, `generation` that of this chain and `linked_generation` that of the other,
    whose index in the same yearly log is `linked_index`. `evidence` is the hash of the proofs that the core keeps: both
    pseudonyms came out of one ciphertext.
    """

    generation: int = 0
    linked_generation: int = 0
    linked_index: bytes = b""
    evidence: bytes = b""


def exchange_digest(entry: ExchangeEntry) -> bytes:
    """Return SHA-256 over the fields that inquirer, core and provider all know: number, parties, affair, kinds."""
    shared = (
        entry.exchange_number,
        entry.inquirer,
        entry.provider,
        entry.affair,
        entry.procedure,
        entry.information_kinds,
    )
    return labelled_hash("exchange-record", msgspec.json.encode(shared))


class OwnProofRequest(Message, frozen=True):
    """The provider's server names a section of form 2 that was delivered to it and is not answered yet."""

    case: SignedObject


class NamedExchange(Message, frozen=True):
    """One exchange: its number is the inquirer's own, so it names nothing without whose it is."""

    inquirer: InstitutionText
    exchange_number: Identifier


class ReconciliationRequest(Message, frozen=True):
    """Ask the core what it recorded for exchanges of the asking server."""

    exchanges: list[NamedExchange]


class ReconciledExchange(Message, frozen=True):
    """What the core holds for one exchange: its outcome and `exchange_digest`."""

    inquirer: InstitutionText
    exchange_number: Identifier
    outcome: str
    digest: bytes


class Reconciliation(Message, frozen=True):
    """One entry per exchange the core knows."""

    exchanges: list[ReconciledExchange]


_SERVER = frozenset({Kind.INTERMEDIATE_SERVER})

SUBMIT_INQUIRIES = Endpoint(
    name="linkage_core.submit_inquiries",
    path="/v1/inquiries",
    request=SubmittedInquiries,
    answer=AnsweredInquiries,
    callers=_SERVER,
    summary="Ask another institution about persons (情報照会).",
    basis="番号法19条8号, 21条, 22条; R-031",
)
ISSUE_PSEUDONYMS = Endpoint(
    name="linkage_core.issue_pseudonyms",
    path="/v1/pseudonyms",
    request=IssueRequest,
    answer=Acknowledgement,
    callers=frozenset({Kind.NATIONAL_REGISTER}),
    summary="Make agency pseudonyms and deliver them to the holder (符号の生成).",
    basis="番号法21条の2; R-220, R-222",
)
SEND_NOTICE = Endpoint(
    name="linkage_core.send_notice",
    path="/v1/notices",
    request=SubmittedNotice,
    answer=Acknowledgement,
    callers=_SERVER,
    summary="Deliver a push notice to the person's portal account.",
    basis="番号法附則6条; R-256, R-276",
)
OPEN_HISTORY = Endpoint(
    name="linkage_core.open_history",
    path="/v1/history",
    request=SubmittedHistoryRequest,
    answer=SealedHistory,
    callers=_SERVER,
    summary="Entries about one person with proofs, for the person.",
    basis="番号法23条, 附則6条3項; R-026, R-033",
)
GIVE_KEY_SHARE = Endpoint(
    name="linkage_core.give_key_share",
    path="/v1/key-shares",
    request=KeyShareRequest,
    answer=SealedKeyShare,
    callers=_SERVER,
    summary="The core's share of the asker's own pseudonym key (commission.KeyShare inside).",
    basis="R-027, R-032",
)
FACTOR_STATEMENT = Endpoint(
    name="linkage_core.factor_statement",
    path="/v1/factor-statements",
    request=FactorStatementRequest,
    answer=FactorStatementAnswer,
    callers=frozenset({Kind.INTERMEDIATE_SERVER, Kind.COMMISSION, Kind.NATIONAL_REGISTER}),
    summary="The core's public conversion factors of an institution, signed.",
    basis="R-220",
)
RENEW_PSEUDONYMS = Endpoint(
    name="linkage_core.renew_pseudonyms",
    path="/v1/renewals",
    request=SubmittedRenewal,
    answer=RenewedPseudonyms,
    callers=_SERVER,
    summary="A holder's own pseudonyms of one generation become those of the next (符号の再生成).",
    basis="番号法21条の2; R-027, R-220",
)
GENERATIONS = Endpoint(
    name="linkage_core.generations",
    path="/v1/generations",
    request=GenerationsRequest,
    answer=Generations,
    callers=_SERVER | {Kind.NATIONAL_REGISTER},
    summary="Generations of pseudonyms, stated by both converters.",
    basis="番号法21条の2; R-027, R-032",
)
JOINT_KEY = Endpoint(
    name="linkage_core.joint_key",
    path="/v1/joint-key",
    request=JointKeyRequest,
    answer=JointKey,
    callers=frozenset(Kind),
    summary="The joint key with both contributions and proofs.",
    basis="R-032",
)
PROVE_CONVERSION = Endpoint(
    name="linkage_core.prove_conversion",
    path="/v1/conversion-proofs",
    request=OwnProofRequest,
    answer=HalfProof,
    callers=_SERVER,
    summary="Proof of the core's half of a delivered section, for the provider that draws it.",
    basis="番号法21条; R-220",
)
RECONCILE = Endpoint(
    name="linkage_core.reconcile",
    path="/v1/reconciliation",
    request=ReconciliationRequest,
    answer=Reconciliation,
    callers=_SERVER,
    summary="Compare records of exchanges.",
    basis="番号法23条",
)
ENDPOINTS = (
    SUBMIT_INQUIRIES,
    ISSUE_PSEUDONYMS,
    SEND_NOTICE,
    OPEN_HISTORY,
    GIVE_KEY_SHARE,
    FACTOR_STATEMENT,
    JOINT_KEY,
    RENEW_PSEUDONYMS,
    GENERATIONS,
    RECONCILE,
    PROVE_CONVERSION,
    *traps.ENDPOINTS,
)
