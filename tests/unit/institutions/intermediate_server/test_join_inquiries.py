"""Inquiries that wait together leave together: who leads, who follows, what happens when a leader fails.

Threads are driven step by step: a group that leaves stops until the test lets it come back, and whoever begins to wait
says so, so that every order of events is one the test chose.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from queue import SimpleQueue
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mizuhiki.institutions.intermediate_server.operations import join_inquiries
from mizuhiki.institutions.intermediate_server.operations.join_inquiries import (
    ASKED_APART,
    JoinInquiries,
    LeaderStopped,
    LimitImpossible,
    OneByOne,
)
from mizuhiki.runtime.turns import Turns, given_up
from support.environment import TEST_INSTANT

PATIENCE = 20.0
"""Seconds after which a thread that never comes is a failure; nothing waits for it otherwise."""


class Way:
    """A way on which groups leave and come back when the test says so."""

    def __init__(self, at_once: int = 1, largest: int = 64) -> None:
        self.join: JoinInquiries[str, str] = JoinInquiries(at_once, largest)
        self.left: SimpleQueue[tuple[list[str], SimpleQueue[Any]]] = SimpleQueue()
        self.settled: SimpleQueue[list[str]] = SimpleQueue()
        self.told: dict[str, Any] = {}
        self.threads: dict[str, threading.Thread] = {}

    def carry(self, group: list[str]) -> list[str]:
        back: SimpleQueue[Any] = SimpleQueue()
        self.left.put((group, back))
        self.settled.put(group)
        with given_up():
            outcome = back.get(timeout=PATIENCE)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome or [f"answer to {one}" for one in group]

    def arrive(self, item: str, question: str = "q") -> None:
        """Let somebody ask, and return when the group left or the item waits."""

        def ask() -> None:
            try:
                self.told[item] = self.join(question, item, self.carry)
            except BaseException as error:  # noqa: BLE001 - looked at by the test
                self.told[item] = error

        self.threads[item] = threading.Thread(target=ask, daemon=True)
        self.threads[item].start()
        while item not in self.settled.get(timeout=PATIENCE):
            pass  # somebody else, who was called meanwhile

    def departed(self) -> tuple[list[str], SimpleQueue[Any]]:
        return self.left.get(timeout=PATIENCE)

    def finish(self, *items: str) -> None:
        for item in items:
            self.threads[item].join(PATIENCE)
            assert not self.threads[item].is_alive(), f"{item} waits for ever"


@pytest.fixture(autouse=True)
def noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have whoever begins to wait say so to its way."""
    wait = JoinInquiries._wait

    def waiting(self: Any, question: Any, mine: Any) -> None:
        way = WAYS.get(id(self))
        if way is not None:
            way.settled.put([mine.item])
        wait(self, question, mine)

    monkeypatch.setattr(JoinInquiries, "_wait", waiting)


WAYS: dict[int, Way] = {}


@contextmanager
def way_of(at_once: int = 1, largest: int = 64) -> Iterator[Way]:
    way = Way(at_once, largest)
    name = id(way.join)
    WAYS[name] = way
    try:
        yield way
    finally:
        del WAYS[name]


def test_who_finds_the_way_free_leaves_at_once_and_alone() -> None:
    with way_of() as way:
        way.arrive("a")
        group, back = way.departed()
        assert group == ["a"]
        back.put(None)
        way.finish("a")
        assert way.told == {"a": "answer to a"}
        assert way.join._gatherings == {}, "nothing is kept of a question that nobody asks"


@pytest.mark.requirement("R-217")
def test_who_comes_while_a_case_is_under_way_leaves_with_all_others_when_it_is_back() -> None:
    with way_of() as way:
        way.arrive("a")
        _, first = way.departed()
        way.arrive("b")
        way.arrive("c")
        assert way.left.empty()
        first.put(None)
        group, second = way.departed()
        assert group == ["b", "c"], "in the order in which they came"
        assert "b" not in way.told
        second.put(["for b", "for c"])
        way.finish("a", "b", "c")
        assert way.told == {"a": "answer to a", "b": "for b", "c": "for c"}


def test_another_question_waits_for_nobody() -> None:
    with way_of() as way:
        way.arrive("a", "one")
        way.arrive("b", "another")
        backs = [way.departed()[1] for _ in range(2)]
        for back in backs:
            back.put(None)
        way.finish("a", "b")


def test_no_more_cases_than_allowed_are_under_way_and_none_is_larger_than_allowed() -> None:
    with way_of(at_once=2, largest=3) as way:
        names = list("abcdefg")
        for name in names:
            way.arrive(name)
        (one, back_of_one), (two, back_of_two) = way.departed(), way.departed()
        assert (one, two) == (["a"], ["b"])
        back_of_two.put(None)
        three, back_of_three = way.departed()
        assert three == ["c", "d", "e"]
        back_of_one.put(None)
        four, back_of_four = way.departed()
        assert four == ["f", "g"]
        back_of_three.put(None)
        back_of_four.put(None)
        way.finish(*names)
        assert way.told == {name: f"answer to {name}" for name in names}


@pytest.mark.parametrize(("at_once", "largest"), [(0, 1), (1, 0), (-1, 5)])
def test_a_limit_under_which_nobody_could_leave_is_refused(at_once: int, largest: int) -> None:
    with pytest.raises(LimitImpossible):
        JoinInquiries(at_once, largest)


class Failed(Exception):
    """Something nobody expected."""


@pytest.mark.parametrize("fault", [Failed("the disk"), ["one answer for two"], ["a", "b", "c"]], ids=repr)
def test_where_the_leader_fails_every_follower_hears_of_it_and_the_next_group_leaves(fault: Any) -> None:
    with way_of() as way:
        way.arrive("a")
        _, first = way.departed()
        way.arrive("b")
        way.arrive("c")
        first.put(None)
        _, second = way.departed()
        way.arrive("d")
        second.put(fault)
        group, third = way.departed()
        third.put(None)
        way.finish("a", "b", "c", "d")
        assert group == ["d"]
        assert isinstance(way.told["b"], Failed | ValueError)
        assert isinstance(way.told["c"], LeaderStopped), "nobody is told what belongs to another"
        assert way.told["d"] == "answer to d"


def test_who_follows_a_leader_that_is_stopped_is_told_to_ask_again() -> None:
    with way_of() as way:
        way.arrive("a")
        _, first = way.departed()
        way.arrive("b")
        way.arrive("c")
        first.put(None)
        _, second = way.departed()
        second.put(KeyboardInterrupt())
        way.finish("a", "b", "c")
        assert isinstance(way.told["b"], KeyboardInterrupt)
        assert isinstance(way.told["c"], LeaderStopped)


@pytest.mark.parametrize("when", ["while it waits", "when it is called to lead"])
def test_who_is_stopped_while_waiting_holds_up_nobody(monkeypatch: pytest.MonkeyPatch, when: str) -> None:
    called = when == "when it is called to lead"
    stop, reached = threading.Event(), threading.Event()

    @contextmanager
    def interrupted() -> Iterator[None]:
        if threading.current_thread() is not way.threads["b"]:
            yield
            return
        if called:
            yield
        reached.set()
        stop.wait(PATIENCE)
        raise KeyboardInterrupt

    with way_of() as way:
        way.arrive("a")
        _, first = way.departed()
        monkeypatch.setattr(join_inquiries, "given_up", interrupted)
        way.arrive("b")
        way.arrive("c")
        if called:
            first.put(None)
            assert reached.wait(PATIENCE)
            stop.set()
        else:
            stop.set()
            way.finish("b")
            first.put(None)
        group, second = way.departed()
        assert group == ["c"]
        second.put(None)
        way.finish("a", "b", "c")
        assert isinstance(way.told["b"], KeyboardInterrupt)
        assert way.told["c"] == "answer to c"
        assert way.join._gatherings == {}


def test_a_case_that_leads_to_the_same_question_in_its_own_thread_does_not_wait_for_itself() -> None:
    join: JoinInquiries[str, str] = JoinInquiries()

    def carry(group: list[str]) -> list[str]:
        if group == ["outer"]:
            return [join("q", "inner", carry)]
        return [f"answer to {one}" for one in group]

    assert join("q", "outer", carry) == "answer to inner"


def test_whoever_waits_gives_its_turn_to_others() -> None:
    turns = Turns(1)
    with way_of() as way:
        plain = way.join

        class Turned:
            def __call__(self, question: str, item: str, carry: Any) -> str:
                with turns.taken():
                    return plain(question, item, carry)

        way.join = Turned()  # type: ignore[assignment]  # the same, by a thread that holds the only turn
        way.arrive("a")
        _, first = way.departed()
        way.arrive("b")
        way.arrive("c")
        first.put(None)
        group, second = way.departed()
        second.put(None)
        way.finish("a", "b", "c")
        assert group == ["b", "c"]


STEPS = st.lists(st.sampled_from(["arrive one", "arrive other", "back first", "back last", "fail"]), max_size=24)


@settings(max_examples=60, deadline=None)
@given(steps=STEPS, at_once=st.integers(1, 3), largest=st.integers(1, 4))
def test_in_every_order_of_events_all_are_carried_once_and_told_their_own(
    steps: list[str], at_once: int, largest: int
) -> None:
    with way_of(at_once, largest) as way:
        waiting: dict[str, deque[str]] = {"one": deque(), "other": deque()}
        under_way: dict[str, int] = {"one": 0, "other": 0}
        back: list[tuple[str, list[str], SimpleQueue[Any]]] = []
        expected: dict[str, str] = {}
        names = [f"n{number}" for number in range(len(steps))]

        def leave(question: str, members: list[str]) -> None:
            group, channel = way.departed()
            assert group == members
            under_way[question] += 1
            back.append((question, group, channel))

        def return_one(place: int, *, failing: bool) -> None:
            question, group, channel = back.pop(place)
            under_way[question] -= 1
            expected.update(dict.fromkeys(group, "failed") if failing else {one: f"answer to {one}" for one in group})
            channel.put(Failed() if failing else None)
            queue = waiting[question]
            if queue:
                leave(question, [queue.popleft() for _ in range(min(largest, len(queue)))])
            way.finish(*group)

        for name, step in zip(names, steps, strict=True):
            if step.startswith("arrive"):
                question = step.removeprefix("arrive ")
                way.arrive(name, question)
                if under_way[question] < at_once:
                    leave(question, [name])
                else:
                    waiting[question].append(name)
            elif back:
                return_one(0 if step == "back first" else -1, failing=step == "fail")
        while back:
            return_one(0, failing=False)
        told = {name: "failed" if isinstance(one, Failed | LeaderStopped) else one for name, one in way.told.items()}
        assert told == expected
        assert way.join._gatherings == {}


def test_a_question_is_asked_one_by_one_for_an_hour() -> None:
    known = OneByOne()
    assert not known.wants("q", TEST_INSTANT)
    known.note("q", TEST_INSTANT)
    assert known.wants("q", TEST_INSTANT + ASKED_APART - timedelta(microseconds=1))
    assert not known.wants("q", TEST_INSTANT + ASKED_APART)
    assert not known.wants("other", TEST_INSTANT)
    known.note("other", TEST_INSTANT + ASKED_APART)
    assert list(known._until) == ["other"], "what is over is forgotten"
