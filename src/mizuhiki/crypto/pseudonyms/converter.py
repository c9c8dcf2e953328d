"""One half of every conversion: a converter with its own master and key (番号法21条; R-220, R-221).

A converter re-shuffles (to the target's pseudonym), re-keys (to the target's key) and re-randomises, for every target.
Re-randomisation is a security requirement and not a courtesy. Without it the second half of the output is a
function of the second half of the input alone: an asker who sends its own pseudonym there in clear, ``(G, P_A)``, gets
``(f·G, P_B)`` back, and whoever sees the output reads the target's pseudonym. Every line is therefore masked before
it is converted, also for the target that the core itself opens: the proof has one form.

One mask stands for a line and all its targets (decision 0095). ``(C1, C2)`` under K_in becomes ``(C1 + ρ·G,
C2 + ρ·K_in)``, a fresh ciphertext of the same pseudonym, and a target gets ``(f·(C1 + ρ·G), n·(C2 + ρ·K_in))``. With
``K_out = u·K_in``, ``n = f·u`` the randomness of an output is ``f·ρ``, so each output alone is what a mask of its own
would give. Seen together, outputs of one line are ElGamal ciphertexts whose randomness differs by factors that only the
converter knows: to tell them from independent ones is to decide Diffie-Hellman tuples.
"""

from __future__ import annotations

from collections.abc import Sequence

from mizuhiki.crypto.digests import KeyedHmac, framed, hmac_sha512
from mizuhiki.crypto.keystore.purposes import SecretKey
from mizuhiki.crypto.pseudonyms.arithmetic import arithmetic
from mizuhiki.crypto.pseudonyms.ciphertexts import Pseudonym
from mizuhiki.crypto.pseudonyms.group import (
    IDENTITY,
    ONE,
    SHUFFLE_BASE,
    PointIsIdentity,
    ScalarDegenerate,
    derived_scalar,
    multiply,
    multiply_base,
    random_scalar,
    reduce_wide,
    require_point,
    require_scalar,
    scalar_divide,
    scalar_multiply,
)
from mizuhiki.crypto.pseudonyms.lines import Ciphertext, ciphertexts_root
from mizuhiki.crypto.pseudonyms.openings import OpeningProof, OpeningStatement, prove_opening
from mizuhiki.crypto.pseudonyms.proofs import (
    BatchStatement,
    BatchWitness,
    ConversionProof,
    ConversionProofInvalid,
    check,
    equality_holds,
    equality_proof,
    generation_octets,
    joint_key_label,
    prove,
    require_batch,
    require_size,
)
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.vocabulary.errors import Refused
from mizuhiki.vocabulary.ids import InstitutionId

_MOST_POINTS = 20_000
"""Points and pairs of factors a converter remembers, 250 bytes each; the ones beyond are computed each time."""
UNSHUFFLED = InstitutionId("national-register")
"""The source whose shuffle factor is 1: the register holds persons as they are before any conversion."""


class TargetNotConvertible(Refused):
    """Nobody may convert towards the national register: it would identify the person behind a pseudonym."""

    code = "conversion-target-refused"
    title = "Conversion to this institution is refused"


class KeyShareInvalid(Refused):
    """Shares do not combine to the key that the converters published."""

    code = "pseudonym-key-share-invalid"
    title = "The key shares do not fit the published key"


class Converter:
    """A converter's secrets. `master` gives factors per institution and generation, `key` its part y of the joint key.

    Factors are ``HMAC-SHA-512(master, converter, kind, institution, generation) mod l``; none is ever zero.
    """

    __slots__ = ("_key", "_master", "_pairs", "_points", "institution")

    def __init__(self, institution: InstitutionId, master: SecretKey, key: SecretKey) -> None:
        self.institution = institution
        self._master = master
        self._key = key
        self._pairs: dict[tuple[InstitutionId, InstitutionId, int, int], tuple[bytes, bytes]] = {}
        self._points: dict[tuple[str, InstitutionId, int, bytes], bytes] = {}
        arithmetic()

    def __repr__(self) -> str:
        return f"<Converter {self.institution}>"

    def _own_scalar(self) -> bytes:
        return derived_scalar(self._key, "pseudonyms/converter-key", self.institution.encode())

    def _factor(self, kind: bytes, institution: InstitutionId, generation: int) -> bytes:
        if kind == b"shuffle" and institution == UNSHUFFLED:
            return ONE
        return derived_scalar(
            self._master,
            "pseudonyms/factor",
            self.institution.encode(),
            kind,
            institution.encode(),
            generation_octets(generation),
        )

    def public_point(self) -> bytes:
        """Return ``y·G``."""
        return multiply_base(self._own_scalar())

    def joint_contribution(self, base: bytes) -> tuple[bytes, bytes]:
        """Return ``y·base`` and the proof that it is made with the y of `public_point`.

        The first converter's base is G; each next one's is the point of the one before; the last point is Y.

        Raises:
            PointInvalid: the base is not canonical.
            PointIsIdentity: the base is the identity.
        """
        y = self._own_scalar()
        point, own_point = multiply(y, require_point(base)), multiply_base(y)
        nonce = derived_scalar(self._key, "pseudonyms/joint-key-nonce", self.institution.encode(), base, point)
        return point, equality_proof(
            secret=y, base=base, point=point, own_point=own_point, nonce=nonce, who=joint_key_label(self.institution)
        )

    def shuffle_point(self, institution: InstitutionId, generation: int) -> bytes:
        """Return ``S = s·H_0``; H_0 itself for the national register."""
        return self._point("shuffle", institution, generation, SHUFFLE_BASE)

    def key_out(self, institution: InstitutionId, generation: int, key_in: bytes) -> bytes:
        """Return ``u·key_in``: the key a ciphertext for `institution` is under after this half."""
        return self._point("rekey", institution, generation, key_in)

    def _point(self, kind: str, institution: InstitutionId, generation: int, base: bytes) -> bytes:
        """Return a public point of an institution, multiplied once: there are few, and every conversion needs three."""
        place = (kind, institution, generation, base)
        known = self._points.get(place)
        if known is None:
            known = multiply(self._factor(kind.encode(), institution, generation), require_point(base))
            if len(self._points) < _MOST_POINTS:
                self._points[place] = known
        return known

    def share(self, institution: InstitutionId, generation: int) -> bytes:
        """Return this converter's share ``y·u`` of the institution's pseudonym key; seal it to that institution."""
        return scalar_multiply(self._own_scalar(), self._factor(b"rekey", institution, generation))

    def share_point(self, institution: InstitutionId, generation: int) -> bytes:
        """Return ``(y·u)·G``."""
        return multiply_base(self.share(institution, generation))

    def convert(
        self,
        inputs: Sequence[Ciphertext],
        *,
        source: InstitutionId,
        target: InstitutionId,
        generation: int,
        key_in: bytes,
        batch_id: str,
        randomness: Randomness,
        target_generation: int | None = None,
    ) -> tuple[list[Ciphertext], ConversionProof]:
        """Convert a batch from `source` to `target` and prove it. Permission is the caller's to check, before.

        `key_in` is the key the inputs are under: the joint key for the first converter, the first one's `key_out` for
        the second. `batch_id` binds the proof to one batch of one case. `target_generation` is given in a renewal,
        where pseudonyms of `generation` become those of another one.

        Raises:
            TargetNotConvertible: the target is the national register.
            ConversionBatchMalformed: empty or oversized.
            PointInvalid: a point is not canonical.
            PointIsIdentity: a point is, or would become, the identity.
        """
        reached = generation if target_generation is None else target_generation
        [(outputs, proof)] = self.convert_for(
            inputs,
            source=source,
            aims=[(target, reached)],
            generation=generation,
            key_in=key_in,
            batch_id=batch_id,
            randomness=randomness,
        )
        return outputs, proof

    def convert_for(
        self,
        inputs: Sequence[Ciphertext],
        *,
        source: InstitutionId,
        aims: Sequence[tuple[InstitutionId, int]],
        generation: int,
        key_in: bytes,
        batch_id: str,
        randomness: Randomness,
    ) -> list[tuple[list[Ciphertext], ConversionProof]]:
        """Convert a batch for several targets, each with the generation it is to be of, and prove each of them.

        The lines are masked once for all of them. Otherwise as `convert`, whose errors are raised.
        """
        statements = [
            self._statement(
                source=source, target=target, generation=generation, key_in=key_in, batch_id=batch_id, reached=reached
            )
            for target, reached in aims
        ]
        require_size(inputs)
        rho = [random_scalar(randomness) for _ in inputs]
        witnesses = [self._witness(statement, rho) for statement in statements]
        converted = arithmetic().converted(inputs, rho, key_in, [(witness.n, witness.f) for witness in witnesses])
        return [
            (outputs, prove(statement, inputs, outputs, witness, randomness))
            for statement, witness, outputs in zip(statements, witnesses, converted, strict=True)
        ]

    def convert_unproved(
        self,
        inputs: Sequence[Ciphertext],
        *,
        source: InstitutionId,
        target: InstitutionId,
        generation: int,
        key_in: bytes,
        batch_id: str,
    ) -> list[Ciphertext]:
        """Convert a batch as `convert` does and keep the proof until it is asked for (`prove_again`).

        The masks come from a PRF over the whole batch, so the same batch gives the same outputs, and other inputs
        under the same identifier get other, unrelated masks. Errors as in `convert`.
        """
        [outputs] = self.convert_unproved_for(
            inputs, source=source, targets=[target], generation=generation, key_in=key_in, batch_id=batch_id
        )
        return outputs

    def convert_unproved_for(
        self,
        inputs: Sequence[Ciphertext],
        *,
        source: InstitutionId,
        targets: Sequence[InstitutionId],
        generation: int,
        key_in: bytes,
        batch_id: str,
    ) -> list[list[Ciphertext]]:
        """Convert a batch for several targets as `convert_unproved` does for one, masked once for all of them."""
        factors = [self._factors(source, require_target(target), generation, generation) for target in targets]
        require_size(inputs)
        return arithmetic().converted(inputs, self._rho(inputs, source, generation, batch_id), key_in, factors)

    def prove_again(
        self,
        inputs: Sequence[Ciphertext],
        outputs: Sequence[Ciphertext],
        *,
        source: InstitutionId,
        target: InstitutionId,
        generation: int,
        key_in: bytes,
        batch_id: str,
        randomness: Randomness,
    ) -> ConversionProof:
        """Prove what `convert_unproved` gave; a proof of other outputs does not hold.

        The caller checks that it gave these outputs before.
        """
        require_batch(inputs, outputs)
        statement = self._statement(
            source=source, target=target, generation=generation, key_in=key_in, batch_id=batch_id, reached=generation
        )
        witness = self._witness(statement, self._rho(inputs, source, generation, batch_id))
        return prove(statement, inputs, outputs, witness, randomness)

    def open_own(
        self,
        inputs: Sequence[Ciphertext],
        *,
        source: InstitutionId,
        generation: int,
        key: SecretKey,
        target_generation: int | None = None,
    ) -> list[Pseudonym]:
        """Convert to this converter's own pseudonyms and decrypt in one step, ``n·(C2 - (y·f/n)·C1)``.

        What `convert` and `decrypt_pseudonym` give together, for the last converter's own branch, whose ciphertexts
        nobody else ever sees; there is nothing to re-randomise. In a renewal, where what was opened has to be proved,
        see `prove_opening`. `key` is that of `target_generation`.

        Raises:
            ConversionBatchMalformed, PointInvalid, PointIsIdentity, ScalarInvalid: as in those two.
        """
        require_size(inputs)
        n, f = self._factors(source, self.institution, generation, target_generation or generation)
        mask = scalar_multiply(require_scalar(key.reveal()), f)
        return [Pseudonym.known(person) for person in arithmetic().opened(inputs, n, mask)]

    def prove_opening(
        self,
        inputs: Sequence[Ciphertext],
        opened: Sequence[Pseudonym],
        *,
        source: InstitutionId,
        generation: int,
        target_generation: int,
        key_in: bytes,
        key: SecretKey,
        batch_id: str,
        randomness: Randomness,
    ) -> OpeningProof:
        """Prove that `opened` are what `open_own` gives for `inputs`, to whoever may see these pseudonyms.

        `key_in` is the key the inputs are under. Errors as in `open_own`.
        """
        n, f = self._factors(source, self.institution, generation, target_generation)
        statement = OpeningStatement(
            converter=self.institution,
            source=source,
            generation=generation,
            target_generation=target_generation,
            batch_id=batch_id,
            source_shuffle_point=self.shuffle_point(source, generation),
            target_shuffle_point=self.shuffle_point(self.institution, target_generation),
            key_in=key_in,
        )
        mask = scalar_multiply(require_scalar(key.reveal()), f)
        return prove_opening(statement, inputs, opened, (n, mask), randomness)

    def _factors(
        self, source: InstitutionId, target: InstitutionId, generation: int, target_generation: int
    ) -> tuple[bytes, bytes]:
        """Return n and f of a conversion, kept as the points are: each is a division and three MACs."""
        place = (source, target, generation, target_generation)
        known = self._pairs.get(place)
        if known is None:
            shuffled = self._factor(b"shuffle", source, generation)
            n = scalar_divide(self._factor(b"shuffle", target, target_generation), shuffled)
            known = n, scalar_divide(n, self._factor(b"rekey", target, target_generation))
            if len(self._pairs) < _MOST_POINTS:
                self._pairs[place] = known
        return known

    def _rho(self, inputs: Sequence[Ciphertext], source: InstitutionId, generation: int, batch_id: str) -> list[bytes]:
        """Return the masks of a batch: of its identifier and all its lines, and of no target."""
        place = (self.institution.encode(), source.encode(), generation_octets(generation))
        root = ciphertexts_root(inputs)
        seed = hmac_sha512(self._master.reveal(), framed("pseudonyms/mask-of-batch", *place, batch_id.encode(), root))
        mask = KeyedHmac(seed, "sha512")
        rho = [reduce_wide(mask(j.to_bytes(8, "big"))) for j in range(len(inputs))]
        if IDENTITY in rho:
            raise ScalarDegenerate
        return rho

    def _statement(
        self,
        *,
        source: InstitutionId,
        target: InstitutionId,
        generation: int,
        key_in: bytes,
        batch_id: str,
        reached: int,
    ) -> BatchStatement:
        require_target(target)
        return BatchStatement(
            converter=self.institution,
            source=source,
            target=target,
            generation=generation,
            target_generation=reached,
            batch_id=batch_id,
            source_shuffle_point=self.shuffle_point(source, generation),
            target_shuffle_point=self.shuffle_point(target, reached),
            key_in=key_in,
            key_out=self.key_out(target, reached, key_in),
        )

    def _witness(self, statement: BatchStatement, rho: Sequence[bytes]) -> BatchWitness:
        """Return what proves a conversion of lines under these masks; an output's randomness is f times its mask."""
        n, f = self._factors(statement.source, statement.target, statement.generation, statement.target_generation)
        return BatchWitness(n=n, f=f, rho=[scalar_multiply(f, mask) for mask in rho])


def require_target(target: InstitutionId) -> InstitutionId:
    """Return an institution towards which pseudonyms may be converted.

    Raises:
        TargetNotConvertible: the national register.
    """
    if target == UNSHUFFLED:
        raise TargetNotConvertible(target=target)
    return target


def verify_joint_contribution(
    *, converter: InstitutionId, base: bytes, point: bytes, own_point: bytes, proof: bytes
) -> None:
    """Check a converter's contribution to the joint key: `point` = y·`base` and `own_point` = y·G for one y.

    The caller also checks that the bases chain (G, then each point in turn).

    Raises:
        ConversionProofInvalid: the proof does not hold.
        PointInvalid: a point is not canonical.
        PointIsIdentity: a point is the identity.
        ScalarInvalid: the proof is not made of canonical scalars.
    """
    for given in (base, point, own_point):
        require_point(given)
    equality_holds(proof, base, point, own_point, joint_key_label(converter))


def verify_conversion(
    inputs: Sequence[Ciphertext],
    outputs: Sequence[Ciphertext],
    proof: ConversionProof,
    *,
    converter: InstitutionId,
    source: InstitutionId,
    target: InstitutionId,
    generation: int,
    source_shuffle_point: bytes,
    target_shuffle_point: bytes,
    key_in: bytes,
    key_out: bytes,
    batch_id: str,
    target_generation: int | None = None,
) -> None:
    """Check that `outputs` are `inputs` converted from `source` to `target` with the published factors.

    `target_generation` is given for a renewal; `target_shuffle_point` and `key_out` are then those of that generation.

    Shuffle points and keys come from the converter's signed factor statements, never from the message being checked.

    Raises:
        TargetNotConvertible: the target is the national register.
        ConversionProofInvalid: wrong factor, generation, institution, batch id, key, order, or halves that were mixed.
        ConversionBatchMalformed: empty, oversized, or of two lengths.
        PointInvalid: a point is not canonical.
        PointIsIdentity: a point is the identity.
        ScalarInvalid: a part of the proof is not a canonical scalar.
    """
    require_target(target)
    if source == UNSHUFFLED and source_shuffle_point != SHUFFLE_BASE:
        raise PointIsIdentity if source_shuffle_point == IDENTITY else ConversionProofInvalid(source=source)
    statement = BatchStatement(
        converter=converter,
        source=source,
        target=target,
        generation=generation,
        target_generation=generation if target_generation is None else target_generation,
        batch_id=batch_id,
        source_shuffle_point=source_shuffle_point,
        target_shuffle_point=target_shuffle_point,
        key_in=key_in,
        key_out=key_out,
    )
    check(statement, inputs, outputs, proof)


def combine_shares(shares: Sequence[bytes], expected_point: bytes) -> SecretKey:
    """Return the institution's pseudonym key: the product of its shares, one from each converter.

    `expected_point` is the last converter's published `key_out` for this institution.

    Raises:
        KeyShareInvalid: the product does not fit the published point.
        ScalarInvalid: a share is not a canonical scalar.
    """
    require_point(expected_point)
    product = ONE
    for share in shares:
        product = scalar_multiply(product, require_scalar(share))
    if not shares or multiply_base(product) != expected_point:
        raise KeyShareInvalid
    return SecretKey(product)
