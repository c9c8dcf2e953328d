"""Masks: every conversion leaves under fresh randomness, one mask for each line and all its targets (decision 0095).

A line ``(C1, C2)`` under K_in is masked once, ``(C1 + ρ·G, C2 + ρ·K_in)``: a fresh ciphertext of the same pseudonym.
A target gets that, shuffled and re-keyed, ``(f·(C1 + ρ·G), n·(C2 + ρ·K_in))``. With ``K_out = u·K_in``, ``n = f·u`` the
randomness of an output is ``f·ρ``, so each output alone is what a mask of its own would give. Seen together, outputs
of one line for several targets are ElGamal ciphertexts whose randomness differs by factors that only the converter
knows: to tell them from independent ones is to decide Diffie-Hellman tuples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mizuhiki.crypto.pseudonyms.ciphertexts import Ciphertext
from mizuhiki.crypto.pseudonyms.group import add_to_given, multiply, multiply_base
from mizuhiki.crypto.pseudonyms.proofs import require_size


@dataclass(frozen=True, slots=True)
class MaskedBatch:
    """Inputs, a secret mask for each, and the ciphertexts these give; it never leaves a converter."""

    inputs: Sequence[Ciphertext]
    rho: Sequence[bytes]
    ciphertexts: Sequence[Ciphertext]

    def converted(self, n: bytes, f: bytes) -> list[Ciphertext]:
        """Return the batch for the target of these factors; no output is the identity, since no input is one."""
        return [Ciphertext(multiply(f, one.c1), multiply(n, one.c2)) for one in self.ciphertexts]


def masked(inputs: Sequence[Ciphertext], key_in: bytes, rho: Sequence[bytes]) -> MaskedBatch:
    """Return a batch under these masks, one scalar other than zero for each line.

    Raises:
        ConversionBatchMalformed: empty or oversized.
        PointInvalid: a half of an input, or the key, is not a canonical point.
        PointIsIdentity: one of them is, or a masked half would become, the identity.
    """
    require_size(inputs)
    fresh = [
        Ciphertext(
            add_to_given(given.c1, multiply_base(mask)),
            add_to_given(given.c2, multiply(mask, key_in)),
        )
        for given, mask in zip(inputs, rho, strict=True)
    ]
    return MaskedBatch(inputs, rho, fresh)
