"""The proof that the last converter opened its own branch of a renewal rightly (pseudonyms design, generation change).

The core links its old pseudonym of a person to the new one on the word of one ciphertext: both come out of the same
inputs. The first converter's half of each is proved as every half is (`proofs`). The core's own half is never a
ciphertext, so what is proved here is the opening itself, ``P_j = n·C2_j - m·C1_j``:

1. ``root = SHA-512`` over label, converter, source, both generations, batch id, S_A, S_t, key in, all inputs and all
   opened pseudonyms; weights as in `proofs`.
2. One Schnorr proof of ``(n, m)`` with ``n·S_A = S_t``, ``n·K_in = m·G``,
   ``Σa_j·P_j = n·Σa_j·C2_j - m·Σa_j·C1_j``. With y the core's key and u its rekey factor, ``m = y·n/u`` and
   ``K_in = (y/u)·G``, so the second relation ties m to the published key.

Who checks it must hold the pseudonyms; they are in no message, and only whoever examines the core's own book has them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from mizuhiki.crypto.digests import equal, labelled_hash_512
from mizuhiki.crypto.pseudonyms.ciphertexts import Pseudonym
from mizuhiki.crypto.pseudonyms.group import (
    BASE,
    IDENTITY,
    ScalarDegenerate,
    challenge_scalar,
    multiply_public,
    reduce_wide,
    require_point,
    require_response,
    scalar_add,
    scalar_multiply,
    subtract,
)
from mizuhiki.crypto.pseudonyms.lines import Ciphertext, require_ciphertext
from mizuhiki.crypto.pseudonyms.proofs import (
    ConversionBatchMalformed,
    composite,
    generation_octets,
    require_size,
    weights,
)
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.vocabulary.errors import Refused
from mizuhiki.vocabulary.ids import InstitutionId


class OpeningProofInvalid(Refused):
    """What was opened is not what these ciphertexts hold under the published factors and key."""

    code = "opening-proof-invalid"
    title = "The proof of the opened pseudonyms does not hold"


class OpeningProof(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Challenge and responses for n and m; three canonical scalars of 32 bytes."""

    challenge: bytes
    n: bytes
    m: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningStatement:
    """What an opening is about, apart from ciphertexts and pseudonyms; points as in `proofs.BatchStatement`."""

    converter: InstitutionId
    source: InstitutionId
    generation: int
    target_generation: int
    batch_id: str
    source_shuffle_point: bytes
    target_shuffle_point: bytes
    key_in: bytes

    def root(self, inputs: Sequence[Ciphertext], opened: Sequence[bytes]) -> bytes:
        """Return the hash over everything the proof is bound to."""
        return labelled_hash_512(
            "pseudonyms/opening",
            self.converter.encode(),
            self.source.encode(),
            generation_octets(self.generation),
            generation_octets(self.target_generation),
            self.batch_id.encode(),
            self.source_shuffle_point,
            self.target_shuffle_point,
            self.key_in,
            len(inputs).to_bytes(8, "big"),
            *(half for c in inputs for half in (c.c1, c.c2)),
            *opened,
        )


def _images(n: bytes, m: bytes, statement: OpeningStatement, sums: tuple[bytes, bytes]) -> list[bytes]:
    """Return the images of (n, m) under the three relations, the second as a difference."""
    a1, a2 = sums
    return [
        multiply_public(n, statement.source_shuffle_point),
        subtract(multiply_public(n, statement.key_in), multiply_public(m, BASE)),
        subtract(multiply_public(n, a2), multiply_public(m, a1)),
    ]


def prove_opening(
    statement: OpeningStatement,
    inputs: Sequence[Ciphertext],
    opened: Sequence[Pseudonym],
    secrets: tuple[bytes, bytes],
    randomness: Randomness,
) -> OpeningProof:
    """Return the proof of an opening by `secrets`, n and m; the nonces hash them too, as in `proofs.prove`."""
    persons = _octets(inputs, opened)
    root = statement.root(inputs, persons)
    factors = weights(root, len(inputs))
    sums = composite(factors, [c.c1 for c in inputs]), composite(factors, [c.c2 for c in inputs])
    fresh = randomness.bytes(64)
    nonces = [reduce_wide(labelled_hash_512("pseudonyms/nonce", *secrets, root, fresh, name)) for name in (b"n", b"m")]
    if IDENTITY in nonces:
        raise ScalarDegenerate
    commitments = _images(nonces[0], nonces[1], statement, sums)
    challenge = _challenge(root, sums, composite(factors, persons), commitments)
    response_n, response_m = (
        scalar_add(nonce, scalar_multiply(challenge, secret)) for nonce, secret in zip(nonces, secrets, strict=True)
    )
    return OpeningProof(challenge=challenge, n=response_n, m=response_m)


def verify_opening(
    statement: OpeningStatement, inputs: Sequence[Ciphertext], opened: Sequence[Pseudonym], proof: OpeningProof
) -> None:
    """Check that `opened` are the pseudonyms that `inputs` hold for the converter itself.

    Raises:
        OpeningProofInvalid: they are not, or the proof is of another batch, generation, source or key.
        ConversionBatchMalformed: empty, oversized, or of two lengths.
        PointInvalid: a point is not canonical.
        PointIsIdentity: a point is the identity.
        ScalarInvalid: a part of the proof is not a canonical scalar.
    """
    persons = _octets(inputs, opened)
    for point in (statement.source_shuffle_point, statement.target_shuffle_point, statement.key_in, *persons):
        require_point(point)
    for scalar in (proof.challenge, proof.n, proof.m):
        require_response(scalar)
    root = statement.root(inputs, persons)
    factors = weights(root, len(inputs))
    sums = composite(factors, [c.c1 for c in inputs]), composite(factors, [c.c2 for c in inputs])
    total = composite(factors, persons)
    images = (statement.target_shuffle_point, IDENTITY, total)
    commitments = [
        subtract(left, multiply_public(proof.challenge, image))
        for left, image in zip(_images(proof.n, proof.m, statement, sums), images, strict=True)
    ]
    if not equal(_challenge(root, sums, total, commitments), proof.challenge):
        raise OpeningProofInvalid(converter=statement.converter)


def _challenge(root: bytes, sums: tuple[bytes, bytes], total: bytes, commitments: Sequence[bytes]) -> bytes:
    return challenge_scalar("pseudonyms/opening-challenge", root, *sums, total, *commitments)


def _octets(inputs: Sequence[Ciphertext], opened: Sequence[Pseudonym]) -> list[bytes]:
    if len(inputs) != len(opened):
        raise ConversionBatchMalformed(inputs=len(inputs), outputs=len(opened))
    require_size(inputs)
    for ciphertext in inputs:
        require_ciphertext(ciphertext)
    return [one.reveal() for one in opened]
