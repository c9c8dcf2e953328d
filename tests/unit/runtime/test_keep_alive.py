"""The local server keeps connections, reads no request beyond its content, and is not stopped by a silent client."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.client import HTTPConnection, RemoteDisconnected
from pathlib import Path
from typing import Any

import pytest

from mizuhiki.crypto.x509 import issue_institution_certificate, make_world_authority
from mizuhiki.runtime.clock import SystemClock
from mizuhiki.runtime.in_hand import InHand
from mizuhiki.runtime.keep_alive import MOST_DRAINED
from mizuhiki.runtime.server import LocalServer, TlsFiles
from mizuhiki.vocabulary.ids import InstitutionId

Start = Callable[..., Any]
UNREAD, FAILS, STREAMS = "/unread", "/fails", "/streams"


def application(environ: dict[str, Any], start_response: Start) -> list[bytes]:
    path = environ["PATH_INFO"]
    if path == FAILS:
        raise RuntimeError("broken")
    body = b"" if path == UNREAD else environ["wsgi.input"].read()
    port = str(environ["REMOTE_PORT"]).encode()
    parts = [port, b" ", body]
    headers = [("Content-Type", "text/plain")]
    if path != STREAMS:
        headers.append(("Content-Length", str(sum(map(len, parts)))))
    start_response("200 OK", headers)
    return parts


@pytest.fixture
def server() -> Iterator[LocalServer]:
    served = LocalServer(application, "127.0.0.1", 0)
    served.start()
    yield served
    served.stop()


def post(connection: HTTPConnection, body: bytes, path: str = "/") -> tuple[bytes, bytes]:
    connection.request("POST", path, body=body)
    answer = connection.getresponse()
    assert answer.status == 200
    port, _, content = answer.read().partition(b" ")
    return port, content


def raw(server: LocalServer, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as plain:
        plain.sendall(request)
        received = b""
        while part := plain.recv(65536):
            received += part
        return received


def test_one_connection_serves_one_request_after_another(server: LocalServer) -> None:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
    answers = [post(connection, b"a"), post(connection, b""), post(connection, b"c" * 70_000, STREAMS)]
    assert len({port for port, _ in answers}) == 1
    assert [len(content) for _, content in answers] == [1, 0, 70_000]
    connection.close()


def test_content_that_nobody_read_is_no_next_request(server: LocalServer) -> None:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
    hidden = b"POST / HTTP/1.1\r\nContent-Length: 6\r\n\r\nhidden"
    first, _ = post(connection, hidden, UNREAD)
    assert post(connection, b"next") == (first, b"next")
    connection.close()


def test_more_than_is_read_off_ends_the_connection(server: LocalServer) -> None:
    head = f"POST {UNREAD} HTTP/1.1\r\nContent-Length: {MOST_DRAINED + 1}\r\n\r\n".encode()
    assert raw(server, head + b"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n").count(b"HTTP/1.1 200") == 1


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: 4\r\nContent-Length: 5",
        b"Content-Length: -1",
        b"Content-Length: 1_0",
        b"Content-Length: 4\r\nTransfer-Encoding: chunked",
        b"Transfer-Encoding: gzip, chunked",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
    ],
)
def test_content_whose_length_is_not_clear_is_refused_and_the_connection_ended(
    server: LocalServer, framing: bytes
) -> None:
    hidden = b"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n"
    answer = raw(server, b"POST / HTTP/1.1\r\n" + framing + b"\r\n\r\n" + hidden)
    assert answer.startswith(b"HTTP/1.1 400")
    assert answer.count(b"HTTP/1.1") == 1


def test_chunked_content_is_read_and_ends_the_connection(server: LocalServer) -> None:
    request = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n"
    answer = raw(server, request + b"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n")
    assert answer.endswith(b" abcd")
    assert answer.count(b"HTTP/1.1 200") == 1


def test_an_application_that_fails_is_a_500_and_tells_nothing(server: LocalServer) -> None:
    answer = raw(server, b"GET " + FAILS.encode() + b" HTTP/1.1\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 500")
    assert b"broken" not in answer


def test_a_stopped_server_ends_what_is_connected(server: LocalServer) -> None:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
    post(connection, b"a")
    server.stop()
    with pytest.raises((ConnectionError, RemoteDisconnected)):
        post(connection, b"b")
    connection.close()


def test_a_client_that_never_shakes_hands_stops_nobody_else(tmp_path: Path) -> None:
    now = SystemClock().now()
    span = {"valid_from": now - timedelta(days=1), "valid_until": now + timedelta(days=1)}
    authority = make_world_authority(**span)
    identity = issue_institution_certificate(
        authority, institution=InstitutionId("jpki"), hosts=["127.0.0.1", "localhost"], **span
    )
    (tmp_path / "cert.pem").write_bytes(identity.certificate_pem)
    (tmp_path / "key.pem").write_bytes(identity.key_pem.reveal())
    (tmp_path / "ca.pem").write_bytes(authority.certificate_pem)
    tls = TlsFiles(certificate=tmp_path / "cert.pem", key=tmp_path / "key.pem")
    served = LocalServer(application, "127.0.0.1", 0, tls=tls)
    served.start()
    with socket.create_connection(("127.0.0.1", served.port)) as silent:
        context = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
        with socket.create_connection(("127.0.0.1", served.port), timeout=10) as plain:
            speaking = context.wrap_socket(plain, server_hostname="localhost")
            speaking.sendall(b"GET / HTTP/1.1\r\n\r\n")
            assert speaking.recv(65536).startswith(b"HTTP/1.1 200")
            assert speaking.version() == "TLSv1.3"
            speaking.close()
        assert silent.fileno() >= 0
    served.stop()


def test_what_is_in_hand_is_held_until_the_last_thread_lets_go() -> None:
    hands, entered, leave = InHand(), threading.Event(), threading.Event()

    def hold() -> None:
        with hands.holding("key"):
            entered.set()
            leave.wait(10)

    other = threading.Thread(target=hold)
    with hands.holding("key"):
        other.start()
        assert entered.wait(10)
    assert "key" in hands
    leave.set()
    other.join()
    assert "key" not in hands
