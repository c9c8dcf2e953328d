"""Issue, conversion, joint key and shares; and every refusal by name."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from mizuhiki.crypto.keystore import SecretKey
from mizuhiki.crypto.pseudonyms import (
    BASE,
    SHUFFLE_BASE,
    Ciphertext,
    ConversionBatchMalformed,
    ConversionProofInvalid,
    Converter,
    GenerationMalformed,
    KeyShareInvalid,
    PointInvalid,
    PointIsIdentity,
    Pseudonym,
    ScalarInvalid,
    SeedMalformed,
    TargetNotConvertible,
    ciphertexts_root,
    combine_shares,
    decrypt_pseudonym,
    encrypt_pseudonym,
    person_point,
    verify_joint_contribution,
)
from mizuhiki.crypto.pseudonyms.group import ORDER
from support.conversion import COMMISSION, CORE, REGISTER, A, B, Half, Nation

IDENTITY = bytes(32)
NOT_CANONICAL = b"\xff" * 32


@pytest.fixture(scope="module")
def nation() -> Nation:
    return Nation()


@pytest.fixture(scope="module")
def half(nation: Nation) -> Half:
    issued = nation.convert([nation.person() for _ in range(3)], REGISTER, A)
    return nation.half(nation.commission, nation.encrypt(*issued), A, B, nation.joint_key)


@pytest.mark.requirement("R-220")
def test_conversion_gives_exactly_the_pseudonym_the_target_was_issued(nation: Nation) -> None:
    persons = [nation.person() for _ in range(2)]
    at_a, at_b, at_core = (nation.convert(persons, REGISTER, target) for target in (A, B, CORE))
    assert nation.convert(at_a, A, B) == at_b
    assert nation.convert(at_a, A, CORE) == at_core
    assert nation.convert(at_b, B, A) == at_a


@pytest.mark.requirement("R-363")
def test_pseudonyms_of_one_person_differ_between_institutions_and_generations(nation: Nation) -> None:
    person = [nation.person()]
    found = [nation.convert(person, REGISTER, target, g)[0] for target in (A, B, CORE) for g in (1, 2)]
    assert len({pseudonym.reveal() for pseudonym in (*found, person[0])}) == 7


def test_a_person_point_depends_on_the_registers_key_and_the_seed(nation: Nation) -> None:
    seed = bytes(16)
    assert person_point(nation.register_key, seed) == person_point(nation.register_key, seed)
    assert person_point(nation.register_key, seed) != person_point(nation.register_key, b"\x01" * 16)
    assert person_point(nation.register_key, seed) != person_point(nation.secret(), seed)
    with pytest.raises(SeedMalformed):
        person_point(nation.register_key, bytes(15))


def test_one_pseudonym_encrypts_differently_each_time_and_each_conversion_is_fresh(nation: Nation) -> None:
    person = nation.person()
    first, second = nation.encrypt(person, person)
    assert {first.c1, first.c2}.isdisjoint({second.c1, second.c2})
    one, two = (nation.half(nation.commission, [first], A, B, nation.joint_key) for _ in range(2))
    assert {one.outputs[0].c1, one.outputs[0].c2}.isdisjoint({two.outputs[0].c1, two.outputs[0].c2})


def test_an_honest_half_verifies(half: Half) -> None:
    half.verify()


def _altered_scalar(half: Half, name: str) -> Callable[[], None]:
    value = (int.from_bytes(getattr(half.proof, name), "little") + 1) % ORDER
    return lambda: half.verify(proof=msgspec.structs.replace(half.proof, **{name: value.to_bytes(32, "little")}))


@pytest.mark.parametrize("name", ["challenge", "n", "f", "r"])
def test_a_proof_with_any_scalar_altered_is_refused(half: Half, name: str) -> None:
    with pytest.raises(ConversionProofInvalid):
        _altered_scalar(half, name)()


def test_swapped_outputs_are_refused(half: Half) -> None:
    with pytest.raises(ConversionProofInvalid):
        half.verify(outputs=[half.outputs[1], half.outputs[0], half.outputs[2]])


def test_a_substituted_output_is_refused(nation: Nation, half: Half) -> None:
    (stranger,) = nation.half(nation.commission, nation.encrypt(nation.person()), A, B, nation.joint_key).outputs
    with pytest.raises(ConversionProofInvalid):
        half.verify(outputs=[stranger, *half.outputs[1:]])


def test_mixed_halves_of_two_ciphertexts_are_refused(half: Half) -> None:
    one, two, three = half.outputs
    with pytest.raises(ConversionProofInvalid):
        half.verify(outputs=[Ciphertext(one.c1, two.c2), Ciphertext(two.c1, one.c2), three])


def test_a_proof_made_for_one_batch_id_is_refused_under_another(half: Half) -> None:
    with pytest.raises(ConversionProofInvalid):
        half.verify(batch_id="batch-2")


def test_a_proof_for_one_generation_is_refused_for_another(half: Half) -> None:
    factors = half.converter
    with pytest.raises(ConversionProofInvalid):
        half.verify(generation=2)
    with pytest.raises(ConversionProofInvalid):
        half.verify(
            generation=2,
            source_shuffle_point=factors.shuffle_point(A, 2),
            target_shuffle_point=factors.shuffle_point(B, 2),
            key_out=factors.key_out(B, 2, half.key_in),
        )


def test_the_wrong_source_target_or_converter_is_refused(half: Half) -> None:
    factors = half.converter
    for changed in (
        {"source": CORE, "source_shuffle_point": factors.shuffle_point(CORE, 1)},
        {"target": CORE, "target_shuffle_point": factors.shuffle_point(CORE, 1)},
        {"converter": CORE},
        {"source": CORE},
        {"target": CORE},
    ):
        with pytest.raises(ConversionProofInvalid):
            half.verify(**changed)


def test_key_substitution_is_refused(nation: Nation, half: Half) -> None:
    rogue = Nation(b"rogue")
    with pytest.raises(ConversionProofInvalid):
        half.verify(key_in=rogue.joint_key)
    with pytest.raises(ConversionProofInvalid):
        half.verify(key_out=rogue.commission.key_out(B, 1, nation.joint_key))


def test_outputs_made_with_the_factors_of_another_target_are_refused(nation: Nation, half: Half) -> None:
    other = nation.half(nation.commission, half.inputs, A, CORE, nation.joint_key)
    with pytest.raises(ConversionProofInvalid):
        half.verify(outputs=other.outputs, proof=other.proof)


def test_the_national_register_as_source_needs_the_unshuffled_base(nation: Nation) -> None:
    issue = nation.half(nation.commission, nation.encrypt(nation.person()), REGISTER, A, nation.joint_key)
    issue.verify()
    assert nation.commission.shuffle_point(REGISTER, 1) == SHUFFLE_BASE
    with pytest.raises(ConversionProofInvalid):
        issue.verify(source_shuffle_point=nation.commission.shuffle_point(B, 1))


def test_nobody_converts_towards_the_national_register(nation: Nation, half: Half) -> None:
    with pytest.raises(TargetNotConvertible):
        half.verify(target=REGISTER)
    with pytest.raises(TargetNotConvertible):
        nation.half(nation.commission, nation.encrypt(nation.person()), A, REGISTER, nation.joint_key)


@pytest.mark.parametrize(("point", "error"), [(IDENTITY, PointIsIdentity), (NOT_CANONICAL, PointInvalid)])
def test_identity_and_non_canonical_points_are_refused_everywhere(
    nation: Nation, half: Half, point: bytes, error: type[Exception]
) -> None:
    good = half.inputs[0]
    for bad in (Ciphertext(point, good.c2), Ciphertext(good.c1, point)):
        with pytest.raises(error):
            nation.half(nation.commission, [bad], A, B, nation.joint_key)
        with pytest.raises(error):
            decrypt_pseudonym(nation.key(A), bad)
        for place in (0, 1, len(half.inputs) - 1):  # the first is summed as it stands, the others are multiplied
            for part, lines in (("inputs", half.inputs), ("outputs", half.outputs)):
                with pytest.raises(error):
                    half.verify(**{part: [*lines[:place], bad, *lines[place + 1 :]]})
    for name in ("source_shuffle_point", "target_shuffle_point", "key_in", "key_out"):
        with pytest.raises(error):
            half.verify(**{name: point})
    for use in (
        lambda: Pseudonym(point),
        lambda: encrypt_pseudonym(point, nation.person(), nation.randomness),
        lambda: nation.commission.joint_contribution(point),
        lambda: nation.commission.key_out(A, 1, point),
        lambda: combine_shares([bytes(31) + b"\x01"], point),
    ):
        with pytest.raises(error):
            use()


def test_proof_scalars_that_are_not_canonical_are_refused(half: Half) -> None:
    too_large = ORDER.to_bytes(32, "little")
    for name in ("challenge", "n", "f", "r"):
        for scalar in (too_large, b"\x01", bytes(33)):
            with pytest.raises(ScalarInvalid):
                half.verify(proof=msgspec.structs.replace(half.proof, **{name: scalar}))


def test_empty_uneven_and_oversized_batches_are_refused(nation: Nation, half: Half) -> None:
    for inputs, outputs in (([], []), (half.inputs[:2], half.outputs), ([half.inputs[0]] * 10_001,) * 2):
        with pytest.raises(ConversionBatchMalformed):
            half.verify(inputs=inputs, outputs=outputs)
    with pytest.raises(ConversionBatchMalformed):
        nation.half(nation.commission, [], A, B, nation.joint_key)


def test_generations_outside_their_range_are_refused(nation: Nation, half: Half) -> None:
    for generation in (-1, 2**32):
        with pytest.raises(GenerationMalformed):
            nation.core.share(A, generation)
        with pytest.raises(GenerationMalformed):
            half.verify(generation=generation)


@pytest.mark.requirement("R-032")
def test_the_joint_key_needs_both_converters_and_each_proves_its_part(nation: Nation) -> None:
    first, proof = nation.commission.joint_contribution(BASE)
    own = nation.commission.public_point()
    verify_joint_contribution(converter=COMMISSION, base=BASE, point=first, own_point=own, proof=proof)
    joint, second = nation.core.joint_contribution(first)
    assert joint == nation.joint_key != own
    core_point = nation.core.public_point()
    verify_joint_contribution(converter=CORE, base=first, point=joint, own_point=core_point, proof=second)
    for changed in (
        {"converter": COMMISSION},
        {"base": BASE},
        {"point": own},
        {"own_point": own},
        {"proof": proof},
        {"proof": second[:63]},
    ):
        honest = {"converter": CORE, "base": first, "point": joint, "own_point": core_point, "proof": second}
        with pytest.raises(ConversionProofInvalid):
            verify_joint_contribution(**{**honest, **changed})  # type: ignore[arg-type] # altered on purpose


def test_shares_combine_only_to_the_published_key(nation: Nation) -> None:
    middle = nation.commission.key_out(A, 1, nation.joint_key)
    expected = nation.core.key_out(A, 1, middle)
    shares = [nation.commission.share(A, 1), nation.core.share(A, 1)]
    assert combine_shares(shares, expected) == nation.key(A)
    for wrong in ([], shares[:1], [shares[0], nation.core.share(B, 1)], [shares[0], nation.core.share(A, 2)]):
        with pytest.raises(KeyShareInvalid):
            combine_shares(wrong, expected)
    for scalar in (IDENTITY, ORDER.to_bytes(32, "little"), b"\x01"):
        with pytest.raises(ScalarInvalid):
            combine_shares([shares[0], scalar], expected)


def test_share_points_are_the_shares_times_the_base(nation: Nation) -> None:
    assert combine_shares([nation.core.share(A, 1)], nation.core.share_point(A, 1)).reveal() == nation.core.share(A, 1)


def test_the_root_of_ciphertexts_depends_on_content_and_order(half: Half) -> None:
    root = ciphertexts_root(half.inputs)
    assert len(root) == 64
    assert ciphertexts_root(list(reversed(half.inputs))) != root
    assert ciphertexts_root(half.inputs[:2]) != root


def test_factors_come_from_the_master_alone(nation: Nation) -> None:
    master = nation.secret()
    one, two = (Converter(CORE, master, nation.secret()) for _ in range(2))
    assert one.shuffle_point(A, 1) == two.shuffle_point(A, 1)
    assert one.public_point() != two.public_point()
    assert Converter(COMMISSION, master, SecretKey(bytes(32))).shuffle_point(A, 1) != one.shuffle_point(A, 1)


@pytest.mark.requirement("R-001")
def test_records_of_one_person_at_two_bodies_link_and_those_of_two_people_never(nation: Nation) -> None:
    people = [nation.person() for _ in range(6)]
    at_a, at_b = nation.convert(people, REGISTER, A), nation.convert(people, REGISTER, B)
    linked = nation.convert(at_a, A, B)
    found = [[one.reveal() == other.reveal() for other in at_b] for one in linked]
    assert found == [[row == column for column in range(len(people))] for row in range(len(people))]
