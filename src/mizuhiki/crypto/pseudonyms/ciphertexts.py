"""Pseudonyms, and ElGamal ciphertexts of them under a point key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import msgspec

from mizuhiki.crypto.digests import framed, hmac_sha512, labelled_hash_512
from mizuhiki.crypto.keystore.purposes import SecretKey
from mizuhiki.crypto.pseudonyms.group import (
    IDENTITY,
    add,
    hash_to_group,
    multiply,
    multiply_base,
    random_scalar,
    random_scalars,
    require_point,
    require_scalar,
    subtract_from_given,
)
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.vocabulary.errors import Malformed
from mizuhiki.vocabulary.sensitive import Sensitive

_SEED_BYTES = 16


class SeedMalformed(Malformed):
    """A person seed is not 16 bytes."""

    code = "person-seed-malformed"
    title = "The person seed has the wrong length"


class Pseudonym(Sensitive[bytes]):
    """A person as one institution knows it (機関別符号): 32 bytes of a group element, never the identity."""

    __slots__ = ()

    def __init__(self, value: bytes) -> None:
        super().__init__(require_point(value))

    @classmethod
    def known(cls, value: bytes) -> Self:
        """Return a pseudonym that needs no check of its form.

        Only for what the group's own operations returned, or what storage gave back under its authentication.
        """
        one = cls.__new__(cls)
        Sensitive.__init__(one, value)
        return one


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


def person_point(key: SecretKey, seed: bytes) -> Pseudonym:
    """Return ``M = H(HMAC(k_reg, seed))``, the person before any conversion; only the national register can.

    `seed` is the 16 random bytes made once for the person.

    Raises:
        SeedMalformed: not 16 bytes.
    """
    if len(seed) != _SEED_BYTES:
        raise SeedMalformed(length=len(seed))
    code = hmac_sha512(key.reveal(), framed("pseudonyms/person-seed", seed))
    return Pseudonym(hash_to_group("pseudonyms/person-point", code))


def pseudonym_of_nobody(secret: bytes) -> Pseudonym:
    """Return a pseudonym that belongs to no person: the group element with unknown logarithm that `secret` hashes to.

    A person's pseudonym is a uniform element multiplied by secret factors, so it is uniform itself, and nobody who
    lacks the secret can tell one from the other. It is encrypted, converted and renewed like every other.

    Raises:
        SeedMalformed: fewer than 16 bytes of secret.
    """
    if len(secret) < _SEED_BYTES:
        raise SeedMalformed(length=len(secret))
    return Pseudonym(hash_to_group("pseudonyms/nobody", secret))


def encrypt_pseudonym(joint_key: bytes, pseudonym: Sensitive[bytes], randomness: Randomness) -> Ciphertext:
    """Return the pseudonym under `joint_key` with fresh randomness; two calls cannot be linked.

    Raises:
        PointInvalid: the key is not a canonical point.
        PointIsIdentity: the key is the identity.
    """
    return encrypt_pseudonyms(joint_key, [pseudonym], randomness)[0]


def encrypt_pseudonyms(
    joint_key: bytes, pseudonyms: Sequence[Sensitive[bytes]], randomness: Randomness
) -> list[Ciphertext]:
    """Return each pseudonym as `encrypt_pseudonym` does, with randomness drawn once for all. Errors as there."""
    return [
        _encrypted(joint_key, one, r, randomness)
        for one, r in zip(pseudonyms, random_scalars(len(pseudonyms), randomness), strict=True)
    ]


def _encrypted(joint_key: bytes, pseudonym: Sensitive[bytes], r: bytes, randomness: Randomness) -> Ciphertext:
    content = (pseudonym if isinstance(pseudonym, Pseudonym) else Pseudonym(pseudonym.reveal())).reveal()
    while True:
        c1, c2 = multiply_base(r), add(content, multiply(r, joint_key))
        if c2 != IDENTITY:
            return Ciphertext(c1, c2)
        require_point(content)
        r = random_scalar(randomness)


def decrypt_pseudonym(private_scalar: SecretKey, ciphertext: Ciphertext) -> Pseudonym:
    """Return ``C2 - y·C1``.

    Raises:
        PointInvalid: the ciphertext is not made of canonical points.
        PointIsIdentity: a half or the content is the identity.
        ScalarInvalid: the key is not a scalar.
    """
    mask = multiply(require_scalar(private_scalar.reveal()), ciphertext.c1)
    return Pseudonym.known(subtract_from_given(ciphertext.c2, mask))


def ciphertexts_root(ciphertexts: Sequence[Ciphertext]) -> bytes:
    """Return the 64-byte hash of a list of ciphertexts in order, which signed cases and tickets carry."""
    return labelled_hash_512("pseudonyms/ciphertexts", *[half for c in ciphertexts for half in (c.c1, c.c2)])
