"""The certification authorities with a register, a portal, its server and two municipalities around them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from mizuhiki.crypto.x509 import build_ocsp_request, read_ocsp_status
from mizuhiki.institutions.jpki.app import build
from mizuhiki.runtime.clock import FixedClock
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.institution import App
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.serving import Call
from mizuhiki.runtime.transport import InProcessTransport
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from mizuhiki.vocabulary.numbers import resident_record_code_check_digit
from mizuhiki.wire import jpki as wire
from mizuhiki.wire import national_register
from mizuhiki.wire.endpoint import Acknowledgement
from mizuhiki.wire.national_register import FourItemsMessage
from support.card_authority import rsa_key, spki
from support.environment import make_environment, serve_fake

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

JPKI = institution_id(InstitutionKind.JPKI)
START = datetime(2019, 12, 2, 9, 0, tzinfo=JST)
ITEMS = FourItemsMessage(
    name="水引　結子",
    name_kana="ミズヒキ　ユイコ",
    birth_date=date(1990, 4, 1),
    sex=2,
    address="宮崎県都城市姫城町六番二十一号",
)


def resident_code(body: str) -> str:
    return body + resident_record_code_check_digit(body)


CODE = resident_code("1234567890")


@dataclass
class Desk:
    """What the tests hold: the authorities and the institutions that call them."""

    app: App
    environment: Environment
    clock: FixedClock
    transport: InProcessTransport
    peers: dict[str, Peers] = field(default_factory=dict)
    confirms: bool = True
    claims: list[national_register.CardHolderClaim] = field(default_factory=list)
    current: national_register.FoundIdentification = field(
        default_factory=lambda: national_register.FoundIdentification(found=True)
    )
    told: list[national_register.CurrentIdentification] = field(default_factory=list)
    handed_on: list[tuple[str, national_register.PseudonymSubjects]] = field(default_factory=list)

    def confirm_card_holder(
        self, _call: Call, claim: national_register.CardHolderClaim
    ) -> national_register.CardHolderConfirmed:
        self.claims.append(claim)
        return national_register.CardHolderConfirmed(confirmed=self.confirms)

    def current_identification(
        self, _call: Call, request: national_register.CurrentIdentification
    ) -> national_register.FoundIdentification:
        self.told.append(request)
        return self.current

    def request_pseudonyms(
        self, call: Call, request: national_register.RequestedPseudonyms
    ) -> national_register.AcquisitionResult:
        context = b"national_register.request_pseudonyms/request"
        subjects = self.peers["national-register"].open(
            request.envelope, call.peer, national_register.PseudonymSubjects, context
        )
        self.handed_on.append((request.acquisition, subjects))
        return national_register.AcquisitionResult(accepted=len(subjects.subjects), refused=[])

    def application(self, request_id: str = "card-1", **changes: Any) -> wire.CertificateApplication:
        values: dict[str, Any] = {
            "request_id": request_id,
            "municipality_code": "452025",
            "resident_record_code": CODE,
            "four_items": ITEMS,
            "name_substituted": "0" * len(ITEMS.name),
            "address_substituted": "0" * len(ITEMS.address),
            "card_serial": f"SERIAL{request_id}",
            "card_expires_on": date(2029, 4, 1),
            "user_identification_public_key": spki(rsa_key(f"ui {request_id}")),
            "signature_public_key": spki(rsa_key(f"sign {request_id}")),
        }
        return wire.CertificateApplication(**{**values, **changes})

    def issue(
        self, application: wire.CertificateApplication | None = None, by: str = "municipality-452025"
    ) -> wire.IssuedCertificates:
        return self.peers[by].call_sealed(
            JPKI, wire.ISSUE_CERTIFICATES, application or self.application(), wire.IssuedCertificates
        )

    def event(self, event_id: str, reason: str, *, in_register: bool = True, code: str = CODE, **items: Any) -> int:
        message = wire.RegisterEvent(
            event_id=event_id,
            resident_record_code=code,
            reason=reason,
            effective_on=date(2019, 12, 2),
            four_items=FourItemsMessage(**{**_fields(ITEMS), **items}),
            in_register=in_register,
        )
        return self.events([message])

    def events(self, events: list[wire.RegisterEvent]) -> int:
        answer = self.peers["national-register"].call_sealed(
            JPKI, wire.NOTIFY_REGISTER_EVENTS, wire.RegisterEvents(events=events), Acknowledgement
        )
        return int(answer.reference)

    def confirm(self, certificate: bytes, ca: bytes, by: str = "portal") -> None:
        """Ask for the status as a verifier does; raises unless the certificate is good."""
        request = build_ocsp_request(certificate, ca, b"n" * 32)
        answer = self.peers[by].call(JPKI, wire.CERTIFICATE_STATUS, wire.StatusRequest(ocsp_request=request))
        read_ocsp_status(answer.ocsp_response, request, ca, self.clock.now())

    def operator(self, role: str = "operator") -> Context:
        actor = Actor(JPKI, role, "operator")
        return Context(actor, "card-issue", "公的個人認証法33条", "test", self.clock, "trace")

    def dump(self) -> str:
        with sqlite3.connect(self.environment.settings.database_url.removeprefix("sqlite:///")) as connection:
            return "\n".join(connection.iterdump())


def _fields(items: FourItemsMessage) -> dict[str, Any]:
    return {name: getattr(items, name) for name in FourItemsMessage.__struct_fields__}


def open_desk() -> Desk:
    transport, clock = InProcessTransport(), FixedClock(START)
    environment = make_environment("jpki", transport=transport, clock=clock)
    app = build(environment)
    desk = Desk(app, environment, clock, transport)

    def present(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve through the desk, so that a test may start the institution anew."""
        return desk.app.wsgi(environ, start_response)

    transport.register(environment.institution, lambda: present)
    for name in ("municipality-452025", "municipality-011002", "portal", "intermediate-portal", "commission"):
        desk.peers[name] = serve_fake(transport, name, {}, clock=clock)
    desk.peers["national-register"] = serve_fake(
        transport,
        "national-register",
        {national_register.REQUEST_PSEUDONYMS: desk.request_pseudonyms},
        sealed={
            national_register.CURRENT_IDENTIFICATION: (
                national_register.CurrentIdentification,
                desk.current_identification,
            ),
            national_register.CONFIRM_CARD_HOLDER: (national_register.CardHolderClaim, desk.confirm_card_holder),
        },
        clock=clock,
    )
    return desk
