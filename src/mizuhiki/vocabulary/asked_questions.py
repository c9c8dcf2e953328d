"""What one body asks another about some persons, apart from who they are (番号法19条8号, 22条; R-217)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import repeat
from typing import TypeVar

from mizuhiki.vocabulary.errors import Malformed

MOST_QUESTIONS = 100
"""Questions of one case."""

Told = TypeVar("Told")


class QuestionsMalformed(Malformed):
    """A case of no question or too many, without lines for one of them, or of several questions answered as one."""

    code = "inquiry-questions-malformed"
    title = "The questions of the case do not fit its lines"


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """One question of a case and how many of its lines, which stand together, ask it."""

    affair: str
    procedure: str
    kinds: tuple[str, ...]
    fiscal_year: int
    period_from: date | None
    period_until: date | None
    lines: int


def require_questions(questions: Sequence[AskedQuestion], *, one_answer: bool) -> tuple[AskedQuestion, ...]:
    """Return the questions of a case in the order of its lines; `one_answer`: one seal is to stand for all lines.

    Raises:
        QuestionsMalformed: a question has no line, there are more than `MOST_QUESTIONS`, or several with one answer.
    """
    if not 1 <= len(questions) <= MOST_QUESTIONS or (one_answer and len(questions) > 1):
        raise QuestionsMalformed(questions=len(questions))
    if any(question.lines < 1 for question in questions):
        raise QuestionsMalformed(part="lines")
    return tuple(questions)


def for_each_line(questions: Iterable[AskedQuestion], told: Iterable[Told]) -> list[Told]:
    """Return what is told of each question once for each of its lines, in the order of the lines.

    Raises:
        ValueError: not as many are told as there are questions.
    """
    return [one for question, own in zip(questions, told, strict=True) for one in repeat(own, question.lines)]
