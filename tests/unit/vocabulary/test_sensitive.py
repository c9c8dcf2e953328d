"""Sensitive values do not leak."""

import copy
import dataclasses
import json
import pickle

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.vocabulary.sensitive import Sensitive, SensitiveLeak

SECRET = "621498320257"


@dataclasses.dataclass
class Holder:
    number: IndividualNumber


def test_no_way_of_printing_shows_the_content() -> None:
    number = IndividualNumber.parse(SECRET)
    shown = [
        repr(number),
        str(number),
        f"{number}",
        f"{number:>40}",
        number.__format__(""),
        str([number]),
        repr(Holder(number)),
    ]
    assert all(SECRET not in text for text in shown)


def test_asdict_keeps_the_object_closed() -> None:
    assert SECRET not in repr(dataclasses.asdict(Holder(IndividualNumber.parse(SECRET))))


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickling_is_refused(protocol: int) -> None:
    with pytest.raises(SensitiveLeak):
        pickle.dumps(IndividualNumber.parse(SECRET), protocol)


def test_encoders_refuse_it() -> None:
    with pytest.raises(TypeError):
        json.dumps(IndividualNumber.parse(SECRET))
    with pytest.raises(TypeError):
        msgspec.json.encode(IndividualNumber.parse(SECRET))


def test_there_is_no_dict_and_nothing_can_be_set() -> None:
    number = IndividualNumber.parse(SECRET)
    with pytest.raises(TypeError):
        vars(number)
    with pytest.raises(SensitiveLeak):
        number.note = "x"  # type: ignore[attr-defined] # the test tries what must fail
    with pytest.raises(SensitiveLeak):
        del number._value


def test_copies_are_the_same_object() -> None:
    number = IndividualNumber.parse(SECRET)
    assert copy.copy(number) is number
    assert copy.deepcopy([number])[0] is number


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_equality_is_that_of_the_content(left: bytes, right: bytes) -> None:
    assert (Sensitive(left) == Sensitive(right)) == (left == right)
    assert Sensitive(left) == Sensitive(bytes(bytearray(left)))
    assert hash(Sensitive(left)) == hash(Sensitive(left))


def test_values_of_different_classes_are_never_equal() -> None:
    assert Sensitive(SECRET) != IndividualNumber.parse(SECRET)
    assert IndividualNumber.parse(SECRET) != SECRET
