"""One replay from beginning to end, and its report."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from mizuhiki.crypto.pseudonyms import undetected
from mizuhiki.crypto.pseudonyms.arithmetic import arithmetic
from mizuhiki.world.replay.floor import mean, measure_floor
from mizuhiki.world.replay.mix import PROVISIONS_OF_A_WEEK, inquiries_of_a_week, share_covered
from mizuhiki.world.replay.report import MinuteOfReplay, ReplayReport, ReplaySettings
from mizuhiki.world.replay.run import Replay
from mizuhiki.world.replay.workers import SectionDone, Workers, packed

_MINUTE = 60


def replay(settings: ReplaySettings) -> ReplayReport:
    """Run one replay and return its report."""
    cores = os.cpu_count() or 1
    one = Replay(settings)
    try:
        one.prepare()
        files = one.files()
        inquiries, handed_in = sum(len(file.lines) for _, file in files), packed(files)
        del files  # as objects they take a kilobyte a line
        with Workers(settings) as workers:
            held_pages = one.hold_pages()
            before = measure_floor(cores, settings.floor_rounds)
            work = workers.run(one, handed_in)
            after = measure_floor(cores, settings.floor_rounds)
        floor, today = (mean(first, last) for first, last in zip(before, after, strict=True))
        outcomes, counted, sizes = one.outcomes(), one.counted(), one.section_sizes()
    finally:
        one.close()
    rate, processor = inquiries / work.seconds, sum(work.used.values())
    kinds, procedures = share_covered()
    return ReplayReport(
        inquiries=inquiries,
        resumed=one.resumed,
        seconds=round(work.seconds, 3),
        rate=round(rate, 1),
        floor=round(floor.rate, 1),
        ratio=round(rate / floor.rate, 3),
        group_library=arithmetic().name,
        operations_rate=round(today.rate, 1),
        operations_ratio=round(rate / today.rate, 3),
        processor_ms=round(1000 * processor / inquiries, 3),
        processor_ms_of={place: round(1000 * taken / inquiries, 3) for place, taken in sorted(work.used.items())},
        floor_processor_ms=round(1000 * floor.processor, 3),
        processor_ratio=round(floor.processor * inquiries / processor, 3),
        operations_processor_ms=round(1000 * today.processor, 3),
        cores=cores,
        workers=settings.workers,
        section_size=settings.section_size,
        population=settings.population,
        held=max(settings.held, settings.population),
        held_pages_mb=held_pages >> 20,
        outcomes=dict(outcomes),
        lost=inquiries - sum(outcomes.values()) + counted.lost,
        doubled=counted.doubled,
        unreconciled=counted.unreconciled,
        peak_memory_mb=counted.peak_memory_mb,
        proof_share=settings.proof_share,
        undetected={number: undetected(settings.proof_share, number) for number in (1, 10, 100)},
        share_of_kinds=round(kinds, 3),
        share_of_procedures=round(procedures, 3),
        week_of_provisions=PROVISIONS_OF_A_WEEK,
        week_seconds=round(inquiries_of_a_week() / rate, 1),
        minutes=tuple(minutes_of(work.sections, sizes, work.seconds)),
    )


def minutes_of(sections: Sequence[SectionDone], sizes: Mapping[str, int], seconds: float) -> list[MinuteOfReplay]:
    """Return what was answered in each minute of the clock, and the workers' largest memory until its end.

    A section counts in the minute in which it ends. The last minute may be shorter.
    """
    found: list[MinuteOfReplay] = []
    memory: dict[int, int] = {}
    for start in range(0, max(1, -(-int(seconds * 1000) // 1000)), _MINUTE):
        length = min(_MINUTE, seconds - start)
        done = [one for one in sections if start <= one.at < start + _MINUTE]
        memory |= {one.worker: one.memory_mb for one in done}
        inquiries = sum(sizes.get(one.section_id, 0) for one in done)
        found.append(
            MinuteOfReplay(
                minute=len(found) + 1,
                inquiries=inquiries,
                rate=round(inquiries / length, 1),
                memory_mb=tuple(memory[worker] for worker in sorted(memory)),
            )
        )
    return found
