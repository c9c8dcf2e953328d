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
from mizuhiki.runtime.clock import Clock
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
    clock: Clock

    def about(self, inquirer: InstitutionId, affair: str) -> StatuteTable:
        """Return the Act's table, with the inquirer's published ordinances where the affair is one of those."""
        if not is_ordinance_affair(affair):
            return self.table
        return self._with(self.store.filings(inquirer))

    def at_hand(self) -> PublishedStatute:
        """Return itself: the commission's own list is at hand."""
        return self

    def whole(self) -> StatuteTable:
        """Return the Act's table with everybody's published ordinances."""
        return self._with(self.store.filings(None))

    def _with(self, filings: Sequence[Filing]) -> StatuteTable:
        found = [one.published(self.clock.today()) for one in reversed(filings)]
        return with_ordinances(self.table, [one for one in found if one is not None])


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
        with self.store.transaction() as records:
            known = records.filing_of(affair.institution, filing_id)
            if known is not None:
                if known.affair != affair:
                    raise OrdinanceFilingChanged
                return known
            self._require_publishable(affair)
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
        return [one.as_of(context.today()) for one in self.store.filings(institution)]

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
            self._restore(context, records, ended)
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
        return [one.as_of(context.today()) for one in self.store.filings(None)]

    def one(self, context: Context, key: str) -> tuple[Filing, list[FilingStep]]:
        """Return a filing and what was done about it, oldest first.

        Raises:
            OrdinanceFilingUnknown: there is none.
        """
        self.authority.require(context, LIST)
        with self.store.snapshot() as records:
            return _found(records, key).as_of(context.today()), records.filing_steps(key)

    def publish(self, context: Context, key: str) -> Filing:
        """Publish a lodged filing; an earlier one of the same affair ends where this one begins.

        Raises:
            OrdinanceFilingUnknown, OrdinanceStepImpossible: see `domain.ordinances`.
            OrdinanceAffairBeyondItem: the table changed since it was lodged.
            OrdinanceOver: its last day is over.
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

    def withdraw(self, context: Context, key: str, *, reason: str, affair_too: bool = False) -> Filing:
        """Withdraw a published filing; what it allowed is refused from now on.

        With `affair_too` the number may no longer be used for the affair at all. One that had not begun yet gives its
        place back to the filing it was to replace.

        Raises:
            OrdinanceFilingUnknown, OrdinanceStepImpossible, OrdinanceReasonMissing: see `domain.ordinances`.
        """
        self.authority.require(context, WITHDRAW)
        with self.store.transaction() as records:
            found = _found(records, key)
            filing = found.withdraw(context.today(), reason, affair_too=affair_too)
            self._step(context, records, filing)
            self._restore(context, records, filing)
        return filing

    def _restore(self, context: Context, records: OrdinanceRecords, withdrawn: Filing) -> None:
        for earlier in records.filings_of_code(withdrawn.affair.code):
            restored = earlier.restored(withdrawn, context.today())
            if restored is not None:
                self._step(context, records, restored)

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
