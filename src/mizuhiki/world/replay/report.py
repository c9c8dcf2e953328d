"""What a replay is told, and what it tells."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

WORKERS = os.cpu_count() or 1
"""A process for each core. One more fills the time in which another waits, but to change between them costs as much
processor time (decisions 95 and 103)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaySettings:
    """What is replayed, where and how. `proof_share` is the share of sections each receiver has proved.

    `population` are the persons that are asked about; every server holds `held` persons, if that is more, the others
    with data of their own between those. `hold_pages` keeps what the databases have before the clock starts in memory,
    as an institution's own ``hold_pages`` does (`runtime.held_pages`).
    """

    inquiries: int
    population: int
    data: Path
    workers: int = WORKERS
    section_size: int = 1_000
    proof_share: float = 0.05
    seed: int = 1
    floor_rounds: int = 2_000
    held: int = 0
    hold_pages: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MinuteOfReplay:
    """Inquiries answered in one minute, and the largest memory of each worker process until its end, in MB."""

    minute: int
    inquiries: int
    rate: float
    memory_mb: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayReport:
    """The result; rates are inquiries per second.

    `floor` is the design's, which the targets are about; `operations_rate` is what the group operations that are done
    today would reach alone, by the library they are done with (`floor`, `group_library`).

    `processor_ms` is processor time of an inquiry, `processor_ms_of` the same by place; `processor_ratio` the floor's
    share of it: what `ratio` would be on a machine with nothing else to do.

    `week_of_provisions` is the published week (R-230), `week_seconds` how long its inquiries take at `rate`.

    `held_pages_mb` is how much of the databases was held in memory; it counts in `peak_memory_mb`, the largest memory
    of the program that started the workers.

    `undetected` gives, for numbers of falsely converted sections, the probability that one receiver draws none of them.
    """

    inquiries: int
    resumed: bool
    seconds: float
    rate: float
    floor: float
    ratio: float
    group_library: str
    operations_rate: float
    operations_ratio: float
    processor_ms: float
    processor_ms_of: dict[str, float]
    floor_processor_ms: float
    processor_ratio: float
    operations_processor_ms: float
    cores: int
    workers: int
    section_size: int
    population: int
    held: int
    held_pages_mb: int
    outcomes: dict[str, int]
    lost: int
    doubled: int
    unreconciled: int
    peak_memory_mb: int
    proof_share: float
    undetected: dict[int, float]
    share_of_kinds: float
    share_of_procedures: float
    week_of_provisions: int
    week_seconds: float
    minutes: tuple[MinuteOfReplay, ...]
