"""Take, publish, return and end affairs under ordinances; state the list of those published (番号法9条2項, 19条9号)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.commission.domain.errors import (
    OrdinanceCodeTaken,
    OrdinanceFilingChanged,
    OrdinanceFilingUnknown,
)
from mizuhiki.institutions.commission.domain.ordinances import Filing, FilingState, FilingStep
from mizuhiki.institutions.commission.ports import OrdinanceRecords, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of
from mizuhiki.vocabulary.affairs import is_ordinance_affair
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.statute import OrdinanceAffair, PublishedOrdinanceAffair, StatuteTable, with_ordinances

LODGE = "lodge-ordinance-affair"
READ_OWN = "read-own-filings"
END = "end-ordinance-affair"
STATE = "state-ordinance-affairs"
LIST = "list-ordinance-affairs"
PUBLISH = "publish-ordinance-affair"
SEND_BACK = "return-ordinance-affair"
WITHDRAW = "withdraw-ordinance-affair"
ENDED_BY_BODY = "ended by the local body"
BODIES_OF_A_PAGE = 100
"""Local bodies of one statement; a body has a few affairs of a kilobyte each."""


@dataclass(frozen=True, slots=True)
class PublishedStatute:
    """The law as the commission itself sees it; ordinances are read anew for each question about one of them."""

    store: Store
    table: StatuteTable

    def about(self, inquirer: InstitutionId, affair: str) -> StatuteTable:
        """Return the Act's table, with the inquirer's published ordinances where the affair is one of those."""
        if not is_ordinance_affair(affair):
            return self.table
        return with_ordinances(self.table, self.store.published_ordinances([inquirer]))

    def whole(self) -> StatuteTable:
        """Return the Act's table with everybody's published ordinances."""
        return with_ordinances(self.table, self.store.published_ordinances(self.store.bodies_with_ordinances("")))


@dataclass(frozen=True, slots=True)
class StatedAffairs:
    """What was ever published of some bodies; the list goes on after `next`, unless that is empty."""

    affairs: Sequence[PublishedOrdinanceAffair]
    next: str


@dataclass(frozen=True, slots=True)
class KeepOrdinanceAffairs:
    """The commission's list of affairs under ordinances."""

    store: Store
    authority: Authority
    randomness: Randomness
    table: StatuteTable

    def lodge(self, context: Context, *, filing_id: str, affair: OrdinanceAffair) -> Filing:
        """Take a filing and return it; the same one again changes nothing and returns where it stands.

        Raises:
            OrdinanceAffairMalformed, OrdinanceAffairNotAllowed, OrdinanceAffairBeyondItem: it cannot be published.
            OrdinanceFilingChanged: the filing id was used for other content.
        """
        self.authority.require(context, LODGE)
        self._require_publishable(affair)
        with self.store.transaction() as records:
            known = records.filing_of(affair.institution, filing_id)
            if known is not None:
                if known.affair != affair:
                    raise OrdinanceFilingChanged
                return known
            filing = Filing(
                key=self.randomness.token(),
                filing_id=filing_id,
                affair=affair,
                state=FilingState.LODGED,
                lodged_at=context.now(),
            )
            self._step(context, records, filing)
        return filing

    def own(self, context: Context, *, institution: InstitutionId) -> list[Filing]:
        """Return all filings of a body, newest first."""
        self.authority.require(context, READ_OWN)
        return self.store.filings(institution)

    def end(self, context: Context, *, institution: InstitutionId, filing_id: str) -> Filing:
        """End an affair at its body's word, from today on.

        Raises:
            OrdinanceFilingUnknown: the body lodged nothing under this id.
            OrdinanceStepImpossible: it does not stand.
        """
        self.authority.require(context, END)
        with self.store.transaction() as records:
            found = records.filing_of(institution, filing_id)
            if found is None:
                raise OrdinanceFilingUnknown
            ended = found.withdraw(context.today(), ENDED_BY_BODY)
            self._step(context, records, ended)
        return ended

    def state(self, context: Context, *, of: InstitutionId | None, after: str) -> StatedAffairs:
        """Return what was published of one body, or a page of all bodies in the order of their identifiers."""
        self.authority.require(context, STATE)
        if of is not None:
            return StatedAffairs(self.store.published_ordinances([of]), "")
        bodies = self.store.bodies_with_ordinances(after)
        page = bodies[:BODIES_OF_A_PAGE]
        more = len(bodies) > len(page)
        return StatedAffairs(self.store.published_ordinances(page), page[-1] if more else "")

    def listed(self, context: Context) -> list[Filing]:
        """Return all filings, newest first."""
        self.authority.require(context, LIST)
        return self.store.filings(None)

    def one(self, context: Context, key: str) -> tuple[Filing, list[FilingStep]]:
        """Return a filing and what was done about it, oldest first.

        Raises:
            OrdinanceFilingUnknown: there is none.
        """
        self.authority.require(context, LIST)
        with self.store.snapshot() as records:
            return _found(records, key), records.filing_steps(key)

    def publish(self, context: Context, key: str) -> Filing:
        """Publish a lodged filing; an earlier one of the same affair ends where this one begins.

        Raises:
            OrdinanceFilingUnknown, OrdinanceStepImpossible: see `domain.ordinances`.
            OrdinanceAffairBeyondItem: the table changed since it was lodged.
            OrdinanceCodeTaken: another organ of the local body has an affair under this code.
        """
        self.authority.require(context, PUBLISH)
        today = context.today()
        with self.store.transaction() as records:
            filing = _found(records, key).publish(today)
            self._require_publishable(filing.affair)
            for earlier in records.filings_of_code(filing.affair.code):
                if earlier.institution != filing.institution and earlier.published_on is not None:
                    raise OrdinanceCodeTaken
                if earlier.stands_on(today):
                    self._step(context, records, earlier.replaced_by(filing, today))
            self._step(context, records, filing)
        return filing

    def send_back(self, context: Context, key: str, *, reason: str) -> Filing:
        """Return a lodged filing to its body with a reason.

        Raises:
            OrdinanceFilingUnknown, OrdinanceStepImpossible, OrdinanceReasonMissing: see `domain.ordinances`.
        """
        self.authority.require(context, SEND_BACK)
        with self.store.transaction() as records:
            filing = _found(records, key).send_back(reason)
            self._step(context, records, filing)
        return filing

    def withdraw(self, context: Context, key: str, *, reason: str) -> Filing:
        """Withdraw a published filing; what it allowed is refused from now on.

        Raises:
            OrdinanceFilingUnknown, OrdinanceStepImpossible, OrdinanceReasonMissing: see `domain.ordinances`.
        """
        self.authority.require(context, WITHDRAW)
        with self.store.transaction() as records:
            filing = _found(records, key).withdraw(context.today(), reason)
            self._step(context, records, filing)
        return filing

    def _require_publishable(self, affair: OrdinanceAffair) -> None:
        affair.require_complete()
        affair.affair()  # raises where an ordinance cannot add it
        affair.require_within_item(self.table)

    @staticmethod
    def _step(context: Context, records: OrdinanceRecords, filing: Filing) -> None:
        actor = context.actor
        step = FilingStep(filing.state, filing.reason, context.now(), actor.person or actor.institution, actor.role)
        records.put_filing(filing, step)
        grounds = grounds_of(context)
        records.audit(grounds, "ordinance-affair-step", "done", affair=filing.affair.code, state=filing.state.value)


def _found(records: OrdinanceRecords, key: str) -> Filing:
    filing = records.filing(key)
    if filing is None:
        raise OrdinanceFilingUnknown
    return filing
