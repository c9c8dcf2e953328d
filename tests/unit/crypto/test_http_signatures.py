"""Signed requests: every refusal by its own name; the signature base is checked by hand against RFC 9421 §2.5."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from mizuhiki.crypto.http_signatures import (
    RequestBodyAltered,
    RequestExpired,
    RequestForAnotherHost,
    RequestKeyUnknown,
    RequestReplayed,
    RequestSignatureInvalid,
    RequestUnsigned,
    SignedRequest,
    content_digest,
    sign_request,
    verify_request,
)
from mizuhiki.crypto.keystore import MemoryKeystore, SigningPurpose
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.vocabulary.ids import InstitutionId

AT = datetime(2019, 12, 2, 0, 0, tzinfo=UTC)
CALLER = InstitutionId("portal")
SIGNER = MemoryKeystore(SeededRandomness(b"hop")).signer(SigningPurpose.HOP)
OTHER = MemoryKeystore(SeededRandomness(b"other")).signer(SigningPurpose.HOP)
HOST = "jpki.mizuhiki.localhost:8443"
PLAIN = SignedRequest("POST", f"https://{HOST}/v1/key-set", {"Content-Type": "application/json"}, b'{"a":1}')


class Nonces:
    def __init__(self) -> None:
        self.seen: dict[tuple[str, str], datetime] = {}

    def first_seen(self, caller: InstitutionId, nonce: str, expires: datetime) -> bool:
        return self.seen.setdefault((caller, nonce), expires) is expires


def _key_of(institution: InstitutionId) -> bytes:
    return {CALLER: SIGNER.public_key}[institution]


def _signed(request: SignedRequest = PLAIN, caller: InstitutionId = CALLER) -> SignedRequest:
    headers = sign_request(request, institution=caller, signer=SIGNER, at=AT, randomness=SeededRandomness(b"n"))
    return replace(request, headers=headers)


def _verify(request: SignedRequest, nonces: Nonces | None = None, at: datetime = AT, host: str = HOST) -> str:
    return verify_request(request, host=host, key_of=_key_of, nonces=nonces or Nonces(), at=at)


def _with(header: str, old: str, new: str) -> SignedRequest:
    signed = _signed()
    assert old in signed.headers[header]
    return replace(signed, headers={**signed.headers, header: signed.headers[header].replace(old, new)})


def test_a_signed_request_names_its_caller() -> None:
    assert _verify(_signed()) == CALLER


def test_header_names_may_arrive_in_any_case() -> None:
    signed = _signed()
    assert _verify(replace(signed, headers={name.upper(): value for name, value in signed.headers.items()})) == CALLER


def test_the_signature_is_over_the_base_that_the_rfc_defines() -> None:
    headers = _signed().headers
    parameters = headers["Signature-Input"].removeprefix("hop=")
    digest = base64.b64encode(hashlib.sha256(PLAIN.body).digest()).decode()
    assert headers["Content-Digest"] == f"sha-256=:{digest}:" == content_digest(PLAIN.body)
    base = "\n".join(
        (
            '"@method": POST',
            f'"@target-uri": {PLAIN.url}',
            f'"@authority": {HOST}',
            f'"content-digest": sha-256=:{digest}:',
            '"content-type": application/json',
            f'"@signature-params": {parameters}',
        )
    )
    signature = base64.b64decode(headers["Signature"].removeprefix("hop=:").removesuffix(":"))
    Ed25519PublicKey.from_public_bytes(SIGNER.public_key).verify(signature, base.encode())
    for name in ("created=", "expires=", "nonce=", 'keyid="portal"', 'alg="ed25519"'):
        assert name in parameters


def test_an_unsigned_request_is_refused() -> None:
    with pytest.raises(RequestUnsigned):
        _verify(PLAIN)
    signed = _signed()
    for missing in ("Signature", "Signature-Input", "Content-Digest", "Content-Type"):
        with pytest.raises(RequestUnsigned):
            _verify(replace(signed, headers={k: v for k, v in signed.headers.items() if k != missing}))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("mizuhiki-hop", "another"),
        (';alg="ed25519"', ""),
        ("nonce=", "nonse="),
        ("hop=(", "hop"),
        ('nonce="', 'nonce="' + "x" * 70),
    ],
)
def test_parameters_outside_the_profile_are_refused(old: str, new: str) -> None:
    with pytest.raises(RequestUnsigned):
        _verify(_with("Signature-Input", old, new))


@pytest.mark.parametrize(
    ("old", "new"), [(' "content-type"', ""), ('"@method" ', ""), ('nonce="', 'nonce="x'), ("ed25519", "hmac-sha256")]
)
def test_less_coverage_or_changed_parameters_fail_the_signature(old: str, new: str) -> None:
    with pytest.raises(RequestSignatureInvalid):
        _verify(_with("Signature-Input", old, new))


def test_an_unknown_caller_is_refused() -> None:
    with pytest.raises(RequestKeyUnknown):
        _verify(_signed(caller=InstitutionId("commission")))
    with pytest.raises(RequestKeyUnknown):
        _verify(_with("Signature-Input", 'keyid="portal"', 'keyid="nobody"'))


def test_a_signature_by_another_key_is_refused() -> None:
    with pytest.raises(RequestSignatureInvalid):
        verify_request(_signed(), host=HOST, key_of=lambda _: OTHER.public_key, nonces=Nonces(), at=AT)


@pytest.mark.parametrize("seconds", [-31, 151, 3600])
def test_a_request_from_the_past_or_future_is_refused(seconds: int) -> None:
    with pytest.raises(RequestExpired):
        _verify(_signed(), at=AT + timedelta(seconds=seconds))


def test_a_request_within_its_two_minutes_and_the_skew_is_taken() -> None:
    for seconds in (-30, 0, 119, 150):
        assert _verify(_signed(), at=AT + timedelta(seconds=seconds)) == CALLER


def test_a_longer_life_than_allowed_is_refused() -> None:
    expires = int(AT.timestamp()) + 120
    with pytest.raises(RequestExpired):
        _verify(_with("Signature-Input", f"expires={expires}", f"expires={expires + 600}"))


def test_an_altered_body_is_refused() -> None:
    with pytest.raises(RequestBodyAltered):
        _verify(replace(_signed(), body=b'{"a":2}'))
    with pytest.raises(RequestBodyAltered):
        _verify(replace(_signed(), body=b""))


def test_an_altered_body_with_a_fitting_digest_fails_the_signature() -> None:
    signed = _signed()
    headers = {**signed.headers, "Content-Digest": content_digest(b"{}")}
    with pytest.raises(RequestSignatureInvalid):
        _verify(replace(signed, headers=headers, body=b"{}"))


def test_an_altered_target_or_method_is_refused() -> None:
    signed = _signed()
    for changed in (replace(signed, url=f"https://{HOST}/v1/other"), replace(signed, method="PUT")):
        with pytest.raises(RequestSignatureInvalid):
            _verify(changed)


def test_a_request_for_another_host_is_refused() -> None:
    with pytest.raises(RequestForAnotherHost):
        _verify(_signed(), host="portal.mizuhiki.localhost:8443")
    with pytest.raises(RequestSignatureInvalid):
        _verify(replace(_signed(), url="https://portal/v1/key-set"), host="portal")


def test_a_replayed_request_is_refused_and_its_nonce_is_kept_until_it_expires() -> None:
    nonces = Nonces()
    _verify(_signed(), nonces)
    with pytest.raises(RequestReplayed):
        _verify(_signed(), nonces)
    (expires,) = nonces.seen.values()
    assert expires == AT + timedelta(seconds=150)


def test_a_bad_signature_spends_no_nonce() -> None:
    nonces = Nonces()
    with pytest.raises(RequestSignatureInvalid):
        _verify(replace(_signed(), method="PUT"), nonces)
    assert not nonces.seen
    assert _verify(_signed(), nonces) == CALLER
