"""Renewal from one generation of pseudonyms to another, and the proof of what the core opened."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mizuhiki.crypto.pseudonyms import (
    Ciphertext,
    ConversionProofInvalid,
    OpeningProof,
    OpeningProofInvalid,
    OpeningStatement,
    Pseudonym,
    decrypt_pseudonym,
    verify_opening,
)
from support.conversion import CORE, REGISTER, A, B, Half, Nation


@pytest.fixture(scope="module")
def nation() -> Nation:
    return Nation()


@pytest.fixture(scope="module")
def persons(nation: Nation) -> list[Pseudonym]:
    return [nation.person() for _ in range(3)]


@pytest.fixture(scope="module")
def renewed(nation: Nation, persons: list[Pseudonym]) -> tuple[Half, Half]:
    held = nation.convert(persons, REGISTER, A, 1)
    return nation.renew(nation.encrypt(*held), A, A, (1, 2))


@pytest.mark.requirement("R-220")
def test_renewal_gives_what_an_issue_in_the_new_generation_would_and_goes_back_again(
    nation: Nation, persons: list[Pseudonym], renewed: tuple[Half, Half]
) -> None:
    new = [decrypt_pseudonym(nation.key(A, 2), one) for one in renewed[1].outputs]
    assert new == nation.convert(persons, REGISTER, A, 2)
    _, back = nation.renew(nation.encrypt(*new), A, A, (2, 1))
    assert [decrypt_pseudonym(nation.key(A, 1), one) for one in back.outputs] == nation.convert(persons, REGISTER, A, 1)


def test_both_halves_of_a_renewal_are_proved_and_the_proof_is_of_no_other_generation(
    renewed: tuple[Half, Half],
) -> None:
    for half in renewed:
        half.verify()
        for changed in (
            {"target_generation": 1},
            {"target_generation": 3},
            {"generation": 2},
            {"generation": 2, "target_generation": 1},
            {"target": B},
            {"source": B},
        ):
            with pytest.raises(ConversionProofInvalid):
                half.verify(**changed)


def test_an_exchange_in_one_generation_and_a_renewal_cannot_stand_for_each_other(
    nation: Nation, persons: list[Pseudonym], renewed: tuple[Half, Half]
) -> None:
    exchange, _ = nation.halves(nation.encrypt(*nation.convert(persons, REGISTER, A, 1)), A, B, 1)
    with pytest.raises(ConversionProofInvalid):
        exchange.verify(target_generation=2)
    first, second = renewed
    old, _ = nation.halves(first.inputs, A, A, 1)
    with pytest.raises(ConversionProofInvalid):
        second.verify(inputs=old.outputs)  # the first half of generation 1 under the second of generation 2


def test_a_pseudonym_of_another_generation_under_a_wrong_label_converts_to_nobody(
    nation: Nation, persons: list[Pseudonym]
) -> None:
    held = nation.convert(persons, REGISTER, A, 1)
    known = {one.reveal() for g in (1, 2) for one in nation.convert(persons, REGISTER, B, g)}
    _, second = nation.halves(nation.encrypt(*held), A, B, 2)
    second.verify()
    assert not {decrypt_pseudonym(nation.key(B, 2), one).reveal() for one in second.outputs} & known


def opened(nation: Nation, inputs: list[Ciphertext], reached: int) -> tuple[list[Pseudonym], OpeningProof]:
    key_in = nation.commission.key_out(CORE, reached, nation.joint_key)
    key = nation.key(CORE, reached)
    found = nation.core.open_own(inputs, source=A, generation=1, key=key, target_generation=reached)
    proof = nation.core.prove_opening(
        inputs,
        found,
        source=A,
        generation=1,
        target_generation=reached,
        key_in=key_in,
        key=key,
        batch_id="batch-1",
        randomness=nation.randomness,
    )
    return found, proof


def statement(nation: Nation, reached: int) -> OpeningStatement:
    return OpeningStatement(
        converter=CORE,
        source=A,
        generation=1,
        target_generation=reached,
        batch_id="batch-1",
        source_shuffle_point=nation.core.shuffle_point(A, 1),
        target_shuffle_point=nation.core.shuffle_point(CORE, reached),
        key_in=nation.commission.key_out(CORE, reached, nation.joint_key),
    )


def test_what_the_core_opened_is_proved_and_nothing_else_is(nation: Nation, persons: list[Pseudonym]) -> None:
    held = nation.convert(persons, REGISTER, A, 1)
    first, _ = nation.renew(nation.encrypt(*held), A, CORE, (1, 2))
    found, proof = opened(nation, first.outputs, 2)
    assert found == nation.convert(persons, REGISTER, CORE, 2)
    about = statement(nation, 2)
    verify_opening(about, first.outputs, found, proof)
    others = [found[1], found[0], found[2]]
    strangers = nation.convert([nation.person() for _ in persons], REGISTER, CORE, 2)
    for wrong in (others, strangers):
        with pytest.raises(OpeningProofInvalid):
            verify_opening(about, first.outputs, wrong, proof)
    for other in (
        replace(about, target_generation=1),
        replace(about, source=B),
        replace(about, batch_id="batch-2"),
        replace(about, key_in=nation.commission.key_out(CORE, 1, nation.joint_key)),
        replace(about, target_shuffle_point=nation.core.shuffle_point(CORE, 1)),
    ):
        with pytest.raises(OpeningProofInvalid):
            verify_opening(other, first.outputs, found, proof)


def test_a_core_that_opens_somebody_else_can_not_prove_it_with_its_own_factors(
    nation: Nation, persons: list[Pseudonym]
) -> None:
    """The converter proves what it is told; a false list of persons gives a proof that does not hold."""
    held = nation.convert(persons, REGISTER, A, 1)
    first, _ = nation.renew(nation.encrypt(*held), A, CORE, (1, 2))
    strangers = nation.convert([nation.person() for _ in persons], REGISTER, CORE, 2)
    proof = nation.core.prove_opening(
        first.outputs,
        strangers,
        source=A,
        generation=1,
        target_generation=2,
        key_in=nation.commission.key_out(CORE, 2, nation.joint_key),
        key=nation.key(CORE, 2),
        batch_id="batch-1",
        randomness=nation.randomness,
    )
    with pytest.raises(OpeningProofInvalid):
        verify_opening(statement(nation, 2), first.outputs, strangers, proof)
