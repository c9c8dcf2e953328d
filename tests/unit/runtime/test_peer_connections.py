# Fixtures are typed by what they stand in for:
# ruff: noqa: ANN001
"""Kept connections: requests one after another, an answer taken whole or not at all, nothing sent twice."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from mizuhiki.crypto.x509 import issue_institution_certificate, make_world_authority
from mizuhiki.runtime.clock import SystemClock
from mizuhiki.runtime.peer_connections import AnswerTooLong, NoAnswer, PeerConnections, Place
from mizuhiki.vocabulary.ids import InstitutionId

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nfine"
NAME = "jpki.localhost"


class Peer:
    """A TLS server that answers each request with the next of `answers`, as it stands there, and ends after b""."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.answers: list[bytes] = []
        self.connections = 0
        self.pieces: list[bytes] = []
        self.requests = 0
        self.ended = threading.Event()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                plain, _ = self._listening.accept()
                self.connections += 1
                self.ended.clear()
                with suppress(OSError), self._context.wrap_socket(plain, server_side=True) as channel:
                    self._serve(channel)
                self.ended.set()

    def _serve(self, channel: ssl.SSLSocket) -> None:
        while piece := channel.recv(1 << 20):
            self.pieces.append(piece)
            head, _, begun = piece.partition(b"\r\n\r\n")
            missing = int(head.partition(b"Content-Length: ")[2].split()[0]) - len(begun)
            while missing > 0 and (rest := channel.recv(missing)):
                self.pieces.append(rest)
                missing -= len(rest)
            self.requests += 1
            answer = self.answers.pop(0)
            channel.sendall(answer.removesuffix(b"<end>"))
            if answer.endswith(b"<end>"):
                return

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(10)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept-connections")
    now = SystemClock().now()
    span = {"valid_from": now - timedelta(days=1), "valid_until": now + timedelta(days=1)}
    authority = make_world_authority(**span)
    identity = issue_institution_certificate(authority, institution=InstitutionId("jpki"), hosts=[NAME], **span)
    (folder / "ca.pem").write_bytes(authority.certificate_pem)
    (folder / "cert.pem").write_bytes(identity.certificate_pem)
    (folder / "key.pem").write_bytes(identity.key_pem.reveal())
    return folder


@pytest.fixture
def peer(files: Path) -> Iterator[Peer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files / "cert.pem", files / "key.pem")
    served = Peer(context)
    yield served
    served.close()


@pytest.fixture
def make(files: Path) -> Iterator[Callable[..., PeerConnections]]:
    made: list[PeerConnections] = []

    def make(**limits: float) -> PeerConnections:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(files / "ca.pem")
        given = {"connect_seconds": 10.0, "answer_seconds": 10.0, "kept_seconds": 10.0, "most": 4} | limits
        made.append(PeerConnections(context, **given))
        return made[-1]

    yield make
    for one in made:
        one.close()


def post(
    connections: PeerConnections, peer: Peer, body: bytes = b"{}", *, longest: int = 1000, name: str = NAME
) -> bytes:
    place = Place("127.0.0.1", peer.port, name)
    received = connections.post(place, "/v1/x", {"Host": name}, body, longest=longest)
    assert (received.status, received.content_type) == (200, "text/plain")
    return received.body


def test_requests_follow_each_other_on_one_connection_each_in_one_piece_with_no_header_but_those_given(
    peer, make
) -> None:
    connections = make()
    peer.answers = [OK, OK, OK]
    assert [post(connections, peer, body) for body in (b"a", b"", b"c")] == [b"fine"] * 3
    assert peer.connections == 1
    head = b"POST /v1/x HTTP/1.1\r\nContent-Length: %d\r\nHost: jpki.localhost\r\n\r\n"
    assert peer.pieces == [head % 1 + b"a", head % 0, head % 1 + b"c"]


def test_a_long_body_arrives_whole(peer, make) -> None:
    peer.answers = [OK]
    body = bytes(range(256)) * 1024
    assert post(make(), peer, body) == b"fine"


def test_a_connection_that_the_peer_ended_is_not_used_again(peer, make) -> None:
    connections = make()
    peer.answers = [OK + b"<end>", OK]
    post(connections, peer)
    assert peer.ended.wait(10)
    assert post(connections, peer) == b"fine"
    assert (peer.connections, peer.requests) == (2, 2)


def test_no_connection_is_used_that_was_kept_longer_than_allowed(peer, make) -> None:
    connections = make(kept_seconds=0.0)
    peer.answers = [OK, OK]
    for _ in range(2):
        post(connections, peer)
    assert peer.connections == 2


def test_a_connection_whose_peer_wants_to_end_it_is_not_kept(peer, make) -> None:
    connections = make()
    peer.answers = [OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"), OK]
    for _ in range(2):
        post(connections, peer)
    assert peer.connections == 2


def test_a_chunked_answer_is_put_together(peer, make) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
    peer.answers = [head + b"2\r\nfi\r\n2\r\nne\r\n0\r\n\r\n"]
    assert post(make(), peer) == b"fine"


@pytest.mark.parametrize(
    "answer",
    [
        b"<end>",
        b"nonsense\r\n\r\n<end>",
        OK[:-1] + b"<end>",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nfine<end>",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfi<end>",
    ],
    ids=["nothing", "nonsense", "shorter than it says", "of no stated length", "in the middle of a part"],
)
def test_an_answer_that_is_not_whole_is_none_and_nothing_is_sent_again(peer, make, answer) -> None:
    connections = make()
    peer.answers = [answer]
    with pytest.raises(NoAnswer):
        post(connections, peer)
    assert peer.requests == 1
    peer.answers = [OK]
    assert post(connections, peer) == b"fine"
    assert peer.connections == 2


def test_too_long_an_answer_is_not_read_to_its_end(peer, make) -> None:
    connections = make()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n"
    peer.answers = [head % 2**30 + bytes(2**17), OK, OK]
    with pytest.raises(AnswerTooLong):
        post(connections, peer, longest=2**16)
    assert post(connections, peer, longest=4) == b"fine"
    assert peer.connections == 2
    with pytest.raises(AnswerTooLong):
        post(connections, peer, longest=3)


def test_a_peer_of_another_name_is_not_spoken_to(peer, make) -> None:
    with pytest.raises(NoAnswer, match="SSLError"):
        post(make(), peer, name="portal.localhost")
    assert not peer.pieces


def test_an_answer_that_does_not_come_is_not_waited_for_without_end(peer, make) -> None:
    peer.answers = [b"HTTP/1.1 200 OK\r\n"]
    with pytest.raises(NoAnswer, match="TimeoutError"):
        post(make(answer_seconds=0.05), peer)


@pytest.mark.parametrize("headers", [{"X": "a\r\nY: b"}, {"X: y": "a"}, {"X\r\nY": "a"}, {"X": "漢"}])
def test_no_header_is_sent_that_would_read_as_something_else(peer, make, headers) -> None:
    with pytest.raises(ValueError, match=r"Invalid header|can't encode"):
        make().post(Place("127.0.0.1", peer.port, NAME), "/", headers, b"", longest=1)
    assert peer.requests == 0
