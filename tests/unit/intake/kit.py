"""A body that takes people in, with a register, an intermediate server and a commission played by fakes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import msgspec
from werkzeug.test import Client

import mizuhiki.casework.domain as claims
from mizuhiki.casework.domain import Role
from mizuhiki.intake.persons import PersonForm
from mizuhiki.runtime.clock import FixedClock
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.institution import App
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.serving import Call
from mizuhiki.runtime.transport import InProcessTransport
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.ids import parse_institution_id
from mizuhiki.vocabulary.layouts import AbsenceReason, Scalar, layout
from mizuhiki.vocabulary.numbers import individual_number_check_digit
from mizuhiki.vocabulary.persons import Sex
from mizuhiki.wire import commission, intermediate_server, national_register, prefecture
from mizuhiki.wire.endpoint import Acknowledgement
from support.environment import make_environment, serve_fake
from support.pages import csrf_token

START = datetime(2019, 12, 2, 9, 0, tzinfo=JST)
PASSPHRASE = "a long enough passphrase"


def number(body: int) -> str:
    text = f"{body:011d}"
    return text + individual_number_check_digit(text)


def items(body: int = 1) -> national_register.FourItemsMessage:
    return national_register.FourItemsMessage(
        name=f"水引　{body}",
        name_kana="ミズヒキ　ユイ",
        birth_date=date(1985, 6, 1),
        sex=2,
        address=f"宮崎県都城市姫城町{body}番地",
    )


def form(body: int = 1, **changes: Any) -> PersonForm:
    written = items(body)
    values: dict[str, Any] = {
        "request_id": f"request-{body}",
        "number_text": number(body),
        "name": written.name,
        "name_kana": written.name_kana,
        "birth_date": written.birth_date,
        "sex": Sex.FEMALE,
        "address": written.address,
        "shown": "number-card",
    }
    return PersonForm(**{**values, **changes})


def provided(kind: str, day: date, held: dict[str, Scalar]) -> intermediate_server.ProvidedInformation:
    """An answer in the layout of the day; what is not held is absent with its reason."""
    form = layout(kind, day)
    told: dict[str, Scalar] = {}
    for item in form.items:
        told[item.name] = held.get(item.name)
        if held.get(item.name) is None:
            told[f"{item.name}.absent"] = AbsenceReason.NOT_HELD.value
    return intermediate_server.ProvidedInformation(kind=kind, layout_version=form.version, items=told)


@dataclass
class Office:
    """A body and what the fakes around it know and heard."""

    institution: str
    affair: str
    clock: FixedClock
    app: App = field(init=False)
    environment: Environment = field(init=False)
    registered: dict[str, national_register.FourItemsMessage] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    in_prefecture: set[str] = field(default_factory=set)
    prepared: list[intermediate_server.AcquisitionRequest] = field(default_factory=list)
    copies: list[intermediate_server.LocalCopy] = field(default_factory=list)
    marks: list[intermediate_server.AddresseeMark] = field(default_factory=list)
    held: set[str] = field(default_factory=set)
    answers: dict[str, dict[str, Scalar] | str] = field(default_factory=dict)
    inquiries: list[intermediate_server.BusinessInquiry] = field(default_factory=list)
    notices: list[intermediate_server.BusinessNotice] = field(default_factory=list)
    register: Peers = field(init=False)

    @property
    def service(self) -> Any:
        return self.app.operations

    def context(self, role: str = "clerk", person: str = "", affair: str = "", institution: str = "") -> Context:
        actor = Actor(parse_institution_id(institution or self.institution), role, person or role)
        return Context(actor, affair or self.affair, "根拠法", "test", self.clock, "trace")

    def on(self, day: date) -> None:
        self.clock.set(datetime(day.year, day.month, day.day, 10, 0, tzinfo=JST))

    def dump(self) -> str:
        with sqlite3.connect(self.environment.settings.database_url.removeprefix("sqlite:///")) as connection:
            return "\n".join(connection.iterdump())

    def search(
        self, call: Call, request: national_register.IdentificationSearch
    ) -> national_register.FoundIdentification:
        self.asked.append(("national", request.affair))
        found = self.registered.get(request.individual_number)
        if found is None:
            return national_register.FoundIdentification(found=False)
        return national_register.FoundIdentification(found=True, municipality_code="452025", four_items=found)

    def search_prefecture(
        self, call: Call, request: national_register.IdentificationSearch
    ) -> national_register.FoundIdentification:
        self.asked.append(("prefecture", request.affair))
        if request.individual_number not in self.in_prefecture:
            return national_register.FoundIdentification(found=False)
        found = self.registered[request.individual_number]
        return national_register.FoundIdentification(found=True, municipality_code="452025", four_items=found)

    def prepare(
        self, _call: Call, request: intermediate_server.AcquisitionRequest
    ) -> intermediate_server.PreparedAcquisition:
        self.prepared.append(request)
        lines = [
            intermediate_server.PreparedLine(
                addressee_number=one.addressee_number, acquisition_number=f"acq-{one.addressee_number}"
            )
            for one in request.addressees
        ]
        self.held |= {one.addressee_number for one in request.addressees}
        return intermediate_server.PreparedAcquisition(acquisition="a.b.c", lines=lines)

    def request_pseudonyms(
        self, call: Call, request: national_register.RequestedPseudonyms
    ) -> national_register.AcquisitionResult:
        context = b"national_register.request_pseudonyms/request"
        opened = self.register.open(request.envelope, call.peer, national_register.PseudonymSubjects, context)
        return national_register.AcquisitionResult(accepted=len(opened.subjects), refused=[])

    def holds(
        self, _call: Call, request: intermediate_server.HeldPseudonymsRequest
    ) -> intermediate_server.HeldPseudonyms:
        held = [one for one in request.addressee_numbers if one in self.held]
        return intermediate_server.HeldPseudonyms(held=held, mismatched=[])

    def take_copies(self, _call: Call, request: intermediate_server.LocalCopies) -> Acknowledgement:
        self.copies += request.copies
        return Acknowledgement(reference=str(len(request.copies)))

    def take_mark(self, _call: Call, request: intermediate_server.AddresseeMark) -> Acknowledgement:
        self.marks.append(request)
        return Acknowledgement(reference="1")

    def assess(self, _call: Call, request: commission.AssessmentSubmission) -> commission.AssessmentReceipt:
        return commission.AssessmentReceipt(assessment_id="assessment-1", level="full", state="submitted")

    def inquire(self, _call: Call, request: intermediate_server.BusinessInquiry) -> intermediate_server.BusinessAnswer:
        self.inquiries.append(request)
        (kind,) = request.kinds
        answer = self.answers.get(kind, "no-data")
        if isinstance(answer, str):
            return intermediate_server.BusinessAnswer(
                exchange_number=f"exchange-{len(self.inquiries)}",
                outcome=answer,
                information=[],
                receipt="",
                refused_by="linkage-core",
                refusal_detail="the rule in words",
            )
        return intermediate_server.BusinessAnswer(
            exchange_number=f"exchange-{len(self.inquiries)}",
            outcome="provided",
            information=[provided(kind, self.clock.today(), answer)],
            receipt="receipt",
            refused_by="",
            refusal_detail="",
        )

    def take_notice(self, _call: Call, request: intermediate_server.BusinessNotice) -> Acknowledgement:
        self.notices.append(request)
        return Acknowledgement(reference=request.request_id)

    def born(self, body: int, day: date) -> None:
        """Let the register know another birth date of somebody."""
        self.registered[number(body)] = msgspec.structs.replace(items(body), birth_date=day)

    def claimant(self, body: int, role: Role = Role.APPLICANT) -> claims.PersonForm:
        """Somebody the register knows, as written on a claim."""
        written = self.registered[number(body)]
        return claims.PersonForm(
            role=role,
            number_text=number(body),
            name=written.name,
            name_kana=written.name_kana,
            birth_date=written.birth_date,
            sex=Sex(written.sex),
            address=written.address,
            identity=claims.IdentityCheck(claims.NumberProof.CARD, claims.PersonProof.CARD, compared=True),
        )

    def claim(self, procedure: str, people: Sequence[claims.PersonForm], stated: dict[str, Scalar]) -> str:
        """Take a claim received today with nothing attached; return its case."""
        application = claims.Application(
            request_id=f"claim-{self.clock.today()}-{len(stated)}-{people[0].number_text[:5]}",
            procedure=procedure,
            received_on=self.clock.today(),
            people=tuple(people),
            stated=stated,
        )
        return str(self.service.claims.receive(self.context(), application))

    def linked(self) -> list[intermediate_server.LocalCopy]:
        """Have pseudonyms issued and copies registered; return the copies sent by this."""
        before, officer = len(self.copies), self.context("linkage-officer")
        self.service.acquire_pseudonyms(officer)
        self.service.publish_local_copies(officer)
        return self.copies[before:]

    def browser(self, account: str, role: str) -> Browser:
        self.service.add_staff(account, "架空 職員", role, PASSPHRASE)
        browser = Browser(Client(self.app.wsgi), f"http://{self.environment.settings.host}")
        assert browser.post("/sign-in", account=account, passphrase=PASSPHRASE).status_code == 303
        return browser


@dataclass
class Browser:
    """Somebody signed in."""

    client: Client
    host: str

    def get(self, path: str) -> Any:
        return self.client.get(path, base_url=self.host)

    def post(self, path: str, **fields: object) -> Any:
        shown = self.get(path).get_data(as_text=True)
        data = {name: str(value) for name, value in fields.items()} | {"csrf_token": csrf_token(shown)}
        return self.client.post(path, base_url=self.host, data=data)


def open_office(institution: str, affair: str, build: Callable[[Environment], App]) -> Office:
    transport = InProcessTransport()
    office = Office(institution, affair, FixedClock(START))
    office.environment = make_environment(institution, transport=transport, clock=office.clock)
    office.app = build(office.environment)
    transport.register(parse_institution_id(institution), lambda: office.app.wsgi)
    office.register = serve_fake(
        transport,
        "national-register",
        {national_register.REQUEST_PSEUDONYMS: office.request_pseudonyms},
        sealed={national_register.SEARCH_IDENTIFICATION: (national_register.IdentificationSearch, office.search)},
        clock=office.clock,
    )
    serve_fake(
        transport,
        "prefecture-45",
        {},
        sealed={prefecture.SEARCH_IDENTIFICATION: (national_register.IdentificationSearch, office.search_prefecture)},
        clock=office.clock,
    )
    serve_fake(
        transport,
        f"intermediate-{institution}",
        {intermediate_server.HELD_PSEUDONYMS: office.holds},
        sealed={
            intermediate_server.PREPARE_ACQUISITION: (intermediate_server.AcquisitionRequest, office.prepare),
            intermediate_server.REGISTER_LOCAL_COPIES: (intermediate_server.LocalCopies, office.take_copies),
            intermediate_server.INQUIRE: (intermediate_server.BusinessInquiry, office.inquire),
            intermediate_server.SEND_NOTICE: (intermediate_server.BusinessNotice, office.take_notice),
            intermediate_server.MARK_ADDRESSEE: (intermediate_server.AddresseeMark, office.take_mark),
        },
        clock=office.clock,
    )
    serve_fake(transport, "commission", {commission.SUBMIT_ASSESSMENT: office.assess}, clock=office.clock)
    office.registered = {number(body): items(body) for body in range(1, 6)}
    return office
