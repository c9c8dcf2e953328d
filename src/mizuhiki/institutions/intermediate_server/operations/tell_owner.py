"""Tell the owner's business systems what this server holds and how it stands (R-219).

Record management, the check of local copies, own data, and the state of the server: four of the nine interface groups.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mizuhiki.institutions.intermediate_server.domain.copies import CopyFinding, compare_copies
from mizuhiki.institutions.intermediate_server.domain.errors import DataWithheld, UnknownAddressee
from mizuhiki.institutions.intermediate_server.domain.exchanges import LocalCopy, RecordedExchange
from mizuhiki.institutions.intermediate_server.domain.holding import HeldProvision
from mizuhiki.institutions.intermediate_server.domain.outages import Outage
from mizuhiki.institutions.intermediate_server.ports import QueueCounts, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.gate import Disclosure, ProtectionGate

RECORDS = "read-own-records"
COPIES = "check-local-copies"
OWN_DATA = "read-own-data"
STATE = "read-state"
MOST_OUTAGES = 50
CHANNEL = "own-data"


@dataclass(frozen=True, slots=True)
class StateOfServer:
    """What waits, and who is away."""

    outages: tuple[Outage, ...]
    queue: QueueCounts
    approvals_waiting: int
    approvals_overdue: int
    cases_open: int


@dataclass(frozen=True, slots=True)
class TellOwner:
    """Reads; nothing here changes anything."""

    store: Store
    authority: Authority
    gate: ProtectionGate

    def records(
        self, context: Context, *, after: tuple[datetime, str] | None, limit: int
    ) -> tuple[list[RecordedExchange], bool]:
        """Return one page of own records of exchanges, oldest first, and whether there are more."""
        self.authority.require(context, RECORDS)
        found = self.store.exchanges_after(after, limit + 1)
        return found[:limit], len(found) > limit

    def check_copies(self, context: Context, *, originals: Sequence[LocalCopy]) -> tuple[int, list[CopyFinding]]:
        """Compare originals with the copies held of their addressees and kinds; return how many agree, and the rest."""
        self.authority.require(context, COPIES)
        with self.store.transaction() as records:
            held = records.copies(
                sorted({one.addressee_number for one in originals}), sorted({one.kind for one in originals})
            )
        return compare_copies(originals, [copy for some in held.values() for copy in some])

    def own_data(self, context: Context, *, addressee_number: str) -> tuple[list[LocalCopy], int]:
        """Return what is held of one addressee for that very person, and how many copies may not be shown (不開示).

        Raises:
            UnknownAddressee: nobody is registered under this number.
            DataWithheld: a measure stands; the responsible officer decides.
        """
        self.authority.require(context, OWN_DATA)
        with self.store.transaction() as records:
            known = records.addressee(addressee_number)
        if known is None:
            raise UnknownAddressee
        copies = self.store.copies_of(addressee_number)
        content = ",".join(sorted({copy.kind for copy in copies}))
        asked = Disclosure(addressee_number, CHANNEL, context.actor.institution, content)
        if any(self.gate.withheld(context, [asked])):
            raise DataWithheld
        shown = [copy for copy in copies if not copy.not_disclosed]
        return shown, len(copies) - len(shown)

    def waiting_provisions(self, context: Context) -> list[HeldProvision]:
        """Return answers held for their kind, the next to fall due first; those held for a person are not told."""
        self.authority.require(context, STATE)
        return sorted(self.store.holds(), key=lambda one: (one.due_at, one.hold_id))

    def state(self, context: Context) -> StateOfServer:
        """Return what waits and who is away."""
        self.authority.require(context, STATE)
        now = context.now()
        due = [one.due_at for one in self.store.holds()] + [one.due_at for one in self.store.approvals()]
        return StateOfServer(
            outages=tuple(self.store.outages(open_only=True, limit=MOST_OUTAGES)),
            queue=self.store.queue_counts(),
            approvals_waiting=len(due),
            approvals_overdue=sum(one <= now for one in due),
            cases_open=len(self.store.cases(open_only=True)),
        )
