"""Inquiries that wait together travel together (decisions 0089 and 0106).

An inquiry leaves at once where no case of its way is under way: to its provider, or, where its question is to be asked
apart, of that question. Where one is, it waits until a place is free, with all others of the same way that come
meanwhile; then they leave as one case. Nobody waits for company: the busier the way, the more lines a case carries.

What is done with those that leave is the caller's matter, so this module knows neither cases nor answers. It promises:

- no more than `at_once` groups of one way are under way, no group is larger than `largest`;
- who came first leaves first, and everybody is told the own result, or an error;
- whoever leads a group may fail or be interrupted: its members hear of it, and the next group leaves.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from mizuhiki.runtime.turns import given_up
from mizuhiki.vocabulary.asked_questions import MOST_QUESTIONS
from mizuhiki.vocabulary.errors import Malformed, Unavailable

AT_ONCE = 1
"""Cases of one way under way together; with more of them each carries fewer lines."""
LARGEST = 64
"""Lines of one joined case at most."""
ASKED_APART = timedelta(hours=1)
"""How long a question is asked one by one after somebody wanted that; rules and quotas change by the day."""

Item = TypeVar("Item")
Result = TypeVar("Result")


class LeaderStopped(Unavailable):
    """Whoever carried an inquiry together with others failed or was stopped; asking again finds how it stands."""

    code = "joined-inquiry-interrupted"
    title = "The inquiry was interrupted; ask again"


class LimitImpossible(Malformed):
    """A configured number of cases or of lines below 1, or of more lines than a case may have questions."""

    code = "joined-inquiries-limit-impossible"
    title = "At least one case of one to 100 lines has to be allowed"


@dataclass(slots=True, eq=False)
class _Place(Generic[Item, Result]):
    """One that waits or is carried. `group` is set for the one who has to lead, who is its first member."""

    item: Item
    called: threading.Event = field(default_factory=threading.Event)
    group: list[_Place[Item, Result]] | None = None
    result: Result | None = None
    failed: bool = False


@dataclass(slots=True)
class _Gathering(Generic[Item, Result]):
    under_way: int = 0
    waiting: list[_Place[Item, Result]] = field(default_factory=list)


class JoinInquiries(Generic[Item, Result]):
    """Gathers by the way things go; safe between threads, whose turn (`runtime.turns`) is given up while they wait."""

    def __init__(self, at_once: int = AT_ONCE, largest: int = LARGEST) -> None:
        """Gather nothing yet.

        Raises:
            LimitImpossible: nobody could ever leave.
        """
        if at_once < 1 or not 1 <= largest <= MOST_QUESTIONS:
            raise LimitImpossible(at_once=at_once, largest=largest)
        self._at_once = at_once
        self._largest = largest
        self._guard = threading.Lock()
        self._gatherings: dict[Hashable, _Gathering[Item, Result]] = {}
        self._led = threading.local()

    def __call__(self, way: Hashable, item: Item, carry: Callable[[list[Item]], Sequence[Result]]) -> Result:
        """Return the result for `item`, of `carry` called here or by another member of its group.

        Raises:
            LeaderStopped: `carry` failed in another thread.
            Exception: whatever `carry` raised in this one.
        """
        if way in self._led_here():
            # In one process, what a case leads to may ask again in the very thread that would have to bring it back.
            return carry([item])[0]
        mine: _Place[Item, Result] = _Place(item)
        with self._guard:
            gathering = self._gatherings.setdefault(way, _Gathering())
            gathering.waiting.append(mine)
            self._call_next(gathering)
        if not mine.called.is_set():
            self._wait(way, mine)
        if mine.group is not None:
            self._lead(way, mine.group, carry)
        if mine.failed:
            raise LeaderStopped
        return mine.result  # type: ignore[return-value]  # set by whoever led, unless it failed

    def _wait(self, way: Hashable, mine: _Place[Item, Result]) -> None:
        called = False
        try:
            with given_up():
                mine.called.wait()
            called = True
        finally:
            if not called:
                self._leave(way, mine)

    def _lead(
        self,
        way: Hashable,
        group: list[_Place[Item, Result]],
        carry: Callable[[list[Item]], Sequence[Result]],
    ) -> None:
        carried = False
        try:
            with self._leading(way):
                results = carry([place.item for place in group])
            for place, result in zip(group, results, strict=True):
                place.result = result
            carried = True
        finally:
            self._returned(way, group, carried=carried)

    def _returned(self, way: Hashable, group: Sequence[_Place[Item, Result]], *, carried: bool) -> None:
        with self._guard:
            gathering = self._gatherings[way]
            gathering.under_way -= 1
            self._call_next(gathering)
            if not gathering.under_way:
                del self._gatherings[way]
        for place in group[1:]:
            place.failed = not carried
            place.called.set()

    def _call_next(self, gathering: _Gathering[Item, Result]) -> None:
        """Let the next group leave where a place is free: its first member is called to lead it."""
        if gathering.waiting and gathering.under_way < self._at_once:
            group, gathering.waiting = gathering.waiting[: self._largest], gathering.waiting[self._largest :]
            gathering.under_way += 1
            group[0].group = group
            group[0].called.set()

    def _leave(self, way: Hashable, mine: _Place[Item, Result]) -> None:
        """Take somebody out who was stopped while waiting; who was called to lead calls the others as before."""
        with self._guard:
            gathering = self._gatherings.get(way)
            if gathering is not None and mine in gathering.waiting:
                gathering.waiting.remove(mine)
                return
            if gathering is None or mine.group is None:
                return
            gathering.waiting = mine.group[1:] + gathering.waiting
            gathering.under_way -= 1
            self._call_next(gathering)
            if not gathering.under_way:
                del self._gatherings[way]

    def _led_here(self) -> set[Hashable]:
        led: set[Hashable] = self._led.__dict__.setdefault("ways", set())
        return led

    @contextmanager
    def _leading(self, way: Hashable) -> Iterator[None]:
        self._led_here().add(way)
        try:
            yield
        finally:
            self._led_here().discard(way)


class OneByOne:
    """Questions that are not joined for a while, because a case of several was not answered as such."""

    def __init__(self) -> None:
        self._until: dict[Hashable, datetime] = {}
        self._guard = threading.Lock()

    def note(self, question: Hashable, now: datetime) -> None:
        """Ask a question one by one from now on, for `ASKED_APART`."""
        with self._guard:
            self._until = {known: until for known, until in self._until.items() if now < until}
            self._until[question] = now + ASKED_APART

    def wants(self, question: Hashable, now: datetime) -> bool:
        """Say whether a question is to be asked one by one now."""
        with self._guard:
            until = self._until.get(question)
        return until is not None and now < until
