"""Pseudonyms, and how they are encrypted for a conversion and decrypted after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from mizuhiki.crypto.digests import framed, hmac_sha512
from mizuhiki.crypto.keystore.purposes import SecretKey
from mizuhiki.crypto.pseudonyms.arithmetic import arithmetic
from mizuhiki.crypto.pseudonyms.group import (
    IDENTITY,
    hash_to_group,
    random_scalar,
    random_scalars,
    require_point,
    require_scalar,
)
from mizuhiki.crypto.pseudonyms.lines import Ciphertext
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
    points = [(one if isinstance(one, Pseudonym) else Pseudonym(one.reveal())).reveal() for one in pseudonyms]
    lines = arithmetic().encrypted(points, random_scalars(len(points), randomness), joint_key)
    for place, point in enumerate(points):
        while lines[place].c2 == IDENTITY:  # once in 2**252 lines, and it would be refused
            [lines[place]] = arithmetic().encrypted([point], [random_scalar(randomness)], joint_key)
    return lines


def decrypt_pseudonym(private_scalar: SecretKey, ciphertext: Ciphertext) -> Pseudonym:
    """Return ``C2 - y·C1``.

    Raises:
        PointInvalid: the ciphertext is not made of canonical points.
        PointIsIdentity: a half or the content is the identity.
        ScalarInvalid: the key is not a scalar.
    """
    return decrypt_pseudonyms(private_scalar, [ciphertext])[0]


def decrypt_pseudonyms(private_scalar: SecretKey, ciphertexts: Sequence[Ciphertext]) -> list[Pseudonym]:
    """Return what each ciphertext holds, as `decrypt_pseudonym` does. Errors as there."""
    scalar = require_scalar(private_scalar.reveal())
    return [Pseudonym.known(one) for one in arithmetic().decrypted(ciphertexts, scalar)]
