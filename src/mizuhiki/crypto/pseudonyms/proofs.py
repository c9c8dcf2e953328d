"""The proof that a batch of ciphertexts was converted with the published factors, and with nothing else.

1. ``root = SHA-512`` over label, converter, source, target, generation, batch id, S_A, S_t, key out,
   key in, **all** inputs and **all** outputs. Between two generations another label is used and both stand in it, so a
   proof of a renewal is never one of an exchange.
2. Weights ``a_j``: 1 for the first line, 128 bits of ``SHA-512(root ‖ j)`` for the others. They depend on the whole
   batch. Weights that hash one pair each (RFC 9497 §2.2) let a prover who may try many outputs find a false batch by a
   generalised-birthday search. The first needs none: the others' errors are weighted before they can cancel its own.
3. Composites ``A1 = Σa_j·C1_j``, ``A2 = Σa_j·C2_j``, ``B1 = Σa_j·C1'_j``, ``B2 = Σa_j·C2'_j``.
4. One Schnorr proof of ``(n, f, R)`` with ``n·S_A = S_t``, ``n·K_in = f·K_out``, ``B1 = f·A1 + R·G``,
   ``B2 = n·A2 + R·K_out``; challenge over root, composites and commitments. ``R = Σa_j·ρ_j``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from mizuhiki.crypto.digests import equal, framed, labelled_hash_512
from mizuhiki.crypto.pseudonyms.arithmetic import arithmetic
from mizuhiki.crypto.pseudonyms.group import (
    BASE,
    IDENTITY,
    ONE,
    ScalarDegenerate,
    challenge_scalar,
    multiply_public,
    reduce_wide,
    require_point,
    require_response,
    scalar_add,
    scalar_multiply,
    scalar_negate,
    subtract,
)
from mizuhiki.crypto.pseudonyms.lines import Ciphertext
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.vocabulary.errors import Malformed, Refused
from mizuhiki.vocabulary.ids import InstitutionId

_WEIGHT_BYTES = 16
_WIDE = 64
MAX_BATCH = 10_000


class ConversionProofInvalid(Refused):
    """The outputs are not the inputs converted with the published factors of this batch."""

    code = "conversion-proof-invalid"
    title = "The proof of conversion does not hold"


class ConversionBatchMalformed(Malformed):
    """An empty or oversized batch, or as many outputs as inputs are not there."""

    code = "conversion-batch-malformed"
    title = "The batch of ciphertexts is malformed"


class GenerationMalformed(Malformed):
    """A generation of pseudonyms is a number from 0 to 4,294,967,295."""

    code = "pseudonym-generation-malformed"
    title = "This is not a generation of pseudonyms"


def generation_octets(generation: int) -> bytes:
    """Return the 8 bytes that stand for a generation in every hash.

    Raises:
        GenerationMalformed: negative or too large.
    """
    if not 0 <= generation < 2**32:
        raise GenerationMalformed(generation=generation)
    return generation.to_bytes(8, "big")


class ConversionProof(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Challenge and responses for n, f and R; four canonical scalars of 32 bytes."""

    challenge: bytes
    n: bytes
    f: bytes
    r: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchStatement:
    """What a proof is about, apart from the ciphertexts; `target_generation` differs in a renewal only."""

    converter: InstitutionId
    source: InstitutionId
    target: InstitutionId
    generation: int
    target_generation: int
    batch_id: str
    source_shuffle_point: bytes
    target_shuffle_point: bytes
    key_in: bytes
    key_out: bytes

    def require_points(self) -> None:
        """Refuse points that are the identity or not canonical."""
        for point in (self.source_shuffle_point, self.target_shuffle_point, self.key_in, self.key_out):
            require_point(point)

    def root(self, inputs: Sequence[Ciphertext], outputs: Sequence[Ciphertext]) -> bytes:
        """Return the hash over everything the proof is bound to."""
        label, generations = "pseudonyms/batch", [generation_octets(self.generation)]
        if self.target_generation != self.generation:
            label = "pseudonyms/renewal-batch"
            generations.append(generation_octets(self.target_generation))
        return labelled_hash_512(
            label,
            self.converter.encode(),
            self.source.encode(),
            self.target.encode(),
            *generations,
            self.batch_id.encode(),
            self.source_shuffle_point,
            self.target_shuffle_point,
            self.key_out,
            self.key_in,
            len(inputs).to_bytes(8, "big"),
            *(half for c in inputs for half in (c.c1, c.c2)),
            *(half for c in outputs for half in (c.c1, c.c2)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchWitness:
    """What the converter knows: its factors for this pair and the re-randomisation of every line."""

    n: bytes
    f: bytes
    rho: Sequence[bytes]


def weights(root: bytes, count: int) -> list[bytes]:
    """Return the weights of a batch as scalars: 1, then 128 bits each."""
    return [
        ONE,
        *(
            labelled_hash_512("pseudonyms/weight", root, j.to_bytes(8, "big"))[:_WEIGHT_BYTES].ljust(32, b"\x00")
            for j in range(1, count)
        ),
    ]


def composite(factors: Sequence[bytes], points: Sequence[bytes]) -> bytes:
    """Return the weighted sum of points; the first weight is 1.

    Raises:
        PointInvalid: a point is not canonical.
        PointIsIdentity: a point is the identity, or a weight is zero, which 128 bits of a hash are not.
    """
    return arithmetic().weighted_sum(factors, points)


def _challenge(root: bytes, composites: Sequence[bytes], commitments: Sequence[bytes]) -> bytes:
    return challenge_scalar("pseudonyms/challenge", root, *composites, *commitments)


_Terms = list[tuple[bytes, bytes]]


def _key_relations(scalars: Sequence[bytes], statement: BatchStatement) -> list[_Terms]:
    """Return the terms of the first two relations for (n, f, R), the second as a difference."""
    n, f, _ = scalars
    return [
        [(n, statement.source_shuffle_point)],
        [(n, statement.key_in), (scalar_negate(f), statement.key_out)],
    ]


def _line_relations(scalars: Sequence[bytes], statement: BatchStatement, a1: bytes, a2: bytes) -> list[_Terms]:
    """Return the terms of the last two relations for (n, f, R)."""
    n, f, r = scalars
    return [[(f, a1), (r, BASE)], [(n, a2), (r, statement.key_out)]]


def _sums(relations: Sequence[_Terms]) -> list[bytes]:
    return [arithmetic().combination(*terms) for terms in relations]


def prove(
    statement: BatchStatement,
    inputs: Sequence[Ciphertext],
    outputs: Sequence[Ciphertext],
    witness: BatchWitness,
    randomness: Randomness,
) -> ConversionProof:
    """Return the proof for a batch this converter has just converted.

    The nonces hash the secrets and the root beside the fresh bytes: a generator that repeats itself does not give the
    factors away.
    """
    root = statement.root(inputs, outputs)
    factors = weights(root, len(inputs))
    a1 = composite(factors, [c.c1 for c in inputs])
    a2 = composite(factors, [c.c2 for c in inputs])
    r = IDENTITY
    for factor, rho in zip(factors, witness.rho, strict=True):
        r = scalar_add(r, scalar_multiply(factor, rho))
    secrets = (witness.n, witness.f, r)
    fresh = randomness.bytes(_WIDE)
    nonces = [
        reduce_wide(labelled_hash_512("pseudonyms/nonce", *secrets, root, fresh, name)) for name in (b"n", b"f", b"r")
    ]
    if IDENTITY in nonces:
        raise ScalarDegenerate
    if len(outputs) == 1:  # then they are the outputs themselves, whose multiplications were done when converting
        b1, b2 = outputs[0].c1, outputs[0].c2
    else:
        b1, b2 = _sums(_line_relations(secrets, statement, a1, a2))
    commitments = _sums([*_key_relations(nonces, statement), *_line_relations(nonces, statement, a1, a2)])
    challenge = _challenge(root, (a1, a2, b1, b2), commitments)
    n, f, r = (
        scalar_add(nonce, scalar_multiply(challenge, secret)) for nonce, secret in zip(nonces, secrets, strict=True)
    )
    return ConversionProof(challenge=challenge, n=n, f=f, r=r)


def require_size(inputs: Sequence[Ciphertext]) -> None:
    """Refuse a batch of the wrong size; whoever converts it multiplies every point, which checks them.

    Raises:
        ConversionBatchMalformed: empty or above `MAX_BATCH`.
    """
    if not 0 < len(inputs) <= MAX_BATCH:
        raise ConversionBatchMalformed(inputs=len(inputs), outputs=len(inputs))


def require_batch(inputs: Sequence[Ciphertext], outputs: Sequence[Ciphertext]) -> None:
    """Refuse batches of the wrong size; whoever proves or checks them sums every point that counts (`composite`).

    Raises:
        ConversionBatchMalformed: empty, above `MAX_BATCH`, or of two lengths.
    """
    if len(inputs) != len(outputs):
        raise ConversionBatchMalformed(inputs=len(inputs), outputs=len(outputs))
    require_size(inputs)


def check(
    statement: BatchStatement, inputs: Sequence[Ciphertext], outputs: Sequence[Ciphertext], proof: ConversionProof
) -> None:
    """Check the proof of a batch.

    Raises:
        ConversionProofInvalid: it does not hold.
        ConversionBatchMalformed: see `require_batch`.
        PointInvalid: a point is not canonical.
        PointIsIdentity: a point is the identity.
        ScalarInvalid: a part of the proof is not a canonical scalar.
    """
    require_batch(inputs, outputs)
    statement.require_points()
    for scalar in (proof.challenge, proof.n, proof.f, proof.r):
        require_response(scalar)
    root = statement.root(inputs, outputs)
    factors = weights(root, len(inputs))
    a1, a2 = composite(factors, [c.c1 for c in inputs]), composite(factors, [c.c2 for c in inputs])
    b1, b2 = composite(factors, [c.c1 for c in outputs]), composite(factors, [c.c2 for c in outputs])
    responses, against = (proof.n, proof.f, proof.r), scalar_negate(proof.challenge)
    relations = [*_key_relations(responses, statement), *_line_relations(responses, statement, a1, a2)]
    for terms, image in zip(relations, (statement.target_shuffle_point, IDENTITY, b1, b2), strict=True):
        if image != IDENTITY:
            terms.append((against, image))
    commitments = _sums(relations)
    if not equal(_challenge(root, (a1, a2, b1, b2), commitments), proof.challenge):
        raise ConversionProofInvalid(converter=statement.converter, target=statement.target)


def equality_proof(*, secret: bytes, base: bytes, point: bytes, own_point: bytes, nonce: bytes, who: bytes) -> bytes:
    """Return the 64-byte proof (challenge ‖ response) that `own_point` = y·G and `point` = y·`base` for one y."""
    commitments = (multiply_public(nonce, BASE), multiply_public(nonce, base))
    challenge = challenge_scalar("pseudonyms/joint-key", who, base, point, own_point, *commitments)
    return challenge + scalar_add(nonce, scalar_multiply(challenge, secret))


def equality_holds(proof: bytes, base: bytes, point: bytes, own_point: bytes, who: bytes) -> None:
    """Check an `equality_proof`.

    Raises:
        ConversionProofInvalid: it does not hold.
    """
    if len(proof) != _WIDE:
        raise ConversionProofInvalid(length=len(proof))
    challenge, response = require_response(proof[:32]), require_response(proof[32:])
    commitments = (
        subtract(multiply_public(response, BASE), multiply_public(challenge, own_point)),
        subtract(multiply_public(response, base), multiply_public(challenge, point)),
    )
    if not equal(
        challenge_scalar("pseudonyms/joint-key", who, base, point, own_point, *commitments),
        challenge,
    ):
        raise ConversionProofInvalid


def joint_key_label(converter: InstitutionId) -> bytes:
    """Return the bytes that bind a joint-key proof to its converter."""
    return framed("pseudonyms/joint-key-converter", converter.encode())
