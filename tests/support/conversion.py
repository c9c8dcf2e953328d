"""Two converters, some institutions and a whole conversion in one call, for tests of pseudonyms."""

from __future__ import annotations

from dataclasses import dataclass, field

from mizuhiki.crypto.keystore import SecretKey
from mizuhiki.crypto.pseudonyms import (
    BASE,
    Ciphertext,
    ConversionProof,
    Converter,
    Pseudonym,
    combine_shares,
    decrypt_pseudonym,
    encrypt_pseudonym,
    person_point,
    verify_conversion,
)
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.vocabulary.ids import InstitutionId

REGISTER = InstitutionId("national-register")
A = InstitutionId("intermediate-municipality-452025")
B = InstitutionId("intermediate-pension-service")
CORE = InstitutionId("linkage-core")
COMMISSION = InstitutionId("commission")


@dataclass
class Half:
    """One converter's half with everything a verifier needs."""

    converter: Converter
    source: InstitutionId
    target: InstitutionId
    generation: int
    key_in: bytes
    batch_id: str
    inputs: list[Ciphertext]
    outputs: list[Ciphertext]
    proof: ConversionProof
    target_generation: int = 0

    @property
    def reached(self) -> int:
        return self.target_generation or self.generation

    @property
    def key_out(self) -> bytes:
        return self.converter.key_out(self.target, self.reached, self.key_in)

    def statement(self) -> dict[str, object]:
        return {
            "converter": self.converter.institution,
            "source": self.source,
            "target": self.target,
            "generation": self.generation,
            "target_generation": self.reached,
            "source_shuffle_point": self.converter.shuffle_point(self.source, self.generation),
            "target_shuffle_point": self.converter.shuffle_point(self.target, self.reached),
            "key_in": self.key_in,
            "key_out": self.key_out,
            "batch_id": self.batch_id,
        }

    def verify(self, **changed: object) -> None:
        inputs, outputs = changed.pop("inputs", self.inputs), changed.pop("outputs", self.outputs)
        proof = changed.pop("proof", self.proof)
        verify_conversion(inputs, outputs, proof, **{**self.statement(), **changed})  # type: ignore[arg-type] # altered on purpose


@dataclass
class Nation:
    """Both converters and the register's key, from one seed."""

    seed: bytes = b"nation"
    randomness: SeededRandomness = field(init=False)

    def __post_init__(self) -> None:
        self.randomness = SeededRandomness(self.seed)
        self.register_key = self.secret()
        self.commission = Converter(COMMISSION, self.secret(), self.secret())
        self.core = Converter(CORE, self.secret(), self.secret())
        first, _ = self.commission.joint_contribution(BASE)
        self.joint_key, _ = self.core.joint_contribution(first)

    def secret(self) -> SecretKey:
        return SecretKey(self.randomness.bytes(32))

    def person(self) -> Pseudonym:
        return person_point(self.register_key, self.randomness.bytes(16))

    def encrypt(self, *pseudonyms: Pseudonym) -> list[Ciphertext]:
        return [encrypt_pseudonym(self.joint_key, pseudonym, self.randomness) for pseudonym in pseudonyms]

    def half(
        self,
        converter: Converter,
        inputs: list[Ciphertext],
        source: InstitutionId,
        target: InstitutionId,
        key_in: bytes,
        *,
        generation: int = 1,
        batch_id: str = "batch-1",
        target_generation: int = 0,
    ) -> Half:
        outputs, proof = converter.convert(
            inputs,
            source=source,
            target=target,
            generation=generation,
            key_in=key_in,
            batch_id=batch_id,
            randomness=self.randomness,
            target_generation=target_generation or None,
        )
        return Half(converter, source, target, generation, key_in, batch_id, inputs, outputs, proof, target_generation)

    def renew(
        self, inputs: list[Ciphertext], holder: InstitutionId, target: InstitutionId, generations: tuple[int, int]
    ) -> tuple[Half, Half]:
        """Both halves from the holder's pseudonyms of the first generation to the target's of the second."""
        old, new = generations
        first = self.half(
            self.commission, inputs, holder, target, self.joint_key, generation=old, target_generation=new
        )
        return first, self.half(
            self.core, first.outputs, holder, target, first.key_out, generation=old, target_generation=new
        )

    def halves(
        self, inputs: list[Ciphertext], source: InstitutionId, target: InstitutionId, generation: int = 1
    ) -> tuple[Half, Half]:
        first = self.half(self.commission, inputs, source, target, self.joint_key, generation=generation)
        return first, self.half(self.core, first.outputs, source, target, first.key_out, generation=generation)

    def key(self, institution: InstitutionId, generation: int = 1) -> SecretKey:
        middle = self.commission.key_out(institution, generation, self.joint_key)
        shares = [converter.share(institution, generation) for converter in (self.commission, self.core)]
        return combine_shares(shares, self.core.key_out(institution, generation, middle))

    def convert(
        self, pseudonyms: list[Pseudonym], source: InstitutionId, target: InstitutionId, generation: int = 1
    ) -> list[Pseudonym]:
        first, second = self.halves(self.encrypt(*pseudonyms), source, target, generation)
        first.verify()
        second.verify()
        return [decrypt_pseudonym(self.key(target, generation), ciphertext) for ciphertext in second.outputs]
