"""Hop signatures in the one form in which this project writes them (decision 0100).

RFC 9421 lets a signature's fields be written in many ways, and reading them all takes a general parser most of a
millisecond of each call between institutions. What an institution here sends has one form: five components in one
order, six parameters in one order, names and numbers of few characters. That form is made and read here by a
pattern. Whatever differs in anything is not of it, and `crypto.http_signatures` gives it to the library.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mizuhiki.crypto.digests import equal, sha256

_INPUT: Final = re.compile(
    r'hop=(\("@method" "@target-uri" "@authority" "content-digest" "content-type"\)'
    r';created=(0|[1-9][0-9]{0,11});keyid="([a-z0-9-]{1,64})";alg="ed25519"'
    r';expires=(0|[1-9][0-9]{0,11});nonce="([A-Za-z0-9_-]{1,64})";tag="mizuhiki-hop")'
)
_SIGNATURE: Final = re.compile(r"hop=:([A-Za-z0-9+/]{86}==):")
_DIGEST: Final = re.compile(r"sha-256=:[A-Za-z0-9+/]{43}=:")
_URL: Final = re.compile(r"https?://([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[1-9][0-9]{0,4})?)/[A-Za-z0-9._~/-]*")
_METHOD: Final = re.compile(r"[A-Z]{1,16}")
_CONTENT_TYPE: Final = re.compile(r"[a-z]+/[a-z0-9.+-]+(?:; ?[a-z]+=[A-Za-z0-9-]+)?")
_DEFAULT_PORTS: Final = (":80", ":443")
"""A default port is not part of an authority, so that names with one are left to the library."""
_SIGNED_FIELDS: Final = frozenset({"content-digest", "signature", "signature-input"})


@dataclass(frozen=True, slots=True)
class HopFields:
    """What a signature of this form says beside what it is over; times in seconds since 1970."""

    caller: str
    created: int
    expires: int
    nonce: str


@dataclass(frozen=True, slots=True)
class OwnForm:
    """A received signature of this form, not checked yet."""

    fields: HopFields
    base: bytes
    signature: bytes
    digest: str

    def is_over(self, body: bytes) -> bool:
        """Say whether the digest that was signed is the body's."""
        return equal(self.digest.encode(), digest_field(body).encode())


def digest_field(body: bytes) -> str:
    """Return the ``Content-Digest`` field of a body: SHA-256 (RFC 9530)."""
    return f"sha-256=:{base64.b64encode(sha256(body)).decode()}:"


def signature_field(signature: bytes) -> str:
    """Return the ``Signature`` field."""
    return f"hop=:{base64.b64encode(signature).decode()}:"


def prepare(
    method: str, url: str, headers: Mapping[str, str], body: bytes, fields: HopFields
) -> tuple[bytes, dict[str, str]] | None:
    """Return what is to be signed, and the headers with all fields but ``Signature``; None if it cannot have this form.

    That is where the target or the type is written unusually, or a field of a signature stands there before.
    """
    lowered = {name.lower(): value for name, value in headers.items()}
    authority = _authority(url)
    content_type = lowered.get("content-type", "")
    if (
        authority is None
        or not _METHOD.fullmatch(method)
        or not _CONTENT_TYPE.fullmatch(content_type)
        or not _SIGNED_FIELDS.isdisjoint(lowered)
    ):
        return None
    stated = f"hop={_parameters(fields)}"
    if not _INPUT.fullmatch(stated):
        return None
    digest = digest_field(body)
    base = _base(method, url, authority, (digest, content_type), stated.removeprefix("hop="))
    return base, {**headers, "Content-Digest": digest, "Signature-Input": stated}


def read(method: str, url: str, headers: Mapping[str, str]) -> OwnForm | None:
    """Return a received signature where it and what it covers have this form; `headers` by their lower-case names."""
    stated = _INPUT.fullmatch(headers.get("signature-input", ""))
    signature = _SIGNATURE.fullmatch(headers.get("signature", ""))
    digest, content_type = headers.get("content-digest", ""), headers.get("content-type", "")
    authority = _authority(url)
    if (
        stated is None
        or signature is None
        or authority is None
        or not _METHOD.fullmatch(method)
        or not _DIGEST.fullmatch(digest)
        or not _CONTENT_TYPE.fullmatch(content_type)
    ):
        return None
    parameters, created, caller, expires, nonce = stated.groups()
    base = _base(method, url, authority, (digest, content_type), parameters)
    fields = HopFields(caller, int(created), int(expires), nonce)
    return OwnForm(fields, base, base64.b64decode(signature[1]), digest)


def _authority(url: str) -> str | None:
    found = _URL.fullmatch(url)
    return None if found is None or found[1].endswith(_DEFAULT_PORTS) else found[1]


def _parameters(fields: HopFields) -> str:
    return (
        '("@method" "@target-uri" "@authority" "content-digest" "content-type")'
        f';created={fields.created};keyid="{fields.caller}";alg="ed25519"'
        f';expires={fields.expires};nonce="{fields.nonce}";tag="mizuhiki-hop"'
    )


def _base(method: str, url: str, authority: str, content: tuple[str, str], parameters: str) -> bytes:
    """Return the signature base (RFC 9421 §2.5); `content` is digest and type."""
    return (
        f'"@method": {method}\n"@target-uri": {url}\n"@authority": {authority}\n'
        f'"content-digest": {content[0]}\n"content-type": {content[1]}\n"@signature-params": {parameters}'
    ).encode("ascii")
