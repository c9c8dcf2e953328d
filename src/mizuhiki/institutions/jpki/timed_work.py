"""The authorities' timed work: who does it, on which ground, how often."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from mizuhiki.institutions.jpki.operations.service import CertificationAuthorities
from mizuhiki.institutions.jpki.store.status_tables import LEASES
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.institution import Job
from mizuhiki.runtime.leases import Leases

PREPARE_EVERY = timedelta(seconds=10)
"""With the 5 seconds after which memories catch up and 30 of caches, a changed status is seen within 45 seconds."""
LISTS_EVERY = timedelta(minutes=1)
METER_EVERY = timedelta(seconds=10)
ROTATE_EVERY = timedelta(hours=1)
FORGET_EVERY = timedelta(days=1)
LEASE = timedelta(minutes=5)


class TimedWork:
    """Jobs of one process; those on the shared database are done by one process at a time."""

    def __init__(self, environment: Environment, database: Database, operations: CertificationAuthorities) -> None:
        self._environment = environment
        self._operations = operations
        self._leases = Leases(database, LEASES, environment.clock, environment.randomness.token())

    def jobs(self) -> Iterator[Job]:
        """Yield every job."""
        operations = self._operations
        yield self._elected("prepare-status-answers", PREPARE_EVERY, "sign status answers", operations.prepare_status)
        yield self._elected("publish-lists", LISTS_EVERY, "publish revocation lists", operations.lists.publish_due)
        yield self._elected("rotate-status-signers", ROTATE_EVERY, "rotate signers", operations.signers.rotate)
        yield self._elected("forget-status-usage", FORGET_EVERY, "forget old counts", operations.meter.forget)
        # Not elected: each process writes down what it counted itself.
        yield Job("meter-status", METER_EVERY, operations.meter.write_down)

    def _elected(self, name: str, every: timedelta, purpose: str, run: Callable[[Context], object]) -> Job:
        def work() -> None:
            run(self.context(purpose))

        return Job(name, every, self._leases.elected(name, LEASE, work))

    def context(self, purpose: str) -> Context:
        """Return the context of timed work."""
        return Context(
            actor=Actor(self._environment.institution, "timed-work"),
            affair="card-issue",
            legal_basis="公的個人認証法18条, 37条",
            purpose=purpose,
            clock=self._environment.clock,
            trace=self._environment.randomness.token(),
        )
