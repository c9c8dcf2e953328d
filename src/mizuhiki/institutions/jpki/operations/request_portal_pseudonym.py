"""Name the holder of a certificate to the register so that the portal gets its own pseudonym (番号法附則6条3項; R-363).

The portal learns no resident record code and the register no certificate: only this authority knows both.
"""

from __future__ import annotations

from dataclasses import dataclass

from mizuhiki.card.challenge import (
    ChallengeForAnotherKind,
    ChallengeForAnotherRequester,
    SigningKind,
    parse_challenge,
)
from mizuhiki.crypto.digests import equal
from mizuhiki.crypto.signed_objects import object_hash
from mizuhiki.crypto.x509 import CertificateRevoked, CertificateSuspended, StatusUnknown
from mizuhiki.institutions.jpki.domain.certificates import Certificate, Kind, State
from mizuhiki.institutions.jpki.domain.errors import ChallengeForOtherAcquisition
from mizuhiki.institutions.jpki.operations.authorities import Authorities
from mizuhiki.institutions.jpki.operations.own_cards import verify_own_card
from mizuhiki.institutions.jpki.ports import PseudonymsStarted, PseudonymStart, Store
from mizuhiki.jpki_verify import CardSignatureShown
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id

ACTION = "request-portal-pseudonym"
PORTAL = institution_id(InstitutionKind.PORTAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardConsent:
    """A card's signature over a challenge that names one pseudonym request."""

    acquisition: str
    certificate: bytes
    challenge: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class RequestPortalPseudonym:
    """The check of the card and the request to the register."""

    store: Store
    authority: Authority
    authorities: Authorities
    register: PseudonymStart

    def __call__(self, context: Context, *, consent: CardConsent) -> PseudonymsStarted:
        """Return what the register did.

        Raises:
            MalformedChallenge, ChallengeForAnotherKind, ChallengeForAnotherRequester: see `card.challenge`.
            ChallengeForOtherAcquisition: the card signed for something else.
            UnknownIssuer, CertificateExpired, CardSignatureInvalid: see `own_cards`.
            StatusUnknown, CertificateRevoked, CertificateSuspended: the certificate is not good here.
            AcquisitionNotPortals: not the portal's own request for one person.
        """
        self.authority.require(context, ACTION)
        _require_for_acquisition(consent)
        shown = CardSignatureShown(consent.certificate, consent.challenge, consent.signature)
        serial = verify_own_card(self.authorities, Kind.USER_IDENTIFICATION, shown, context.now())
        with self.store.transaction() as records:
            found = records.certificate(Kind.USER_IDENTIFICATION, serial)
            certificate = require_good(found, consent.certificate)
            code = records.code_of(certificate)
        acquisition_number = self.register.check(consent.acquisition)
        outcome = self.register.request(consent.acquisition, acquisition_number, code)
        with self.store.transaction() as records:
            done = "done" if outcome.accepted else "refused"
            records.audit(grounds_of(context), "portal-pseudonym-requested", done, count=outcome.accepted)
        return outcome


def _require_for_acquisition(consent: CardConsent) -> None:
    challenge = parse_challenge(consent.challenge)
    if challenge.kind is not SigningKind.USER_IDENTIFICATION:
        raise ChallengeForAnotherKind
    if challenge.requester != PORTAL:
        raise ChallengeForAnotherRequester
    if not equal(challenge.context_hash, object_hash(consent.acquisition)):
        raise ChallengeForOtherAcquisition


def require_good(certificate: Certificate | None, der: bytes) -> Certificate:
    """Return a certificate that this authority issued and that is in force.

    Raises:
        StatusUnknown, CertificateSuspended, CertificateRevoked: it is not.
    """
    if certificate is None or not equal(certificate.der, der):
        raise StatusUnknown
    since = certificate.changed_at.isoformat(timespec="seconds")
    if certificate.state is State.SUSPENDED:
        raise CertificateSuspended(since=since)
    if certificate.state is State.REVOKED:
        raise CertificateRevoked(reason=certificate.cause.value, since=since)
    return certificate
