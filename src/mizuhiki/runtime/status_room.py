"""Certificate status for recognised verifiers: OCSP over HTTP and revocation lists, in a room of bare WSGI.

The web framework costs three quarters of the answers a second, so it is not here. `combine` puts this room before the
endpoints and pages. A caller is given by the in-process transport, shows a credential (``Authorization: Bearer``), or
signs its request (RFC 9421); a caller that is none of these gets the OCSP answer "unauthorized", which costs nothing.

    POST /ocsp            application/ocsp-request in the body (RFC 6960 appendix A.1)
    GET  /ocsp/<base64>   the same in the path, with headers for caches (RFC 9919 §6)
    GET  /crl/<name>      a published list

Nothing about a question is logged, not even for errors.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from typing import NamedTuple

from mizuhiki.crypto.x509 import OcspFault, build_ocsp_error
from mizuhiki.runtime.authentication import PeerAuthenticator
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.logging import logger, where
from mizuhiki.runtime.replay import ReplayGuard
from mizuhiki.runtime.wsgi import PEER_KEY, StartResponse, WSGIEnvironment, host_of
from mizuhiki.vocabulary.errors import MizuhikiError

OCSP_PATH, LIST_PATH = "/ocsp", "/crl/"
LONGEST_REQUEST = 2_000
"""Octets of a request for one certificate with every extension we read; more is not read."""
LONGEST_LENGTH = 4
"""Digits of a Content-Length that may be within `LONGEST_REQUEST`."""
RESPONSE_TYPE, REQUEST_TYPE, LIST_TYPE = "application/ocsp-response", "application/ocsp-request", "application/pkix-crl"
_BEARER = "Bearer "
_FIXED = ("X-Content-Type-Options", "nosniff")
_NO_STORE = ("Cache-Control", "no-store")


class StatusFile(NamedTuple):
    """Octets to send; with its times and entity tag, caches of the asker may keep it until `next_update`."""

    der: bytes
    this_update: datetime | None = None
    next_update: datetime | None = None
    entity_tag: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusDesk:
    """What the institution does behind the room; each may raise `MizuhikiError` to refuse.

    `verifier_of` tells whose credential a text is; `answer` takes the verifier and a request (DER); `published` takes
    the verifier and the part of the path after ``/crl/``.
    """

    verifier_of: Callable[[str], str | None]
    answer: Callable[[str, bytes], StatusFile]
    published: Callable[[str, str], StatusFile]
    cached_at_most: timedelta


class StatusRoom:
    """The room as a WSGI application (PEP 3333)."""

    def __init__(self, environment: Environment, desk: StatusDesk) -> None:
        self._environment = environment
        self._host = environment.settings.host.lower()
        self._desk = desk
        self._authenticator = PeerAuthenticator(environment, ReplayGuard())
        self._unauthorised = StatusFile(build_ocsp_error(OcspFault.UNAUTHORIZED))
        self._malformed = StatusFile(build_ocsp_error(OcspFault.MALFORMED_REQUEST))
        self._try_later = StatusFile(build_ocsp_error(OcspFault.TRY_LATER))
        self._internal = StatusFile(build_ocsp_error(OcspFault.INTERNAL_ERROR))

    @staticmethod
    def serves(path: str) -> bool:
        """Tell whether a path is this room's."""
        return (path.startswith(OCSP_PATH) and path[5:6] in ("", "/")) or path.startswith(LIST_PATH)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
        if environ.get("HTTP_HOST") != self._host and host_of(environ) != self._host:
            return _plain(start_response, "404 Not Found")
        if path.startswith(LIST_PATH):
            return self._list(environ, start_response, method, path.removeprefix(LIST_PATH))
        if method == "POST" and path in (OCSP_PATH, OCSP_PATH + "/"):
            return self._post(environ, start_response)
        if method == "GET" and path.startswith(OCSP_PATH + "/"):
            return self._get(environ, start_response, path[len(OCSP_PATH) + 1 :])
        return _plain(start_response, "405 Method Not Allowed", ("Allow", "GET, POST"))

    def _post(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        media_type = environ.get("CONTENT_TYPE", "")
        if media_type != REQUEST_TYPE and media_type.partition(";")[0].strip().lower() != REQUEST_TYPE:
            return _plain(start_response, "415 Unsupported Media Type")
        length = str(environ.get("CONTENT_LENGTH", ""))
        if not length:
            return _plain(start_response, "411 Length Required")
        if not (length.isascii() and length.isdigit() and len(length) <= LONGEST_LENGTH):
            return _plain(start_response, "413 Content Too Large")
        if int(length) > LONGEST_REQUEST:
            return _plain(start_response, "413 Content Too Large")
        body: bytes = environ["wsgi.input"].read(int(length))
        answer = self._answer(environ, body, body)
        start_response(
            "200 OK",
            [("Content-Type", RESPONSE_TYPE), ("Content-Length", str(len(answer.der))), _NO_STORE, _FIXED],
        )
        return [answer.der]

    def _get(self, environ: WSGIEnvironment, start_response: StartResponse, text: str) -> Iterable[bytes]:
        if len(text) > 2 * LONGEST_REQUEST:
            return _plain(start_response, "414 URI Too Long")
        try:
            request = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            request = b""  # unreadable as a request, too
        return self._send(environ, start_response, RESPONSE_TYPE, self._answer(environ, request, b""))

    def _answer(self, environ: WSGIEnvironment, request: bytes, body: bytes) -> StatusFile:
        try:
            verifier = self._caller(environ, body)
            return self._unauthorised if verifier is None else self._desk.answer(verifier, request)
        except MizuhikiError as error:
            return self._try_later if error.status >= _SERVER_ERROR else self._unauthorised
        except Exception as error:  # noqa: BLE001 - HTTP server boundary
            logger().error("unhandled", error=type(error).__name__, where=where(error))
            return self._internal

    def _caller(self, environ: WSGIEnvironment, body: bytes) -> str | None:
        """Return who asks, None for nobody we can tell."""
        given = environ.get(PEER_KEY)
        if given is not None:
            return self._authenticator.given(environ)
        shown = environ.get("HTTP_AUTHORIZATION")
        if shown is not None:
            return self._desk.verifier_of(shown.removeprefix(_BEARER)) if shown.startswith(_BEARER) else None
        if "HTTP_SIGNATURE_INPUT" not in environ:
            return None
        claimed = self._authenticator.claimed(environ)
        self._authenticator.prove(environ, claimed, body)
        return claimed

    def _list(self, environ: WSGIEnvironment, start_response: StartResponse, method: str, name: str) -> Iterable[bytes]:
        if method != "GET":
            return _plain(start_response, "405 Method Not Allowed", ("Allow", "GET"))
        try:
            verifier = self._caller(environ, b"")
            if verifier is None:
                return _plain(start_response, "401 Unauthorized", ("WWW-Authenticate", "Bearer"))
            found = self._desk.published(verifier, name)
        except MizuhikiError as error:
            return _plain(start_response, f"{error.status} Refused")
        except Exception as error:  # noqa: BLE001 - HTTP server boundary
            logger().error("unhandled", error=type(error).__name__, where=where(error))
            return _plain(start_response, "500 Internal Server Error")
        return self._send(environ, start_response, LIST_TYPE, found)

    def _send(
        self, environ: WSGIEnvironment, start_response: StartResponse, media_type: str, found: StatusFile
    ) -> Iterable[bytes]:
        headers = [("Content-Type", media_type), ("Content-Length", str(len(found.der))), _FIXED]
        if found.this_update is None or found.next_update is None:
            start_response("200 OK", [*headers, _NO_STORE])
            return [found.der]
        tag = f'"{found.entity_tag}"'
        headers += self._times(found.this_update, found.next_update)
        headers.append(("ETag", tag))
        if environ.get("HTTP_IF_NONE_MATCH") == tag:
            start_response("304 Not Modified", headers[2:])
            return [b""]
        start_response("200 OK", headers)
        return [found.der]

    def _times(self, this_update: datetime, next_update: datetime) -> list[tuple[str, str]]:
        # Private: a shared cache would answer askers that nobody has recognised. A short age, because a changed
        # status must be seen within a minute although the answer before it would hold for a day.
        left = next_update - self._environment.clock.now()
        age = max(0, int(min(left, self._desk.cached_at_most).total_seconds()))
        return [
            ("Cache-Control", f"max-age={age}, private, no-transform, must-revalidate"),
            ("Last-Modified", _http_date(this_update)),
            ("Expires", _http_date(next_update)),
            ("Vary", "Authorization"),
        ]


_SERVER_ERROR = 500


@lru_cache(maxsize=4096)
def _http_date(at: datetime) -> str:
    return format_datetime(at, usegmt=True)


def _plain(start_response: StartResponse, status: str, *headers: tuple[str, str]) -> Iterable[bytes]:
    body = status.encode()
    fixed = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body))), _NO_STORE, _FIXED]
    start_response(status, [*fixed, *headers])
    return [body]
