"""The reader agent's work between showing a request and posting the response: let the card sign the challenge."""

from __future__ import annotations

from mizuhiki.card.agent_protocol import RefusalCode, SigningKind, SigningRequest, SigningResponse
from mizuhiki.card.client import CardClient
from mizuhiki.card.pins import PinText


def answer_request(
    request: SigningRequest, client: CardClient, pin: PinText, *, confirm_last_try: bool = False
) -> SigningResponse:
    """Sign the request's challenge with the key it asks for.

    `request` must come from `agent_protocol.read_signing_request`, and the person must have agreed to it.

    Raises:
        PIN and card errors as in `CardClient`; the page shows them and lets the person try again or refuse.
    """
    if request.kind is SigningKind.USER_IDENTIFICATION:
        certificate = client.user_identification_certificate()
        signature = client.sign_for_user_identification(pin, request.challenge, confirm_last_try=confirm_last_try)
    else:
        certificate = client.signature_certificate(pin, confirm_last_try=confirm_last_try)
        signature = client.sign(pin, request.challenge, confirm_last_try=confirm_last_try)
    return SigningResponse(request_id=request.request_id, certificate=certificate, signature=signature)


def refuse_request(request: SigningRequest, reason: RefusalCode) -> SigningResponse:
    """Return the response that says why there is no signature."""
    return SigningResponse(request_id=request.request_id, refusal=reason)
