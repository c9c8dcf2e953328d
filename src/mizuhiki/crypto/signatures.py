"""Plain Ed25519 verification (RFC 8032) for formats that define their own signed bytes, such as checkpoints."""

from __future__ import annotations

from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from mizuhiki.vocabulary.errors import Refused


class Ed25519Invalid(Refused):
    """The signature is not by this key over this message, or the key is not a key."""

    code = "ed25519-signature-invalid"
    title = "The signature does not verify"


@lru_cache(maxsize=16_384)
def ed25519_key(raw: bytes) -> Ed25519PublicKey:
    """Return a public key of 32 bytes; the keys of a directory are few and are needed with every message.

    Raises:
        ValueError: it is no key.
    """
    return Ed25519PublicKey.from_public_bytes(raw)


def verify_ed25519(public_key: bytes, message: bytes, signature: bytes) -> None:
    """Check an Ed25519 signature under a raw 32-byte public key.

    Raises:
        Ed25519Invalid: it does not verify.
    """
    try:
        ed25519_key(public_key).verify(signature, message)
    except (InvalidSignature, ValueError) as cause:
        raise Ed25519Invalid from cause
