"""Worker processes of a replay, and what each of them did when.

They share nothing but the institutions' databases and keys, as worker processes of a web server do.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from multiprocessing.synchronize import Barrier
from typing import NamedTuple, Self

from mizuhiki.institutions.intermediate_server.domain.bulk import BulkFile
from mizuhiki.runtime.collector import settle
from mizuhiki.runtime.stored_values import decode_stored, encode_stored
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.world.replay.memory import largest_memory_mb
from mizuhiki.world.replay.metering import Used, summed
from mizuhiki.world.replay.report import ReplaySettings
from mizuhiki.world.replay.run import Replay

START_SECONDS = 300
AHEAD = 4
"""The next file is handed in once fewer sections than this wait for each worker, as files of a year come in turn."""
AT_HAND = 2
"""So many sections a worker's pool has: the one it carries out and the next. Others wait outside of it, so that a file
is not taken after all of them, when the other workers have nothing left to do until it is handed in."""

Section = tuple[InstitutionId, str]
"""A section by the body that asks and its identifier."""


class SectionDone(NamedTuple):
    """One section that a worker finished: when, seconds after the start, and the worker's largest memory so far."""

    section_id: str
    at: float
    worker: int
    memory_mb: int


class PackedFile(NamedTuple):
    """A file as it reaches a worker, who can read it for a fifth of what Python's own way between processes costs."""

    asking: InstitutionId
    octets: bytes


def packed(files: Sequence[tuple[InstitutionId, BulkFile]]) -> list[PackedFile]:
    """Return files as workers take them; made before the clock starts, as the files themselves are."""
    return [PackedFile(asking, encode_stored(file)) for asking, file in files]


class Step(NamedTuple):
    """What a worker did: a file handed in, of which these sections wait now, or a section carried out."""

    used: Used
    waiting: Sequence[Section] = ()
    done: SectionDone | None = None


class Work(NamedTuple):
    """What all workers did: seconds by the clock, of processor time by place, and the sections in their order."""

    seconds: float
    used: Used
    sections: list[SectionDone]


_here: list[Replay] = []
"""The replay of a worker process."""


def _open(settings: ReplaySettings, ready: Barrier) -> None:
    _here.append(Replay(settings))
    _here[0].warm_up()
    settle()
    _here[0].meter.take(0.0)  # what was used before the clock is nobody's
    ready.wait()


def _submit(one: PackedFile) -> Step:
    started = time.process_time()
    here, file = _here[0], decode_stored(one.octets, BulkFile)
    here.submit(one.asking, file)
    waiting = here.pending_of(one.asking, file.file_id)
    return Step(here.meter.take(time.process_time() - started), waiting)


def _send(one: Section) -> Step:
    started = time.process_time()
    _here[0].send(*one)
    used = _here[0].meter.take(time.process_time() - started)
    # One clock for all processes of a machine: it counts from its start.
    return Step(used, done=SectionDone(one[1], time.monotonic(), os.getpid(), largest_memory_mb()))


def _nothing(_number: int) -> None:
    """Start a worker."""


class Workers:
    """Worker processes that each serve every institution; which one takes a section is left to chance."""

    def __init__(self, settings: ReplaySettings) -> None:
        self._count = settings.workers
        context = multiprocessing.get_context("spawn")
        self._ready = context.Barrier(settings.workers + 1)
        self._pool = ProcessPoolExecutor(settings.workers, context, initializer=_open, initargs=(settings, self._ready))

    def __enter__(self) -> Self:
        started = [self._pool.submit(_nothing, number) for number in range(self._count)]
        self._ready.wait(START_SECONDS)
        for one in started:
            one.result()
        return self

    def __exit__(self, *_error: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def run(self, one: Replay, files: Sequence[PackedFile]) -> Work:
        """Hand in the files one after the other and carry out their sections."""
        started = time.monotonic()
        steps = list(self._steps(one.pending(), deque(files)))
        seconds = time.monotonic() - started
        done = [step.done._replace(at=step.done.at - started) for step in steps if step.done is not None]
        return Work(seconds, summed(step.used for step in steps), sorted(done, key=lambda each: each.at))

    def _steps(self, left: Sequence[Section], files: deque[PackedFile]) -> Iterator[Step]:
        """Yield what workers did until nothing waits; what a killed replay left behind waits from the beginning."""
        known, waiting = set(left), deque(left)
        sending: set[Future[Step]] = set()
        handing_in: set[Future[Step]] = set()
        while waiting or sending or handing_in or files:
            if files and not handing_in and len(waiting) < AHEAD * self._count:
                handing_in = {self._pool.submit(_submit, files.popleft())}
            while waiting and len(sending) < AT_HAND * self._count:
                sending.add(self._pool.submit(_send, waiting.popleft()))
            ended, _ = wait(sending | handing_in, return_when=FIRST_COMPLETED)
            sending, handing_in = sending - ended, handing_in - ended
            for step in (each.result() for each in ended):
                waiting.extend(section for section in step.waiting if section not in known)
                known.update(step.waiting)
                yield step
