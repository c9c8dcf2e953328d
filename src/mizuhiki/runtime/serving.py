"""Serving the endpoints an institution offers to others: a bare WSGI application, outside the page framework.

The checks of one request, in this order; the first that fails ends it:

1. the host is ours (404), the path is an endpoint (404), the method is POST (405);
2. the peer is known: given by the in-process transport, or named by its HTTP message signature (401);
3. its kind is in the endpoint's callers, where `own_only` it owns this instance, and both share a network (403);
4. content type (415) and size (413), before the body is read; then the signature over it all (401);
5. the body is the declared message, no unknown field, nothing coerced (400, names the field, never the value);
6. the delivery is new and of this time (401);
7. the handler.

Whatever fails is answered as a problem document and recorded; anything unexpected is 500 with a trace and no detail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Protocol, TypeVar

import msgspec

from mizuhiki.runtime.authentication import PeerAuthenticator
from mizuhiki.runtime.clock import Clock
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.faults import DuplicateRegistration, WrongAnswerType
from mizuhiki.runtime.headers import CREATED, REQUEST_ID
from mizuhiki.runtime.logging import logger, where
from mizuhiki.runtime.peers import Peers, answer_context, field_of, is_sealed, request_context
from mizuhiki.runtime.problems import PROBLEM_TYPE, Problem, internal_problem, problem_for
from mizuhiki.runtime.replay import ReplayGuard
from mizuhiki.runtime.sealing_keys import own_key_set
from mizuhiki.runtime.turns import Turns
from mizuhiki.runtime.wsgi import StartResponse, WSGIEnvironment, host_of
from mizuhiki.vocabulary.errors import Malformed, MizuhikiError, NotFound, Refused
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, kind_of, owner_of
from mizuhiki.vocabulary.typed_values import read_json
from mizuhiki.wire.common.v1 import KEY_SET, KeySetAnswer, KeySetRequest
from mizuhiki.wire.endpoint import Endpoint

Q = TypeVar("Q", bound=msgspec.Struct)
A = TypeVar("A", bound=msgspec.Struct)

AT_ONCE = 2
"""Requests that an institution on the way of an exchange works on together: one while another waits for its disk."""
MAXIMUM_BODY = 16 * 1024 * 1024
"""Octets of the largest request body; a section of a bulk exchange stays below it."""


class UnknownHost(NotFound):
    """The request names a host that is not this institution's."""

    code = "unknown-host"
    title = "No institution is served under this host name"


class UnknownPath(NotFound):
    """No endpoint has this path."""

    code = "unknown-path"
    title = "There is no such endpoint"


class MethodNotAllowed(Malformed):
    """Endpoints take POST and nothing else."""

    code = "method-not-allowed"
    title = "Only POST is taken here"
    status = 405


class CallerNotListed(Refused):
    """The caller's kind is not among the endpoint's callers, or the endpoint is its owner's alone."""

    code = "caller-not-listed"
    title = "This institution may not call this endpoint"


class PeerOutsideZone(Refused):
    """Caller and institution share no network (R-223), so this request cannot have come by a lawful way."""

    code = "peer-outside-zone"
    title = "The two institutions share no network"


class ContentTypeUnsupported(Malformed):
    """The body is not JSON."""

    code = "content-type-unsupported"
    title = "Only application/json is taken here"
    status = 415


class BodyTooLarge(Malformed):
    """The body has no stated length or is longer than allowed."""

    code = "body-too-large"
    title = "The body is too long or has no stated length"
    status = 413


class MessageMalformed(Malformed):
    """The body is not the declared message; `field` says where."""

    code = "message-malformed"
    title = "The message does not have the declared form"


class RefusalAudit(Protocol):
    """Takes every refusal of a request; `runtime.audit.Audit` is one."""

    def refused(self, *, peer: InstitutionId | None, endpoint: str, code: str, trace: str, at: datetime) -> None:
        """Record that a request was refused."""
        ...


class LoggedRefusals:
    """Writes refusals to the log; for doors without a database of their own."""

    def refused(self, *, peer: InstitutionId | None, endpoint: str, code: str, trace: str, at: datetime) -> None:
        """Write one log line."""
        logger().warning("request-refused", peer=peer, endpoint=endpoint, code=code, trace=trace, at=at.isoformat())


@dataclass(frozen=True, slots=True)
class Call:
    """One authenticated request: who calls, when, under which trace."""

    peer: InstitutionId
    clock: Clock
    trace: str

    def context(self, affair: str, basis: str, purpose: str, role: str = "peer") -> Context:
        """Return the context in which the peer acts here.

        Raises:
            ContextMissing: a part is empty.
        """
        return Context(Actor(self.peer, role), affair, basis, purpose, self.clock, self.trace)


@dataclass(frozen=True, slots=True)
class _Route:
    endpoint: Endpoint[Any, Any]
    handler: Callable[[Call, Any], msgspec.Struct]


class Api:
    """The endpoints of one institution as a WSGI application; always serves `KEY_SET`."""

    def __init__(
        self,
        environment: Environment,
        peers: Peers,
        *,
        audit: RefusalAudit | None = None,
        at_once: int | None = None,
    ) -> None:
        """Serve nothing but `KEY_SET` yet; `at_once` is how many requests are worked on together, all if None."""
        self._environment = environment
        self._peers = peers
        self._audit: RefusalAudit = audit or LoggedRefusals()
        self._turns = None if at_once is None else Turns(at_once)
        self._replays = ReplayGuard()
        self._authenticator = PeerAuthenticator(environment, self._replays)
        self._routes: dict[str, _Route] = {}
        self._names: set[str] = set()
        self.serve(KEY_SET, self._key_set)

    @property
    def endpoints(self) -> list[Endpoint[Any, Any]]:
        """Return what is served, for listings and tests."""
        return [route.endpoint for route in self._routes.values()]

    def serves(self, path: str) -> bool:
        """Tell whether a path is an endpoint here."""
        return path in self._routes

    def serve(self, endpoint: Endpoint[Q, A], handler: Callable[[Call, Q], A]) -> None:
        """Answer `endpoint` with `handler`, which raises `MizuhikiError`s to refuse.

        Raises:
            DuplicateRegistration: path or name is served already.
        """
        if endpoint.path in self._routes or endpoint.name in self._names:
            raise DuplicateRegistration(endpoint.name)
        self._names.add(endpoint.name)
        self._routes[endpoint.path] = _Route(endpoint, handler)

    def serve_sealed(
        self,
        endpoint: Endpoint[Any, Any],
        inner_request_type: type[Q],
        handler: Callable[[Call, Q], msgspec.Struct],
    ) -> None:
        """Answer an endpoint whose request, answer or both are envelopes; the handler sees the inner messages."""

        def opened(call: Call, request: Any) -> msgspec.Struct:  # noqa: ANN401 - type checked by the decoder
            if is_sealed(endpoint.request):
                context = request_context(endpoint.name)
                request = self._peers.open(request.envelope, call.peer, inner_request_type, context)
            answer = handler(call, request)
            if is_sealed(endpoint.answer):
                envelope = self._peers.seal(call.peer, answer, answer_context(endpoint.name))
                sealed: msgspec.Struct = endpoint.answer(envelope=envelope)
                return sealed
            return answer

        self.serve(endpoint, opened)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        trace = self._environment.randomness.token()
        path = str(environ.get("PATH_INFO", ""))
        proved: InstitutionId | None = None
        try:
            proved = self._authenticator.known(environ)
            route = self._route(environ, path)
            peer = self._authenticator.claimed(environ)
            self._require_caller(route.endpoint, peer)
            content = self._body(environ)
            with self._turns.taken() if self._turns else nullcontext():
                self._authenticator.prove(environ, peer, content)
                proved = peer
                body = self._answer(route, peer, trace, environ, content)
        except MizuhikiError as error:
            self._refuse(error.code, proved, path, trace)
            return send_problem(start_response, problem_for(error, trace))
        except Exception as error:  # noqa: BLE001 - HTTP server boundary
            logger().error("unhandled", error=type(error).__name__, where=where(error), trace=trace)
            self._refuse("internal", proved, path, trace)
            return send_problem(start_response, internal_problem(trace))
        start_response("200 OK", [("Content-Type", "application/json"), *_headers(len(body))])
        return [body]

    def _route(self, environ: WSGIEnvironment, path: str) -> _Route:
        if host_of(environ) != self._environment.settings.host.lower():
            raise UnknownHost
        route = self._routes.get(path)
        if route is None:
            raise UnknownPath
        if environ.get("REQUEST_METHOD") != "POST":
            raise MethodNotAllowed
        return route

    def _require_caller(self, endpoint: Endpoint[Any, Any], peer: InstitutionId) -> None:
        if kind_of(peer) not in endpoint.callers:
            raise CallerNotListed(f"{endpoint.name} is not for {kind_of(peer).value}", endpoint=endpoint.name)
        if endpoint.own_only and peer != self._owner():
            raise CallerNotListed(f"{endpoint.name} is for the owner of this server only", endpoint=endpoint.name)
        if endpoint is KEY_SET:
            return  # signed and public: whoever seals for us beyond the core, on another network, needs it
        entries = self._environment.directory
        if not entries.entry(peer).networks & entries.entry(self._environment.institution).networks:
            raise PeerOutsideZone(endpoint=endpoint.name)

    def _owner(self) -> InstitutionId:
        own = self._environment.institution
        return owner_of(own) if kind_of(own) is InstitutionKind.INTERMEDIATE_SERVER else own

    def _answer(self, route: _Route, peer: InstitutionId, trace: str, environ: WSGIEnvironment, body: bytes) -> bytes:
        try:
            request = read_json(body, route.endpoint.request)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            field = field_of(error) if isinstance(error, msgspec.DecodeError) else "$"
            raise MessageMalformed(f"the message is not readable at {field}", field=field) from error
        clock = self._environment.clock
        self._replays.check(peer, _header(environ, REQUEST_ID), _header(environ, CREATED), clock.now())
        answer = route.handler(Call(peer, clock, trace), request)
        if not isinstance(answer, route.endpoint.answer):
            message = f"{route.endpoint.name} must answer {route.endpoint.answer.__name__}"
            raise WrongAnswerType(message)
        return msgspec.json.encode(answer)

    def _body(self, environ: WSGIEnvironment) -> bytes:
        if str(environ.get("CONTENT_TYPE", "")).partition(";")[0].strip().lower() != "application/json":
            raise ContentTypeUnsupported
        length = str(environ.get("CONTENT_LENGTH", ""))
        plain = length.isascii() and length.isdigit() and len(length) <= _LONGEST_LENGTH
        if not plain or int(length) > MAXIMUM_BODY:
            raise BodyTooLarge(limit=MAXIMUM_BODY)
        body: bytes = environ["wsgi.input"].read(int(length))
        return body

    def _refuse(self, code: str, peer: InstitutionId | None, path: str, trace: str) -> None:
        # An unknown path is the caller's free text and is not written down.
        route = self._routes.get(path)
        name = route.endpoint.name if route else "unknown"
        try:
            self._audit.refused(peer=peer, endpoint=name, code=code, trace=trace, at=self._environment.clock.now())
        except MizuhikiError as error:
            # The caller gets its refusal also while our database is down; the log keeps the trace.
            logger().error("refusal-not-recorded", code=error.code, trace=trace)

    def _key_set(self, call: Call, _request: KeySetRequest) -> KeySetAnswer:
        environment = self._environment
        return own_key_set(environment.institution, environment.keystore, call.clock.now())


def _header(environ: WSGIEnvironment, name: str) -> str:
    return str(environ.get("HTTP_" + name.upper().replace("-", "_"), ""))


def _headers(length: int) -> Iterator[tuple[str, str]]:
    yield "Content-Length", str(length)
    yield "Cache-Control", "no-store"
    yield "X-Content-Type-Options", "nosniff"


def send_problem(start_response: StartResponse, problem: Problem) -> Iterable[bytes]:
    """Send a problem document; `HTTPStatus` gives the reason phrase."""
    body = problem.encode()
    status = f"{problem.status} {HTTPStatus(problem.status).phrase}"
    start_response(status, [("Content-Type", PROBLEM_TYPE), *_headers(len(body))])
    return [body]


_LONGEST_LENGTH = 10
"""Digits of a Content-Length; what is longer is too large, whatever it says."""
