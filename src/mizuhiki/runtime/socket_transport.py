"""Peers over sockets: TLS 1.3 under the world's authority (R-030), and a signature with our hop key (RFC 9421).

Names under ``.localhost`` are connected to the loopback address directly, because only browsers resolve them; the Host
header and the name in the TLS handshake stay the peer's. Proxies of the machine's environment and redirects are not
followed. A peer that does not answer in time is `PeerUnavailable`; the caller may not know whether it did the work.
"""

from __future__ import annotations

import ssl
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from mizuhiki.crypto.http_signatures import SignedRequest, sign_request
from mizuhiki.crypto.keystore import Keystore, SigningPurpose
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.runtime.clock import Clock
from mizuhiki.runtime.directory import DirectoryEntry
from mizuhiki.runtime.peer_connections import AnswerTooLong, NoAnswer, PeerConnections, Place
from mizuhiki.runtime.problems import PeerUnavailable
from mizuhiki.runtime.transport import PeerAnswer, PeerRequest
from mizuhiki.vocabulary.errors import Refused
from mizuhiki.vocabulary.ids import InstitutionId

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 30.0
"""Shorter than the outbox's lease, so that a message is not claimed again while it is being delivered."""
KEPT_SECONDS = 15.0
"""How long an unused connection is kept: shorter than servers of ours do, so that none is used while it ends."""
MOST_KEPT = 64
MAXIMUM_ANSWER = 64 * 1024 * 1024
_LOOPBACK = "127.0.0.1"
_PORT = 443


class PlaintextRefused(Refused):
    """The directory gives the peer an address without TLS."""

    code = "plaintext-refused"
    title = "Peers are called over TLS only"


class SocketTransport:
    """Sends requests of one institution over sockets; safe between threads, keeps connections open."""

    def __init__(
        self,
        *,
        keystore: Keystore,
        clock: Clock,
        randomness: Randomness,
        authority: Path,
        client_certificate: Path | None = None,
        client_key: Path | None = None,
    ) -> None:
        self._keystore = keystore
        self._clock = clock
        self._randomness = randomness
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_verify_locations(authority)
        if client_certificate is not None:
            context.load_cert_chain(client_certificate, client_key)
        self._connections = PeerConnections(
            context,
            connect_seconds=CONNECT_SECONDS,
            answer_seconds=ANSWER_SECONDS,
            kept_seconds=KEPT_SECONDS,
            most=MOST_KEPT,
        )

    def send(self, sender: InstitutionId, recipient: DirectoryEntry, request: PeerRequest) -> PeerAnswer:
        """Sign and send `request` and return the whole answer.

        Raises:
            PlaintextRefused: the peer's address is not ``https``.
            PeerUnavailable: no connection, no answer in time, a certificate that does not check, or too long an answer.
        """
        url = recipient.base_url.rstrip("/") + request.path
        parts = urlsplit(url)
        if parts.scheme != "https":
            raise PlaintextRefused(peer=recipient.institution)
        headers = sign_request(
            SignedRequest("POST", url, {**dict(request.headers), "Content-Type": request.content_type}, request.body),
            institution=sender,
            signer=self._keystore.signer(SigningPurpose.HOP),
            at=self._clock.now(),
            randomness=self._randomness,
        )
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        try:
            answer = self._connections.post(
                _place(parts), target, {"Host": parts.netloc, **headers}, request.body, longest=MAXIMUM_ANSWER
            )
        except AnswerTooLong as error:
            raise PeerUnavailable(
                f"{recipient.institution} answered at too great length", peer=recipient.institution
            ) from error
        except NoAnswer as error:
            raise PeerUnavailable(
                f"{recipient.institution} does not answer ({error})", peer=recipient.institution
            ) from error
        return PeerAnswer(answer.status, answer.content_type, answer.body)

    def close(self) -> None:
        """Close all connections."""
        self._connections.close()


def _place(parts: SplitResult) -> Place:
    """Return where to connect: the loopback address for names of this machine, which only browsers resolve."""
    name = parts.hostname or ""
    is_local = name == "localhost" or name.endswith(".localhost")
    return Place(_LOOPBACK if is_local else name, parts.port or _PORT, name)
