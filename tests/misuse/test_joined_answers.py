"""Answers to a case of several inquiries that were altered on their way: nobody is told what belongs to another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

from mizuhiki.institutions.intermediate_server.operations.end_inquiries import REJECTED_CASE
from unit.institutions.intermediate_server.joined import (
    PERSONS,
    asked,
    counted,
    income,
    populated,
    together,
    told_income,
)
from unit.institutions.intermediate_server.kit import ASKER, Network

Alter = Callable[[list[Any]], list[Any]]


@pytest.fixture
def network() -> Iterator[Network]:
    place = populated(Network())
    yield place
    place.close()


def renamed(line: Any, number: str) -> Any:
    return msgspec.structs.replace(line, exchange_number=number)


def altering(alter: Alter) -> Callable[[Any], Any]:
    return lambda answer: msgspec.structs.replace(answer, lines=alter(list(answer.lines)))


WHOLE: dict[str, Alter] = {
    "lines in another order": lambda lines: [lines[1], lines[0], *lines[2:]],
    "a line missing": lambda lines: lines[:-1],
    "a line doubled": lambda lines: [*lines, lines[0]],
    "a line doubled in the place of another": lambda lines: [lines[0], lines[0], *lines[2:]],
    "a number of nobody": lambda lines: [renamed(lines[0], "another"), *lines[1:]],
    "numbers of two swapped": lambda lines: [
        renamed(lines[0], lines[1].exchange_number),
        renamed(lines[1], lines[0].exchange_number),
        *lines[2:],
    ],
    "no lines": lambda _lines: [],
}


@pytest.mark.requirement("R-217")
@pytest.mark.parametrize("alter", WHOLE.values(), ids=WHOLE.keys())
def test_lines_that_are_not_those_of_the_case_are_rejected_for_all(network: Network, alter: Alter) -> None:
    network.core.alter_answer = altering(alter)
    results = together(network, *(asked(person) for person in range(PERSONS)))
    assert {(result.outcome, result.information) for result in results if result} == {("answer-rejected", ())}
    assert counted(network)[0] == {"answer-rejected": PERSONS}
    cases = network.server(ASKER).cases(network.officer(ASKER))
    assert {case.reference for case in cases} == {result.exchange_number for result in results if result}
    assert {case.kind for case in cases} == {REJECTED_CASE}


def with_answer_of(line: Any, other: Any) -> Any:
    return msgspec.structs.replace(line, answer=other.answer)


ONE: dict[str, Alter] = {
    "the answer of another line": lambda lines: [with_answer_of(lines[0], lines[1]), *lines[1:]],
    "provided without an answer": lambda lines: [msgspec.structs.replace(lines[0], answer=None), *lines[1:]],
    "no data with an answer": lambda lines: [msgspec.structs.replace(lines[0], outcome="no-data"), *lines[1:]],
}


@pytest.mark.requirement("R-217")
@pytest.mark.parametrize("alter", ONE.values(), ids=ONE.keys())
def test_a_line_that_does_not_verify_is_rejected_and_the_others_are_used(network: Network, alter: Alter) -> None:
    network.core.alter_answer = altering(alter)
    first, *others = together(network, *(asked(person) for person in range(PERSONS)))
    assert first is not None
    assert (first.outcome, first.information) == ("answer-rejected", ())
    assert [told_income(one) for one in others if one] == [income(person) for person in range(1, PERSONS)]
    [case] = network.server(ASKER).cases(network.officer(ASKER))
    assert case.reference == first.exchange_number


def test_two_lines_with_each_others_answers_are_both_rejected(network: Network) -> None:
    network.core.alter_answer = altering(
        lambda lines: [with_answer_of(lines[0], lines[1]), with_answer_of(lines[1], lines[0]), *lines[2:]]
    )
    results = together(network, *(asked(person) for person in range(PERSONS)))
    assert [one.outcome for one in results if one] == ["answer-rejected", "answer-rejected", "provided"]


@pytest.mark.parametrize("part", ["tickets", "section", "sealed together"])
def test_what_is_of_the_whole_case_is_rejected_for_all(network: Network, part: str) -> None:
    def alter(answer: Any) -> Any:
        match part:
            case "tickets":
                return msgspec.structs.replace(answer, tickets=answer.tickets[::-1])
            case "section":
                return msgspec.structs.replace(answer, section_id="another")
        return msgspec.structs.replace(answer, answer=answer.lines[0].answer)

    network.core.alter_answer = alter
    results = together(network, *(asked(person) for person in range(PERSONS)))
    assert [one.outcome for one in results if one] == ["answer-rejected"] * PERSONS


def test_answers_of_another_case_do_not_open(network: Network) -> None:
    kept: list[Any] = []

    def keep(answer: Any) -> Any:
        kept.append(answer)
        return answer

    network.core.alter_answer = keep
    together(network, *(asked(person) for person in range(PERSONS)))
    network.core.alter_answer = altering(
        lambda lines: [with_answer_of(line, old) for line, old in zip(lines, kept[0].lines, strict=True)]
    )
    again = [asked(person, request_id=f"again-{person}") for person in range(PERSONS)]
    assert {one.outcome for one in together(network, *again) if one} == {"answer-rejected"}
