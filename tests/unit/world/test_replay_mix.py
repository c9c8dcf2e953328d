"""What a replay asks for has the shape of 2018: the published sums, kinds and procedures (R-230 … R-233)."""

from __future__ import annotations

from collections import Counter

import pytest

from mizuhiki.vocabulary.linkage import figures
from mizuhiki.world.replay.measure import minutes_of
from mizuhiki.world.replay.mix import (
    INQUIRIES_2018,
    KINDS,
    PROCEDURES,
    PROVISIONS_2018,
    PROVISIONS_OF_A_WEEK,
    draw,
    inquiries_of_a_week,
    share_covered,
)
from mizuhiki.world.replay.population import spread
from mizuhiki.world.replay.workers import SectionDone

POINTS = 20_000
LOCAL_TAX, RESIDENT_RECORD = 5_459_546, 414_691
PUBLISHED = {
    "child-allowance.claim": 1_118_736,
    "public-housing.application": 1_183_758,
    "long-term-care-insurance.premium-reduction": 1_022_127,
    "child-rearing-allowance.claim": 638_048,
    "disability-services.application": 414_868,
}
"""By the procedure that stands in the place of each published one."""


@pytest.mark.requirement("R-230", "R-231")
def test_the_sums_of_2018_are_the_published_ones_and_not_every_inquiry_was_answered() -> None:
    assert (INQUIRIES_2018, PROVISIONS_2018) == (6_668_350, 6_247_055)
    assert INQUIRIES_2018 - PROVISIONS_2018 == 421_295


@pytest.mark.requirement("R-230")
def test_a_week_has_the_published_200_000_provisions_and_the_inquiries_they_took() -> None:
    assert PROVISIONS_OF_A_WEEK == 200_000
    assert inquiries_of_a_week() == 213_488  # 200,000 x 6,668,350 / 6,247,055
    assert [(one.code, one.number) for one in figures("week")] == [("provisions", 200_000)]


@pytest.mark.requirement("R-230", "R-232")
def test_kinds_are_drawn_as_often_as_in_2018() -> None:
    drawn = Counter(draw(point / POINTS, 0.5).kind for point in range(POINTS))
    assert drawn.keys() == KINDS.keys()
    for kind, number in (("local-tax", LOCAL_TAX), ("resident-record", RESIDENT_RECORD)):
        assert drawn[kind] / POINTS == pytest.approx(number / (LOCAL_TAX + RESIDENT_RECORD), abs=2 / POINTS)


@pytest.mark.requirement("R-230", "R-233")
def test_procedures_are_drawn_as_often_as_in_2018() -> None:
    drawn = Counter(draw(0.5, point / POINTS).procedure for point in range(POINTS))
    assert {procedure for _, procedure in PROCEDURES} == PUBLISHED.keys() == drawn.keys()
    for procedure, number in PUBLISHED.items():
        assert drawn[procedure] / POINTS == pytest.approx(number / sum(PUBLISHED.values()), abs=2 / POINTS)


def test_the_report_says_what_share_of_2018_it_replays() -> None:
    kinds, procedures = share_covered()
    assert kinds == pytest.approx((LOCAL_TAX + RESIDENT_RECORD) / 6_151_344)
    assert procedures == pytest.approx(1_118_736 / 4_377_537)


def test_each_minute_tells_what_ended_in_it_and_what_each_worker_held() -> None:
    sections = [
        SectionDone("a", 1.0, 7, 150),
        SectionDone("b", 59.9, 8, 160),
        SectionDone("c", 60.0, 7, 151),
        SectionDone("not counted", 61.0, 8, 160),
    ]
    first, second = minutes_of(sections, {"a": 100, "b": 20, "c": 45}, 90.0)
    assert (first.minute, first.inquiries, first.rate, first.memory_mb) == (1, 120, 2.0, (150, 160))
    assert (second.minute, second.inquiries, second.rate, second.memory_mb) == (2, 45, 1.5, (151, 160))


def test_those_who_are_asked_about_stand_evenly_among_all_that_are_held() -> None:
    assert (spread(100, 0), spread(100, 50), spread(100, 1_000), spread(100, 1_050)) == (1, 1, 10, 10)
