"""Generations of pseudonyms by their dates, to the instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mizuhiki.vocabulary.generations import (
    LAST,
    GenerationClosed,
    GenerationDatesUnfit,
    GenerationNotOpen,
    GenerationOpenedBefore,
    GenerationOutOfOrder,
    Generations,
    Term,
)

DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
START = datetime(2027, 4, 1, tzinfo=UTC)
CHANGE = Generations().opened(2, now=START, issue_from=START + 30 * DAY)
ENDED = CHANGE.closed(1, now=START + 31 * DAY, at=START + 90 * DAY)


def test_generation_one_needs_no_opening() -> None:
    first = Generations()
    first.require_open(1, datetime(2015, 10, 5, tzinfo=UTC))
    assert (first.issuing(START), first.open_at(START), first.closed_at(START)) == (1, (1,), ())
    for other in (0, 2, -1):
        with pytest.raises(GenerationNotOpen):
            first.require_open(other, START)


@pytest.mark.requirement("R-220")
@pytest.mark.parametrize(
    ("at", "opened", "issuing", "closed"),
    [
        (START - TICK, (1,), 1, ()),
        (START, (1, 2), 1, ()),
        (START + 30 * DAY - TICK, (1, 2), 1, ()),
        (START + 30 * DAY, (1, 2), 2, ()),
        (START + 90 * DAY - TICK, (1, 2), 2, ()),
        (START + 90 * DAY, (2,), 2, (1,)),
    ],
)
def test_each_instant_of_a_change(at: datetime, opened: tuple[int, ...], issuing: int, closed: tuple[int, ...]) -> None:
    assert (ENDED.open_at(at), ENDED.issuing(at), ENDED.closed_at(at)) == (opened, issuing, closed)
    for generation in (1, 2):
        if generation in opened:
            ENDED.require_open(generation, at)
        else:
            with pytest.raises(GenerationClosed if generation in closed else GenerationNotOpen):
                ENDED.require_open(generation, at)


def test_what_is_public_about_a_closed_generation_stays_known_and_nothing_is_before_its_opening() -> None:
    ENDED.require_known(1, START + 900 * DAY)
    with pytest.raises(GenerationNotOpen):
        ENDED.require_known(2, START - TICK)


@pytest.mark.requirement("R-220")
def test_two_generations_are_open_at_most() -> None:
    with pytest.raises(GenerationOutOfOrder):
        CHANGE.opened(3, now=START + 31 * DAY, issue_from=START + 60 * DAY)
    with pytest.raises(GenerationOutOfOrder):
        ENDED.opened(3, now=START + 90 * DAY - TICK, issue_from=START + 120 * DAY)
    third = ENDED.opened(3, now=START + 90 * DAY, issue_from=START + 90 * DAY)
    assert third.open_at(START + 90 * DAY) == (2, 3)
    with pytest.raises(GenerationOpenedBefore):
        ENDED.opened(1, now=START + 90 * DAY, issue_from=START + 120 * DAY)


def test_no_generation_is_opened_after_the_last_there_can_be() -> None:
    before, last = (Generations((Term(number, START, START),)) for number in (LAST - 1, LAST))
    assert before.opened(LAST, now=START, issue_from=START).open_at(START) == (LAST - 1, LAST)
    with pytest.raises(GenerationOutOfOrder):
        last.opened(LAST + 1, now=START, issue_from=START)


def test_an_end_may_be_put_off_and_not_brought_before_the_new_issue() -> None:
    later = ENDED.closed(1, now=START + 89 * DAY, at=START + 120 * DAY)
    assert later.open_at(START + 100 * DAY) == (1, 2)
    for at in (START + 30 * DAY - TICK, START + 31 * DAY - TICK):
        with pytest.raises(GenerationDatesUnfit):
            CHANGE.closed(1, now=START + 31 * DAY, at=at)
    with pytest.raises(GenerationClosed):
        ENDED.closed(1, now=START + 90 * DAY, at=START + 120 * DAY)


@pytest.mark.parametrize(("one", "other"), [(1, 1), (2, 2)])
def test_a_renewal_needs_two_generations(one: int, other: int) -> None:
    with pytest.raises(GenerationOutOfOrder):
        CHANGE.require_neighbours(one, other, START)


def test_either_direction_is_a_renewal_while_both_are_open() -> None:
    CHANGE.require_neighbours(1, 2, START)
    CHANGE.require_neighbours(2, 1, START)
    with pytest.raises(GenerationClosed):
        ENDED.require_neighbours(1, 2, START + 90 * DAY)
    with pytest.raises(GenerationNotOpen):
        CHANGE.require_neighbours(1, 2, START - TICK)


instants = st.integers(0, 4).map(lambda days: START + days * DAY)  # few, so that they come in every order and together


@pytest.mark.requirement("R-220")
@given(opened=st.tuples(instants, instants), closed=st.tuples(st.none() | instants, st.none() | instants), at=instants)
@example(opened=(START, START), closed=(START + DAY, START + 2 * DAY), at=START + DAY)
@example(opened=(START, START + DAY), closed=(None, None), at=START)
def test_only_what_both_converters_opened_and_neither_closed_is_open(
    opened: tuple[datetime, datetime], closed: tuple[datetime | None, datetime | None], at: datetime
) -> None:
    books = [
        Generations((*Generations().terms, Term(2, since, since, until)))
        for since, until in zip(opened, closed, strict=True)
    ]
    both = books[0].agreed(books[1])
    assert both == books[1].agreed(books[0])
    assert (2 in both.open_at(at)) == all(2 in book.open_at(at) for book in books)
    assert books[0].agreed(Generations()).open_at(at) == (1,)
