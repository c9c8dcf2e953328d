"""Verifying a card of this country while its holder waits: the library's checks with the status asked for on the way.

Every generation of the two authorities is trusted at once, because cards of an older one stay good until they end
(R-196). Order of the checks: the signature, so that nobody is asked about a certificate that its holder did not use;
the chain; then the question with a nonce, and the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mizuhiki.crypto.x509 import TEST_PROFILE, CertificateKind, JpkiProfile
from mizuhiki.crypto.x509.path import StatusMaterial
from mizuhiki.jpki_verify.policy import Purpose, PurposeRules, StatusRules, VerifierPolicy
from mizuhiki.jpki_verify.results import VerifiedLogin, VerifiedSignature
from mizuhiki.jpki_verify.verifier import Moment, Verifier

WORLD_STATUS: Final = StatusRules(produced_at=False)
"""A world's clock is not its machines' clock, by which an answer is dated; the nonce shows that it is no recording."""
OWN_RECORDS: Final = StatusRules(demanded=False)
"""Of the authority itself: it looks into its own records right after, where there is nothing to ask for."""

AskStatus = Callable[[bytes], bytes]
"""Sends an OCSP request (DER) to the authority's responder and returns the response (DER)."""


def card_policy(
    *,
    user_identification: tuple[bytes, ...] = (),
    signature: tuple[bytes, ...] = (),
    status: StatusRules = WORLD_STATUS,
    profile: JpkiProfile = TEST_PROFILE,
) -> VerifierPolicy:
    """Return the policy that trusts these roots (DER), all generations, each for its own purpose and policy only."""
    kinds = {
        Purpose.USER_IDENTIFICATION: (CertificateKind.USER_IDENTIFICATION, user_identification),
        Purpose.SIGNATURE: (CertificateKind.SIGNATURE, signature),
    }
    return VerifierPolicy(
        purposes={
            purpose: PurposeRules(anchors=roots, policies=frozenset({profile.kinds[kind].policy.dotted_string}))
            for purpose, (kind, roots) in kinds.items()
            if roots
        },
        status=status,
    )


@dataclass(frozen=True, slots=True)
class CardSignatureShown:
    """What a card returned: certificate (DER), what it signed, and the signature."""

    certificate: bytes
    content: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class OnlineVerifier:
    """A verifier that asks for the status itself. `nonce` returns 16 to 32 random octets (RFC 9654)."""

    verifier: Verifier
    ask: AskStatus
    nonce: Callable[[], bytes]

    def log_in(self, shown: CardSignatureShown, at: datetime) -> VerifiedLogin:
        """Return the log-in of a card whose certificate is in force now.

        Raises:
            CardSignatureInvalid, UnknownIssuer, CertificatePolicyRefused…: see `Verifier.verify_login`.
            CertificateRevoked, CertificateSuspended, StatusStale, StatusAnswerInvalid…: see `crypto.x509.status`.
        """
        return self.verifier.verify_login(
            certificate=shown.certificate,
            challenge=shown.content,
            signature=shown.signature,
            at=at,
            material=self._material(shown, Purpose.USER_IDENTIFICATION, at),
        )

    def signature(self, shown: CardSignatureShown, at: datetime) -> VerifiedSignature:
        """Return the signature over a document by a card whose certificate is in force now.

        Raises:
            CardSignatureInvalid, UnknownIssuer, CertificatePolicyRefused…: see `Verifier.verify_signature`.
            CertificateRevoked, CertificateSuspended, StatusStale, StatusAnswerInvalid…: see `crypto.x509.status`.
        """
        return self.verifier.verify_signature(
            certificate=shown.certificate,
            content=shown.content,
            signature=shown.signature,
            moment=Moment.now(at),
            material=self._material(shown, Purpose.SIGNATURE, at),
        )

    def _material(self, shown: CardSignatureShown, purpose: Purpose, at: datetime) -> StatusMaterial:
        nonce = self.nonce()
        self.verifier.check_signed(shown.certificate, shown.content, shown.signature)
        question = self.verifier.status_question(shown.certificate, purpose, at=at, nonce=nonce)
        return StatusMaterial(answers=(self.ask(question),), nonce=nonce)
