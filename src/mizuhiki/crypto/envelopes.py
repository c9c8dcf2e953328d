"""Content that only its recipient can read, signed by its sender (RFC 9180; R-030).

HPKE base mode with the hybrid KEM ML-KEM-768 + X25519: an attacker has to break both. Base mode authenticates nobody,
so the sender signs suite, key, both names, the context and the ciphertext with its object key. The same fields go into
HPKE's `info`: an envelope taken out of its context does not open even where the signature check were forgotten.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PublicKey,
    Suite,
)

from mizuhiki.crypto.digests import framed
from mizuhiki.crypto.keystore.purposes import Keystore, SealingKeyUnknown, SealingPublicKey, Signer
from mizuhiki.crypto.signatures import ed25519_key
from mizuhiki.vocabulary.errors import Malformed, Refused
from mizuhiki.vocabulary.ids import InstitutionId

SUITE = "mlkem768-x25519.hkdf-sha256.aes-256-gcm"
_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_MLKEM_PUBLIC_BYTES = 1184
_PUBLIC_BYTES = _MLKEM_PUBLIC_BYTES + 32


class SealedEnvelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`ciphertext` is HPKE's encapsulated key followed by the AEAD output; `signature` is Ed25519 by `sender`."""

    suite: str
    key_id: str
    sender: str
    recipient: str
    ciphertext: bytes
    signature: bytes


class EnvelopeNotForUs(Refused):
    """The envelope names another recipient, or a sealing key that is not ours."""

    code = "envelope-not-for-us"
    title = "The envelope is for another recipient"


class EnvelopeSignatureInvalid(Refused):
    """Not signed by the expected sender for this context."""

    code = "envelope-signature-invalid"
    title = "The envelope is not signed by the expected sender"


class EnvelopeUnreadable(Malformed):
    """Correctly signed and addressed, yet it does not open: another suite, or a ciphertext made for something else."""

    code = "envelope-unreadable"
    title = "The envelope cannot be opened"


class SealingKeyMalformed(Malformed):
    """A published sealing key has the wrong form."""

    code = "sealing-key-malformed"
    title = "The sealing key is malformed"


def _info(key_id: str, sender: str, recipient: str, context: bytes) -> bytes:
    return framed("envelope", SUITE.encode(), key_id.encode(), recipient.encode(), sender.encode(), context)


def _signed(envelope: SealedEnvelope, context: bytes) -> bytes:
    return framed(
        "envelope-signature",
        envelope.suite.encode(),
        envelope.key_id.encode(),
        envelope.recipient.encode(),
        envelope.sender.encode(),
        context,
        envelope.ciphertext,
    )


@lru_cache(maxsize=1024)
def _public_key(raw: bytes) -> MLKEM768X25519PublicKey:
    if len(raw) != _PUBLIC_BYTES:
        raise SealingKeyMalformed(length=len(raw))
    try:
        kem = MLKEM768PublicKey.from_public_bytes(raw[:_MLKEM_PUBLIC_BYTES])
    except ValueError as cause:
        raise SealingKeyMalformed(length=len(raw)) from cause
    return MLKEM768X25519PublicKey(kem, X25519PublicKey.from_public_bytes(raw[_MLKEM_PUBLIC_BYTES:]))


def seal(
    plaintext: bytes,
    *,
    sender: InstitutionId,
    signer: Signer,
    recipient: InstitutionId,
    recipient_key: SealingPublicKey,
    context: bytes,
) -> SealedEnvelope:
    """Seal `plaintext` to `recipient_key` for one use named by `context`.

    The caller picks a key that is valid now, from a key set it verified.

    Raises:
        SealingKeyMalformed: the key is not one of the suite.
    """
    info = _info(recipient_key.key_id, sender, recipient, context)
    try:
        ciphertext = _SUITE.encrypt(plaintext, _public_key(recipient_key.public_key), info)
    except ValueError as cause:  # an all-zero X25519 result: a key of small order
        raise SealingKeyMalformed(length=len(recipient_key.public_key)) from cause
    unsigned = SealedEnvelope(
        suite=SUITE,
        key_id=recipient_key.key_id,
        sender=sender,
        recipient=recipient,
        ciphertext=ciphertext,
        signature=b"",
    )
    return msgspec.structs.replace(unsigned, signature=signer.sign(_signed(unsigned, context)))


def open_envelope(
    envelope: SealedEnvelope,
    *,
    keystore: Keystore,
    recipient: InstitutionId,
    sender_key: bytes,
    expected_sender: InstitutionId,
    context: bytes,
) -> bytes:
    """Return the content of an envelope sealed to us by `expected_sender` for `context`.

    The signature is checked before the private key is used. Replay is the caller's matter: an envelope opens as often
    as it is shown.

    Raises:
        EnvelopeNotForUs: another recipient, or a sealing key that is not (or no longer) ours.
        EnvelopeSignatureInvalid: another sender, another context, or altered.
        EnvelopeUnreadable: of another suite, or it does not open.
    """
    if envelope.recipient != recipient:
        raise EnvelopeNotForUs(recipient=envelope.recipient)
    if envelope.suite != SUITE:
        raise EnvelopeUnreadable(suite=envelope.suite)
    if envelope.sender != expected_sender:
        raise EnvelopeSignatureInvalid(sender=envelope.sender)
    try:
        ed25519_key(sender_key).verify(envelope.signature, _signed(envelope, context))
    except (InvalidSignature, ValueError) as cause:
        raise EnvelopeSignatureInvalid(sender=envelope.sender) from cause
    try:
        private = keystore.sealing_opener(envelope.key_id)
    except SealingKeyUnknown as cause:
        raise EnvelopeNotForUs(key_id=envelope.key_id) from cause
    try:
        return _SUITE.decrypt(
            envelope.ciphertext, private, _info(envelope.key_id, envelope.sender, envelope.recipient, context)
        )
    except (InvalidTag, ValueError) as cause:
        raise EnvelopeUnreadable(key_id=envelope.key_id) from cause
