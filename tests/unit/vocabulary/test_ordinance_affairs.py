"""What an ordinance adds to the statute table: the item it is like, for one body, on days on which both stand.

The oracle reads the lines of the coded table itself and knows nothing of rows, verdicts or affairs.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date, timedelta
from importlib import resources
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mizuhiki.vocabulary.affairs import (
    AffairField,
    AffairNotLawful,
    OrdinanceAffairNotAllowed,
    affairs,
    is_ordinance_affair,
)
from mizuhiki.vocabulary.errors import MizuhikiError
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind
from mizuhiki.vocabulary.statute import (
    AskedOfItem,
    LinkageQuestion,
    NoStatuteRow,
    OrdinanceAffairBeyondItem,
    OrdinanceAffairMalformed,
    OrdinanceProcedure,
    PublishedOrdinanceAffair,
    StatuteRowNotInForce,
    StatuteTable,
    examine,
    lawful_affair,
    permit_inquiry,
    with_ordinances,
)
from support.ordinances import ASSISTANCE, BEGINS, CITY, CODE, PROCEDURE, TAX, ordinance

TABLE = StatuteTable.load()
DAY = date(2019, 12, 2)
OTHER_CITY, PREFECTURE = InstitutionId("municipality-131032"), InstitutionId("prefecture-welfare-45")
PROVIDERS = {
    "municipality": (OTHER_CITY,),
    "prefecture": (PREFECTURE, InstitutionId("prefecture-45")),
    "pension-service": (InstitutionId("pension-service"),),
    "public-employment-office": (InstitutionId("public-employment-office"),),
    "medical-insurers": (InstitutionId("health-insurance-society"),),
    "health-insurance-society": (InstitutionId("health-insurance-society"),),
    "student-services-organization": (InstitutionId("student-services-organization"),),
    "prefectural-board-of-education": (InstitutionId("prefectural-board-of-education-45"),),
}
"""Who of this system a class of the law speaks of, written by hand."""


def lines() -> list[dict[str, str]]:
    text = resources.files("mizuhiki.vocabulary.statute").joinpath("table2.csv").read_text("utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


LINES = lines()
KINDS = sorted({line["kind"] for line in LINES})


def published(*affairs_: Any, on: date = BEGINS, until: date | None = None, lawful: date | None = None) -> StatuteTable:
    return with_ordinances(TABLE, [PublishedOrdinanceAffair(one, on, until, lawful) for one in affairs_])


def question(**changes: Any) -> LinkageQuestion:
    values: dict[str, Any] = {
        "inquirer": CITY,
        "affair": CODE,
        "procedure": PROCEDURE,
        "provider": OTHER_CITY,
        "kinds": ("local-tax",),
        "day": DAY,
    }
    return LinkageQuestion(**{**values, **changes})


def permitted(table: StatuteTable, asked: LinkageQuestion) -> bool:
    try:
        permit_inquiry(table, asked)
    except (NoStatuteRow, StatuteRowNotInForce, AffairNotLawful):
        return False
    return True


def test_no_affair_of_the_act_is_called_like_one_of_an_ordinance() -> None:
    assert not [one.code for one in affairs() if is_ordinance_affair(one.code)]
    assert not [line for line in LINES if is_ordinance_affair(line["number"]) or "-" in line["inquirer_class"][-2:]]


@pytest.mark.requirement("R-002", "R-252")
def test_a_published_ordinance_lets_its_body_ask_what_it_named_and_says_by_which_rule() -> None:
    found = examine(published(ordinance()), question())
    assert found.permitted
    assert found.rule == f"{CODE} 番号法19条9号; 都城市個人番号の利用に関する条例4条; 別表第二の9の項に準ずる事務"
    [row] = found.permitting
    assert (row.inquirer_class, row.provider_class, row.kind) == (CITY, "municipality", "local-tax")
    both = permit_inquiry(published(ordinance()), question(provider=PREFECTURE, kinds=("public-assistance",)))
    assert len(both) == 1


@pytest.mark.requirement("R-002", "R-031", "R-252")
@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"inquirer": OTHER_CITY, "provider": CITY}, NoStatuteRow),
        ({"inquirer": PREFECTURE}, NoStatuteRow),
        ({"kinds": ("resident-record",)}, NoStatuteRow),
        ({"kinds": ("local-tax", "medical-insurance")}, NoStatuteRow),
        ({"provider": PREFECTURE}, NoStatuteRow),
        ({"provider": CITY}, NoStatuteRow),
        ({"procedure": f"{CODE}.renewal"}, NoStatuteRow),
        ({"procedure": "child-allowance.claim"}, NoStatuteRow),
        ({"day": BEGINS - timedelta(days=1)}, AffairNotLawful),
        ({"day": date(2024, 5, 27)}, StatuteRowNotInForce),
        ({"affair": "ordinance-452025-another"}, AffairNotLawful),
    ],
    ids=[
        "another city", "another body", "a kind of the item not named", "a kind beyond the item", "another provider",
        "itself", "another procedure", "a procedure of the Act", "before its day", "after the item's last day",
        "never published",
    ],
)  # fmt: skip
def test_nothing_else_is_permitted(changes: dict[str, Any], error: type[MizuhikiError]) -> None:
    table = published(ordinance())
    found = examine(table, question(**changes))
    assert not found.permitted
    with pytest.raises(MizuhikiError) as refused:
        permit_inquiry(table, question(**changes))
    if changes.get("inquirer"):
        assert refused.value.code == "affair-of-others"
    else:
        assert isinstance(refused.value, error)


def test_the_act_alone_knows_no_ordinance() -> None:
    with pytest.raises(AffairNotLawful):
        permit_inquiry(TABLE, question())


def oracle(item: str, provider: InstitutionId, kind: str, day: date) -> bool:
    return any(
        line["number"] == item
        and line["kind"] == kind
        and provider in PROVIDERS.get(line["provider_class"], ())
        and line["valid_from"] <= day.isoformat() <= line["valid_until"]
        for line in LINES
    )


def boundary_days(item: str) -> Iterable[date]:
    firsts = {date.fromisoformat(line["valid_from"]) for line in LINES if line["number"] == item}
    lasts = {date.fromisoformat(line["valid_until"]) for line in LINES if line["number"] == item}
    around = {day + timedelta(days=step) for day in firsts for step in (-1, 0)}
    return sorted(around | {day + timedelta(days=step) for day in lasts for step in (0, 1)})


@pytest.mark.requirement("R-002", "R-031", "R-252")
def test_the_cross_product_of_items_providers_kinds_and_days_holds_no_false_allow_and_no_false_deny() -> None:
    """An affair like each item that names everything the item has: 120 items and more, every provider, every kind."""
    providers = sorted({one for bodies in PROVIDERS.values() for one in bodies})
    items = list(dict.fromkeys(line["number"] for line in LINES))
    assert len(items) > 110
    allowed, wrong = 0, []
    for item in items:
        pairs = dict.fromkeys((line["provider_class"], line["kind"]) for line in LINES if line["number"] == item)
        affair = ordinance(
            item=item, asked=tuple(AskedOfItem(*pair) for pair in pairs), valid_from=date(2016, 1, 1), valid_until=None
        )
        alone = StatuteTable(affair.rows(TABLE), {CODE: (affair.affair(),)})
        for provider, kind, day in product(providers, KINDS, boundary_days(item)):
            answer = permitted(alone, question(provider=provider, kinds=(kind,), day=day))
            allowed += answer
            if answer is not oracle(item, provider, kind, day):
                wrong.append((item, provider, kind, day, answer))
    assert wrong == []
    assert allowed > 300


PAIRS = sorted({(line["provider_class"], line["kind"]) for line in LINES})


@pytest.mark.requirement("R-252")
@settings(max_examples=60, deadline=None)
@given(
    item=st.sampled_from(sorted({line["number"] for line in LINES})),
    asked=st.lists(st.sampled_from(PAIRS), min_size=1, max_size=6, unique=True),
)
def test_what_the_item_does_not_name_is_refused_when_lodged_and_has_no_row_if_it_was_published_all_the_same(
    item: str, asked: list[tuple[str, str]]
) -> None:
    affair = ordinance(item=item, asked=tuple(AskedOfItem(*pair) for pair in asked), valid_from=date(2016, 1, 1))
    named = {(line["provider_class"], line["kind"]) for line in LINES if line["number"] == item}
    if set(asked) <= named:
        affair.require_within_item(TABLE)
    else:
        with pytest.raises(OrdinanceAffairBeyondItem):
            affair.require_within_item(TABLE)
    assert {(row.provider_class, row.kind) for row in affair.rows(TABLE)} == set(asked) & named


@pytest.mark.parametrize("item", ["2-999", "practice-235", ""])
def test_an_affair_is_like_an_item_of_table_2_and_nothing_else(item: str) -> None:
    affair = ordinance(item=item, asked=(AskedOfItem("municipality", "resident-record"),))
    with pytest.raises(OrdinanceAffairBeyondItem):
        affair.require_within_item(TABLE)
    assert affair.rows(TABLE) == ()


@pytest.mark.requirement("R-252")
@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2019, 3, 31), False),
        (date(2019, 4, 1), True),
        (date(2019, 9, 30), True),
        (date(2019, 10, 1), False),
    ],
    ids=["the day before publication", "publication", "the last day", "after it"],
)
def test_it_is_asked_for_from_publication_to_the_day_on_which_linkage_ended(day: date, *, expected: bool) -> None:
    table = published(ordinance(), on=date(2019, 4, 1), until=date(2019, 9, 30))
    assert permitted(table, question(day=day)) is expected
    assert lawful_affair(table, CITY, CODE, day).code == CODE, "the ordinance itself is in force, with papers"
    if not expected:
        with pytest.raises(StatuteRowNotInForce):
            permit_inquiry(table, question(day=day))


def test_an_affair_withdrawn_on_the_day_it_was_published_stood_on_that_day() -> None:
    table = published(ordinance(), on=DAY, until=DAY)
    for day in (DAY - timedelta(days=1), DAY, DAY + timedelta(days=1)):
        assert permitted(table, question(day=day)) is (day == DAY)
    assert table.affair(CODE).title_en == "Medical aid for children"


def test_where_there_is_no_such_ordinance_the_number_is_not_used_either() -> None:
    table = published(ordinance(), until=DAY, lawful=DAY - timedelta(days=1))
    with pytest.raises(AffairNotLawful):
        lawful_affair(table, CITY, CODE, DAY)
    assert lawful_affair(table, CITY, CODE, DAY - timedelta(days=1))


def test_sections_of_one_body_do_not_ask_each_other() -> None:
    affair = ordinance(institution=PREFECTURE)
    [procedure] = affair.own_procedures()
    asked = question(inquirer=PREFECTURE, affair=affair.code, procedure=procedure.code, kinds=("public-assistance",))
    for provider, expected in (("prefecture-45", False), ("prefecture-welfare-45", False), ("prefecture-13", True)):
        changed = LinkageQuestion(**{**{n: getattr(asked, n) for n in asked.__slots__}, "provider": provider})
        assert permitted(published(affair), changed) is expected, provider


def test_a_row_says_that_items_and_conditions_of_the_item_are_unknown() -> None:
    assert {row.reason for row in ordinance().rows(TABLE)} == {
        "items and conditions of the item stand in the ministerial order, which was not available"
    }


def test_its_own_last_day_ends_it_before_the_item() -> None:
    table = published(ordinance(valid_until=date(2020, 3, 31)))
    with pytest.raises(AffairNotLawful):
        lawful_affair(table, CITY, CODE, date(2020, 4, 1))
    assert permitted(table, question(day=date(2020, 3, 31)))
    assert not permitted(table, question(day=date(2020, 4, 1)))


@pytest.mark.requirement("R-252")
def test_a_newer_filing_takes_the_place_of_an_older_one_without_a_gap_and_without_both() -> None:
    change = date(2019, 10, 1)
    eve, ends = change - timedelta(days=1), date(2020, 3, 31)
    older = PublishedOrdinanceAffair(ordinance(asked=(TAX,)), BEGINS, eve, eve)
    newer = PublishedOrdinanceAffair(
        ordinance(asked=(ASSISTANCE,), valid_from=change, valid_until=ends), date(2019, 9, 1)
    )
    table = with_ordinances(TABLE, [older, newer])
    for day in (eve, change, ends):
        assert lawful_affair(table, CITY, CODE, day).code == CODE
    with pytest.raises(AffairNotLawful):
        lawful_affair(table, CITY, CODE, ends + timedelta(days=1))
    tax, assistance = question(), question(provider=PREFECTURE, kinds=("public-assistance",))
    for asked, first in ((tax, True), (assistance, False)):
        for day, before in ((change - timedelta(days=1), True), (change, False)):
            changed = LinkageQuestion(**{**{n: getattr(asked, n) for n in asked.__slots__}, "day": day})
            assert permitted(table, changed) is (first is before)


MALFORMED: list[tuple[dict[str, Any], str]] = [
    ({"slug": ""}, "slug"),
    ({"slug": "Medical"}, "slug"),
    ({"slug": "a--b"}, "slug"),
    ({"slug": "a\n"}, "slug"),
    ({"slug": "a" * 41}, "slug"),
    ({"title_ja": " "}, "title"),
    ({"title_en": "x" * 201}, "title"),
    ({"ordinance": ""}, "title"),
    ({"title_ja": "子ども\u202e医療費"}, "title"),
    ({"title_en": "two\nlines"}, "title"),
    ({"procedures": ()}, "procedures"),
    ({"procedures": (OrdinanceProcedure("a", "あ", "A"),) * 2}, "procedures"),
    ({"procedures": (OrdinanceProcedure("a.b", "あ", "A"),)}, "procedures"),
    ({"asked": ()}, "asked"),
    ({"asked": (TAX, TAX)}, "asked"),
    ({"valid_until": BEGINS - timedelta(days=1)}, "period"),
]


@pytest.mark.parametrize(("changes", "part"), MALFORMED, ids=str)
def test_a_filing_that_is_not_complete_names_its_part(changes: dict[str, Any], part: str) -> None:
    with pytest.raises(OrdinanceAffairMalformed) as refused:
        ordinance(**changes).require_complete()
    assert refused.value.fields == {"part": part}
    ordinance().require_complete()


@pytest.mark.requirement("R-002")
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"field": AffairField.PENSION}, "field"),
        ({"field": AffairField.LABOUR}, "field"),
        ({"institution": InstitutionId("pension-service")}, "institution"),
        ({"institution": InstitutionId("health-insurance-society")}, "institution"),
    ],
    ids=str,
)
def test_only_local_bodies_add_affairs_and_only_of_the_fields_left_to_them(changes: Any, reason: str) -> None:
    affair = ordinance(**changes)
    with pytest.raises(OrdinanceAffairNotAllowed) as refused:
        affair.affair()
    assert refused.value.fields == {"reason": reason}
    assert with_ordinances(TABLE, [PublishedOrdinanceAffair(affair, BEGINS)]).rows == TABLE.rows


def test_every_field_left_to_ordinances_is_taken() -> None:
    fields = {AffairField.WELFARE_MEDICAL, AffairField.TAX, AffairField.DISASTER}
    assert {ordinance(field=field).affair().field for field in fields} == fields


def test_each_kind_of_local_body_asks_under_its_own_ordinance() -> None:
    bodies = {
        InstitutionKind.MUNICIPALITY: CITY,
        InstitutionKind.PREFECTURE_WELFARE: PREFECTURE,
        InstitutionKind.BOARD_OF_EDUCATION: InstitutionId("prefectural-board-of-education-45"),
    }
    for body in bodies.values():
        affair = ordinance(institution=body)
        [procedure] = affair.own_procedures()
        asked = question(inquirer=body, affair=affair.code, procedure=procedure.code)
        assert permitted(published(affair), asked)
