"""POST over kept TLS connections to peers, by urllib3: every wait has an end, and nothing is sent a second time.

No proxies, no redirects, no cookies, no content codings. A call between institutions is small, so that what a client
spends on each counts (decision 100); of the libraries that were measured this one spends least.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import urllib3
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import HTTPResponse
from urllib3.util import SKIP_HEADER

_PART = 64 * 1024
_UNSENT = {"User-Agent": SKIP_HEADER, "Accept-Encoding": SKIP_HEADER}
"""Headers that the library would add of its own accord."""


class NoAnswer(OSError):
    """There is no connection, no answer in time, or none that can be read whole."""


class AnswerTooLong(OSError):
    """The answer is longer than allowed; its connection is ended."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where to connect to; `name` is the one the certificate must be for."""

    address: str
    port: int
    name: str


@dataclass(frozen=True, slots=True)
class Received:
    """A whole answer."""

    status: int
    content_type: str
    body: bytes


class PeerConnections:
    """Connections of one caller; safe between threads, one exchange on each connection at a time.

    `connect_seconds` bounds connection and handshake, `answer_seconds` each wait after that; a connection that was not
    used for `kept_seconds` is not used again, and no more than `most` wait for each peer.
    """

    def __init__(
        self, context: ssl.SSLContext, *, connect_seconds: float, answer_seconds: float, kept_seconds: float, most: int
    ) -> None:
        self._context = context
        self._timeout = urllib3.Timeout(connect=connect_seconds, read=answer_seconds)
        self._kept = _connections_kept(kept_seconds)
        self._most = most
        self._pools: dict[Place, urllib3.HTTPSConnectionPool] = {}
        self._guard = threading.Lock()

    def post(self, place: Place, target: str, headers: Mapping[str, str], body: bytes, *, longest: int) -> Received:
        """Send a request and return its whole answer.

        Raises:
            NoAnswer: there is none, or none that says where it ends and comes until there.
            AnswerTooLong: it has more than `longest` octets.
            ValueError: a header would end its line early or cannot be written (a fault of the program).
        """
        try:
            answer = self._pool(place).urlopen(
                "POST",
                target,
                body=body,
                headers={**_UNSENT, **headers},
                retries=False,
                redirect=False,
                preload_content=False,
                decode_content=False,
            )
            whole: bytes | None = None
            try:
                whole = _whole(answer, longest)
            finally:
                if whole is None:
                    answer.close()
            return Received(answer.status, answer.headers.get("Content-Type", ""), whole)
        except HTTPError as error:
            raise NoAnswer(type(error).__name__) from error

    def close(self) -> None:
        """End all connections that wait."""
        with self._guard:
            pools, self._pools = self._pools, {}
        for pool in pools.values():
            pool.close()

    def _pool(self, place: Place) -> urllib3.HTTPSConnectionPool:
        with self._guard:
            pool = self._pools.get(place)
            if pool is None:
                pool = self._pools[place] = urllib3.HTTPSConnectionPool(
                    place.address,
                    place.port,
                    timeout=self._timeout,
                    maxsize=self._most,
                    ssl_context=self._context,
                    server_hostname=place.name,
                )
                pool.ConnectionCls = self._kept
            return pool


def _connections_kept(seconds: float) -> type[HTTPSConnection]:
    """Return the connections of a pool that counts one as ended when nothing was asked over it for so long.

    The pool asks each whether it is connected before it is used again. The head of a request waits for its content and
    leaves with it: apart they are two records, two system calls and two times that the other side wakes up.
    """

    class Kept(HTTPSConnection):
        _used_at = 0.0
        _ends_head = False
        _head = b""

        @property
        def is_connected(self) -> bool:
            return super().is_connected and time.monotonic() - self._used_at < seconds

        def endheaders(self, message_body: Any = None, *, encode_chunked: bool = False) -> None:  # noqa: ANN401 - as its parent's
            self._head, self._ends_head = b"", True
            try:
                super().endheaders(message_body, encode_chunked=encode_chunked)
            finally:
                self._ends_head = False

        def send(self, data: Any) -> None:  # noqa: ANN401 - as its parent's
            if self._ends_head:
                self._head += data
                return
            head, self._head = self._head, b""
            super().send(head + data if head else data)

        def getresponse(self) -> HTTPResponse:  # type: ignore[override] # as urllib3's own differs from its parent's
            if self._head:
                self.send(b"")
            answer = super().getresponse()
            self._used_at = time.monotonic()
            return answer

    return Kept


def _whole(answer: urllib3.BaseHTTPResponse, longest: int) -> bytes:
    """Return the body.

    Raises:
        NoAnswer: it does not say where it ends.
        AnswerTooLong: it is longer than `longest`.
        urllib3.exceptions.HTTPError: it ended early.
    """
    if "Content-Length" not in answer.headers and "Transfer-Encoding" not in answer.headers:
        raise NoAnswer("an answer of no stated length")
    received = bytearray()
    for part in answer.stream(_PART, decode_content=False):
        received += part
        if len(received) > longest:
            raise AnswerTooLong
    answer.release_conn()
    return bytes(received)
