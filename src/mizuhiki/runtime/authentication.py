"""Who calls: given by the in-process transport, or proved by an HTTP message signature with the caller's hop key.

One of the two is always there; a request with neither is refused, and nothing a client can write into a header counts
as an identity. Host names and addresses of the client are not looked at.
"""

from __future__ import annotations

from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.hop_signatures import check_digest, verify_hop
from mizuhiki.runtime.wsgi import PEER_KEY, WSGIEnvironment
from mizuhiki.vocabulary.errors import Refused
from mizuhiki.vocabulary.ids import InstitutionId, parse_institution_id


class PeerUnauthenticated(Refused):
    """The request does not prove which institution sent it."""

    code = "peer-unauthenticated"
    title = "The request does not prove who sent it"
    status = 401


class PeerAuthenticator:
    """Authenticates the callers of one institution against the directory."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def __call__(self, environ: WSGIEnvironment) -> InstitutionId:
        """Return the calling institution; the body is not read.

        Raises:
            PeerUnauthenticated: neither the transport nor a signature names one.
            SignatureInvalid, NotInDirectory: the signature does not hold, or its signer is unknown.
        """
        given = environ.get(PEER_KEY)
        if given is not None:
            peer = parse_institution_id(given)
            self._environment.directory.entry(peer)
            return peer
        if "HTTP_SIGNATURE" not in environ:
            raise PeerUnauthenticated
        return verify_hop(environ, self._environment)

    def check_body(self, environ: WSGIEnvironment, body: bytes) -> None:
        """Return when the body is the one that was signed; in process there is nothing to check.

        Raises:
            PeerUnauthenticated: its digest is another.
        """
        if environ.get(PEER_KEY) is None and not check_digest(environ, body):
            raise PeerUnauthenticated(reason="digest")
