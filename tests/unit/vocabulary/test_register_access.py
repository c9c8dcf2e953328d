"""Who may search identification information for what, and whom one asks (R-050, R-053, R-054)."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from mizuhiki.vocabulary.affairs import affair
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind
from mizuhiki.vocabulary.register_access import (
    NoSearchRow,
    Route,
    SearchRowNotInForce,
    SearchTable,
    permit_search,
    published_counts,
    route,
    search_bodies,
    search_laws,
)

Kind = InstitutionKind
START = date(2015, 10, 5)
LATER = date(2020, 4, 1)
ADDED = (
    "感染症の予防",
    "児童福祉法",
    "児童扶養手当法",
    "子どものための手当",
    "学校保健安全法",
    "母子及び寡婦福祉法",
    "母子保健法",
    "生活保護法",
    "身体障害者福祉法",
    "精神保健",
    "特別児童扶養手当",
    "総合的に支援",
    "国民健康保険法",
    "戦傷病者戦没者遺族等援護法",
    "地方税法",
    "被災者生活再建支援法",
    "災害救助法",
    "予防接種法",
    "雇用対策法",
    "就学奨励",
    "公立高等学校",
    "原子爆弾被爆者",
    "地方法人特別税",
    "国税通則法",
    "日本学生支援機構法",
)
"""As the requirement lists them."""


@pytest.mark.requirement("R-050")
@pytest.mark.parametrize(
    ("asker", "home", "asked"),
    [
        ("municipality-452025", "452025", Route.OWN_SYSTEM),
        ("municipality-452025", None, Route.COMMUNICATION_SERVER),
        ("municipality-452025", "452033", Route.COMMUNICATION_SERVER),
        ("municipality-452025", "131130", Route.COMMUNICATION_SERVER),
        ("prefecture-45", "452025", Route.PREFECTURE_SERVER),
        ("prefecture-45", "131130", Route.NATIONAL_SERVER),
        ("prefecture-45", None, Route.NATIONAL_SERVER),
        ("pension-service", "452025", Route.NATIONAL_SERVER),
    ],
)
def test_a_number_is_checked_where_its_holder_is_registered(asker: str, home: str | None, asked: Route) -> None:
    assert route(InstitutionId(asker), home) is asked


@pytest.mark.requirement("R-054")
@pytest.mark.parametrize("law", ADDED)
def test_every_added_law_stands_in_a_table_from_the_day_of_the_amendment(law: str) -> None:
    rows = [row for row in search_laws() if law in row.law and row.since == START]
    assert rows
    assert all(row.assumed_start for row in rows)


@pytest.mark.requirement("R-053")
def test_the_published_counts_are_stated_and_the_tables_claim_no_more_than_they_name() -> None:
    stated = {(one.table.value, one.of): (one.before, one.after) for one in published_counts()}
    assert stated == {
        ("1", "bodies"): (59, 73),
        ("1", "laws"): (107, 141),
        ("2/4", "laws"): (12, 39),
        ("3/5/6", "laws"): (32, 59),
    }
    own = [row for row in search_laws() if row.number.endswith("-own")]
    named = Counter((row.table.value, row.since is None) for row in search_laws() if row not in own)
    for table in SearchTable:
        before, after = stated[table.value, "laws"]
        assert named[table.value, True] <= before
        assert named[table.value, True] + named[table.value, False] <= after
    assert sum(body.since is None for body in search_bodies()) <= 59
    assert len(search_bodies()) <= 73


@pytest.mark.requirement("R-053")
def test_an_empty_cell_has_its_reason_and_every_row_its_source() -> None:
    for row in search_laws():
        assert row.source
        for name, empty in (("item", not row.item), ("affairs", not row.affairs), ("since", row.since is None)):
            assert empty == (f"{name}:" in row.reason), row.number
    for body in search_bodies():
        assert body.source
        assert ("body:" in body.reason) == (not body.body)
    assert len({row.number for row in search_laws()}) == len(search_laws())


def test_every_affair_of_a_row_is_one_of_the_number_acts_table() -> None:
    assert [affair(code).code for row in search_laws() for code in row.affairs]


@pytest.mark.requirement("R-053")
def test_a_row_applies_from_its_day_on_and_the_refusal_names_it() -> None:
    row = permit_search(Kind.MUNICIPALITY, "local-tax", START)
    assert row.law == "地方税法"
    assert row.number in row.citation
    with pytest.raises(SearchRowNotInForce) as early:
        permit_search(Kind.MUNICIPALITY, "local-tax", date(2015, 10, 4))
    assert early.value.fields == {"row": row.number, "since": "2015-10-05"}


@pytest.mark.requirement("R-053")
@pytest.mark.parametrize(
    ("body", "affair_code", "table"),
    [
        (Kind.MUNICIPALITY, "long-term-care-insurance", "別表2・4"),
        (Kind.PREFECTURE, "national-health-insurance", "別表3・5・6"),
        (Kind.PENSION_SERVICE, "local-tax", "別表1"),
        (Kind.TAX_AGENCY, "national-pension", "別表1"),
        (Kind.PENSION_SERVICE, "market-research", "別表1"),
    ],
)
def test_what_no_row_allows_is_refused_naming_the_table(body: InstitutionKind, affair_code: str, table: str) -> None:
    with pytest.raises(NoSearchRow) as refused:
        permit_search(body, affair_code, LATER)
    assert refused.value.fields["table"] == table
    assert refused.value.fields["row"] == "none"


@pytest.mark.parametrize(
    ("body", "affair_code", "law"),
    [
        (Kind.MUNICIPALITY, "national-health-insurance", "国民健康保険法"),
        (Kind.MUNICIPALITY, "resident-register", "住民基本台帳法"),
        (Kind.PREFECTURE, "upper-secondary-school-support", "公立高等学校"),
        (Kind.PENSION_SERVICE, "national-pension", "国民年金法"),
    ],
)
def test_each_body_searches_under_its_own_table(body: InstitutionKind, affair_code: str, law: str) -> None:
    assert law in permit_search(body, affair_code, LATER).law
