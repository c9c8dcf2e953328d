"""Draws ages and sexes by the pyramid, birth dates, names and addresses."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

from mizuhiki.crypto.randomness import Randomness
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.persons import Sex, age_pyramid

Item = TypeVar("Item")
OLDEST_GROUP = 100
YEARS_IN_GROUP = 5


@dataclass(frozen=True, slots=True)
class DrawnPerson:
    """A person without a name yet."""

    birth_date: date
    sex: Sex
    age: int


@cache
def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((files("mizuhiki.world.people") / name).read_text(encoding="utf-8"))


def choose(randomness: Randomness, items: Sequence[Item]) -> Item:
    """Return one of the items."""
    return items[randomness.below(len(items))]


def shuffle(randomness: Randomness, items: list[Item]) -> list[Item]:
    """Return the items in a random order (Fisher-Yates)."""
    shuffled = list(items)
    for last in range(len(shuffled) - 1, 0, -1):
        other = randomness.below(last + 1)
        shuffled[last], shuffled[other] = shuffled[other], shuffled[last]
    return shuffled


def _quotas(count: int) -> list[tuple[int, Sex, int]]:
    """Split `count` over (first age of group, sex) by the pyramid, largest remainder first."""
    cells = [(row.age_from, row.sex, row.population) for row in age_pyramid()]
    total = sum(population for _, _, population in cells)
    shares = [(age, sex, count * population / total) for age, sex, population in cells]
    whole = [(age, sex, int(share)) for age, sex, share in shares]
    missing = count - sum(number for _, _, number in whole)
    order = sorted(range(len(shares)), key=lambda cell: whole[cell][2] - shares[cell][2])
    extra = set(order[:missing])
    return [(age, sex, number + (cell in extra)) for cell, (age, sex, number) in enumerate(whole)]


def draw_birth_date(randomness: Randomness, age: int, day: date) -> date:
    """Return a birth date of somebody who is `age` on `day` (birthday reached)."""
    latest = date(day.year - age, day.month, min(day.day, 28))
    return latest - timedelta(days=randomness.below(360))


def draw_people(randomness: Randomness, count: int, day: date) -> list[DrawnPerson]:
    """Return `count` people whose ages and sexes follow the pyramid as closely as whole people can."""
    people: list[DrawnPerson] = []
    for first_age, sex, number in _quotas(count):
        for _ in range(number):
            age = first_age if first_age >= OLDEST_GROUP else first_age + randomness.below(YEARS_IN_GROUP)
            people.append(DrawnPerson(draw_birth_date(randomness, age, day), sex, age))
    return shuffle(randomness, people)


def draw_family_name(randomness: Randomness) -> tuple[str, str]:
    """Return a family name with its reading."""
    family, kana = choose(randomness, _table("names.toml")["family"])
    return family, kana


def draw_name(randomness: Randomness, family: tuple[str, str], sex: Sex) -> PersonName:
    """Return a full name of the family."""
    given, kana = choose(randomness, _table("names.toml")["male" if sex is Sex.MALE else "female"])
    return PersonName(family=family[0], given=given, family_kana=family[1], given_kana=kana)


def draw_street(randomness: Randomness, municipality_code: str) -> str:
    """Return district and house number within a municipality."""
    district = choose(randomness, _table("places.toml")[municipality_code]["districts"])
    return f"{district}{randomness.below(80) + 1}番{randomness.below(30) + 1}号"


def population_of(municipality_code: str) -> int:
    """Return the municipality's published population, to share invented people by."""
    return int(_table("places.toml")[municipality_code]["population"])


def municipality_codes() -> tuple[str, ...]:
    """Return the municipalities people are invented for."""
    return tuple(code for code in _table("places.toml"))
