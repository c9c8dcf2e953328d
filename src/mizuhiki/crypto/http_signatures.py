"""Who sent an HTTP request: message signatures over requests between institutions (RFC 9421, RFC 9530).

Covered: ``@method``, ``@target-uri``, ``@authority``, ``content-digest``, ``content-type``; parameters created,
expires, nonce, keyid (the caller's institution id), alg=ed25519, tag. Needed only where TLS ends before the
institution; objects that count in law are signed on their own (`crypto.signed_objects`). What we send ourselves has one
form (`crypto.own_hop_form`); whatever is written differently is made and read by the library.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    algorithms,
)

from mizuhiki.crypto import own_hop_form
from mizuhiki.crypto.keystore.purposes import Signer
from mizuhiki.crypto.own_hop_form import HopFields, OwnForm
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.crypto.signatures import ed25519_key
from mizuhiki.vocabulary.errors import NotFound, Refused
from mizuhiki.vocabulary.ids import InstitutionId, MalformedInstitutionId, parse_institution_id

COVERED: Final = ("@method", "@target-uri", "@authority", "content-digest", "content-type")
LIFETIME: Final = timedelta(minutes=2)
_SKEW: Final = timedelta(seconds=30)
_TAG: Final = "mizuhiki-hop"
_LABEL: Final = "hop"
_NONCE_BYTES: Final = 16
_MAX_NONCE: Final = 64
_PARAMETERS: Final = frozenset({"created", "expires", "nonce", "keyid", "alg", "tag"})


class RequestUnsigned(Refused):
    """No signature of ours, or one that covers too little."""

    code = "request-unsigned"
    title = "The request is not signed as required"
    status = 401


class RequestKeyUnknown(Refused):
    """The key id names no institution whose key we know."""

    code = "request-key-unknown"
    title = "The caller's key is not known"
    status = 401


class RequestSignatureInvalid(Refused):
    """The signature does not verify under the caller's key."""

    code = "request-signature-invalid"
    title = "The request's signature does not verify"
    status = 401


class RequestExpired(Refused):
    """Made too long ago, in the future, or for longer than two minutes."""

    code = "request-expired"
    title = "The request's signature is not current"
    status = 401


class RequestBodyAltered(Refused):
    """The body is not the one that was signed."""

    code = "request-body-altered"
    title = "The body is not the one that was signed"
    status = 401


class RequestReplayed(Refused):
    """The nonce was used before."""

    code = "request-replayed"
    title = "The request was already seen"
    status = 401


class RequestForAnotherHost(Refused):
    """Signed for another host than the one that serves it."""

    code = "request-for-another-host"
    title = "The request is for another host"
    status = 401


class NonceMemory(Protocol):
    """Remembers nonces until they expire; shared by all workers of an institution."""

    def first_seen(self, caller: InstitutionId, nonce: str, expires: datetime) -> bool:
        """Record a nonce in one step and say whether it is new; it must be kept until `expires`."""
        ...


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request as signed or received. `url` is absolute, as the client names it; header names in any case."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class _LibraryMessage:
    """The shape the signature library reads and writes."""

    method: str
    url: str
    headers: dict[str, str]


class _SignatureInput(Protocol):
    """One member of ``Signature-Input`` as the library parses it."""

    @property
    def params(self) -> Mapping[str, object]: ...


class _OneKey(HTTPSignatureKeyResolver):
    """The hop key of the caller that the verifier settled on before it asks."""

    def __init__(self) -> None:
        self.key: bytes = b""

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        del key_id
        return Ed25519PublicKey.from_public_bytes(self.key)


class _Verifier(HTTPMessageVerifier):
    """The library's verifier with our rules where it would look at the machine's clock.

    The library calls `validate_created_and_expires` for each candidate before anything else and lets our errors pass.
    """

    def __init__(self, key_of: Callable[[InstitutionId], bytes], at: datetime) -> None:
        self._keys = _OneKey()
        super().__init__(signature_algorithm=algorithms.ED25519, key_resolver=self._keys)
        self._key_of = key_of
        self._at = at
        self.caller: InstitutionId | None = None
        self.nonce = ""
        self.expires = at

    def validate_created_and_expires(self, sig_input: _SignatureInput, max_age: object = None) -> None:
        del max_age
        parameters = dict(sig_input.params)
        nonce = parameters.get("nonce")
        if set(parameters) != _PARAMETERS or not isinstance(nonce, str) or not 0 < len(nonce) <= _MAX_NONCE:
            raise RequestUnsigned(part="parameters")
        self.expires, self.nonce = _check_time(parameters, self._at), nonce
        caller = _caller(str(parameters["keyid"]))
        self._keys.key = _key(self._key_of, caller)
        self.caller = caller


def sign_request(
    request: SignedRequest, *, institution: InstitutionId, signer: Signer, at: datetime, randomness: Randomness
) -> dict[str, str]:
    """Return the request's headers with ``Content-Digest``, ``Signature-Input`` and ``Signature`` added.

    The request must carry a ``Content-Type``. The device may sign: only the signature base goes to `signer`.
    """
    nonce = randomness.token(_NONCE_BYTES)
    fields = HopFields(institution, int(at.timestamp()), int((at + LIFETIME).timestamp()), nonce)
    own = own_hop_form.prepare(request.method, request.url, request.headers, request.body, fields)
    if own is not None:
        base, headers = own
        return {**headers, "Signature": own_hop_form.signature_field(signer.sign(base))}
    message = _LibraryMessage(request.method, request.url, dict(request.headers))
    library = HTTPMessageSigner(signature_algorithm=algorithms.ED25519)
    prepared = library.prepare(
        message,
        key_id=institution,
        created=at,
        expires=at + LIFETIME,
        nonce=nonce,
        label=_LABEL,
        tag=_TAG,
        covered_component_ids=COVERED,
        body=request.body,
    )
    library.apply(message, prepared, signer.sign(prepared.signature_base))
    return message.headers


def _check_time(parameters: Mapping[str, object], at: datetime) -> datetime:
    created, expires = parameters["created"], parameters["expires"]
    if type(created) is not int or type(expires) is not int:
        raise RequestUnsigned(part="created")
    now, skew = at.timestamp(), _SKEW.total_seconds()
    if created > now + skew or expires < now - skew or not 0 <= expires - created <= LIFETIME.total_seconds():
        raise RequestExpired
    return datetime.fromtimestamp(expires, UTC) + _SKEW


def _caller(key_id: str) -> InstitutionId:
    try:
        return parse_institution_id(key_id)
    except MalformedInstitutionId as cause:
        raise RequestKeyUnknown from cause


def _key(key_of: Callable[[InstitutionId], bytes], caller: InstitutionId) -> bytes:
    try:
        return key_of(caller)
    except (LookupError, NotFound) as cause:
        raise RequestKeyUnknown(caller=caller) from cause


def _check_own(
    own: OwnForm, body: bytes, key_of: Callable[[InstitutionId], bytes], at: datetime
) -> tuple[InstitutionId, datetime]:
    """Check a signature of our own form as `_Verifier` checks any; return the caller, and until when to remember it."""
    fields = own.fields
    expires = _check_time({"created": fields.created, "expires": fields.expires}, at)
    caller = _caller(fields.caller)
    try:
        ed25519_key(_key(key_of, caller)).verify(own.signature, own.base)
    except (InvalidSignature, ValueError) as cause:
        raise RequestSignatureInvalid from cause
    if not own.is_over(body):
        raise RequestBodyAltered
    return caller, expires


def _check_signature(request: SignedRequest, headers: dict[str, str], verifier: _Verifier) -> InstitutionId:
    message = _LibraryMessage(request.method, request.url, headers)
    try:
        results = verifier.verify(message, max_age=None, expect_tag=_TAG, require_components=COVERED)
    except HTTPMessageSignaturesException as cause:
        if verifier.caller is None:
            raise RequestUnsigned(part="signature-input") from cause
        raise RequestSignatureInvalid from cause
    if len(results) != 1 or verifier.caller is None:
        raise RequestUnsigned(part="signatures")
    try:
        verifier.verify_body(message, results, request.body)
    except HTTPMessageSignaturesException as cause:
        raise RequestBodyAltered from cause
    return verifier.caller


def verify_request(
    request: SignedRequest,
    *,
    host: str,
    key_of: Callable[[InstitutionId], bytes],
    nonces: NonceMemory,
    at: datetime,
) -> InstitutionId:
    """Return the institution that signed a request, after checking in this order.

    (1) signature fields are there; (2) for this `host` (name with port where not the default); (3) exactly our
    parameters, and time; (4) a caller whose hop key `key_of` knows; (5) signature and coverage; (6) body; (7) nonce.
    The nonce is recorded last, so that nobody can spend another's nonce with a bad signature.

    Raises:
        RequestUnsigned, RequestForAnotherHost, RequestExpired, RequestKeyUnknown, RequestSignatureInvalid,
        RequestBodyAltered, RequestReplayed: the check of that name failed.
    """
    headers = {name.lower(): value for name, value in request.headers.items()}
    if not {"signature", "signature-input", "content-digest", "content-type"} <= set(headers):
        raise RequestUnsigned(part="headers")
    if urlsplit(request.url).netloc.lower() != host.lower():
        raise RequestForAnotherHost
    own = own_hop_form.read(request.method, request.url, headers)
    if own is not None:
        nonce = own.fields.nonce
        caller, expires = _check_own(own, request.body, key_of, at)
    else:
        verifier = _Verifier(key_of, at)
        caller = _check_signature(request, headers, verifier)
        nonce, expires = verifier.nonce, verifier.expires
    if not nonces.first_seen(caller, nonce, expires):
        raise RequestReplayed(caller=caller)
    return caller


def content_digest(body: bytes) -> str:
    """Return the ``Content-Digest`` field value of a body (SHA-256, RFC 9530)."""
    return own_hop_form.digest_field(body)
