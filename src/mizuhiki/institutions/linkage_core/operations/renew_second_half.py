"""The second half of a renewal, and the link between the core's own pseudonyms of two generations (R-027, R-220).

1. The core's own rule allows the case; nothing is converted before.
2. The commission's three halves: the holder's of the new generation, the core's of either; each proved.
3. The holder's branch is converted as every branch is. The core's two are opened and the openings proved: both come out
   of the same inputs, so the old and the new pseudonym are one person's by construction, and the core cannot file a
   person's record under somebody else's new pseudonym without keeping a proof that does not hold.
4. The core signs the second ticket.

The core learns that two pseudonyms of its own are one person's, which is what the record of exchanges needs to go on.
It sees no pseudonym of the holder, and the commission sees none at all.
"""

from __future__ import annotations

from dataclasses import dataclass

from mizuhiki.crypto.pseudonyms import (
    Ciphertext,
    ConversionProof,
    OpeningProof,
    OpeningProofInvalid,
    OpeningStatement,
    Pseudonym,
    ciphertexts_root,
    verify_conversion,
    verify_opening,
)
from mizuhiki.institutions.linkage_core.domain.cases import (
    COMMISSION,
    CORE,
    Acquisition,
    Branch,
    Case,
    Converted,
    HalfConversion,
    OpeningOfBatch,
    Package,
    Renewal,
    RenewalCase,
    Submitted,
)
from mizuhiki.institutions.linkage_core.domain.errors import FirstHalfUnfit
from mizuhiki.institutions.linkage_core.operations.check_case import ciphertexts
from mizuhiki.institutions.linkage_core.operations.convert_second_half import (
    ConvertSecondHalf,
    batch_proof,
    check_ticket,
    pairs_of,
)
from mizuhiki.institutions.linkage_core.ports import FirstHalf
from mizuhiki.runtime.context import Context


@dataclass(frozen=True, slots=True)
class RenewSecondHalf:
    """The second converter in a renewal; `exchange` holds what it needs for every case."""

    exchange: ConvertSecondHalf

    def __call__(self, context: Context, case: Case, submitted: Submitted, _acquisition: Acquisition | None) -> Package:
        """Return the renewed case; errors as in `ConvertSecondHalf`."""
        reached = _reached(case)
        first = self.exchange.first.convert(case, submitted)
        rules = self.exchange.rules.allow(context, case, None)
        halves = self._check_first(case, submitted, first, reached)
        holders = halves[case.recipient, reached]
        second = self._convert(case, holders, reached)
        ticket = self.exchange.tickets.sign(
            case,
            inputs_root=first.ticket_outputs_root,
            outputs_root=ciphertexts_root(ciphertexts(second.outputs)),
            rules=rules,
            issued_at=context.now(),
        )
        earlier, later = (
            self._branch(case, halves[CORE, generation], generation)
            for generation in sorted((case.generation, reached))
        )
        renewal = Renewal(case.source, case.number, case.generation, submitted.inputs, earlier, later)
        converted = Converted(submitted.inputs, holders, second)
        return Package(rules, (first.ticket, ticket), converted, (), renewal)

    def _check_first(
        self, case: Case, submitted: Submitted, first: FirstHalf, reached: int
    ) -> dict[tuple[str, int], HalfConversion]:
        halves = {(str(half.target), half.generation or 0): half for half in first.conversions}
        wanted = {(str(case.recipient), reached), (str(CORE), case.generation), (str(CORE), reached)}
        if len(halves) != len(first.conversions) or set(halves) != wanted:
            raise FirstHalfUnfit(part="targets")
        check_ticket(case, first, halves[case.recipient, reached])
        inputs = ciphertexts(submitted.inputs)
        for half in halves.values():
            self._check_proof(case.source, case.number, case.generation, inputs, half)
        return halves

    def _check_proof(
        self, source: str, batch_id: str, generation: int, inputs: list[Ciphertext], half: HalfConversion
    ) -> None:
        proof, reached = half.proof, half.generation
        if proof is None or reached is None:
            raise FirstHalfUnfit(part="proof")
        target = self.exchange.first.factors(half.target, reached)
        holder = type(half.target)(source)
        verify_conversion(
            inputs,
            ciphertexts(half.outputs),
            ConversionProof(challenge=proof.challenge, n=proof.n, f=proof.f, r=proof.r),
            converter=COMMISSION,
            source=holder,
            target=half.target,
            generation=generation,
            source_shuffle_point=self.exchange.first.factors(holder, generation).shuffle_point,
            target_shuffle_point=target.shuffle_point,
            key_in=self.exchange.joint_key.joint_key(),
            key_out=target.key_out,
            batch_id=batch_id,
            target_generation=reached,
        )

    def _convert(self, case: Case, half: HalfConversion, reached: int) -> HalfConversion:
        outputs, proof = self.exchange.converter.convert(
            ciphertexts(half.outputs),
            source=case.source,
            target=half.target,
            generation=case.generation,
            key_in=self.exchange.first.factors(half.target, reached).key_out,
            batch_id=case.number,
            randomness=self.exchange.randomness,
            target_generation=reached,
        )
        return HalfConversion(half.target, pairs_of(outputs), batch_proof(proof), reached)

    def _branch(self, case: Case, half: HalfConversion, generation: int) -> Branch:
        inputs, key = ciphertexts(half.outputs), self.exchange.own_key.of(generation)
        converter = self.exchange.converter
        opened = converter.open_own(
            inputs, source=case.source, generation=case.generation, key=key, target_generation=generation
        )
        proof = converter.prove_opening(
            inputs,
            opened,
            source=case.source,
            generation=case.generation,
            target_generation=generation,
            key_in=self.exchange.first.factors(CORE, generation).key_out,
            key=key,
            batch_id=case.number,
            randomness=self.exchange.randomness,
        )
        return Branch(generation, half, tuple(opened), OpeningOfBatch(proof.challenge, proof.n, proof.m))

    def verify(self, renewal: Renewal) -> None:
        """Check everything that a kept renewal claims, from the published factors alone.

        Raises:
            ConversionProofInvalid, OpeningProofInvalid: a link of this batch is not proved.
            FirstHalfUnfit: a branch is not one.
        """
        inputs = ciphertexts(renewal.inputs)
        if renewal.earlier.generation >= renewal.later.generation:
            raise OpeningProofInvalid(converter=CORE)
        for branch in (renewal.earlier, renewal.later):
            half = branch.half
            if (half.target, half.generation) != (CORE, branch.generation):
                raise FirstHalfUnfit(part="targets")
            self._check_proof(renewal.holder, renewal.batch_id, renewal.source_generation, inputs, half)
            converter = self.exchange.converter
            statement = OpeningStatement(
                converter=CORE,
                source=renewal.holder,
                generation=renewal.source_generation,
                target_generation=branch.generation,
                batch_id=renewal.batch_id,
                source_shuffle_point=converter.shuffle_point(renewal.holder, renewal.source_generation),
                target_shuffle_point=converter.shuffle_point(CORE, branch.generation),
                key_in=self.exchange.first.factors(CORE, branch.generation).key_out,
            )
            proof = OpeningProof(challenge=branch.opening.challenge, n=branch.opening.n, m=branch.opening.m)
            persons = [Pseudonym(person.reveal()) for person in branch.persons]
            verify_opening(statement, ciphertexts(half.outputs), persons, proof)


def _reached(case: Case) -> int:
    if not isinstance(case.detail, RenewalCase):
        raise FirstHalfUnfit(part="purpose")
    return case.detail.to_generation
