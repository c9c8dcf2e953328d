"""Heads of requests read by a pattern against the library: whatever is taken is taken alike, and nothing behind it."""

from __future__ import annotations

import io
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.serving import WSGIRequestHandler

from mizuhiki.runtime.keep_alive import KeepAliveHandler

BEHIND = b"content of the request, and the next one"
_NAMES = st.text(string.ascii_letters + string.digits + "-_ :", min_size=0, max_size=8)
_VALUES = st.text("".join(map(chr, range(32, 127))) + "\t\x00é", max_size=12)
_LINES = st.sampled_from(
    (
        "POST /v1/x HTTP/1.1",
        "GET /?a=b HTTP/1.1",
        "GET //other/x HTTP/1.1",
        "PUT / HTTP/1.1",
        "GET / HTTP/1.0",
        "GET / HTTP/2.0",
        "GET /",
        "get / HTTP/1.1",
        "GET  / HTTP/1.1",
        "GET / HTTP/1.1 ",
    )
)


class Library(WSGIRequestHandler):
    protocol_version = KeepAliveHandler.protocol_version


class Read:
    """What came of a head, and what is left behind it."""

    def __init__(self, handler_type: type[WSGIRequestHandler], head: bytes, behind: bytes = BEHIND) -> None:
        line, _, rest = head.partition(b"\n")
        handler: Any = handler_type.__new__(handler_type)
        handler.raw_requestline = line + b"\n"
        handler.rfile = io.BufferedReader(io.BytesIO(rest + behind))
        handler.errors = []
        handler.send_error = lambda code, *_: handler.errors.append(int(code))
        handler.handle_expect_100 = lambda: True
        self.taken = handler.parse_request()
        self.errors = handler.errors
        if self.taken:
            self.request = (handler.command, handler.path, handler.request_version, handler.requestline)
            self.close = handler.close_connection
            self.fields = handler.headers.items()
            self.behind = handler.rfile.read()

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment] # equality without a hash, as Python itself marks it


def no_library(*_: object) -> bool:
    raise AssertionError


def alike(head: bytes) -> Read:
    ours = Read(KeepAliveHandler, head)
    assert ours == Read(Library, head)
    return ours


@given(_LINES, st.lists(st.tuples(_NAMES, st.sampled_from((": ", ":", " : ", ":  ")), _VALUES), max_size=5))
def test_any_head_is_read_as_the_library_reads_it(line: str, fields: list[tuple[str, str, str]]) -> None:
    written = "".join(f"{name}{mark}{value}\r\n" for name, mark, value in fields)
    alike(f"{line}\r\n{written}\r\n".encode("latin-1"))


def test_a_usual_head_does_not_reach_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    head = b"POST /v1/x HTTP/1.1\r\nHost: a:1\r\nContent-Length: 2\r\nSignature: hop=:a+/=:\r\nX: 1\r\nx: 2\r\n\r\n"
    expected = Read(Library, head)
    monkeypatch.setattr(WSGIRequestHandler, "parse_request", no_library)
    read = Read(KeepAliveHandler, head)
    assert read == expected
    assert read.request == ("POST", "/v1/x", "HTTP/1.1", "POST /v1/x HTTP/1.1")
    assert (read.close, read.behind) == (False, BEHIND)
    assert read.fields[-2:] == [("X", "1"), ("x", "2")]


@pytest.mark.parametrize(
    "fields",
    [
        "Connection: close",
        "connection: Keep-Alive",
        "Expect: 100-continue",
        "Transfer-Encoding: chunked",
        "Upgrade: h2c",
        "Host: a\r\n folded",
        "Host : a",
        "Host:a",
        "Host: a\nX: b",
        "Host: a\r\n\rX: b",
        "Host: é",
        "Host: a\t",
        "X" * 65 + ": a",
        "\r\n".join(["Host: a"] * 65),
        "",
    ],
)
def test_what_is_unusual_or_of_the_connection_is_left_to_the_library(
    fields: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = f"{fields}\r\n" if fields else ""
    head = f"GET / HTTP/1.1\r\n{written}\r\n".encode("latin-1")
    alike(head)
    monkeypatch.setattr(WSGIRequestHandler, "parse_request", no_library)
    with pytest.raises(AssertionError):
        Read(KeepAliveHandler, head)


def test_a_head_that_did_not_come_whole_is_waited_for_by_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WSGIRequestHandler, "parse_request", no_library)
    with pytest.raises(AssertionError):
        Read(KeepAliveHandler, b"GET / HTTP/1.1\r\nHost: a\r\n", b"")
