"""Endpoints for the core: provisions, issued pseudonyms, notices. Everything is verified here, at the edge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from mizuhiki.crypto.digests import sha256
from mizuhiki.crypto.envelopes import SealedEnvelope
from mizuhiki.crypto.pseudonyms import ciphertexts_root, decrypt_pseudonyms
from mizuhiki.crypto.signed_objects import object_hash
from mizuhiki.institutions.intermediate_server.api.business import read_four_items
from mizuhiki.institutions.intermediate_server.domain.errors import (
    CaseExpired,
    CaseNotForUs,
    StatementMismatch,
    TicketMismatch,
)
from mizuhiki.institutions.intermediate_server.domain.exchanges import AskedLine, AskedSection, Notice
from mizuhiki.institutions.intermediate_server.operations.check_tickets import (
    ExpectedTicket,
    StatedTicket,
    check_tickets,
    ticket_hash,
)
from mizuhiki.institutions.intermediate_server.operations.receive_pseudonyms import Delivery
from mizuhiki.institutions.intermediate_server.operations.service import IntermediateServer
from mizuhiki.institutions.intermediate_server.ports import DeliveredLine, PersonKey
from mizuhiki.runtime.conversion_keys import ConversionKeys, ConvertedBatch, ProofOf
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.serving import Api, Call
from mizuhiki.runtime.stored_values import decode_stored
from mizuhiki.vocabulary.generations import CurrentGenerations
from mizuhiki.vocabulary.ids import (
    InstitutionId,
    InstitutionKind,
    institution_id,
    intermediate_server_of,
    owner_of,
    parse_institution_id,
)
from mizuhiki.wire import intermediate_server as wire
from mizuhiki.wire import linkage_core
from mizuhiki.wire.endpoint import Acknowledgement
from mizuhiki.wire.national_register import PSEUDONYM_ACQUISITION_TYPE, FourItemsMessage, PseudonymAcquisition

CORE = institution_id(InstitutionKind.LINKAGE_CORE)
REGISTER = institution_id(InstitutionKind.NATIONAL_REGISTER)


@dataclass(frozen=True, slots=True)
class _Delivery:
    """What every delivery of the core carries."""

    purpose: str
    case: str
    tickets: Sequence[str]
    section: SealedEnvelope
    source: InstitutionId
    generation: int
    batch_id: str
    inputs_root: bytes
    expires_at: datetime
    count: int
    one_answer: bool = False
    questions: int = 1


class NetworkHandlers:
    """One method per endpoint that the core calls."""

    def __init__(  # noqa: PLR0917 - called once, by the composition root
        self,
        environment: Environment,
        peers: Peers,
        keys: ConversionKeys,
        read_tickets: Callable[[Sequence[str]], list[StatedTicket]],
        proofs: Callable[[str], ProofOf],
        server: IntermediateServer,
        generations: CurrentGenerations,
    ) -> None:
        self._environment = environment
        self._peers = peers
        self._keys = keys
        self._server = server
        self._generations = generations
        self._read_tickets = read_tickets
        self._owner = owner_of(environment.institution)
        self._proofs = proofs

    def _pseudonyms(self, delivery: _Delivery) -> list[PersonKey]:
        """Check freshness, tickets, inputs and both proofs, in this order, then decrypt.

        Raises:
            CaseExpired, TicketMismatch, HalvesMixed, ConversionProofInvalid: the delivery may not be used.
            GenerationNotOpen, GenerationClosed: nor one of a generation that is not in use.
        """
        now = self._environment.clock.now()
        if now >= delivery.expires_at:
            raise CaseExpired
        self._generations.current().require_open(delivery.generation, now)
        here = self._environment.institution
        expected = ExpectedTicket(
            delivery.purpose, object_hash(delivery.case), here, delivery.inputs_root, now, delivery.questions
        )
        tickets = self._read_tickets(delivery.tickets)
        check_tickets(tickets, expected)
        context = f"section/{delivery.batch_id}".encode()
        section = self._peers.open(delivery.section, CORE, wire.ConvertedSection, context)
        if ciphertexts_root(section.inputs) != delivery.inputs_root or len(section.inputs) != delivery.count:
            raise TicketMismatch(part="inputs")
        halves = [section.commission_half, section.core_half]
        for half, ticket in zip(halves, tickets, strict=True):
            if ciphertexts_root(half.outputs) != ticket.outputs_root:
                raise TicketMismatch(part="outputs")
        batch = ConvertedBatch(section.inputs, halves, delivery.source, here, delivery.generation, delivery.batch_id)
        outputs = (
            self._keys.check(batch, self._proofs(delivery.case)) if delivery.one_answer else self._keys.check(batch)
        )
        key = self._keys.own_key(delivery.generation)
        return [*decrypt_pseudonyms(key, outputs)]

    def provide(self, call: Call, request: wire.ProvisionRequest) -> wire.Provision:
        """Answer a permitted inquiry."""
        verified = self._peers.verify(request.case, linkage_core.Inquiry, linkage_core.INQUIRY_TYPE)
        case = verified.payload
        inquirer = parse_institution_id(case.inquirer)
        server = intermediate_server_of(inquirer)
        addressed = (case.provider, case.provider_server) == (self._owner, self._environment.institution)
        if not addressed or (verified.signer, case.inquirer_server) != (server, server):
            raise CaseNotForUs
        questions = case.questions()
        delivery = _Delivery(
            "inquiry",
            request.case,
            request.tickets,
            request.section,
            server,
            case.generation,
            case.section_id,
            case.inputs_root,
            case.expires_at,
            len(case.lines),
            one_answer=case.form == linkage_core.SECTION_FORM,
            questions=len(questions),
        )
        pseudonyms = self._pseudonyms(delivery)
        rules = self._read_tickets(request.tickets)[-1].rules
        lines, tickets = iter(case.lines), ticket_hash(request.tickets)
        sections = [
            AskedSection(
                section_id=case.section_id,
                case_hash=verified.hash,
                inquirer=inquirer,
                inquirer_server=server,
                affair=question.affair,
                procedure=question.procedure,
                kinds=question.kinds,
                fiscal_year=question.fiscal_year,
                period_from=question.period_from,
                period_until=question.period_until,
                statute=rule,
                ticket_hash=tickets,
                requested_at=case.issued_at,
                lines=tuple(AskedLine(line.exchange_number) for line in islice(lines, question.lines)),
                one_answer=delivery.one_answer,
                generation=case.generation,
            )
            for question, rule in zip(questions, rules, strict=True)
        ]
        context = call.context(affair=case.affair, basis="番号法22条1項", purpose=case.procedure, role="core")
        answer = self._server.provide(context, sections=sections, pseudonyms=pseudonyms)
        return decode_stored(answer, wire.Provision)

    def receive_pseudonyms(self, call: Call, request: wire.PseudonymDelivery) -> Acknowledgement:
        """Take issued pseudonyms of an acquisition of ours."""
        verified = self._peers.verify(
            request.case, linkage_core.RegisterStatement, linkage_core.REGISTER_STATEMENT_TYPE
        )
        statement = verified.payload
        own = self._peers.verify(request.acquisition, PseudonymAcquisition, PSEUDONYM_ACQUISITION_TYPE)
        here = self._environment.institution
        if verified.signer != REGISTER or statement.holder != here or own.signer != here:
            raise CaseNotForUs
        stated = (statement.acquisition_hash, statement.batch_id, statement.affair)
        if stated != (own.hash, own.payload.batch_id, own.payload.affair):
            raise StatementMismatch
        delivery = _Delivery(
            "issue",
            request.case,
            request.tickets,
            request.section,
            REGISTER,
            statement.generation,
            statement.batch_id,
            statement.inputs_root,
            statement.expires_at,
            len(statement.lines),
        )
        pseudonyms = self._pseudonyms(delivery)
        lines = [self._delivered(line, pseudonym) for line, pseudonym in zip(statement.lines, pseudonyms, strict=True)]
        context = call.context(
            affair=statement.affair, basis="番号法21条の2", purpose="receive pseudonyms", role="core"
        )
        issued = Delivery(verified.hash, own.hash, statement.expires_at, statement.generation)
        ready = self._server.receive_pseudonyms(context, delivery=issued, lines=lines)
        return Acknowledgement(reference=str(ready))

    def _delivered(self, line: linkage_core.RegisterStatementLine, pseudonym: PersonKey) -> DeliveredLine:
        context = f"four-items/{line.acquisition_number}".encode()
        items = self._peers.open(line.four_items, REGISTER, FourItemsMessage, context)
        return DeliveredLine(line.acquisition_number, pseudonym, read_four_items(items))

    def receive_notice(self, call: Call, request: wire.NoticeDelivery) -> Acknowledgement:
        """Take a notice for a portal account."""
        verified = self._peers.verify(request.case, linkage_core.Notice, linkage_core.NOTICE_TYPE)
        case = verified.payload
        sender = parse_institution_id(case.sender)
        server = intermediate_server_of(sender)
        here = self._environment.institution
        if (verified.signer, case.sender_server, case.portal_server) != (server, server, here):
            raise CaseNotForUs
        if sha256(request.content.ciphertext) != case.content_hash:
            raise TicketMismatch(part="content")
        delivery = _Delivery(
            "notice",
            request.case,
            request.tickets,
            request.section,
            server,
            case.generation,
            case.notice_id,
            case.inputs_root,
            case.expires_at,
            1,
        )
        [pseudonym] = self._pseudonyms(delivery)
        content = self._peers.open(request.content, server, wire.NoticeContent, f"notice/{case.notice_id}".encode())
        if (content.notice_id, content.sender) != (case.notice_id, case.sender):
            raise CaseNotForUs
        notice = Notice(content.notice_id, sender, content.subject, content.body, content.sent_at, content.respond_by)
        context = call.context(affair=case.affair, basis="番号法附則6条", purpose=case.procedure, role="core")
        self._server.notices.take(context, notice=notice, pseudonym=pseudonym)
        return Acknowledgement(reference=case.notice_id)


def serve_network(api: Api, handlers: NetworkHandlers) -> None:
    """Register the endpoints of the core."""
    api.serve(wire.PROVIDE, handlers.provide)
    api.serve(wire.RECEIVE_PSEUDONYMS, handlers.receive_pseudonyms)
    api.serve(wire.RECEIVE_NOTICE, handlers.receive_notice)
