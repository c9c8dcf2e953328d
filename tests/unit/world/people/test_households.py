"""Invented households: everybody has one, none of them is impossible, and the seed decides all of it."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import date

import pytest

from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.vocabulary.persons import Relationship, Sex
from mizuhiki.world.founding import SMALLEST_POPULATION
from mizuhiki.world.nation.plan import DEMO_MUNICIPALITIES
from mizuhiki.world.people import InventedHousehold, invent_households

DAY = date(2019, 12, 2)
FAMILY_OF_THE_STORY = 3
SPOUSES = {Relationship.WIFE, Relationship.HUSBAND}
SIZES = [SMALLEST_POPULATION - FAMILY_OF_THE_STORY, 57, 353, 2_000]


def invent(population: int, seed: bytes = b"1") -> list[InventedHousehold]:
    return invent_households(SeededRandomness(seed), population, DAY)


def age(born: date) -> int:
    return DAY.year - born.year - ((DAY.month, DAY.day) < (born.month, born.day))


@pytest.fixture(scope="module", params=SIZES)
def households(request: pytest.FixtureRequest) -> list[InventedHousehold]:
    return invent(request.param)


@pytest.mark.parametrize("population", SIZES)
def test_there_are_as_many_people_as_asked_for(population: int) -> None:
    assert sum(len(household.members) for household in invent(population)) == population


def test_the_same_seed_makes_the_same_people_and_another_makes_others() -> None:
    assert invent(500) == invent(500)
    assert invent(500) != invent(500, b"2")


def test_every_municipality_of_the_demo_has_people(households: list[InventedHousehold]) -> None:
    people = Counter(household.municipality_code for household in households for _ in household.members)
    assert set(people) == set(DEMO_MUNICIPALITIES)
    assert min(people.values()) >= 10


def test_no_minor_lives_alone_or_heads_a_household(households: list[InventedHousehold]) -> None:
    assert all(age(household.members[0].birth_date) >= 18 for household in households)


def test_each_household_has_one_head_who_comes_first(households: list[InventedHousehold]) -> None:
    for household in households:
        heads = [member.relationship is Relationship.HEAD for member in household.members]
        assert heads == [True] + [False] * (len(heads) - 1)


def test_spouses_are_adults_of_the_other_sex_and_there_is_one_at_most(households: list[InventedHousehold]) -> None:
    for household in households:
        spouses = [member for member in household.members if member.relationship in SPOUSES]
        assert len(spouses) <= 1
        for spouse in spouses:
            assert age(spouse.birth_date) >= 18
            assert spouse.sex is not household.members[0].sex
            assert (spouse.relationship is Relationship.WIFE) == (spouse.sex is Sex.FEMALE)


def test_children_are_minors_and_younger_than_the_head_and_grandparents_older(
    households: list[InventedHousehold],
) -> None:
    for household in households:
        head = age(household.members[0].birth_date)
        for member in household.members:
            if member.relationship is Relationship.CHILD:
                assert age(member.birth_date) < 18
                assert head - age(member.birth_date) >= 12
            if member.relationship in {Relationship.MOTHER, Relationship.FATHER}:
                assert age(member.birth_date) - head >= 20


def test_a_household_shares_a_family_name_and_nobody_arrived_before_the_youngest_was_born(
    households: list[InventedHousehold],
) -> None:
    for household in households:
        assert len({member.name.family for member in household.members}) == 1
        assert max(member.birth_date for member in household.members) <= household.resident_since <= DAY


def test_the_usual_shapes_of_households_all_occur() -> None:
    shapes = {frozenset(member.relationship for member in household.members) for household in invent(2_000)}
    assert frozenset({Relationship.HEAD}) in shapes
    assert frozenset({Relationship.HEAD, Relationship.WIFE}) in shapes
    assert frozenset({Relationship.HEAD, Relationship.WIFE, Relationship.CHILD}) in shapes
    assert frozenset({Relationship.HEAD, Relationship.CHILD}) in shapes
    assert any(Relationship.MOTHER in shape for shape in shapes)


def test_no_two_children_of_a_household_are_born_too_close_together(households: list[InventedHousehold]) -> None:
    for household in households:
        births = sorted(one.birth_date for one in household.members if one.relationship is Relationship.CHILD)
        assert all((later - earlier).days >= 300 for earlier, later in itertools.pairwise(births))
