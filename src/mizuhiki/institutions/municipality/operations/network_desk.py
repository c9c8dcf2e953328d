"""Use cases of the register network, bound to their adapters. Roles stand in brackets; see each module."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from mizuhiki.card.reader import Reader
from mizuhiki.institutions.municipality.domain.network import CardCheckForm, StoredCheck, TierComparison
from mizuhiki.institutions.municipality.operations import reconcile_tiers as _reconcile
from mizuhiki.institutions.municipality.operations import verify_number as _verify
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.numbers import ResidentRecordCode
from mizuhiki.vocabulary.persons import FourItems
from mizuhiki.vocabulary.register_access.verification import NumberCheck

SHOWN = 60
OPEN_LOOK_UPS = "open-look-ups"


@dataclass(frozen=True, slots=True)
class NetworkDesk:
    """Number checks, look-ups and the comparison of the tiers."""

    adapters: Adapters

    def verify_by_card(self, context: Context, form: CardCheckForm, reader: Reader | None = None) -> NumberCheck:
        """Check a number with the card at hand [counter-clerk]."""
        return _verify.verify_by_card(context, self.adapters, form, reader)

    def verify_by_network(self, context: Context, number_text: str, written: FourItems) -> NumberCheck:
        """Check a number by register and network [counter-clerk]."""
        return _verify.verify_by_network(context, self.adapters, number_text, written)

    def checks(self, context: Context, day: date) -> list[StoredCheck]:
        """Return the number checks of a day, newest first [counter-clerk]."""
        grounds = self.adapters.permit(context, _verify.READ)
        start = datetime.combine(day, time(), JST)
        with self.adapters.store.transaction() as records:
            found = list(records.network.checks(start, start + timedelta(days=1)))
            records.audit(grounds, "number-checks-viewed", "done", count=len(found))
        return found

    def reconcile(self, context: Context) -> TierComparison:
        """Compare the tiers and send again what differs [machinery, registrar]."""
        return _reconcile.reconcile_tiers(context, self.adapters)

    def comparisons(self, context: Context) -> list[TierComparison]:
        """Return the last comparisons, newest first [registrar]."""
        grounds = self.adapters.permit(context, _reconcile.READ)
        with self.adapters.store.transaction() as records:
            found = list(records.network.comparisons(SHOWN))
            records.audit(grounds, "comparisons-viewed", "done", count=len(found))
        return found

    def open_look_ups(self, context: Context, codes: Sequence[ResidentRecordCode]) -> list[str]:
        """Return the look-ups about a person as bundles, one for each record they had here [peer]."""
        grounds = self.adapters.permit_peer(context, OPEN_LOOK_UPS)
        with self.adapters.store.transaction() as records:
            residents = records.network.person_tokens(codes)
            records.audit(grounds, "look-ups-opened", "done", count=len(residents))
        if residents:
            self.adapters.store.checkpoint()
        return [self.adapters.store.bundle(resident) for resident in residents]

    def checkpoint(self) -> int:
        """Sign what the ledger of look-ups grew by [machinery]."""
        return self.adapters.store.checkpoint()
