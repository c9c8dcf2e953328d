"""Reading the table: enumerated against a second reading of the coded rows, days compared, unused rows found."""

import csv
import itertools
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mizuhiki.vocabulary import statute
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, kind_of
from mizuhiki.vocabulary.statute import (
    AskedCombination,
    Change,
    NoStatuteRow,
    RowFilter,
    StatuteRowNotInForce,
    StatuteTable,
    class_name,
    compare_days,
    kind_name,
    papers_before,
    papers_replaced,
    procedures,
    published_counts,
    remark,
    rows_in_force,
    unused_rows,
)

TABLE = StatuteTable.load()
FOLDER = Path(statute.__file__).parent
DAY = timedelta(days=1)
NAMES_IN_LAW = {
    "municipality-452025": ("municipality",),
    "municipality-131032": ("municipality",),
    # One of the twenty designated cities; no other body here has a second name as an inquirer.
    "municipality-141003": ("municipality", "designated-city"),
    "prefecture-45": ("prefecture",),
    "prefecture-welfare-45": ("prefecture",),
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
"""A body of every kind and the names under which the table speaks of it when it asks; the last ones are in no row."""
COLLECTIVE = {"health-insurance-society": ("medical-insurers",)}
"""What the table calls a body besides when it is asked."""
DESIGNATED = "designated-city"


def coded() -> dict[tuple[str, str, str, str], list[tuple[str, str]]]:
    """Read the coded files again with no code of the product: (asks, procedure, asked, kind) to spans of days."""
    found: dict[tuple[str, str, str, str], list[tuple[str, str]]] = {}
    for name in ("table2.csv", "practice.csv"):
        lines = [line for line in (FOLDER / name).read_text("utf-8").splitlines() if not line.startswith("#")]
        for row in csv.DictReader(lines):
            for asked in filter(None, row["procedures"].split(" ")):
                key = (row["inquirer_class"], asked, row["provider_class"], row["kind"])
                found.setdefault(key, []).append((row["valid_from"], row["valid_until"] or "9999-12-31"))
    return found


CODED = coded()
BOUNDARIES = sorted({edge for spans in CODED.values() for span in spans for edge in span if edge < "9999"})
DAYS = sorted({date.fromisoformat(edge) + step for edge in BOUNDARIES for step in (-DAY, timedelta(), DAY)})


def asked_of(provider: str) -> tuple[str, ...]:
    """Return the names under which the table speaks of a body that is asked."""
    own = tuple(name for name in NAMES_IN_LAW[provider] if name != DESIGNATED)
    return own + COLLECTIVE.get(provider, ())


def test_the_cross_product_has_a_body_of_every_kind() -> None:
    assert {kind_of(InstitutionId(name)) for name in NAMES_IN_LAW} == set(InstitutionKind)


@pytest.mark.requirement("R-031", "R-032")
def test_the_full_cross_product_has_no_false_allow_and_no_false_deny() -> None:
    kinds = sorted({row.kind for row in TABLE.rows})
    asked, allowed = 0, set()
    for (inquirer, names), provider in itertools.product(NAMES_IN_LAW.items(), NAMES_IN_LAW):
        for procedure, kind in itertools.product(procedures(), kinds):
            spans = [
                span
                for name, other in itertools.product(names, asked_of(provider))
                for span in CODED.get((name, procedure.code, other, kind), [])
            ]
            question = (InstitutionId(inquirer), procedure.affair, procedure.code, InstitutionId(provider), kind)
            for day in DAYS:
                expected = inquirer != provider and any(first <= day.isoformat() <= last for first, last in spans)
                try:
                    row = TABLE.permit(*question, day)
                except (NoStatuteRow, StatuteRowNotInForce):
                    assert not expected, (question, day)
                else:
                    assert expected, (question, day, row.number)
                    allowed.add((row.inquirer_class, procedure.code, row.provider_class, kind))
                asked += 1
    assert asked == len(NAMES_IN_LAW) ** 2 * len(procedures()) * len(kinds) * len(DAYS)
    runs_here = {*itertools.chain(*NAMES_IN_LAW.values()), *itertools.chain(*COLLECTIVE.values())}
    assert allowed == {key for key in CODED if key[0] in runs_here and key[2] in runs_here}


@pytest.mark.requirement("R-226")
def test_days_are_compared_at_the_boundary() -> None:
    start = date(2019, 11, 13)
    began = [one.row.number for one in compare_days(TABLE.rows, start - DAY, start) if one.change is Change.BEGAN]
    assert "2-75" in began
    assert "2-74" not in began
    assert not [one for one in compare_days(TABLE.rows, start, start + DAY) if one.change is not Change.STAYED]
    ended = list(compare_days(TABLE.rows, date(2024, 5, 26), date(2024, 5, 27)))
    assert {one.change for one in ended} == {Change.ENDED}
    assert len(ended) == len(rows_in_force(TABLE.rows, date(2024, 5, 26)))


@given(st.dates(date(2017, 1, 1), date(2025, 1, 1)), st.dates(date(2017, 1, 1), date(2025, 1, 1)))
def test_a_comparison_accounts_for_every_row_of_both_days(one: date, other: date) -> None:
    changes = compare_days(TABLE.rows, one, other)
    on_one = {id(change.row) for change in changes if change.change in {Change.ENDED, Change.STAYED}}
    on_other = {id(change.row) for change in changes if change.change in {Change.BEGAN, Change.STAYED}}
    assert on_one == {id(row) for row in rows_in_force(TABLE.rows, one)}
    assert on_other == {id(row) for row in rows_in_force(TABLE.rows, other)}


def test_a_filter_narrows_and_an_empty_one_does_not() -> None:
    assert all(RowFilter().matches(row) for row in TABLE.rows)
    child = RowFilter(affair="child-allowance", kind="local-tax", permitting_only=True)
    assert {row.number for row in TABLE.rows if child.matches(row)} == {"2-74"}


def test_rows_that_permit_and_were_never_asked_are_unused() -> None:
    day = date(2019, 12, 2)
    permitting = {
        (row.number, row.provider_class, row.kind) for row in rows_in_force(TABLE.rows, day) if row.procedures
    }
    key = lambda rows: {(row.number, row.provider_class, row.kind) for row in rows}  # noqa: E731 - one local word
    assert key(unused_rows(TABLE.rows, day, [])) == permitting
    asked = AskedCombination(
        "municipality", "child-allowance", "child-allowance.claim", "pension-service", "pension-enrolment"
    )
    assert permitting - key(unused_rows(TABLE.rows, day, [asked])) == {("2-75", "pension-service", "pension-enrolment")}
    assert unused_rows(TABLE.rows, date(2017, 1, 1), []) == []


@pytest.mark.requirement("R-226", "R-227", "R-228")
def test_published_counts_add_up_and_stand_beside_the_table() -> None:
    counts = published_counts()
    assert [(one.full_operation, one.trial_operation, one.pensions_in_preparation, one.total) for one in counts] == [
        (853, 84, 935, 1872),
        (1221, 19, 1056, 2296),
    ]
    assert [dict(one.trial_items) for one in counts] == [
        {"障害者手帳": 72, "特別支援": 4, "高額介護": 8},
        {"国民健康保険": 9, "農業者年金基金": 10},
    ]
    assert [one.since for one in counts] == [date(2017, 11, 13), date(2018, 10, 9)]
    for count in counts:
        assert count.full_operation + count.trial_operation + count.pensions_in_preparation == count.total
        assert sum(number for _name, number in count.trial_items) == count.trial_operation


def test_every_class_and_kind_has_a_name_in_both_languages() -> None:
    for row in TABLE.rows:
        for name in (class_name(row.inquirer_class), class_name(row.provider_class), kind_name(row.kind)):
            assert name.in_language("ja") == name.ja
            assert name.in_language("en") == name.en != name.ja


def test_what_a_row_says_besides_is_told_in_both_languages() -> None:
    for text in {text for row in TABLE.rows for text in (row.reason, row.condition) if text}:
        assert remark(text, "en") == text
        assert not remark(text, "ja").isascii()
        assert remark(text, "ja") != text


@pytest.mark.requirement("R-217")
def test_every_paper_the_examples_name_is_replaced_by_a_row_of_the_table() -> None:
    for known in procedures():
        papers = papers_before(known.code)
        assert papers, known.code
        rows = [row for row in TABLE.rows if known.code in row.procedures]
        assert {paper.kind for paper in papers} == {row.kind for row in rows}, known.code
        assert papers_replaced(known.code, "no such kind") == ()
    assert papers_before("no-such.procedure") == ()
