"""Cases in which the commission may convert, as they stand after their signature was checked (番号法19条, 21条).

A case is an object signed by the institution that asks. The commission sees who asks whom, for what and how many
persons; it never sees a pseudonym.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from mizuhiki.vocabulary.asked_questions import AskedQuestion
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, institution_id

CORE = institution_id(InstitutionKind.LINKAGE_CORE)
"""The core as holder of the pseudonyms under which it records exchanges."""
REGISTER = institution_id(InstitutionKind.NATIONAL_REGISTER)


RENEWAL_AFFAIR = "pseudonym-renewal"
"""What renewals are counted under; it is no affair that uses a number."""
TRAP_AFFAIR = "trap-planting"
"""What plantings of traps are counted under; it is no affair that uses a number either."""
HISTORY_AFFAIR = "portal-account"
"""The affair under which a person's own opening of the record stands."""


class Purpose(enum.StrEnum):
    """What a conversion may be for."""

    INQUIRY = "inquiry"
    ISSUE = "issue"
    NOTICE = "notice"
    HISTORY = "history"
    RENEWAL = "renewal"
    TRAP = "trap"


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
    """Outputs for one target, in the order of the inputs, with their proof unless it is given when drawn."""

    target: InstitutionId
    outputs: tuple[CiphertextPair, ...]
    proof: BatchProof | None
    generation: int | None = None


@dataclass(frozen=True, slots=True)
class InquiryCase:
    """One body asks another about persons; `source` is the asking body's intermediate server."""

    inquirer: InstitutionId
    provider: InstitutionId
    provider_server: InstitutionId
    questions: tuple[AskedQuestion, ...]
    proved_when_drawn: bool = False


@dataclass(frozen=True, slots=True)
class IssueCase:
    """The register starts the issue of pseudonyms that `holder` asked for in a signed acquisition."""

    holder: InstitutionId
    acquisition_hash: bytes
    acquisition_numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoticeCase:
    """A body sends a notice to the person's portal account."""

    sender: InstitutionId
    portal_server: InstitutionId
    procedure: str


@dataclass(frozen=True, slots=True)
class HistoryCase:
    """A person opens the record of exchanges; `challenge_hash` is SHA-256 of what the card signed."""

    portal: InstitutionId
    challenge_hash: bytes


@dataclass(frozen=True, slots=True)
class RenewalCase:
    """A holder's own pseudonyms become those of another generation."""

    holder: InstitutionId
    to_generation: int


@dataclass(frozen=True, slots=True)
class TrapCase:
    """A holder has the core watch pseudonyms of nobody; `tokens` are hashes, one per input."""

    holder: InstitutionId
    tokens: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Acquisition:
    """The holder's own signed request, which supports an issue; `hash` is of the signed object."""

    hash: bytes
    signer: InstitutionId
    holder: InstitutionId
    affair: str
    nonce: str
    acquisition_numbers: tuple[str, ...]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class CardEvidence:
    """Certificate (DER), what the card signed, and the signature."""

    certificate: bytes
    challenge: bytes
    signature: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case whose signature was checked. `source` is whose pseudonyms the inputs are; `hash` names the case.

    `number` is the asker's own identifier of the case (section, batch, notice or request), `count` the persons in it.
    `affair` is that of the case, of its first question where an inquiry has several.
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
    def responsible(self) -> InstitutionId:
        """The institution in law whose case it is; quotas and decisions are kept under it."""
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
    def questions(self) -> tuple[AskedQuestion, ...]:
        """What is asked of how many persons; one question, of the affair alone, where it is no inquiry."""
        if isinstance(self.detail, InquiryCase):
            return self.detail.questions
        procedure = self.detail.procedure if isinstance(self.detail, NoticeCase) else ""
        return (AskedQuestion(self.affair, procedure, (), 0, None, None, self.count),)

    @property
    def recipient(self) -> InstitutionId:
        """The institution named on the ticket: who gets the converted pseudonyms."""
        match self.detail:
            case InquiryCase(provider_server=server) | NoticeCase(portal_server=server):
                return server
            case IssueCase(holder=holder) | RenewalCase(holder=holder):
                return holder
            case HistoryCase() | TrapCase():
                return CORE

    def aims(self, targets: Sequence[InstitutionId]) -> list[tuple[InstitutionId, int | None]]:
        """Return for whom the inputs are converted, in a renewal with the generation that is reached.

        The holder gets the new one. The core gets its own of both, so that it can go on with the person's record.
        """
        detail = self.detail
        if not isinstance(detail, RenewalCase):
            return [(target, None) for target in targets]
        own = [(CORE, self.generation), (CORE, detail.to_generation)]
        return [aim for target in targets for aim in (own if target == CORE else [(target, detail.to_generation)])]

    @property
    def proved_when_drawn(self) -> bool:
        """Whether receivers ask for the proofs of this section when they draw it, instead of getting them at once."""
        return isinstance(self.detail, InquiryCase) and self.detail.proved_when_drawn

    @property
    def targets(self) -> frozenset[InstitutionId]:
        """Everybody the purpose leads to: the recipient, and the core's record where there is an exchange to record."""
        return frozenset({self.recipient} if self.purpose is Purpose.ISSUE else {self.recipient, CORE})


@dataclass(frozen=True, slots=True)
class TicketContent:
    """What the commission signs for one case, with the rule that allows each of its questions."""

    purpose: Purpose
    case_hash: bytes
    target: InstitutionId
    inputs_root: bytes
    outputs_root: bytes
    rules: tuple[str, ...]
    issued_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class FirstHalf:
    """The answer to one case: the first halves and the signed ticket. A repeated case gets the same one."""

    conversions: tuple[HalfConversion, ...]
    ticket: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision for the record: allowed or refused, by which rule. It names institutions and never a person.

    `rule` is the statute row or other basis when allowed, the code of the refusal otherwise; `detail` says more.
    """

    at: datetime
    purpose: str
    asker: str
    recipient: str
    affair: str
    procedure: str
    kinds: tuple[str, ...]
    persons: int
    allowed: bool
    rule: str
    detail: str
    case_hash: bytes


@dataclass(frozen=True, slots=True)
class FactorPoints:
    """Public factors of one institution, all ristretto255 points of 32 bytes."""

    institution: InstitutionId
    generation: int
    shuffle_point: bytes
    key_in: bytes
    key_out: bytes
    share_point: bytes


@dataclass(frozen=True, slots=True)
class JointContribution:
    """The commission's part of the joint key with its proof."""

    base: bytes
    point: bytes
    own_point: bytes
    proof: bytes
