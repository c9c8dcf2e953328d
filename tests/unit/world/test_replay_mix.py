"""What a replay asks for has the shape of 2018: the published sums, kinds and procedures (R-230 … R-233)."""

from __future__ import annotations

from collections import Counter

import pytest

from mizuhiki.vocabulary.ids import inquirer_names_in_law
from mizuhiki.vocabulary.linkage import figures
from mizuhiki.vocabulary.statute import LinkageQuestion, NoStatuteRow, StatuteTable, permit_inquiry, rows_in_force
from mizuhiki.world.replay.bodies import ASKING, CITIES, KEPT, STUDENT_SERVICES, asked_by, procedures_of
from mizuhiki.world.replay.measure import minutes_of
from mizuhiki.world.replay.mix import (
    ASKED_TOGETHER,
    INQUIRIES_2018,
    KINDS,
    KINDS_LEFT_OUT,
    PROCEDURES,
    PROVISIONS_2018,
    PROVISIONS_OF_A_WEEK,
    draw,
    inquiries_of_a_week,
    share_covered,
)
from mizuhiki.world.replay.population import spread
from mizuhiki.world.replay.run import DAY
from mizuhiki.world.replay.workers import SectionDone

POINTS = 20_000
LOCAL_TAX, RESIDENT_RECORD, UNEMPLOYMENT = 5_459_546, 414_691, 19_971
ASKED = {"local-tax": LOCAL_TAX, "resident-record": RESIDENT_RECORD, "unemployment-benefit": UNEMPLOYMENT}
PUBLISHED = {
    "child-allowance.claim": 1_118_736,
    "student-aid.application": 638_048,
    "public-housing.application": 1_183_758,
    "long-term-care-insurance.premium-reduction": 1_022_127,
    "disability-services.application": 414_868,
}
"""By procedure, or by the one that stands in the place of a published one."""
NOT_UNDER_THEIR_NAME = {"local-tax", "national-health-insurance", "intractable-disease"}
"""Affairs of the published procedures 地方税賦課, 国保 and 指定難病."""


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
    assert drawn.keys() == KINDS.keys() == ASKED.keys()
    for kind, number in ASKED.items():
        assert drawn[kind] / POINTS == pytest.approx(number / sum(ASKED.values()), abs=2 / POINTS)


@pytest.mark.requirement("R-230", "R-233")
def test_procedures_are_drawn_as_often_as_in_2018() -> None:
    found: Counter[str] = Counter()
    start = 0.0
    for kind, number in KINDS.items():
        within = start + number / 2 / sum(ASKED.values())
        start += number / sum(ASKED.values())
        of_kind = [draw(within, point / POINTS) for point in range(POINTS)]
        assert {one.kind for one in of_kind} == {kind}
        for one in of_kind:
            found[one.procedure] += ASKED[kind]
    assert {procedure for _, procedure in PROCEDURES} == PUBLISHED.keys() == found.keys()
    for procedure, number in PUBLISHED.items():
        share = found[procedure] / POINTS / sum(ASKED.values())
        assert share == pytest.approx(number / sum(PUBLISHED.values()), abs=2 / POINTS)


def permits(question: LinkageQuestion) -> bool:
    try:
        return bool(permit_inquiry(StatuteTable.load(), question))
    except NoStatuteRow:
        return False


@pytest.mark.requirement("R-230")
def test_a_body_asks_what_a_row_permits_and_nothing_that_a_row_permits_is_left_out() -> None:
    """Of the replayed procedures; asked are those who keep a kind."""
    for asking in ASKING:
        for affair, procedure in procedures_of(asking):
            for provider in asked_by(asking):
                for kind in KEPT[provider]:
                    question = LinkageQuestion(
                        inquirer=asking,
                        affair=affair,
                        procedure=procedure,
                        provider=provider,
                        kinds=(kind,),
                        day=DAY,
                    )
                    assert permits(question) == ((affair, procedure) in ASKED_TOGETHER[kind]), question


def test_no_row_with_a_procedure_is_about_what_a_replay_leaves_out() -> None:
    """Once a row is, the replay has something to add, and what it says of itself is no longer true."""
    rows = [row for row in rows_in_force(StatuteTable.load().rows, DAY) if row.procedures]
    assert not [row.name for row in rows if row.kind in KINDS_LEFT_OUT]
    assert not [row.name for row in rows if row.affair in NOT_UNDER_THEIR_NAME]
    about = {row.kind for row in StatuteTable.load().rows if row.affair in NOT_UNDER_THEIR_NAME}
    assert KINDS.keys() | KINDS_LEFT_OUT.keys() <= about, "the affairs are the ones that the law lets ask"
    [aid] = inquirer_names_in_law(STUDENT_SERVICES)
    asking = {row.inquirer_class for row in rows if row.kind == "unemployment-benefit"}
    assert aid in asking
    replayed = {affair for affair, _ in procedures_of(CITIES[0])}
    assert not [row.name for row in rows if row.kind == "unemployment-benefit" and row.affair in replayed]


def test_the_report_says_what_share_of_2018_it_replays() -> None:
    kinds, procedures = share_covered()
    assert kinds == pytest.approx(1 - (233_922 + 23_214) / 6_151_344)
    assert procedures == pytest.approx((1_118_736 + 638_048) / 4_377_537)


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
