"""The certification authorities: their certificates, OCSP, and the start of the portal's pseudonym."""

from __future__ import annotations

from datetime import datetime, timedelta

from mizuhiki.institutions.portal.ports import CardSignature, CertificateAuthorities
from mizuhiki.runtime.peers import Peers
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from mizuhiki.wire import jpki

JPKI = institution_id(InstitutionKind.JPKI)
KEPT_FOR = timedelta(minutes=10)
"""A new generation of authorities is met at the latest after this time."""


class JpkiCardTrust:
    """Implements `ports.CardTrust`; the authorities are known from the pinned peer, never from a message of a card."""

    def __init__(self, peers: Peers) -> None:
        self._peers = peers
        self._known: tuple[datetime, CertificateAuthorities] | None = None

    def authorities(self, now: datetime) -> CertificateAuthorities:
        """Return the authorities' certificates."""
        if self._known is None or now - self._known[0] >= KEPT_FOR:
            answer = self._peers.call(JPKI, jpki.CA_CERTIFICATES, jpki.CaCertificatesRequest())
            known = CertificateAuthorities(
                (answer.user_identification_ca, *answer.former_user_identification_cas),
                (answer.signature_ca, *answer.former_signature_cas),
            )
            self._known = (now, known)
        return self._known[1]

    def ask_status(self, request: bytes) -> bytes:
        """Return the OCSP response to an OCSP request."""
        return self._peers.call(JPKI, jpki.CERTIFICATE_STATUS, jpki.StatusRequest(ocsp_request=request)).ocsp_response

    def request_pseudonym(self, acquisition: str, card: CardSignature) -> tuple[str, ...]:
        """Start the issue of the portal's pseudonym."""
        result = self._peers.call(
            JPKI,
            jpki.REQUEST_PORTAL_PSEUDONYM,
            jpki.PortalPseudonymRequest(
                acquisition=acquisition,
                certificate=card.certificate,
                challenge=card.challenge,
                signature=card.signature,
            ),
        )
        return tuple(line.refusal for line in result.refused)
