"""Peers over sockets: TLS 1.3 under the world's authority (R-030), and a signature with our hop key (RFC 9421).

Names under ``.localhost`` are connected to the loopback address directly, because only browsers resolve them; the Host
header and the name in the TLS handshake stay the peer's. Proxies of the machine's environment and redirects are not
followed. A peer that does not answer in time is `PeerUnavailable`; the caller may not know whether it did the work.
"""

from __future__ import annotations

import ssl
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from mizuhiki.crypto.http_signatures import SignedRequest, sign_request
from mizuhiki.crypto.keystore import Keystore, SigningPurpose
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.runtime.clock import Clock
from mizuhiki.runtime.directory import DirectoryEntry
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
        self._client = httpx.Client(
            verify=context,
            timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
            limits=httpx.Limits(
                max_connections=None, max_keepalive_connections=MOST_KEPT, keepalive_expiry=KEPT_SECONDS
            ),
            trust_env=False,
            follow_redirects=False,
        )

    def send(self, sender: InstitutionId, recipient: DirectoryEntry, request: PeerRequest) -> PeerAnswer:
        """Sign and send `request` and return the whole answer.

        Raises:
            PlaintextRefused: the peer's address is not ``https``.
            PeerUnavailable: no connection, no answer in time, a certificate that does not check, or too long an answer.
        """
        url = recipient.base_url.rstrip("/") + request.path
        if urlsplit(url).scheme != "https":
            raise PlaintextRefused(peer=recipient.institution)
        headers = sign_request(
            SignedRequest("POST", url, {**dict(request.headers), "Content-Type": request.content_type}, request.body),
            institution=sender,
            signer=self._keystore.signer(SigningPurpose.HOP),
            at=self._clock.now(),
            randomness=self._randomness,
        )
        outgoing = self._request(url, headers, request.body)
        try:
            answer = self._client.send(outgoing, stream=True)
            try:
                body = _read(answer)
            finally:
                answer.close()
        except httpx.HTTPError as error:
            raise PeerUnavailable(
                f"{recipient.institution} does not answer ({type(error).__name__})", peer=recipient.institution
            ) from error
        if body is None:
            raise PeerUnavailable(f"{recipient.institution} answered at too great length", peer=recipient.institution)
        return PeerAnswer(answer.status_code, answer.headers.get("Content-Type", ""), body)

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def _request(self, url: str, headers: dict[str, str], body: bytes) -> httpx.Request:
        parts = urlsplit(url)
        name = parts.hostname or ""
        address = parts.netloc
        if name == "localhost" or name.endswith(".localhost"):
            address = _LOOPBACK if parts.port is None else f"{_LOOPBACK}:{parts.port}"
        return self._client.build_request(
            "POST",
            parts._replace(netloc=address).geturl(),
            headers={**headers, "Host": parts.netloc},
            content=body,
            extensions={"sni_hostname": name},
        )


def _read(answer: httpx.Response) -> bytes | None:
    """Return the body, or None when it is longer than allowed."""
    received = bytearray()
    for part in answer.iter_bytes():
        received += part
        if len(received) > MAXIMUM_ANSWER:
            return None
    return bytes(received)
