"""POST over kept TLS connections: a request leaves in one piece, and its answer is read by the standard library.

A call between institutions is small, and a general client spends more on it than its encryption does (decision 0100):
head and body apart are two records, two system calls and two wake-ups of the other side. Answers are parsed by
`http.client`. No proxies, no redirects, no cookies, no content codings; every wait has an end.
"""

from __future__ import annotations

import http.client
import re
import select
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Final

from mizuhiki.runtime.faults import ProgrammingFault

_TARGET: Final = re.compile(r"/[!-~]*")
_NAME: Final = re.compile(r"[A-Za-z0-9-]+")
_VALUE: Final = re.compile(r"(?:[!-~](?:[ -~]*[!-~])?)?")
_IN_ONE_PIECE: Final = 64 * 1024
"""A longer body is not copied behind its head."""
_PART: Final = 64 * 1024


class RequestNotSendable(ProgrammingFault):
    """A target or header would end its line early or cannot be written in ASCII."""


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


@dataclass(slots=True)
class _Kept:
    channel: ssl.SSLSocket
    since: float


class KeptSockets:
    """Connections of one caller; safe between threads, one exchange on each connection at a time.

    `connect_seconds` bounds connection and handshake, `answer_seconds` each wait after that; unused connections end
    after `kept_seconds`, and no more than `most` wait.
    """

    def __init__(
        self, context: ssl.SSLContext, *, connect_seconds: float, answer_seconds: float, kept_seconds: float, most: int
    ) -> None:
        self._context = context
        self._connect_seconds = connect_seconds
        self._answer_seconds = answer_seconds
        self._kept_seconds = kept_seconds
        self._most = most
        self._idle: dict[Place, list[_Kept]] = {}
        self._guard = threading.Lock()

    def post(self, place: Place, target: str, headers: Mapping[str, str], body: bytes, *, longest: int) -> Received:
        """Send a request and return its whole answer; nothing is sent a second time.

        Raises:
            OSError, http.client.HTTPException: no connection, no answer in time, none that can be read, or one of more
                than `longest` octets.
            RequestNotSendable: the request cannot be written (a fault of the program).
        """
        head = _head(target, headers, len(body))
        channel = self._take(place) or self._connect(place)
        kept = False
        try:
            if len(body) <= _IN_ONE_PIECE:
                channel.sendall(head + body)
            else:
                channel.sendall(head)
                channel.sendall(body)
            answer = http.client.HTTPResponse(channel, method="POST")
            try:
                answer.begin()
                received = Received(answer.status, answer.headers.get("Content-Type", ""), _whole(answer, longest))
                kept = not answer.will_close
            finally:
                answer.close()
        finally:
            if kept:
                self._keep(place, channel)
            else:
                channel.close()
        return received

    def close(self) -> None:
        """End all connections that wait."""
        with self._guard:
            idle, self._idle = self._idle, {}
        for kept in (one for some in idle.values() for one in some):
            kept.channel.close()

    def _take(self, place: Place) -> ssl.SSLSocket | None:
        """Return a connection that is still good: young enough, and with nothing to read, not even its end."""
        oldest = time.monotonic() - self._kept_seconds
        while True:
            with self._guard:
                waiting = self._idle.get(place)
                if not waiting:
                    return None
                kept = waiting.pop()
            if kept.since > oldest and not _is_readable(kept.channel):
                return kept.channel
            kept.channel.close()

    def _keep(self, place: Place, channel: ssl.SSLSocket) -> None:
        now = time.monotonic()
        ended: list[_Kept] = []
        with self._guard:
            waiting = self._idle.setdefault(place, [])
            while waiting and waiting[0].since <= now - self._kept_seconds:
                ended.append(waiting.pop(0))
            if sum(map(len, self._idle.values())) < self._most:
                waiting.append(_Kept(channel, now))
            else:
                ended.append(_Kept(channel, now))
        for one in ended:
            one.channel.close()

    def _connect(self, place: Place) -> ssl.SSLSocket:
        with ExitStack() as cleanup:
            plain = socket.create_connection((place.address, place.port), self._connect_seconds)
            cleanup.callback(plain.close)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            channel = self._context.wrap_socket(plain, server_hostname=place.name)
            channel.settimeout(self._answer_seconds)
            cleanup.pop_all()
        return channel


def _head(target: str, headers: Mapping[str, str], length: int) -> bytes:
    lines = [f"POST {target} HTTP/1.1"]
    if not _TARGET.fullmatch(target):
        raise RequestNotSendable
    for name, value in headers.items():
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
            raise RequestNotSendable(name)
        lines.append(f"{name}: {value}")
    lines.append(f"Content-Length: {length}\r\n\r\n")
    return "\r\n".join(lines).encode("ascii")


def _is_readable(channel: ssl.SSLSocket) -> bool:
    watched = select.poll()
    with suppress(OSError, ValueError):  # of a socket that is closed already, which is no good either
        watched.register(channel, select.POLLIN)
        return bool(watched.poll(0))
    return True


def _whole(answer: http.client.HTTPResponse, longest: int) -> bytes:
    """Return the body.

    Raises:
        AnswerTooLong: it is longer than `longest`.
        http.client.IncompleteRead: it ended early, or does not say where it ends.
    """
    if answer.length is None and not answer.chunked:
        raise http.client.IncompleteRead(b"")
    received = bytearray()
    while part := answer.read(_PART):
        received += part
        if len(received) > longest:
            raise AnswerTooLong
    if answer.length:
        raise http.client.IncompleteRead(b"", answer.length)
    return bytes(received)
