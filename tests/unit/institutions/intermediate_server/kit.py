"""Intermediate servers as built, their owners, and a core and a commission with real converters in one fake.

The fake core carries cases out as spec/exchange.md says and asks no permission, so that what is tested here is the
servers. `Core.alter` changes a delivery just before it is sent, `Core.alter_answer` what the asker gets.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from mizuhiki.crypto.keystore import SecretPurpose
from mizuhiki.crypto.pseudonyms import BASE, Ciphertext, Converter, Pseudonym, ciphertexts_root
from mizuhiki.crypto.signed_objects import object_hash
from mizuhiki.institutions.intermediate_server.app import build
from mizuhiki.institutions.intermediate_server.operations.service import IntermediateServer
from mizuhiki.runtime.clock import FixedClock
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.transport import InProcessTransport
from mizuhiki.vocabulary.asked_questions import for_each_line
from mizuhiki.vocabulary.errors import Refused, Unavailable
from mizuhiki.vocabulary.ids import InstitutionId, intermediate_server_of
from mizuhiki.vocabulary.layouts import layout
from mizuhiki.vocabulary.layouts.layout import ItemType
from mizuhiki.wire import commission, linkage_core
from mizuhiki.wire import intermediate_server as wire
from mizuhiki.wire.commission import ConversionTarget, ordinances
from mizuhiki.wire.endpoint import Acknowledgement
from mizuhiki.wire.national_register import FourItemsMessage
from support.conversion import COMMISSION, CORE, REGISTER, Half, Nation
from support.environment import TEST_INSTANT, keystore_of, make_directory, make_environment, serve_fake

ASKER = InstitutionId("municipality-131130")
HOLDER = InstitutionId("municipality-452025")
STRANGER = InstitutionId("municipality-011002")
PORTAL = InstitutionId("portal")
AFFAIR, PROCEDURE, KIND = "child-allowance", "child-allowance.claim", "local-tax"
RULE = "12 別表第二の七十四の項"
TODAY = date(2019, 12, 2)


def items_of(
    name: str = "架空　花子", address: str = "東京都港区架空１丁目２番３号", **changes: Any
) -> FourItemsMessage:
    values: dict[str, Any] = {"name": name, "name_kana": "カクウ　ハナコ", "birth_date": date(1985, 4, 1), "sex": 2}
    return FourItemsMessage(**{**values, "address": address, **changes})


def tax_items(year: int = 2019, income: int = 3_210_000, day: date = TODAY) -> dict[str, Any]:
    """A complete answer in the layout of the day; what is not given is absent with a reason."""
    found: dict[str, Any] = {}
    for item in layout(KIND, day).items:
        if item.optional and item.name != "total_income_yen":
            found[item.name], found[f"{item.name}.absent"] = None, "not-applicable"
        elif item.type is ItemType.FLAG:
            found[item.name] = True
        else:
            found[item.name] = income if item.name == "total_income_yen" else year
    return found


def copy_of(addressee: str, *, version: int = 1, **changes: Any) -> wire.LocalCopy:
    values: dict[str, Any] = {
        "addressee_number": addressee,
        "kind": KIND,
        "layout_version": layout(KIND, TODAY).version,
        "fiscal_year": 2019,
        "valid_from": date(2019, 6, 1),
        "valid_until": None,
        "items": tax_items(),
        "not_disclosed": False,
        "source_version": version,
        "as_of": datetime(2019, 6, 1, tzinfo=UTC),
    }
    return wire.LocalCopy(**{**values, **changes})


def inquiry_of(addressee: str, request_id: str = "request-1", **changes: Any) -> wire.BusinessInquiry:
    values: dict[str, Any] = {
        "request_id": request_id,
        "addressee_number": addressee,
        "provider": HOLDER,
        "affair": AFFAIR,
        "procedure": PROCEDURE,
        "kinds": [KIND],
        "fiscal_year": 2019,
        "period_from": None,
        "period_until": None,
        "case_reference": "file 42",
    }
    return wire.BusinessInquiry(**{**values, **changes})


def nation_of_the_keystores() -> Nation:
    """The converters with the keys that the real commission and core would use, since servers keep their shares."""
    nation = Nation()
    for name in (COMMISSION, CORE):
        keystore = keystore_of(name)
        converter = Converter(
            name, keystore.secret(SecretPurpose.CONVERTER_MASTER), keystore.secret(SecretPurpose.CONVERTER_KEY)
        )
        setattr(nation, "commission" if name == COMMISSION else "core", converter)
    first, _ = nation.commission.joint_contribution(BASE)
    nation.joint_key, _ = nation.core.joint_contribution(first)
    return nation


@dataclass
class Core:
    """Fake of both converters and of the core's machinery, with what it recorded and the switches of the tests."""

    transport: InProcessTransport
    clock: FixedClock
    nation: Nation = field(default_factory=nation_of_the_keystores)
    away: bool = False
    lose_answers: int = 0
    refusal: Refused | None = None
    alter: Callable[[Any], Any] = lambda request: request
    alter_answer: Callable[[Any], Any] = lambda answer: answer
    deliveries: list[Any] = field(default_factory=list)
    submissions: list[Any] = field(default_factory=list)
    recorded: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    generations: Callable[[], list[str]] = list
    ordinances: list[ordinances.PublishedAffair] = field(default_factory=list)
    list_signer: Any = None
    _answers: dict[str, Any] = field(default_factory=dict)
    _packages: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.peers = serve_fake(
            self.transport,
            CORE,
            {
                linkage_core.JOINT_KEY: lambda _call, _asked: linkage_core.JointKey(self._joint_statements()),
                linkage_core.GENERATIONS: lambda _call, _asked: linkage_core.Generations(self.generations()),
                linkage_core.FACTOR_STATEMENT: lambda _call, asked: self._factors(CORE, asked),
                linkage_core.SUBMIT_INQUIRIES: self._submit,
                linkage_core.SEND_NOTICE: self._notice,
                linkage_core.RECONCILE: self._reconcile,
                linkage_core.OPEN_HISTORY: self._history,
            },
            sealed={linkage_core.GIVE_KEY_SHARE: (commission.KeyShareRequest, lambda c, a: self._share(CORE, c, a))},
            clock=self.clock,
        )
        self.commission = serve_fake(
            self.transport,
            COMMISSION,
            {
                commission.FACTOR_STATEMENT: lambda _call, asked: self._factors(COMMISSION, asked),
                ordinances.ORDINANCE_AFFAIRS: lambda _call, asked: self._ordinances(asked),
            },
            sealed={
                commission.GIVE_KEY_SHARE: (commission.KeyShareRequest, lambda c, a: self._share(COMMISSION, c, a))
            },
            clock=self.clock,
        )
        self.register = serve_fake(self.transport, REGISTER, {}, clock=self.clock)

    # --- keys

    def _joint_statements(self) -> list[str]:
        base, texts = BASE, []
        for peers, converter in ((self.commission, self.nation.commission), (self.peers, self.nation.core)):
            point, proof = converter.joint_contribution(base)
            statement = commission.JointKeyStatement(
                converter=converter.institution,
                base=base,
                point=point,
                own_point=converter.public_point(),
                proof=proof,
            )
            texts.append(peers.sign(commission.JOINT_KEY_STATEMENT_TYPE, statement))
            base = point
        return texts

    def _statement(self, converter: InstitutionId, institution: InstitutionId, generation: int) -> str:
        first, second = self.nation.commission, self.nation.core
        middle = first.key_out(institution, generation, self.nation.joint_key)
        mine, peers = (first, self.commission) if converter == COMMISSION else (second, self.peers)
        key_in = self.nation.joint_key if converter == COMMISSION else middle
        statement = commission.FactorStatement(
            converter=converter,
            institution=institution,
            generation=generation,
            shuffle_point=mine.shuffle_point(institution, generation),
            key_in=key_in,
            key_out=mine.key_out(institution, generation, key_in),
            share_point=mine.share_point(institution, generation),
        )
        return peers.sign(commission.FACTOR_STATEMENT_TYPE, statement)

    def _factors(self, converter: InstitutionId, asked: Any) -> commission.FactorStatementAnswer:
        text = self._statement(converter, InstitutionId(asked.institution), asked.generation)
        return commission.FactorStatementAnswer(statement=text)

    def _ordinances(self, asked: Any) -> ordinances.OrdinanceAffairs:
        statement = ordinances.OrdinanceAffairsStatement(
            stated_at=self.clock.now(), of=asked.of, after=asked.after, affairs=self.ordinances, next=""
        )
        return ordinances.OrdinanceAffairs(
            (self.list_signer or self.commission).sign(ordinances.ORDINANCE_AFFAIRS_TYPE, statement)
        )

    def _share(self, converter: InstitutionId, call: Any, asked: Any) -> commission.KeyShare:
        mine = self.nation.commission if converter == COMMISSION else self.nation.core
        share = mine.share(call.peer, asked.generation)
        return commission.KeyShare(share=share, statement=self._statement(converter, call.peer, asked.generation))

    # --- conversion

    def halves(
        self, inputs: list[Ciphertext], source: InstitutionId, target: InstitutionId, batch_id: str
    ) -> tuple[Half, Half]:
        nation = self.nation
        first = nation.half(nation.commission, inputs, source, target, nation.joint_key, batch_id=batch_id)
        second = nation.half(nation.core, first.outputs, source, target, first.key_out, batch_id=batch_id)
        return first, second

    def tickets(  # noqa: PLR0917 - the parts of one case
        self,
        purpose: str,
        case_hash: bytes,
        target: InstitutionId,
        halves: Sequence[Half],
        expires_at: datetime,
        questions: int = 1,
    ) -> list[str]:
        found = []
        for peers, half in zip((self.commission, self.peers), halves, strict=True):
            ticket = linkage_core.Ticket(
                converter=half.converter.institution,
                purpose=purpose,
                case_hash=case_hash,
                target=target,
                inputs_root=ciphertexts_root(half.inputs),
                outputs_root=ciphertexts_root(half.outputs),
                rule=RULE,
                issued_at=self.clock.now(),
                expires_at=expires_at,
                further_rules=tuple(f"{RULE} {place}" for place in range(1, questions)),
            )
            found.append(peers.sign(linkage_core.TICKET_TYPE, ticket))
        return found

    def seal_section(self, target: InstitutionId, halves: Sequence[Half], batch_id: str) -> Any:
        parts = [ConversionTarget(target=target, outputs=half.outputs, proof=half.proof) for half in halves]
        section = wire.ConvertedSection(inputs=halves[0].inputs, commission_half=parts[0], core_half=parts[1])
        return self.peers.seal(target, section, f"section/{batch_id}".encode())

    def package(  # noqa: PLR0917 - the parts of one case
        self,
        purpose: str,
        case: str,
        inputs: list[Ciphertext],
        source: str,
        target: str,
        batch_id: str,
        until: datetime,
        questions: int = 1,
    ) -> tuple[list[str], Any]:
        if case not in self._packages:
            halves = self.halves(inputs, InstitutionId(source), InstitutionId(target), batch_id)
            tickets = self.tickets(purpose, object_hash(case), InstitutionId(target), halves, until, questions)
            self._packages[case] = tickets, self.seal_section(InstitutionId(target), halves, batch_id)
        return self._packages[case]

    # --- cases

    def _gate(self) -> None:
        if self.away:
            raise Unavailable
        if self.refusal is not None:
            raise self.refusal

    def provision(self, submitted: linkage_core.SubmittedInquiries) -> wire.ProvisionRequest:
        """The unaltered delivery of an inquiry to its provider."""
        case = self.peers.verify(submitted.case, linkage_core.Inquiry, linkage_core.INQUIRY_TYPE).payload
        tickets, section = self.package(
            "inquiry",
            submitted.case,
            submitted.inputs,
            case.inquirer_server,
            case.provider_server,
            case.section_id,
            case.expires_at,
            len(case.questions()),
        )
        return wire.ProvisionRequest(case=submitted.case, tickets=tickets, section=section)

    def _submit(self, _call: Any, submitted: linkage_core.SubmittedInquiries) -> linkage_core.AnsweredInquiries:
        self.submissions.append(submitted)
        self._gate()
        case = self.peers.verify(submitted.case, linkage_core.Inquiry, linkage_core.INQUIRY_TYPE).payload
        if case.section_id not in self._answers:
            request = self.alter(self.provision(submitted))
            self.deliveries.append(request)
            answer = self.peers.call(InstitutionId(case.provider_server), wire.PROVIDE, request)
            for line in answer.lines:
                self.recorded[line.exchange_number] = (line.outcome, _digest(case, line.exchange_number))
            self._answers[case.section_id] = linkage_core.AnsweredInquiries(
                section_id=case.section_id, lines=answer.lines, tickets=list(request.tickets)
            )
        if self.lose_answers:
            self.lose_answers -= 1
            raise Unavailable
        return self.alter_answer(self._answers[case.section_id])

    def _notice(self, _call: Any, submitted: linkage_core.SubmittedNotice) -> Acknowledgement:
        self.submissions.append(submitted)
        self._gate()
        case = self.peers.verify(submitted.case, linkage_core.Notice, linkage_core.NOTICE_TYPE).payload
        tickets, section = self.package(
            "notice",
            submitted.case,
            submitted.inputs,
            case.sender_server,
            case.portal_server,
            case.notice_id,
            case.expires_at,
        )
        delivery = wire.NoticeDelivery(case=submitted.case, tickets=tickets, section=section, content=submitted.content)
        self.deliveries.append(delivery)
        answer = self.peers.call(InstitutionId(case.portal_server), wire.RECEIVE_NOTICE, self.alter(delivery))
        if self.lose_answers:
            self.lose_answers -= 1
            raise Unavailable
        return answer

    def _history(self, call: Any, submitted: Any) -> linkage_core.SealedHistory:
        self.submissions.append(submitted)
        self._gate()
        case = self.peers.verify(submitted.case, linkage_core.HistoryRequest, linkage_core.HISTORY_REQUEST_TYPE).payload
        text = linkage_core.HistoryText(bundle="the bundle")
        return linkage_core.SealedHistory(self.peers.seal(call.peer, text, f"history/{case.request_id}".encode()))

    def _reconcile(self, _call: Any, asked: Any) -> linkage_core.Reconciliation:
        self._gate()
        return linkage_core.Reconciliation(
            exchanges=[
                linkage_core.ReconciledExchange(
                    inquirer=one.inquirer, exchange_number=one.exchange_number, outcome=outcome, digest=digest
                )
                for one in asked.exchanges
                if one.exchange_number in self.recorded
                for outcome, digest in [self.recorded[one.exchange_number]]
            ]
        )

    def issue(
        self,
        acquisition: str,
        holder: InstitutionId,
        persons: Sequence[tuple[str, Pseudonym, FourItemsMessage]],
        **changes: Any,
    ) -> wire.PseudonymDelivery:
        """The delivery of issued pseudonyms for (acquisition number, person, four items)."""
        request = self.register.verify(acquisition, _Acquisition, "pseudonym-acquisition").payload
        inputs = self.nation.encrypt(*(person for _, person, _ in persons))
        now = self.clock.now()
        statement = linkage_core.RegisterStatement(
            batch_id=request.batch_id,
            holder=holder,
            affair=request.affair,
            acquisition_hash=object_hash(acquisition),
            generation=1,
            lines=[
                linkage_core.RegisterStatementLine(
                    acquisition_number=number,
                    four_items=self.register.seal(holder, items, f"four-items/{number}".encode()),
                )
                for number, _, items in persons
            ],
            inputs_root=ciphertexts_root(inputs),
            issued_at=now,
            expires_at=now + timedelta(minutes=30),
        )
        statement = msgspec.structs.replace(statement, **changes)
        case = self.register.sign(linkage_core.REGISTER_STATEMENT_TYPE, statement)
        tickets, section = self.package(
            "issue", case, inputs, REGISTER, holder, statement.batch_id, statement.expires_at
        )
        return wire.PseudonymDelivery(case=case, acquisition=acquisition, tickets=tickets, section=section)


class _Acquisition(msgspec.Struct):
    """The fields of an acquisition that the fake register needs."""

    batch_id: str
    affair: str
    acquisition_numbers: list[str]


def _digest(case: linkage_core.Inquiry, number: str) -> bytes:
    """What the core records of an exchange, as its own interface defines the digest."""
    questions = for_each_line(case.questions(), case.questions())
    [asked] = [one for line, one in zip(case.lines, questions, strict=True) if line.exchange_number == number]
    entry = linkage_core.ExchangeEntry(
        kind="exchange",
        exchange_number=number,
        inquirer=case.inquirer,
        provider=case.provider,
        affair=asked.affair,
        procedure=asked.procedure,
        information_kinds=list(asked.kinds),
        items=[],
        statute=RULE,
        requested_at=case.issued_at,
        completed_at=case.issued_at,
        outcome="provided",
    )
    return linkage_core.exchange_digest(entry)


@dataclass
class Door:
    """The WSGI application of a server as it stands at the moment of the call."""

    network: Network
    owner: InstitutionId

    def __call__(self, environ: Any, start_response: Any) -> Any:
        return self.network.doors[self.owner](environ, start_response)


class Network:
    """Two municipalities' servers and the portal's, with their owners, among the fakes."""

    def __init__(self, *owners: InstitutionId, database_url: str | None = None) -> None:
        self.clock = FixedClock(TEST_INSTANT)
        self.transport = InProcessTransport()
        self.directory = make_directory()
        self.core: Any = self._make_core()
        self.doors: dict[InstitutionId, Any] = {}
        self.apps: dict[InstitutionId, Any] = {}
        self.owners: dict[InstitutionId, Peers] = {}
        for owner in owners or (ASKER, HOLDER, PORTAL):
            self.owners[owner] = serve_fake(self.transport, owner, {}, clock=self.clock)
            self._build(owner, database_url if owner == HOLDER else None)

    def _build(self, owner: InstitutionId, database_url: str | None) -> None:
        environment = make_environment(
            intermediate_server_of(owner), clock=self.clock, transport=self.transport, database_url=database_url
        )
        app = build(environment)
        self.apps[owner] = app
        self.doors[owner] = app.wsgi
        self.transport.register(environment.institution, lambda: Door(self, owner))

    def _make_core(self) -> Any:
        return Core(self.transport, self.clock)

    def close(self) -> None:
        for app in self.apps.values():
            app.close()

    def server(self, owner: InstitutionId) -> IntermediateServer:
        operations: IntermediateServer = self.apps[owner].operations
        return operations

    def officer(self, owner: InstitutionId, role: str = "linkage-officer") -> Context:
        actor = Actor(intermediate_server_of(owner), role, "officer")
        return Context(actor, "information-provision", "番号法23条", "look after exchanges", self.clock, "trace")

    def sealed(self, owner: InstitutionId, endpoint: Any, request: Any, answer: type[Any]) -> Any:
        """Call the owner's server as its business system."""
        return self.owners[owner].call_sealed(intermediate_server_of(owner), endpoint, request, answer)

    def prepare(self, owner: InstitutionId, *addressees: wire.Addressee) -> wire.PreparedAcquisition:
        affair = "portal-account" if owner == PORTAL else AFFAIR
        request = wire.AcquisitionRequest(affair=affair, addressees=list(addressees))
        prepared: wire.PreparedAcquisition = self.sealed(
            owner, wire.PREPARE_ACQUISITION, request, wire.PreparedAcquisition
        )
        return prepared

    def deliver(self, owner: InstitutionId, delivery: wire.PseudonymDelivery) -> Acknowledgement:
        return self.core.peers.call(intermediate_server_of(owner), wire.RECEIVE_PSEUDONYMS, delivery)

    def enrol(
        self,
        owner: InstitutionId,
        addressee: str,
        person: Pseudonym,
        items: FourItemsMessage | None = None,
        *,
        registered: FourItemsMessage | None = None,
        protected: bool = False,
    ) -> None:
        """Have an owner's server acquire the pseudonym of a person under an addressee number."""
        own = None if owner == PORTAL else items or items_of()
        prepared = self.prepare(owner, wire.Addressee(addressee, own, protected))
        number = prepared.lines[0].acquisition_number
        line = (number, person, registered or items or items_of())
        self.deliver(owner, self.core.issue(prepared.acquisition, intermediate_server_of(owner), [line]))

    def register_copies(self, owner: InstitutionId, *copies: wire.LocalCopy) -> Acknowledgement:
        answer: Acknowledgement = self.sealed(
            owner, wire.REGISTER_LOCAL_COPIES, wire.LocalCopies(list(copies)), Acknowledgement
        )
        return answer

    def inquire(self, inquiry: wire.BusinessInquiry, owner: InstitutionId = ASKER) -> wire.BusinessAnswer:
        answer: wire.BusinessAnswer = self.sealed(owner, wire.INQUIRE, inquiry, wire.BusinessAnswer)
        return answer

    def held(self, owner: InstitutionId, *addressees: str) -> wire.HeldPseudonyms:
        request = wire.HeldPseudonymsRequest(list(addressees))
        return self.owners[owner].call(intermediate_server_of(owner), wire.HELD_PSEUDONYMS, request)


HERS, THEIRS, ACCOUNT = "100000000000001", "200000000000001", "900000000000001"
"""Addressee numbers of one person at the asker, at the holder, and of her portal account."""


def linked(**changes: Any) -> Network:
    """A network in which both municipalities know one person and the holder has a copy of her tax information."""
    network = Network()
    person = network.core.nation.person()
    network.enrol(ASKER, HERS, person)
    network.enrol(HOLDER, THEIRS, person, **changes)
    network.enrol(PORTAL, ACCOUNT, person)
    network.register_copies(HOLDER, copy_of(THEIRS))
    return network
