"""Incidents, and the drill of issuing every certificate again within a day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mizuhiki.crypto.randomness import Randomness
from mizuhiki.crypto.x509 import RehearsalKey
from mizuhiki.institutions.jpki.domain.certificates import Kind
from mizuhiki.institutions.jpki.domain.errors import NoSuchIncident
from mizuhiki.institutions.jpki.domain.practice import Drill, Incident
from mizuhiki.institutions.jpki.ports import Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of

OPEN, CLOSE, DRILL = "open-incident", "close-incident", "drill-reissue"
READ = "read-figures"
SAMPLE = 100


@dataclass(frozen=True, slots=True)
class KeepPractice:
    """What operators write down. `stopwatch` gives seconds of a clock that only runs forward."""

    store: Store
    authority: Authority
    randomness: Randomness
    stopwatch: Callable[[], float]

    def open_incident(self, context: Context, *, kind: str, summary: str) -> str:
        """Open an incident and return its number."""
        self.authority.require(context, OPEN)
        incident = Incident(
            incident=self.randomness.token(),
            kind=kind,
            summary=summary,
            opened_by=context.actor.person or "",
            opened_at=context.now(),
        )
        with self.store.transaction() as records:
            records.keep_incident(incident)
            records.audit(grounds_of(context), "incident-opened", "done", count=1)
        return incident.incident

    def close_incident(self, context: Context, *, incident: str, outcome: str) -> None:
        """Close an incident that another person opened.

        Raises:
            NoSuchIncident: there is no such open incident.
            SecondPersonNeeded: the same person opened it.
        """
        self.authority.require(context, CLOSE)
        with self.store.transaction() as records:
            found = next((one for one in records.incidents() if one.incident == incident), None)
            if found is None:
                raise NoSuchIncident
            records.keep_incident(found.closed(context.actor.person or "", outcome, context.now()))
            records.audit(grounds_of(context), "incident-closed", "done", count=1)

    def incidents(self, context: Context) -> list[Incident]:
        """Return every incident, newest first."""
        self.authority.require(context, READ)
        with self.store.transaction() as records:
            return records.incidents()

    def drill(self, context: Context, *, kind: Kind, workers: int) -> Drill:
        """Rehearse issuing every living certificate of a kind again, and keep the plan it gives.

        A sample is encoded again as it stands and signed under a key made for the drill and forgotten, so that nothing
        signed can be taken for a certificate; the plan is the time of the sample for all of them.
        """
        self.authority.require(context, DRILL)
        with self.store.transaction() as records:
            sample, all_of_them = records.living(kind, context.now(), SAMPLE), records.living_count(kind, context.now())
        key = RehearsalKey()
        started = self.stopwatch()
        for _serial, der in sample:
            key.sign_again(der)
        taken = self.stopwatch() - started
        drill = Drill(
            kind=kind,
            certificates=all_of_them,
            sampled=len(sample),
            sample_microseconds=max(1, round(taken * 1_000_000)) if sample else 0,
            workers=workers,
            held_by=context.actor.person or "",
            held_at=context.now(),
        )
        with self.store.transaction() as records:
            records.keep_drill(drill)
            records.audit(grounds_of(context), "reissue-drilled", "done", count=all_of_them)
        return drill

    def drills(self, context: Context) -> list[Drill]:
        """Return every drill, newest first."""
        self.authority.require(context, READ)
        with self.store.transaction() as records:
            return records.drills()
