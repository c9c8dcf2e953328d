"""Cases the core carries out, as they stand after their signature was checked, and what becomes of them.

The core sees who asks whom, for what and about how many; of persons it sees its own pseudonyms only, under which it
keeps the record of exchanges (番号法23条), and sealed content never.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

import msgspec

from mizuhiki.vocabulary.asked_questions import AskedQuestion
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, institution_id
from mizuhiki.vocabulary.sensitive import Sensitive

COMMISSION = institution_id(InstitutionKind.COMMISSION)
CORE = institution_id(InstitutionKind.LINKAGE_CORE)
REGISTER = institution_id(InstitutionKind.NATIONAL_REGISTER)

RENEWAL_AFFAIR = "pseudonym-renewal"
"""What renewals are filed under; it is no affair that uses a number."""
TRAP_AFFAIR = "trap-planting"
"""What plantings of traps are filed under; it is no affair that uses a number either."""
HISTORY_AFFAIR = "portal-account"
"""The affair under which a person's own opening of the record stands."""

PROVIDED = "provided"
NO_DATA = "no-data"
DELIVERED = "delivered"
OPENED = "opened"
UNANSWERED = "provider-unavailable"
"""Outcome of an exchange whose provider did not answer while the case was valid."""
REFUSED_BY_PROVIDER = "refused-by-provider"
ANSWERS = frozenset({PROVIDED, NO_DATA})
"""What a provider may answer to a line."""

PersonKey = Sensitive[bytes]
"""A person's pseudonym in the core's record."""


class Purpose(enum.StrEnum):
    """What a conversion may be for."""

    INQUIRY = "inquiry"
    ISSUE = "issue"
    NOTICE = "notice"
    HISTORY = "history"
    RENEWAL = "renewal"
    TRAP = "trap"


class State(enum.StrEnum):
    """Where a case stands. `CONVERTED` has tickets and a sealed section ready to be sent, the same ones each time."""

    RECEIVED = "received"
    CONVERTED = "converted"
    DONE = "done"
    REFUSED = "refused"


class CiphertextPair(msgspec.Struct, frozen=True, gc=False):
    """One ciphertext; both halves are 32-byte points."""

    c1: bytes
    c2: bytes


@dataclass(frozen=True, slots=True)
class BatchProof:
    """The proof of one converted batch, four scalars of 32 bytes."""

    challenge: bytes
    n: bytes
    f: bytes
    r: bytes


@dataclass(frozen=True, slots=True)
class HalfConversion:
    """Outputs for one target, in the order of the inputs, with their proof unless it is given when drawn.

    `generation` is told in a renewal only.
    """

    target: InstitutionId
    outputs: tuple[CiphertextPair, ...]
    proof: BatchProof | None
    generation: int | None = None


@dataclass(frozen=True, slots=True)
class Converted:
    """Inputs and both halves for one recipient: what is sealed to it."""

    inputs: tuple[CiphertextPair, ...]
    commission_half: HalfConversion
    core_half: HalfConversion


@dataclass(frozen=True, slots=True)
class InquiryCase:
    """One body asks another about persons; one exchange number for each, in the order of the inputs.

    `one_answer`: the section is of form 2, answered under one seal and proved when it is drawn.
    """

    inquirer: InstitutionId
    provider: InstitutionId
    provider_server: InstitutionId
    questions: tuple[AskedQuestion, ...]
    exchange_numbers: tuple[str, ...]
    one_answer: bool = False


@dataclass(frozen=True, slots=True)
class IssueCase:
    """The register starts the issue of pseudonyms that `holder` asked for in a signed acquisition."""

    holder: InstitutionId
    acquisition_hash: bytes
    acquisition_numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoticeCase:
    """A body sends a notice to the person's portal account; `content_hash` is SHA-256 of the sealed content."""

    sender: InstitutionId
    portal_server: InstitutionId
    procedure: str
    content_hash: bytes


@dataclass(frozen=True, slots=True)
class HistoryCase:
    """A person opens the record of exchanges through the portal."""

    portal: InstitutionId


@dataclass(frozen=True, slots=True)
class RenewalCase:
    """A holder's own pseudonyms become those of another generation."""

    holder: InstitutionId
    to_generation: int


@dataclass(frozen=True, slots=True)
class TrapCase:
    """A holder has this core watch pseudonyms of nobody; `tokens` are hashes, one per input."""

    holder: InstitutionId
    tokens: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Acquisition:
    """The holder's own signed request, which supports an issue; `hash` is of the signed object."""

    hash: bytes
    signer: InstitutionId
    holder: InstitutionId
    affair: str
    acquisition_numbers: tuple[str, ...]
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case whose signature was checked. `source` is whose pseudonyms the inputs are; `hash` names the signed object.

    `number` is the asker's own identifier of the case (section, batch, notice or request) and the batch id of its
    proofs. `affair` is that of the case, of its first question where an inquiry has several.
    """

    purpose: Purpose
    hash: bytes
    signer: InstitutionId
    source: InstitutionId
    affair: str
    number: str
    nonce: str
    generation: int
    count: int
    inputs_root: bytes
    issued_at: datetime
    expires_at: datetime
    detail: InquiryCase | IssueCase | NoticeCase | HistoryCase | RenewalCase | TrapCase

    @property
    def asker(self) -> InstitutionId:
        """The institution in law whose case it is."""
        match self.detail:
            case InquiryCase(inquirer=inquirer):
                return inquirer
            case IssueCase(holder=holder) | RenewalCase(holder=holder) | TrapCase(holder=holder):
                return holder
            case NoticeCase(sender=sender):
                return sender
            case HistoryCase(portal=portal):
                return portal

    @property
    def recipient(self) -> InstitutionId:
        """The institution named on the tickets: who gets the converted pseudonyms."""
        match self.detail:
            case InquiryCase(provider_server=server) | NoticeCase(portal_server=server):
                return server
            case IssueCase(holder=holder) | RenewalCase(holder=holder):
                return holder
            case HistoryCase() | TrapCase():
                return CORE

    @property
    def targets(self) -> tuple[InstitutionId, ...]:
        """Whom the inputs are converted for: the recipient, and this core where there is a person's record to write."""
        recipient = self.recipient
        return (recipient,) if self.purpose is Purpose.ISSUE or recipient == CORE else (recipient, CORE)

    @property
    def other(self) -> InstitutionId:
        """The institution in law at the other end, for the record."""
        return self.detail.provider if isinstance(self.detail, InquiryCase) else self.recipient

    @property
    def questions(self) -> tuple[AskedQuestion, ...]:
        """What is asked of how many persons; one question, of the affair alone, where it is no inquiry."""
        if isinstance(self.detail, InquiryCase):
            return self.detail.questions
        procedure = self.detail.procedure if isinstance(self.detail, NoticeCase) else ""
        return (AskedQuestion(self.affair, procedure, (), 0, None, None, self.count),)

    @property
    def one_answer(self) -> bool:
        """Whether this is a section of form 2."""
        return isinstance(self.detail, InquiryCase) and self.detail.one_answer


@dataclass(frozen=True, slots=True)
class Submitted:
    """A case with everything that came with it, kept until it is done.

    `case_text` is the signed object. `acquisition` is the holder's signed request of an issue, `content` the sealed
    content of a notice as it came, `card_proof` what opens a history, sealed to the commission.
    """

    case_text: str
    inputs: tuple[CiphertextPair, ...]
    acquisition: str = ""
    content: bytes = b""
    card_proof: bytes = b""


@dataclass(frozen=True, slots=True)
class OpeningOfBatch:
    """The proof that a batch was opened rightly, three scalars of 32 bytes (`crypto.pseudonyms.OpeningProof`)."""

    challenge: bytes
    n: bytes
    m: bytes


@dataclass(frozen=True, slots=True)
class Branch:
    """The core's own branch of a renewal in one generation: the commission's half, what it opened to, and the proof."""

    generation: int
    half: HalfConversion
    persons: tuple[PersonKey, ...]
    opening: OpeningOfBatch


@dataclass(frozen=True, slots=True)
class Renewal:
    """Everything that shows that each person of `earlier` is the same of `later`: both came out of the same inputs.

    `source_generation` is that of the inputs, which are `holder`'s pseudonyms. The branches are in the order of their
    generations, whichever way was renewed.
    """

    holder: InstitutionId
    batch_id: str
    source_generation: int
    inputs: tuple[CiphertextPair, ...]
    earlier: Branch
    later: Branch


@dataclass(frozen=True, slots=True)
class Package:
    """A converted case: both tickets, the commission's first, what is sealed to the recipient, and the person keys.

    It is stored before it is sent and sent unchanged each time, because the provider's answer is bound to the tickets.
    `persons` are in the order of the inputs and empty for an issue, where the core learns no pseudonym. `renewal` is
    what links the core's own pseudonyms of two generations. `rules` allow the questions of the case, in their order.
    """

    rules: tuple[str, ...]
    tickets: tuple[str, ...]
    converted: Converted
    persons: tuple[PersonKey, ...]
    renewal: Renewal | None = None


class LineOutcome(msgspec.Struct, frozen=True, gc=False):
    """Outcome of one line; `answer` is the provider's sealed answer, opaque here, empty unless provided."""

    exchange_number: str
    outcome: str
    answer: bytes = b""


@dataclass(frozen=True, slots=True)
class Provided:
    """What a provider answered: its lines, and for a section of form 2 the one sealed answer."""

    lines: tuple[LineOutcome, ...] = ()
    answer: bytes = b""


@dataclass(frozen=True, slots=True)
class CaseAnswer:
    """What the asker gets: lines of an inquiry, the tickets, or the bundle of a history.

    `answer` is the provider's one sealed answer of a section of form 2, opaque here.
    """

    lines: tuple[LineOutcome, ...] = ()
    tickets: tuple[str, ...] = ()
    bundle: str = ""
    answer: bytes = b""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a case was refused: the rule by its code, who applied it, in words."""

    rule: str
    refused_by: InstitutionId
    detail: str


@dataclass(frozen=True, slots=True)
class StoredCase:
    """A case as it stands here."""

    case_hash: bytes
    state: State
    answer: CaseAnswer | None = None
    refusal: Refusal | None = None


class ExchangeRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One record of an exchange (番号法23条): who asked whom when for what, under which rule, with which outcome.

    `kind` is ``exchange``, ``notice`` or ``history-opening``.
    """

    kind: str
    exchange_number: str
    inquirer: InstitutionId
    provider: InstitutionId
    affair: str
    procedure: str
    kinds: tuple[str, ...]
    statute: str
    requested_at: datetime
    completed_at: datetime
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalLine:
    """One refusal for the record; no person is in it."""

    at: datetime
    purpose: str
    asker: str
    other: str
    affair: str
    procedure: str
    kinds: tuple[str, ...]
    rule: str
    refused_by: str
    detail: str
    case_hash: bytes


@dataclass(frozen=True, slots=True)
class FactorPoints:
    """Public factors of one institution at one converter, all ristretto255 points of 32 bytes."""

    institution: InstitutionId
    generation: int
    shuffle_point: bytes
    key_in: bytes
    key_out: bytes
    share_point: bytes


@dataclass(frozen=True, slots=True)
class JointContribution:
    """A converter's part of the joint key with its proof; `statement` is the signed object that says it."""

    base: bytes
    point: bytes
    own_point: bytes
    proof: bytes
    statement: str = ""


@dataclass(frozen=True, slots=True)
class ReconciledExchange:
    """What the core recorded for one exchange."""

    inquirer: InstitutionId
    exchange_number: str
    outcome: str
    digest: bytes
