"""One mask for each line and all its targets (decision 0095): what a target gets, and what outputs have in common."""

from __future__ import annotations

from itertools import combinations

import pytest

from mizuhiki.crypto.pseudonyms import (
    BASE,
    Ciphertext,
    ConversionProofInvalid,
    TargetNotConvertible,
    decrypt_pseudonym,
)
from mizuhiki.crypto.pseudonyms.group import multiply, scalar_divide
from mizuhiki.vocabulary.ids import InstitutionId
from support.conversion import CORE, REGISTER, A, B, Half, Nation

TARGETS = (B, CORE)


@pytest.fixture(scope="module")
def nation() -> Nation:
    return Nation(b"masks")


def both(nation: Nation, inputs: list[Ciphertext]) -> list[Half]:
    found = nation.commission.convert_for(
        inputs,
        source=A,
        aims=[(target, 1) for target in TARGETS],
        generation=1,
        key_in=nation.joint_key,
        batch_id="batch-1",
        randomness=nation.randomness,
    )
    return [
        Half(nation.commission, A, target, 1, nation.joint_key, "batch-1", inputs, outputs, proof)
        for target, (outputs, proof) in zip(TARGETS, found, strict=True)
    ]


def unproved(nation: Nation, inputs: list[Ciphertext], batch_id: str = "batch-1") -> list[list[Ciphertext]]:
    return nation.commission.convert_unproved_for(
        inputs, source=A, targets=TARGETS, generation=1, key_in=nation.joint_key, batch_id=batch_id
    )


def delivered(nation: Nation, half: list[Ciphertext], target: InstitutionId) -> list[object]:
    key_in = nation.commission.key_out(target, 1, nation.joint_key)
    whole = nation.half(nation.core, half, A, target, key_in)
    return [decrypt_pseudonym(nation.key(target), one) for one in whole.outputs]


def test_every_target_gets_its_own_pseudonyms_and_every_half_is_proved(nation: Nation) -> None:
    people = [nation.person() for _ in range(3)]
    at_a = nation.convert(people, REGISTER, A)
    for half in both(nation, nation.encrypt(*at_a)):
        half.verify()
        assert delivered(nation, half.outputs, half.target) == nation.convert(people, REGISTER, half.target)


def test_the_proof_of_one_target_is_none_of_the_other(nation: Nation) -> None:
    to_b, to_core = both(nation, nation.encrypt(*nation.convert([nation.person()] * 2, REGISTER, A)))
    with pytest.raises(ConversionProofInvalid):
        to_b.verify(proof=to_core.proof)
    with pytest.raises(ConversionProofInvalid):
        to_b.verify(outputs=to_core.outputs)
    mixed = [Ciphertext(to_b.outputs[0].c1, to_core.outputs[0].c2), to_b.outputs[1]]
    with pytest.raises(ConversionProofInvalid):
        to_b.verify(outputs=mixed)


def test_what_was_converted_without_a_proof_is_proved_later_for_each_target(nation: Nation) -> None:
    inputs = nation.encrypt(*nation.convert([nation.person() for _ in range(3)], REGISTER, A))
    halves = unproved(nation, inputs)
    for target, outputs in zip(TARGETS, halves, strict=True):
        proof = nation.commission.prove_again(
            inputs,
            outputs,
            source=A,
            target=target,
            generation=1,
            key_in=nation.joint_key,
            batch_id="batch-1",
            randomness=nation.randomness,
        )
        half = Half(nation.commission, A, target, 1, nation.joint_key, "batch-1", inputs, outputs, proof)
        half.verify()
        with pytest.raises(ConversionProofInvalid):
            half.verify(outputs=list(reversed(outputs)))


def test_the_same_batch_is_masked_alike_and_any_other_afresh(nation: Nation) -> None:
    inputs = nation.encrypt(*nation.convert([nation.person() for _ in range(2)], REGISTER, A))
    first = unproved(nation, inputs)
    assert unproved(nation, inputs) == first
    others = [
        unproved(nation, inputs, "batch-2"),
        unproved(nation, list(reversed(inputs))),
        unproved(nation, inputs[:1]),
    ]
    seen = [{half for outputs in halves for one in outputs for half in (one.c1, one.c2)} for halves in [first, *others]]
    for one, other in combinations(seen, 2):
        assert not one & other


def test_no_two_lines_or_conversions_share_a_mask_though_the_input_is_one(nation: Nation) -> None:
    """Divided by its factor, an output's first half is what its line was masked to; only the converter can do it."""
    one = nation.encrypt(*nation.convert([nation.person()], REGISTER, A))[0]
    commission = nation.commission
    masked = []
    for halves in (both(nation, [one, one]), both(nation, [one, one])):
        lines = []
        for half in halves:
            _, f = commission._factors(A, half.target, 1, 1)
            inverse = scalar_divide((1).to_bytes(32, "little"), f)
            lines.append([multiply(inverse, output.c1) for output in half.outputs])
        assert lines[0] == lines[1], "one mask for both targets of a line"
        masked += lines[0]
    assert len({*masked, one.c1}) == 5


def test_a_pseudonym_in_clear_stays_hidden_from_every_target(nation: Nation) -> None:
    (person,) = nation.convert([nation.person()], REGISTER, A)
    crafted = Ciphertext(BASE, person.reveal())
    commission = nation.commission
    readable = {multiply(commission._factors(A, target, 1, 1)[0], person.reveal()) for target in TARGETS}
    for half in both(nation, [crafted]):
        assert not readable & {half.outputs[0].c1, half.outputs[0].c2}


def test_no_target_is_converted_when_one_of_them_is_the_register(nation: Nation) -> None:
    inputs = nation.encrypt(nation.person())
    with pytest.raises(TargetNotConvertible):
        nation.commission.convert_unproved_for(
            inputs, source=A, targets=[B, REGISTER], generation=1, key_in=nation.joint_key, batch_id="batch-1"
        )
