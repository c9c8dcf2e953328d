"""Signed objects: strict form, and joserfc as independent judge both ways."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import OKPKey

from mizuhiki.crypto.keystore import MemoryKeystore, SigningPurpose
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.crypto.signed_objects import (
    MAX_OBJECT_CHARACTERS,
    MalformedObject,
    SignatureInvalid,
    UnknownSigner,
    VerifiedObject,
    WrongObjectType,
    object_hash,
    sign_object,
    verify_object,
)
from mizuhiki.vocabulary.ids import InstitutionId

ISSUER = InstitutionId("jpki")
SIGNER = MemoryKeystore(SeededRandomness(b"s")).signer(SigningPurpose.OBJECT)
OTHER = MemoryKeystore(SeededRandomness(b"o")).signer(SigningPurpose.OBJECT)


class Payload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: str
    octets: bytes = b""


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _key_of(institution: InstitutionId) -> bytes:
    return {ISSUER: SIGNER.public_key}[institution]


def _verify(text: str, key_of: Callable[[InstitutionId], bytes] = _key_of) -> VerifiedObject[Payload]:
    return verify_object(text, Payload, object_type="inquiry", key_of=key_of)


def _compose(header: str | bytes, payload: bytes = b'{"text":"a"}') -> str:
    raw = header.encode() if isinstance(header, str) else header
    signing_input = f"{_b64(raw)}.{_b64(payload)}"
    return f"{signing_input}.{_b64(SIGNER.sign(signing_input.encode()))}"


GOOD = sign_object(Payload("a"), object_type="inquiry", institution=ISSUER, signer=SIGNER)
HEADER = '{"alg":"Ed25519","kid":"jpki","typ":"inquiry"}'


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=50), st.binary(max_size=50))
def test_an_object_comes_back_with_its_signer_and_hash(text: str, octets: bytes) -> None:
    signed = sign_object(Payload(text, octets), object_type="inquiry", institution=ISSUER, signer=SIGNER)
    verified = _verify(signed)
    assert verified.payload == Payload(text, octets)
    assert (verified.signer, verified.hash) == (ISSUER, object_hash(signed))


def test_joserfc_verifies_what_we_sign_and_we_verify_what_it_signs() -> None:
    public = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": _b64(SIGNER.public_key)})
    read = jws.deserialize_compact(GOOD.encode(), public, algorithms=["Ed25519"])
    assert json.loads(read.payload) == {"text": "a", "octets": ""}
    assert read.headers() == {"alg": "Ed25519", "kid": "jpki", "typ": "inquiry"}
    theirs = OKPKey.generate_key("Ed25519")
    header = {"alg": "Ed25519", "kid": "jpki", "typ": "inquiry"}
    signed = jws.serialize_compact(header, b'{"text":"b"}', theirs, algorithms=["Ed25519"])
    x = theirs.as_dict(private=False)["x"]
    assert isinstance(x, str)
    raw = base64.urlsafe_b64decode(x + "=")
    assert _verify(signed, lambda _: raw).payload == Payload("b")


def test_another_type_signer_or_key_is_refused_by_name() -> None:
    with pytest.raises(WrongObjectType):
        verify_object(GOOD, Payload, object_type="ticket", key_of=_key_of)
    with pytest.raises(UnknownSigner):
        _verify(_compose(HEADER.replace("jpki", "portal")))
    with pytest.raises(SignatureInvalid):
        _verify(GOOD, lambda _: OTHER.public_key)


def test_any_changed_part_is_refused() -> None:
    header, payload, signature = GOOD.split(".")
    with pytest.raises(SignatureInvalid):
        _verify(f"{header}.{_b64(b'{}')}.{signature}")
    with pytest.raises(SignatureInvalid):
        _verify(f"{header}.{payload}.{_b64(bytes(64))}")


@pytest.mark.parametrize(
    "header",
    [
        '{"alg":"none","kid":"jpki","typ":"inquiry"}',
        '{"alg":"HS256","kid":"jpki","typ":"inquiry"}',
        '{"alg":"EdDSA","kid":"jpki","typ":"inquiry"}',
        '{"alg":"Ed25519","kid":"jpki"}',
        '{"alg":"Ed25519","kid":"jpki","typ":"inquiry","crit":["x"]}',
        '{"alg":"Ed25519","kid":"jpki","typ":"inquiry","jwk":{}}',
        '{"alg":"Ed25519","kid":"portal","kid":"jpki","typ":"inquiry"}',
        '{"alg":"Ed25519","kid":"nobody here","typ":"inquiry"}',
        '{"alg":"Ed25519","kid":["jpki"],"typ":"inquiry"}',
        '{"alg":"Ed25519","kid":"jpki","typ":null}',
        "[]",
        "not json",
        "[" * 1000,
        b"\xff\xfe",
    ],
)
def test_headers_outside_the_profile_are_refused(header: str | bytes) -> None:
    with pytest.raises(MalformedObject):
        _verify(_compose(header))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a.b",
        GOOD + "=",
        GOOD + ".x",
        GOOD[:-1] + ("B" if GOOD[-1] == "A" else "A" if GOOD[-1] in "QgwEIMUYckosw048" else "B"),
        GOOD.replace(".", " . "),
        GOOD + "\n",
        "x" * (MAX_OBJECT_CHARACTERS + 1),
    ],
)
def test_texts_outside_the_form_are_refused(text: str) -> None:
    with pytest.raises((MalformedObject, SignatureInvalid)):
        _verify(text)


def test_base64url_with_stray_bits_is_refused_though_it_decodes_to_the_same() -> None:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    stray = GOOD[:-1] + alphabet[alphabet.index(GOOD[-1]) | 1]
    assert stray != GOOD
    with pytest.raises(MalformedObject):
        _verify(stray)


@pytest.mark.parametrize("payload", [b"{}", b'{"text":1}', b'{"text":"a","more":1}', b"nonsense", b'{"text":"\xff"}'])
def test_signed_payloads_of_another_form_are_refused(payload: bytes) -> None:
    with pytest.raises(MalformedObject):
        _verify(_compose(HEADER, payload))


def test_nobody_else_makes_a_verified_object() -> None:
    with pytest.raises(TypeError):
        VerifiedObject(Payload("x"), ISSUER, b"", proof=object())


def test_an_object_above_the_size_limit_is_not_signed() -> None:
    with pytest.raises(MalformedObject):
        sign_object(Payload("x" * MAX_OBJECT_CHARACTERS), object_type="x", institution=ISSUER, signer=SIGNER)
