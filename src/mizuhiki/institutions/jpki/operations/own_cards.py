"""The authority as a relying party of its own certificates: a card asks for something by a signature (RFC 5280 §6).

Chain, policy, time, usage and signature are checked here; the status stands in its own records, where the operation
looks right after.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from mizuhiki.crypto.x509 import serial_of
from mizuhiki.institutions.jpki.domain.certificates import Kind
from mizuhiki.institutions.jpki.operations.authorities import Authorities
from mizuhiki.jpki_verify import OWN_RECORDS, CardSignatureShown, Moment, Verifier, card_policy


def verify_own_card(authorities: Authorities, kind: Kind, shown: CardSignatureShown, at: datetime) -> int:
    """Return the serial of a certificate of that kind, of any generation, whose key signed what was shown.

    Raises:
        CardSignatureInvalid, UnknownIssuer, CertificateExpired, CertificatePolicyRefused…: see `jpki_verify.Verifier`.
    """
    verifier = _verifier(kind, tuple(root.certificate for root in authorities.generations(kind)))
    if kind is Kind.SIGNATURE:
        verifier.verify_signature(
            certificate=shown.certificate, content=shown.content, signature=shown.signature, moment=Moment.now(at)
        )
    else:
        verifier.verify_login(certificate=shown.certificate, challenge=shown.content, signature=shown.signature, at=at)
    return serial_of(shown.certificate)


@lru_cache(maxsize=8)
def _verifier(kind: Kind, roots: tuple[bytes, ...]) -> Verifier:
    """Made once for the roots of a time, and for one purpose only."""
    if kind is Kind.SIGNATURE:
        return Verifier(card_policy(signature=roots, status=OWN_RECORDS))
    return Verifier(card_policy(user_identification=roots, status=OWN_RECORDS))
