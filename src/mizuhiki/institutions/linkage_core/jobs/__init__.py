"""Timed work of the core: unfinished cases, checkpoints, old answers. Each runs on one worker only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.linkage_core.domain.cases import CORE
from mizuhiki.institutions.linkage_core.operations.service import LinkageCore
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.institution import Job
from mizuhiki.runtime.leases import Leases

_SECOND = timedelta(seconds=1)
_RESUME_EVERY = timedelta(seconds=15)
_IDLE = timedelta(seconds=10)
"""A case younger than this is likely in the hands of the worker that took it."""
_PURGE_EVERY = timedelta(hours=1)
_LEASE = timedelta(minutes=5)


def resume(core: LinkageCore, randomness: Randomness, idle: timedelta = timedelta()) -> Callable[[], int]:
    """Return the work of going on with unfinished cases that were received `idle` ago or earlier."""

    def run() -> int:
        context = _context(core, randomness, "番号法21条", "go on with unfinished cases")
        return core.resume_cases(context, idle=idle)

    return run


def tell_alarms(core: LinkageCore, randomness: Randomness) -> Callable[[], int]:
    """Return the work of telling the commission alarms that it does not have."""

    def run() -> int:
        return core.tell_alarms(_context(core, randomness, "番号法24条", "tell the commission alarms"))

    return run


def in_turn(*work: Callable[[], int]) -> Callable[[], int]:
    """Return several pieces of work as one, which tells the sum of what they tell."""

    def run() -> int:
        return sum(part() for part in work)

    return run


def _context(core: LinkageCore, randomness: Randomness, basis: str, purpose: str) -> Context:
    return Context(Actor(CORE, "machinery"), "information-linkage", basis, purpose, core.clock, randomness.token())


def jobs(core: LinkageCore, leases: Leases, randomness: Randomness) -> tuple[Job, ...]:
    """Return the timed work."""
    work = (
        ("checkpoint", _SECOND, core.checkpoint),
        ("resume-cases", _RESUME_EVERY, resume(core, randomness, _IDLE)),
        ("tell-alarms", _RESUME_EVERY, tell_alarms(core, randomness)),
        ("forget-finished", _PURGE_EVERY, core.forget_finished),
    )
    return tuple(Job(name, every, leases.elected(name, _LEASE, run)) for name, every, run in work)
