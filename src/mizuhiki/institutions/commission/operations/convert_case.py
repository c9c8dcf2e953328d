"""Convert the first half of a permitted case and sign the ticket (番号法21条; pseudonyms design, Convert, step 2).

A case is converted once. The same case again gets the stored answer, so that a core which lost the answer can go on;
another case with the same nonce, batch, acquisition or card challenge is refused. Every decision is recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mizuhiki.crypto.digests import equal
from mizuhiki.crypto.pseudonyms import Ciphertext, ConversionProof, Converter, ciphertexts_root
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.commission.domain.conversion import (
    CORE,
    BatchProof,
    Case,
    CiphertextPair,
    Decision,
    FirstHalf,
    HalfConversion,
    HistoryCase,
    InquiryCase,
    IssueCase,
    NoticeCase,
    RenewalCase,
    TicketContent,
    TrapCase,
)
from mizuhiki.institutions.commission.domain.errors import (
    CaseReplayed,
    HalfNotConverted,
    InputsAltered,
    QuotaExhausted,
    TargetsNotOfPurpose,
)
from mizuhiki.institutions.commission.operations.check_case import (
    PurposeRules,
    Support,
    check_content,
    check_signer,
    check_time,
)
from mizuhiki.institutions.commission.ports import JointKey, Records, Store, Tickets
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.asked_questions import AskedQuestion
from mizuhiki.vocabulary.errors import Corrupt, MizuhikiError, Unavailable
from mizuhiki.vocabulary.generations import CurrentGenerations
from mizuhiki.vocabulary.ids import InstitutionId

ACTION = "convert-case"
PROVE = "prove-half"


@dataclass(frozen=True, slots=True)
class ConvertCase:
    """The first converter. `daily_quota` is persons per (institution, affair) and day."""

    store: Store
    authority: Authority
    rules: PurposeRules
    converter: Converter
    joint_key: JointKey
    tickets: Tickets
    randomness: Randomness
    daily_quota: int
    generations: CurrentGenerations

    def __call__(
        self,
        context: Context,
        *,
        case: Case,
        inputs: Sequence[Ciphertext],
        targets: Sequence[InstitutionId],
        support: Support,
    ) -> FirstHalf:
        """Return the first halves of a case whose signature the edge has checked.

        Raises:
            Refused, Malformed: the case may not be converted; see `check_case`. The refusal is recorded.
            CaseReplayed: a mark of the case was spent by another one.
            QuotaExhausted: too many persons in one day.
        """
        self.authority.require(context, ACTION)
        try:
            return self._convert(context, case, inputs, targets, support)
        except (Unavailable, Corrupt):
            raise
        except MizuhikiError as error:
            refused = self._refused(context, case, error)
            with self.store.transaction() as records:
                for question, own in refused:
                    records.record(_decision(context, case, question, rule=own.code, refusal=own.message))
            raise

    def _refused(
        self, context: Context, case: Case, error: MizuhikiError
    ) -> list[tuple[AskedQuestion | None, MizuhikiError]]:
        """Return the questions that a refusal is about, each with its own; none of several where it is about the case.

        What is said of one question is never recorded for another.
        """
        if len(case.questions) == 1:
            return [(case.questions[0], error)]
        if isinstance(error, QuotaExhausted):
            return [(one, error) for one in case.questions if one.affair == error.fields["affair"]]
        found = self.rules.refusals(context, case)
        about_questions = error.code in {own.code for _, own in found}
        return [*found] if about_questions else [(None, error)]

    def note_unreadable(self, context: Context, *, purpose: str, asker: str, code: str, detail: str) -> None:
        """Record that a case was refused because its signature or form failed, so nothing in it can be believed."""
        self.authority.require(context, ACTION)
        decision = Decision(
            at=context.now(),
            purpose=purpose,
            asker=asker,
            recipient="",
            affair="",
            procedure="",
            kinds=(),
            persons=0,
            allowed=False,
            rule=code,
            detail=detail,
            case_hash=b"",
        )
        with self.store.transaction() as records:
            records.record(decision)

    def _convert(
        self,
        context: Context,
        case: Case,
        inputs: Sequence[Ciphertext],
        targets: Sequence[InstitutionId],
        support: Support,
    ) -> FirstHalf:
        check_content(case, inputs, targets)
        with self.store.snapshot() as records:
            known = records.first_half(case.hash)
        if known is not None:
            return known
        check_time(context, case)
        check_signer(case)
        generations = self.generations.current()
        generations.require_open(case.generation, context.now())
        if isinstance(case.detail, RenewalCase):
            generations.require_neighbours(case.generation, case.detail.to_generation, context.now())
        rules = self.rules.allow(context, case, support)
        answer = self._first_half(context, case, inputs, targets, rules)
        with self.store.transaction() as records:
            known = records.first_half(case.hash)
            if known is not None:
                return known
            self._spend(context, records, case, support)
            records.keep_first_half(case, answer)
            for question, rule in zip(case.questions, rules, strict=True):
                records.record(_decision(context, case, question, rule=rule))
        return answer

    def prove(self, context: Context, *, case: Case, inputs: Sequence[Ciphertext], target: InstitutionId) -> BatchProof:
        """Return the proof of a half that was converted before, for the receiver that drew its section.

        It is no second way to a conversion: the case must stand among the answers, whose outputs are proved.

        Raises:
            InputsAltered: the inputs are not those the case was signed over.
            HalfNotConverted: there is no such answer, or the caller is neither its target nor the core.
        """
        self.authority.require(context, PROVE)
        if len(inputs) != case.count or not equal(ciphertexts_root(inputs), case.inputs_root):
            raise InputsAltered
        with self.store.snapshot() as records:
            answer = records.first_half(case.hash)
        halves = {half.target: half for half in answer.conversions} if answer is not None else {}
        if not case.proved_when_drawn or target not in halves or context.actor.institution not in {target, CORE}:
            raise HalfNotConverted(target=target)
        outputs = [Ciphertext(pair.c1, pair.c2) for pair in halves[target].outputs]
        proof = self.converter.prove_again(
            inputs,
            outputs,
            source=case.source,
            target=target,
            generation=case.generation,
            key_in=self.joint_key.joint_key(),
            batch_id=case.number,
            randomness=self.randomness,
        )
        return _batch_proof(proof)

    def _converted(
        self, case: Case, inputs: Sequence[Ciphertext], targets: Sequence[InstitutionId]
    ) -> list[HalfConversion]:
        """Convert for all targets under the same masks; with proofs, unless receivers ask for those they draw."""
        key_in = self.joint_key.joint_key()
        aims = case.aims(targets)
        if case.proved_when_drawn:
            unproved = self.converter.convert_unproved_for(
                inputs,
                source=case.source,
                targets=[target for target, _ in aims],
                generation=case.generation,
                key_in=key_in,
                batch_id=case.number,
            )
            return [
                HalfConversion(target, _pairs(outputs), None, reached)
                for (target, reached), outputs in zip(aims, unproved, strict=True)
            ]
        proved = self.converter.convert_for(
            inputs,
            source=case.source,
            aims=[(target, case.generation if reached is None else reached) for target, reached in aims],
            generation=case.generation,
            key_in=key_in,
            batch_id=case.number,
            randomness=self.randomness,
        )
        return [
            HalfConversion(target, _pairs(outputs), _batch_proof(proof), reached)
            for (target, reached), (outputs, proof) in zip(aims, proved, strict=True)
        ]

    def _spend(self, context: Context, records: Records, case: Case, support: Support) -> None:
        for mark, until in _marks(case, support):
            if not records.spend(mark, case.hash, until):
                raise CaseReplayed(purpose=case.purpose.value)
        for question in case.questions:
            counted = records.count_conversions(case.responsible, question.affair, question.lines, context.today())
            if counted > self.daily_quota:
                raise QuotaExhausted(institution=case.responsible, affair=question.affair, quota=self.daily_quota)

    def _first_half(
        self,
        context: Context,
        case: Case,
        inputs: Sequence[Ciphertext],
        targets: Sequence[InstitutionId],
        rules: tuple[str, ...],
    ) -> FirstHalf:
        halves = self._converted(case, inputs, targets)
        delivered = [half for half in halves if half.target == case.recipient]
        if not delivered:
            raise TargetsNotOfPurpose(purpose=case.purpose.value)
        outputs_root = ciphertexts_root([Ciphertext(pair.c1, pair.c2) for pair in delivered[-1].outputs])
        content = TicketContent(
            purpose=case.purpose,
            case_hash=case.hash,
            target=case.recipient,
            inputs_root=case.inputs_root,
            outputs_root=outputs_root,
            rules=rules,
            issued_at=context.now(),
            expires_at=case.expires_at,
        )
        return FirstHalf(tuple(halves), self.tickets.sign(content))


def _pairs(outputs: Sequence[Ciphertext]) -> tuple[CiphertextPair, ...]:
    return tuple(CiphertextPair(one.c1, one.c2) for one in outputs)


def _batch_proof(proof: ConversionProof) -> BatchProof:
    return BatchProof(proof.challenge, proof.n, proof.f, proof.r)


def _marks(case: Case, support: Support) -> list[tuple[str, datetime | None]]:
    """Return what a case uses up, each with the time until which it could come back."""
    match case.detail:
        case IssueCase(holder=holder):
            marks: list[tuple[str, datetime | None]] = [(f"batch/{case.signer}/{case.number}", case.expires_at)]
            if support.acquisition is not None:
                acquisition = support.acquisition
                marks.append((f"acquisition/{holder}/{acquisition.nonce}", acquisition.expires_at))
            return marks
        case HistoryCase(challenge_hash=challenge):
            # A signature of the card has no end of its own, so its challenge is remembered for good.
            return [(f"nonce/{case.signer}/{case.nonce}", case.expires_at), (f"challenge/{challenge.hex()}", None)]
        case InquiryCase() | NoticeCase() | RenewalCase() | TrapCase():
            return [(f"nonce/{case.signer}/{case.nonce}", case.expires_at)]


def _decision(
    context: Context, case: Case, question: AskedQuestion | None, *, rule: str, refusal: str | None = None
) -> Decision:
    """Return what is recorded of one question of a case, or of a case of several as a whole."""
    return Decision(
        at=context.now(),
        purpose=case.purpose.value,
        asker=case.responsible,
        recipient=case.detail.provider if isinstance(case.detail, InquiryCase) else case.recipient,
        affair=question.affair if question else "",
        procedure=question.procedure if question else "",
        kinds=question.kinds if question else (),
        persons=question.lines if question else case.count,
        allowed=refusal is None,
        rule=rule,
        detail=refusal or "",
        case_hash=case.hash,
    )
