"""The bare room for status: from verifier and octets to the operations, and back."""

from __future__ import annotations

import re
from functools import lru_cache

from mizuhiki.crypto.digests import sha256
from mizuhiki.institutions.jpki.domain.certificates import Kind
from mizuhiki.institutions.jpki.domain.errors import NoSuchList
from mizuhiki.institutions.jpki.operations.authorities import PRESENT
from mizuhiki.institutions.jpki.operations.service import CertificationAuthorities
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.status_room import StatusDesk, StatusFile, StatusRoom

BASIS = "公的個人認証法18条, 37条"
LIST_NAME = re.compile(
    r"(?P<kind>[a-z-]{1,40})(?:-(?P<generation>[0-9]{2}))?/(?P<scope>all|[0-9]{6})(?P<delta>-delta)?\.crl\Z", re.ASCII
)


def status_room(environment: Environment, authorities: CertificationAuthorities) -> StatusRoom:
    """Return the room that serves OCSP and lists: ``/crl/signature/all.crl``, ``/crl/signature/452025-delta.crl``.

    Lists of a named generation stand at ``/crl/signature-01/all.crl``; without a name it is the one that issues now.
    """

    @lru_cache(maxsize=1024)
    def context(verifier: str) -> Context:
        # One for each verifier: making a context for each question would cost a tenth of the answers a second. The
        # acting institution is this one, because a private verifier is none; who asks is the verifier's own name.
        return Context(
            Actor(environment.institution, "verifier", verifier),
            "card-issue",
            BASIS,
            "confirm that a certificate holds",
            environment.clock,
            environment.randomness.token(),
        )

    def verifier_of(credential: str) -> str | None:
        return authorities.status.access.by_credential(credential, environment.clock.now())

    def answer(verifier: str, request: bytes) -> StatusFile:
        reply = authorities.status.ask(context(verifier), verifier=verifier, request=request)
        return StatusFile._make(reply)

    def published(verifier: str, name: str) -> StatusFile:
        parts = LIST_NAME.match(name)
        if parts is None:
            raise NoSuchList
        scope = parts["scope"].replace("all", "")
        found = authorities.read_list(
            context(verifier),
            verifier=verifier,
            kind=Kind.of(parts["kind"]),
            municipality_code=scope,
            delta=parts["delta"] is not None,
            generation=parts["generation"] or PRESENT,
        )
        return StatusFile(found.der, found.this_update, found.next_update, sha256(found.der).hex())

    times = authorities.status.times
    return StatusRoom(
        environment,
        StatusDesk(verifier_of=verifier_of, answer=answer, published=published, cached_at_most=times.cached_at_most),
    )
