# Fixtures and fakes are typed by what they stand in for; a transaction and what fails in it belong together:
# ruff: noqa: ANN001, ANN003, ANN201, ANN202
"""Peers and doors: every check of a request, its order, what crosses the wire, and what does not leak."""

from __future__ import annotations

import contextvars
import json
from datetime import timedelta

import msgspec
import pytest
import structlog
from werkzeug.test import EnvironBuilder, run_wsgi_app

from mizuhiki.runtime.clock import FixedClock
from mizuhiki.runtime.context import ContextMissing
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.faults import DuplicateRegistration, PeerCallInsideTransaction
from mizuhiki.runtime.headers import CREATED, REQUEST_ID, format_created
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.problems import (
    PeerConflict,
    PeerFailed,
    PeerMalformed,
    PeerNotFound,
    PeerRefused,
    PeerUnavailable,
)
from mizuhiki.runtime.serving import MAXIMUM_BODY, Api
from mizuhiki.runtime.transport import InProcessTransport
from mizuhiki.runtime.wsgi import PEER_KEY
from mizuhiki.vocabulary.errors import Conflict, Corrupt, Malformed, NotFound, Refused, Unavailable
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind
from mizuhiki.wire.endpoint import Endpoint, Message
from mizuhiki.wire.sealed import Sealed
from support.environment import TEST_INSTANT, make_directory, make_environment, serve_fake

ASKER = InstitutionId("municipality-452025")
OTHER = InstitutionId("municipality-131130")
SERVER = InstitutionId("national-register")


class Question(Message, frozen=True):
    text: str
    count: int = 0


class Answer(Message, frozen=True):
    text: str


def endpoint(name: str = "test.ask", *, sealed: bool = False, own_only: bool = False) -> Endpoint:
    return Endpoint(
        name=name,
        path=f"/v1/{name.replace('.', '-')}",
        request=Sealed if sealed else Question,
        answer=Sealed if sealed else Answer,
        callers=frozenset({InstitutionKind.MUNICIPALITY}),
        summary="Ask",
        basis="test",
        own_only=own_only,
    )


ASK = endpoint()


class Refusals:
    def __init__(self) -> None:
        self.seen: list[tuple[str | None, str, str]] = []

    def refused(self, *, peer, endpoint, code, trace, at) -> None:
        assert trace
        self.seen.append((peer, endpoint, code))


class Door:
    """A server under test whose requests are written by hand."""

    def __init__(self, institution: str = SERVER, handler=lambda call, q: Answer(text=q.text)) -> None:
        self.clock = FixedClock(TEST_INSTANT)
        self.environment = make_environment(institution, clock=self.clock)
        self.refusals = Refusals()
        self.reads = 0
        self.calls = []
        self.api = Api(self.environment, Peers(self.environment), audit=self.refusals)

        def counted(call, question):
            self.calls.append((call, question))
            return handler(call, question)

        self.api.serve(ASK, counted)
        self.api.serve(endpoint("test.own", own_only=True), counted)
        self._number = 0

    def send(self, body: bytes = b'{"text":"hi"}', *, peer: str | None = ASKER, path: str = ASK.path, **changes):
        self._number += 1
        headers = {
            REQUEST_ID: f"request-id-{self._number:016d}",
            CREATED: format_created(self.clock.now()),
        } | changes.pop("headers", {})
        builder = EnvironBuilder(
            method=changes.pop("method", "POST"),
            path=path,
            base_url=changes.pop("base_url", f"https://{self.environment.settings.host}"),
            headers={name: value for name, value in headers.items() if value is not None},
            data=body,
            content_type=changes.pop("content_type", "application/json"),
        )
        environ = builder.get_environ() | changes.pop("environ", {})
        assert not changes
        if peer is not None:
            environ[PEER_KEY] = peer
        door, stream = self, environ["wsgi.input"]

        class Counted:
            def read(self, size: int) -> bytes:
                door.reads += 1
                return stream.read(size)

        environ["wsgi.input"] = Counted()
        content, status, answer_headers = run_wsgi_app(self.api, environ, buffered=True)
        document = json.loads(b"".join(content))
        if not status.startswith("200"):
            assert answer_headers["Content-Type"] == "application/problem+json"
            assert document["type"] == f"urn:mizuhiki:problem:{document['code']}"
        return int(status[:3]), document


@pytest.fixture
def door() -> Door:
    return Door()


def test_a_listed_caller_gets_its_answer_and_nothing_is_recorded_as_refused(door: Door) -> None:
    assert door.send() == (200, {"text": "hi"})
    assert door.calls[0][0].peer == ASKER
    assert door.refusals.seen == []


BEFORE_THE_BODY = {
    "another host": ({"base_url": "https://portal.localhost"}, 404, "unknown-host"),
    "a host that only looks alike": (
        {"base_url": "https://national-register.localhost.evil.example"},
        404,
        "unknown-host",
    ),
    "a forwarded host": (
        {"base_url": "https://evil.example", "headers": {"X-Forwarded-Host": "national-register.localhost"}},
        404,
        "unknown-host",
    ),
    "another path": ({"path": "/v1/unknown"}, 404, "unknown-path"),
    "another method": ({"method": "GET"}, 405, "method-not-allowed"),
    "nobody": ({"peer": None}, 401, "peer-unauthenticated"),
    "nobody with an invented header": (
        {"peer": None, "headers": {"Mizuhiki-Peer": ASKER, "X-Forwarded-User": ASKER}},
        401,
        "peer-unauthenticated",
    ),
    "an institution outside the directory": ({"peer": "municipality-999999"}, 401, "peer-unauthenticated"),
    "an unlisted kind": ({"peer": "portal"}, 403, "caller-not-listed"),
    "somebody who does not own the server": ({"path": "/v1/test-own"}, 403, "caller-not-listed"),
    "a form": ({"content_type": "application/x-www-form-urlencoded"}, 415, "content-type-unsupported"),
    "too long a body": ({"environ": {"CONTENT_LENGTH": str(MAXIMUM_BODY + 1)}}, 413, "body-too-large"),
    "no length": ({"environ": {"CONTENT_LENGTH": ""}}, 413, "body-too-large"),
    "a negative length": ({"environ": {"CONTENT_LENGTH": "-1"}}, 413, "body-too-large"),
}


@pytest.mark.parametrize("what", BEFORE_THE_BODY)
def test_what_is_refused_before_the_body_is_read(door: Door, what: str) -> None:
    changes, status, code = BEFORE_THE_BODY[what]
    got, document = door.send(**changes)
    assert (got, document["code"]) == (status, code)
    assert document["status"] == status
    assert door.reads == 0
    assert door.calls == []
    assert [refusal[2] for refusal in door.refusals.seen] == [code]


def test_a_refused_method_is_recorded_with_the_caller_that_the_transport_proved(door: Door) -> None:
    door.send(method="GET")
    [refusal] = door.refusals.seen
    assert ASKER in refusal


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b" ", "$"),
        (b"\xff", "$"),
        (b"[]", "$"),
        (b'{"text":7}', "$.text"),
        (b'{"text":"a","count":"1"}', "$.count"),
        (b'{"text":"a","secret-member":"secret-value"}', "$"),
    ],
)
def test_a_body_of_another_form_is_refused_naming_the_field_and_no_value(door: Door, body: bytes, field: str) -> None:
    status, document = door.send(body)
    assert (status, document["code"], document["fields"]) == (400, "message-malformed", {"field": field})
    assert "secret" not in json.dumps(document)
    assert door.calls == []


def test_only_the_owner_calls_an_own_only_endpoint_of_its_intermediate_server() -> None:
    door = Door(f"intermediate-{ASKER}")
    assert door.send(path="/v1/test-own")[0] == 200
    assert door.send(path="/v1/test-own", peer=OTHER)[1]["code"] == "caller-not-listed"


def test_a_repeated_request_id_is_refused_and_the_handler_runs_once(door: Door) -> None:
    same = {"headers": {REQUEST_ID: "one-and-the-same-id"}}
    assert door.send(**same)[0] == 200
    assert door.send(**same)[1]["code"] == "request-replayed"
    assert len(door.calls) == 1
    assert door.send(peer=OTHER, **same)[0] == 200


@pytest.mark.parametrize(
    ("offset", "code"), [(-121, "request-expired"), (31, "request-expired"), (-119, None), (29, None)]
)
def test_a_request_of_another_time_is_refused(door: Door, offset: int, code: str | None) -> None:
    created = format_created(TEST_INSTANT + timedelta(seconds=offset))
    assert door.send(headers={CREATED: created})[1].get("code") == code


def test_an_id_can_never_return_within_the_time_it_would_be_taken(door: Door) -> None:
    same = {REQUEST_ID: "one-and-the-same-id", CREATED: format_created(TEST_INSTANT + timedelta(seconds=25))}
    assert door.send(headers=same)[0] == 200
    for _ in range(40):
        door.clock.advance(timedelta(seconds=5))
        assert door.send()[0] == 200
        assert door.send(headers=same)[0] == 401


@pytest.mark.parametrize("header", [REQUEST_ID, CREATED])
@pytest.mark.parametrize("value", [None, "", "short", "x" * 65, "1e9", "-1"])
def test_a_delivery_without_usable_id_and_time_is_refused(door: Door, header: str, value: str | None) -> None:
    if header == REQUEST_ID and value == "":
        value = "spaces are not allowed"
    assert door.send(headers={header: value})[1]["code"] == "delivery-unnamed"


def test_an_unexpected_error_shows_a_trace_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    def fail(call, question):
        raise KeyError("secret 123456789018")

    door = Door(handler=fail)
    status, document = door.send()
    assert (status, document["code"]) == (500, "internal")
    logged = capsys.readouterr().err
    assert document["trace"] in logged
    assert "secret" not in json.dumps(document) + logged
    assert door.refusals.seen == [(ASKER, "test.ask", "internal")]


def test_an_answer_of_another_type_never_leaves() -> None:
    class Wrong(Message, frozen=True):
        secret: str

    assert Door(handler=lambda call, q: Wrong(secret="x")).send()[0] == 500


def test_a_context_made_for_a_peer_needs_its_grounds(door: Door) -> None:
    door.send()
    call = door.calls[0][0]
    context = call.context("resident-register", "住基法30条の2", "number a person")
    assert (context.actor.institution, context.actor.role, context.trace) == (ASKER, "peer", call.trace)
    with pytest.raises(ContextMissing):
        call.context("resident-register", " ", "number a person")


def test_one_path_or_name_is_served_once(door: Door) -> None:
    with pytest.raises(DuplicateRegistration):
        door.api.serve(ASK, lambda call, q: Answer(text=""))


def connected(handler, asker: str = ASKER, *, sealed: bool = False) -> tuple[Peers, Endpoint]:
    transport = InProcessTransport()
    asked = endpoint(sealed=sealed)
    if sealed:
        serve_fake(transport, SERVER, {}, sealed={asked: (Question, handler)})
    else:
        serve_fake(transport, SERVER, {asked: handler})
    return serve_fake(transport, asker, {}), asked


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (Malformed, PeerMalformed),
        (Refused, PeerRefused),
        (NotFound, PeerNotFound),
        (Conflict, PeerConflict),
        (Unavailable, PeerUnavailable),
        (Corrupt, PeerFailed),
        (ValueError, PeerFailed),
    ],
)
def test_a_peers_error_arrives_in_its_family_with_its_code(raised: type[Exception], expected: type[Exception]) -> None:
    def fail(call, question):
        raise raised("the reason")

    peers, asked = connected(fail)
    with pytest.raises(expected) as caught:
        peers.call(SERVER, asked, Question(text="x"))
    assert caught.value.peer == SERVER
    assert caught.value.peer_code == getattr(raised, "code", "internal")
    assert caught.value.status == getattr(expected, "status", None)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_a_refusal_that_is_passed_on_still_names_who_refused_and_which_rule() -> None:
    transport = InProcessTransport()

    def refuse(call, question):
        raise Conflict("no")

    far = serve_fake(transport, OTHER, {endpoint("test.far"): refuse})
    assert far
    middle = make_environment(SERVER, transport=transport)
    middle_peers = Peers(middle)
    middle_api = Api(middle, middle_peers)
    relayed = Endpoint(
        name="test.far",
        path="/v1/test-far",
        request=Question,
        answer=Answer,
        callers=frozenset(InstitutionKind),
        summary="",
        basis="",
    )
    transport.unregister(OTHER)
    serve_fake(transport, OTHER, {relayed: refuse})
    middle_api.serve(ASK, lambda call, q: middle_peers.call(OTHER, relayed, q))
    transport.register(SERVER, lambda: middle_api)
    asker = serve_fake(transport, ASKER, {})
    with pytest.raises(PeerConflict) as caught:
        asker.call(SERVER, ASK, Question(text="x"))
    assert (caught.value.peer, caught.value.refused_by, caught.value.peer_code) == (SERVER, OTHER, "conflict")


def test_a_peer_that_is_not_running_is_unavailable() -> None:
    peers = Peers(make_environment(ASKER))
    with pytest.raises(PeerUnavailable):
        peers.call(SERVER, ASK, Question(text="x"))


def test_an_answer_the_interface_does_not_declare_is_a_failure_of_the_peer() -> None:
    transport = InProcessTransport()
    transport.register(SERVER, lambda: lambda environ, start: (start("200 OK", []) and None) or [b'{"other":1}'])
    with pytest.raises(PeerFailed):
        Peers(make_environment(ASKER, transport=transport)).call(SERVER, ASK, Question(text="x"))


def test_a_peer_is_never_called_while_a_transaction_is_open() -> None:
    environment = make_environment(ASKER)
    database = Database(environment.settings.database_url)
    peers = Peers(environment)
    for transaction in (database.write, database.read):
        with transaction(), pytest.raises(PeerCallInsideTransaction):
            peers.call(SERVER, ASK, Question(text="x"))
    database.dispose()


def test_a_peer_called_in_process_may_open_its_own_transactions_and_call_back() -> None:
    transport = InProcessTransport()
    databases = {name: Database(make_environment(name).settings.database_url) for name in (ASKER, SERVER)}
    back = Endpoint(
        name="test.back",
        path="/v1/back",
        request=Question,
        answer=Answer,
        callers=frozenset(InstitutionKind),
        summary="",
        basis="",
    )

    def answer_back(call, question):
        with databases[ASKER].write():
            return Answer(text="back")

    asker = serve_fake(transport, ASKER, {back: answer_back})
    server_environment = make_environment(SERVER, transport=transport)
    server_peers = Peers(server_environment)
    api = Api(server_environment, server_peers)

    def answer(call, question):
        with databases[SERVER].write():
            pass
        return server_peers.call(ASKER, back, question)

    api.serve(ASK, answer)
    transport.register(SERVER, lambda: api)
    assert asker.call(SERVER, ASK, Question(text="x")) == Answer(text="back")
    for database in databases.values():
        database.dispose()


def test_no_context_variable_of_the_caller_reaches_the_callee_or_comes_back() -> None:
    variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="empty")
    seen: list[object] = []

    def look(call, question):
        seen.extend([variable.get(), dict(structlog.contextvars.get_contextvars())])
        variable.set("callee")
        structlog.contextvars.bind_contextvars(case="callee's")
        return Answer(text="")

    peers, asked = connected(look)
    variable.set("caller")
    structlog.contextvars.bind_contextvars(case="caller's")
    peers.call(SERVER, asked, Question(text="x"))
    assert seen == ["empty", {}]
    assert variable.get() == "caller"
    assert structlog.contextvars.get_contextvars() == {"case": "caller's"}
    structlog.contextvars.clear_contextvars()


def test_a_body_written_lazily_is_written_in_the_callees_context() -> None:
    variable: contextvars.ContextVar[str] = contextvars.ContextVar("lazy", default="empty")

    def lazy(environ, start_response):
        start_response("200 OK", [("Content-Type", "application/json")])
        yield b'{"text":"' + variable.get().encode() + b'"}'

    transport = InProcessTransport()
    transport.register(SERVER, lambda: lazy)
    variable.set("caller")
    peers = Peers(make_environment(ASKER, transport=transport))
    assert peers.call(SERVER, ASK, Question(text="x")).text == "empty"


def test_an_exception_never_crosses_as_an_object() -> None:
    def broken(environ, start_response):
        raise LookupError("callee's")

    transport = InProcessTransport()
    transport.register(SERVER, lambda: broken)
    peers = Peers(make_environment(ASKER, transport=transport))
    with pytest.raises(PeerFailed) as caught:
        peers.call(SERVER, ASK, Question(text="x"))
    assert caught.value.__context__ is None
    assert "callee" not in str(caught.value)


def test_an_institution_is_built_on_its_first_call_and_once() -> None:
    transport, built = InProcessTransport(), []
    environment = make_environment(SERVER, transport=transport)
    api = Api(environment, Peers(environment))
    api.serve(ASK, lambda call, q: Answer(text=""))
    transport.register(SERVER, lambda: built.append(1) or api)
    assert built == []
    peers = serve_fake(transport, ASKER, {})
    for _ in range(2):
        peers.call(SERVER, ASK, Question(text="x"))
    assert built == [1]
    with pytest.raises(DuplicateRegistration):
        transport.register(SERVER, lambda: api)


class TestSealed:
    def test_what_crosses_is_unreadable_and_both_sides_see_the_inner_messages(self) -> None:
        peers, asked = connected(lambda call, q: Answer(text=q.text.upper()), sealed=True)
        wire: list[bytes] = []
        transport = peers._environment.transport
        original = transport.send

        def tapped(sender, recipient, request):
            answer = original(sender, recipient, request)
            wire.extend([request.body, answer.body])
            return answer

        transport.send = tapped
        assert peers.call_sealed(SERVER, asked, Question(text="secret"), Answer) == Answer(text="SECRET")
        assert not any(b"secret" in part.lower() for part in wire)

    def test_an_envelope_for_one_endpoint_is_refused_at_another(self) -> None:
        peers, asked = connected(lambda call, q: Answer(text=""), sealed=True)
        envelope = peers.seal(SERVER, Question(text="x"), b"other.endpoint/request")
        with pytest.raises(PeerRefused) as caught:
            peers.call(SERVER, asked, Sealed(envelope=envelope))
        assert caught.value.peer_code == "envelope-signature-invalid"

    def test_anothers_envelope_is_refused(self) -> None:
        transport = InProcessTransport()
        asked = endpoint(sealed=True)
        serve_fake(transport, SERVER, {}, sealed={asked: (Question, lambda call, q: Answer(text=""))})
        thief, victim = serve_fake(transport, OTHER, {}), serve_fake(transport, ASKER, {})
        envelope = victim.seal(SERVER, Question(text="x"), b"test.ask/request")
        with pytest.raises(PeerRefused) as caught:
            thief.call(SERVER, asked, Sealed(envelope=envelope))
        assert caught.value.peer_code == "envelope-signature-invalid"

    def test_sealed_content_of_another_form_names_the_field_and_no_value(self) -> None:
        peers, asked = connected(lambda call, q: Answer(text=""), sealed=True)
        envelope = peers.seal_bytes(SERVER, b'{"text":1}', b"test.ask/request")
        with pytest.raises(PeerMalformed) as caught:
            peers.call(SERVER, asked, Sealed(envelope=envelope))
        assert caught.value.peer_code == "sealed-content-unreadable"

    def test_keys_are_fetched_once_a_day_and_again_when_they_expire(self) -> None:
        transport, clock = InProcessTransport(), FixedClock(TEST_INSTANT)
        asked = endpoint(sealed=True)
        serve_fake(transport, SERVER, {}, sealed={asked: (Question, lambda call, q: Answer(text=""))}, clock=clock)
        peers = serve_fake(transport, ASKER, {}, clock=clock)
        paths: list[str] = []
        original = transport.send
        transport.send = lambda s, r, request: paths.append(request.path) or original(s, r, request)
        for _ in range(2):
            peers.call_sealed(SERVER, asked, Question(text="x"), Answer)
        assert paths.count("/v1/key-set") == 2  # each side once
        clock.advance(timedelta(days=2))
        peers.call_sealed(SERVER, asked, Question(text="x"), Answer)
        assert paths.count("/v1/key-set") == 4

    def test_a_key_set_signed_by_another_institution_is_refused(self) -> None:
        transport = InProcessTransport()
        honest = make_environment(OTHER, transport=transport)
        impostor_api = Api(honest, Peers(honest))
        directory = make_directory()

        def forged(environ, start_response):
            environ["HTTP_HOST"] = directory.entry(OTHER).host
            return impostor_api(environ, start_response)

        transport.register(SERVER, lambda: forged)
        peers = Peers(make_environment(ASKER, transport=transport))
        with pytest.raises(Corrupt, match="no usable sealing key"):
            peers.seal(SERVER, Question(text="x"), b"c")


def test_a_signed_object_is_checked_against_the_directory() -> None:
    peers = Peers(make_environment(ASKER))
    other = Peers(make_environment(OTHER))
    text = peers.sign("question", Question(text="x"))
    verified = other.verify(text, Question, "question")
    assert (verified.signer, verified.payload) == (ASKER, Question(text="x"))
    with pytest.raises(Refused):
        other.verify(text, Question, "another-type")
    assert msgspec.json.encode(verified.payload)
