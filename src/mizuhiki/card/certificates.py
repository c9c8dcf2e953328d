"""Card-verifiable certificates: what a chip itself can check, without X.509 and without a clock (``spec/card.md`` §8).

Outer form 7F21 { 7F4E body, 5F37 signature over the 7F4E element }; item and face issuers use the shorter body 5F4E of
real cards (issuer key id 16 ‖ subject key id 16 ‖ key). Keys are 90 exponent ‖ 91 modulus, or 86 point (P-384).
"""

from __future__ import annotations

from datetime import date
from typing import Protocol

import msgspec

from mizuhiki.card.generation import ApplicationLayout
from mizuhiki.card.tlv import MalformedTlv, encode_tlv, read_children
from mizuhiki.crypto.card_keys import (
    CardSignatureInvalid,
    public_key_elements,
    public_key_of_elements,
    verify_card_signature,
)
from mizuhiki.vocabulary.errors import Malformed
from mizuhiki.vocabulary.typed_values import read_json

KEY_ID_LENGTH = 16

_OUTER, _BODY, _SIGNATURE, _ITEMS_BODY = 0x7F21, 0x7F4E, 0x5F37, 0x5F4E
_ISSUER, _HOLDER, _KEY, _ROLE, _FROM, _UNTIL = 0x42, 0x5F20, 0x7F49, 0x5F4C, 0x5F25, 0x5F24
_GROUND, _LAYOUT, _GROUND_TEXT = 0x5F2C, 0x53, 0x50
_ROLE_LENGTH = 1


class MalformedCardCertificate(Malformed):
    """The bytes are no card-verifiable certificate of this form."""

    code = "malformed-card-certificate"
    title = "The card-verifiable certificate cannot be read"


class CardSigner(Protocol):
    """An issuer's key, wherever it lives; `CardKey` is one."""

    @property
    def public_key(self) -> bytes:
        """DER SubjectPublicKeyInfo."""
        ...

    def sign_message(self, message: bytes) -> bytes:
        """Return PKCS#1 v1.5 with SHA-256 (RSA) or ECDSA with SHA-384 (P-384)."""
        ...


class TerminalCertificate(msgspec.Struct, frozen=True, kw_only=True):
    """What a terminal may do; days as YYYYMMDD, both included."""

    holder: str
    public_key: bytes
    role: int
    effective_on: int
    expires_on: int


class InstallPermit(msgspec.Struct, frozen=True, kw_only=True):
    """Who may install which application in the free area, and by which decision (番号法18条; R-147)."""

    provider: str
    actor: int
    ground: int
    ground_text: str
    layout: ApplicationLayout


def encode_key(public_key: bytes) -> bytes:
    """Return a DER public key as the elements a card uses."""
    return b"".join(encode_tlv(tag, value) for tag, value in public_key_elements(public_key).items())


def decode_key(raw: bytes) -> bytes:
    """Return the DER public key of a card's elements.

    Raises:
        MalformedCardCertificate: they are no key.
    """
    try:
        return public_key_of_elements(read_children(raw))
    except (MalformedTlv, CardSignatureInvalid) as error:
        raise MalformedCardCertificate from error


def issue_terminal_certificate(
    issuer: CardSigner, *, holder: str, public_key: bytes, role: int, effective_on: date, expires_on: date
) -> bytes:
    """Certify a terminal's key for one role."""
    body = encode_tlv(_HOLDER, holder.encode("utf-8")) + encode_tlv(_KEY, encode_key(public_key))
    body += encode_tlv(_ROLE, bytes((role,)))
    body += encode_tlv(_FROM, f"{effective_on:%Y%m%d}".encode("ascii"))
    body += encode_tlv(_UNTIL, f"{expires_on:%Y%m%d}".encode("ascii"))
    return _signed(issuer, _BODY, body)


def read_terminal_certificate(raw: bytes, issuer_key: bytes) -> TerminalCertificate:
    """Check a terminal's certificate under `issuer_key` (card elements) and read it.

    Raises:
        MalformedCardCertificate, CardSignatureInvalid: it cannot be read, or another key signed it.
    """
    found = _elements(_opened(raw, decode_key(issuer_key), _BODY))
    try:
        (role,) = found[_ROLE]
        return TerminalCertificate(
            holder=found[_HOLDER].decode("utf-8"),
            public_key=decode_key(found[_KEY]),
            role=role,
            effective_on=_day(found[_FROM]),
            expires_on=_day(found[_UNTIL]),
        )
    except (KeyError, ValueError) as error:
        raise MalformedCardCertificate from error


def issue_install_permit(issuer: CardSigner, permit: InstallPermit) -> bytes:
    """Sign the decision that lets a provider install an application."""
    body = encode_tlv(_HOLDER, permit.provider.encode("utf-8")) + encode_tlv(_ROLE, bytes((permit.actor,)))
    body += encode_tlv(_GROUND, bytes((permit.ground,))) + encode_tlv(_GROUND_TEXT, permit.ground_text.encode("utf-8"))
    return _signed(issuer, _BODY, body + encode_tlv(_LAYOUT, msgspec.json.encode(permit.layout)))


def read_install_permit(raw: bytes, issuer_key: bytes) -> InstallPermit:
    """Check a permit under the permit authority's key (card elements) and read it.

    Raises:
        MalformedCardCertificate, CardSignatureInvalid: it cannot be read, or another key signed it.
    """
    found = _elements(_opened(raw, decode_key(issuer_key), _BODY))
    try:
        (actor,) = found[_ROLE]
        (ground,) = found[_GROUND]
        return InstallPermit(
            provider=found[_HOLDER].decode("utf-8"),
            actor=actor,
            ground=ground,
            ground_text=found[_GROUND_TEXT].decode("utf-8"),
            layout=read_json(found[_LAYOUT], ApplicationLayout),
        )
    except (KeyError, ValueError, msgspec.DecodeError) as error:
        raise MalformedCardCertificate from error


def issue_issuer_certificate(root: CardSigner, *, root_id: bytes, issuer_id: bytes, public_key: bytes) -> bytes:
    """Certify the key that signs items or faces, in the form real cards hold (EF 0004)."""
    if len(root_id) != KEY_ID_LENGTH or len(issuer_id) != KEY_ID_LENGTH:
        raise MalformedCardCertificate(field="key-id")
    return _signed(root, _ITEMS_BODY, root_id + issuer_id + encode_key(public_key))


def issuer_key_of(raw: bytes, root_key: bytes | None) -> bytes:
    """Return the DER key of an issuer's certificate, checked under the root's DER key where one is given.

    Raises:
        MalformedCardCertificate, CardSignatureInvalid: it cannot be read, or another root signed it.
    """
    return decode_key(_opened(raw, root_key, _ITEMS_BODY)[2 * KEY_ID_LENGTH :])


def _signed(issuer: CardSigner, tag: int, body: bytes) -> bytes:
    element = encode_tlv(tag, body)
    return encode_tlv(_OUTER, element + encode_tlv(_SIGNATURE, issuer.sign_message(element)))


def _opened(raw: bytes, public_key: bytes | None, tag: int) -> bytes:
    """Return the body after checking the signature over its whole element."""
    try:
        outer = read_children(raw)
        inner = read_children(outer[_OUTER])
        body, signature = inner[tag], inner[_SIGNATURE]
    except (MalformedTlv, KeyError) as error:
        raise MalformedCardCertificate from error
    if len(outer) != 1 or list(inner) != [tag, _SIGNATURE]:
        raise MalformedCardCertificate(field="elements")
    if public_key is not None:
        verify_card_signature(public_key, encode_tlv(tag, body), signature)
    return body


def _elements(body: bytes) -> dict[int, bytes]:
    try:
        return read_children(body)
    except MalformedTlv as error:
        raise MalformedCardCertificate from error


def _day(raw: bytes) -> int:
    return int(f"{date.fromisoformat(raw.decode('ascii')):%Y%m%d}")
