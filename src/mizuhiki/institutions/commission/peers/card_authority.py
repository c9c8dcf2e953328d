"""Asks the certification authority about a card's certificate (公的個人認証法37条; RFC 6960)."""

from __future__ import annotations

from datetime import datetime

from mizuhiki.crypto.certificates import verify_card_signature
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.crypto.x509 import build_ocsp_request, read_ocsp_status
from mizuhiki.institutions.commission.domain.conversion import CardEvidence
from mizuhiki.runtime.peers import Peers
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from mizuhiki.wire import jpki

JPKI = institution_id(InstitutionKind.JPKI)
_NONCE_BYTES = 32


class JpkiCardAuthority:
    """Implements `ports.CardAuthority`. Nothing about the certificate is stored."""

    def __init__(self, peers: Peers, randomness: Randomness) -> None:
        self._peers = peers
        self._randomness = randomness

    def verify(self, evidence: CardEvidence, at: datetime) -> None:
        """Check signature and chain, then that the certificate is not revoked at `at`.

        Raises:
            CardSignatureInvalid, UnknownIssuer, CertificateExpired, CertificateRevoked: see `crypto.certificates` and
                `crypto.x509`.
            PeerUnavailable: the authority does not answer; nothing is believed without it.
        """
        ca = self._peers.call(JPKI, jpki.CA_CERTIFICATES, jpki.CaCertificatesRequest()).user_identification_ca
        verify_card_signature(evidence.certificate, ca, evidence.challenge, evidence.signature, at)
        request = build_ocsp_request(evidence.certificate, ca, self._randomness.bytes(_NONCE_BYTES))
        answer = self._peers.call(JPKI, jpki.CERTIFICATE_STATUS, jpki.StatusRequest(ocsp_request=request))
        read_ocsp_status(answer.ocsp_response, request, ca, at)
