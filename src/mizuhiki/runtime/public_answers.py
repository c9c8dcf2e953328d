"""Answers for anybody, by GET and without sign-in: a bare WSGI room beside the endpoints and the pages.

What is published by law is asked for by programs of people the directory does not know. They get no session, no cookie
and no language; they may read the answer from a page of any site; and they share a limit per address, so that nobody
takes the service from everybody else. A handler sees the query and nothing else of the request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qsl

from limits import parse as parse_limit
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.faults import DuplicateRegistration
from mizuhiki.runtime.logging import logger, where
from mizuhiki.runtime.wsgi import StartResponse, WSGIEnvironment, host_of
from mizuhiki.vocabulary.errors import MizuhikiError

LONGEST_QUERY = 4_000
"""Characters of a query string; more is refused unread."""
MOST_FIELDS = 50
_PLAIN = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class PublicAnswer:
    """What is sent; `content_type` with its charset."""

    body: bytes
    content_type: str
    status: HTTPStatus = HTTPStatus.OK
    file_name: str = ""


Query = Mapping[str, str]
PublicHandler = Callable[[Query], PublicAnswer]
Refusal = Callable[[HTTPStatus], PublicAnswer]


class PublicAnswers:
    """The public paths of one institution. `limit` is per address, such as ``"60 per minute"``.

    `refuse` writes what the room itself refuses; plain text unless said otherwise.
    """

    def __init__(self, environment: Environment, *, limit: str, refuse: Refusal | None = None) -> None:
        self._environment = environment
        self._refuse = refuse or _plain
        self._handlers: dict[str, PublicHandler] = {}
        self._limit = parse_limit(limit)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    @property
    def paths(self) -> list[str]:
        """Return every public path, for listings and tests."""
        return sorted(self._handlers)

    def serve(self, path: str, handler: PublicHandler) -> None:
        """Answer GET at `path`; the handler may raise `MizuhikiError`, whose title is shown.

        Raises:
            DuplicateRegistration: the path is served already.
        """
        if path in self._handlers:
            raise DuplicateRegistration(path)
        self._handlers[path] = handler

    def serves(self, path: str) -> bool:
        """Tell whether a path is public here."""
        return path in self._handlers

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        method = str(environ.get("REQUEST_METHOD"))
        answer = self._answer(environ, method)
        headers = [
            ("Content-Type", answer.content_type),
            ("Content-Length", str(len(answer.body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
            ("Access-Control-Allow-Origin", "*"),
        ]
        if answer.file_name:
            headers.append(("Content-Disposition", f'attachment; filename="{answer.file_name}"'))
        if answer.status is HTTPStatus.METHOD_NOT_ALLOWED:
            headers.append(("Allow", "GET, HEAD"))
        start_response(f"{answer.status.value} {answer.status.phrase}", headers)
        return [b"" if method == "HEAD" else answer.body]

    def _answer(self, environ: WSGIEnvironment, method: str) -> PublicAnswer:
        query = str(environ.get("QUERY_STRING", ""))
        refusal = self._refusal(environ, method, query)
        if refusal is not None:
            return self._refuse(refusal)
        try:
            # Strict decoding: what is not UTF-8 would otherwise be searched for as replacement characters.
            pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
        except ValueError:
            return self._refuse(HTTPStatus.BAD_REQUEST)
        fields = dict(pairs)
        if len(fields) != len(pairs):
            return self._refuse(HTTPStatus.BAD_REQUEST)
        return self._handled(str(environ.get("PATH_INFO", "")), fields)

    def _refusal(self, environ: WSGIEnvironment, method: str, query: str) -> HTTPStatus | None:
        if host_of(environ) != self._environment.settings.host.lower():
            return HTTPStatus.NOT_FOUND
        if method not in {"GET", "HEAD"}:
            return HTTPStatus.METHOD_NOT_ALLOWED
        if not self._limiter.hit(self._limit, str(environ.get("REMOTE_ADDR", ""))):
            return HTTPStatus.TOO_MANY_REQUESTS
        return HTTPStatus.REQUEST_URI_TOO_LONG if len(query) > LONGEST_QUERY else None

    def _handled(self, path: str, fields: Query) -> PublicAnswer:
        try:
            return self._handlers[path](fields)
        except MizuhikiError as error:
            return PublicAnswer(error.title.encode(), _PLAIN, HTTPStatus(error.status))
        except Exception as error:  # noqa: BLE001 - HTTP server boundary
            trace = self._environment.randomness.token()
            logger().error("unhandled", error=type(error).__name__, where=where(error), trace=trace)
            return self._refuse(HTTPStatus.INTERNAL_SERVER_ERROR)


def _plain(status: HTTPStatus) -> PublicAnswer:
    return PublicAnswer(status.phrase.encode(), _PLAIN, status)
