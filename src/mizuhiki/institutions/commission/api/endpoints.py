"""Handlers of the commission's endpoints: read, call the operation, write."""

from __future__ import annotations

from mizuhiki.crypto.pseudonyms import Ciphertext, ConversionProof
from mizuhiki.institutions.commission.api.alarm_reading import read_alarm
from mizuhiki.institutions.commission.api.ordinances import serve_ordinances
from mizuhiki.institutions.commission.api.reading import read_case, read_inquiry, read_support
from mizuhiki.institutions.commission.domain.conversion import BatchProof, FactorPoints, FirstHalf, Purpose
from mizuhiki.institutions.commission.operations.keep_assessments import Submission
from mizuhiki.institutions.commission.operations.service import Commission
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.generation_source import statement_of
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.serving import Api, Call
from mizuhiki.vocabulary.errors import MizuhikiError, Unavailable
from mizuhiki.vocabulary.ids import InstitutionId, parse_institution_id
from mizuhiki.wire import commission as wire
from mizuhiki.wire.endpoint import Acknowledgement

AFFAIR = "linkage-oversight"


class Handlers:
    """One method per endpoint."""

    def __init__(self, commission: Commission, peers: Peers, institution: InstitutionId) -> None:
        self._commission = commission
        self._peers = peers
        self._institution = institution

    def convert(self, call: Call, request: wire.ConversionRequest) -> wire.ConversionAnswer:
        """Check the signatures, then convert; a case that cannot be verified is recorded as refused, too."""
        context = call.context(AFFAIR, "番号法21条", "first half of a conversion")
        try:
            case = read_case(self._peers, request)
            support = read_support(self._peers, request)
            targets = [parse_institution_id(target) for target in request.targets]
        except Unavailable:
            raise
        except MizuhikiError as error:
            self._note_unreadable(context, request, error)
            raise
        answer = self._commission.convert_case(
            context, case=case, inputs=request.inputs, targets=targets, support=support
        )
        return _write_answer(answer)

    def prove_half(self, call: Call, request: wire.ProofRequest) -> wire.HalfProof:
        """Prove a half that was converted before to the receiver that drew it."""
        context = call.context(AFFAIR, "番号法21条", "proof of a converted half")
        proof = self._commission.prove_half(
            context,
            case=read_inquiry(self._peers, request.case),
            inputs=request.inputs,
            target=parse_institution_id(request.target),
        )
        return wire.HalfProof(proof=_write_proof(proof))

    def _note_unreadable(self, context: Context, request: wire.ConversionRequest, error: MizuhikiError) -> None:
        # An unknown purpose is the caller's free text; it is recorded as such and not repeated.
        known = request.purpose if request.purpose in set(Purpose) else "unknown"
        self._commission.note_unreadable(
            context, purpose=known, asker=context.actor.institution, code=error.code, detail=error.message
        )

    def give_key_share(self, call: Call, request: wire.KeyShareRequest) -> wire.KeyShare:
        """Return the caller's own share; it leaves sealed to the caller."""
        context = call.context(AFFAIR, "番号法21条の2", "key share of the caller's pseudonyms")
        share, points = self._commission.give_key_share(context, generation=request.generation)
        return wire.KeyShare(share=share.reveal(), statement=self._statement(points))

    def state_factors(self, call: Call, request: wire.FactorStatementRequest) -> wire.FactorStatementAnswer:
        """Return the public factors of any institution, signed."""
        context = call.context(AFFAIR, "番号法21条", "public conversion factors")
        points = self._commission.state_factors(
            context, institution=parse_institution_id(request.institution), generation=request.generation
        )
        return wire.FactorStatementAnswer(statement=self._statement(points))

    def contribute(self, call: Call, _request: wire.JointKeyContributionRequest) -> wire.JointKeyContribution:
        """Return the contribution to the joint key, signed."""
        context = call.context(AFFAIR, "番号法21条", "contribution to the joint key")
        contribution = self._commission.contribute_joint_key(context)
        statement = wire.JointKeyStatement(
            converter=self._institution,
            base=contribution.base,
            point=contribution.point,
            own_point=contribution.own_point,
            proof=contribution.proof,
        )
        return wire.JointKeyContribution(statement=self._peers.sign(wire.JOINT_KEY_STATEMENT_TYPE, statement))

    def state_generations(self, call: Call, _request: wire.OwnGenerationsRequest) -> wire.OwnGenerations:
        """Return the commission's book of generations, signed."""
        context = call.context(AFFAIR, "番号法21条の2", "generations of pseudonyms")
        found = self._commission.generations.state(context)
        statement = statement_of(self._institution, found, context.now())
        return wire.OwnGenerations(statement=self._peers.sign(wire.GENERATIONS_STATEMENT_TYPE, statement))

    def submit_assessment(self, call: Call, request: wire.AssessmentSubmission) -> wire.AssessmentReceipt:
        """Take a protection assessment of the caller."""
        context = call.context(request.affair, "番号法28条", "protection assessment handed in")
        assessment = self._commission.submit_assessment(
            context,
            institution=call.peer,
            submission=Submission(
                submission_id=request.submission_id,
                affair=request.affair,
                title=request.title,
                persons=request.persons,
                handlers=request.handlers,
                serious_accident=request.serious_accident,
                document_digest=request.document_digest,
            ),
        )
        return wire.AssessmentReceipt(
            assessment_id=assessment.assessment_id, level=assessment.level.value, state=assessment.state.value
        )

    def witness_checkpoint(self, call: Call, request: wire.CheckpointSubmission) -> wire.Cosignature:
        """Check and co-sign a checkpoint of the caller's own log."""
        context = call.context(AFFAIR, "番号法23条", "witness of a ledger")
        return wire.Cosignature(line=self._commission.witness_checkpoint(context, submission=request))

    def receive_alarm(self, call: Call, request: wire.SubmittedAlarm) -> Acknowledgement:
        """Take the core's alarm that somebody asked about traps."""
        context = call.context(AFFAIR, "番号法24条, 33条", "alarm about trap persons")
        self._commission.alarms.receive(context, alarm=read_alarm(self._peers, request.alarm, context.now()))
        return Acknowledgement()

    def _statement(self, points: FactorPoints) -> str:
        statement = wire.FactorStatement(
            converter=self._institution,
            institution=points.institution,
            generation=points.generation,
            shuffle_point=points.shuffle_point,
            key_in=points.key_in,
            key_out=points.key_out,
            share_point=points.share_point,
        )
        return self._peers.sign(wire.FACTOR_STATEMENT_TYPE, statement)


def _write_proof(proof: BatchProof) -> ConversionProof:
    return ConversionProof(challenge=proof.challenge, n=proof.n, f=proof.f, r=proof.r)


def _write_answer(answer: FirstHalf) -> wire.ConversionAnswer:
    return wire.ConversionAnswer(
        conversions=[
            wire.ConversionTarget(
                target=half.target,
                outputs=[Ciphertext(pair.c1, pair.c2) for pair in half.outputs],
                proof=None if half.proof is None else _write_proof(half.proof),
                generation=half.generation,
            )
            for half in answer.conversions
        ],
        ticket=answer.ticket,
    )


def serve(api: Api, commission: Commission, peers: Peers, institution: InstitutionId) -> None:
    """Register every endpoint with its handler."""
    handlers = Handlers(commission, peers, institution)
    api.serve(wire.CONVERT, handlers.convert)
    api.serve(wire.PROVE_CONVERSION, handlers.prove_half)
    api.serve_sealed(wire.GIVE_KEY_SHARE, wire.KeyShareRequest, handlers.give_key_share)
    api.serve(wire.FACTOR_STATEMENT, handlers.state_factors)
    api.serve(wire.JOINT_KEY_CONTRIBUTION, handlers.contribute)
    api.serve(wire.GENERATIONS, handlers.state_generations)
    api.serve(wire.SUBMIT_ASSESSMENT, handlers.submit_assessment)
    api.serve(wire.WITNESS_CHECKPOINT, handlers.witness_checkpoint)
    api.serve(wire.RECEIVE_ALARM, handlers.receive_alarm)
    serve_ordinances(api, commission, peers)
