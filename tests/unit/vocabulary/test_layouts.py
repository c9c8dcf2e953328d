"""Layouts: strict, versioned, with reasons for what is absent."""

from datetime import date

import pytest

from mizuhiki.vocabulary.layouts import (
    AbsenceReason,
    ItemType,
    Layout,
    LayoutItem,
    LayoutMismatch,
    NoLayout,
    Scalar,
    kinds,
    layout,
    layout_version,
    layouts_accepted,
    readable,
    require_accepted,
)
from mizuhiki.vocabulary.statute import StatuteTable

DAY = date(2019, 12, 2)


def filled(version: Layout) -> dict[str, Scalar]:
    values: dict[ItemType, Scalar] = {
        ItemType.TEXT: "x",
        ItemType.INTEGER: 2,
        ItemType.YEN: 3_000_000,
        ItemType.FLAG: True,
        ItemType.DATE: "2019-04-01",
    }
    return {item.name: item.values[0].code if item.values else values[item.type] for item in version.items}


@pytest.mark.parametrize("kind", kinds())
def test_a_complete_answer_follows_its_layout(kind: str) -> None:
    assert kind in kinds()
    version = layout(kind, DAY)
    version.validate(filled(version))


@pytest.mark.parametrize(
    ("change", "item", "reason"),
    [
        ({"taxable": None}, "taxable", "absence-not-allowed"),
        ({"fiscal_year": "2019"}, "fiscal_year", "wrong-type"),
        ({"fiscal_year": True}, "fiscal_year", "wrong-type"),
        ({"taxable": 1}, "taxable", "wrong-type"),
        ({"total_income_yen": None}, "total_income_yen", "no-absence-reason"),
        ({"total_income_yen": None, "total_income_yen.absent": "because"}, "total_income_yen", "no-absence-reason"),
        ({"total_income_yen.absent": "not-held"}, "total_income_yen", "absence-with-value"),
        ({"hobby": "x"}, "?", "unknown"),
    ],
)
def test_a_fault_is_named_by_item_and_reason(change: dict[str, Scalar], item: str, reason: str) -> None:
    version = layout("local-tax", DAY)
    with pytest.raises(LayoutMismatch) as refused:
        version.validate(filled(version) | change)
    assert refused.value.fields == {"kind": "local-tax", "version": version.version, "item": item, "reason": reason}


def test_a_missing_item_is_a_fault() -> None:
    version = layout("local-tax", DAY)
    items = filled(version)
    del items["dependents_count"]
    with pytest.raises(LayoutMismatch) as refused:
        version.validate(items)
    assert refused.value.fields["reason"] == "missing"


@pytest.mark.parametrize("reason", list(AbsenceReason))
def test_an_absent_item_tells_why(reason: AbsenceReason) -> None:
    version = layout("pension-enrolment", DAY)
    version.validate(filled(version) | {"insured_until": None, "insured_until.absent": reason.value})


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("pension-enrolment", {"category": "4"}),
        ("pension-enrolment", {"insured_from": "2019-02-30"}),
        ("pension-enrolment", {"insured_from": "20190401"}),
        ("pension-enrolment", {"workplace_name": ""}),
        ("pension-enrolment", {"workplace_name": "x" * 1001}),
    ],
)
def test_values_outside_their_type_are_refused(kind: str, change: dict[str, Scalar]) -> None:
    version = layout(kind, DAY)
    with pytest.raises(LayoutMismatch):
        version.validate(filled(version) | change)


@pytest.mark.requirement("R-229")
def test_two_versions_exchange_during_a_change_over() -> None:
    day = date(2019, 6, 15)
    assert [known.version for known in layouts_accepted("local-tax", day)] == ["2017-11", "2019-06"]
    assert layout("local-tax", day).version == "2019-06"
    old = require_accepted("local-tax", "2017-11", day)
    old.validate(filled(old))
    with pytest.raises(LayoutMismatch):
        layout("local-tax", day).validate(filled(old))


@pytest.mark.requirement("R-229")
def test_the_old_version_ends_and_the_new_one_begins_on_their_days() -> None:
    assert layout("local-tax", date(2019, 5, 31)).version == "2017-11"
    require_accepted("local-tax", "2017-11", date(2019, 7, 31))
    with pytest.raises(NoLayout):
        require_accepted("local-tax", "2017-11", date(2019, 8, 1))
    with pytest.raises(NoLayout):
        require_accepted("local-tax", "2019-06", date(2019, 5, 31))
    assert layout_version("local-tax", "2017-11").version == "2017-11"


def test_there_is_no_layout_before_linkage_began_or_for_an_unknown_kind() -> None:
    with pytest.raises(NoLayout):
        layout("local-tax", date(2017, 11, 12))
    with pytest.raises(NoLayout):
        layout("diary", DAY)
    with pytest.raises(NoLayout):
        layout_version("local-tax", "1999-01")


def test_item_names_are_plain_and_titled() -> None:
    def plain(item: LayoutItem) -> bool:
        return item.name.replace("_", "").isalnum() and bool(item.title_ja) and bool(item.title_en)

    assert all(plain(item) for kind in kinds() for known in layouts_accepted(kind, DAY) for item in known.items)


def test_every_kind_the_published_examples_ask_for_has_a_layout() -> None:
    asked = {row.kind for row in StatuteTable.load().rows if row.procedures}
    assert asked <= set(kinds())


@pytest.mark.requirement("R-321")
def test_the_number_of_an_insured_person_became_individual() -> None:
    assert [known.version for known in layouts_accepted("medical-insurance", date(2021, 4, 1))] == [
        "2017-11",
        "2021-04",
    ]
    names = {item.name for item in layout("medical-insurance", date(2021, 3, 31)).items}
    assert "insured_branch" not in names
    assert "insured_branch" in {item.name for item in layout("medical-insurance", date(2021, 4, 1)).items}


def test_an_answer_is_read_in_words() -> None:
    version = layout("long-term-care", DAY)
    items = filled(version) | {
        "care_level": "care-3",
        "certified_from": "2019-05-01",
        "premium_yen": 71_400,
        "premium_arrears": None,
        "premium_arrears.absent": "not-held",
    }
    japanese = {line.name: line.text for line in readable(version, items, "ja")}
    assert japanese["care_level"] == "要介護3"
    assert japanese["certified_from"] == "令和元年5月1日"
    assert japanese["premium_yen"] == "71,400円"
    assert japanese["insured"] == "あり"
    english = {line.name: line for line in readable(version, items, "en")}
    assert english["care_level"].text == "Care level 3"
    assert english["premium_yen"].text == "¥71,400"
    assert english["premium_arrears"].absent
    assert english["premium_arrears"].text == "Not held"
    assert [line.name for line in readable(version, items, "en")] == [item.name for item in version.items]
    with pytest.raises(LayoutMismatch):
        readable(version, items | {"care_level": "care-6"}, "ja")


@pytest.mark.parametrize("kind", kinds())
def test_every_layout_is_readable_in_both_languages(kind: str) -> None:
    version = layout(kind, DAY)
    for language in ("ja", "en"):
        assert all(line.text and line.title for line in readable(version, filled(version), language))
