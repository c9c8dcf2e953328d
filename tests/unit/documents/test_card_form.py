"""The form of the card as data: what stands where, when which form holds, what the sleeve hides."""

from __future__ import annotations

from datetime import date

import pytest

from mizuhiki.documents.card.case import free_place, hidden
from mizuhiki.documents.card.form import (
    FORMS,
    HEIGHT_MM,
    WIDTH_MM,
    FreeArea,
    Item,
    Place,
    SecurityPrint,
    Side,
    form,
    form_on,
    sleeve,
)
from mizuhiki.documents.errors import UnknownForm


def inside(inner: Place, outer: Place) -> bool:
    return (
        outer[0] <= inner[0]
        and outer[1] <= inner[1]
        and inner[0] + inner[2] <= outer[0] + outer[2] + 1e-6
        and inner[1] + inner[3] <= outer[1] + outer[3] + 1e-6
    )


def overlap(one: Place, other: Place) -> bool:
    return (
        one[0] < other[0] + other[2]
        and other[0] < one[0] + one[2]
        and one[1] < other[1] + other[3]
        and other[1] < one[1] + one[3]
    )


@pytest.mark.requirement("R-128")
@pytest.mark.parametrize("name", ["2015", "2019"])
def test_the_front_has_what_the_law_wants_and_no_number(name: str) -> None:
    found = {area.item for area in form(name).areas(Side.FRONT)}
    wanted = {Item.NAME, Item.ADDRESS, Item.BIRTH_DATE, Item.SEX, Item.PHOTO, Item.EXPIRY, Item.MAYOR}
    assert wanted | {Item.SECURITY_CODE, Item.ENDORSEMENTS, Item.CARD_SERIAL, Item.ORGAN_DONOR} <= found
    assert Item.NUMBER not in found


@pytest.mark.requirement("R-129")
@pytest.mark.requirement("R-130")
def test_the_plan_of_2012_has_the_number_in_front_and_the_card_of_2015_on_the_back() -> None:
    assert form("2012").plan
    assert form("2012").area_of(Item.NUMBER, Side.FRONT).side is Side.FRONT
    assert {Item.NUMBER, Item.NAME, Item.BIRTH_DATE} <= {area.item for area in form("2015").areas(Side.BACK)}
    assert not form("2015").plan


@pytest.mark.requirement("R-130")
@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2015, 10, 4), "2012"),
        (date(2015, 10, 5), "2015"),
        (date(2019, 11, 4), "2015"),
        (date(2019, 11, 5), "2019"),
    ],
)
def test_the_day_decides_which_form_is_printed(day: date, name: str) -> None:
    assert form_on(day).name == name
    assert form(name).former_name == (name == "2019")


def test_before_the_first_plan_there_was_no_form_and_none_of_another_name() -> None:
    with pytest.raises(UnknownForm):
        form_on(date(2012, 2, 13))
    with pytest.raises(UnknownForm):
        form("../2015")


@pytest.mark.requirement("R-131")
@pytest.mark.parametrize("name", FORMS)
def test_all_six_kinds_of_security_print_are_on_every_form_with_their_purpose(name: str) -> None:
    features = form(name).feature
    assert {feature.kind for feature in features} == set(SecurityPrint)
    assert all(feature.why for feature in features)
    assert all(inside(feature.place, (0, 0, WIDTH_MM, HEIGHT_MM)) for feature in features)


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("side", Side)
def test_nothing_on_a_side_lies_on_anything_else_or_over_the_edge(name: str, side: Side) -> None:
    areas = form(name).areas(side)
    for place, area in enumerate(areas):
        assert inside(area.place, (0, 0, WIDTH_MM, HEIGHT_MM))
        assert not [other.item for other in areas[place + 1 :] if overlap(area.place, other.place)], area.item


@pytest.mark.requirement("R-132")
@pytest.mark.parametrize("name", ["2015", "2019"])
def test_the_sleeve_covers_sex_organ_donation_and_number_whole_and_nothing_else(name: str) -> None:
    assert hidden(Side.FRONT) == {Item.SEX, Item.ORGAN_DONOR}
    assert hidden(Side.BACK) == {Item.NUMBER}
    for mask in sleeve().mask:
        for area in form(name).areas(mask.side):
            if area.item is mask.hides:
                assert inside(area.place, mask.place)
            else:
                assert not overlap(area.place, mask.place), area.item


@pytest.mark.requirement("R-132")
@pytest.mark.parametrize("side", Side)
def test_the_free_areas_are_grids_of_eight_millimetres_on_the_masks(side: Side) -> None:
    free = [one for one in sleeve().free if one.side is side]
    assert {one.kind for one in free} == set(FreeArea)
    for one in free:
        place = free_place(one)
        assert place[2] % 8 == place[3] % 8 == 0
        assert [mask for mask in sleeve().mask if mask.side is side and inside(place, mask.place)]
