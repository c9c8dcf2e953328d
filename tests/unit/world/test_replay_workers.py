"""Files of a replay are handed in one after the other, and every section is carried out once (decision 103)."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from mizuhiki.world.replay import ReplaySettings
from mizuhiki.world.replay.workers import AHEAD, PackedFile, Section, SectionDone, Step, Workers

CITY = institution_id(InstitutionKind.MUNICIPALITY, "452025")
COUNT, SECTIONS = 2, 10


def sections_of(file: int) -> list[Section]:
    return [(CITY, f"{file}-{number}") for number in range(SECTIONS)]


class Pool:
    """Stands in for the worker processes: one thread that does each step in its turn, and notes what was asked for."""

    def __init__(self, answered: frozenset[Section] = frozenset()) -> None:
        self.thread = ThreadPoolExecutor(1)
        self.answered = answered
        self.sent: Counter[Section] = Counter()
        self.open: set[Future[Step]] = set()
        self.handing_in: set[Future[Step]] = set()
        self.beside: list[tuple[int, int]] = []
        """For each file the sections and the files that were asked for and not done when it was handed in."""

    def submit(self, work: Callable[[Any], Step], given: Any) -> Future[Step]:
        if work.__name__ == "_submit":
            waiting = [sum(not one.done() for one in kept) for kept in (self.open, self.handing_in)]
            self.beside.append((waiting[0], waiting[1]))
            future = self.thread.submit(self.hand_in, given)
            self.handing_in.add(future)
            return future
        self.sent[given] += 1
        future = self.thread.submit(lambda: Step({}, done=SectionDone(given[1], 0.0, 1, 1)))
        self.open.add(future)
        return future

    def hand_in(self, file: PackedFile) -> Step:
        time.sleep(0.01)  # long enough for another to be handed in beside it, if it were
        return Step({}, [one for one in sections_of(int(file.octets)) if one not in self.answered])


def steps(pool: Pool, folder: Path, left: list[Section], files: int) -> list[Step]:
    workers = Workers(ReplaySettings(inquiries=1, population=1, data=folder, workers=COUNT))
    workers._pool = pool  # type: ignore[assignment]
    with pool.thread:
        return list(workers._steps(left, deque(PackedFile(CITY, str(one).encode()) for one in range(files))))


def test_each_section_is_carried_out_once_and_files_come_one_after_the_other(tmp_path: Path) -> None:
    pool = Pool()
    done = steps(pool, tmp_path, [], 12)
    assert pool.sent == Counter(section for file in range(12) for section in sections_of(file))
    assert sum(step.done is not None for step in done) == 12 * SECTIONS
    assert len(pool.beside) == 12
    assert max(sections for sections, _ in pool.beside) < AHEAD * COUNT
    assert {files for _, files in pool.beside} == {0}


def test_what_a_killed_replay_left_is_carried_out_first_and_once(tmp_path: Path) -> None:
    first, second = sections_of(0), sections_of(1)
    answered, left = frozenset(first[:4]), [*first[4:], *second]
    pool = Pool(answered)
    done = steps(pool, tmp_path, left, 3)
    assert pool.sent == Counter([*left, *sections_of(2)])
    ended = [step.done.section_id for step in done if step.done is not None]
    assert set(ended[-SECTIONS:]) == {section for _, section in sections_of(2)}


def test_nothing_to_do_is_done_at_once(tmp_path: Path) -> None:
    assert steps(Pool(), tmp_path, [], 0) == []
