"""Mutants of `tests/mutants` fit the code of today, and what is claimed done can be seen to break."""

from __future__ import annotations

import pytest

from architecture.source_tree import ROOT
from mizuhiki.cli.requirements import read_markers, read_register
from support.mutants import Mutant, misfits, read_mutants

MUTANTS = read_mutants(ROOT)


@pytest.mark.parametrize("letter", MUTANTS)
def test_every_mutant_changes_one_place_of_the_source(letter: str) -> None:
    assert misfits(MUTANTS[letter]) == []
    assert all(mutant.why for mutant in MUTANTS[letter])


@pytest.mark.parametrize("letter", MUTANTS)
def test_every_mutant_breaks_a_requirement_of_its_section_that_tests_carry(letter: str) -> None:
    section = {requirement.id for requirement in read_register(ROOT) if requirement.section.startswith(f"{letter}. ")}
    markers = read_markers(ROOT)
    broken = {mutant.requirement for mutant in MUTANTS[letter]}
    assert broken - section == set()
    assert [identifier for identifier in sorted(broken) if not markers.get(identifier)] == []


@pytest.mark.parametrize("letter", MUTANTS)
def test_every_requirement_done_in_a_section_with_mutants_has_one(letter: str) -> None:
    done = {
        requirement.id
        for requirement in read_register(ROOT)
        if requirement.section.startswith(f"{letter}. ") and requirement.status == "done"
    }
    assert sorted(done - {mutant.requirement for mutant in MUTANTS[letter]}) == []


def test_a_mutant_that_fits_nowhere_or_twice_is_seen() -> None:
    here = "src/mizuhiki/cli/requirements.py"
    fits = Mutant("R-001", here, 'MARKER = "requirement"', 'MARKER = "proves"', "markers go unread")
    assert misfits([fits], ROOT) == []
    for old in ("a rule that is not there", "identifier"):
        assert len(misfits([Mutant("R-001", here, old, "", "nothing")], ROOT)) == 1
    assert len(misfits([Mutant("R-001", "tests/conftest.py", "pytest_addoption", "x", "no source")], ROOT)) == 1
