"""Lines: ElGamal ciphertexts of pseudonyms under a point key, as every message carries them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from mizuhiki.crypto.digests import labelled_hash_512
from mizuhiki.crypto.pseudonyms.group import require_point


class Ciphertext(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """``(r·G, P + r·K)`` for a key point K; both halves are 32 bytes and neither may be the identity."""

    c1: bytes
    c2: bytes


def require_ciphertext(ciphertext: Ciphertext) -> Ciphertext:
    """Return `ciphertext` if both halves are canonical points other than the identity.

    Raises:
        PointInvalid: a half is not a canonical point.
        PointIsIdentity: a half is the identity.
    """
    require_point(ciphertext.c1)
    require_point(ciphertext.c2)
    return ciphertext


def ciphertexts_root(ciphertexts: Sequence[Ciphertext]) -> bytes:
    """Return the 64-byte hash of a list of ciphertexts in order, which signed cases and tickets carry."""
    return labelled_hash_512("pseudonyms/ciphertexts", *[half for c in ciphertexts for half in (c.c1, c.c2)])
