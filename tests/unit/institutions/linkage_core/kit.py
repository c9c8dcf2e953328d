"""A real commission and a real core in one process, among fake intermediate servers, register and card authority.

The fake servers do what a server must: they fetch and combine their key shares, verify tickets' proofs, and decrypt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from werkzeug.test import Client, TestResponse

from mizuhiki.card.challenge import Challenge, SigningKind, compose_challenge
from mizuhiki.crypto.digests import sha256
from mizuhiki.crypto.envelopes import SealedEnvelope
from mizuhiki.crypto.keystore import SecretKey, SecretPurpose
from mizuhiki.crypto.pseudonyms import (
    Ciphertext,
    Pseudonym,
    ciphertexts_root,
    decrypt_pseudonym,
    encrypt_pseudonym,
    person_point,
)
from mizuhiki.crypto.signed_objects import object_hash
from mizuhiki.crypto.x509 import CertificateKind, OcspState, build_ocsp_response, read_ocsp_request
from mizuhiki.institutions.commission import app as commission_app
from mizuhiki.institutions.linkage_core import app as core_app
from mizuhiki.runtime.clock import FixedClock
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.conversion_keys import ConversionKeys, ConvertedBatch
from mizuhiki.runtime.institution import App
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.serving import Api, Call
from mizuhiki.runtime.transport import InProcessTransport
from mizuhiki.vocabulary.ids import InstitutionId, intermediate_server_of, parse_institution_id
from mizuhiki.wire import commission, intermediate_server, jpki, linkage_core, national_register
from mizuhiki.wire.endpoint import Acknowledgement
from support.card_authority import CardAuthority, card_sign
from support.environment import TEST_INSTANT, keystore_of, make_directory, make_environment, serve_fake
from support.slow_pseudonyms import SlowConverter
from support.slow_pseudonyms import person_point as slow_person_point

REGISTER_KEY = sha256(b"the register of the tests")
ASKER = parse_institution_id("municipality-452025")
PROVIDER = parse_institution_id("municipality-131130")
PENSION = parse_institution_id("pension-service")
PORTAL = parse_institution_id("portal")
CORE = parse_institution_id("linkage-core")
COMMISSION = parse_institution_id("commission")
GENERATION = 1
HANAKO, TARO, JIRO = b"seed of Hanako..", b"seed of Taro....", b"seed of Jiro...."


def expected_pseudonym(seed: bytes, institution: InstitutionId, generation: int = GENERATION) -> bytes:
    """s_core·s_commission·M by the second, slow implementation."""
    point = slow_person_point(REGISTER_KEY, seed)
    for name in (COMMISSION, CORE):
        store = keystore_of(name)
        master = store.secret(SecretPurpose.CONVERTER_MASTER).reveal()
        key = store.secret(SecretPurpose.CONVERTER_KEY).reveal()
        point = SlowConverter(name, master, key).factor(b"shuffle", institution, generation) * point
    return point.encode()


class FakeServer:
    """An intermediate server in law-abiding hands, unless a test tells it otherwise."""

    def __init__(self, place: Linkage, owner: InstitutionId) -> None:
        self.place = place
        self.owner = owner
        self.name = intermediate_server_of(owner)
        environment = make_environment(
            self.name, clock=place.clock, transport=place.transport, directory=place.directory
        )
        self.randomness = environment.randomness
        self.peers = Peers(environment)
        self.keys = ConversionKeys(environment, self.peers)
        self.pseudonyms: dict[str, Pseudonym] = {}
        self.seen: list[list[Pseudonym]] = []
        self.provisions: list[intermediate_server.ProvisionRequest] = []
        self.notices: list[intermediate_server.NoticeDelivery] = []
        self.answer: Callable[[linkage_core.Inquiry], list[linkage_core.AnsweredLine]] = self.no_data
        self._answered: dict[str, tuple[bytes, intermediate_server.Provision]] = {}
        api = Api(environment, self.peers)
        api.serve(intermediate_server.PROVIDE, self._provide)
        api.serve(intermediate_server.RECEIVE_PSEUDONYMS, self._receive)
        api.serve(intermediate_server.RECEIVE_NOTICE, self._notice)
        self.api = api
        place.transport.register(self.name, lambda: api)

    def no_data(self, case: linkage_core.Inquiry) -> list[linkage_core.AnsweredLine]:
        return [
            linkage_core.AnsweredLine(exchange_number=line.exchange_number, outcome="no-data") for line in case.lines
        ]

    def provided(self, case: linkage_core.Inquiry) -> list[linkage_core.AnsweredLine]:
        inquirer = parse_institution_id(case.inquirer_server)
        return [
            linkage_core.AnsweredLine(
                exchange_number=line.exchange_number,
                outcome="provided",
                answer=self.peers.seal(inquirer, Acknowledgement(reference="secret content"), b"answer"),
            )
            for line in case.lines
        ]

    def open(self, section: SealedEnvelope, number: str, source: str, generation: int) -> list[Pseudonym]:
        opened = self.peers.open(section, CORE, intermediate_server.ConvertedSection, f"section/{number}".encode())
        batch = ConvertedBatch(
            opened.inputs,
            [opened.commission_half, opened.core_half],
            parse_institution_id(source),
            self.name,
            generation,
            number,
        )
        key = self.keys.own_key(generation)
        return [decrypt_pseudonym(key, output) for output in self.keys.check(batch)]

    def _provide(self, _call: Call, request: intermediate_server.ProvisionRequest) -> intermediate_server.Provision:
        self.provisions.append(request)
        case = self.peers.verify(request.case, linkage_core.Inquiry, linkage_core.INQUIRY_TYPE).payload
        known = self._answered.get(case.section_id)
        if known is not None:
            return known[1]
        self.seen.append(self.open(request.section, case.section_id, case.inquirer_server, case.generation))
        provision = intermediate_server.Provision(lines=self.answer(case))
        self._answered[case.section_id] = (object_hash(request.case), provision)
        return provision

    def _receive(self, _call: Call, request: intermediate_server.PseudonymDelivery) -> Acknowledgement:
        statement = self.peers.verify(
            request.case, linkage_core.RegisterStatement, linkage_core.REGISTER_STATEMENT_TYPE
        ).payload
        found = self.open(request.section, statement.batch_id, "national-register", statement.generation)
        self.pseudonyms |= dict(zip((line.acquisition_number for line in statement.lines), found, strict=True))
        return Acknowledgement()

    def _notice(self, _call: Call, request: intermediate_server.NoticeDelivery) -> Acknowledgement:
        self.notices.append(request)
        case = self.peers.verify(request.case, linkage_core.Notice, linkage_core.NOTICE_TYPE).payload
        self.seen.append(self.open(request.section, case.notice_id, case.sender_server, case.generation))
        return Acknowledgement()

    def acquisition(self, numbers: Sequence[str], **changes: object) -> str:
        values: dict[str, Any] = {
            "batch_id": self.randomness.token(),
            "nonce": self.randomness.token(),
            "holder": self.name,
            "affair": "child-allowance",
            "acquisition_numbers": list(numbers),
            "expires_at": int((self.place.clock.now() + timedelta(minutes=30)).timestamp()),
        }
        payload = national_register.PseudonymAcquisition(**{**values, **changes})
        return self.peers.sign(national_register.PSEUDONYM_ACQUISITION_TYPE, payload)

    def encrypt(self, *seeds: bytes, generation: int = GENERATION) -> list[Ciphertext]:
        """Ciphertexts of this server's own pseudonyms; what it would do with what it was issued."""
        joint_key = self.keys.joint_key()
        return [
            encrypt_pseudonym(joint_key, Pseudonym(expected_pseudonym(seed, self.name, generation)), self.randomness)
            for seed in seeds
        ]

    def renewal(
        self,
        *seeds: bytes,
        generation: int = GENERATION,
        to_generation: int = GENERATION + 1,
        inputs: list[Ciphertext] | None = None,
        **changes: object,
    ) -> linkage_core.SubmittedRenewal:
        """What this server sends to have its own pseudonyms of these persons renewed."""
        now = self.place.clock.now()
        inputs = inputs or self.encrypt(*seeds, generation=generation)
        values: dict[str, Any] = {
            "batch_id": self.randomness.token(),
            "holder": self.name,
            "generation": generation,
            "to_generation": to_generation,
            "persons": len(inputs),
            "inputs_root": ciphertexts_root(inputs),
            "nonce": self.randomness.token(),
            "issued_at": now,
            "expires_at": now + timedelta(minutes=30),
        }
        case = linkage_core.Renewal(**{**values, **changes})
        return linkage_core.SubmittedRenewal(case=self.peers.sign(linkage_core.RENEWAL_TYPE, case), inputs=inputs)

    def renew(self, submitted: linkage_core.SubmittedRenewal) -> list[Pseudonym]:
        """Send a renewal and open what came, as an intermediate server does."""
        case = self.peers.verify(submitted.case, linkage_core.Renewal, linkage_core.RENEWAL_TYPE).payload
        answer = self.peers.call(CORE, linkage_core.RENEW_PSEUDONYMS, submitted)
        context = f"section/{case.batch_id}".encode()
        section = self.peers.open(answer.section, CORE, intermediate_server.ConvertedSection, context)
        halves = [section.commission_half, section.core_half]
        batch = ConvertedBatch(
            section.inputs, halves, self.name, self.name, case.generation, case.batch_id, case.to_generation
        )
        key = self.keys.own_key(case.to_generation)
        return [decrypt_pseudonym(key, output) for output in self.keys.check(batch)]

    def inquiry(
        self, inputs: list[Ciphertext], *, signed_by: Peers | None = None, **changes: object
    ) -> linkage_core.SubmittedInquiries:
        now = self.place.clock.now()
        provider = parse_institution_id(changes.get("provider", PROVIDER))
        values: dict[str, Any] = {
            "section_id": self.randomness.token(),
            "inquirer": self.owner,
            "inquirer_server": self.name,
            "provider": provider,
            "provider_server": intermediate_server_of(provider),
            "affair": "child-allowance",
            "procedure": "child-allowance.claim",
            "kinds": ["local-tax"],
            "fiscal_year": 2019,
            "period_from": None,
            "period_until": None,
            "generation": GENERATION,
            "lines": [
                linkage_core.InquiryLine(exchange_number=self.randomness.token(), case_reference_hash=bytes(32))
                for _ in inputs
            ],
            "inputs_root": ciphertexts_root(inputs),
            "nonce": self.randomness.token(),
            "issued_at": now,
            "expires_at": now + timedelta(hours=1),
        }
        case = linkage_core.Inquiry(**{**values, **changes})
        text = (signed_by or self.peers).sign(linkage_core.INQUIRY_TYPE, case)
        return linkage_core.SubmittedInquiries(case=text, inputs=inputs)

    def ask(self, submitted: linkage_core.SubmittedInquiries) -> linkage_core.AnsweredInquiries:
        return self.peers.call(CORE, linkage_core.SUBMIT_INQUIRIES, submitted)

    def notice(self, seed: bytes, **changes: object) -> linkage_core.SubmittedNotice:
        now, inputs = self.place.clock.now(), self.encrypt(seed)
        server = intermediate_server_of(PORTAL)
        content = self.peers.seal(server, Acknowledgement(reference="notice"), b"notice")
        values: dict[str, Any] = {
            "notice_id": self.randomness.token(),
            "sender": self.owner,
            "sender_server": self.name,
            "portal_server": server,
            "affair": "child-allowance",
            "procedure": "child-allowance.claim",
            "content_hash": sha256(content.ciphertext),
            "generation": GENERATION,
            "inputs_root": ciphertexts_root(inputs),
            "nonce": self.randomness.token(),
            "issued_at": now,
            "expires_at": now + timedelta(hours=1),
        }
        case = linkage_core.Notice(**{**values, **changes})
        text = self.peers.sign(linkage_core.NOTICE_TYPE, case)
        return linkage_core.SubmittedNotice(case=text, inputs=inputs, content=content)


class Linkage:
    """Commission, core and their surroundings at one instant."""

    def __init__(
        self,
        at: datetime = TEST_INSTANT,
        *,
        parameters: dict[str, str] | None = None,
        core_database: str | None = None,
        commission_database: str | None = None,
    ) -> None:
        self.proofs: dict[str, commission.CardProof] = {}
        self.clock = FixedClock(at)
        self.transport = InProcessTransport()
        self.directory = make_directory()
        self.revoked: dict[int, datetime] = {}
        self.authority = CardAuthority(CertificateKind.USER_IDENTIFICATION)
        surroundings = {"clock": self.clock, "transport": self.transport, "directory": self.directory}
        self.commission_environment = make_environment(
            "commission", parameters=parameters, database_url=commission_database, **surroundings
        )  # type: ignore[arg-type]
        self.core_environment = make_environment("linkage-core", database_url=core_database, **surroundings)  # type: ignore[arg-type]
        self.commission: App = commission_app.build(self.commission_environment)
        self.core: App = core_app.build(self.core_environment)
        self.transport.register(COMMISSION, lambda: self.commission.wsgi)
        self.transport.register(CORE, lambda: self.core.wsgi)
        fakes = {"clock": self.clock, "directory": self.directory}
        self.register = serve_fake(self.transport, "national-register", {}, **fakes)  # type: ignore[arg-type]
        self.municipality = serve_fake(self.transport, ASKER, {}, **fakes)  # type: ignore[arg-type]
        serve_fake(
            self.transport,
            "jpki",
            {
                jpki.CA_CERTIFICATES: lambda _call, _request: jpki.CaCertificates(
                    user_identification_ca=self.authority.certificate, signature_ca=b""
                ),
                jpki.CERTIFICATE_STATUS: self._status,
            },
            **fakes,  # type: ignore[arg-type]
        )
        self.asker = FakeServer(self, ASKER)
        self.provider = FakeServer(self, PROVIDER)
        self.pension = FakeServer(self, PENSION)
        self.portal = FakeServer(self, PORTAL)

    def _status(self, _call: Call, request: jpki.StatusRequest) -> jpki.StatusAnswer:
        question = read_ocsp_request(request.ocsp_request)
        answer = build_ocsp_response(
            question,
            OcspState(revoked_at=self.revoked.get(question.serial)),
            ca_certificate=self.authority.certificate,
            ca_key=self.authority.key,
            this_update=self.clock.now(),
            next_update=self.clock.now() + timedelta(minutes=5),
        )
        return jpki.StatusAnswer(ocsp_response=answer)

    def close(self) -> None:
        self.core.close()
        self.commission.close()

    def rename(self, institution: str, name_ja: str, name_en: str) -> None:
        """Give an institution other names in the directory that everybody here reads."""
        entry = self.directory.entry(parse_institution_id(institution))
        renamed = msgspec.structs.replace(entry, name_ja=name_ja, name_en=name_en)
        self.directory._entries[entry.institution] = renamed

    def restart_core(self) -> None:
        """Build the core anew on the same database, as after a crash."""
        self.core.close()
        self.core = core_app.build(self.core_environment)
        self.transport.unregister(CORE)
        self.transport.register(CORE, lambda: self.core.wsgi)

    def staff(self, institution: InstitutionId, role: str) -> Context:
        return Context(Actor(institution, role, "officer"), "oversight", "番号法28条", "test", self.clock, "trace")

    def publish_assessment(
        self, affair: str = "child-allowance", *, persons: int = 20_000, publish: bool = True
    ) -> commission.AssessmentReceipt:
        submission = commission.AssessmentSubmission(
            submission_id=f"{affair}-{persons}",
            affair=affair,
            title="児童手当に関する事務 基礎項目評価書",
            persons=persons,
            handlers=40,
            serious_accident=False,
            document_digest=sha256(affair.encode()),
        )
        receipt = self.municipality.call(COMMISSION, commission.SUBMIT_ASSESSMENT, submission)
        if publish:
            officer = self.staff(COMMISSION, "assessment-officer")
            self.commission.operations.publish_assessment(officer, receipt.assessment_id)
        return receipt

    def issue_request(
        self, holder: FakeServer, seeds: dict[str, bytes], *, acquisition: str = "", **changes: object
    ) -> linkage_core.IssueRequest:
        """What the register sends for persons by acquisition number."""
        acquisition = acquisition or holder.acquisition(list(seeds))
        joint_key, key = holder.keys.joint_key(), SecretKey(REGISTER_KEY)
        inputs = [encrypt_pseudonym(joint_key, person_point(key, seed), holder.randomness) for seed in seeds.values()]
        now = self.clock.now()
        values: dict[str, Any] = {
            "batch_id": holder.randomness.token(),
            "holder": holder.name,
            "affair": "child-allowance",
            "acquisition_hash": object_hash(acquisition),
            "generation": GENERATION,
            "lines": [
                linkage_core.RegisterStatementLine(
                    acquisition_number=number,
                    four_items=self.register.seal(holder.name, Acknowledgement(), b"four-items"),
                )
                for number in seeds
            ],
            "inputs_root": ciphertexts_root(inputs),
            "issued_at": now,
            "expires_at": now + timedelta(minutes=10),
        }
        statement = linkage_core.RegisterStatement(**{**values, **changes})
        case = self.register.sign(linkage_core.REGISTER_STATEMENT_TYPE, statement)
        return linkage_core.IssueRequest(case=case, acquisition=acquisition, inputs=inputs)

    def issue(self, holder: FakeServer, seeds: dict[str, bytes], **changes: object) -> None:
        request = self.issue_request(holder, seeds, **changes)
        self.register.call(CORE, linkage_core.ISSUE_PSEUDONYMS, request)

    def history_request(
        self, seed: bytes, *, serial: int = 0x12345678, challenge: bytes | None = None, **changes: object
    ) -> linkage_core.SubmittedHistoryRequest:
        server, now = self.portal, self.clock.now()
        request_id = changes.pop("request_id", server.randomness.token())
        inputs = server.encrypt(seed, generation=int(str(changes.get("generation", GENERATION))))
        if challenge is None:
            challenge = compose_challenge(
                Challenge(
                    kind=SigningKind.USER_IDENTIFICATION,
                    requester=PORTAL,
                    origin="https://portal.localhost",
                    nonce=server.randomness.bytes(32),
                    context_hash=commission.history_opening_hash(request_id),
                )
            )
        values: dict[str, Any] = {
            "request_id": request_id,
            "portal": PORTAL,
            "portal_server": server.name,
            "challenge_hash": sha256(challenge),
            "generation": GENERATION,
            "inputs_root": ciphertexts_root(inputs),
            "nonce": server.randomness.token(),
            "issued_at": now,
            "expires_at": now + timedelta(hours=1),
        }
        case = linkage_core.HistoryRequest(**{**values, **changes})
        text = server.peers.sign(linkage_core.HISTORY_REQUEST_TYPE, case)
        proof = commission.CardProof(
            certificate=self.authority.issue(serial), challenge=challenge, signature=card_sign(challenge)
        )
        self.proofs[text] = proof
        sealed = self.seal_proof(proof, case.request_id)
        return linkage_core.SubmittedHistoryRequest(case=text, inputs=inputs, card_proof=sealed)

    def seal_proof(self, proof: commission.CardProof, request_id: str) -> SealedEnvelope:
        return self.portal.peers.seal(COMMISSION, proof, commission.card_proof_context(request_id))

    def open_history(self, submitted: linkage_core.SubmittedHistoryRequest) -> str:
        answer = self.portal.peers.call(CORE, linkage_core.OPEN_HISTORY, submitted)
        payload = self.portal.peers.verify(
            submitted.case, linkage_core.HistoryRequest, linkage_core.HISTORY_REQUEST_TYPE
        ).payload
        text = self.portal.peers.open(
            answer.envelope, CORE, linkage_core.HistoryText, f"history/{payload.request_id}".encode()
        )
        return text.bundle

    def open_at_commission(self, generation: int = 2, *, issue_in: timedelta = timedelta(days=1)) -> None:
        officer = self.staff(COMMISSION, "generation-officer")
        book = self.commission.operations.generations
        book.open_next(officer, generation=generation, issue_from=self.clock.now() + issue_in)

    def open_at_core(self, generation: int = 2) -> None:
        self.core.operations.generations.open_next(self.staff(CORE, "generation-officer"), generation=generation)

    def open_generation(self, generation: int = 2) -> None:
        self.open_at_commission(generation)
        self.open_at_core(generation)

    def close_generation(self, generation: int = 1, *, after: timedelta = timedelta(days=30)) -> None:
        """Set the end at both converters and let it come."""
        officer = self.staff(COMMISSION, "generation-officer")
        self.commission.operations.generations.close(officer, generation=generation, at=self.clock.now() + after)
        self.core.operations.generations.close(self.staff(CORE, "generation-officer"), generation=generation)
        self.clock.advance(after)

    def refusals(self) -> list[tuple[str, str]]:
        """(rule, refused by) at the core, oldest first."""
        lines = self.core.operations.list_refusals(self.staff(CORE, "operator"))
        return [(line.rule, line.refused_by) for line in reversed(lines)]

    def decisions(self) -> list[tuple[bool, str]]:
        """(allowed, rule) at the commission, oldest first."""
        found = self.commission.operations.list_decisions(self.staff(COMMISSION, "inspector"))
        return [(decision.allowed, decision.rule) for decision in reversed(found)]


class Browser:
    """A browser at one institution's pages."""

    def __init__(self, wsgi: object, host: str, language: str = "en") -> None:
        self._client = Client(wsgi)  # type: ignore[arg-type]
        self._base = f"http://{host}"
        self._headers = {"Accept-Language": language, "Sec-Fetch-Site": "same-origin"}

    def get(self, path: str) -> TestResponse:
        return self._client.get(path, base_url=self._base, headers=self._headers)

    def post(self, path: str, **fields: str) -> TestResponse:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(path).text)
        assert found
        values = {"csrf_token": found[1], **fields}
        return self._client.post(path, data=values, base_url=self._base, headers=self._headers)

    def sign_in(self, account: str, passphrase: str) -> None:
        assert self.post("/sign-in", account=account, passphrase=passphrase).status_code == 303


def shown_office(name: str, institution: str) -> str:
    """An institution as pages show it: the name, and after it the identifier, marked as secondary."""
    return f'>{name} <span class="identifier">{institution}</span><'


def entries_of(bundle: str) -> list[linkage_core.ExchangeEntry]:
    """The entries in a bundle, oldest first."""
    shards = msgspec.json.decode(bundle)["shards"]
    texts = [entry["entry"] for shard in shards for entry in shard["entries"]]
    return [msgspec.json.decode(text, type=linkage_core.ExchangeEntry) for text in texts]
