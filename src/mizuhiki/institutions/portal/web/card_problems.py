"""What to tell a person when a card signature did not lead on: what happened, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

from mizuhiki.institutions.portal.web.messages import N_
from mizuhiki.vocabulary.errors import MizuhikiError


@dataclass(frozen=True, slots=True)
class CardProblem:
    """Message ids of title and advice."""

    title: str
    advice: str


EXPIRED = CardProblem(
    N_("The time for the card was over"),
    N_("You have five minutes to put the card on the reader and enter the PIN. Start again."),
)
OTHER_BROWSER = CardProblem(
    N_("This browser did not ask for that signature"),
    N_(
        "For your safety the signature was not used. If somebody sent you a link to sign with your card, "
        "do not use it. Start again from this page."
    ),
)
USED = CardProblem(
    N_("That signature was used already"),
    N_("A signature counts once. Start again; your card is not blocked."),
)
CANCELLED = CardProblem(N_("You stopped on the card page"), N_("Nothing was sent. Start again when you are ready."))
NO_CARD = CardProblem(
    N_("The reader did not find a card"),
    N_("Put the card on the reader and wait until it is found. Then start again."),
)
NO_CERTIFICATE = CardProblem(
    N_("The card has no certificate for signing in"),
    N_("Take the card to the counter of your municipality. The certificate can be put onto it there."),
)
WRONG_CERTIFICATE = CardProblem(
    N_("The wrong certificate of the card was used"),
    N_("Signing in needs the certificate with the PIN of four digits, not the one for signing documents. Start again."),
)
BLOCKED = CardProblem(
    N_("The PIN is blocked"),
    N_("Take the card to the counter of your municipality and set a new PIN there."),
)
ENDED = CardProblem(
    N_("The certificate on your card has ended"),
    N_("Take the card to the counter of your municipality and renew the certificate."),
)
REVOKED = CardProblem(
    N_("The certificate on your card is not valid any more"),
    N_("This happens after a card was reported lost or was replaced. Ask at the counter of your municipality."),
)
UNCONFIRMED = CardProblem(
    N_("We could not confirm that the certificate is valid"),
    N_("The certification authority gave no current answer. Nothing is wrong with your card. Try again later."),
)
UNCHECKED = CardProblem(
    N_("The card could not be checked"),
    N_("The signature or the certificate is not one we accept. Start again. If it happens again, ask at the counter of "
       "your municipality and give the code below."),
)  # fmt: skip
ANOTHER_CARD = CardProblem(
    N_("This is another card"),
    N_("Use the card you signed in with, or sign out and sign in with this card."),
)
NOT_OPENED = CardProblem(
    N_("The account could not be opened"),
    N_("The register could not make the link for the holder of this card. Ask at the counter of your municipality and "
       "give the code below."),
)  # fmt: skip

_BY_CODE = {
    "signing-request-expired": EXPIRED,
    "no-card-request": OTHER_BROWSER,
    "response-for-another-request": OTHER_BROWSER,
    "challenge-for-another-kind": OTHER_BROWSER,
    "challenge-for-another-requester": OTHER_BROWSER,
    "challenge-for-another-origin": OTHER_BROWSER,
    "challenge-for-another-context": OTHER_BROWSER,
    "challenge-not-ours": OTHER_BROWSER,
    "card-answer-missing": USED,
    "card-answer-repeated": USED,
    "signature-certificate-used": WRONG_CERTIFICATE,
    "certificate-expired": ENDED,
    "certificate-revoked": REVOKED,
    "certificate-suspended": REVOKED,
    "certificate-status-unknown": REVOKED,
    "certificate-status-stale": UNCONFIRMED,
    "certificate-status-answer-invalid": UNCONFIRMED,
    "certificate-unknown-issuer": UNCHECKED,
    "certificate-not-yet-valid": UNCHECKED,
    "certificate-usage-refused": UNCHECKED,
    "certificate-malformed": UNCHECKED,
    "card-signature-invalid": UNCHECKED,
    "malformed-signing-response": UNCHECKED,
    "another-card": ANOTHER_CARD,
    "portal-account-refused": NOT_OPENED,
}
_BY_REASON = {
    "cancelled": CANCELLED,
    "no-card": NO_CARD,
    "no-certificate": NO_CERTIFICATE,
    "pin-blocked": BLOCKED,
    "expired": EXPIRED,
}


def problem_of(error: MizuhikiError) -> CardProblem | None:
    """Return what to say about an error of the card; None for errors that the common error page explains."""
    if error.code == "card-signing-refused":
        return _BY_REASON.get(str(error.fields.get("reason")))
    return _BY_CODE.get(error.code)
