"""Ages and sexes by the published pyramid, judged by a computation of this file in exact fractions."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.vocabulary import persons
from mizuhiki.vocabulary.dates import legal_age_on
from mizuhiki.vocabulary.places import municipality
from mizuhiki.world.people import drawing

DAY = date(2019, 12, 2)


def published() -> dict[tuple[int, int], int]:
    """(first age, sex) to population, read from the published table without the program's reader."""
    text = (Path(persons.__file__).parent / "age_pyramid.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {(int(row["age_from"]), int(row["sex"])): int(row["population"]) for row in rows}


def largest_remainder(count: int) -> dict[tuple[int, int], int]:
    """Hamilton's method in exact fractions."""
    pyramid = published()
    total = sum(pyramid.values())
    exact = {cell: Fraction(count * people, total) for cell, people in pyramid.items()}
    seats = {cell: int(share) for cell, share in exact.items()}
    by_remainder = sorted(exact, key=lambda cell: seats[cell] - exact[cell])
    for cell in by_remainder[: count - sum(seats.values())]:
        seats[cell] += 1
    return seats


@pytest.mark.parametrize("count", [1, 12, 37, 353, 2_000, 9_999])
def test_people_fill_the_pyramid_exactly(count: int) -> None:
    people = drawing.draw_people(SeededRandomness(b"pyramid"), count, DAY)
    drawn = Counter((min(person.age - person.age % 5, 100), int(person.sex)) for person in people)
    assert drawn == {cell: number for cell, number in largest_remainder(count).items() if number}


@given(count=st.integers(min_value=0, max_value=20_000))
@settings(deadline=None)
def test_every_cell_is_within_one_person_of_its_share_and_none_is_lost(count: int) -> None:
    pyramid = published()
    total = sum(pyramid.values())
    quotas = drawing._quotas(count)
    assert sum(number for _, _, number in quotas) == count
    for age, sex, number in quotas:
        assert abs(number - Fraction(count * pyramid[(age, int(sex))], total)) < 1


@given(
    age=st.integers(min_value=0, max_value=110),
    day=st.dates(min_value=date(2016, 1, 1), max_value=date(2030, 12, 31)),
    seed=st.binary(min_size=1, max_size=4),
)
def test_somebody_drawn_for_an_age_has_it_on_that_day(age: int, day: date, seed: bytes) -> None:
    born = drawing.draw_birth_date(SeededRandomness(seed), age, day)
    assert born <= day
    birthdays = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    assert birthdays == age
    assert legal_age_on(born, day) in {age, age + 1}


def test_shuffling_loses_nobody_and_changes_the_order() -> None:
    items = list(range(100))
    shuffled = drawing.shuffle(SeededRandomness(b"order"), items)
    assert sorted(shuffled) == items
    assert shuffled != items
    assert items == list(range(100))


def test_every_municipality_people_are_invented_for_exists_and_has_streets() -> None:
    for code in drawing.municipality_codes():
        assert municipality(code).code == code
        assert drawing.population_of(code) > 0
        assert drawing.draw_street(SeededRandomness(b"street"), code).endswith("号")
