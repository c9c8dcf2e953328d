"""A story goes on while its checks hold and stops at the first that does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from mizuhiki.vocabulary.errors import Refused
from mizuhiki.world.errors import StoryCheckFailed, WorldOfAnotherVersion
from mizuhiki.world.story.notes import FILE, INTERRUPTED, StoryNotes
from mizuhiki.world.story.telling import Step, StepResult, check, tell


def refuse() -> str:
    raise Refused("not today")


def never() -> str:
    pytest.fail("a step after a failed one was acted")


def step(act: object, title: str = "step") -> Step:
    return Step(f"{title}(日本語)", title, act)  # type: ignore[arg-type]  # the fakes are callables


def test_every_step_is_announced_and_then_done_with_what_it_says() -> None:
    seen: list[StepResult] = []
    results = tell([step(lambda: "one"), step(lambda: "two")], seen.append)
    assert [(one.number, one.state, one.detail) for one in results] == [(1, "done", "one"), (2, "done", "two")]
    assert [(one.number, one.state) for one in seen] == [(1, "running"), (1, "done"), (2, "running"), (2, "done")]
    assert all(one.seconds >= 0 for one in results)


def test_a_failing_step_stops_the_story_and_later_ones_stay_waiting() -> None:
    seen: list[StepResult] = []
    results = tell([step(lambda: "one"), step(refuse), step(never)], seen.append)
    assert [one.state for one in results] == ["done", "failed", "waiting"]
    assert results[1].detail == "refused: not today"
    assert {one.number for one in seen} == {1, 2}


def test_a_fault_of_the_program_is_no_failed_check_and_is_not_hidden() -> None:
    def fault() -> str:
        raise KeyError("x")

    with pytest.raises(KeyError):
        tell([step(fault)], lambda _step: None)


def test_a_check_that_does_not_hold_says_what_should_be() -> None:
    check(holds=[1], what="there is one")
    with pytest.raises(StoryCheckFailed, match="there is one"):
        check(holds=[], what="there is one")


def test_notes_keep_every_change_of_a_story(tmp_path: Path) -> None:
    notes = StoryNotes(tmp_path)
    assert notes.read() is None
    results = [StepResult(1, "一", "one", "done", "well", 0.5), StepResult(2, "二", "two", "waiting")]
    notes.begin([StepResult(1, "一", "one", "waiting"), results[1]])
    notes.watch(results[0])
    assert StoryNotes(tmp_path).read() == results
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_a_step_that_was_running_when_the_world_was_closed_has_failed(tmp_path: Path) -> None:
    notes = StoryNotes(tmp_path)
    notes.begin([StepResult(1, "一", "one", "running"), StepResult(2, "二", "two", "waiting")])
    read = StoryNotes(tmp_path).read() or []
    assert [(one.state, one.detail) for one in read] == [("failed", INTERRUPTED), ("waiting", "")]


def test_notes_that_cannot_be_read_are_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("[")
    with pytest.raises(WorldOfAnotherVersion) as caught:
        StoryNotes(tmp_path).read()
    assert "\n" not in caught.value.message
