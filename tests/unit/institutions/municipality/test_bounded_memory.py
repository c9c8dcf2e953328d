"""Export and inspection read the register a slice at a time: nobody is held for longer than their slice."""

from __future__ import annotations

import csv
import gc
import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from mizuhiki.institutions.municipality.domain.copies.inspections import InspectionKind, InspectionRequest
from mizuhiki.institutions.municipality.domain.resident_package import FileWanted, Repertoire
from mizuhiki.institutions.municipality.domain.residents import HouseholdEntry, MemberEntry, ResidentRecord
from mizuhiki.institutions.municipality.operations import resident_files
from mizuhiki.institutions.municipality.operations.copies import inspect_register
from mizuhiki.institutions.municipality.store.sql_register import SqlRegister
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.persons import Relationship, Sex
from support.events import clerk, events_country, mayor, office, settle
from support.municipality import ADDRESS, Country

HOUSEHOLDS, SLICE = 40, 4
"""Of two people each."""
WIDE = FileWanted(Repertoire.WITHOUT_SELECTORS, receiver="旧システム")


@pytest.fixture
def country(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Country]:
    made = events_country(database_url)
    monkeypatch.setattr(resident_files, "HOUSEHOLDS_A_SLICE", SLICE)
    monkeypatch.setattr(resident_files, "PERSONS_A_SLICE", SLICE)
    monkeypatch.setattr(inspect_register, "HOUSEHOLDS_A_SLICE", SLICE)
    enter(made)
    yield made
    made.close()


def enter(country: Country) -> None:
    def member(given: str, relationship: Relationship, born: date) -> MemberEntry:
        return MemberEntry(PersonName("架空", given, "カクウ", "カナ"), born, Sex.FEMALE, relationship)

    entries = [
        HouseholdEntry(
            f"slice-{n}",
            f"{ADDRESS}-{n}",
            date(2010, 4, 1),
            "宮崎県都城市姫城町6番",
            (
                member(f"親\U000e0100{n}", Relationship.HEAD, date(1985, 2, 3)),
                member(f"子{n}", Relationship.CHILD, date(1984, 5, 5)),
            ),
        )
        for n in range(HOUSEHOLDS)
    ]
    office(country).import_existing_residents(country.context("registrar"), entries)


@pytest.fixture
def most_held(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many records exist when each slice is asked for: what was read before is dropped by then."""
    counts: list[int] = []
    read = SqlRegister.in_households

    def counted(self: SqlRegister, households: int) -> Iterator[list[ResidentRecord]]:
        for some in read(self, households):
            gc.collect()
            counts.append(sum(isinstance(one, ResidentRecord) for one in gc.get_objects()))
            assert len({one.household for one in some}) <= households
            yield some

    monkeypatch.setattr(SqlRegister, "in_households", counted)
    return counts


@pytest.mark.parametrize("wanted", [FileWanted(), WIDE])
def test_an_export_holds_two_slices_at_most(country: Country, most_held: list[int], wanted: FileWanted) -> None:
    gc.collect()
    before = sum(isinstance(one, ResidentRecord) for one in gc.get_objects())
    out = io.BytesIO()
    told = office(country).files.export(country.context("registrar"), wanted, into=out)
    assert (told.persons, len(most_held)) == (2 * HOUSEHOLDS, HOUSEHOLDS // SLICE)
    assert max(most_held) - before <= 2 * 2 * SLICE


def test_households_stand_together_head_first_though_they_are_read_in_slices(country: Country) -> None:
    out = io.BytesIO()
    office(country).files.export(country.context("registrar"), into=out)
    rows = list(csv.DictReader(io.StringIO(out.getvalue().decode(), newline="")))
    assert len(rows) == 2 * HOUSEHOLDS
    for head, other in zip(rows[::2], rows[1::2], strict=True):
        assert head["household"] == other["household"]
        assert (head["relationship"], other["relationship"]) == ("02", "20")
    assert len({row["household"] for row in rows}) == HOUSEHOLDS


def test_an_export_and_its_package_are_the_same_whatever_the_slice(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for size in (1, 7, 1000):
        monkeypatch.setattr(resident_files, "HOUSEHOLDS_A_SLICE", size)
        for wanted in (FileWanted(), WIDE):
            out = io.BytesIO()
            told = office(country).files.export(country.context("registrar"), wanted, into=out)
            assert told.converted == (0 if wanted.plain else 3 * HOUSEHOLDS)
            found.append(out.getvalue())
    assert found[0::2] == [found[0]] * 3
    assert found[1::2] == [found[1]] * 3


def test_a_measure_that_comes_after_the_gate_was_asked_still_withholds(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    with office(country).adapters.store.snapshot() as records:
        late = records.register.current_after("", 1)[0]
    asked = resident_files._withheld

    def then_marked(*parts: Any) -> set[str]:
        withheld = asked(*parts)
        office(country).start_measure(country.context("support-officer", person="o"), late, "a notice")
        return withheld

    monkeypatch.setattr(resident_files, "_withheld", then_marked)
    out = io.BytesIO()
    told = office(country).files.export(country.context("registrar"), into=out)
    assert (told.persons, told.withheld) == (2 * HOUSEHOLDS - 2, 2)


@pytest.mark.requirement("R-075")
def test_an_inspection_holds_the_lines_asked_for_and_two_slices_of_the_others(
    country: Country, most_held: list[int]
) -> None:
    settle(country)
    gc.collect()
    before = sum(isinstance(one, ResidentRecord) for one in gc.get_objects())
    request = InspectionRequest(
        InspectionKind.RESEARCH, "架空大学", "研究 一", "世論調査", ("閲覧 一",), "宮崎県都城市", handling="棚",
        publication="報告書", born_from=date(1985, 1, 1), born_until=date(1985, 12, 31),
    )  # fmt: skip
    desk = office(country).copies
    asked = desk.take_inspection(clerk(country), request)
    desk.decide_inspection(mayor(country), asked.inspection)
    lines = desk.show_inspection(clerk(country), asked.inspection, ("閲覧 一",))
    assert len(lines) == HOUSEHOLDS + 1
    assert max(most_held) - before <= 2 * (2 * SLICE + 1)  # one household has three
