"""Every combination of bodies, affair, kind and day against a golden file that was not made from the table's rows."""

from __future__ import annotations

import importlib.util
import itertools
import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from mizuhiki.vocabulary.affairs import AffairNotLawful, AffairOfOthers
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, kind_of
from mizuhiki.vocabulary.statute import (
    LinkageQuestion,
    NoStatuteRow,
    StatuteRowNotInForce,
    StatuteTable,
    permit_inquiry,
    procedures,
)

TABLE = StatuteTable.load()
GOLDEN = Path(__file__).parent / "golden" / "permitted-combinations.toml"
WRITER = GOLDEN.with_name("write_permitted_combinations.py")
DAY = timedelta(days=1)


class Combination(NamedTuple):
    """A line of the golden file."""

    source: str
    inquirer: str
    affair: str
    procedure: str
    provider: str
    kind: str
    first: str
    last: str


NAMES_IN_LAW = {
    "municipality-452025": ("municipality",),
    # One of the twenty designated cities; no other body here has a second name as an inquirer.
    "municipality-141003": ("municipality", "designated-city"),
    "prefecture-45": ("prefecture",),
    "prefecture-welfare-13": ("prefecture",),
    "prefectural-board-of-education-45": ("prefectural-board-of-education",),
    "pension-service": ("pension-service",),
    "public-employment-office": ("public-employment-office",),
    "health-insurance-society": ("health-insurance-society",),
    "student-services-organization": ("student-services-organization",),
    "tax-agency": ("tax-agency",),
    "portal": (),
    "commission": (),
    "linkage-core": (),
    "national-register": (),
    "jpki": (),
    "outside-parties": (),
    "intermediate-pension-service": (),
}
"""A body of every kind, two where a body asks its like, and the names by which the law means it when it asks."""
NEVER_ASKED_AS = "designated-city"
RUNS_NOWHERE = {"health-insurance-association"}
"""Bodies of the golden file that this system has none of."""


def golden() -> tuple[dict[str, Any], list[Combination]]:
    """Read the golden file: its counts, and what it permits."""
    content = tomllib.loads(GOLDEN.read_text("utf-8"))
    return content, [Combination(*line) for line in content["permitted"]["combinations"]]


COUNTS, PERMITTED = golden()
CHANGES = {"2017-11-13", "2018-10-09", "2019-11-13", "2024-05-27"}
"""Full operation begins, is expanded, takes in pensions; the table's end."""
FIRST_AND_LAST = {date.fromisoformat(edge) for one in PERMITTED for edge in (one.first, one.last)}
DAYS = sorted(
    {day + step for day in FIRST_AND_LAST for step in (-DAY, timedelta(), DAY)}
    & {date.fromisoformat(day) + step for day in CHANGES for step in (-DAY, timedelta())}
)


def test_the_days_compared_are_both_sides_of_every_change() -> None:
    assert {day.isoformat() for day in DAYS} == set(COUNTS["in_force"])
    begun = {one.first for one in PERMITTED}
    over = {(date.fromisoformat(one.last) + DAY).isoformat() for one in PERMITTED}
    assert begun | over == CHANGES
    assert {kind_of(InstitutionId(name)) for name in NAMES_IN_LAW} == set(InstitutionKind)


@pytest.mark.requirement("R-031", "R-032")
def test_the_full_cross_product_has_no_false_allow_and_no_false_deny() -> None:
    spans = {
        (one.inquirer, one.affair, one.procedure, one.provider, one.kind): (one.first, one.last) for one in PERMITTED
    }
    assert len(spans) == len(PERMITTED), "a combination stands in the golden file once"
    kinds = sorted({row.kind for row in TABLE.rows})
    days = [(day, day.isoformat()) for day in DAYS]
    asked, met = 0, set()
    for (inquirer, names), provider in itertools.product(NAMES_IN_LAW.items(), NAMES_IN_LAW):
        holders = [name for name in NAMES_IN_LAW[provider] if name != NEVER_ASKED_AS] if inquirer != provider else []
        for procedure, kind in itertools.product(procedures(), kinds):
            question = (InstitutionId(inquirer), procedure.affair, procedure.code, InstitutionId(provider), kind)
            keys = [
                key
                for name, holder in itertools.product(names, holders)
                if (key := (name, procedure.affair, procedure.code, holder, kind)) in spans
            ]
            met.update(keys)
            for day, word in days:
                expected = any(spans[key][0] <= word <= spans[key][1] for key in keys)
                assert permitted(question, day) is expected, ("deny" if expected else "allow", question, word)
                asked += 1
    assert asked == len(NAMES_IN_LAW) ** 2 * len(procedures()) * len(kinds) * len(DAYS)
    assert met == {key for key in spans if key[0] not in RUNS_NOWHERE}, "every line was asked about"


def permitted(question: tuple[InstitutionId, str, str, InstitutionId, str], day: date) -> bool:
    """Ask what commission, core and provider ask: the affair and the table."""
    inquirer, affair, procedure, provider, kind = question
    asked = LinkageQuestion(
        inquirer=inquirer, affair=affair, procedure=procedure, provider=provider, kinds=(kind,), day=day
    )
    try:
        permit_inquiry(TABLE, asked)
    except (NoStatuteRow, StatuteRowNotInForce, AffairNotLawful, AffairOfOthers):
        return False
    return True


@pytest.mark.requirement("R-031")
def test_rows_of_bodies_that_run_nowhere_permit_what_the_golden_file_says() -> None:
    """Such a body cannot ask `permit` anything: its rows are compared as they stand."""
    found = {
        (row.inquirer_class, row.affair, asked, row.provider_class, row.kind, str(row.valid_from), str(row.valid_until))
        for row in TABLE.rows
        for asked in row.procedures
    }
    assert found == {tuple(one[1:]) for one in PERMITTED}


@pytest.mark.requirement("R-226")
@pytest.mark.parametrize("day", DAYS, ids=str)
def test_as_many_combinations_are_permitted_on_a_day_as_the_golden_file_counts(day: date) -> None:
    rows = [row for row in TABLE.rows if row.valid_from <= day and (row.valid_until is None or day <= row.valid_until)]
    assert sum(len(row.procedures) for row in rows) == COUNTS["in_force"][day.isoformat()]


def test_the_golden_file_counts_what_it_holds() -> None:
    assert COUNTS["number"] == len(PERMITTED)
    sources = [one.source for one in PERMITTED]
    assert COUNTS["by_source"] == {source: sources.count(source) for source in sources}
    assert set(sources) >= {f"R-{number}" for number in range(234, 252)}, "every published example"


def test_the_golden_file_is_as_its_program_writes_it() -> None:
    spec = importlib.util.spec_from_file_location("write_permitted_combinations", WRITER)
    assert spec is not None
    assert spec.loader is not None
    writer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(writer)
    assert writer.content() == GOLDEN.read_text("utf-8")


@pytest.mark.requirement("R-226", "R-228")
@pytest.mark.parametrize(
    ("question", "first"),
    [
        pytest.param(
            ("municipality-452025", "child-allowance", "child-allowance.claim", "municipality-141003", "local-tax"),
            "2017-11-13",
            id="in full operation from the first day",
        ),
        pytest.param(
            (
                "municipality-452025",
                "child-allowance",
                "child-allowance.claim",
                "municipality-141003",
                "resident-record",
            ),
            "2018-10-09",
            id="known from the examples alone",
        ),
        pytest.param(
            (
                "municipality-452025",
                "childcare-support",
                "childcare-support.certification",
                "prefecture-45",
                "disability",
            ),
            "2018-10-09",
            id="disability certificates were in trial",
        ),
        pytest.param(
            (
                "prefectural-board-of-education-45",
                "special-needs-education-support",
                "special-needs-education-support.application",
                "municipality-452025",
                "local-tax",
            ),
            "2018-10-09",
            id="special needs education was in trial",
        ),
        pytest.param(
            (
                "municipality-141003",
                "mental-health",
                "mental-health.disability-certificate",
                "pension-service",
                "pension-benefit",
            ),
            "2019-11-13",
            id="pensions",
        ),
    ],
)
def test_nothing_is_asked_for_before_a_source_says_it_was(question: tuple[str, str, str, str, str], first: str) -> None:
    inquirer, affair, procedure, provider, kind = question
    asked = (InstitutionId(inquirer), affair, procedure, InstitutionId(provider), kind)
    assert TABLE.permit(*asked, date.fromisoformat(first))
    with pytest.raises(StatuteRowNotInForce) as refused:
        TABLE.permit(*asked, date.fromisoformat(first) - DAY)
    assert refused.value.fields["since"] == first
