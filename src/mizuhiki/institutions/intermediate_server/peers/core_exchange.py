"""This server's own cases on their way through the core: inquiries, notices, histories, acquisitions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from mizuhiki.crypto.digests import sha256
from mizuhiki.crypto.pseudonyms import Ciphertext, Pseudonym, ciphertexts_root, encrypt_pseudonym
from mizuhiki.institutions.intermediate_server.domain.errors import NoticeRefused
from mizuhiki.institutions.intermediate_server.domain.exchanges import (
    SentNotice,
)
from mizuhiki.institutions.intermediate_server.peers.inquiry_cases import CASE_LIFETIME, outcome_of
from mizuhiki.institutions.intermediate_server.ports import PersonKey
from mizuhiki.runtime.conversion_keys import ConversionKeys
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.joint_key import CONVERTERS
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.vocabulary.errors import Unavailable
from mizuhiki.vocabulary.ids import (
    ExchangeName,
    InstitutionId,
    InstitutionKind,
    institution_id,
    intermediate_server_of,
    parse_institution_id,
)
from mizuhiki.vocabulary.typed_values import read_json
from mizuhiki.wire import linkage_core as wire
from mizuhiki.wire.commission import CardProof, card_proof_context
from mizuhiki.wire.intermediate_server import NoticeContent
from mizuhiki.wire.national_register import PSEUDONYM_ACQUISITION_TYPE, PseudonymAcquisition

CORE = CONVERTERS[-1]
PORTAL = institution_id(InstitutionKind.PORTAL)


class CoreExchange:
    """Implements `ports.Exchange`."""

    def __init__(self, environment: Environment, peers: Peers, keys: ConversionKeys, owner: InstitutionId) -> None:
        self._environment = environment
        self._peers = peers
        self._keys = keys
        self._owner = owner

    def _encrypt(self, pseudonym: PersonKey) -> list[Ciphertext]:
        joint_key = self._keys.joint_key()
        return [encrypt_pseudonym(joint_key, Pseudonym(pseudonym.reveal()), self._environment.randomness)]

    def sign_acquisition(
        self, batch_id: str, affair: str, acquisition_numbers: Sequence[str], expires_at: datetime
    ) -> str:
        """Return the signed acquisition: this server's numbers, no person."""
        payload = PseudonymAcquisition(
            batch_id=batch_id,
            nonce=self._environment.randomness.token(),
            holder=self._environment.institution,
            affair=affair,
            acquisition_numbers=list(acquisition_numbers),
            expires_at=int(expires_at.timestamp()),
        )
        return self._peers.sign(PSEUDONYM_ACQUISITION_TYPE, payload)

    def prepare_notice(self, sent: SentNotice, pseudonym: PersonKey, generation: int) -> bytes:
        """Return the signed case of a notice with its sealed content, encoded to be stored and sent."""
        server = intermediate_server_of(PORTAL)
        notice = sent.notice
        content = NoticeContent(
            notice_id=notice.notice_id,
            sender=notice.sender,
            subject=notice.subject,
            body=notice.body,
            sent_at=notice.sent_at,
            respond_by=notice.respond_by,
        )
        envelope = self._peers.seal(server, content, f"notice/{notice.notice_id}".encode())
        inputs = self._encrypt(pseudonym)
        now = self._environment.clock.now()
        case = wire.Notice(
            notice_id=notice.notice_id,
            sender=self._owner,
            sender_server=self._environment.institution,
            portal_server=server,
            affair=sent.affair,
            procedure=sent.procedure,
            content_hash=sha256(envelope.ciphertext),
            generation=generation,
            inputs_root=ciphertexts_root(inputs),
            nonce=self._environment.randomness.token(),
            issued_at=now,
            expires_at=now + CASE_LIFETIME,
        )
        signed = self._peers.sign(wire.NOTICE_TYPE, case)
        return msgspec.json.encode(wire.SubmittedNotice(case=signed, inputs=inputs, content=envelope))

    def notify(self, submission: bytes) -> None:
        """Send a prepared notice to the core.

        Raises:
            NoticeRefused: the core or the commission refused it for good.
        """
        try:
            self._peers.call(CORE, wire.SEND_NOTICE, read_json(submission, wire.SubmittedNotice))
        except Unavailable:
            raise
        except PeerProblem as problem:
            refused_by = str(problem.refused_by or problem.peer)
            raise NoticeRefused(
                problem.message, peer_code=outcome_of(problem.peer_code), refused_by=refused_by
            ) from problem

    def open_history(self, request_id: str, pseudonym: PersonKey, generation: int, card_proof: object) -> str:
        """Return the core's ledger bundle for a person, as JSON text.

        Raises:
            TypeError: `card_proof` is not a `CardProof`; only the API calls this, with one.
        """
        if not isinstance(card_proof, CardProof):
            raise TypeError("a history is opened with a CardProof")
        inputs = self._encrypt(pseudonym)
        now = self._environment.clock.now()
        case = wire.HistoryRequest(
            request_id=request_id,
            portal=self._owner,
            portal_server=self._environment.institution,
            challenge_hash=sha256(card_proof.challenge),
            generation=generation,
            inputs_root=ciphertexts_root(inputs),
            nonce=self._environment.randomness.token(),
            issued_at=now,
            expires_at=now + CASE_LIFETIME,
        )
        signed = self._peers.sign(wire.HISTORY_REQUEST_TYPE, case)
        proof = self._peers.seal(CONVERTERS[0], card_proof, card_proof_context(request_id))
        request = wire.SubmittedHistoryRequest(case=signed, inputs=inputs, card_proof=proof)
        answer = self._peers.call(CORE, wire.OPEN_HISTORY, request)
        history = self._peers.open(answer.envelope, CORE, wire.HistoryText, f"history/{request_id}".encode())
        return history.bundle

    def reconcile(self, exchanges: Sequence[ExchangeName]) -> dict[ExchangeName, tuple[str, bytes]]:
        """Return what the core holds: exchange → (outcome, digest)."""
        named = [wire.NamedExchange(inquirer=one.inquirer, exchange_number=one.exchange_number) for one in exchanges]
        answer = self._peers.call(CORE, wire.RECONCILE, wire.ReconciliationRequest(exchanges=named))
        return {
            ExchangeName(parse_institution_id(one.inquirer), one.exchange_number): (one.outcome, one.digest)
            for one in answer.exchanges
        }
