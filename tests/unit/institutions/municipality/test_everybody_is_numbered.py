"""Everybody who has a resident record has exactly one number, whoever they are (番号法7条1項; R-005, R-017)."""

from __future__ import annotations

import dataclasses
import sqlite3
from datetime import date

import pytest
from stdnum.jp import in_

from mizuhiki.institutions.municipality.domain.residents import (
    BirthForm,
    HouseholdEntry,
    MemberEntry,
    NumberingStage,
    ResidentRecord,
)
from mizuhiki.institutions.municipality.operations.service import MunicipalityOperations
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.persons import Relationship, Sex
from support.events import residence
from support.municipality import MIYAKONOJO, SHIBUYA, SHIBUYA_ADDRESS, Country, family

MARIA = MemberEntry(
    PersonName("SILVA", "MARIA"),
    date(1990, 4, 5),
    Sex.FEMALE,
    Relationship.HEAD,
    nationality="BR",
    residence=residence(),
)


def office(country: Country, name: str = MIYAKONOJO) -> MunicipalityOperations:
    operations: MunicipalityOperations = country.apps[name].operations
    return operations


def take_over(country: Country, *households: HouseholdEntry, name: str = MIYAKONOJO) -> list[ResidentRecord]:
    tokens = office(country, name).import_existing_residents(country.context("registrar", institution=name), households)
    clerk = country.context("counter-clerk", institution=name)
    return [office(country, name).resident(clerk, token) for token in tokens]


def foreign_home() -> HouseholdEntry:
    return dataclasses.replace(family("foreign"), registered_domicile="", members=(MARIA,))


@pytest.mark.requirement("R-005")
def test_every_record_of_every_register_has_exactly_one_valid_number(country: Country) -> None:
    records = [
        *take_over(country, *(family(f"h{number}") for number in range(9)), foreign_home()),
        *take_over(country, *(family(f"s{number}", SHIBUYA_ADDRESS) for number in range(4)), name=SHIBUYA),
    ]
    country.pump()
    numbers = [record.number.reveal() for record in records if record.number is not None]
    assert len(numbers) == len(records) == 9 * 3 + 1 + 4 * 3
    assert all(len(number) == 12 and in_.is_valid(number) for number in numbers)
    assert len(set(numbers)) == len(numbers)
    assert country.apps["national-register"].operations.counts()["numbered"] == len(records)
    for name in (MIYAKONOJO, SHIBUYA):
        connection = sqlite3.connect(country.databases[name].removeprefix("sqlite:///"))
        without = connection.execute("SELECT count(*) FROM residents WHERE number_encrypted IS NULL").fetchone()
        connection.close()
        assert without == (0,)


@pytest.mark.requirement("R-005")
def test_nobody_is_asked_and_a_number_cannot_be_declined(country: Country) -> None:
    """No step of the numbering takes a wish of the person: the form of a birth and the entries have none."""
    asked = {field.name for form in (BirthForm, HouseholdEntry, MemberEntry) for field in dataclasses.fields(form)}
    assert not [name for name in asked if "number" in name or "consent" in name or "wish" in name]


@pytest.mark.requirement("R-017")
def test_a_foreign_resident_is_numbered_like_anybody(country: Country) -> None:
    [maria], [father, *_] = take_over(country, foreign_home()), take_over(country, family())
    assert maria.nationality == "BR"
    assert (maria.stage, father.stage) == (NumberingStage.NOTIFIED, NumberingStage.NOTIFIED)
    assert maria.number is not None
    assert in_.is_valid(maria.number.reveal())
    clerk = country.context("counter-clerk")
    steps = [[line.step for line in office(country).numbering_steps(clerk, one.resident)] for one in (maria, father)]
    assert steps[0] == steps[1]


@pytest.mark.requirement("R-017")
def test_a_foreign_residents_child_born_here_is_numbered(country: Country) -> None:
    [maria] = take_over(country, foreign_home())
    form = BirthForm(
        request_id="birth-of-a-foreign-child",
        name=PersonName("SILVA", "ANA"),
        birth_date=date(2019, 11, 20),
        sex=Sex.FEMALE,
        household=maria.household,
        mother=maria.resident,
        father=None,
        notifier="mother",
        received_on=date(2019, 12, 2),
        registered_domicile="",
    )
    clerk, mayor = country.context("counter-clerk"), country.context("mayor")
    child = office(country).register_birth(clerk, form).resident
    office(country).request_number(clerk, child)
    office(country).designate_number(mayor, child)
    number = office(country).notify_number(mayor, child).number
    assert in_.is_valid(number.reveal())
    assert number != maria.number
