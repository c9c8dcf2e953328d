"""Sealed envelopes: who can open what, and for which context."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mizuhiki.crypto.envelopes import (
    SUITE,
    EnvelopeNotForUs,
    EnvelopeSignatureInvalid,
    EnvelopeUnreadable,
    SealedEnvelope,
    SealingKeyMalformed,
    open_envelope,
    seal,
)
from mizuhiki.crypto.keystore import MemoryKeystore, SigningPurpose
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.vocabulary.ids import InstitutionId

SENDER, RECIPIENT = InstitutionId("jpki"), InstitutionId("portal")
NOW = datetime(2019, 12, 2, tzinfo=UTC)
OURS, THEIRS = MemoryKeystore(SeededRandomness(b"ours")), MemoryKeystore(SeededRandomness(b"theirs"))
SIGNER = THEIRS.signer(SigningPurpose.OBJECT)
(KEY,) = OURS.sealing_keys(NOW)


def _seal(plaintext: bytes = b"content", context: bytes = b"jpki.x/request") -> SealedEnvelope:
    return seal(plaintext, sender=SENDER, signer=SIGNER, recipient=RECIPIENT, recipient_key=KEY, context=context)


def _open(envelope: SealedEnvelope, **changed: object) -> bytes:
    asked = {
        "keystore": OURS,
        "recipient": RECIPIENT,
        "sender_key": SIGNER.public_key,
        "expected_sender": SENDER,
        "context": b"jpki.x/request",
    }
    return open_envelope(envelope, **{**asked, **changed})  # type: ignore[arg-type] # altered on purpose


@pytest.mark.requirement("R-030")
@settings(max_examples=20, deadline=None)
@given(st.binary(max_size=300), st.binary(max_size=40))
def test_an_envelope_opens_for_its_recipient_and_shows_nothing_else(plaintext: bytes, context: bytes) -> None:
    envelope = _seal(plaintext, context)
    assert _open(envelope, context=context) == plaintext
    assert len(envelope.ciphertext) == len(plaintext) + 1088 + 32 + 16
    assert len(plaintext) < 4 or plaintext not in envelope.ciphertext


def test_an_envelope_survives_json() -> None:
    envelope = msgspec.json.decode(msgspec.json.encode(_seal()), type=SealedEnvelope)
    assert _open(envelope) == b"content"


def test_another_recipient_or_unknown_key_is_refused() -> None:
    with pytest.raises(EnvelopeNotForUs):
        _open(_seal(), recipient=InstitutionId("commission"))
    with pytest.raises(EnvelopeNotForUs):
        _open(_seal(), keystore=MemoryKeystore(SeededRandomness(b"other")))


def test_another_sender_key_context_or_altered_part_is_refused() -> None:
    envelope = _seal()
    for changed in (
        {"expected_sender": InstitutionId("commission")},
        {"sender_key": OURS.signer(SigningPurpose.OBJECT).public_key},
        {"sender_key": b"short"},
        {"context": b"jpki.x/answer"},
    ):
        with pytest.raises(EnvelopeSignatureInvalid):
            _open(envelope, **changed)
    last = bytes([envelope.ciphertext[-1] ^ 1])
    for altered in (
        msgspec.structs.replace(envelope, ciphertext=envelope.ciphertext[:-1] + last),
        msgspec.structs.replace(envelope, key_id="another"),
        msgspec.structs.replace(envelope, signature=bytes(64)),
        msgspec.structs.replace(envelope, signature=b""),
    ):
        with pytest.raises(EnvelopeSignatureInvalid):
            _open(altered)
    with pytest.raises(EnvelopeUnreadable):
        _open(msgspec.structs.replace(envelope, suite="plain"))


def test_a_relay_that_signs_anothers_ciphertext_as_its_own_makes_nothing_that_opens() -> None:
    from mizuhiki.crypto.envelopes import _signed  # noqa: PLC0415 - the attacker's tool

    relay = OURS.signer(SigningPurpose.HOP)
    stolen = msgspec.structs.replace(_seal(), sender="commission", signature=b"")
    stolen = msgspec.structs.replace(stolen, signature=relay.sign(_signed(stolen, b"jpki.x/request")))
    with pytest.raises(EnvelopeUnreadable):
        _open(stolen, sender_key=relay.public_key, expected_sender=InstitutionId("commission"))


@pytest.mark.parametrize("raw", [b"", bytes(1216), b"\xff" * 1216, bytes(1215)])
def test_malformed_sealing_keys_are_refused(raw: bytes) -> None:
    bad = msgspec.structs.replace(KEY, public_key=raw)
    with pytest.raises(SealingKeyMalformed):
        seal(b"x", sender=SENDER, signer=SIGNER, recipient=RECIPIENT, recipient_key=bad, context=b"")


def test_the_suite_is_the_hybrid_one() -> None:
    assert _seal().suite == SUITE == "mlkem768-x25519.hkdf-sha256.aes-256-gcm"
