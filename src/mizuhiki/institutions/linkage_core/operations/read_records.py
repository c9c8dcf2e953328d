"""Read what the core recorded: reconciliation, figures, refusals, rows nobody uses (R-225)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mizuhiki.institutions.linkage_core.domain.cases import ReconciledExchange, RefusalLine
from mizuhiki.institutions.linkage_core.operations.read_statute import ReadStatute
from mizuhiki.institutions.linkage_core.ports import OutcomeCount, ProvidedCount, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.ids import ExchangeName, inquirer_names_in_law, kind_of, provider_names_in_law
from mizuhiki.vocabulary.statute import AskedCombination, StatuteRow, unused_rows

RECONCILE = "reconcile"
READ = "read-records"


@dataclass(frozen=True, slots=True)
class ReadRecords:
    """Reading for peers, staff and everybody."""

    store: Store
    authority: Authority
    statute: ReadStatute

    def reconcile(self, context: Context, *, exchanges: Sequence[ExchangeName]) -> list[ReconciledExchange]:
        """Return what stands for those of the exchanges in which the calling server's owner took part."""
        self.authority.require(context, RECONCILE)
        return self.store.recorded(context.actor.institution, exchanges)

    def outcomes(self, context: Context) -> list[OutcomeCount]:
        """Return exchanges by day and outcome."""
        self.authority.require(context, READ)
        return self.store.outcomes()

    def refusals(self, context: Context, *, limit: int = 100) -> list[RefusalLine]:
        """Return refusals, newest first."""
        self.authority.require(context, READ)
        return self.store.refusals(limit=limit)

    def refusals_by_rule(self, context: Context) -> list[tuple[str, str, int]]:
        """Return (rule, refused by, number)."""
        self.authority.require(context, READ)
        return self.store.refusals_by_rule()

    def unused(self, context: Context, *, day: date) -> list[StatuteRow]:
        """Return rows that permit something on `day` and that no recorded exchange ever used.

        A row nobody uses is a power nobody needs: it goes to those who write the order.
        """
        self.authority.require(context, READ)
        asked = [
            AskedCombination(inquirer_name, one.affair, one.procedure, provider_name, information_kind)
            for one in self.store.asked()
            for inquirer_name in inquirer_names_in_law(one.inquirer)
            for provider_name in provider_names_in_law(kind_of(one.provider))
            for information_kind in one.kinds
        ]
        return unused_rows(self.statute.rows, day, asked)

    def provided(self) -> list[ProvidedCount]:
        """Return answered exchanges by procedure and kinds: figures without a person, for everybody."""
        return self.store.provided()
