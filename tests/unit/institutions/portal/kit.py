"""A portal among fakes: a card with real certificates, an OCSP responder, an intermediate server, a core's log."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from werkzeug.test import Client, TestResponse

from mizuhiki.card.agent_protocol import RefusalCode, SigningRequest, SigningResponse, read_signing_request
from mizuhiki.crypto.keystore import SecretKey, SigningPurpose
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.crypto.x509 import (
    CertificateKind,
    CertificateSubject,
    OcspState,
    RevocationReason,
    Validity,
    build_ocsp_response,
    issue_signature_certificate,
    issue_user_identification_certificate,
    make_jpki_root,
    read_ocsp_request,
)
from mizuhiki.institutions.portal.app import build
from mizuhiki.ledger.bundle import NamedKey
from mizuhiki.ledger.verify import COMMISSION
from mizuhiki.ledger.witness import Witness
from mizuhiki.runtime.clock import FixedClock
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.ledger_store import Ledger
from mizuhiki.runtime.ledger_tables import ledger_tables
from mizuhiki.runtime.transport import InProcessTransport
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.persons import Sex
from mizuhiki.wire import commission, intermediate_server, jpki
from mizuhiki.wire.linkage_core import ExchangeEntry, GenerationLinkEntry
from mizuhiki.wire.national_register import AcquisitionResult, RefusedLine
from support.environment import TEST_INSTANT, keystore_of, make_directory, make_environment, serve_fake
from unit.ledger.kit import MemoryState

READER = "https://card.localhost/sign"
ORIGIN = "https://portal.localhost"
ACQUISITION = "acquisition.signed.object"
START, LAST_DAY = datetime(2019, 1, 1, tzinfo=UTC), date(2024, 1, 1)


@functools.cache
def rsa_key(name: str) -> rsa.RSAPrivateKey:
    assert name
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@functools.cache
def authority(kind: CertificateKind) -> bytes:
    validity = Validity.until_day(START, date(2029, 1, 1))
    return make_jpki_root(kind, rsa_key(kind.name), validity=validity, serial=1)


def _public(name: str) -> bytes:
    return rsa_key(name).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


class Card:
    """A card in software: two keys, two certificates."""

    def __init__(self, name: str = "card", *, serial: int = 2**25, last_day: date = LAST_DAY) -> None:
        self.name = name
        self.serial = serial
        validity = Validity.until_day(START, last_day)
        self.identification = issue_user_identification_certificate(
            ca_certificate=authority(CertificateKind.USER_IDENTIFICATION),
            ca_key=rsa_key(CertificateKind.USER_IDENTIFICATION.name),
            public_key=_public(name),
            serial=serial,
            common_name="000000A00000004520200A",
            validity=validity,
            prefecture="Miyazaki-ken",
            city="Hyuga-shi",
        )
        subject = CertificateSubject(
            name="架空　花子",
            birth_date=date(1985, 4, 1),
            sex=Sex.FEMALE,
            address="宮崎県日向市本町１",
            name_substituted="00000",
            address_substituted="000000000",
            prefecture="Miyazaki-ken",
            city="Hyuga-shi",
        )
        self.signing = issue_signature_certificate(
            ca_certificate=authority(CertificateKind.SIGNATURE),
            ca_key=rsa_key(CertificateKind.SIGNATURE.name),
            public_key=_public(f"{name} signing"),
            serial=serial,
            common_name="2019010100000045202000000000",
            validity=validity,
            subject=subject,
        )

    def sign(self, challenge: bytes, *, with_signing_key: bool = False) -> bytes:
        key = rsa_key(f"{self.name} signing" if with_signing_key else self.name)
        return key.sign(challenge, padding.PKCS1v15(), SHA256())

    def answer(self, request: SigningRequest) -> SigningResponse:
        return SigningResponse(
            request_id=request.request_id, certificate=self.identification, signature=self.sign(request.challenge)
        )


@dataclass
class Outside:
    """What the fakes answer and what they were asked."""

    revoked: dict[int, datetime] = field(default_factory=dict)
    status_down: bool = False
    former: tuple[bytes, ...] = ()
    reason: RevocationReason | None = None
    responder: tuple[bytes, str] | None = None
    refused: list[RefusedLine] = field(default_factory=list)
    held: bool = False
    mismatched: bool = False
    acquisition: str = ACQUISITION
    notices: list[intermediate_server.NoticeContent] = field(default_factory=list)
    bundle: str = "{}"
    generation: int = 1
    changes: list[intermediate_server.CodeChange] = field(default_factory=list)
    pseudonym_requests: list[jpki.PortalPseudonymRequest] = field(default_factory=list)
    openings: list[intermediate_server.HistoryOpening] = field(default_factory=list)
    addressees: list[intermediate_server.Addressee] = field(default_factory=list)
    assessments: list[commission.AssessmentSubmission] = field(default_factory=list)

    def state_of(self, serial: int) -> OcspState:
        if self.reason is None:
            return OcspState(revoked_at=self.revoked.get(serial))
        return OcspState(revoked_at=self.revoked.get(serial), reason=self.reason)


class CoreLog:
    """A log with the keys that the directory publishes for the core and the commission."""

    def __init__(self, folder: Path, clock: FixedClock, *, origin: str = "mizuhiki/linkage-core") -> None:
        self._database = Database(f"sqlite:///{folder / 'log.sqlite'}")
        metadata = sa.MetaData()
        tables = ledger_tables(metadata, "record")
        self._database.create(metadata)
        self._signer = keystore_of(InstitutionId("linkage-core")).signer(SigningPurpose.CHECKPOINT)
        witness_signer = keystore_of(InstitutionId("commission")).signer(SigningPurpose.CHECKPOINT)
        self._witness, self._state, self._clock = Witness(COMMISSION, witness_signer), MemoryState(), clock
        self._ledger = Ledger(
            self._database,
            origin=origin,
            signer=self._signer,
            index_key=SecretKey(b"i" * 32),
            randomness=SeededRandomness(b"core log"),
            clock=clock,
            tables=tables,
            witness_keys=lambda: [NamedKey(name=COMMISSION, public_key=witness_signer.public_key)],
        )

    def record(self, *entries: ExchangeEntry, person: bytes = b"hanako") -> None:
        with self._database.write() as connection:
            for entry in entries:
                self._ledger.append(connection, person=person, entry=entry, at=self._clock.now())

    def join(self, earlier: bytes, later: bytes, pair: tuple[int, int] = (1, 2), evidence: bytes = b"e" * 32) -> None:
        """Record what the core records when it links two pseudonyms of generations `pair`."""
        self.record(link_entry(*pair, self.index(later), evidence), person=earlier)
        self.record(link_entry(*pair[::-1], self.index(earlier), evidence), person=later)

    def index(self, person: bytes) -> bytes:
        return self._ledger.index_at(self._clock.now(), person)

    def bundle(self, *persons: bytes) -> str:
        self._ledger.checkpoint(
            lambda sent: self._witness.cosign(sent, self._state, log_key=self._signer.public_key, now=self._clock.now())
        )
        return self._ledger.bundle(*(persons or (b"hanako",))).to_json()

    def close(self) -> None:
        self._database.dispose()


def exchange(number: str = "x1", **changes: object) -> ExchangeEntry:
    at = TEST_INSTANT.astimezone(UTC) - timedelta(days=1)
    values: dict[str, Any] = {
        "kind": "exchange",
        "exchange_number": number,
        "inquirer": "municipality-452025",
        "provider": "municipality-131130",
        "affair": "child-allowance",
        "procedure": "child-allowance.claim",
        "information_kinds": ["local-tax"],
        "items": ["total_income_yen", "dependents_count"],
        "statute": "row 1",
        "requested_at": at,
        "completed_at": at + timedelta(seconds=2),
        "outcome": "provided",
    }
    return ExchangeEntry(**{**values, **changes})


def link_entry(generation: int, linked: int, index: bytes, evidence: bytes = b"e" * 32) -> GenerationLinkEntry:
    """The core's entry in the chain of `generation` that names the chain `index` of `linked`."""
    shared = {name: getattr(exchange("renewal"), name) for name in exchange().__struct_fields__}
    shared |= {"kind": "generation-link", "outcome": "linked", "affair": "pseudonym-renewal", "procedure": ""}
    ends = {"generation": generation, "linked_generation": linked, "linked_index": index}
    return GenerationLinkEntry(**shared, **ends, evidence=evidence)


class PortalPlace:
    """The built portal and its surroundings; `client()` is a new browser."""

    def __init__(self, **parameters: str) -> None:
        self.clock = FixedClock(TEST_INSTANT)
        self.transport = InProcessTransport()
        self.directory = make_directory()
        self.outside = Outside()
        self._serve_jpki()
        self._serve_server()
        serve_fake(
            self.transport,
            "commission",
            {commission.SUBMIT_ASSESSMENT: self._take_assessment},
            clock=self.clock,
        )
        self.environment = make_environment(
            "portal",
            clock=self.clock,
            transport=self.transport,
            directory=self.directory,
            parameters={"reader_url": READER, **parameters},
        )
        self.app = build(self.environment)
        self.transport.register(self.environment.institution, lambda: self.app.wsgi)

    def _serve_jpki(self) -> None:
        def status(_call: object, asked: jpki.StatusRequest) -> jpki.StatusAnswer:
            question = read_ocsp_request(asked.ocsp_request)
            own = (authority(CertificateKind.USER_IDENTIFICATION), CertificateKind.USER_IDENTIFICATION.name)
            root, key = self.outside.responder or own
            now = self.clock.now() - (timedelta(days=9) if self.outside.status_down else timedelta())
            answer = build_ocsp_response(
                question,
                self.outside.state_of(question.serial),
                ca_certificate=root,
                ca_key=rsa_key(key),
                this_update=now,
                next_update=now + timedelta(hours=1),
            )
            return jpki.StatusAnswer(ocsp_response=answer)

        def pseudonym(_call: object, asked: jpki.PortalPseudonymRequest) -> AcquisitionResult:
            self.outside.pseudonym_requests.append(asked)
            return AcquisitionResult(accepted=1 - len(self.outside.refused), refused=self.outside.refused)

        def authorities(_call: object, _asked: object) -> jpki.CaCertificates:
            return jpki.CaCertificates(
                user_identification_ca=authority(CertificateKind.USER_IDENTIFICATION),
                signature_ca=authority(CertificateKind.SIGNATURE),
                former_user_identification_cas=self.outside.former,
            )

        handlers: Mapping[Any, Any] = {
            jpki.CERTIFICATE_STATUS: status,
            jpki.CA_CERTIFICATES: authorities,
            jpki.REQUEST_PORTAL_PSEUDONYM: pseudonym,
        }
        serve_fake(self.transport, "jpki", handlers, clock=self.clock)

    def _serve_server(self) -> None:
        outside = self.outside

        def prepare(_call: object, asked: intermediate_server.AcquisitionRequest) -> msgspec.Struct:
            outside.addressees.extend(asked.addressees)
            lines = [intermediate_server.PreparedLine(asked.addressees[0].addressee_number, "a1")]
            return intermediate_server.PreparedAcquisition(outside.acquisition, lines if outside.acquisition else [])

        def held(_call: object, asked: intermediate_server.HeldPseudonymsRequest) -> msgspec.Struct:
            numbers = asked.addressee_numbers
            return intermediate_server.HeldPseudonyms(
                numbers if outside.held else [], numbers if outside.mismatched else []
            )

        def opened(_call: object, asked: intermediate_server.HistoryOpening) -> msgspec.Struct:
            outside.openings.append(asked)
            return intermediate_server.OpenedHistory(outside.bundle, outside.generation, outside.changes)

        serve_fake(
            self.transport,
            "intermediate-portal",
            {intermediate_server.HELD_PSEUDONYMS: held},
            sealed={
                intermediate_server.PREPARE_ACQUISITION: (intermediate_server.AcquisitionRequest, prepare),
                intermediate_server.COLLECT_NOTICES: (
                    intermediate_server.NoticesRequest,
                    lambda _call, _asked: intermediate_server.Notices(outside.notices),
                ),
                intermediate_server.OPEN_HISTORY: (intermediate_server.HistoryOpening, opened),
            },
            clock=self.clock,
        )

    def _take_assessment(self, _call: object, asked: commission.AssessmentSubmission) -> commission.AssessmentReceipt:
        self.outside.assessments.append(asked)
        return commission.AssessmentReceipt("a1", "full", "received")

    def browser(self, language: str = "en") -> Browser:
        return Browser(self, language)

    def close(self) -> None:
        self.app.close()


class Browser:
    """One browser with its own cookies, and what a person does in it."""

    def __init__(self, place: PortalPlace, language: str) -> None:
        self._place = place
        self.client = Client(place.app.wsgi)
        self.language = language

    def get(self, path: str) -> TestResponse:
        separator = "&" if "?" in path else "?"
        return self.client.get(f"{path}{separator}lang={self.language}", base_url=ORIGIN)

    def post(self, path: str, *, shown_on: str = "") -> TestResponse:
        page = self.get(shown_on or path).get_data(as_text=True)
        token = re.findall(r'name="csrf_token" value="([^"]+)"', page)[-1]
        return self.client.post(path, data={"csrf_token": token}, base_url=ORIGIN)

    def ask(self, path: str) -> SigningRequest:
        """Press the button of a page and return the request as the reader's page reads it."""
        answer = self.post(path)
        assert answer.status_code == 303, answer.get_data(as_text=True)
        assert answer.location.startswith(READER)
        signed = parse_qs(urlsplit(answer.location).query)["request"][0]
        directory = self._place.directory
        return read_signing_request(
            signed,
            key_of=directory.object_key,
            origin_of_institution=lambda name: directory.entry(name).base_url,
            now=self._place.clock.now(),
        )

    def send(self, response: SigningResponse) -> TestResponse:
        """Post what the reader's page posts: from another site, without cookies."""
        reader = Client(self._place.app.wsgi)
        return reader.post(
            "/card-response",
            data=response.form_fields(),
            base_url=ORIGIN,
            headers={"Origin": "https://card.localhost", "Sec-Fetch-Site": "cross-site"},
        )

    def follow(self, posted: TestResponse) -> TestResponse:
        assert posted.status_code == 303, posted.get_data(as_text=True)
        return self.client.get(posted.location, base_url=ORIGIN)

    def sign(self, path: str, card: Card) -> TestResponse:
        return self.follow(self.send(card.answer(self.ask(path))))

    def signed_in(self, card: Card) -> Browser:
        assert self.sign("/sign-in", card).status_code == 303
        return self

    def with_account(self, card: Card) -> Browser:
        if self.get("/home").location == "/sign-in":
            self.signed_in(card)
        assert self.sign("/account", card).location == "/account/progress"
        self._place.outside.held = True
        assert self.get("/account/progress").status_code == 200
        return self


def refusal(request: SigningRequest, reason: RefusalCode) -> SigningResponse:
    return SigningResponse(request_id=request.request_id, refusal=reason)
