"""Population by sex and five-year age group as published with card statistics (R-359).

Published totals are kept beside the rows as constants: the table's own total differs by 70 persons from the total
by class of municipality in the same publication, and both are facts.
"""

from __future__ import annotations

import csv
import functools
from dataclasses import dataclass
from importlib import resources

from mizuhiki.vocabulary.persons.four_items import Sex

PUBLISHED_MALE_POPULATION = 62_298_872
PUBLISHED_FEMALE_POPULATION = 65_408_317
PUBLISHED_POPULATION = 127_707_189
PUBLISHED_POPULATION_BY_MUNICIPALITY_CLASS = 127_707_259
PUBLISHED_MALE_CARDS = 8_330_262
PUBLISHED_FEMALE_CARDS = 7_312_143
PUBLISHED_CARDS = 15_642_405


@dataclass(frozen=True, slots=True)
class AgeGroup:
    """People of one sex aged `age_from` to `age_until` (both included; None: and above).

    `population` as of 2018-01-01, `cards_issued` as of 2018-12-01.
    """

    age_from: int
    age_until: int | None
    sex: Sex
    population: int
    cards_issued: int


@functools.cache
def age_pyramid() -> tuple[AgeGroup, ...]:
    """Return all groups, youngest first, male before female."""
    text = resources.files(__package__).joinpath("age_pyramid.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return tuple(
        AgeGroup(
            age_from=int(row["age_from"]),
            age_until=int(row["age_until"]) if row["age_until"] else None,
            sex=Sex(int(row["sex"])),
            population=int(row["population"]),
            cards_issued=int(row["cards_issued"]),
        )
        for row in rows
    )
