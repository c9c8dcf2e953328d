"""Timed and desk work around a certificate's life: notices, and applications nobody took up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from mizuhiki.institutions.jpki.domain.issuance import CertificatePlan, renewal_opens
from mizuhiki.institutions.jpki.domain.practice import Ending
from mizuhiki.institutions.jpki.operations.grounds import grounds_of
from mizuhiki.institutions.jpki.ports import Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.dates import JST

NOTIFY = "notify-renewal"
GIVE_UP = "give-up-applications"
READ = "read-figures"
WINDOW = timedelta(days=93)
"""No three months are longer."""


def _keep_only(ending: Ending) -> None:
    """Send nothing: the municipality reads the list of ending certificates from the operators."""
    del ending


@dataclass(frozen=True, slots=True)
class WatchExpiry:
    """What happens to certificates by the calendar; `send` hands a notice to whoever writes to the holder."""

    store: Store
    authority: Authority
    send: Callable[[Ending], None] = field(default=_keep_only)

    def notify(self, context: Context) -> int:
        """Tell holders whose renewal opened that their certificates end, each once; return how many were told."""
        self.authority.require(context, NOTIFY)
        told = 0
        with self.store.transaction() as records:
            for ending in records.endings(context.now(), context.now() + WINDOW, notified=False):
                opens_on = renewal_opens(ending.ends.astimezone(JST).date())
                if opens_on <= context.today():
                    records.keep_renewal_notice(ending, opens_on, context.now())
                    self.send(ending)
                    told += 1
            if told:
                records.audit(grounds_of(context), "renewal-notified", "done", count=told)
        return told

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
