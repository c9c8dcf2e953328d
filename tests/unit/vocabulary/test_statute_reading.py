"""Reading the table: days compared, rows narrowed, unused rows found, what was published stands beside it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.statute import (
    LAST_DAY_OF_TABLE_TWO,
    AskedCombination,
    Change,
    RowFilter,
    StatuteRowNotInForce,
    StatuteTable,
    class_name,
    compare_days,
    ended_with_table_two,
    kind_name,
    papers_before,
    papers_replaced,
    procedures,
    published_counts,
    remark,
    row_out_of_force,
    rows_in_force,
    unused_rows,
)

TABLE = StatuteTable.load()
DAY = timedelta(days=1)


@pytest.mark.requirement("R-226")
def test_days_are_compared_at_the_boundary() -> None:
    start = date(2019, 11, 13)
    began = [one.row.number for one in compare_days(TABLE.rows, start - DAY, start) if one.change is Change.BEGAN]
    assert "2-75" in began
    assert "2-74" not in began
    assert not [one for one in compare_days(TABLE.rows, start, start + DAY) if one.change is not Change.STAYED]
    expanded = date(2018, 10, 9)
    began = [one.row for one in compare_days(TABLE.rows, expanded - DAY, expanded) if one.change is Change.BEGAN]
    assert {"2-37", "practice-235", "practice-240"} <= {row.number for row in began}
    assert {row.kind for row in began if row.number.startswith("2-") and row.number != "2-37"} == {"disability"}
    assert not any("pension-service" in {row.inquirer_class, row.provider_class} for row in began)
    ended = list(compare_days(TABLE.rows, date(2024, 5, 26), date(2024, 5, 27)))
    assert {one.change for one in ended} == {Change.ENDED}
    assert len(ended) == len(rows_in_force(TABLE.rows, date(2024, 5, 26)))


def test_rows_that_ended_with_table_two_are_told_unless_another_row_takes_their_place() -> None:
    assert {row.valid_until for row in TABLE.rows if row.number.startswith("2-")} == {LAST_DAY_OF_TABLE_TWO}
    after = LAST_DAY_OF_TABLE_TWO + DAY
    assert ended_with_table_two(TABLE.rows, LAST_DAY_OF_TABLE_TWO) == []
    ended = ended_with_table_two(TABLE.rows, after)
    assert ended == rows_in_force(TABLE.rows, LAST_DAY_OF_TABLE_TWO)
    successor = replace(ended[0], number="order-1", valid_from=after, valid_until=None)
    rows = (*TABLE.rows, successor)
    assert ended_with_table_two(rows, after) == ended[1:]


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2018, 10, 8), "practice-235 (in force from 2018-10-09)"),
        (date(2024, 5, 27), "practice-235 (in force until 2024-05-26)"),
    ],
    ids=str,
)
def test_a_row_out_of_force_is_told_with_its_first_or_its_last_day(day: date, words: str) -> None:
    asker, asked = InstitutionId("municipality-452025"), InstitutionId("municipality-131032")
    with pytest.raises(StatuteRowNotInForce) as refused:
        TABLE.permit(asker, "child-allowance", "child-allowance.claim", asked, "resident-record", day)
    assert row_out_of_force(refused.value, day) == words


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
