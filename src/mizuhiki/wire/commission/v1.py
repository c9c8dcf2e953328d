"""The commission's interface, version 1: first converter, assessment register, ledger witness."""

from __future__ import annotations

from datetime import datetime

from mizuhiki.crypto.digests import labelled_hash
from mizuhiki.crypto.envelopes import SealedEnvelope
from mizuhiki.crypto.pseudonyms import Ciphertext, ConversionProof
from mizuhiki.vocabulary.ids import InstitutionKind as Kind
from mizuhiki.wire.commission import alarms, ordinances
from mizuhiki.wire.endpoint import Endpoint, Message
from mizuhiki.wire.types import AffairText, Identifier, InstitutionText, SignedObject

FACTOR_STATEMENT_TYPE = "factor-statement"
JOINT_KEY_STATEMENT_TYPE = "joint-key-statement"
GENERATIONS_STATEMENT_TYPE = "generations-statement"
"""Object types of the converters' statements."""


class CardProof(Message, frozen=True):
    """A user-identification signature over a challenge that names what is opened.

    The challenge is that of ``spec/card.md`` §6 with the requester ``portal`` and the context hash
    `history_opening_hash`; `linkage_core.HistoryRequest.challenge_hash` is SHA-256 of the whole challenge.
    Only the commission sees it, and the commission never sees the pseudonym it opens, so nobody learns which
    certificate belongs to which pseudonym.
    """

    certificate: bytes
    challenge: bytes
    signature: bytes


def card_proof_context(request_id: str) -> bytes:
    """Return the envelope context of the card's proof for one opening; the core passes the envelope on unopened."""
    return f"card-proof/{request_id}".encode()


def history_opening_hash(request_id: str) -> bytes:
    """Return the context hash that binds a card's challenge to one opening of the record of exchanges."""
    return labelled_hash("history-opening", request_id.encode())


class ConversionTarget(Message, frozen=True):
    """Outputs for one target institution, in the order of the inputs, with the batch proof.

    The proof's batch id is the case's own identifier (`section_id`, `batch_id`, `notice_id` or `request_id`), for both
    halves and every target. It is absent only for a section of form 2 (`linkage_core.Inquiry.form`), where each
    receiver asks for the proofs of the sections it draws. `generation` is told in a renewal only.
    """

    target: InstitutionText
    outputs: list[Ciphertext]
    proof: ConversionProof | None
    generation: int | None = None


class ConversionRequest(Message, frozen=True):
    """Ask for the first half of a conversion.

    `purpose` is ``inquiry``, ``issue``, ``notice``, ``history``, ``renewal`` or ``trap`` and fixes the payload type of
    `case`: `linkage_core.Inquiry`, `RegisterStatement`, `Notice`, `HistoryRequest`, `Renewal` or `TrapPlanting`, signed
    by the asking institution.
    `card_proof` is a `CardProof` sealed to the commission by the portal's server, see `card_proof_context`.
    """

    purpose: str
    case: SignedObject
    inputs: list[Ciphertext]
    targets: list[InstitutionText]
    supporting_case: SignedObject | None = None
    card_proof: SealedEnvelope | None = None


class ConversionAnswer(Message, frozen=True):
    """First halves, and the commission's half of the ticket (signed object over `linkage_core.Ticket`)."""

    conversions: list[ConversionTarget]
    ticket: SignedObject


class ProofRequest(Message, frozen=True):
    """A receiver names a section whose outputs it holds; `inputs` are those the converter got, checked by their root.

    `target` is the caller itself, or for the core also the provider's server whose half it passes on.
    """

    case: SignedObject
    inputs: list[Ciphertext]
    target: InstitutionText


class HalfProof(Message, frozen=True):
    """The proof of one half that was converted before."""

    proof: ConversionProof


class KeyShareRequest(Message, frozen=True):
    """An institution asks for its own share of its pseudonym key; only the institution itself may ask."""

    generation: int


class FactorStatement(Message, frozen=True):
    """Payload a converter signs about one institution: public factors, all 32-byte ristretto255 points.

    `shuffle_point` S = s·H_0; `key_in` is the key a ciphertext for this institution is under before this converter's
    half, `key_out` = u·key_in after it. `share_point` is (y_c·u_c)·G, so the institution can check its share.
    """

    converter: InstitutionText
    institution: InstitutionText
    generation: int
    shuffle_point: bytes
    key_in: bytes
    key_out: bytes
    share_point: bytes


class KeyShare(Message, frozen=True):
    """`share` is the 32-byte scalar (y_c·u_c) of the asker; `statement` is a signed object over `FactorStatement`."""

    share: bytes
    statement: SignedObject


class SealedKeyShare(Message, frozen=True):
    """`Sealed`-style answer kept apart so that a share can never be mistaken for another message."""

    envelope: SealedEnvelope


class FactorStatementRequest(Message, frozen=True):
    """Ask for the public factors of any institution."""

    institution: InstitutionText
    generation: int


class FactorStatementAnswer(Message, frozen=True):
    """Signed object over `FactorStatement`."""

    statement: SignedObject


class JointKeyContributionRequest(Message, frozen=True):
    """Ask for the commission's public contribution to the joint key."""


class JointKeyStatement(Message, frozen=True):
    """Payload: a converter's contribution to the joint key.

    For the commission `base` is G and `point` y_1·G; for the core `base` is the commission's point and
    `point` = y_2·base = Y. `own_point` is y·G. `proof` shows that both have the same y.
    """

    converter: InstitutionText
    base: bytes
    point: bytes
    own_point: bytes
    proof: bytes


class JointKeyContribution(Message, frozen=True):
    """Signed object over `JointKeyStatement`."""

    statement: SignedObject


class GenerationTerm(Message, frozen=True):
    """One generation of pseudonyms in a converter's book, see `vocabulary.generations`."""

    generation: int
    opened_at: datetime
    issue_from: datetime
    closed_at: datetime | None


class GenerationsStatement(Message, frozen=True):
    """Payload: every generation that a converter opened, in order, and when the statement was made."""

    converter: InstitutionText
    stated_at: datetime
    generations: list[GenerationTerm]


class OwnGenerationsRequest(Message, frozen=True):
    """Ask the commission for its book of generations."""


class OwnGenerations(Message, frozen=True):
    """Signed object over `GenerationsStatement`."""

    statement: SignedObject


class AssessmentSubmission(Message, frozen=True):
    """A protection assessment (特定個人情報保護評価書) handed in before a file is held (法27, 28条)."""

    submission_id: Identifier
    affair: AffairText
    title: str
    persons: int
    handlers: int
    serious_accident: bool
    document_digest: bytes


class AssessmentReceipt(Message, frozen=True):
    """Where the assessment stands; `published` only after the commission's staff published it."""

    assessment_id: Identifier
    level: str
    state: str


class LeafWitness(Message, frozen=True):
    """What the witness needs to check one appended leaf without learning about whom or what it is.

    `entry_commitment` hides the entry; `index_key` is the keyed index of a person in this log (or the sealed chain).
    """

    entry_commitment: bytes
    index_nonce: bytes
    index_key: bytes
    person_sequence: int
    previous_head: bytes


class CheckpointSubmission(Message, frozen=True):
    """New leaves since the witness's last size, in order, and the checkpoint that covers them.

    `leaves` excludes map-root leaves, which the witness computes itself. `shard` is the year of the log.
    """

    origin: str
    shard: int
    old_size: int
    leaves: list[LeafWitness]
    map_root: bytes
    checkpoint: str


class Cosignature(Message, frozen=True):
    """One signature line of the C2SP tlog-cosignature form."""

    line: str


_EVERY_HOLDER = frozenset({Kind.INTERMEDIATE_SERVER, Kind.LINKAGE_CORE})

CONVERT = Endpoint(
    name="commission.convert",
    path="/v1/conversions",
    request=ConversionRequest,
    answer=ConversionAnswer,
    callers=frozenset({Kind.LINKAGE_CORE}),
    summary="First half of a conversion, after the commission's own permission check.",
    basis="番号法19条8号, 21条; R-024, R-220",
)
PROVE_CONVERSION = Endpoint(
    name="commission.prove_conversion",
    path="/v1/conversion-proofs",
    request=ProofRequest,
    answer=HalfProof,
    callers=frozenset({Kind.LINKAGE_CORE, Kind.INTERMEDIATE_SERVER}),
    summary="Proof of a half that was converted before, for the receiver that draws it.",
    basis="番号法21条; R-220",
)
GIVE_KEY_SHARE = Endpoint(
    name="commission.give_key_share",
    path="/v1/key-shares",
    request=KeyShareRequest,
    answer=SealedKeyShare,
    callers=_EVERY_HOLDER,
    summary="The commission's share of the asker's own pseudonym key (KeyShare inside).",
    basis="R-027, R-032",
)
FACTOR_STATEMENT = Endpoint(
    name="commission.factor_statement",
    path="/v1/factor-statements",
    request=FactorStatementRequest,
    answer=FactorStatementAnswer,
    callers=_EVERY_HOLDER | {Kind.NATIONAL_REGISTER},
    summary="Public conversion factors of an institution, signed.",
    basis="R-220",
)
JOINT_KEY_CONTRIBUTION = Endpoint(
    name="commission.joint_key_contribution",
    path="/v1/joint-key",
    request=JointKeyContributionRequest,
    answer=JointKeyContribution,
    callers=frozenset(Kind),
    summary="The commission's contribution to the joint key, with proof.",
    basis="R-032",
)
GENERATIONS = Endpoint(
    name="commission.generations",
    path="/v1/generations",
    request=OwnGenerationsRequest,
    answer=OwnGenerations,
    callers=frozenset({Kind.LINKAGE_CORE}),
    summary="Generations of pseudonyms that the commission opened and closed, signed.",
    basis="番号法21条の2; R-027, R-032",
)
SUBMIT_ASSESSMENT = Endpoint(
    name="commission.submit_assessment",
    path="/v1/assessments",
    request=AssessmentSubmission,
    answer=AssessmentReceipt,
    callers=frozenset(
        {
            Kind.MUNICIPALITY,
            Kind.PREFECTURE,
            Kind.PENSION_SERVICE,
            Kind.PORTAL,
            Kind.NATIONAL_REGISTER,
            Kind.STUDENT_SERVICES,
            Kind.PUBLIC_EMPLOYMENT_OFFICE,
            Kind.HEALTH_INSURANCE_SOCIETY,
            Kind.PREFECTURE_WELFARE,
            Kind.BOARD_OF_EDUCATION,
        }
    ),
    summary="Hand in a protection assessment.",
    basis="番号法27条, 28条; R-024, R-263",
)
WITNESS_CHECKPOINT = Endpoint(
    name="commission.witness_checkpoint",
    path="/v1/checkpoints",
    request=CheckpointSubmission,
    answer=Cosignature,
    callers=_EVERY_HOLDER | {Kind.NATIONAL_REGISTER, Kind.PREFECTURE, Kind.MUNICIPALITY},
    summary="Check that a log grew honestly and its map explains every entry, then co-sign.",
    basis="R-026, R-274",
)
ENDPOINTS = (
    PROVE_CONVERSION,
    CONVERT,
    GIVE_KEY_SHARE,
    FACTOR_STATEMENT,
    JOINT_KEY_CONTRIBUTION,
    GENERATIONS,
    SUBMIT_ASSESSMENT,
    WITNESS_CHECKPOINT,
    *alarms.ENDPOINTS,
    *ordinances.ENDPOINTS,
)
