"""Affairs under ordinances that local bodies lodge for linkage (条例事務の届出, 番号法9条2項, 19条9号; R-252).

A lodged affair is published or returned with a reason. A published one stands until its body ends it, a newer filing
takes its place, or the commission withdraws it; what it allowed on earlier days stays on record.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from mizuhiki.institutions.commission.domain.errors import (
    OrdinanceOver,
    OrdinanceReasonMissing,
    OrdinanceStepImpossible,
)
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

    `published_on` is the first day on which it may allow something. `asked_until` and `lawful_until` are the last days
    of linkage and of the affair, see `PublishedOrdinanceAffair`; one that is to end later is still published.
    `reason` is why it was returned or ended.
    """

    key: str
    filing_id: str
    affair: OrdinanceAffair
    state: FilingState
    lodged_at: datetime
    published_on: date | None = None
    asked_until: date | None = None
    lawful_until: date | None = None
    reason: str = ""

    @property
    def institution(self) -> InstitutionId:
        """Whose affair it is."""
        return self.affair.institution

    def stands_on(self, day: date) -> bool:
        """Tell whether it is published and was not ended; the affair's own days are another matter."""
        return self.state is FilingState.PUBLISHED and (self.asked_until is None or day <= self.asked_until)

    def as_of(self, day: date) -> Filing:
        """Return the filing as it is shown on a day: one that was to end before it has ended."""
        ended = self.state is FilingState.PUBLISHED and not self.stands_on(day)
        return replace(self, state=FilingState.WITHDRAWN) if ended else self

    def publish(self, today: date) -> Filing:
        """Return the filing published.

        Raises:
            OrdinanceStepImpossible: it is not a lodged one.
            OrdinanceOver: its last day is over.
        """
        self._require_lodged()
        if self.affair.valid_until is not None and self.affair.valid_until < today:
            raise OrdinanceOver(until=self.affair.valid_until.isoformat())
        return replace(self, state=FilingState.PUBLISHED, published_on=today)

    def send_back(self, reason: str) -> Filing:
        """Return the filing sent back to its body, which may lodge another.

        Raises:
            OrdinanceStepImpossible: it is not a lodged one.
            OrdinanceReasonMissing: no reason, or a longer one than is kept.
        """
        self._require_lodged()
        return replace(self, state=FilingState.RETURNED, reason=_in_words(reason))

    def withdraw(self, today: date, reason: str, *, affair_too: bool = False) -> Filing:
        """Return the filing withdrawn: nothing is asked for it from this moment on.

        The affair itself stays what its ordinance makes of it, unless there is no such ordinance (`affair_too`).

        Raises:
            OrdinanceStepImpossible: it is not published, or has ended.
            OrdinanceReasonMissing: no reason, or a longer one than is kept.
        """
        if not self.stands_on(today):
            raise OrdinanceStepImpossible(state=self.state.value)
        lawful = today - timedelta(days=1) if affair_too else self.lawful_until
        return replace(
            self, state=FilingState.WITHDRAWN, asked_until=today, lawful_until=lawful, reason=_in_words(reason)
        )

    def replaced_by(self, newer: Filing, today: date) -> Filing:
        """Return the filing ended where a newer one of the same affair begins: at once, or on a later day."""
        begins, words = max(newer.affair.valid_from, today), _replaced(newer)
        eve = begins - timedelta(days=1)
        if begins > today:
            return replace(self, asked_until=eve, lawful_until=eve, reason=words)
        return replace(self.withdraw(today, words), lawful_until=eve)

    def restored(self, newer: Filing, today: date) -> Filing | None:
        """Return the filing as it was where a newer one, withdrawn before it began, was to take its place."""
        if not self.stands_on(today) or self.reason != _replaced(newer):
            return None
        return replace(self, asked_until=None, lawful_until=None, reason="")

    def published(self, now: date | None = None) -> PublishedOrdinanceAffair | None:
        """Return what everybody is told; nothing where it was never published.

        With `now`, what the commission itself goes by at this moment: of a withdrawn one nothing is asked today either.
        """
        if self.published_on is None:
            return None
        until = self.asked_until
        if now is not None and self.state is FilingState.WITHDRAWN and until is not None:
            until = min(until, now - timedelta(days=1))
        return PublishedOrdinanceAffair(self.affair, self.published_on, until, self.lawful_until)

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


def _replaced(newer: Filing) -> str:
    return f"a newer filing takes its place: {newer.filing_id}"
