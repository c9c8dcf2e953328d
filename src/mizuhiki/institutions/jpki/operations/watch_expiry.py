"""What operators watch: certificates that end, and applications nobody took up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from mizuhiki.institutions.jpki.domain.issuance import CertificatePlan
from mizuhiki.institutions.jpki.domain.practice import Ending
from mizuhiki.institutions.jpki.ports import Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of

GIVE_UP = "give-up-applications"
READ = "read-figures"
WINDOW = timedelta(days=93)
"""No three months are longer."""


@dataclass(frozen=True, slots=True)
class WatchExpiry:
    """What happens to certificates by the calendar."""

    store: Store
    authority: Authority

    def give_up(self, context: Context) -> int:
        """Make plans void that were not signed within a day; return how many."""
        self.authority.require(context, GIVE_UP)
        with self.store.transaction() as records:
            stale = [plan for plan in records.open_plans() if plan.stale(context.now())]
            for plan in stale:
                records.give_up(plan, context.now())
            if stale:
                records.audit(grounds_of(context), "applications-given-up", "done", count=len(stale))
        return len(stale)

    def queue(self, context: Context) -> list[CertificatePlan]:
        """Return applications recorded and not yet signed, oldest first."""
        self.authority.require(context, READ)
        with self.store.transaction() as records:
            return records.open_plans()

    def ending(self, context: Context) -> list[Ending]:
        """Return good certificates that end within the window, whether their holders were told or not."""
        self.authority.require(context, READ)
        with self.store.transaction() as records:
            return records.endings(context.now(), context.now() + WINDOW, notified=True)
