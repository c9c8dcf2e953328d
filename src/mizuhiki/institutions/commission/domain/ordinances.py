"""Affairs under ordinances that local bodies lodge for linkage (条例事務の届出, 番号法9条2項, 19条9号; R-252).

A lodged affair is published or returned with a reason. A published one stands until its body ends it, a newer filing
takes its place, or the commission withdraws it; what it allowed on earlier days stays on record.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from datetime import date, datetime

from mizuhiki.institutions.commission.domain.errors import OrdinanceReasonMissing, OrdinanceStepImpossible
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.statute import OrdinanceAffair, PublishedOrdinanceAffair

LONGEST_REASON = 2_000
"""Characters."""


class FilingState(enum.StrEnum):
    """Where a filing stands."""

    LODGED = "lodged"
    PUBLISHED = "published"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """One filing; `key` is the commission's name of it, `filing_id` its body's.

    `published_on` is the first day on which it may allow something, `withdrawn_on` the first on which it allows nothing
    any more. `reason` is why it was returned or withdrawn.
    """

    key: str
    filing_id: str
    affair: OrdinanceAffair
    state: FilingState
    lodged_at: datetime
    published_on: date | None = None
    withdrawn_on: date | None = None
    reason: str = ""

    @property
    def institution(self) -> InstitutionId:
        """Whose affair it is."""
        return self.affair.institution

    def stands_on(self, day: date) -> bool:
        """Tell whether it is published and not withdrawn on a day; the affair's own days are another matter."""
        return self.published_on is not None and (self.withdrawn_on is None or day < self.withdrawn_on)

    def publish(self, today: date) -> Filing:
        """Return the filing published.

        Raises:
            OrdinanceStepImpossible: it is not a lodged one.
        """
        self._require_lodged()
        return replace(self, state=FilingState.PUBLISHED, published_on=today)

    def send_back(self, reason: str) -> Filing:
        """Return the filing sent back to its body, which may lodge another.

        Raises:
            OrdinanceStepImpossible: it is not a lodged one.
            OrdinanceReasonMissing: no reason, or a longer one than is kept.
        """
        self._require_lodged()
        return replace(self, state=FilingState.RETURNED, reason=_in_words(reason))

    def withdraw(self, today: date, reason: str, *, first_day_without: date | None = None) -> Filing:
        """Return the filing withdrawn: it allows nothing from today, or from a later day on.

        Raises:
            OrdinanceStepImpossible: it is not published, or allows nothing any more.
            OrdinanceReasonMissing: no reason, or a longer one than is kept.
        """
        if not self.stands_on(today):
            raise OrdinanceStepImpossible(state=self.state.value)
        last = max(today, first_day_without or today)
        return replace(self, state=FilingState.WITHDRAWN, withdrawn_on=last, reason=_in_words(reason))

    def replaced_by(self, newer: Filing, today: date) -> Filing:
        """Return the filing withdrawn from the day on which a newer one of the same affair begins."""
        begins = max(newer.affair.valid_from, today)
        ends = begins if self.withdrawn_on is None else min(begins, self.withdrawn_on)
        return self.withdraw(today, f"a newer filing takes its place: {newer.filing_id}", first_day_without=ends)

    def published(self) -> PublishedOrdinanceAffair | None:
        """Return what everybody is told; nothing where it was never published."""
        if self.published_on is None:
            return None
        return PublishedOrdinanceAffair(self.affair, self.published_on, self.withdrawn_on)

    def _require_lodged(self) -> None:
        if self.state is not FilingState.LODGED:
            raise OrdinanceStepImpossible(state=self.state.value)


@dataclass(frozen=True, slots=True)
class FilingStep:
    """Who brought a filing into a state, and why."""

    state: FilingState
    reason: str
    at: datetime
    actor: str
    role: str


def _in_words(reason: str) -> str:
    words = reason.strip()
    if not words or len(words) > LONGEST_REASON:
        raise OrdinanceReasonMissing(longest=LONGEST_REASON)
    return words
