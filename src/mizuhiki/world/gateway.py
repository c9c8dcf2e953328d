"""Passes people's page requests on to the institutions' processes; peers never come this way."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from mizuhiki.runtime.directory import Directory, DirectoryEntry
from mizuhiki.runtime.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ANSWER_SECONDS = 60.0
_HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "proxy-authorization", "host"}
)


class Gateway:
    """A small reverse proxy for the demo: plain HTTP from the browser, mutual TLS to the process."""

    def __init__(self, directory: Directory, authority: Path) -> None:
        self._directory = directory
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_verify_locations(authority)
        folder = authority.parent / "gateway"
        context.load_cert_chain(folder / "tls.pem", folder / "tls.key")
        self._client = httpx.Client(verify=context, timeout=ANSWER_SECONDS, trust_env=False, follow_redirects=False)

    def application(self, entry: DirectoryEntry) -> WSGIApplication:
        """Return a WSGI application that passes requests on to one institution."""
        port = urlsplit(entry.base_url).port

        def passing(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            path = str(environ.get("PATH_INFO", "/")).encode("latin-1").decode("utf-8", "replace")
            url = httpx.URL(
                scheme="https",
                host="127.0.0.1",
                port=port,
                path=path,
                query=str(environ.get("QUERY_STRING", "")).encode(),
            )
            request = self._client.build_request(
                str(environ["REQUEST_METHOD"]),
                url,
                headers=[*_headers(environ), ("Host", str(environ.get("HTTP_HOST", entry.host)))],
                content=environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)),
                extensions={"sni_hostname": entry.host},
            )
            answer = self._client.send(request)
            headers = [
                (name, value)
                for name, value in answer.headers.multi_items()
                if name.lower() not in _HOP_BY_HOP | {"content-length", "content-encoding"}
            ]
            body = answer.content
            start_response(
                f"{answer.status_code} {answer.reason_phrase}", [*headers, ("Content-Length", str(len(body)))]
            )
            return [body]

        return passing

    def close(self) -> None:
        """Close all connections."""
        self._client.close()


def _headers(environ: WSGIEnvironment) -> list[tuple[str, str]]:
    """Return the browser's headers that go on."""
    named = [
        (key.removeprefix("HTTP_").replace("_", "-"), str(value))
        for key, value in environ.items()
        if key.startswith("HTTP_")
    ]
    if environ.get("CONTENT_TYPE"):
        named.append(("Content-Type", str(environ["CONTENT_TYPE"])))
    return [(name, value) for name, value in named if name.lower() not in _HOP_BY_HOP]
