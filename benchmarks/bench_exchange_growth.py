"""What an inquiry in bulk costs among 10,000, 100,000 and, if asked for, 1,000,000 persons held by every server.

``BENCH_MOST_PEOPLE`` (100000) is the largest number, ``BENCH_ROUNDS`` (9) how many files of 10,000 inquiries are handed
in at each size, by one city after the other and, of some seven, one by the student services organization. As many
persons are asked about, spread evenly among all that are held; everybody is stored before the clock.

This machine is not equally fast twice: the same 10,000 inquiries took 0.77 and 0.87 ms of processor time within two
minutes. So all sizes stand beside each other with workers of their own, and each file goes to one after the other, the
last to the first in every second round. Compared is all processor time of all rounds, and the rounds' own ratios are
told. The first files of each body find nothing of its people in any connection's memory. What was lost, or ended
otherwise at one size than at another, is counted.

Proofs are left out: they touch no stored person, and which sections are drawn differs from run to run. What the
databases have before the clock starts is held in memory, as in the replay's own benchmark; ``BENCH_HOLD_PAGES=0``
leaves that to the system.
"""

from __future__ import annotations

import os
import statistics
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from benchmarks.bench_exchange_replay import HOLD_PAGES
from benchmarks.measurement import Measurement
from mizuhiki.institutions.intermediate_server.domain.bulk import LARGEST_FILE
from mizuhiki.world.replay.report import ReplaySettings
from mizuhiki.world.replay.run import Replay
from mizuhiki.world.replay.workers import Workers, packed

INQUIRIES = LARGEST_FILE
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "9"))
MOST = int(os.environ.get("BENCH_MOST_PEOPLE", "100000"))
SIZES = (10_000, 100_000, 1_000_000)
ALMOST_NEVER = 1e-9
GROWTH = 1.1
"""What an inquiry may cost more among many persons than among few."""


class _Among:
    """A replay among so many persons, whose files are measured one by one."""

    def __init__(self, held: int, stack: ExitStack) -> None:
        self.held = held
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="mizuhiki-replay-"))
        settings = ReplaySettings(
            inquiries=(ROUNDS + 1) * INQUIRIES,  # the last files, of a city and of student services, are not full
            population=INQUIRIES,
            held=held,
            data=Path(folder),
            proof_share=ALMOST_NEVER,
            hold_pages=HOLD_PAGES,
        )
        self._replay = Replay(settings)
        stack.callback(self._replay.close)
        self._replay.prepare()
        self._files = packed([one for one in self._replay.files() if len(one[1].lines) == INQUIRIES][:ROUNDS])
        self._workers = stack.enter_context(Workers(settings))
        self._replay.hold_pages()
        self.rounds: list[dict[str, float]] = []
        """Processor time of each file by place, seconds."""

    def ask(self, number: int) -> None:
        """Hand a file in and carry it out."""
        self.rounds.append(dict(self._workers.run(self._replay, [self._files[number]]).used))

    def costs(self) -> list[float]:
        """Return the processor time of an inquiry in each round, microseconds."""
        return [1e6 * sum(used.values()) / INQUIRIES for used in self.rounds]

    def cost_at(self, place: str) -> float:
        """Return the processor time of an inquiry at one place, microseconds."""
        return 1e6 * statistics.mean(used.get(place, 0.0) for used in self.rounds) / INQUIRIES

    def outcomes(self) -> Counter[str]:
        """Return how all inquiries ended."""
        return self._replay.outcomes()


def run() -> Iterator[Measurement]:
    """Measure all sizes up to `MOST` beside each other."""
    with ExitStack() as stack:
        sizes = [_Among(held, stack) for held in SIZES if held <= MOST]
        for number in range(ROUNDS):
            for one in sizes if number % 2 == 0 else sizes[::-1]:
                one.ask(number)
        ended = [one.outcomes() for one in sizes]
    fewest = sizes[0]
    for one, outcomes in zip(sizes, ended, strict=True):
        lost = ROUNDS * INQUIRIES - outcomes.total()
        yield Measurement(f"lost among {one.held:,} persons", lost, "", None, 0)
        if one is not fewest:
            other = (outcomes - ended[0]).total()
            yield Measurement(f"  ended otherwise than among {fewest.held:,}", other, "", None, 0)
    for one in sizes:
        yield Measurement(f"processor time among {one.held:,} persons", statistics.mean(one.costs()), "µs/inquiry")
        for place in sorted(one.rounds[0]):
            yield Measurement(f"  of it at: {place}", one.cost_at(place), "µs/inquiry")
    for one in sizes[1:]:
        said = f"among {one.held:,} over among {fewest.held:,}"
        ratios = [100 * many / few for many, few in zip(one.costs(), fewest.costs(), strict=True)]
        yield Measurement(f"least of a round, {said}", min(ratios), "%")
        yield Measurement(f"most of a round, {said}", max(ratios), "%")
        growth = 100 * sum(one.costs()) / sum(fewest.costs())
        yield Measurement(f"cost {said}", growth, "%", None, 100 * GROWTH)
