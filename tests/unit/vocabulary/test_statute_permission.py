"""One inquiry and the law of a day: each kind by a row, the affair the inquirer's own, the reasons told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from mizuhiki.vocabulary.affairs import AffairNotLawful, AffairOfOthers, affair
from mizuhiki.vocabulary.errors import MizuhikiError
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.statute import (
    LinkageQuestion,
    NoStatuteRow,
    StatuteRowNotInForce,
    StatuteTable,
    Verdict,
    examine,
    permit_inquiry,
)

TABLE = StatuteTable.load()
MIYAKONOJO, MINATO = InstitutionId("municipality-452025"), InstitutionId("municipality-131032")


def question(**changes: Any) -> LinkageQuestion:
    values: dict[str, Any] = {
        "inquirer": MIYAKONOJO,
        "affair": "child-allowance",
        "procedure": "child-allowance.claim",
        "provider": MINATO,
        "kinds": ("local-tax",),
        "day": date(2019, 12, 2),
    }
    return LinkageQuestion(**{**values, **changes})


@pytest.mark.requirement("R-031")
def test_every_kind_needs_a_row_of_its_own() -> None:
    rows = permit_inquiry(TABLE, question(kinds=("local-tax", "resident-record")))
    assert [row.number for row in rows] == ["2-74", "practice-235"]
    with pytest.raises(NoStatuteRow):
        permit_inquiry(TABLE, question(kinds=("local-tax", "medical-insurance")))


REFUSED: list[tuple[dict[str, Any], type[MizuhikiError]]] = [
    ({"kinds": ()}, NoStatuteRow),
    ({"provider": MIYAKONOJO}, NoStatuteRow),
    ({"affair": "no-such-affair"}, AffairNotLawful),
    ({"affair": "student-aid", "procedure": "student-aid.application"}, AffairOfOthers),
    ({"day": date(2017, 11, 12)}, StatuteRowNotInForce),
    ({"day": date(2024, 5, 27)}, StatuteRowNotInForce),
    ({"day": date(2015, 12, 31)}, AffairNotLawful),
]


@pytest.mark.requirement("R-031")
@pytest.mark.parametrize(("changes", "error"), REFUSED, ids=str)
def test_what_is_refused_and_what_is_examined_agree(changes: dict[str, Any], error: type[MizuhikiError]) -> None:
    with pytest.raises(error) as refused:
        permit_inquiry(TABLE, question(**changes))
    examined = examine(TABLE, question(**changes))
    assert not examined.permitted
    assert examined.refusal is not None
    assert (examined.refusal.code, examined.refusal.fields) == (refused.value.code, refused.value.fields)
    assert (examined.permitting, examined.rule) == ((), "")


def test_a_permitted_question_is_examined_with_its_rule_and_the_other_rows() -> None:
    examined = examine(TABLE, question(kinds=("local-tax", "resident-record")))
    assert examined.permitted
    assert examined.rule.startswith("2-74 番号法19条8号")
    assert "; practice-235 " in examined.rule
    assert {one.verdict for one in examined.considered} >= {Verdict.PERMITS, Verdict.ANOTHER_KIND}


@pytest.mark.parametrize("day", [date(2017, 11, 13), date(2024, 5, 26)], ids=["first", "last"])
def test_the_first_and_the_last_day_of_a_row_count(day: date) -> None:
    assert examine(TABLE, question(day=day)).permitted


@pytest.mark.requirement("R-031")
def test_no_row_that_permits_something_is_undone_by_its_affair() -> None:
    undone = {
        (row.inquirer_class, row.affair)
        for row in TABLE.rows
        if row.procedures and row.inquirer_class not in affair(row.affair).users
    }
    assert undone == set()
    for row in TABLE.rows:
        if row.procedures:
            assert affair(row.affair).lawful_on(row.valid_from), row.name
            assert row.valid_until is None or affair(row.affair).lawful_on(row.valid_until), row.name


ALLOWANCE = {
    "affair": "special-child-rearing-allowance",
    "procedure": "special-child-rearing-allowance.claim",
    "kinds": ("resident-record", "local-tax"),
}


@pytest.mark.requirement("R-031", "R-240")
@pytest.mark.parametrize(
    ("inquirer", "rows"),
    [
        pytest.param("municipality-141003", ["practice-240", "practice-240"], id="Yokohama, a designated city"),
        pytest.param("prefecture-welfare-45", ["2-66", "2-66"], id="a governor's section"),
    ],
)
def test_a_claim_of_the_special_child_rearing_allowance_is_asked_about_by_who_decides_it(
    inquirer: str, rows: list[str]
) -> None:
    asked = question(inquirer=InstitutionId(inquirer), **ALLOWANCE)
    assert [row.number for row in permit_inquiry(TABLE, asked)] == rows
    for day in (date(2017, 11, 12), date(2024, 5, 27)):
        with pytest.raises(StatuteRowNotInForce):
            permit_inquiry(TABLE, question(inquirer=InstitutionId(inquirer), day=day, **ALLOWANCE))


@pytest.mark.requirement("R-031", "R-240")
def test_a_municipality_that_only_takes_such_claims_in_has_neither_row_nor_affair() -> None:
    with pytest.raises(AffairOfOthers):
        permit_inquiry(TABLE, question(**ALLOWANCE))
    with pytest.raises(NoStatuteRow):
        TABLE.permit(MIYAKONOJO, ALLOWANCE["affair"], ALLOWANCE["procedure"], MINATO, "local-tax", date(2019, 12, 2))
