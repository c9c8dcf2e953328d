"""The arithmetic of lines by libsodium, which takes and gives encoded points: one call for each operation."""

from __future__ import annotations

from collections.abc import Sequence

from mizuhiki.crypto.pseudonyms.group import (
    IDENTITY,
    LENGTH,
    PointIsIdentity,
    add,
    add_to_given,
    multiply,
    multiply_base,
    multiply_public,
    require_point,
    subtract,
    subtract_from_given,
)
from mizuhiki.crypto.pseudonyms.lines import Ciphertext


class SodiumArithmetic:
    """See `arithmetic.Arithmetic`."""

    name = "libsodium"

    def encrypted(self, points: Sequence[bytes], randomness: Sequence[bytes], key: bytes) -> list[Ciphertext]:
        """Return each point encrypted; the binding leaves zeros where a point is none, and it is looked at then."""
        return [
            Ciphertext(multiply_base(r), self._added(point, multiply(r, key)))
            for point, r in zip(points, randomness, strict=True)
        ]

    @staticmethod
    def _added(given: bytes, own: bytes) -> bytes:
        """Return the sum, which may be the identity."""
        if len(given) != LENGTH or given == IDENTITY:
            require_point(given)
        total = add(given, own)
        if total == IDENTITY:
            require_point(given)
        return total

    def converted(
        self,
        inputs: Sequence[Ciphertext],
        masks: Sequence[bytes],
        key_in: bytes,
        factors: Sequence[tuple[bytes, bytes]],
    ) -> list[list[Ciphertext]]:
        """Return each input masked and then converted for each pair of factors."""
        fresh = [
            Ciphertext(
                add_to_given(given.c1, multiply_base(mask)),
                add_to_given(given.c2, multiply(mask, key_in)),
            )
            for given, mask in zip(inputs, masks, strict=True)
        ]
        return [[Ciphertext(multiply(f, one.c1), multiply(n, one.c2)) for one in fresh] for n, f in factors]

    def opened(self, inputs: Sequence[Ciphertext], n: bytes, m: bytes) -> list[bytes]:
        """Return what each input holds under both factors."""
        found = [subtract(multiply(n, given.c2), multiply(m, given.c1)) for given in inputs]
        if IDENTITY in found:
            raise PointIsIdentity
        return found

    def decrypted(self, inputs: Sequence[Ciphertext], scalar: bytes) -> list[bytes]:
        """Return what each input holds under a key."""
        return [subtract_from_given(given.c2, multiply(scalar, given.c1)) for given in inputs]

    def weighted_sum(self, weights: Sequence[bytes], points: Sequence[bytes]) -> bytes:
        """Return the sum; all points but the first are decoded strictly where they are multiplied."""
        total = require_point(points[0])
        for weight, point in zip(weights[1:], points[1:], strict=True):
            total = add(total, multiply(weight, point))
        return total

    def combination(self, *terms: tuple[bytes, bytes]) -> bytes:
        """Return the sum; what is zero is not multiplied."""
        total = IDENTITY
        for scalar, point in terms:
            product = multiply_public(scalar, point)
            total = product if total == IDENTITY else add(total, product)
        return total
