"""Attack programs. Each is run on a planted weakness, which it must find, and then on the real construction."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mizuhiki.crypto.digests import sha512
from mizuhiki.crypto.pseudonyms import (
    BASE,
    Ciphertext,
    ConversionProofInvalid,
    Pseudonym,
    decrypt_pseudonym,
    verify_conversion,
)
from mizuhiki.crypto.pseudonyms.group import (
    ONE,
    add,
    multiply,
    multiply_base,
    random_scalar,
    scalar_divide,
    subtract,
)
from mizuhiki.crypto.pseudonyms.proofs import BatchStatement, BatchWitness, prove, weights
from support.conversion import COMMISSION, REGISTER, A, B, Nation


@pytest.fixture(scope="module")
def nation() -> Nation:
    return Nation(b"attacks")


def _factors(nation: Nation) -> tuple[bytes, bytes]:
    commission = nation.commission
    n = scalar_divide(commission._factor(b"shuffle", B, 1), commission._factor(b"shuffle", A, 1))
    return n, scalar_divide(n, commission._factor(b"rekey", B, 1))


def test_a_crafted_ciphertext_reveals_the_targets_pseudonym_only_where_nothing_is_rerandomised(nation: Nation) -> None:
    person = [nation.person()]
    (at_a,), (at_b,) = nation.convert(person, REGISTER, A), nation.convert(person, REGISTER, B)
    crafted = Ciphertext(BASE, at_a.reveal())  # the pseudonym in clear where its mask belongs

    n, f = _factors(nation)
    planted = Ciphertext(multiply(f, crafted.c1), multiply(n, crafted.c2))  # re-shuffle and re-key, nothing fresh
    core = nation.core
    n2 = scalar_divide(core._factor(b"shuffle", B, 1), core._factor(b"shuffle", A, 1))
    f2 = scalar_divide(n2, core._factor(b"rekey", B, 1))
    seen = Ciphertext(multiply(f2, planted.c1), multiply(n2, planted.c2))
    assert Pseudonym(seen.c2) == at_b, "the attack must find the planted weakness"

    first, second = nation.halves([crafted], A, B)
    half_of_b = multiply(n, at_a.reveal())
    assert first.outputs[0].c2 not in (half_of_b, at_b.reveal())
    assert at_b.reveal() not in (second.outputs[0].c1, second.outputs[0].c2)
    again, _ = nation.halves([crafted], A, B)
    assert again.outputs[0] != first.outputs[0]
    assert decrypt_pseudonym(nation.key(B), second.outputs[0]) != at_b


def _wrong_pairs(
    nation: Nation, inputs: list[Ciphertext], shift: bytes, *, plus: bool
) -> Iterator[tuple[Ciphertext, bytes]]:
    """Conversions of one input whose content is moved by `shift`, with as many fresh randomisations as wanted."""
    n, f = _factors(nation)
    key_out = nation.commission.key_out(B, 1, nation.joint_key)
    (given,) = inputs
    while True:
        rho = random_scalar(nation.randomness)
        honest = add(multiply(n, given.c2), multiply(rho, key_out))
        moved = add(honest, shift) if plus else subtract(honest, shift)
        yield Ciphertext(add(multiply(f, given.c1), multiply_base(rho)), moved), rho


def _pair_weight(given: Ciphertext, output: Ciphertext) -> int:
    """A planted weakness, scaled down: the weight of a pair hashes that pair alone, 12 bits of it."""
    return int.from_bytes(sha512(given.c1 + given.c2 + output.c1 + output.c2)[:2], "big") % 2**12


def _forge(nation: Nation, inputs: list[Ciphertext], shift: bytes) -> tuple[list[Ciphertext], list[bytes]]:
    """Find two wrong outputs with equal weights: their errors ``+shift`` and ``-shift`` cancel in the composite."""
    left, right = (
        _wrong_pairs(nation, [given], shift, plus=plus) for given, plus in zip(inputs, (True, False), strict=True)
    )
    by_weight = {_pair_weight(inputs[0], output): (output, rho) for output, rho in (next(left) for _ in range(96))}
    for output, rho in right:
        match = by_weight.get(_pair_weight(inputs[1], output))
        if match is not None:
            return [match[0], output], [match[1], rho]
    raise AssertionError


def test_weights_of_single_pairs_can_be_forged_by_birthday_search_and_weights_of_the_batch_refuse_it(
    nation: Nation,
) -> None:
    persons = nation.convert([nation.person(), nation.person()], REGISTER, A)
    inputs = nation.encrypt(*persons)
    shift = nation.person().reveal()
    outputs, rho = _forge(nation, inputs, shift)

    n, f = _factors(nation)
    key_out = nation.commission.key_out(B, 1, nation.joint_key)
    composite, expected = bytes(32), bytes(32)
    for given, output, fresh in zip(inputs, outputs, rho, strict=True):
        weight = max(_pair_weight(given, output), 1).to_bytes(32, "little")
        composite = add(composite, multiply(weight, output.c2))
        honest = add(multiply(n, given.c2), multiply(fresh, key_out))
        expected = add(expected, multiply(weight, honest))
        assert output.c2 != honest
    assert composite == expected, "the attack must find the planted weakness"

    commission = nation.commission
    statement = BatchStatement(
        converter=COMMISSION,
        source=A,
        target=B,
        generation=1,
        target_generation=1,
        batch_id="forged",
        source_shuffle_point=commission.shuffle_point(A, 1),
        target_shuffle_point=commission.shuffle_point(B, 1),
        key_in=nation.joint_key,
        key_out=key_out,
    )
    proof = prove(statement, inputs, outputs, BatchWitness(n=n, f=f, rho=rho), nation.randomness)
    with pytest.raises(ConversionProofInvalid):
        verify_conversion(
            inputs,
            outputs,
            proof,
            converter=COMMISSION,
            source=A,
            target=B,
            generation=1,
            source_shuffle_point=statement.source_shuffle_point,
            target_shuffle_point=statement.target_shuffle_point,
            key_in=statement.key_in,
            key_out=key_out,
            batch_id="forged",
        )


def test_every_weight_changes_with_any_output_and_with_the_batch_id(nation: Nation) -> None:
    inputs = nation.encrypt(nation.person(), nation.person(), nation.person())
    half = nation.half(nation.commission, inputs, A, B, nation.joint_key)
    statement = BatchStatement(**half.statement())  # type: ignore[arg-type] # the same names
    before = weights(statement.root(half.inputs, half.outputs), 3)
    last = Ciphertext(half.outputs[2].c1, add(half.outputs[2].c2, BASE))
    after = weights(statement.root(half.inputs, [*half.outputs[:2], last]), 3)
    other = weights(BatchStatement(**{**half.statement(), "batch_id": "b2"}).root(half.inputs, half.outputs), 3)  # type: ignore[arg-type] # same
    assert before[0] == after[0] == other[0] == ONE, "the other errors are weighted before they can cancel the first"
    assert len(set(before[1:] + after[1:] + other[1:])) == 6
    assert all(weight[16:] == bytes(16) for weight in before)


@pytest.mark.requirement("R-008")
def test_two_institutions_tables_share_no_value_and_no_order(nation: Nation) -> None:
    persons = [nation.person() for _ in range(24)]
    at_a = [p.reveal() for p in nation.convert(persons, REGISTER, A)]
    at_b = [p.reveal() for p in nation.convert(persons, REGISTER, B)]

    def joined_by_rank(left: list[bytes], right: list[bytes]) -> int:
        ranks = [sorted(range(len(side)), key=side.__getitem__) for side in (left, right)]
        return sum(one == two for one, two in zip(*ranks, strict=True))

    assert joined_by_rank(at_a, [b"\x01" + p for p in at_a]) == 24, "the attack must find the planted weakness"
    assert set(at_a).isdisjoint(at_b)
    assert joined_by_rank(at_a, at_b) <= 6


@pytest.mark.requirement("R-032")
def test_neither_converter_alone_turns_one_pseudonym_into_the_other(nation: Nation) -> None:
    person = [nation.person()]
    (at_a,), (at_b,) = nation.convert(person, REGISTER, A), nation.convert(person, REGISTER, B)

    def quotient(*converters: object) -> bytes:
        total = at_a.reveal()
        for converter in converters:
            shuffle = converter._factor  # type: ignore[attr-defined] # what its owner can do
            total = multiply(scalar_divide(shuffle(b"shuffle", B, 1), shuffle(b"shuffle", A, 1)), total)
        return total

    assert quotient(nation.commission, nation.core) == at_b.reveal(), "both together can: the stated limit"
    assert quotient(nation.commission) != at_b.reveal()
    assert quotient(nation.core) != at_b.reveal()


def test_ciphertexts_that_reuse_randomness_are_linked_by_subtraction(nation: Nation) -> None:
    one, two = nation.person(), nation.person()
    r = random_scalar(nation.randomness)
    mask = multiply(r, nation.joint_key)
    reused = [Ciphertext(multiply_base(r), add(person.reveal(), mask)) for person in (one, two)]

    def difference_known(pair: list[Ciphertext]) -> bool:
        return subtract(pair[0].c2, pair[1].c2) == subtract(one.reveal(), two.reveal())

    assert difference_known(reused), "the attack must find the planted weakness"
    assert not difference_known(nation.encrypt(one, two))


def test_sensitive_values_of_this_package_show_nothing(nation: Nation) -> None:
    shown = f"{nation.person()!r} {nation.key(A)} {nation.commission!r}"
    assert nation.key(A).reveal().hex() not in shown
    assert "redacted" in shown
