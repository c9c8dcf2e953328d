"""How bytes get to a peer and back. The same bytes travel in one process and over sockets.

In process, the callee runs in an empty `contextvars.Context()` and its whole body is read inside it, so neither log
fields nor request objects of the caller leak in; what it raises ends there as an answer with status 500. The calling
institution's identity is given by the transport, under a key that no header can set. Over sockets the identity is
proved by an HTTP message signature (RFC 9421) with the hop key, on TLS (see `runtime.socket_transport`).
"""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from werkzeug.test import EnvironBuilder, run_wsgi_app

from mizuhiki.runtime.directory import DirectoryEntry
from mizuhiki.runtime.faults import DuplicateRegistration
from mizuhiki.runtime.logging import logger, where
from mizuhiki.runtime.problems import PROBLEM_TYPE, PeerUnavailable, internal_problem
from mizuhiki.runtime.wsgi import PEER_KEY, WSGIApplication
from mizuhiki.vocabulary.ids import InstitutionId


@dataclass(frozen=True, slots=True)
class PeerRequest:
    """One POST to a peer: path, headers beside host, content type and length, and the body."""

    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    content_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class PeerAnswer:
    """A peer's complete answer."""

    status: int
    content_type: str
    body: bytes


class Transport(Protocol):
    """Carries requests of one or more institutions to their peers."""

    def send(self, sender: InstitutionId, recipient: DirectoryEntry, request: PeerRequest) -> PeerAnswer:
        """Carry `request` and return the whole answer.

        Raises:
            PeerUnavailable: no connection, or no answer in time.
        """
        ...


class InProcessTransport:
    """Calls the peer's WSGI application on the caller's own stack; builds it when it is first called."""

    def __init__(self) -> None:
        self._factories: dict[InstitutionId, Callable[[], WSGIApplication]] = {}
        self._built: dict[InstitutionId, WSGIApplication] = {}
        # One lock for all: building A may make A's peer B, and two locks taken in both orders would never be released.
        self._building = threading.RLock()

    def register(self, institution: InstitutionId, wsgi_app_factory: Callable[[], WSGIApplication]) -> None:
        """Say how the institution is built.

        Raises:
            DuplicateRegistration: it was said before.
        """
        if institution in self._factories:
            raise DuplicateRegistration(institution)
        self._factories[institution] = wsgi_app_factory

    def unregister(self, institution: InstitutionId) -> None:
        """Take the institution off the wire; calls to it now fail as to a machine that is down."""
        self._factories.pop(institution, None)
        self._built.pop(institution, None)

    def application(self, institution: InstitutionId) -> WSGIApplication:
        """Return the institution's application, building it on the first call.

        Raises:
            PeerUnavailable: the institution is not registered.
        """
        built = self._built.get(institution)
        if built is not None:
            return built
        with self._building:
            if institution not in self._built:
                factory = self._factories.get(institution)
                if factory is None:
                    raise PeerUnavailable(f"{institution} is not running", peer=institution)
                self._built[institution] = factory()
            return self._built[institution]

    def send(self, sender: InstitutionId, recipient: DirectoryEntry, request: PeerRequest) -> PeerAnswer:
        """Run the peer's application on this request in an empty context and return its whole answer."""
        return contextvars.Context().run(self._exchange, sender, recipient, request)

    def _exchange(self, sender: InstitutionId, recipient: DirectoryEntry, request: PeerRequest) -> PeerAnswer:
        application = self.application(recipient.institution)
        builder = EnvironBuilder(
            method="POST",
            path=request.path,
            base_url=f"https://{recipient.host}",
            headers=list(request.headers),
            data=request.body,
            content_type=request.content_type,
        )
        environ = builder.get_environ()
        builder.close()
        environ[PEER_KEY] = sender
        try:
            body, status, headers = run_wsgi_app(application, environ, buffered=True)
        except Exception as error:  # noqa: BLE001 - HTTP server boundary: no exception crosses to the caller as an object
            logger().error(
                "unhandled", institution=recipient.institution, error=type(error).__name__, where=where(error)
            )
            return PeerAnswer(500, PROBLEM_TYPE, internal_problem("").encode())
        return PeerAnswer(int(status.split(" ", 1)[0]), headers.get("Content-Type", ""), b"".join(body))
