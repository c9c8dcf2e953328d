"""What a case asks and of how many lines each question is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mizuhiki.vocabulary.asked_questions import (
    MOST_QUESTIONS,
    AskedQuestion,
    QuestionsMalformed,
    for_each_line,
    require_questions,
)


def asked(lines: int) -> AskedQuestion:
    return AskedQuestion("child-allowance", "child-allowance.claim", ("local-tax",), 2019, None, None, lines)


@given(st.lists(st.integers(1, 5), min_size=1, max_size=8))
def test_each_line_is_told_what_its_question_is_told(counts: list[int]) -> None:
    questions = require_questions([asked(count) for count in counts], one_answer=False)
    told = for_each_line(questions, range(len(counts)))
    assert len(told) == sum(counts)
    assert told == sorted(told)
    assert [told.count(place) for place in range(len(counts))] == counts


@pytest.mark.requirement("R-217")
@pytest.mark.parametrize("counts", [[], [0], [1, 0], [2, -1], [1] * (MOST_QUESTIONS + 1)])
def test_questions_without_lines_none_and_too_many_are_refused(counts: list[int]) -> None:
    with pytest.raises(QuestionsMalformed):
        require_questions([asked(count) for count in counts], one_answer=False)


def test_one_answer_is_for_one_question() -> None:
    assert require_questions([asked(3)], one_answer=True) == (asked(3),)
    with pytest.raises(QuestionsMalformed):
        require_questions([asked(3), asked(1)], one_answer=True)
    assert len(require_questions([asked(1)] * MOST_QUESTIONS, one_answer=False)) == MOST_QUESTIONS


def test_as_much_is_told_as_there_are_questions() -> None:
    with pytest.raises(ValueError, match="shorter"):
        for_each_line([asked(1), asked(2)], ["one"])
