"""Asks the certification authority about a card's certificate (公的個人認証法37条; RFC 6960)."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.commission.domain.conversion import CardEvidence
from mizuhiki.jpki_verify import CardSignatureShown, OnlineVerifier, Verifier, card_policy
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
        """Check signature and chain (RFC 5280 §6), then that the certificate is not revoked at `at`.

        Raises:
            Whatever `jpki_verify.OnlineVerifier.log_in` raises.
            PeerUnavailable: the authority does not answer; nothing is believed without it.
        """
        known = self._peers.call(JPKI, jpki.CA_CERTIFICATES, jpki.CaCertificatesRequest())
        verifier = _verifier_of((known.user_identification_ca, *known.former_user_identification_cas))
        shown = CardSignatureShown(evidence.certificate, evidence.challenge, evidence.signature)
        OnlineVerifier(verifier, self._status, lambda: self._randomness.bytes(_NONCE_BYTES)).log_in(shown, at)

    def _status(self, request: bytes) -> bytes:
        return self._peers.call(JPKI, jpki.CERTIFICATE_STATUS, jpki.StatusRequest(ocsp_request=request)).ocsp_response


@lru_cache(maxsize=4)
def _verifier_of(roots: tuple[bytes, ...]) -> Verifier:
    """Made once for the roots of a time, so that they are read only once."""
    return Verifier(card_policy(user_identification=roots))
