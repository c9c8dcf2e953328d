"""The commission as first converter and as witness of the core's ledger."""

from __future__ import annotations

from mizuhiki.crypto.envelopes import SealedEnvelope
from mizuhiki.crypto.keystore import Keystore, ShareUnknown
from mizuhiki.crypto.pseudonyms import Ciphertext
from mizuhiki.institutions.linkage_core.domain.cases import (
    COMMISSION,
    BatchProof,
    Case,
    CiphertextPair,
    FactorPoints,
    HalfConversion,
    JointContribution,
    Submitted,
)
from mizuhiki.institutions.linkage_core.domain.errors import FirstHalfUnfit
from mizuhiki.institutions.linkage_core.domain.traps import Alarm
from mizuhiki.institutions.linkage_core.ports import FirstHalf
from mizuhiki.runtime.conversion_keys import ConversionKeys
from mizuhiki.runtime.generation_source import read_statement
from mizuhiki.runtime.peers import Peers
from mizuhiki.vocabulary.generations import Generations
from mizuhiki.vocabulary.ids import InstitutionId, parse_institution_id
from mizuhiki.vocabulary.sensitive import Sensitive
from mizuhiki.vocabulary.typed_values import read_json
from mizuhiki.wire import commission as wire
from mizuhiki.wire.linkage_core import TICKET_TYPE, Ticket


class FirstConverterAtCommission:
    """Implements `ports.FirstConverter`."""

    def __init__(self, peers: Peers, keys: ConversionKeys, keystore: Keystore) -> None:
        self._peers = peers
        self._keys = keys
        self._keystore = keystore

    def convert(self, case: Case, submitted: Submitted) -> FirstHalf:
        """Ask for the first half; the ticket's signature is checked here, what it says by the caller.

        Raises:
            PeerRefused, PeerMalformed, PeerConflict: the commission's rule, in `peer_code`.
            PeerUnavailable: it does not answer.
            FirstHalfUnfit: the ticket is not the commission's.
        """
        proof = submitted.card_proof
        request = wire.ConversionRequest(
            purpose=case.purpose.value,
            case=submitted.case_text,
            inputs=[Ciphertext(pair.c1, pair.c2) for pair in submitted.inputs],
            targets=list(case.targets),
            supporting_case=submitted.acquisition or None,
            card_proof=read_json(proof, SealedEnvelope) if proof else None,
        )
        answer = self._peers.call(COMMISSION, wire.CONVERT, request)
        verified = self._peers.verify(answer.ticket, Ticket, TICKET_TYPE)
        ticket = verified.payload
        if verified.signer != COMMISSION or ticket.converter != COMMISSION:
            raise FirstHalfUnfit(part="signer")
        return FirstHalf(
            conversions=tuple(_half(conversion) for conversion in answer.conversions),
            ticket=answer.ticket,
            ticket_purpose=ticket.purpose,
            ticket_case_hash=ticket.case_hash,
            ticket_target=parse_institution_id(ticket.target),
            ticket_inputs_root=ticket.inputs_root,
            ticket_outputs_root=ticket.outputs_root,
            ticket_expires_at=ticket.expires_at,
            rules=ticket.rules(),
        )

    def prove(self, submitted: Submitted, target: InstitutionId) -> BatchProof:
        """Ask for the proof of a half that was converted before.

        Raises:
            PeerRefused, PeerUnavailable: as in `convert`.
        """
        inputs = [Ciphertext(pair.c1, pair.c2) for pair in submitted.inputs]
        request = wire.ProofRequest(case=submitted.case_text, inputs=inputs, target=target)
        proof = self._peers.call(COMMISSION, wire.PROVE_CONVERSION, request).proof
        return BatchProof(proof.challenge, proof.n, proof.f, proof.r)

    def factors(self, institution: InstitutionId, generation: int) -> FactorPoints:
        """Return the commission's public factors of an institution.

        Raises:
            FactorStatementUnfit: its statement speaks of something else.
        """
        statement = self._keys.statement(COMMISSION, institution, generation)
        return FactorPoints(
            institution=institution,
            generation=generation,
            shuffle_point=statement.shuffle_point,
            key_in=statement.key_in,
            key_out=statement.key_out,
            share_point=statement.share_point,
        )

    def key_share(self, generation: int) -> Sensitive[bytes]:
        """Return the commission's share of this core's own pseudonym key, asked for once and kept in the keystore."""
        name = f"pseudonym-key/{COMMISSION}/{generation}"
        try:
            return self._keystore.share(name)
        except ShareUnknown:
            request = wire.KeyShareRequest(generation=generation)
            answer = self._peers.call_sealed(COMMISSION, wire.GIVE_KEY_SHARE, request, wire.KeyShare)
            self._keystore.store_share(name, answer.share)
            return self._keystore.share(name)

    def generations(self) -> tuple[str, Generations]:
        """Ask for the commission's book of generations.

        Raises:
            GenerationsUnproved: the statement is not the commission's.
        """
        text = self._peers.call(COMMISSION, wire.GENERATIONS, wire.OwnGenerationsRequest()).statement
        return text, read_statement(self._peers, text, COMMISSION)

    def joint_contribution(self, kept: str) -> JointContribution:
        """Read the commission's contribution from the kept statement, or ask for it when empty.

        Raises:
            FirstHalfUnfit: the statement is not the commission's.
        """
        text = kept
        if not text:
            request = wire.JointKeyContributionRequest()
            text = self._peers.call(COMMISSION, wire.JOINT_KEY_CONTRIBUTION, request).statement
        verified = self._peers.verify(text, wire.JointKeyStatement, wire.JOINT_KEY_STATEMENT_TYPE)
        statement = verified.payload
        if verified.signer != COMMISSION or statement.converter != COMMISSION:
            raise FirstHalfUnfit(part="joint-key")
        return JointContribution(statement.base, statement.point, statement.own_point, statement.proof, text)


class AlarmDeskAtCommission:
    """Implements `ports.AlarmDesk`."""

    def __init__(self, peers: Peers) -> None:
        self._peers = peers

    def tell(self, alarm: Alarm) -> None:
        """Send an alarm as an object signed by this core.

        Raises:
            PeerUnavailable, PeerRefused, PeerConflict: the commission does not answer, or does not take it.
        """
        payload = wire.TrapAlarm(
            alarm_id=alarm.alarm_id,
            case_hash=alarm.case_hash,
            purpose=alarm.purpose,
            asker=alarm.asker,
            other=alarm.other,
            affair=alarm.affair,
            procedure=alarm.procedure,
            lines=alarm.lines,
            traps=[
                wire.SprungTrap(
                    trap_id=trap.trap_id,
                    planted_by=trap.planted_by,
                    exchange_number=trap.exchange_number,
                    had_records=trap.had_records,
                )
                for trap in alarm.traps
            ],
            requested_at=alarm.requested_at,
            raised_at=alarm.raised_at,
        )
        text = self._peers.sign(wire.TRAP_ALARM_TYPE, payload)
        self._peers.call(COMMISSION, wire.RECEIVE_ALARM, wire.SubmittedAlarm(alarm=text))


class WitnessAtCommission:
    """Brings checkpoints of the core's ledger to the commission."""

    def __init__(self, peers: Peers) -> None:
        self._peers = peers

    def submit(self, submission: wire.CheckpointSubmission) -> str:
        """Return the co-signature line."""
        return self._peers.call(COMMISSION, wire.WITNESS_CHECKPOINT, submission).line


def _half(conversion: wire.ConversionTarget) -> HalfConversion:
    proof = conversion.proof
    return HalfConversion(
        parse_institution_id(conversion.target),
        tuple(CiphertextPair(output.c1, output.c2) for output in conversion.outputs),
        None if proof is None else BatchProof(proof.challenge, proof.n, proof.f, proof.r),
        conversion.generation,
    )
