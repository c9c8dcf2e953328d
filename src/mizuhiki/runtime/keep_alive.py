"""HTTP/1.1 with kept connections for applications served on threads of this process (RFC 9112 §9.3).

Werkzeug's handler ends every connection, so each call between institutions would pay for a TLS handshake, and its
server does the handshake where it accepts, so one silent client stops everybody. Here a thread per connection does the
handshake and then serves one request after another.
"""

from __future__ import annotations

import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from http import HTTPStatus
from http.client import HTTPMessage
from io import BufferedIOBase
from typing import Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

IDLE_SECONDS = 60.0
"""How long a connection may be silent; longer than clients keep theirs, so that the client is who gives it up."""
HANDSHAKE_SECONDS = 5.0
MOST_DRAINED = 1024 * 1024
"""Bytes of a request that its application left unread which are read off; with more the connection ends."""
_PLAIN_LINE = re.compile(rb"(GET|POST) (/(?!/)[!-~]*) HTTP/1\.1\r\n")
_PLAIN_HEAD = re.compile(rb"(?:[A-Za-z0-9-]{1,64}: [!-~](?:[ -~]*[!-~])?\r\n){1,64}\r\n")
_PLAIN_FIELD = re.compile(r"([A-Za-z0-9-]+): ([^\r]+)\r\n")
"""A head that came whole and has nothing unusual in it; the general parser takes a tenth of a millisecond for it."""
_OF_THE_CONNECTION = frozenset({"connection", "expect", "transfer-encoding", "upgrade"})
_BODILESS = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})


class _Body(BufferedIOBase):
    """A request's content of known length; reads nothing of the request behind it."""

    def __init__(self, source: Any, length: int) -> None:  # noqa: ANN401 - socketserver's untyped buffered reader
        self._source = source
        self.left = length

    def readable(self) -> bool:
        """Tell that this is read."""
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        """Return up to `size` bytes, or all that is left."""
        wanted = self.left if size is None or size < 0 else min(size, self.left)
        return self._took(self._source.read(wanted) if wanted else b"")

    def readline(self, size: int | None = -1, /) -> bytes:
        """Return one line of at most `size` bytes."""
        wanted = self.left if size is None or size < 0 else min(size, self.left)
        return self._took(self._source.readline(wanted) if wanted else b"")

    def _took(self, part: bytes) -> bytes:
        self.left = self.left - len(part) if part else 0
        return part


class KeepAliveHandler(WSGIRequestHandler):
    """Serves the requests of one connection; writes no access log, since paths and addresses are not ours to keep."""

    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    wbufsize = -1
    disable_nagle_algorithm = True

    def setup(self) -> None:
        """Shake hands in this connection's own thread."""
        if isinstance(self.request, ssl.SSLSocket):
            self.request.settimeout(HANDSHAKE_SECONDS)
            self.request.do_handshake()
        super().setup()

    def parse_request(self) -> bool:
        """Read a request's head; one of the plain form in which peers write it is read by a pattern."""
        line = _PLAIN_LINE.fullmatch(self.raw_requestline)
        source: Any = self.rfile
        head = _PLAIN_HEAD.match(source.peek()) if line is not None else None
        if line is None or head is None:
            return super().parse_request()
        fields = _PLAIN_FIELD.findall(head[0].decode("ascii"))
        if not _OF_THE_CONNECTION.isdisjoint(name.lower() for name, _ in fields):
            return super().parse_request()
        source.read(len(head[0]))
        self.requestline = self.raw_requestline.decode("ascii").rstrip("\r\n")
        self.command, self.path, self.request_version = line[1].decode(), line[2].decode(), "HTTP/1.1"
        self.close_connection = False
        self.headers = HTTPMessage()
        for name, value in fields:
            self.headers[name] = value
        return True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write nothing, and make no readable line of the request for it either."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002, ANN401 - werkzeug's signature
        """Write nothing."""

    def run_wsgi(self) -> None:
        """Answer one request (PEP 3333) and leave the connection ready for the next, or end it."""
        length = self._content_length()
        if length is None:
            self.close_connection = True
            self.send_error(HTTPStatus.BAD_REQUEST)
            return
        if self.headers.get("Expect", "").lower().strip() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.wfile.flush()
        environ = self.make_environ()
        body = _Body(self.rfile, length)
        if "wsgi.input_terminated" in environ:
            self.close_connection = True  # the end of a chunked request is not looked for
        else:
            environ["wsgi.input"] = body
        _Answer(self).send(self.server.app, environ)
        if body.left > MOST_DRAINED:
            self.close_connection = True
        elif not self.close_connection:
            body.read()

    def _content_length(self) -> int | None:
        """Return the length of the request's content, or None where its framing is not clear (RFC 9112 §6.3)."""
        lengths = set(self.headers.get_all("Content-Length", []))
        codings = self.headers.get_all("Transfer-Encoding", [])
        if codings:
            return 0 if not lengths and [one.strip().lower() for one in codings] == ["chunked"] else None
        if not lengths:
            return 0
        text = lengths.pop()
        return int(text) if not lengths and text.isascii() and text.isdigit() else None


class _Answer:
    """One answer on its way: status line and headers go out with the first bytes."""

    def __init__(self, handler: KeepAliveHandler) -> None:
        self._handler = handler
        self._status = HTTPStatus.INTERNAL_SERVER_ERROR.value
        self._phrase = ""
        self._headers: list[tuple[str, str]] = []
        self._sent = False
        self._chunked = False

    def send(self, application: Callable[..., Iterable[bytes]], environ: dict[str, Any]) -> None:
        """Run the application and send what it gives; a failure before the first byte is a 500."""
        parts: Iterable[bytes] = ()
        whole = False
        try:
            parts = application(environ, self._start)
            for part in parts:
                self._write(part)
            self._write(b"", last=True)
            whole = True
        finally:
            if not whole:
                self._give_up()
            if hasattr(parts, "close"):
                parts.close()
            with suppress(ConnectionError):
                self._handler.wfile.flush()

    def _give_up(self) -> None:
        """End the connection after a failure; who asked hears of it where nothing of the answer went out yet."""
        self._handler.close_connection = True
        if not self._sent:
            with suppress(ConnectionError):
                self._handler.send_error(HTTPStatus.INTERNAL_SERVER_ERROR)

    def _start(self, status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Callable[[bytes], object]:
        if self._sent and isinstance(exc_info, tuple):
            raise exc_info[1].with_traceback(exc_info[2])
        code, _, self._phrase = status.partition(" ")
        self._status, self._headers = int(code), headers
        return self._write

    def _write(self, part: bytes, *, last: bool = False) -> None:
        if not self._sent and (part or last):
            self._write_head(complete=last)
        if not part and not last:
            return
        wfile = self._handler.wfile
        if self._handler.command == "HEAD" or self._status in _BODILESS:
            return
        if not self._chunked:
            wfile.write(part)
        elif part:
            wfile.write(b"%x\r\n%b\r\n" % (len(part), part))
        if self._chunked and last:
            wfile.write(b"0\r\n\r\n")

    def _write_head(self, *, complete: bool) -> None:
        handler = self._handler
        handler.send_response(self._status, self._phrase)
        named = {name.lower() for name, _ in self._headers}
        for name, value in self._headers:
            handler.send_header(name, value)
        if "content-length" not in named and self._status not in _BODILESS:
            if complete:
                handler.send_header("Content-Length", "0")
            elif handler.request_version >= "HTTP/1.1":
                self._chunked = True
                handler.send_header("Transfer-Encoding", "chunked")
            else:
                handler.close_connection = True
        if handler.close_connection:
            handler.send_header("Connection", "close")
        handler.end_headers()
        self._sent = True


class KeepAliveServer(ThreadedWSGIServer):
    """A thread per connection; `close_connections` ends those that are still open."""

    def __init__(self, application: Any, host: str, port: int, context: ssl.SSLContext | None) -> None:  # noqa: ANN401 - any WSGI application
        super().__init__(host, port, application, KeepAliveHandler)
        if context is not None:
            self.ssl_context = context
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - socketserver's signature
        """Serve a new connection in a thread of its own."""
        with self._guard:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 - socketserver's signature
        """End a connection."""
        with self._guard:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - socketserver's signature
        """Keep quiet about connections that failed; the application reports what failed in it."""

    def close_connections(self) -> None:
        """End every open connection: a client learns from it that the server is gone."""
        with self._guard:
            still_open = list(self._open)
        for one in still_open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
