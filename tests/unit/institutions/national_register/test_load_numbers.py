"""Numbers made in bulk are taken in by the rules of single ones, and municipalities get them when they ask."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from mizuhiki.crypto.bulk_number_generation import BulkNumberGenerator
from mizuhiki.crypto.keystore import SecretKey
from mizuhiki.institutions.national_register.domain.errors import (
    CodeAlreadyNumbered,
    CodeNotInBundle,
    NumberDoesNotMatchCode,
)
from mizuhiki.institutions.national_register.domain.records import NumberLine
from mizuhiki.institutions.national_register.operations.load_numbers import MadeNumber
from mizuhiki.institutions.national_register.operations.service import NationalRegister
from mizuhiki.numbering.bulk import BulkRun, number_in_bulk
from mizuhiki.numbering.errors import OutputTaken
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode
from mizuhiki.world import load_numbers
from support.municipality import Country, make_country

TOWN, OTHER_TOWN = "452025", "131130"


@pytest.fixture
def country(database_url: str) -> Iterator[Country]:
    made = make_country(database_url)
    yield made
    made.close()


def register(country: Country) -> NationalRegister:
    operations: NationalRegister = country.apps["national-register"].operations
    return operations


def as_role(country: Country, role: str) -> Context:
    return country.context(role, "number-assignment", institution="national-register")


def bundle(country: Country, town: str = TOWN, count: int = 25) -> tuple[ResidentRecordCode, ...]:
    allocated = register(country).allocate_resident_record_codes(
        as_role(country, "peer"), municipality_code=town, request_id="bundle-for-bulk", count=count
    )
    return allocated.codes


def make(country: Country, folder: Path, codes: tuple[ResidentRecordCode, ...], key: SecretKey | None = None) -> None:
    folder.mkdir()
    (folder / "codes.txt").write_text("".join(f"{code.reveal()}\n" for code in codes), encoding="ascii")
    run = BulkRun(codes=folder / "codes.txt", out=folder / "out", chunk_rows=10)
    number_in_bulk(run, key or register(country).number_key)


def take_in(country: Country, folder: Path, role: str = "number-officer") -> tuple[int, int]:
    return load_numbers.take_in(
        register(country),
        as_role(country, role),
        codes=folder / "codes.txt",
        out=folder / "out",
        key_check=BulkNumberGenerator(register(country).number_key).key_check,
        tell=lambda _work, _done, _of: None,
    )


def ask(
    country: Country, town: str, lines: list[tuple[str, ResidentRecordCode]]
) -> list[tuple[IndividualNumber | None, str]]:
    outcomes = register(country).generate_numbers(
        as_role(country, "peer"), municipality_code=town, lines=[NumberLine(name, code) for name, code in lines]
    )
    return [(one.number, one.refusal) for one in outcomes]


@pytest.mark.requirement("R-013")
def test_a_loaded_number_is_the_one_the_municipality_gets(country: Country, tmp_path: Path) -> None:
    codes = bundle(country)
    make(country, tmp_path / "bulk", codes)
    assert take_in(country, tmp_path / "bulk") == (25, 25)
    assert register(country).counts()["numbered"] == 25
    made = BulkNumberGenerator(register(country).number_key)
    answers = ask(country, TOWN, [(f"line-{row}", code) for row, code in enumerate(codes)])
    assert [number.reveal() for number, _ in answers if number] == [
        f"{number:012d}" for number in _numbers(made, codes)
    ]
    assert ask(country, TOWN, [("line-0", codes[0])]) == answers[:1], "asked again, the same"
    assert register(country).counts()["numbered"] == 25


def _numbers(made: BulkNumberGenerator, codes: tuple[ResidentRecordCode, ...]) -> list[int]:
    import numpy as np  # noqa: PLC0415 - for one expectation

    return [int(one) for one in made.numbers(np.array([int(code.reveal()) for code in codes], dtype=np.uint64), 0)]


@pytest.mark.requirement("R-009")
def test_a_loaded_code_is_given_to_one_line_and_to_its_own_municipality_only(country: Country, tmp_path: Path) -> None:
    codes = bundle(country)
    make(country, tmp_path / "bulk", codes)
    take_in(country, tmp_path / "bulk")
    assert ask(country, OTHER_TOWN, [("line", codes[0])]) == [(None, CodeNotInBundle.code)]
    first, second = ask(country, TOWN, [("line-a", codes[0]), ("line-b", codes[0])])
    assert first[0] is not None
    assert second == (None, CodeAlreadyNumbered.code)
    assert ask(country, TOWN, [("line-c", codes[0])]) == [(None, CodeAlreadyNumbered.code)]


@pytest.mark.requirement("R-013")
def test_taking_in_again_and_after_single_numbers_adds_only_what_is_missing(country: Country, tmp_path: Path) -> None:
    codes = bundle(country)
    [(number, _)] = ask(country, TOWN, [("line-before", codes[3])])
    make(country, tmp_path / "bulk", codes)
    assert take_in(country, tmp_path / "bulk") == (25, 24)
    assert take_in(country, tmp_path / "bulk") == (25, 0)
    assert ask(country, TOWN, [("line-before", codes[3])]) == [(number, "")]
    assert register(country).counts()["numbered"] == 25


@pytest.mark.requirement("R-009")
def test_one_bad_row_is_named_and_nothing_is_stored(country: Country, tmp_path: Path) -> None:
    codes = bundle(country)
    stranger = ResidentRecordCode.parse("00000000000")
    make(country, tmp_path / "bulk", (*codes[:22], stranger, *codes[22:]))
    with pytest.raises(CodeNotInBundle) as refused:
        take_in(country, tmp_path / "bulk")
    assert refused.value.fields["row"] == 23
    assert register(country).counts()["numbered"] == 0


@pytest.mark.requirement("R-009")
def test_a_number_of_another_code_and_a_code_that_stands_twice_are_refused(country: Country) -> None:
    one, two = bundle(country, count=2)
    key = BulkNumberGenerator(register(country).number_key)
    first, second = (IndividualNumber.parse(f"{number:012d}") for number in _numbers(key, (one, two)))
    officer = as_role(country, "number-officer")
    with pytest.raises(NumberDoesNotMatchCode):
        register(country).load_numbers(officer, [MadeNumber(1, one, second)])
    with pytest.raises(CodeAlreadyNumbered) as refused:
        register(country).load_numbers(officer, [MadeNumber(1, one, first), MadeNumber(2, one, first)])
    assert refused.value.fields["row"] == 2
    assert register(country).counts()["numbered"] == 0


def test_an_output_of_another_key_or_of_other_codes_is_refused(country: Country, tmp_path: Path) -> None:
    codes = bundle(country)
    make(country, tmp_path / "foreign", codes, SecretKey(bytes(range(32))))
    with pytest.raises(OutputTaken):
        take_in(country, tmp_path / "foreign")
    make(country, tmp_path / "bulk", codes)
    lines = (tmp_path / "bulk" / "codes.txt").read_text(encoding="ascii").splitlines()
    (tmp_path / "bulk" / "codes.txt").write_text("\n".join(reversed(lines)) + "\n", encoding="ascii")
    with pytest.raises(OutputTaken):
        take_in(country, tmp_path / "bulk")
    assert register(country).counts()["numbered"] == 0


def test_only_the_number_officer_takes_numbers_in_and_every_batch_is_audited(country: Country, tmp_path: Path) -> None:
    make(country, tmp_path / "bulk", bundle(country))
    for role in ("peer", "card-maker"):
        with pytest.raises(ActionNotPermitted):
            take_in(country, tmp_path / "bulk", role)
    take_in(country, tmp_path / "bulk")
    path = country.databases["national-register"].removeprefix("sqlite:///")
    if path.startswith("/"):
        connection = sqlite3.connect(path)
        rows = connection.execute("SELECT fields FROM audit_event WHERE event = 'numbers-loaded'").fetchall()
        connection.close()
        assert len(rows) == 3, "three chunks"
