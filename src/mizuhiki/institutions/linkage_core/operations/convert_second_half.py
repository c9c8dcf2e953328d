"""The second half of a conversion, and the core's own branch of it (pseudonyms design, Convert, step 3).

1. The commission's half: its ticket is for this case and these ciphertexts, its proof holds for each target.
2. The core's own rule allows the case; nothing is converted before.
3. Each target's outputs are converted; the recipient's go into the package, the core's own are decrypted.
4. The core signs the second ticket, whose inputs are the outputs of the first.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from mizuhiki.crypto.digests import equal
from mizuhiki.crypto.keystore import SecretKey
from mizuhiki.crypto.pseudonyms import (
    Ciphertext,
    ConversionProof,
    Converter,
    ProofDraw,
    ciphertexts_root,
    combine_shares,
    verify_conversion,
)
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.linkage_core.domain.cases import (
    COMMISSION,
    CORE,
    Acquisition,
    BatchProof,
    Case,
    CiphertextPair,
    Converted,
    HalfConversion,
    Package,
    PersonKey,
    Purpose,
    Submitted,
)
from mizuhiki.institutions.linkage_core.domain.errors import FirstHalfUnfit
from mizuhiki.institutions.linkage_core.operations.check_case import CaseRules, ciphertexts
from mizuhiki.institutions.linkage_core.operations.keep_joint_key import KeepJointKey
from mizuhiki.institutions.linkage_core.ports import FirstConverter, FirstHalf, Tickets
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.ids import InstitutionId


class OwnKey:
    """The key of the core's own pseudonyms: its share times the commission's, checked against the published point."""

    def __init__(self, converter: Converter, first: FirstConverter) -> None:
        self._converter = converter
        self._first = first
        self._lock = threading.Lock()
        self._keys: dict[int, SecretKey] = {}

    def of(self, generation: int) -> SecretKey:
        """Return the key of a generation.

        Raises:
            KeyShareInvalid: the shares do not combine to the published point.
            Unavailable: the commission's share is not kept yet and cannot be had.
        """
        known = self._keys.get(generation)
        if known is not None:
            return known
        published = self._converter.key_out(CORE, generation, self._first.factors(CORE, generation).key_out)
        theirs = self._first.key_share(generation).reveal()
        key = combine_shares([theirs, self._converter.share(CORE, generation)], published)
        with self._lock:
            self._keys[generation] = key
        return key


@dataclass(frozen=True, slots=True)
class ConvertSecondHalf:
    """The second converter."""

    converter: Converter
    first: FirstConverter
    joint_key: KeepJointKey
    own_key: OwnKey
    rules: CaseRules
    tickets: Tickets
    draw: ProofDraw
    randomness: Randomness

    def __call__(self, context: Context, case: Case, submitted: Submitted, acquisition: Acquisition | None) -> Package:
        """Return the converted case, ready to be stored and then sent.

        Raises:
            Refused: the commission's rule or the core's own refuses; the error names it.
            FirstHalfUnfit, ConversionProofInvalid: the commission's half is not of this case.
            Unavailable: the commission does not answer.
        """
        first = self.first.convert(case, submitted)
        halves = self._check_first(case, submitted, first)
        rules = self.rules.allow(context, case, acquisition)
        recipient = case.recipient
        second = self._convert(case, halves[recipient])
        outputs_root = ciphertexts_root(ciphertexts(second.outputs))
        ticket = self.tickets.sign(
            case,
            inputs_root=first.ticket_outputs_root,
            outputs_root=outputs_root,
            rules=rules,
            issued_at=context.now(),
        )
        persons: tuple[PersonKey, ...] = ()
        if case.purpose is not Purpose.ISSUE:
            persons = tuple(
                self.converter.open_own(
                    ciphertexts(halves[CORE].outputs),
                    source=case.source,
                    generation=case.generation,
                    key=self.own_key.of(case.generation),
                )
            )
        converted = Converted(submitted.inputs, halves[recipient], second)
        return Package(rules, (first.ticket, ticket), converted, persons)

    def _check_first(self, case: Case, submitted: Submitted, first: FirstHalf) -> dict[InstitutionId, HalfConversion]:
        halves = {half.target: half for half in first.conversions}
        if len(halves) != len(first.conversions) or set(halves) != set(case.targets):
            raise FirstHalfUnfit(part="targets")
        check_ticket(case, first, halves[case.recipient])
        for half in halves.values():
            proof = self._proof_of(case, submitted, half)
            if proof is not None:
                self._check_proof(case, ciphertexts(submitted.inputs), half, proof)
        return halves

    def _proof_of(self, case: Case, submitted: Submitted, half: HalfConversion) -> BatchProof | None:
        """Return the proof to check: the one that came, or for a section of form 2 one asked for when it is drawn.

        Raises:
            FirstHalfUnfit: no proof came where every half has to be proved at once.
        """
        if half.proof is not None:
            return half.proof
        if not case.one_answer:
            raise FirstHalfUnfit(part="proof")
        return self.first.prove(submitted, half.target) if self.draw(case.hash) else None

    def prove(self, case: Case, package: Package) -> BatchProof:
        """Prove this core's half of a stored package, for the provider that drew the section."""
        half = package.converted.commission_half
        proof = self.converter.prove_again(
            ciphertexts(half.outputs),
            ciphertexts(package.converted.core_half.outputs),
            source=case.source,
            target=half.target,
            generation=case.generation,
            key_in=self.first.factors(half.target, case.generation).key_out,
            batch_id=case.number,
            randomness=self.randomness,
        )
        return batch_proof(proof)

    def _check_proof(self, case: Case, inputs: Sequence[Ciphertext], half: HalfConversion, proof: BatchProof) -> None:
        source = self.first.factors(case.source, case.generation)
        target = self.first.factors(half.target, case.generation)
        verify_conversion(
            inputs,
            ciphertexts(half.outputs),
            ConversionProof(challenge=proof.challenge, n=proof.n, f=proof.f, r=proof.r),
            converter=COMMISSION,
            source=case.source,
            target=half.target,
            generation=case.generation,
            source_shuffle_point=source.shuffle_point,
            target_shuffle_point=target.shuffle_point,
            key_in=self.joint_key.joint_key(),
            key_out=target.key_out,
            batch_id=case.number,
        )

    def _convert(self, case: Case, half: HalfConversion) -> HalfConversion:
        if case.one_answer:
            unproved = self.converter.convert_unproved(
                ciphertexts(half.outputs),
                source=case.source,
                target=half.target,
                generation=case.generation,
                key_in=self.first.factors(half.target, case.generation).key_out,
                batch_id=case.number,
            )
            return HalfConversion(half.target, pairs_of(unproved), None)
        outputs, proof = self.converter.convert(
            ciphertexts(half.outputs),
            source=case.source,
            target=half.target,
            generation=case.generation,
            key_in=self.first.factors(half.target, case.generation).key_out,
            batch_id=case.number,
            randomness=self.randomness,
        )
        return HalfConversion(half.target, pairs_of(outputs), batch_proof(proof))


def check_ticket(case: Case, first: FirstHalf, delivered: HalfConversion) -> None:
    """Check that the commission's ticket is for this case and these ciphertexts.

    Raises:
        FirstHalfUnfit: it is not.
    """
    stated = (first.ticket_purpose, first.ticket_target, first.ticket_expires_at)
    if (
        stated != (case.purpose.value, case.recipient, case.expires_at)
        or not equal(first.ticket_case_hash, case.hash)
        or not equal(first.ticket_inputs_root, case.inputs_root)
        or not equal(first.ticket_outputs_root, ciphertexts_root(ciphertexts(delivered.outputs)))
        or len(first.rules) != len(case.questions)
    ):
        raise FirstHalfUnfit(part="ticket")


def pairs_of(outputs: Sequence[Ciphertext]) -> tuple[CiphertextPair, ...]:
    """Return outputs as the domain has them."""
    return tuple(CiphertextPair(output.c1, output.c2) for output in outputs)


def batch_proof(proof: ConversionProof) -> BatchProof:
    """Return a proof as the domain has it."""
    return BatchProof(proof.challenge, proof.n, proof.f, proof.r)
