"""This server's own cases on their way through the core: inquiries, notices, histories, acquisitions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from mizuhiki.crypto.digests import labelled_hash, sha256
from mizuhiki.crypto.pseudonyms import Ciphertext, Pseudonym, ciphertexts_root, encrypt_pseudonym
from mizuhiki.crypto.signed_objects import object_hash
from mizuhiki.institutions.intermediate_server.domain.addressees import PersonView, differing_items
from mizuhiki.institutions.intermediate_server.domain.errors import AnswerNotForInquiry, NoticeRefused
from mizuhiki.institutions.intermediate_server.domain.exchanges import (
    PROVIDED,
    REJECTED,
    Information,
    Inquiry,
    SentNotice,
)
from mizuhiki.institutions.intermediate_server.operations.check_tickets import (
    ExpectedTicket,
    check_tickets,
    ticket_hash,
)
from mizuhiki.institutions.intermediate_server.peers.answers import answer_context, view_of
from mizuhiki.institutions.intermediate_server.peers.tickets import TicketReader
from mizuhiki.institutions.intermediate_server.ports import CoreAnswer, PersonKey
from mizuhiki.runtime.conversion_keys import ConversionKeys
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.joint_key import CONVERTERS
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.vocabulary.errors import Corrupt, MizuhikiError, Unavailable
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, institution_id, intermediate_server_of
from mizuhiki.vocabulary.layouts import require_accepted
from mizuhiki.vocabulary.persons import FourItems
from mizuhiki.vocabulary.typed_values import read_json
from mizuhiki.wire import linkage_core as wire
from mizuhiki.wire.commission import CardProof, card_proof_context
from mizuhiki.wire.endpoint import Message
from mizuhiki.wire.intermediate_server import AnswerPayload, NoticeContent
from mizuhiki.wire.national_register import PSEUDONYM_ACQUISITION_TYPE, PseudonymAcquisition

CORE = CONVERTERS[-1]
PORTAL = institution_id(InstitutionKind.PORTAL)
CASE_LIFETIME = timedelta(days=1)
"""A stored case is sent again while the core or a peer is down; replay is refused by its identifier, not by its age."""
RECEIPT_TYPE = "deemed-submission-receipt"


_OUTCOME = re.compile(r"[a-z]+(-[a-z]+)*")


def outcome_of(peer_code: str) -> str:
    """Return a refusal's code as the outcome of an exchange; a code of another form is told as plain refusal."""
    return peer_code if _OUTCOME.fullmatch(peer_code) else "refused"


def information_hash(information: Sequence[Information]) -> bytes:
    """Return SHA-256 over the information received, items in the order of their names."""
    return sha256(
        msgspec.json.encode(
            [
                [part.kind, part.layout_version, [(name, part.items[name]) for name in sorted(part.items)]]
                for part in information
            ]
        )
    )


class Receipt(Message, frozen=True):
    """Payload of a receipt: information received counts as the paper handed in (番号法22条2項)."""

    exchange_number: str
    inquirer: str
    provider: str
    affair: str
    procedure: str
    information_hash: bytes
    received_at: datetime


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

    def prepare(self, inquiry: Inquiry, pseudonym: PersonKey, generation: int) -> bytes:
        """Return the signed case of an inquiry with its ciphertext, encoded to be stored and sent."""
        inputs = self._encrypt(pseudonym)
        case = self._peers.sign(wire.INQUIRY_TYPE, self._inquiry_case(inquiry, inputs, generation))
        return msgspec.json.encode(wire.SubmittedInquiries(case=case, inputs=inputs))

    def ask(self, inquiry: Inquiry, own: FourItems) -> CoreAnswer:
        """Send a prepared inquiry through the core; return its verified answer, or who refused by which rule."""
        submission = read_json(inquiry.submission, wire.SubmittedInquiries)
        try:
            answered = self._peers.call(CORE, wire.SUBMIT_INQUIRIES, submission)
        except Unavailable:
            raise
        except PeerProblem as problem:
            return CoreAnswer(
                outcome=outcome_of(problem.peer_code),
                refused_by=problem.refused_by or problem.peer,
                refusal_detail=problem.message,
            )
        try:
            return self._open(inquiry, answered, submission, own)
        except (Unavailable, Corrupt):
            raise
        except MizuhikiError as error:
            # Asking again would bring the same stored answer: an officer has to look at what came.
            here = self._environment.institution
            return CoreAnswer(outcome=REJECTED, refused_by=here, refusal_detail=f"{error.code}: {error.title}")

    def _inquiry_case(self, inquiry: Inquiry, inputs: Sequence[Ciphertext], generation: int) -> wire.Inquiry:
        request = inquiry.request
        now = self._environment.clock.now()
        return wire.Inquiry(
            section_id=inquiry.section_id,
            inquirer=self._owner,
            inquirer_server=self._environment.institution,
            provider=request.provider,
            provider_server=intermediate_server_of(request.provider),
            affair=request.affair,
            procedure=request.procedure,
            kinds=list(request.kinds),
            fiscal_year=request.fiscal_year,
            period_from=request.period_from,
            period_until=request.period_until,
            generation=generation,
            lines=[
                wire.InquiryLine(
                    exchange_number=inquiry.exchange_number,
                    case_reference_hash=labelled_hash(
                        "case-reference", inquiry.exchange_number.encode(), request.case_reference.encode()
                    ),
                )
            ],
            inputs_root=ciphertexts_root(inputs),
            nonce=self._environment.randomness.token(),
            issued_at=now,
            expires_at=now + CASE_LIFETIME,
        )

    def _open(
        self,
        inquiry: Inquiry,
        answered: wire.AnsweredInquiries,
        submission: wire.SubmittedInquiries,
        own: FourItems,
    ) -> CoreAnswer:
        request = inquiry.request
        if len(answered.lines) != 1 or answered.answer is not None:
            raise AnswerNotForInquiry
        line = answered.lines[0]
        if line.exchange_number != inquiry.exchange_number or answered.section_id != inquiry.section_id:
            raise AnswerNotForInquiry
        expected = ExpectedTicket(
            "inquiry",
            object_hash(submission.case),
            intermediate_server_of(request.provider),
            ciphertexts_root(submission.inputs),
            None,
        )
        tickets = TicketReader(self._peers).read(answered.tickets)
        check_tickets(tickets, expected)
        statute = tickets[-1].rule
        if (line.outcome == PROVIDED) != (line.answer is not None):
            raise AnswerNotForInquiry
        if line.answer is None:
            return CoreAnswer(outcome=line.outcome, statute=statute)
        context = answer_context(
            inquiry.exchange_number, ticket_hash(answered.tickets), self._owner, request.provider, request.kinds
        )
        server = intermediate_server_of(request.provider)
        payload = self._peers.open(line.answer, server, AnswerPayload, context)
        information = self._information(inquiry, payload)
        other = PersonView(payload.birth_date, payload.sex, payload.name_digest, payload.address_digest)
        differing = differing_items(view_of(own, inquiry.exchange_number), other)
        return CoreAnswer(PROVIDED, information, statute, differing=differing)

    def _information(self, inquiry: Inquiry, payload: AnswerPayload) -> tuple[Information, ...]:
        kinds = tuple(part.kind for part in payload.information)
        if payload.exchange_number != inquiry.exchange_number or kinds != inquiry.request.kinds:
            raise AnswerNotForInquiry
        today = self._environment.clock.today()
        for part in payload.information:
            require_accepted(part.kind, part.layout_version, today).validate(part.items)
        return tuple(Information(part.kind, part.layout_version, part.items) for part in payload.information)

    def receipt(self, inquiry: Inquiry, answer: CoreAnswer, now: datetime) -> str:
        """Return a signed receipt of the deemed submission."""
        request = inquiry.request
        return self._peers.sign(
            RECEIPT_TYPE,
            Receipt(
                exchange_number=inquiry.exchange_number,
                inquirer=self._owner,
                provider=request.provider,
                affair=request.affair,
                procedure=request.procedure,
                information_hash=information_hash(answer.information),
                received_at=now,
            ),
        )

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

    def reconcile(self, exchange_numbers: Sequence[str]) -> dict[str, tuple[str, bytes]]:
        """Return what the core holds: exchange number → (outcome, digest)."""
        request = wire.ReconciliationRequest(exchange_numbers=list(exchange_numbers))
        answer = self._peers.call(CORE, wire.RECONCILE, request)
        return {one.exchange_number: (one.outcome, one.digest) for one in answer.exchanges}
