"""Ask the card for a signature, keep its answer, and check it (公的個人認証法22条, 36条; R-208; spec/card.md §6).

Somebody could start a request in his own browser and get another person to answer it. Two things stop the answer from
signing in the wrong browser: it is kept under a token that only the posting browser is told, and it counts only in the
browser session that holds the request. Neither browser alone has both.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

import msgspec

from mizuhiki.card.agent_protocol import (
    VERSION,
    Challenge,
    SigningKind,
    SigningRequest,
    SigningResponse,
    agent_address,
    check_request,
    check_response,
    compose_challenge,
)
from mizuhiki.card.challenge import NONCE_LENGTH
from mizuhiki.crypto.certificates import UnknownIssuer
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.crypto.x509 import serial_of
from mizuhiki.institutions.portal.domain.errors import (
    CardAnswerMissing,
    CardAnswerRepeated,
    NoCardRequest,
    SignatureCertificateUsed,
)
from mizuhiki.institutions.portal.ports import (
    CardSignature,
    CardTrust,
    CertificateAuthorities,
    Kept,
    RequestSigner,
    Store,
)
from mizuhiki.jpki_verify import (
    OWN_RECORDS,
    CardSignatureShown,
    Moment,
    OnlineVerifier,
    Purpose,
    Verifier,
    card_policy,
)
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.typed_values import read_json

ACTION = "ask-for-card-signature"
LIFETIME = timedelta(minutes=5)
"""Time to fetch the card, put it on the reader and type the PIN."""
OCSP_NONCE_BYTES = 32


class CardPurpose(enum.StrEnum):
    """What a signature is asked for; the value is the text key that the reader's page translates."""

    SIGN_IN = "portal.sign-in"
    OPEN_ACCOUNT = "portal.open-account"
    OPEN_HISTORY = "portal.open-history"
    OPEN_LOOK_UPS = "portal.open-look-ups"


class AskedCard(msgspec.Struct, frozen=True, kw_only=True):
    """A request given out, to be kept in the browser's session until the answer comes.

    `subject` is what the request is about where that is needed again: the acquisition of a new account.
    """

    purpose: CardPurpose
    request: SigningRequest
    subject: str = ""


@dataclass(frozen=True, slots=True)
class CheckedCard:
    """A good signature of a card whose certificate is in force; made only by `AskCard.check`."""

    serial: int
    signature: CardSignature


@dataclass(frozen=True, slots=True, kw_only=True)
class AskCard:
    """Asks for card signatures at the reader's page and checks what comes back.

    `origin` is this portal's web origin as the directory has it; `return_url` lies inside it.
    """

    store: Store
    authority: Authority
    trust: CardTrust
    signer: RequestSigner
    randomness: Randomness
    requester: InstitutionId
    origin: str
    return_url: str
    agent_url: str

    def ask(
        self,
        context: Context,
        *,
        purpose: CardPurpose,
        statement: str,
        context_hash: Callable[[str], bytes],
        subject: str = "",
    ) -> tuple[AskedCard, str]:
        """Return the request to keep in the session and the address to send the browser to.

        `context_hash` gives, for the request id, the SHA-256 of what the person agrees to; `statement` says it in
        words.
        """
        self.authority.require(context, ACTION)
        request_id = self.randomness.token()
        challenge = Challenge(
            kind=SigningKind.USER_IDENTIFICATION,
            requester=self.requester,
            origin=self.origin,
            nonce=self.randomness.bytes(NONCE_LENGTH),
            context_hash=context_hash(request_id),
        )
        request = SigningRequest(
            version=VERSION,
            request_id=request_id,
            requester=self.requester,
            origin=self.origin,
            return_url=self.return_url,
            purpose=purpose.value,
            kind=SigningKind.USER_IDENTIFICATION,
            challenge=compose_challenge(challenge),
            statement=statement,
            issued_at=context.now(),
            expires_at=context.now() + LIFETIME,
        )
        with self.store.transaction() as records:
            records.open_request(request_id, request.expires_at)
        asked = AskedCard(purpose=purpose, request=request, subject=subject)
        return asked, agent_address(self.agent_url, self.signer(request))

    def keep_answer(self, context: Context, *, response: SigningResponse) -> str:
        """Keep a posted answer and return the token that only the browser that posted it may be told.

        Raises:
            NoCardRequest: no request of this id is waiting, or its time is over.
            CardAnswerRepeated: an answer to this request came before.
        """
        self.authority.require(context, ACTION)
        token = self.randomness.token(32)
        with self.store.transaction() as records:
            kept = records.keep_answer(response.request_id, token, msgspec.json.encode(response), context.now())
        if kept is Kept.UNKNOWN:
            raise NoCardRequest
        if kept is Kept.REPEATED:
            raise CardAnswerRepeated
        return token

    def check(self, context: Context, *, asked: AskedCard, token: str) -> CheckedCard:
        """Check the answer kept under `token` against the request of this browser's session.

        Order: the answer is there and unused; it answers this session's request in time; the request is our own for
        this website; chain, time, usage and signature; status by OCSP.

        Raises:
            CardAnswerMissing: no such answer, or used before.
            ResponseForAnotherRequest, SigningRequestExpired, SigningRefused: see `card.agent_protocol.check_response`.
            MalformedSigningRequest, ChallengeForAnother…: see `card.agent_protocol.check_request`.
            SignatureCertificateUsed: the card's other certificate answered.
            Whatever `jpki_verify.OnlineVerifier.log_in` raises: chain, policy, usage, signature, status.
        """
        self.authority.require(context, ACTION)
        now = context.now()
        with self.store.transaction() as records:
            kept = records.take_answer(token, now)
        if kept is None:
            raise CardAnswerMissing
        response = check_response(read_json(kept, SigningResponse), asked.request, now=now)
        request = check_request(asked.request, requester=self.requester, origin=self.origin)
        shown = CardSignatureShown(response.certificate, request.challenge, response.signature)
        authorities = self.trust.authorities(now)
        try:
            self._verifier(authorities).log_in(shown, now)
        except UnknownIssuer:
            self._refuse_other_certificate(authorities, shown, now)
            raise
        return CheckedCard(
            serial_of(shown.certificate), CardSignature(shown.certificate, shown.content, shown.signature)
        )

    def _verifier(self, authorities: CertificateAuthorities) -> OnlineVerifier:
        return OnlineVerifier(
            _verifier_of(authorities), self.trust.ask_status, lambda: self.randomness.bytes(OCSP_NONCE_BYTES)
        )

    @staticmethod
    def _refuse_other_certificate(
        authorities: CertificateAuthorities, shown: CardSignatureShown, now: datetime
    ) -> None:
        """Tell a person who used the other certificate so, since only that one can be used wrongly by mistake."""
        try:
            _without_status(authorities).validate(shown.certificate, Purpose.SIGNATURE, moment=Moment.now(now))
        except UnknownIssuer:
            return
        raise SignatureCertificateUsed


@lru_cache(maxsize=4)
def _verifier_of(authorities: CertificateAuthorities) -> Verifier:
    """Made once for the authorities of a time, so that their certificates are read only once."""
    return Verifier(card_policy(user_identification=authorities.user_identification, signature=authorities.signature))


@lru_cache(maxsize=4)
def _without_status(authorities: CertificateAuthorities) -> Verifier:
    """Tells whose certificate it is, to explain a mistake; nothing is believed by it."""
    return Verifier(card_policy(signature=authorities.signature, status=OWN_RECORDS))
