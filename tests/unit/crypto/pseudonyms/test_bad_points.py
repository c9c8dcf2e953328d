"""Points from outside are refused by name wherever they are first used, without a check of their own before."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mizuhiki.crypto.keystore import SecretKey
from mizuhiki.crypto.pseudonyms import (
    Ciphertext,
    Converter,
    Pseudonym,
    decrypt_pseudonym,
    encrypt_pseudonym,
    person_point,
)
from mizuhiki.crypto.pseudonyms.group import (
    BASE,
    IDENTITY,
    LENGTH,
    ORDER,
    PointInvalid,
    PointIsIdentity,
    add_to_given,
    multiply,
    multiply_base,
    random_scalar,
    subtract,
    subtract_from_given,
)
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.vocabulary.ids import InstitutionId

RANDOMNESS = SeededRandomness(b"bad points")
KEY = SecretKey(random_scalar(RANDOMNESS))
PUBLIC = multiply_base(KEY.reveal())
PERSON = person_point(SecretKey(bytes(32)), bytes(16))
GOOD = encrypt_pseudonym(PUBLIC, PERSON, RANDOMNESS)
CONVERTER = Converter(InstitutionId("linkage-core"), SecretKey(b"m" * 32), SecretKey(b"k" * 32))
A, B = InstitutionId("intermediate-municipality-452025"), InstitutionId("intermediate-municipality-131032")
FIELD = 2**255 - 19
BAD = {
    "not on the group": b"\x01" + bytes(31),
    "negative": (FIELD - 1).to_bytes(32, "little"),
    "field element not reduced": (int.from_bytes(BASE, "little") + FIELD).to_bytes(32, "little"),
    "all ones": b"\xff" * 32,
    "too short": BASE[:31],
    "too long": BASE + b"\x00",
    "empty": b"",
}


def spoilt(point: bytes, half: int) -> Ciphertext:
    return Ciphertext(point, GOOD.c2) if half == 0 else Ciphertext(GOOD.c1, point)


def converted(one: Ciphertext) -> object:
    return CONVERTER.convert_unproved([GOOD, one], source=A, target=B, generation=1, key_in=PUBLIC, batch_id="b")


def opened(one: Ciphertext) -> object:
    return CONVERTER.open_own([one], source=A, generation=1, key=KEY)


@pytest.mark.parametrize("use", [converted, opened, lambda one: decrypt_pseudonym(KEY, one)])
@pytest.mark.parametrize("half", [0, 1])
@pytest.mark.parametrize("kind", BAD)
def test_a_half_that_is_no_point_is_refused_by_name(kind: str, half: int, use: object) -> None:
    assert callable(use)
    with pytest.raises(PointInvalid):
        use(spoilt(BAD[kind], half))


@pytest.mark.parametrize("use", [converted, opened, lambda one: decrypt_pseudonym(KEY, one)])
@pytest.mark.parametrize("half", [0, 1])
def test_a_half_that_is_the_identity_is_refused_by_name(half: int, use: object) -> None:
    assert callable(use)
    with pytest.raises(PointIsIdentity):
        use(spoilt(IDENTITY, half))


def test_a_ciphertext_of_nobody_is_refused() -> None:
    scalar = random_scalar(RANDOMNESS)
    nobody = Ciphertext(multiply_base(scalar), multiply(scalar, PUBLIC))
    with pytest.raises(PointIsIdentity):
        decrypt_pseudonym(KEY, nobody)


@pytest.mark.parametrize("operation", [subtract_from_given, add_to_given])
@pytest.mark.parametrize("kind", BAD)
def test_no_bad_point_becomes_a_difference_or_sum(kind: str, operation: Callable[[bytes, bytes], bytes]) -> None:
    with pytest.raises(PointInvalid):
        operation(BAD[kind], BASE)


@pytest.mark.parametrize("operation", [subtract_from_given, add_to_given])
def test_the_identity_is_neither_changed_nor_reached(operation: Callable[[bytes, bytes], bytes]) -> None:
    opposite = BASE if operation is subtract_from_given else multiply((ORDER - 1).to_bytes(LENGTH, "little"), BASE)
    for given in (IDENTITY, opposite):
        with pytest.raises(PointIsIdentity):
            operation(given, BASE)


def test_the_difference_and_the_sum_of_good_points_are_the_group_s() -> None:
    difference = subtract_from_given(PUBLIC, BASE)
    assert difference == subtract(PUBLIC, BASE)
    assert add_to_given(difference, BASE) == PUBLIC


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_joint_key_is_refused_when_it_is_used(kind: str) -> None:
    with pytest.raises(PointInvalid):
        encrypt_pseudonym(BAD[kind], PERSON, RANDOMNESS)


def test_a_stored_pseudonym_that_is_no_point_ends_in_a_refusal_and_not_in_a_loop() -> None:
    with pytest.raises(PointInvalid):
        encrypt_pseudonym(PUBLIC, Pseudonym.known(BAD["not on the group"]), RANDOMNESS)
