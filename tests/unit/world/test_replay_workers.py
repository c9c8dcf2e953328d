"""Files of a replay are handed in one after the other, and every section is carried out once (decision 103)."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from mizuhiki.world.replay import ReplaySettings, workers
from mizuhiki.world.replay.workers import AT_HAND, PackedFile, Section, SectionDone, Step, Workers

CITY = institution_id(InstitutionKind.MUNICIPALITY, "452025")
COUNT, SECTIONS = 2, 10


def sections_of(file: int) -> list[Section]:
    return [(CITY, f"{file}-{number}") for number in range(SECTIONS)]


class Pool:
    """Stands in for the worker processes: does what was asked for first whenever somebody waits."""

    def __init__(self, answered: frozenset[Section] = frozenset()) -> None:
        self.answered = answered
        self.asked: deque[tuple[str, Any, Future[Step]]] = deque()
        self.sent: Counter[Section] = Counter()
        self.beside: list[Counter[str]] = []
        """What else was asked for and not done when a file was handed in, by the kind of work, for each file."""
        self.left: list[int] = []
        """What is there for other workers to do while one takes a file, for each file."""

    def submit(self, work: Callable[[Any], Step], given: Any) -> Future[Step]:
        if work.__name__ == "_submit":
            self.beside.append(Counter(name for name, _, _ in self.asked))
        else:
            self.sent[given] += 1
        future: Future[Step] = Future()
        self.asked.append((work.__name__, given, future))
        return future

    def wait(self, futures: set[Future[Step]], return_when: str) -> tuple[set[Future[Step]], set[Future[Step]]]:
        assert return_when == "FIRST_COMPLETED"
        name, given, future = self.asked.popleft()
        if name == "_submit":
            self.left.append(len(self.asked))
            waiting = [one for one in sections_of(int(given.octets)) if one not in self.answered]
            future.set_result(Step({}, waiting))
        else:
            future.set_result(Step({}, done=SectionDone(given[1], 0.0, 1, 1)))
        return {future}, futures - {future}


@pytest.fixture
def steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Pool, list[Section], int], list[Step]]:
    def of(pool: Pool, left: list[Section], files: int) -> list[Step]:
        one = Workers(ReplaySettings(inquiries=1, population=1, data=tmp_path, workers=COUNT))
        monkeypatch.setattr(one, "_pool", pool)
        monkeypatch.setattr(workers, "wait", pool.wait)
        return list(one._steps(left, deque(PackedFile(CITY, str(number).encode()) for number in range(files))))

    return of


Steps = Callable[[Pool, list[Section], int], list[Step]]


def test_each_section_is_carried_out_once_and_files_come_one_after_the_other(steps: Steps) -> None:
    pool = Pool()
    done = steps(pool, [], 12)
    assert pool.sent == Counter(section for file in range(12) for section in sections_of(file))
    assert sum(step.done is not None for step in done) == 12 * SECTIONS
    assert pool.beside == [Counter()] + 11 * [Counter(_send=AT_HAND * COUNT - 1)]
    assert pool.left[1:] == 11 * [COUNT * AT_HAND]


def test_what_a_killed_replay_left_is_carried_out_first_and_once(steps: Steps) -> None:
    first, second = sections_of(0), sections_of(1)
    left = [*first[4:], *second]
    pool = Pool(answered=frozenset(first[:4]))
    done = steps(pool, left, 3)
    ended = [(CITY, step.done.section_id) for step in done if step.done is not None]
    assert ended == [*left, *sections_of(2)]
    assert pool.sent == Counter(ended)


def test_nothing_to_do_is_done_at_once(steps: Steps) -> None:
    assert steps(Pool(), [], 0) == []
