"""How a web page asks a card for a signature through the reader agent's own page, without JavaScript.

1. The requesting institution composes a challenge, signs a `SigningRequest` as an object (type `REQUEST_TYPE`, see
   `crypto.signed_objects`) and sends the browser to the agent with the object in the query parameter
   `REQUEST_PARAMETER`.
2. The agent checks the object with `read_signing_request` and shows truthfully who asks, and for what.
3. The person enters the PIN there; the card signs SHA-256 of the challenge; the agent posts a `SigningResponse` as
   form fields to the request's return address. The requester never sees the PIN.

The challenge binds kind, requester, origin, nonce and what is signed for, so a response made for one site is worthless
at another: a site that passes on another site's challenge is refused by the agent (step 2), and the verifier refuses
a challenge that names anybody but itself (`check_challenge`). Layout and limits: ``spec/card.md``. Pure: no clock, no
I/O.
"""

from __future__ import annotations

import base64
import binascii
import enum
from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import urlencode, urlsplit

import msgspec

from mizuhiki.card.challenge import (
    Challenge,
    ChallengeForAnotherContext,
    ChallengeForAnotherKind,
    ChallengeForAnotherOrigin,
    ChallengeForAnotherRequester,
    ChallengeNotOurs,
    MalformedChallenge,
    SigningKind,
    check_challenge,
    compose_challenge,
    parse_challenge,
)
from mizuhiki.crypto.digests import equal
from mizuhiki.crypto.signed_objects import verify_object
from mizuhiki.vocabulary.errors import Malformed, Refused
from mizuhiki.vocabulary.ids import InstitutionId

__all__ = [
    "REQUEST_PARAMETER",
    "REQUEST_TYPE",
    "VERSION",
    "Challenge",
    "ChallengeForAnotherContext",
    "ChallengeForAnotherKind",
    "ChallengeForAnotherOrigin",
    "ChallengeForAnotherRequester",
    "ChallengeNotOurs",
    "MalformedChallenge",
    "MalformedSigningRequest",
    "MalformedSigningResponse",
    "RefusalCode",
    "ResponseForAnotherRequest",
    "SigningKind",
    "SigningRefused",
    "SigningRequest",
    "SigningRequestExpired",
    "SigningResponse",
    "agent_address",
    "check_challenge",
    "check_request",
    "check_response",
    "compose_challenge",
    "origin_of",
    "parse_challenge",
    "read_signing_request",
]

VERSION = 1
REQUEST_TYPE = "card-signing-request"
REQUEST_PARAMETER = "request"
CLOCK_TOLERANCE_SECONDS = 120

_MOST_FORM_FIELD = 16_384


class RefusalCode(enum.StrEnum):
    """Why the agent returns no signature; `SigningResponse.refusal`."""

    CANCELLED = "cancelled"
    NO_CARD = "no-card"
    NO_CERTIFICATE = "no-certificate"
    PIN_BLOCKED = "pin-blocked"
    EXPIRED = "expired"


class MalformedSigningRequest(Malformed):
    """The request is of another version, or its addresses or times cannot be."""

    code = "malformed-signing-request"
    title = "The request for a signature cannot be read"


class SigningRequestExpired(Refused):
    """The request is not valid yet or not any more."""

    code = "signing-request-expired"
    title = "The request for a signature has expired"


class MalformedSigningResponse(Malformed):
    """The posted fields are no response."""

    code = "malformed-signing-response"
    title = "The answer of the card reader page cannot be read"


class ResponseForAnotherRequest(Refused):
    """The response answers a request that this session did not make."""

    code = "response-for-another-request"
    title = "The answer belongs to another request"


class SigningRefused(Refused):
    """The person or the agent returned no signature; the field `reason` is a `RefusalCode`."""

    code = "card-signing-refused"
    title = "No signature was made"


class SigningRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Payload of the signed object.

    `purpose` is a text key the agent translates; `statement` says in plain words what is being signed, in the
    language of the page that asked. Times are aware UTC.
    """

    version: int
    request_id: str
    requester: str
    origin: str
    return_url: str
    purpose: str
    kind: SigningKind
    challenge: bytes
    statement: str
    issued_at: datetime
    expires_at: datetime


class SigningResponse(msgspec.Struct, frozen=True, kw_only=True):
    """What is posted back: certificate (DER) and signature over the challenge, or a refusal code and nothing else."""

    request_id: str
    certificate: bytes = b""
    signature: bytes = b""
    refusal: RefusalCode | None = None

    def form_fields(self) -> dict[str, str]:
        """Return the hidden fields of the form that is posted to the return address."""
        return {
            "request_id": self.request_id,
            "certificate": _encode(self.certificate),
            "signature": _encode(self.signature),
            "refusal": self.refusal.value if self.refusal else "",
        }

    @classmethod
    def from_form_fields(cls, fields: Mapping[str, str]) -> SigningResponse:
        """Read the posted fields.

        Raises:
            MalformedSigningResponse: a field is missing, too long or not base64url, or signature and refusal do not
                agree.
        """
        refusal = _refusal(fields.get("refusal", ""))
        response = cls(
            request_id=_form_field(fields, "request_id"),
            certificate=_decode(_form_field(fields, "certificate")),
            signature=_decode(_form_field(fields, "signature")),
            refusal=refusal,
        )
        complete = bool(response.certificate) and bool(response.signature)
        if not response.request_id or complete is (refusal is not None):
            raise MalformedSigningResponse
        if refusal and (response.certificate or response.signature):
            raise MalformedSigningResponse
        return response


def origin_of(url: str) -> str:
    """Return scheme, host and port of an address in lower case, without a default port (RFC 6454 §6.2).

    Raises:
        MalformedSigningRequest: not an http(s) address, or one with user or password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise MalformedSigningRequest(field="origin") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        raise MalformedSigningRequest(field="origin")
    default = {"http": 80, "https": 443}[parts.scheme]
    suffix = "" if port in {None, default} else f":{port}"
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{suffix}"


def agent_address(agent_url: str, signed_request: str) -> str:
    """Return where to send the browser: the agent's page with the signed request as a query parameter."""
    return f"{agent_url}{'&' if urlsplit(agent_url).query else '?'}{urlencode({REQUEST_PARAMETER: signed_request})}"


def check_request(request: SigningRequest, *, requester: InstitutionId, origin: str) -> SigningRequest:
    """Check that a request agrees with itself and with who asks; both the maker and the agent call this.

    Raises:
        MalformedSigningRequest: another version, a return address outside the origin, or times in the wrong order.
        ChallengeForAnotherRequester, ChallengeForAnotherOrigin, ChallengeForAnotherKind: the challenge inside was
            made for somebody else.
    """
    if request.version != VERSION or not request.request_id:
        raise MalformedSigningRequest(field="version")
    if request.issued_at.tzinfo is None or request.expires_at.tzinfo is None or request.issued_at >= request.expires_at:
        raise MalformedSigningRequest(field="times")
    if request.requester != requester:
        raise ChallengeForAnotherRequester
    if request.origin != origin or origin_of(request.return_url) != origin:
        raise ChallengeForAnotherOrigin
    found = parse_challenge(request.challenge)
    expected = Challenge(
        kind=request.kind, requester=requester, origin=origin, nonce=found.nonce, context_hash=found.context_hash
    )
    check_challenge(request.challenge, expected)
    return request


def read_signing_request(
    signed_request: str,
    *,
    key_of: Callable[[InstitutionId], bytes],
    origin_of_institution: Callable[[InstitutionId], str],
    now: datetime,
) -> SigningRequest:
    """Check everything the agent must know before it shows a request.

    `key_of` gives an institution's object key; `origin_of_institution` its web origin as the directory has it.

    Raises:
        SignatureInvalid, WrongObjectType, UnknownSigner: see `crypto.signed_objects`.
        SigningRequestExpired: not between `issued_at` (with two minutes' tolerance) and `expires_at`.
        MalformedSigningRequest, ChallengeForAnother…: see `check_request`.
    """
    verified = verify_object(signed_request, SigningRequest, object_type=REQUEST_TYPE, key_of=key_of)
    request = check_request(
        verified.payload, requester=verified.signer, origin=origin_of(origin_of_institution(verified.signer))
    )
    early = (request.issued_at - now).total_seconds() > CLOCK_TOLERANCE_SECONDS
    if early or now >= request.expires_at:
        raise SigningRequestExpired
    return request


def check_response(response: SigningResponse, request: SigningRequest, *, now: datetime) -> SigningResponse:
    """Check that a response answers this session's request in time and carries a signature.

    `request` must be the one kept in the session of the browser that shows the response now, found by its cookie: one
    found by the posted request id would sign in whoever started the request, not who answered it. The signature and
    certificate themselves are checked by `crypto.certificates.verify_card_signature` over `request.challenge`.

    Raises:
        ResponseForAnotherRequest: another request id.
        SigningRequestExpired: too late.
        SigningRefused: the person or the agent refused.
    """
    if not equal(response.request_id.encode("utf-8"), request.request_id.encode("utf-8")):
        raise ResponseForAnotherRequest
    if now >= request.expires_at:
        raise SigningRequestExpired
    if response.refusal is not None:
        raise SigningRefused(reason=response.refusal.value)
    return response


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _decode(text: str) -> bytes:
    try:
        raw = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise MalformedSigningResponse from error
    if _encode(raw) != text:
        raise MalformedSigningResponse
    return raw


def _form_field(fields: Mapping[str, str], name: str) -> str:
    value = fields.get(name)
    if value is None or len(value) > _MOST_FORM_FIELD:
        raise MalformedSigningResponse(field=name)
    return value


def _refusal(text: str) -> RefusalCode | None:
    try:
        return RefusalCode(text) if text else None
    except ValueError as error:
        raise MalformedSigningResponse(field="refusal") from error
