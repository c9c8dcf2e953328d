"""Objects that count in law: compact JWS over JSON, signed with Ed25519 (RFC 7515, RFC 8037, RFC 9864).

Composed by hand around `Signer` because the key may live in a device. The reader is strict: header members `alg`,
`kid`, `typ` and no others, each once; canonical base64url; nothing is taken from the header but who to ask for a key.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable
from typing import Final, Generic, NoReturn, TypeVar

import msgspec
from cryptography.exceptions import InvalidSignature

from mizuhiki.crypto.digests import sha256
from mizuhiki.crypto.keystore.purposes import Signer
from mizuhiki.crypto.signatures import ed25519_key
from mizuhiki.vocabulary.errors import Malformed, NotFound, Refused
from mizuhiki.vocabulary.ids import InstitutionId, MalformedInstitutionId, parse_institution_id
from mizuhiki.vocabulary.typed_values import read_json

T = TypeVar("T", bound=msgspec.Struct)
MAX_OBJECT_CHARACTERS: Final = 4_000_000
_HEADER_MEMBERS = {"alg", "kid", "typ"}
_COMPACT = re.compile(r"([A-Za-z0-9_-]{1,2048})\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{86})\Z")


class SignatureInvalid(Refused):
    """The signature is not by the named institution over these bytes."""

    code = "object-signature-invalid"
    title = "The object is not signed by the institution it names"


class WrongObjectType(Refused):
    """A correctly formed object of a type that is not expected here."""

    code = "wrong-object-type"
    title = "The object is of another type"


class UnknownSigner(Refused):
    """The object names a signer that the directory does not know."""

    code = "unknown-object-signer"
    title = "The signer of the object is not known"


class MalformedObject(Malformed):
    """Not a compact JWS of our profile, or its payload is not of the expected form."""

    code = "malformed-signed-object"
    title = "The signed object cannot be read"


_made_here = object()


class VerifiedObject(Generic[T]):
    """A payload whose signature was checked. Only `verify_object` makes one."""

    __slots__ = ("hash", "payload", "signer")

    def __init__(self, payload: T, signer: InstitutionId, digest: bytes, *, proof: object) -> None:
        if proof is not _made_here:
            raise TypeError("a verified object is made by verify_object only")
        self.payload: Final = payload
        self.signer: Final = signer
        self.hash: Final = digest

    def __repr__(self) -> str:
        return f"<VerifiedObject {type(self.payload).__name__} by {self.signer}>"


def object_hash(text: str) -> bytes:
    """Return SHA-256 of the JWS text: the name of a signed object."""
    return sha256(text.encode("ascii"))


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _decode(text: str) -> bytes:
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as cause:
        raise MalformedObject(part="base64url") from cause
    if _encode(raw) != text:
        raise MalformedObject(part="base64url")
    return raw


def sign_object(payload: msgspec.Struct, *, object_type: str, institution: InstitutionId, signer: Signer) -> str:
    """Return `payload` as a compact JWS of `object_type` (such as ``inquiry``) signed by `institution`."""
    header = json.dumps({"alg": "Ed25519", "kid": institution, "typ": object_type}, separators=(",", ":"))
    signing_input = f"{_encode(header.encode('utf-8'))}.{_encode(msgspec.json.encode(payload))}"
    text = f"{signing_input}.{_encode(signer.sign(signing_input.encode('ascii')))}"
    if len(text) > MAX_OBJECT_CHARACTERS:
        raise MalformedObject(part="length")
    return text


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise MalformedObject(part="header")
    return members


def _refuse(cause: Exception | None = None) -> NoReturn:
    raise MalformedObject(part="header") from cause


def _read_header(raw: bytes) -> tuple[InstitutionId, str]:
    try:
        header = json.loads(raw.decode("utf-8"), object_pairs_hook=_unique)
    except (ValueError, RecursionError) as cause:
        _refuse(cause)
    if not isinstance(header, dict) or set(header) != _HEADER_MEMBERS or header["alg"] != "Ed25519":
        _refuse()
    kid, typ = header["kid"], header["typ"]
    if not isinstance(kid, str) or not isinstance(typ, str):
        _refuse()
    try:
        return parse_institution_id(kid), typ
    except MalformedInstitutionId as cause:
        _refuse(cause)


def _check_signature(key_of: Callable[[InstitutionId], bytes], signer: InstitutionId, text: str, raw: bytes) -> None:
    try:
        key = key_of(signer)
    except (LookupError, NotFound) as cause:
        raise UnknownSigner(signer=signer) from cause
    try:
        ed25519_key(key).verify(raw, text.encode("ascii"))
    except (InvalidSignature, ValueError) as cause:
        raise SignatureInvalid(signer=signer) from cause


def verify_object(
    text: str, payload_type: type[T], *, object_type: str, key_of: Callable[[InstitutionId], bytes]
) -> VerifiedObject[T]:
    """Return the payload of a signed object after checking form, type, signer and signature, in this order.

    `key_of` gives the object key pinned for an institution and raises `NotFound` or `LookupError` for others. Whether
    the signer was entitled to sign this payload is the caller's question.

    Raises:
        MalformedObject: not our profile of JWS, or the payload does not decode.
        WrongObjectType: another type than `object_type`.
        UnknownSigner: no key for the institution it names.
        SignatureInvalid: the signature fails.
    """
    match = _COMPACT.match(text) if len(text) <= MAX_OBJECT_CHARACTERS else None
    if match is None:
        raise MalformedObject(part="form")
    header, body, signature = match.groups()
    signer, found_type = _read_header(_decode(header))
    if found_type != object_type:
        raise WrongObjectType(expected=object_type)
    _check_signature(key_of, signer, f"{header}.{body}", _decode(signature))
    try:
        payload = read_json(_decode(body), payload_type)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as cause:
        raise MalformedObject(part="payload") from cause
    return VerifiedObject(payload, signer, object_hash(text), proof=_made_here)
