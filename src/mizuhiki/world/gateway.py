"""Passes people's page requests on to the institutions' processes; peers never come this way."""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx

from mizuhiki.runtime.directory import Directory, DirectoryEntry
from mizuhiki.runtime.problems import problem_for
from mizuhiki.runtime.serving import send_problem
from mizuhiki.runtime.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
from mizuhiki.world.errors import ProcessUnreachable

ANSWER_SECONDS = 60.0
_HOP_BY_HOP = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""RFC 9110 7.6.1; beside these, whatever a Connection header names."""
_OURS = frozenset({"host", "accept-encoding", "content-length", "content-encoding"})
"""The gateway sets these itself: it unpacks what an institution packed."""

Headers = Sequence[tuple[str, str]]


class Gateway:
    """A small reverse proxy for the demo: plain HTTP from the browser, mutual TLS to the process.

    It holds no cookies: an `httpx.Client` would give one visitor's to the next.
    """

    def __init__(self, directory: Directory, authority: Path) -> None:
        self._directory = directory
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_verify_locations(authority)
        folder = authority.parent / "gateway"
        context.load_cert_chain(folder / "tls.pem", folder / "tls.key")
        self._transport = httpx.HTTPTransport(verify=context, trust_env=False)

    def application(self, entry: DirectoryEntry) -> WSGIApplication:
        """Return a WSGI application that passes requests on to one institution.

        A process that cannot be reached or does not answer in time gives a problem document with status 503.
        """
        port = urlsplit(entry.base_url).port

        def passing(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            try:
                answer = self._transport.handle_request(_request(environ, entry.host, port))
                body = answer.read()
            except httpx.TransportError:
                return send_problem(start_response, problem_for(ProcessUnreachable(), ""))
            headers = [*_passed_on(answer.headers.multi_items()), ("Content-Length", str(len(body)))]
            start_response(f"{answer.status_code} {answer.reason_phrase}", headers)
            return [body]

        return passing

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()


def _request(environ: WSGIEnvironment, host: str, port: int | None) -> httpx.Request:
    """Return the browser's request as it goes to the process, which knows itself by the host the browser asked for."""
    path = quote(str(environ.get("PATH_INFO", "/")).encode("latin-1"))
    query = str(environ.get("QUERY_STRING", "")).encode()
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    return httpx.Request(
        str(environ["REQUEST_METHOD"]),
        httpx.URL(scheme="https", host="127.0.0.1", port=port, path=path, query=query or None),
        headers=[("Host", str(environ.get("HTTP_HOST", host))), *_passed_on(_headers(environ))],
        content=body or None,
        extensions={"sni_hostname": host, "timeout": httpx.Timeout(ANSWER_SECONDS).as_dict()},
    )


def _headers(environ: WSGIEnvironment) -> Headers:
    """Return the headers a browser sent."""
    named = [
        (key.removeprefix("HTTP_").replace("_", "-"), str(value))
        for key, value in environ.items()
        if key.startswith("HTTP_")
    ]
    if environ.get("CONTENT_TYPE"):
        named.append(("Content-Type", str(environ["CONTENT_TYPE"])))
    return named


def _passed_on(headers: Headers) -> Headers:
    """Return the headers that are for the other end, every repeated one as often as it came."""
    nominated = {
        option.strip().lower() for name, value in headers if name.lower() == "connection" for option in value.split(",")
    }
    return [(name, value) for name, value in headers if name.lower() not in _HOP_BY_HOP | _OURS | nominated]
