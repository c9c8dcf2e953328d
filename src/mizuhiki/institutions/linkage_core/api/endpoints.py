"""Handlers of the core's endpoints: read, call the operation, write."""

from __future__ import annotations

import msgspec

from mizuhiki.crypto.envelopes import SealedEnvelope
from mizuhiki.crypto.pseudonyms import Ciphertext, ConversionProof
from mizuhiki.institutions.linkage_core.domain.cases import (
    CORE,
    CaseAnswer,
    CiphertextPair,
    FactorPoints,
    JointContribution,
    Submitted,
)
from mizuhiki.institutions.linkage_core.operations.service import LinkageCore
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.generation_source import statement_of
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.serving import Api, Call
from mizuhiki.runtime.stored_values import decode_stored
from mizuhiki.vocabulary.ids import ExchangeName, parse_institution_id
from mizuhiki.vocabulary.typed_values import read_json
from mizuhiki.wire import commission
from mizuhiki.wire import linkage_core as wire
from mizuhiki.wire.endpoint import Acknowledgement
from mizuhiki.wire.intermediate_server import ConvertedSection

AFFAIR = "information-linkage"


class Handlers:
    """One method per endpoint."""

    def __init__(self, core: LinkageCore, peers: Peers) -> None:
        self._core = core
        self._peers = peers

    def _context(self, call: Call, basis: str, purpose: str) -> Context:
        return call.context(AFFAIR, basis, purpose)

    def submit_inquiries(self, call: Call, request: wire.SubmittedInquiries) -> wire.AnsweredInquiries:
        """Carry out a section of inquiries."""
        submitted = Submitted(request.case, _pairs(request.inputs))
        context = self._context(call, "番号法21条2項", "exchange of information")
        answer = self._core.exchange_inquiries(context, submitted=submitted)
        payload = self._peers.verify(request.case, wire.Inquiry, wire.INQUIRY_TYPE).payload
        return _answered(payload.section_id, answer)

    def prove_half(self, call: Call, request: wire.OwnProofRequest) -> commission.HalfProof:
        """Prove the core's half of a delivered section to its provider."""
        context = self._context(call, "番号法21条", "proof of a converted half")
        proof = self._core.prove_half(context, case_text=request.case)
        return commission.HalfProof(proof=ConversionProof(challenge=proof.challenge, n=proof.n, f=proof.f, r=proof.r))

    def issue_pseudonyms(self, call: Call, request: wire.IssueRequest) -> Acknowledgement:
        """Take an issue durably; it is delivered at once where everybody answers, later otherwise."""
        submitted = Submitted(request.case, _pairs(request.inputs), acquisition=request.acquisition)
        context = self._context(call, "番号法21条の2", "issue of agency pseudonyms")
        self._core.issue_pseudonyms(context, submitted=submitted)
        return Acknowledgement()

    def send_notice(self, call: Call, request: wire.SubmittedNotice) -> Acknowledgement:
        """Take a notice durably; it is delivered likewise."""
        content = msgspec.json.encode(request.content)
        submitted = Submitted(request.case, _pairs(request.inputs), content=content)
        context = self._context(call, "番号法附則6条", "notice to a person's portal account")
        self._core.send_notice(context, submitted=submitted)
        return Acknowledgement()

    def open_history(self, call: Call, request: wire.SubmittedHistoryRequest) -> wire.SealedHistory:
        """Bundle a person's records and seal them to the portal's server."""
        proof = msgspec.json.encode(request.card_proof)
        submitted = Submitted(request.case, _pairs(request.inputs), card_proof=proof)
        context = self._context(call, "番号法23条, 附則6条3項", "a person opens the record of exchanges")
        answer = self._core.open_history(context, submitted=submitted)
        payload = self._peers.verify(request.case, wire.HistoryRequest, wire.HISTORY_REQUEST_TYPE).payload
        text = wire.HistoryText(bundle=answer.bundle)
        return wire.SealedHistory(envelope=self._peers.seal(call.peer, text, f"history/{payload.request_id}".encode()))

    def give_key_share(self, call: Call, request: commission.KeyShareRequest) -> commission.KeyShare:
        """Return the caller's own share; it leaves sealed to the caller."""
        context = self._context(call, "番号法21条の2", "key share of the caller's pseudonyms")
        share, points = self._core.give_key_share(context, generation=request.generation)
        return commission.KeyShare(share=share.reveal(), statement=self._statement(points))

    def state_factors(self, call: Call, request: commission.FactorStatementRequest) -> commission.FactorStatementAnswer:
        """Return the public factors of any institution, signed."""
        context = self._context(call, "番号法21条", "public conversion factors")
        points = self._core.state_factors(
            context, institution=parse_institution_id(request.institution), generation=request.generation
        )
        return commission.FactorStatementAnswer(statement=self._statement(points))

    def state_joint_key(self, call: Call, _request: wire.JointKeyRequest) -> wire.JointKey:
        """Return both contributions to the joint key, the commission's own statement first."""
        context = self._context(call, "番号法21条", "joint key of the converters")
        theirs, ours = self._core.state_joint_key(context)
        return wire.JointKey(statements=[theirs.statement, self._joint_key_statement(ours)])

    def renew_pseudonyms(self, call: Call, request: wire.SubmittedRenewal) -> wire.RenewedPseudonyms:
        """Renew the caller's own pseudonyms and seal the new ones to it."""
        submitted = Submitted(request.case, _pairs(request.inputs))
        context = self._context(call, "番号法21条の2", "renewal of agency pseudonyms")
        answer = self._core.renew_pseudonyms(context, submitted=submitted)
        payload = self._peers.verify(request.case, wire.Renewal, wire.RENEWAL_TYPE).payload
        section = read_json(answer.answer, ConvertedSection)
        envelope = self._peers.seal(call.peer, section, f"section/{payload.batch_id}".encode())
        return wire.RenewedPseudonyms(tickets=list(answer.tickets), section=envelope)

    def plant_traps(self, call: Call, request: wire.SubmittedTraps) -> wire.TrapsStanding:
        """Watch pseudonyms of nobody for the caller; whether one of them is known here is told nobody."""
        context = self._context(call, "番号法24条", "planting of traps")
        self._core.plant_traps(context, submitted=Submitted(request.case, _pairs(request.inputs)))
        return wire.TrapsStanding(standing=self._core.traps.count(context))

    def withdraw_traps(self, call: Call, request: wire.TrapWithdrawal) -> wire.TrapsWithdrawn:
        """Watch the caller's traps under these tokens no more."""
        context = self._context(call, "番号法24条", "withdrawal of traps")
        tokens = [wire.withdrawal_token_hash(token) for token in request.tokens]
        withdrawn, standing = self._core.traps.withdraw(context, tokens=tokens)
        return wire.TrapsWithdrawn(withdrawn=withdrawn, standing=standing)

    def count_traps(self, call: Call, _request: wire.TrapCountRequest) -> wire.TrapsStanding:
        """Return how many traps of the caller stand."""
        return wire.TrapsStanding(standing=self._core.traps.count(self._context(call, "番号法24条", "count of traps")))

    def state_generations(self, call: Call, _request: wire.GenerationsRequest) -> wire.Generations:
        """Return the commission's statement about generations, then the core's; none before anything was opened."""
        context = self._context(call, "番号法21条の2", "generations of pseudonyms")
        theirs, book = self._core.generations.state(context)
        if not theirs:
            return wire.Generations(statements=[])
        ours = self._peers.sign(commission.GENERATIONS_STATEMENT_TYPE, statement_of(CORE, book, context.now()))
        return wire.Generations(statements=[theirs, ours])

    def reconcile(self, call: Call, request: wire.ReconciliationRequest) -> wire.Reconciliation:
        """Return what stands here for the caller's exchanges."""
        context = self._context(call, "番号法23条", "reconciliation of records")
        named = [ExchangeName(parse_institution_id(one.inquirer), one.exchange_number) for one in request.exchanges]
        found = self._core.reconcile(context, exchanges=named)
        return wire.Reconciliation(
            exchanges=[
                wire.ReconciledExchange(
                    inquirer=one.inquirer,
                    exchange_number=one.exchange_number,
                    outcome=one.outcome,
                    digest=one.digest,
                )
                for one in found
            ]
        )

    def _statement(self, points: FactorPoints) -> str:
        statement = commission.FactorStatement(
            converter=CORE,
            institution=points.institution,
            generation=points.generation,
            shuffle_point=points.shuffle_point,
            key_in=points.key_in,
            key_out=points.key_out,
            share_point=points.share_point,
        )
        return self._peers.sign(commission.FACTOR_STATEMENT_TYPE, statement)

    def _joint_key_statement(self, contribution: JointContribution) -> str:
        statement = commission.JointKeyStatement(
            converter=CORE,
            base=contribution.base,
            point=contribution.point,
            own_point=contribution.own_point,
            proof=contribution.proof,
        )
        return self._peers.sign(commission.JOINT_KEY_STATEMENT_TYPE, statement)


def _pairs(inputs: list[Ciphertext]) -> tuple[CiphertextPair, ...]:
    return tuple(CiphertextPair(given.c1, given.c2) for given in inputs)


def _answered(section_id: str, answer: CaseAnswer) -> wire.AnsweredInquiries:
    return wire.AnsweredInquiries(
        section_id=section_id,
        lines=[
            wire.AnsweredLine(
                exchange_number=line.exchange_number,
                outcome=line.outcome,
                answer=decode_stored(line.answer, SealedEnvelope) if line.answer else None,
            )
            for line in answer.lines
        ],
        tickets=list(answer.tickets),
        answer=decode_stored(answer.answer, SealedEnvelope) if answer.answer else None,
    )


def serve(api: Api, core: LinkageCore, peers: Peers) -> None:
    """Register every endpoint with its handler."""
    handlers = Handlers(core, peers)
    api.serve(wire.SUBMIT_INQUIRIES, handlers.submit_inquiries)
    api.serve(wire.ISSUE_PSEUDONYMS, handlers.issue_pseudonyms)
    api.serve(wire.SEND_NOTICE, handlers.send_notice)
    api.serve(wire.OPEN_HISTORY, handlers.open_history)
    api.serve_sealed(wire.GIVE_KEY_SHARE, commission.KeyShareRequest, handlers.give_key_share)
    api.serve(wire.FACTOR_STATEMENT, handlers.state_factors)
    api.serve(wire.JOINT_KEY, handlers.state_joint_key)
    api.serve(wire.RENEW_PSEUDONYMS, handlers.renew_pseudonyms)
    api.serve(wire.GENERATIONS, handlers.state_generations)
    api.serve(wire.RECONCILE, handlers.reconcile)
    api.serve(wire.PROVE_CONVERSION, handlers.prove_half)
    api.serve(wire.PLANT_TRAPS, handlers.plant_traps)
    api.serve(wire.WITHDRAW_TRAPS, handlers.withdraw_traps)
    api.serve(wire.COUNT_TRAPS, handlers.count_traps)
