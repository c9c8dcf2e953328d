"""What a request for inspection must state, what is refused, what is seen and published."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import pytest

from mizuhiki.institutions.municipality.domain.copies.inspections import (
    Inspection,
    InspectionKind,
    InspectionRefused,
    InspectionRequest,
    InspectionState,
    published,
    require_permissible,
)
from mizuhiki.vocabulary.persons import Sex
from support.copies import resident

WHOLE = InspectionRequest(
    InspectionKind.RESEARCH, "架空大学", "研究 一", "世論調査", ("閲覧 一",), "宮崎県都城市架空町",
    basis="統計法", handling="鍵の掛かる棚", publication="報告書",
)  # fmt: skip
DAY = date(2019, 12, 2)


def missing(request: InspectionRequest, day: date = DAY) -> object:
    with pytest.raises(InspectionRefused) as refused:
        require_permissible(request, day)
    assert "住民基本台帳法11条" in str(refused.value.fields["rule"])
    return refused.value.fields["item"]


@pytest.mark.requirement("R-045")
def test_nobody_inspects_for_selling_since_2006_11_01() -> None:
    commerce = dataclasses.replace(WHOLE, kind=InspectionKind.COMMERCE)
    assert missing(commerce, date(2006, 11, 1)) == "purpose"
    require_permissible(commerce, date(2006, 10, 31))


@pytest.mark.parametrize("kind", [kind for kind in InspectionKind if kind is not InspectionKind.COMMERCE])
@pytest.mark.parametrize(
    ("item", "empty"), [("body", ""), ("responsible", " "), ("purpose", ""), ("area", ""), ("inspectors", ())]
)
def test_every_request_states_who_why_where_and_by_whom(kind: InspectionKind, item: str, empty: Any) -> None:
    request = dataclasses.replace(WHOLE, kind=kind)
    require_permissible(request, DAY)
    assert missing(dataclasses.replace(request, **{item: empty})) == item


def test_a_public_body_names_the_law_others_the_keeping_and_research_its_publication() -> None:
    public = dataclasses.replace(WHOLE, kind=InspectionKind.PUBLIC_BODY, handling="", publication="")
    require_permissible(public, DAY)
    assert missing(dataclasses.replace(public, basis="")) == "basis"
    assert missing(dataclasses.replace(WHOLE, handling="")) == "handling"
    assert missing(dataclasses.replace(WHOLE, publication="")) == "publication"


def test_only_those_of_area_birth_and_sex_are_seen() -> None:
    person = resident("one", birth_date=date(1985, 2, 3), sex=Sex.FEMALE)
    narrow = dataclasses.replace(WHOLE, born_from=date(1985, 2, 3), born_until=date(1985, 2, 3), sex=Sex.FEMALE)
    assert narrow.wants(person)
    for changes in (
        {"area": "宮崎県都城市上町"},
        {"born_from": date(1985, 2, 4)}, {"born_until": date(1985, 2, 2)}, {"sex": Sex.MALE},
    ):  # fmt: skip
        assert not dataclasses.replace(narrow, **changes).wants(person)


def test_a_fiscal_years_publication_has_its_days_and_no_lawsuits() -> None:
    def done(name: str, on: date | None, kind: InspectionKind = InspectionKind.RESEARCH) -> Inspection:
        asked = dataclasses.replace(WHOLE, kind=kind, body=name)
        return Inspection(name, asked, DAY, InspectionState.DONE, inspected_on=on)

    held = [
        done("late", date(2020, 3, 31)),
        done("next", date(2020, 4, 1)),
        done("before", date(2019, 3, 31)),
        done("early", date(2019, 4, 1)),
        done("court", date(2019, 6, 1), InspectionKind.LAWSUIT),
        done("refused", None),
    ]
    assert [line.body for line in published(held, 2019)] == ["early", "late"]
