"""Have a card holder's look-ups in the register network sealed to the portal (住基法30条の32; R-026).

The portal learns no resident record code and the register no certificate; what was recorded is sealed to the portal, so
this authority reads none of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from mizuhiki.card.challenge import (
    ChallengeForAnotherKind,
    ChallengeForAnotherRequester,
    SigningKind,
    parse_challenge,
)
from mizuhiki.crypto.digests import equal
from mizuhiki.institutions.jpki.domain.certificates import Kind
from mizuhiki.institutions.jpki.domain.errors import ChallengeForOtherAcquisition
from mizuhiki.institutions.jpki.operations.authorities import Authorities
from mizuhiki.institutions.jpki.operations.own_cards import verify_own_card
from mizuhiki.institutions.jpki.operations.request_portal_pseudonym import PORTAL, require_good
from mizuhiki.institutions.jpki.ports import Store
from mizuhiki.jpki_verify import CardSignatureShown
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of
from mizuhiki.vocabulary.numbers import ResidentRecordCode

ACTION = "open-look-ups"
Opened = TypeVar("Opened")


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUpConsent:
    """A card's signature over a challenge that names one request of the portal."""

    request_id: str
    certificate: bytes
    challenge: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class OpenLookUps(Generic[Opened]):
    """The check of the card and the request to the register.

    `context_hash` gives what the card must have signed for a request id; `ask` hands the request on with the code.
    """

    store: Store
    authority: Authority
    authorities: Authorities
    context_hash: Callable[[str], bytes]
    ask: Callable[[str, ResidentRecordCode], Opened]

    def __call__(self, context: Context, *, consent: LookUpConsent) -> Opened:
        """Return what the register gathered.

        Raises:
            MalformedChallenge, ChallengeForAnotherKind, ChallengeForAnotherRequester: see `card.challenge`.
            ChallengeForOtherAcquisition: the card signed for something else.
            UnknownIssuer, CertificateExpired, CardSignatureInvalid: see `own_cards`.
            StatusUnknown, CertificateRevoked, CertificateSuspended: the certificate is not good here.
        """
        self.authority.require(context, ACTION)
        challenge = parse_challenge(consent.challenge)
        if challenge.kind is not SigningKind.USER_IDENTIFICATION:
            raise ChallengeForAnotherKind
        if challenge.requester != PORTAL:
            raise ChallengeForAnotherRequester
        if not equal(challenge.context_hash, self.context_hash(consent.request_id)):
            raise ChallengeForOtherAcquisition
        shown = CardSignatureShown(consent.certificate, consent.challenge, consent.signature)
        serial = verify_own_card(self.authorities, Kind.USER_IDENTIFICATION, shown, context.now())
        with self.store.transaction() as records:
            found = records.certificate(Kind.USER_IDENTIFICATION, serial)
            code = records.code_of(require_good(found, consent.certificate))
        opened = self.ask(consent.request_id, code)
        with self.store.transaction() as records:
            records.audit(grounds_of(context), "look-ups-opened", "done", count=1)
        return opened
