"""OCSP over HTTP: who is answered, from which store, with which headers, and how soon a change is seen."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from werkzeug.test import Client, TestResponse

from mizuhiki.crypto.x509 import CertificateRevoked, StatusAnswerInvalid, build_ocsp_request, read_ocsp_status
from mizuhiki.institutions.jpki.domain.certificates import Kind
from mizuhiki.institutions.jpki.domain.flow_limits import FlowLimit
from mizuhiki.institutions.jpki.domain.status import StatusTimes
from mizuhiki.institutions.jpki.operations import answer_status
from mizuhiki.runtime.database import DatabaseUnavailable
from mizuhiki.runtime.wsgi import PEER_KEY
from support.card_authority import CardAuthority
from unit.institutions.jpki.kit import START, Desk, open_desk

REQUEST_TYPE = "application/ocsp-request"
Status = ocsp.OCSPResponseStatus


class Asker:
    """A verifier's HTTP client."""

    def __init__(self, desk: Desk, peer: str | None = "portal") -> None:
        self._desk, self._client = desk, Client(desk.app.wsgi)
        self._base = f"http://{desk.environment.settings.host}"
        self._environ = {} if peer is None else {PEER_KEY: peer}

    def post(self, request: bytes, **options: Any) -> TestResponse:
        options.setdefault("content_type", REQUEST_TYPE)
        return self._client.post("/ocsp", data=request, base_url=self._base, environ_overrides=self._environ, **options)

    def get(self, path: str, **options: Any) -> TestResponse:
        return self._client.get(path, base_url=self._base, environ_overrides=self._environ, **options)

    def ask(self, request: bytes) -> TestResponse:
        return self.get("/ocsp/" + base64.b64encode(request).decode().replace("+", "%2B").replace("/", "%2F"))


def work(desk: Desk, name: str) -> None:
    next(job for job in desk.app.jobs if job.name == name).run()


def said(answer: TestResponse) -> ocsp.OCSPResponse:
    assert (answer.status_code, answer.mimetype) == (200, "application/ocsp-response")
    return ocsp.load_der_ocsp_response(answer.data)


@pytest.mark.parametrize("algorithm", [SHA1(), SHA256()])  # noqa: S303 - what old clients ask with
def test_a_question_with_either_hash_gets_the_answer_that_was_signed_ahead(desk: Desk, algorithm: Any) -> None:
    issued = desk.issue()
    work(desk, "prepare-status-answers")
    card, ca = (x509.load_der_x509_certificate(der) for der in (issued.signature_certificate, issued.signature_ca))
    request = ocsp.OCSPRequestBuilder().add_certificate(card, ca, algorithm).build().public_bytes(Encoding.DER)
    desk.clock.advance(timedelta(hours=1))
    asker = Asker(desk)
    answer = said(asker.post(request))
    assert (answer.this_update_utc, answer.hash_algorithm.name) == (START, algorithm.name)
    assert answer.next_update_utc == START + StatusTimes().prepared_holds
    assert asker.ask(request).data == asker.post(request).data
    read_ocsp_status(asker.post(request).data, request, issued.signature_ca, desk.clock.now())


@pytest.mark.requirement("R-202")
@pytest.mark.requirement("R-203")
def test_a_changed_status_is_seen_after_one_turn_of_the_job_and_the_memorys_catching_up(desk: Desk) -> None:
    issued = desk.issue()
    work(desk, "prepare-status-answers")
    request = build_ocsp_request(issued.signature_certificate, issued.signature_ca, None)
    asker = Asker(desk)
    read_ocsp_status(asker.post(request).data, request, issued.signature_ca, desk.clock.now())
    desk.event("event-1", "move-within", address="宮崎県都城市上町一番地")
    work(desk, "prepare-status-answers")
    desk.clock.advance(StatusTimes().catch_up_every)
    with pytest.raises(CertificateRevoked):
        read_ocsp_status(asker.post(request).data, request, issued.signature_ca, desk.clock.now())


def test_the_slowest_way_of_a_changed_status_takes_less_than_a_minute(desk: Desk) -> None:
    times = StatusTimes()
    every = next(job.every for job in desk.app.jobs if job.name == "prepare-status-answers")
    assert every + times.catch_up_every + times.cached_at_most <= timedelta(seconds=60)
    assert times.silent_at_most < timedelta(seconds=60)


def test_answers_are_renewed_before_they_go_stale_and_not_sooner(desk: Desk) -> None:
    desk.issue()
    prepare = desk.app.operations.prepare_status
    assert [prepare(desk.operator("timed-work")) for _ in range(2)] == [2, 0]
    desk.clock.advance(timedelta(hours=13))
    assert prepare(desk.operator("timed-work")) == 2
    found = desk.app.operations.lists.status.prepared(Kind.SIGNATURE, _serial(desk))
    assert found.this_update == desk.clock.now()


def _serial(desk: Desk) -> int:
    return x509.load_der_x509_certificate(desk.issue().signature_certificate).serial_number


@pytest.mark.parametrize(("length", "repeated"), [(1, False), (15, False), (16, True), (32, True), (128, True)])
def test_a_nonce_of_a_fair_length_is_repeated_and_a_short_one_left_out(
    desk: Desk, length: int, *, repeated: bool
) -> None:
    issued = desk.issue()
    request = build_ocsp_request(issued.signature_certificate, issued.signature_ca, bytes(range(length)))
    answer = said(Asker(desk).post(request))
    nonces = [e.value.nonce for e in answer.extensions if isinstance(e.value, x509.OCSPNonce)]
    assert nonces == ([bytes(range(length))] if repeated else [])


@pytest.mark.parametrize("length", [0, 129])
def test_an_empty_or_overlong_nonce_is_malformed(desk: Desk, length: int) -> None:
    issued = desk.issue()
    request = build_ocsp_request(issued.signature_certificate, issued.signature_ca, bytes(length))
    assert said(Asker(desk).post(request)).response_status is Status.MALFORMED_REQUEST


@pytest.mark.requirement("R-204")
@pytest.mark.parametrize("peer", [None, "national-register", "pension-service"])
def test_who_is_no_verifier_is_told_unauthorised_and_nothing_is_counted(desk: Desk, peer: str | None) -> None:
    issued = desk.issue()
    request = build_ocsp_request(issued.signature_certificate, issued.signature_ca, None)
    asker = Asker(desk, peer)
    assert said(asker.post(request)).response_status is Status.UNAUTHORIZED
    wrong = asker.post(request, headers={"Authorization": "Bearer invented"})
    assert said(wrong).response_status is Status.UNAUTHORIZED
    assert desk.app.operations.status_answers(desk.operator()) == {}


def test_a_header_cannot_claim_to_be_a_peer_and_a_signature_by_nobody_is_refused(desk: Desk) -> None:
    issued = desk.issue()
    request = build_ocsp_request(issued.signature_certificate, issued.signature_ca, None)
    headers = {"Signature-Input": 'sig1=("@method");keyid="portal"', "Signature": "sig1=:AAAA:"}
    for shown in ({"mizuhiki.peer": "portal"}, headers):
        answer = Asker(desk, None).post(request, headers=shown)
        assert said(answer).response_status is Status.UNAUTHORIZED


def test_malformed_requests_are_answered_with_an_ocsp_error(desk: Desk) -> None:
    asker = Asker(desk)
    for octets in (b"\x30\x00", b"nonsense", bytes(1999)):
        assert said(asker.post(octets)).response_status is Status.MALFORMED_REQUEST
    assert said(asker.get("/ocsp/***")).response_status is Status.MALFORMED_REQUEST
    foreign = CardAuthority(Kind.SIGNATURE, "other")  # type: ignore[arg-type]  # both enumerations have this value
    request = build_ocsp_request(foreign.issue(), foreign.certificate, None)
    assert said(asker.post(request)).response_status is Status.UNAUTHORIZED


def test_what_is_no_ocsp_request_by_its_envelope_is_not_read(desk: Desk) -> None:
    asker = Asker(desk)
    assert asker.post(b"x", content_type="application/json").status_code == 415
    assert asker.post(bytes(2001)).status_code == 413
    assert asker.post(b"").status_code == 411
    assert asker.get("/ocsp/" + "A" * 4001).status_code == 414
    assert Client(desk.app.wsgi).put("/ocsp", base_url=f"http://{desk.environment.settings.host}").status_code == 405
    assert Client(desk.app.wsgi).post("/ocsp", base_url="http://other.example").status_code == 404


def test_headers_let_the_askers_own_cache_keep_an_answer_for_seconds_only(desk: Desk) -> None:
    issued = desk.issue()
    work(desk, "prepare-status-answers")
    request = build_ocsp_request(issued.signature_certificate, issued.signature_ca, None)
    asker = Asker(desk)
    answer = asker.ask(request)
    assert answer.headers["Cache-Control"] == "max-age=30, private, no-transform, must-revalidate"
    assert answer.last_modified == START
    assert answer.expires == START + StatusTimes().prepared_holds
    path = "/ocsp/" + base64.b64encode(request).decode().replace("+", "%2B").replace("/", "%2F")
    again = asker.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    desk.clock.advance(StatusTimes().prepared_holds - timedelta(seconds=10))
    assert asker.ask(request).headers["Cache-Control"].startswith("max-age=10,")
    assert asker.post(request).headers["Cache-Control"] == "no-store"


def test_an_answer_that_went_stale_is_signed_anew_and_never_sent(desk: Desk) -> None:
    issued = desk.issue()
    work(desk, "prepare-status-answers")
    request = build_ocsp_request(issued.signature_certificate, issued.signature_ca, None)
    desk.clock.advance(StatusTimes().prepared_holds)
    answer = said(Asker(desk).post(request))
    assert answer.this_update_utc == desk.clock.now()


def test_a_process_that_cannot_read_changes_soon_says_try_later(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    issued = desk.issue()
    work(desk, "prepare-status-answers")
    request = build_ocsp_request(issued.signature_certificate, issued.signature_ca, None)
    asker = Asker(desk)
    assert said(asker.post(request)).response_status is Status.SUCCESSFUL

    def lost(_store: object, _sequence: int) -> None:
        raise DatabaseUnavailable

    monkeypatch.setattr(type(desk.app.operations.lists.status), "prepared_after", lost)
    desk.clock.advance(timedelta(seconds=10))
    assert said(asker.post(request)).response_status is Status.SUCCESSFUL
    desk.clock.advance(StatusTimes().silent_at_most)
    assert said(asker.post(request)).response_status is Status.TRY_LATER


def test_a_flood_of_questions_with_nonces_is_told_to_try_later(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_status, "SIGNED_PER_SECOND", 2)
    issued = desk.issue()
    request = build_ocsp_request(issued.signature_certificate, issued.signature_ca, b"n" * 32)
    asker = Asker(desk)
    answers = [said(asker.post(request)).response_status for _ in range(4)]
    assert answers == [Status.SUCCESSFUL] * 2 + [Status.TRY_LATER] * 2
    assert said(Asker(desk, "commission").post(request)).response_status is Status.SUCCESSFUL
    desk.clock.advance(timedelta(seconds=1))
    assert said(asker.post(request)).response_status is Status.SUCCESSFUL
    assert desk.app.operations.status_answers(desk.operator())["portal"] == (3, 0)


def test_a_bucket_holds_one_seconds_allowance_and_fills_with_time() -> None:
    limit, at = FlowLimit(), datetime(2019, 12, 2, tzinfo=START.tzinfo)
    assert [limit.take("a", 3, at) for _ in range(4)] == [True, True, True, False]
    assert limit.take("b", 3, at)
    assert [limit.take("a", 3, at + timedelta(seconds=0.34)) for _ in range(2)] == [True, False]
    assert [limit.take("a", 3, at + timedelta(days=1)) for _ in range(4)] == [True, True, True, False]


@pytest.mark.requirement("R-196")
def test_signers_rotate_before_their_end_and_old_answers_still_verify() -> None:
    desk = open_desk()
    try:
        issued = desk.issue()
        request = build_ocsp_request(issued.signature_certificate, issued.signature_ca, b"n" * 16)
        asker, rotate = Asker(desk), desk.app.operations.signers.rotate
        before = asker.post(request).data
        assert rotate(desk.operator("timed-work")) == 1  # the other authority had none yet
        desk.clock.advance(timedelta(days=19, hours=23))
        assert rotate(desk.operator("timed-work")) == 0
        desk.clock.advance(timedelta(hours=2))
        assert rotate(desk.operator("timed-work")) == 2
        after = asker.post(request).data
        signers = [ocsp.load_der_ocsp_response(der).certificates[0] for der in (before, after)]
        assert signers[0].public_key() != signers[1].public_key()
        read_ocsp_status(before, request, issued.signature_ca, START)
        read_ocsp_status(after, request, issued.signature_ca, desk.clock.now())
        with pytest.raises(StatusAnswerInvalid):
            read_ocsp_status(after, request, issued.user_identification_ca, desk.clock.now())
    finally:
        desk.app.close()


def test_counts_are_written_down_when_the_institution_closes_and_forgotten_after_two_years() -> None:
    desk = open_desk()
    issued = desk.issue()
    desk.confirm(issued.signature_certificate, issued.signature_ca)
    assert 'INSERT INTO "status_usage"' not in desk.dump()
    desk.app.close()
    assert 'INSERT INTO "status_usage"' in desk.dump()
    forget = desk.app.operations.meter.forget
    desk.clock.advance(timedelta(days=730))
    assert forget(desk.operator("timed-work")) == 0
    desk.clock.advance(timedelta(days=1))
    assert forget(desk.operator("timed-work")) == 1
    desk.app.close()
