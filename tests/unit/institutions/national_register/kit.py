"""The real national register and certification authorities, with two municipalities that register people and cards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import msgspec

from mizuhiki.crypto.x509 import build_ocsp_request, read_ocsp_status
from mizuhiki.institutions.commission.app import build as build_commission
from mizuhiki.institutions.jpki.app import build as build_jpki
from mizuhiki.institutions.national_register.app import build as build_register
from mizuhiki.runtime.clock import FixedClock
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.institution import App
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.transport import InProcessTransport
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from mizuhiki.wire import jpki, municipality
from mizuhiki.wire import national_register as wire
from mizuhiki.wire.endpoint import Acknowledgement
from support.card_authority import rsa_key, spki
from support.environment import make_environment, serve_fake

REGISTER = institution_id(InstitutionKind.NATIONAL_REGISTER)
JPKI = institution_id(InstitutionKind.JPKI)
START = datetime(2019, 12, 2, 9, 0, tzinfo=JST)
TODAY = date(2019, 12, 2)
ITEMS = wire.FourItemsMessage(
    name="黒木　拓也",
    name_kana="クロキ　タクヤ",
    birth_date=date(1985, 4, 1),
    sex=1,
    address="宮崎県都城市姫城町1番1号",
)
HOME = "452025"
OTHER = "011002"


@dataclass
class Nation:
    """The institutions, and what the tests ask of them."""

    transport: InProcessTransport
    clock: FixedClock
    register: App
    authorities: App
    peers: dict[str, Peers]
    numbers: dict[str, str] = field(default_factory=dict)
    lapses: list[municipality.CardLapse] = field(default_factory=list)
    """What the first municipality was told of cards that ended."""

    def resident(self, request_id: str, items: wire.FourItemsMessage = ITEMS, municipality: str = HOME) -> str:
        """Number a person, notify the four items, and return the resident record code."""
        peers = self.peers[f"municipality-{municipality}"]
        [code] = peers.call_sealed(
            REGISTER,
            wire.ALLOCATE_RESIDENT_RECORD_CODES,
            wire.AllocateCodes(request_id=request_id, municipality_code=municipality, count=1),
            wire.AllocatedCodes,
        ).codes
        line = wire.NumberGenerationLine(line_id=request_id, resident_record_code=code)
        numbered = peers.call_sealed(
            REGISTER,
            wire.GENERATE_NUMBERS,
            wire.NumberGenerationRequest(municipality_code=municipality, lines=[line]),
            wire.GeneratedNumbers,
        )
        self.numbers[code] = numbered.lines[0].individual_number
        self.notify(code, 1, items, municipality=municipality)
        return code

    def notify(
        self,
        code: str,
        sequence: int,
        items: wire.FourItemsMessage = ITEMS,
        *,
        municipality: str = HOME,
        reason: str = "initial",
        in_register: bool = True,
        protected: bool = False,
    ) -> None:
        change = wire.IdentificationChange(
            change_id=f"{code}-{municipality}-{sequence}",
            sequence=sequence,
            municipality_code=municipality,
            reason=reason,
            effective_on=TODAY,
            resident_record_code=code,
            individual_number=self.numbers[code],
            four_items=items,
            in_register=in_register,
            protected=protected,
        )
        self.peers[f"prefecture-{municipality[:2]}"].call_sealed(
            REGISTER, wire.NOTIFY_IDENTIFICATION, wire.IdentificationChanges(changes=[change]), Acknowledgement
        )

    def moved(self, code: str, *moves: tuple[str, date, date], municipality: str = HOME, abroad: bool = False) -> None:
        """Tell of moves: kind, the day it happened or was planned for, the day it was reported."""
        told = [
            wire.CardMove(
                notice_id=f"{code}-{municipality}-{kind}-{reported.isoformat()}",
                resident_record_code=code,
                kind=kind,
                happened_on=happened,
                reported_on=reported,
                abroad_allowed=abroad,
            )
            for kind, happened, reported in moves
        ]
        peers = self.peers[f"municipality-{municipality}"]
        peers.call_sealed(REGISTER, wire.TAKE_CARD_MOVES, wire.CardMoves(moves=told), Acknowledgement)

    def night(self, day: date) -> None:
        """Let a day begin and run what the register does every night."""
        self.clock.set(datetime(day.year, day.month, day.day, 0, 10, tzinfo=JST))
        next(job for job in self.register.jobs if job.name == "lapse-cards").run()
        self.register.pump()

    def card(
        self, code: str, request_id: str = "card", *, day: date = TODAY, municipality: str = HOME
    ) -> wire.CardRegistered:
        return self.peers[f"municipality-{municipality}"].call_sealed(
            REGISTER,
            wire.REGISTER_CARD,
            wire.CardRegistration(
                request_id=request_id, municipality_code=municipality, resident_record_code=code, issue_date=day
            ),
            wire.CardRegistered,
        )

    def confirmed(self, code: str, card: wire.CardRegistered, **changes: Any) -> bool:
        values: dict[str, Any] = {
            "resident_record_code": code,
            "card_serial": card.card_serial,
            "card_expires_on": card.expires_on,
            "municipality_code": HOME,
            "four_items": ITEMS,
        }
        claim = wire.CardHolderClaim(**{**values, **changes})
        peers = self.peers["jpki"]
        return peers.call_sealed(REGISTER, wire.CONFIRM_CARD_HOLDER, claim, wire.CardHolderConfirmed).confirmed

    def certificates(
        self,
        code: str,
        card: wire.CardRegistered,
        request_id: str = "card",
        municipality: str = HOME,
        items: wire.FourItemsMessage = ITEMS,
    ) -> jpki.IssuedCertificates:
        """Apply for certificates as a municipality does; keys are of the request."""
        application = jpki.CertificateApplication(
            request_id=request_id,
            municipality_code=municipality,
            resident_record_code=code,
            four_items=items,
            name_substituted="0" * len(items.name),
            address_substituted="0" * len(items.address),
            card_serial=card.card_serial,
            card_expires_on=card.expires_on,
            user_identification_public_key=spki(rsa_key(f"ui {request_id}")),
            signature_public_key=spki(rsa_key(f"sign {request_id}")),
        )
        peers = self.peers[f"municipality-{municipality}"]
        return peers.call_sealed(JPKI, jpki.ISSUE_CERTIFICATES, application, jpki.IssuedCertificates)

    def require_good(self, certificate: bytes, ca: bytes) -> None:
        """Ask for the status as the portal does; raises unless the certificate is good."""
        question = build_ocsp_request(certificate, ca, b"n" * 32)
        answer = self.peers["portal"].call(JPKI, jpki.CERTIFICATE_STATUS, jpki.StatusRequest(ocsp_request=question))
        read_ocsp_status(answer.ocsp_response, question, ca, self.clock.now())

    def close(self) -> None:
        self.register.close()
        self.authorities.close()


def other_items(**changes: object) -> wire.FourItemsMessage:
    return msgspec.structs.replace(ITEMS, **changes)


def open_nation(*more: tuple[str, Callable[[Environment], App]], database_url: str | None = None) -> Nation:
    """Open the nation; institutions in `more` are built instead of standing in as fakes, and closed by the caller.

    `database_url` is the national register's database.
    """
    transport, clock = InProcessTransport(), FixedClock(START)
    apps: dict[str, App] = {}
    for name, build in (
        ("national-register", build_register),
        ("jpki", build_jpki),
        ("commission", build_commission),
        *more,
    ):
        url = database_url if name == "national-register" else None
        environment = make_environment(name, transport=transport, clock=clock, database_url=url)
        apps[name] = build(environment)
        transport.register(environment.institution, lambda name=name: apps[name].wsgi)
    fakes = (f"municipality-{HOME}", f"municipality-{OTHER}", "prefecture-45", "prefecture-01", "portal")
    built = {name for name, _ in more}
    lapses: list[municipality.CardLapse] = []

    def take_lapses(_call: object, told: municipality.CardLapses) -> Acknowledgement:
        lapses.extend(told.lapses)
        return Acknowledgement()

    towns = {municipality.NOTIFY_CARD_LAPSES: (municipality.CardLapses, take_lapses)}
    peers = {
        name: serve_fake(transport, name, {}, clock=clock, sealed=towns if name.startswith("municipality") else None)
        for name in fakes
        if name not in built
    }
    for name in ("jpki", *built):
        peers[name] = Peers(make_environment(name, transport=transport, clock=clock))
    return Nation(transport, clock, apps["national-register"], apps["jpki"], peers, lapses=lapses)
