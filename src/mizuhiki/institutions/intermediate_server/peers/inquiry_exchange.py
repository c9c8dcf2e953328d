"""Inquiries on their way through the core, one or several in a case, each answered under a seal of its own (form 1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import msgspec

from mizuhiki.crypto.digests import sha256
from mizuhiki.crypto.pseudonyms import ciphertexts_root
from mizuhiki.crypto.signed_objects import object_hash
from mizuhiki.institutions.intermediate_server.domain.addressees import PersonView, differing_items
from mizuhiki.institutions.intermediate_server.domain.bulk import Question
from mizuhiki.institutions.intermediate_server.domain.errors import AnswerNotForInquiry
from mizuhiki.institutions.intermediate_server.domain.exchanges import (
    ASKED_ONE_BY_ONE,
    PROVIDED,
    Information,
    Inquiry,
)
from mizuhiki.institutions.intermediate_server.operations.check_tickets import (
    ExpectedTicket,
    check_tickets,
    ticket_hash,
)
from mizuhiki.institutions.intermediate_server.peers.answers import answer_context, view_of
from mizuhiki.institutions.intermediate_server.peers.inquiry_cases import InquiryCases, refusal_of, rejected
from mizuhiki.institutions.intermediate_server.peers.tickets import TicketReader
from mizuhiki.institutions.intermediate_server.ports import CoreAnswer, PersonKey
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.joint_key import CONVERTERS
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.errors import Corrupt, MizuhikiError, Unavailable
from mizuhiki.vocabulary.ids import InstitutionId, intermediate_server_of
from mizuhiki.vocabulary.layouts import require_accepted
from mizuhiki.vocabulary.persons import FourItems
from mizuhiki.vocabulary.typed_values import read_json
from mizuhiki.wire import linkage_core as wire
from mizuhiki.wire.endpoint import Message
from mizuhiki.wire.intermediate_server import AnswerPayload

CORE = CONVERTERS[-1]
RECEIPT_TYPE = "deemed-submission-receipt"


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


class PreparedCase(msgspec.Struct, frozen=True):
    """What is stored of a case before it is sent: what is sent, and the exchange numbers of its lines.

    `counts` says how many lines each question has, where there are several.
    """

    numbers: list[str]
    submitted: wire.SubmittedInquiries
    counts: list[int] = []

    @property
    def has_several_questions(self) -> bool:
        """Whether a refusal of the case may be about a question that a line does not ask."""
        return len(self.counts) > 1


@dataclass(frozen=True, slots=True)
class _Answered:
    """An answer whose tickets and lines are those of the case; the lines' own answers are not opened yet."""

    lines: Mapping[str, wire.AnsweredLine]
    ticket_hash: bytes
    statutes: Mapping[str, str]


class InquiriesThroughCore:
    """Implements `ports.InquiryExchange`."""

    def __init__(self, environment: Environment, peers: Peers, cases: InquiryCases, owner: InstitutionId) -> None:
        self._environment = environment
        self._peers = peers
        self._cases = cases
        self._owner = owner

    def prepare(self, inquiries: Sequence[Inquiry], persons: Sequence[PersonKey], generation: int) -> bytes:
        """Return the signed case of inquiries with its ciphertexts, encoded to be stored and sent.

        All are to one provider; those of one question stand together.
        """
        first = inquiries[0]
        numbers = [one.exchange_number for one in inquiries]
        lines = [self._cases.line(one.exchange_number, one.request.case_reference) for one in inquiries]
        asked = groupby(Question.of(one.request) for one in inquiries)
        questions = [(question, len(list(alike))) for question, alike in asked]
        submitted = self._cases.signed(first.section_id, questions, lines, persons, generation, wire.LINE_FORM)
        counts = [count for _, count in questions] if len(questions) > 1 else []
        return msgspec.json.encode(PreparedCase(numbers, submitted, counts))

    def ask(self, inquiries: Sequence[Inquiry], own: Sequence[FourItems]) -> list[CoreAnswer]:
        """Send a prepared case through the core; return the verified answers to these inquiries of it, in their order.

        A refusal is everybody's; an answer that does not verify is only that line's, unless the whole does not.
        """
        case = read_json(inquiries[0].submission, PreparedCase)
        try:
            answered = self._peers.call(CORE, wire.SUBMIT_INQUIRIES, case.submitted)
        except Unavailable:
            raise
        except PeerProblem as problem:
            # A refusal of several questions may be about one of them only; none is told what another one's is.
            mixed = case.has_several_questions
            apart = mixed or (len(case.numbers) > 1 and problem.peer_code in ASKED_ONE_BY_ONE)
            return [refusal_of(problem, one_by_one=apart, several_questions=mixed)] * len(inquiries)
        try:
            found = self._verified(inquiries[0], case, answered)
        except (Unavailable, Corrupt):
            raise
        except MizuhikiError as error:
            return [rejected(error, self._environment.institution)] * len(inquiries)
        return [self._answer(one, items, found) for one, items in zip(inquiries, own, strict=True)]

    def _verified(self, inquiry: Inquiry, case: PreparedCase, answered: wire.AnsweredInquiries) -> _Answered:
        """Check what is of the whole case, once: its lines are those that were asked, the tickets are for it."""
        numbers = [line.exchange_number for line in answered.lines]
        if answered.section_id != inquiry.section_id or numbers != case.numbers or answered.answer is not None:
            raise AnswerNotForInquiry
        expected = ExpectedTicket(
            "inquiry",
            object_hash(case.submitted.case),
            intermediate_server_of(inquiry.request.provider),
            ciphertexts_root(case.submitted.inputs),
            None,
            len(case.counts) or 1,
        )
        tickets = TicketReader(self._peers).read(answered.tickets)
        check_tickets(tickets, expected)
        lines = {line.exchange_number: line for line in answered.lines}
        counts = case.counts or [len(numbers)]
        rules = [rule for rule, count in zip(tickets[-1].rules, counts, strict=True) for _ in range(count)]
        return _Answered(lines, ticket_hash(answered.tickets), dict(zip(numbers, rules, strict=True)))

    def _answer(self, inquiry: Inquiry, own: FourItems, answered: _Answered) -> CoreAnswer:
        try:
            return self._opened(inquiry, own, answered)
        except (Unavailable, Corrupt):
            raise
        except MizuhikiError as error:
            # Asking again would bring the same stored answer: an officer has to look at what came.
            return rejected(error, self._environment.institution)

    def _opened(self, inquiry: Inquiry, own: FourItems, answered: _Answered) -> CoreAnswer:
        request = inquiry.request
        line = answered.lines.get(inquiry.exchange_number)
        if line is None or (line.outcome == PROVIDED) != (line.answer is not None):
            raise AnswerNotForInquiry
        if line.answer is None:
            return CoreAnswer(outcome=line.outcome, statute=answered.statutes[inquiry.exchange_number])
        context = answer_context(
            inquiry.exchange_number, answered.ticket_hash, self._owner, request.provider, request.kinds
        )
        server = intermediate_server_of(request.provider)
        payload = self._peers.open(line.answer, server, AnswerPayload, context)
        information = self._information(inquiry, payload)
        other = PersonView(payload.birth_date, payload.sex, payload.name_digest, payload.address_digest)
        differing = differing_items(view_of(own, inquiry.exchange_number), other)
        return CoreAnswer(PROVIDED, information, answered.statutes[inquiry.exchange_number], differing=differing)

    def _information(self, inquiry: Inquiry, payload: AnswerPayload) -> tuple[Information, ...]:
        kinds = tuple(part.kind for part in payload.information)
        if payload.exchange_number != inquiry.exchange_number or kinds != inquiry.request.kinds:
            raise AnswerNotForInquiry
        today, asked_on = self._environment.clock.today(), inquiry.requested_at.astimezone(JST).date()
        for part in payload.information:
            require_accepted(part.kind, part.layout_version, today, since=asked_on).validate(part.items)
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
