"""Who calls: given by the in-process transport, or proved by an HTTP message signature with the caller's hop key.

One of the two is always there; a request with neither is refused, and nothing a client can write into a header counts
as an identity by itself. A signature covers the body, so a caller is first known by what it claims, which is enough to
turn unlisted callers away before their body is read, and is believed only after `prove`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from mizuhiki.crypto.http_signatures import NonceMemory, SignedRequest, verify_request
from mizuhiki.runtime.directory import Directory
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.wsgi import PEER_KEY, WSGIEnvironment
from mizuhiki.vocabulary.errors import MizuhikiError, Refused
from mizuhiki.vocabulary.ids import InstitutionId, parse_institution_id

_KEY_ID = re.compile(r';keyid="([a-z0-9-]{1,64})"')


class PeerUnauthenticated(Refused):
    """The request does not prove which institution sent it."""

    code = "peer-unauthenticated"
    title = "The request does not prove who sent it"
    status = 401


class PeerAuthenticator:
    """Authenticates the callers of one institution against the keys pinned in the directory."""

    def __init__(self, environment: Environment, nonces: NonceMemory) -> None:
        self._directory: Directory = environment.directory
        self._institution = environment.institution
        self._clock = environment.clock
        self._nonces = nonces

    def given(self, environ: WSGIEnvironment) -> InstitutionId | None:
        """Return the caller as the in-process transport gave it, None for a request from a socket."""
        peer = environ.get(PEER_KEY)
        return None if peer is None else parse_institution_id(peer)

    def known(self, environ: WSGIEnvironment) -> InstitutionId | None:
        """Return the caller that the in-process transport gave, if it is one of the directory; never raises."""
        try:
            peer = self.given(environ)
            if peer is not None:
                self._directory.entry(peer)
        except MizuhikiError:
            return None
        return peer

    def claimed(self, environ: WSGIEnvironment) -> InstitutionId:
        """Return the caller as given, or as the signature's key id claims; the body is not read.

        Raises:
            PeerUnauthenticated: neither is there, or the claimed institution is not in the directory.
        """
        found = _KEY_ID.findall(str(environ.get("HTTP_SIGNATURE_INPUT", "")))
        try:
            peer = self.given(environ) or parse_institution_id(found[0] if len(found) == 1 else "")
            self._directory.entry(peer)
        except MizuhikiError as error:
            raise PeerUnauthenticated from error
        return peer

    def prove(self, environ: WSGIEnvironment, claimed: InstitutionId, body: bytes) -> None:
        """Return when the caller is the one it claims to be and the body is the one it sent.

        Raises:
            PeerUnauthenticated: the signature is another's than claimed.
            The errors of `crypto.http_signatures.verify_request`.
        """
        if self.given(environ) is not None:
            return
        own = urlsplit(self._directory.entry(self._institution).base_url)
        path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
        request = SignedRequest(
            method=str(environ["REQUEST_METHOD"]),
            # The scheme is the published one: TLS may end before us.
            url=f"{own.scheme}://{environ.get('HTTP_HOST', '')}{path}" + (f"?{query}" if query else ""),
            headers=dict(_headers(environ)),
            body=body,
        )
        signer = verify_request(
            request,
            host=own.netloc,
            key_of=lambda institution: self._directory.entry(institution).hop_key,
            nonces=self._nonces,
            at=self._clock.now(),
        )
        if signer != claimed:
            raise PeerUnauthenticated


def _headers(environ: WSGIEnvironment) -> Iterator[tuple[str, str]]:
    for key, value in environ.items():
        if key.startswith("HTTP_"):
            yield key.removeprefix("HTTP_").replace("_", "-").lower(), str(value)
    yield "content-type", str(environ.get("CONTENT_TYPE", ""))
