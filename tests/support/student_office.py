"""The student services organization with a register, an intermediate server and a commission played by fakes."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from werkzeug.datastructures import FileStorage
from werkzeug.test import Client, TestResponse, encode_multipart

from mizuhiki.casework.domain import Application, IdentityCheck, NumberProof, PersonForm, PersonProof, Role
from mizuhiki.institutions.agency.student_services.app import build
from mizuhiki.institutions.agency.student_services.domain.aid import Aid, AidForm, Living, School
from mizuhiki.institutions.agency.student_services.domain.procedures import APPLICATION
from mizuhiki.institutions.agency.student_services.operations.service import StudentServices
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

JASSO = institution_id(InstitutionKind.STUDENT_SERVICES)
START = datetime(2019, 12, 2, 9, 0, tzinfo=JST)
DAY = START.date()
STUDENT, FATHER, MOTHER = 1, 2, 3
PASSPHRASE = "invented passphrase of this office"


def number(body: int) -> str:
    text = f"{body:011d}"
    return text + individual_number_check_digit(text)


def items(body: int) -> national_register.FourItemsMessage:
    return national_register.FourItemsMessage(
        name=f"水引　{body}",
        name_kana="ミズヒキ　ユイ",
        birth_date=date(2000, 6, body),
        sex=2,
        address=f"宮崎県都城市姫城町{body}番地",
    )


def person(body: int, role: Role, **changes: Any) -> PersonForm:
    written = items(body)
    values: dict[str, Any] = {
        "role": role,
        "number_text": number(body),
        "name": written.name,
        "name_kana": written.name_kana,
        "birth_date": written.birth_date,
        "sex": Sex.FEMALE,
        "address": written.address,
        "identity": IdentityCheck(NumberProof.CARD, PersonProof.CARD, compared=True),
    }
    return PersonForm(**{**values, **changes})


def family() -> tuple[PersonForm, ...]:
    return (person(STUDENT, Role.APPLICANT), person(FATHER, Role.PARENT), person(MOTHER, Role.PARENT))


def aid_form(**changes: Any) -> AidForm:
    values: dict[str, Any] = {
        "aid": Aid.GRANT,
        "school_name": "みずひき大学（架空）",
        "school": School.PRIVATE,
        "living": Living.AWAY,
        "entered_on": date(2019, 4, 1),
        "graduates_on": date(2023, 3, 31),
        "school_attests": True,
    }
    return AidForm(**{**values, **changes})


def application(**changes: Any) -> Application:
    values: dict[str, Any] = {
        "request_id": "application-1",
        "procedure": APPLICATION,
        "received_on": DAY,
        "people": family(),
        "stated": aid_form().stated(),
    }
    return Application(**{**values, **changes})


def content(kind: str, **held: Scalar) -> intermediate_server.ProvidedInformation:
    """An answer in the layout of the day; what is not given is absent."""
    form = layout(kind, DAY)
    told: dict[str, Scalar] = {}
    for item in form.items:
        told[item.name] = held.get(item.name)
        if held.get(item.name) is None:
            told[f"{item.name}.absent"] = AbsenceReason.NOT_HELD.value
    return intermediate_server.ProvidedInformation(kind=kind, layout_version=form.version, items=told)


def untaxed() -> intermediate_server.ProvidedInformation:
    return content("local-tax", fiscal_year=2019, declared=True, taxable=False)


@dataclass
class Office:
    """The organization and what the fakes around it know and heard."""

    clock: FixedClock
    app: App = field(init=False)
    environment: Environment = field(init=False)
    register: Peers = field(init=False)
    registered: dict[str, national_register.FourItemsMessage] = field(default_factory=dict)
    held: set[str] | None = None
    answers: dict[str, intermediate_server.ProvidedInformation | str] = field(default_factory=dict)
    inquiries: list[intermediate_server.BusinessInquiry] = field(default_factory=list)
    notices: list[intermediate_server.BusinessNotice] = field(default_factory=list)
    marks: list[intermediate_server.AddresseeMark] = field(default_factory=list)
    subjects: list[national_register.PseudonymSubject] = field(default_factory=list)
    assessments: list[commission.AssessmentSubmission] = field(default_factory=list)
    files: dict[str, intermediate_server.InquiryFile] = field(default_factory=dict)
    submitted: list[str] = field(default_factory=list)
    refused_lines: dict[int, str] = field(default_factory=dict)
    answered: bool = True

    @property
    def services(self) -> StudentServices:
        operations: StudentServices = self.app.operations
        return operations

    def context(self, role: str = "case-clerk", person: str | None = "clerk", **changes: Any) -> Context:
        values: dict[str, Any] = {"affair": "student-aid", "institution": JASSO, **changes}
        actor = Actor(values["institution"], role, person)
        return Context(actor, values["affair"], "日本学生支援機構法", "test", self.clock, "trace")

    def approver(self, person: str = "approver") -> Context:
        return self.context("approver", person)

    def decided(self, **stated: Any) -> str:
        """A grant that was decided without a paper."""
        case = self.services.receive(self.context(), application(stated=aid_form(**stated).stated()))
        self.services.gather(self.context(), case)
        self.services.propose(self.context(), case)
        self.services.approve(self.approver(), case)
        return case

    def dump(self) -> str:
        with sqlite3.connect(self.environment.settings.database_url.removeprefix("sqlite:///")) as connection:
            return "\n".join(connection.iterdump())

    def events(self) -> list[str]:
        with sqlite3.connect(self.environment.settings.database_url.removeprefix("sqlite:///")) as connection:
            return [row[0] for row in connection.execute("SELECT event FROM audit_event ORDER BY id")]

    def search(
        self, _call: Call, request: national_register.IdentificationSearch
    ) -> national_register.FoundIdentification:
        found = self.registered.get(request.individual_number)
        if found is None:
            return national_register.FoundIdentification(found=False)
        return national_register.FoundIdentification(found=True, municipality_code="452025", four_items=found)

    def prepare(
        self, _call: Call, request: intermediate_server.AcquisitionRequest
    ) -> intermediate_server.PreparedAcquisition:
        lines = [
            intermediate_server.PreparedLine(
                addressee_number=one.addressee_number, acquisition_number=f"acq-{one.addressee_number}"
            )
            for one in request.addressees
        ]
        return intermediate_server.PreparedAcquisition(acquisition="a.b.c" if lines else "", lines=lines)

    def request_pseudonyms(
        self, call: Call, request: national_register.RequestedPseudonyms
    ) -> national_register.AcquisitionResult:
        context = b"national_register.request_pseudonyms/request"
        opened = self.register.open(request.envelope, call.peer, national_register.PseudonymSubjects, context)
        self.subjects += opened.subjects
        return national_register.AcquisitionResult(accepted=len(opened.subjects), refused=[])

    def holds(
        self, _call: Call, request: intermediate_server.HeldPseudonymsRequest
    ) -> intermediate_server.HeldPseudonyms:
        held = [one for one in request.addressee_numbers if self.held is None or one in self.held]
        return intermediate_server.HeldPseudonyms(held=held, mismatched=[])

    def inquire(self, _call: Call, request: intermediate_server.BusinessInquiry) -> intermediate_server.BusinessAnswer:
        self.inquiries.append(request)
        (kind,) = request.kinds
        answer = self.answers.get(kind, "no-data")
        provided = not isinstance(answer, str)
        return intermediate_server.BusinessAnswer(
            exchange_number=f"exchange-{len(self.inquiries)}",
            outcome="provided" if provided else str(answer),
            information=[answer] if not isinstance(answer, str) else [],
            receipt="receipt" if provided else "",
            refused_by="" if provided else "linkage-core",
            refusal_detail="" if provided else "the rule in words",
        )

    def try_file(self, _call: Call, request: intermediate_server.InquiryFile) -> intermediate_server.DryRunReport:
        asked = [one for number, one in enumerate(request.lines, start=1) if number not in self.refused_lines]
        questions = {(one.provider, one.procedure, one.kinds[0]) for one in asked}
        return intermediate_server.DryRunReport(
            questions=[
                intermediate_server.PlannedQuestion(
                    provider=provider,
                    affair="student-aid",
                    procedure=procedure,
                    kinds=[kind],
                    lines=sum((one.provider, one.kinds) == (provider, [kind]) for one in asked),
                    sections=1,
                    rows=["2-106 of the table"],
                    refusal="",
                )
                for provider, procedure, kind in sorted(questions)
            ],
            refused=[
                intermediate_server.FileRefusal(line=line, code=code, detail="")
                for line, code in self.refused_lines.items()
            ],
        )

    def take_file(self, _call: Call, request: intermediate_server.InquiryFile) -> intermediate_server.FileState:
        self.submitted.append(request.file_id)
        self.files[request.file_id] = request
        return self._state(request.file_id)

    def file_state(self, _call: Call, request: intermediate_server.FileRequest) -> intermediate_server.FileState:
        return self._state(request.file_id)

    def _state(self, file_id: str) -> intermediate_server.FileState:
        found = self.files[file_id]
        return intermediate_server.FileState(
            file_id=file_id,
            name=found.name,
            submitted_at=self.clock.now(),
            lines=len(found.lines),
            sections=1,
            sections_done=int(self.answered),
            outcomes={"provided": len(found.lines)} if self.answered else {},
        )

    def file_outcomes(self, _call: Call, request: intermediate_server.FileRequest) -> intermediate_server.FileOutcomes:
        """Page 0 is what was refused here: nothing; page 1 the only section, its lines in another order."""
        outcomes = []
        if request.page == 1 and self.answered:
            for line in reversed(range(1, len(self.files[request.file_id].lines) + 1)):
                answer = intermediate_server.BusinessAnswer(
                    exchange_number=f"exchange-{line}",
                    outcome="provided",
                    information=[untaxed()],
                    receipt=f"receipt-{line}",
                    statute="2-106",
                )
                outcomes.append(intermediate_server.FileOutcome(line=line, answer=answer))
        return intermediate_server.FileOutcomes(
            page=request.page, last_page=1, ready=self.answered or request.page == 0, outcomes=outcomes
        )

    def take_mark(self, _call: Call, request: intermediate_server.AddresseeMark) -> Acknowledgement:
        self.marks.append(request)
        return Acknowledgement(reference="")

    def take_notice(self, _call: Call, request: intermediate_server.BusinessNotice) -> Acknowledgement:
        self.notices.append(request)
        return Acknowledgement(reference=request.request_id)

    def assess(self, _call: Call, request: commission.AssessmentSubmission) -> commission.AssessmentReceipt:
        self.assessments.append(request)
        return commission.AssessmentReceipt(assessment_id="assessment-1", level="full", state="submitted")


def open_office() -> Office:
    transport = InProcessTransport()
    office = Office(FixedClock(START))
    office.environment = make_environment(JASSO, transport=transport, clock=office.clock)
    office.app = build(office.environment)
    transport.register(JASSO, lambda: office.app.wsgi)
    office.register = serve_fake(
        transport,
        "national-register",
        {national_register.REQUEST_PSEUDONYMS: office.request_pseudonyms},
        sealed={national_register.SEARCH_IDENTIFICATION: (national_register.IdentificationSearch, office.search)},
        clock=office.clock,
    )
    own = intermediate_server
    serve_fake(
        transport,
        f"intermediate-{JASSO}",
        {own.HELD_PSEUDONYMS: office.holds},
        sealed={
            own.PREPARE_ACQUISITION: (own.AcquisitionRequest, office.prepare),
            own.INQUIRE: (own.BusinessInquiry, office.inquire),
            own.MARK_ADDRESSEE: (own.AddresseeMark, office.take_mark),
            own.SEND_NOTICE: (own.BusinessNotice, office.take_notice),
            own.DRY_RUN_FILE: (own.InquiryFile, office.try_file),
            own.SUBMIT_FILE: (own.InquiryFile, office.take_file),
            own.FILE_PROGRESS: (own.FileRequest, office.file_state),
            own.FETCH_OUTCOMES: (own.FileRequest, office.file_outcomes),
        },
        clock=office.clock,
    )
    serve_fake(transport, "commission", {commission.SUBMIT_ASSESSMENT: office.assess}, clock=office.clock)
    office.registered = {number(body): items(body) for body in range(1, 6)}
    office.answers["local-tax"] = untaxed()
    return office


class Desk:
    """A browser of a member of staff, in English."""

    def __init__(self, office: Office, account: str = "clerk", role: str = "case-clerk") -> None:
        office.services.add_staff(account, account.title(), role, PASSPHRASE)
        self._client = Client(office.app.wsgi)
        self._base = f"https://{office.environment.directory.entry(JASSO).host}"
        self.open("/sign-in?lang=en")
        self.post("/sign-in", {"account": account, "passphrase": PASSPHRASE})

    def open(self, path: str) -> TestResponse:
        return self._client.get(path, base_url=self._base)

    def post(self, path: str, fields: dict[str, Any], of: str | None = None) -> TestResponse:
        page = self.open(of or path.partition("?")[0]).text
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert found, page[:500]
        kept = re.search(r'name="request_id" value="([^"]+)"', page)
        hidden = {"request_id": kept.group(1)} if kept else {}
        data = {"csrf_token": found.group(1), **hidden, **fields}
        if any(isinstance(value, FileStorage) for value in data.values()):
            boundary, body = encode_multipart(data)
            kind = f"multipart/form-data; boundary={boundary}"
            return self._client.post(
                path, base_url=self._base, data=body, content_type=kind, headers={"Referer": self._base + path}
            )
        return self._client.post(path, base_url=self._base, data=data, headers={"Referer": self._base + path})
