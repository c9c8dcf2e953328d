"""Sections of a bulk file on their way through the core: one signature, one ciphertext a line, one sealed answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

import msgspec

from mizuhiki.crypto.pseudonyms import ciphertexts_root
from mizuhiki.crypto.signed_objects import object_hash
from mizuhiki.institutions.intermediate_server.domain.addressees import PersonView, differing_items
from mizuhiki.institutions.intermediate_server.domain.bulk import BulkSection, SectionLine
from mizuhiki.institutions.intermediate_server.domain.errors import AnswerNotForInquiry
from mizuhiki.institutions.intermediate_server.domain.exchanges import PROVIDED, Information
from mizuhiki.institutions.intermediate_server.operations.check_tickets import (
    ExpectedTicket,
    check_tickets,
    ticket_hash,
)
from mizuhiki.institutions.intermediate_server.peers.answers import answer_context, view_of
from mizuhiki.institutions.intermediate_server.peers.inquiry_cases import InquiryCases, refusal_of, rejected
from mizuhiki.institutions.intermediate_server.peers.inquiry_exchange import CORE, information_hash
from mizuhiki.institutions.intermediate_server.peers.section_receipts import (
    SECTION_RECEIPT_TYPE,
    leaf,
    line_receipts,
)
from mizuhiki.institutions.intermediate_server.peers.tickets import TicketReader
from mizuhiki.institutions.intermediate_server.ports import CoreAnswer, PersonKey
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.errors import Corrupt, MizuhikiError, Unavailable
from mizuhiki.vocabulary.ids import InstitutionId, intermediate_server_of
from mizuhiki.vocabulary.layouts import Layout, require_accepted
from mizuhiki.vocabulary.persons import FourItems
from mizuhiki.vocabulary.typed_values import read_json
from mizuhiki.wire import linkage_core as wire
from mizuhiki.wire.intermediate_server import AnswerPayload, SectionPayload


class AcceptedLayouts:
    """The layouts in which an answer is accepted that was asked for on one day and came on another, each found once."""

    def __init__(self, asked_on: date, came_on: date) -> None:
        self._asked_on = asked_on
        self._came_on = came_on
        self._known: dict[tuple[str, str], Layout] = {}

    def __call__(self, kind: str, version: str) -> Layout:
        """Return the layout.

        Raises:
            NoLayout: an answer in this version is not accepted.
        """
        found = self._known.get((kind, version))
        if found is None:
            found = self._known[kind, version] = require_accepted(kind, version, self._came_on, since=self._asked_on)
        return found


class SectionsThroughCore:
    """Implements `ports.SectionExchange`."""

    def __init__(self, environment: Environment, peers: Peers, cases: InquiryCases, owner: InstitutionId) -> None:
        self._environment = environment
        self._peers = peers
        self._cases = cases
        self._owner = owner

    def prepare_section(self, section: BulkSection, pseudonyms: Sequence[PersonKey], generation: int) -> bytes:
        """Return the signed case of a section with its ciphertexts, encoded to be stored and sent."""
        lines = [self._cases.line(line.exchange_number, line.request.case_reference) for line in section.lines]
        submitted = self._cases.signed(
            section.section_id, [(section.question, len(lines))], lines, pseudonyms, generation, wire.SECTION_FORM
        )
        return msgspec.json.encode(submitted)

    def ask_section(self, section: BulkSection, own: Sequence[FourItems]) -> list[CoreAnswer]:
        """Send a prepared section; return the verified answer of each line, or who refused all by which rule.

        Raises:
            Unavailable: core, commission or provider cannot be reached; nothing was decided.
        """
        submission = read_json(section.submission, wire.SubmittedInquiries)
        try:
            answered = self._peers.call(CORE, wire.SUBMIT_INQUIRIES, submission)
        except Unavailable:
            raise
        except PeerProblem as problem:
            return [refusal_of(problem)] * len(section.lines)
        try:
            return self._open(section, answered, submission, own)
        except (Unavailable, Corrupt):
            raise
        except MizuhikiError as error:
            # Asking again would bring the same stored answer: an officer has to look at what came.
            return [rejected(error, self._environment.institution)] * len(section.lines)

    def receipts(
        self, section: BulkSection, provided: Sequence[tuple[SectionLine, CoreAnswer]], now: datetime
    ) -> list[str]:
        """Return the receipts of the deemed submissions of a section, in the order given, under one signature."""
        leaves = [leaf(line.exchange_number, information_hash(answer.information)) for line, answer in provided]
        return line_receipts(
            section, self._owner, leaves, now, lambda receipt: self._peers.sign(SECTION_RECEIPT_TYPE, receipt)
        )

    def _open(
        self,
        section: BulkSection,
        answered: wire.AnsweredInquiries,
        submission: wire.SubmittedInquiries,
        own: Sequence[FourItems],
    ) -> list[CoreAnswer]:
        numbers = [line.exchange_number for line in section.lines]
        if answered.section_id != section.section_id or [one.exchange_number for one in answered.lines] != numbers:
            raise AnswerNotForInquiry
        server = intermediate_server_of(section.question.provider)
        root = ciphertexts_root(submission.inputs)
        tickets = TicketReader(self._peers).read(answered.tickets)
        check_tickets(tickets, ExpectedTicket("inquiry", object_hash(submission.case), server, root, None))
        payloads = self._payloads(section, answered)
        asked_on = section.requested_at.astimezone(JST).date()
        statute, accepted = tickets[-1].rules[0], AcceptedLayouts(asked_on, self._environment.clock.today())
        return [
            self._answer(section, accepted, (line, items), statute, next(payloads))
            if told.outcome == PROVIDED
            else CoreAnswer(outcome=told.outcome, statute=statute)
            for line, told, items in zip(section.lines, answered.lines, own, strict=True)
        ]

    def _payloads(self, section: BulkSection, answered: wire.AnsweredInquiries) -> Iterator[AnswerPayload]:
        """Open the one sealed answer; it holds the provided lines in their order and nothing else."""
        expected = [line.exchange_number for line in answered.lines if line.outcome == PROVIDED]
        if any(line.answer is not None for line in answered.lines) or bool(expected) != (answered.answer is not None):
            raise AnswerNotForInquiry
        if answered.answer is None:
            return iter(())
        question = section.question
        context = answer_context(
            section.section_id, ticket_hash(answered.tickets), self._owner, question.provider, question.kinds
        )
        server = intermediate_server_of(question.provider)
        opened = self._peers.open(answered.answer, server, SectionPayload, context)
        if opened.section_id != section.section_id or [one.exchange_number for one in opened.lines] != expected:
            raise AnswerNotForInquiry
        return iter(opened.lines)

    def _answer(
        self,
        section: BulkSection,
        accepted: AcceptedLayouts,
        asked: tuple[SectionLine, FourItems],
        statute: str,
        payload: AnswerPayload,
    ) -> CoreAnswer:
        line, own = asked
        try:
            information = _information(section, accepted, payload)
        except Corrupt:
            raise
        except MizuhikiError as error:
            return rejected(error, self._environment.institution)
        other = PersonView(payload.birth_date, payload.sex, payload.name_digest, payload.address_digest)
        return CoreAnswer(
            PROVIDED, information, statute, differing=differing_items(view_of(own, line.exchange_number), other)
        )


def _information(section: BulkSection, accepted: AcceptedLayouts, payload: AnswerPayload) -> tuple[Information, ...]:
    if tuple([part.kind for part in payload.information]) != section.question.kinds:
        raise AnswerNotForInquiry
    for part in payload.information:
        accepted(part.kind, part.layout_version).validate(part.items)
    return tuple([Information(part.kind, part.layout_version, part.items) for part in payload.information])
