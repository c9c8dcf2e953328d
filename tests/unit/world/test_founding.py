"""How many people a world may have, and what a founded world holds."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from mizuhiki.runtime.clock import SystemClock
from mizuhiki.vocabulary.dates import legal_age_on
from mizuhiki.world.errors import PopulationOutOfRange
from mizuhiki.world.family import story_household
from mizuhiki.world.founding import LARGEST_POPULATION, SMALLEST_POPULATION, require_population
from mizuhiki.world.local import LocalStage
from mizuhiki.world.nation.plan import DEMO_MUNICIPALITIES, plan_nation
from mizuhiki.world.progress import Progress
from mizuhiki.world.roster import read_roster
from mizuhiki.world.up import _found
from support.nation import DAY, POPULATION, founded_nation, module_stage

__all__ = ["founded_nation", "module_stage"]


@pytest.mark.parametrize("population", [-1, 0, 5, SMALLEST_POPULATION - 1, LARGEST_POPULATION + 1])
def test_a_population_that_cannot_be_invented_is_refused_before_anything_is_written(
    tmp_path: Path, population: int
) -> None:
    data = tmp_path / "world"
    with pytest.raises(PopulationOutOfRange, match="40 and 200,000"):
        _found(data, 8080, seed=1, population=population, progress=Progress())
    assert not data.exists()


@pytest.mark.parametrize("population", [SMALLEST_POPULATION, LARGEST_POPULATION])
def test_the_bounds_themselves_are_possible(population: int) -> None:
    require_population(population)


def test_the_roster_says_how_the_world_was_founded(founded_nation: Path) -> None:
    roster = read_roster(founded_nation)
    assert roster is not None
    assert (roster.seed, roster.population, roster.world_date) == (1, POPULATION, DAY)
    assert len(roster.phases) == 10
    assert all(phase.seconds > 0 for phase in roster.phases)
    assert roster.started_at <= SystemClock().now()


def test_one_can_act_as_the_family_and_as_adults_of_every_municipality(founded_nation: Path) -> None:
    roster = read_roster(founded_nation)
    assert roster is not None
    assert {"parent", "mother"} <= {person.key for person in roster.people}
    assert len({person.key for person in roster.people}) == len(roster.people)
    assert {person.municipality for person in roster.people} == set(DEMO_MUNICIPALITIES)
    assert all(legal_age_on(person.birth_date, DAY) >= 20 for person in roster.people)


def test_every_resident_is_in_the_register_with_a_number(module_stage: LocalStage) -> None:
    for person in module_stage.roster.people:
        city = next(one.institution for one in plan_nation() if one.institution.endswith(person.municipality))
        clerk = module_stage.context(city, "counter-clerk", "resident-register", "住民基本台帳法", "look")
        assert module_stage.operations(city).resident(clerk, person.resident).name.full == person.name


def test_after_the_founding_nothing_waits_anywhere(module_stage: LocalStage) -> None:
    assert module_stage.pump() == 0


def test_the_family_of_the_story_has_a_mother_who_can_bear_its_child() -> None:
    father, mother, child = story_household(DAY).members
    assert father.birth_date.year < mother.birth_date.year < child.birth_date.year
    assert (date(2019, 12, 2) - child.birth_date).days > 280
