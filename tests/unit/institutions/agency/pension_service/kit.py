"""The pension service with a register, an intermediate server and a commission played by fakes."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from mizuhiki.institutions.agency.pension_service.app import build
from mizuhiki.institutions.agency.pension_service.domain import EnrolmentForm
from mizuhiki.institutions.agency.pension_service.operations.service import PensionService
from mizuhiki.runtime.clock import FixedClock
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.institution import App
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.serving import Call
from mizuhiki.runtime.transport import InProcessTransport
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from mizuhiki.vocabulary.layouts import AbsenceReason, Scalar, layout
from mizuhiki.vocabulary.numbers import individual_number_check_digit
from mizuhiki.vocabulary.persons import Sex
from mizuhiki.wire import commission, intermediate_server, national_register
from mizuhiki.wire.endpoint import Acknowledgement
from support.environment import make_environment, serve_fake

PENSION = institution_id(InstitutionKind.PENSION_SERVICE)
START = datetime(2019, 12, 2, 9, 0, tzinfo=JST)


def number(body: int) -> str:
    text = f"{body:011d}"
    return text + individual_number_check_digit(text)


def items(body: int = 1, **changes: Any) -> national_register.FourItemsMessage:
    values: dict[str, Any] = {
        "name": f"水引　{body}",
        "name_kana": "ミズヒキ　ユイ",
        "birth_date": date(1985, 6, 1),
        "sex": 2,
        "address": f"宮崎県都城市姫城町{body}番地",
    }
    return national_register.FourItemsMessage(**{**values, **changes})


def form(body: int = 1, **changes: Any) -> EnrolmentForm:
    written = items(body)
    values: dict[str, Any] = {
        "request_id": f"request-{body}",
        "number_text": number(body),
        "name": written.name,
        "name_kana": written.name_kana,
        "birth_date": written.birth_date,
        "sex": Sex.FEMALE,
        "address": written.address,
        "category": 2,
        "scheme": "employees-pension",
        "employer": "株式会社架空",
        "insured_from": date(2008, 4, 1),
    }
    return EnrolmentForm(**{**values, **changes})


def content(kind: str, held: dict[str, Scalar], day: date) -> intermediate_server.ProvidedInformation:
    """An answer in the layout of the day; what is not held is absent."""
    form = layout(kind, day)
    told: dict[str, Scalar] = {item.name: held.get(item.name) for item in form.items}
    absent = {f"{name}.absent": AbsenceReason.NOT_HELD.value for name, value in told.items() if value is None}
    return intermediate_server.ProvidedInformation(kind=kind, layout_version=form.version, items=told | absent)


@dataclass
class Office:
    """The pension service and what the fakes around it know and heard."""

    clock: FixedClock
    app: App = field(init=False)
    environment: Environment = field(init=False)
    registered: dict[str, national_register.FourItemsMessage] = field(default_factory=dict)
    searches: list[national_register.IdentificationSearch] = field(default_factory=list)
    prepared: list[intermediate_server.AcquisitionRequest] = field(default_factory=list)
    subjects: list[national_register.PseudonymSubject] = field(default_factory=list)
    copies: list[intermediate_server.LocalCopy] = field(default_factory=list)
    assessments: list[commission.AssessmentSubmission] = field(default_factory=list)
    marks: list[intermediate_server.AddresseeMark] = field(default_factory=list)
    inquiries: list[intermediate_server.BusinessInquiry] = field(default_factory=list)
    notices: list[intermediate_server.BusinessNotice] = field(default_factory=list)
    answers: dict[str, dict[str, Scalar]] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    register: Peers = field(init=False)

    @property
    def pension(self) -> PensionService:
        operations: PensionService = self.app.operations
        return operations

    def context(self, role: str = "counter-clerk", institution: str = PENSION) -> Context:
        actor = Actor(institution_id(InstitutionKind(institution)), role, "clerk")
        return Context(actor, "national-pension", "国民年金法12条", "test", self.clock, "trace")

    def dump(self) -> str:
        with sqlite3.connect(self.environment.settings.database_url.removeprefix("sqlite:///")) as connection:
            return "\n".join(connection.iterdump())

    def search(
        self, _call: Call, request: national_register.IdentificationSearch
    ) -> national_register.FoundIdentification:
        self.searches.append(request)
        found = self.registered.get(request.individual_number)
        if found is None:
            return national_register.FoundIdentification(found=False)
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
            if one.addressee_number not in self.held
        ]
        return intermediate_server.PreparedAcquisition(acquisition="a.b.c" if lines else "", lines=lines)

    def request_pseudonyms(
        self, call: Call, request: national_register.RequestedPseudonyms
    ) -> national_register.AcquisitionResult:
        context = b"national_register.request_pseudonyms/request"
        opened = self.register.open(request.envelope, call.peer, national_register.PseudonymSubjects, context)
        self.subjects += opened.subjects
        refused = [
            national_register.RefusedLine(acquisition_number=one.acquisition_number, refusal="unknown-person")
            for one in opened.subjects
            if one.individual_number in self.refused
        ]
        return national_register.AcquisitionResult(accepted=len(opened.subjects) - len(refused), refused=refused)

    def holds(
        self, _call: Call, request: intermediate_server.HeldPseudonymsRequest
    ) -> intermediate_server.HeldPseudonyms:
        held = [one for one in request.addressee_numbers if one in self.held]
        return intermediate_server.HeldPseudonyms(held=held, mismatched=[])

    def take_copies(self, _call: Call, request: intermediate_server.LocalCopies) -> Acknowledgement:
        self.copies += request.copies
        return Acknowledgement(reference=str(len(request.copies)))

    def mark(self, _call: Call, request: intermediate_server.AddresseeMark) -> Acknowledgement:
        self.marks.append(request)
        return Acknowledgement(reference=request.addressee_number)

    def inquire(self, _call: Call, request: intermediate_server.BusinessInquiry) -> intermediate_server.BusinessAnswer:
        """Answer what `answers` holds of a kind; a kind about one role is found by its addressee number first."""
        self.inquiries.append(request)
        (kind,) = request.kinds
        items = self.answers.get(f"{kind}/{request.addressee_number}", self.answers.get(kind))
        found = [] if items is None else [content(kind, items, self.clock.today())]
        return intermediate_server.BusinessAnswer(
            exchange_number="e" * 10,
            outcome="no-data" if items is None else "provided",
            information=found,
            receipt="" if items is None else "r.e.c",
        )

    def send_notice(self, _call: Call, request: intermediate_server.BusinessNotice) -> Acknowledgement:
        self.notices.append(request)
        return Acknowledgement(reference="n")

    def assess(self, _call: Call, request: commission.AssessmentSubmission) -> commission.AssessmentReceipt:
        self.assessments.append(request)
        return commission.AssessmentReceipt(assessment_id="assessment-1", level="full", state="submitted")


def open_office() -> Office:
    transport = InProcessTransport()
    office = Office(FixedClock(START))
    office.environment = make_environment("pension-service", transport=transport, clock=office.clock)
    office.app = build(office.environment)
    transport.register(PENSION, lambda: office.app.wsgi)
    office.register = serve_fake(
        transport,
        "national-register",
        {national_register.REQUEST_PSEUDONYMS: office.request_pseudonyms},
        sealed={
            national_register.SEARCH_IDENTIFICATION: (national_register.IdentificationSearch, office.search),
        },
        clock=office.clock,
    )
    serve_fake(
        transport,
        "intermediate-pension-service",
        {intermediate_server.HELD_PSEUDONYMS: office.holds},
        sealed={
            intermediate_server.PREPARE_ACQUISITION: (intermediate_server.AcquisitionRequest, office.prepare),
            intermediate_server.REGISTER_LOCAL_COPIES: (intermediate_server.LocalCopies, office.take_copies),
            intermediate_server.MARK_ADDRESSEE: (intermediate_server.AddresseeMark, office.mark),
            intermediate_server.INQUIRE: (intermediate_server.BusinessInquiry, office.inquire),
            intermediate_server.SEND_NOTICE: (intermediate_server.BusinessNotice, office.send_notice),
        },
        clock=office.clock,
    )
    serve_fake(transport, "commission", {commission.SUBMIT_ASSESSMENT: office.assess}, clock=office.clock)
    office.registered = {number(body): items(body) for body in range(1, 6)}
    return office
