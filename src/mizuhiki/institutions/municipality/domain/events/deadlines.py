"""Within how many days an event must be notified, and what follows when it is late.

住基法22条-25条, 30条の46-30条の48 (14 days), 52条2項 (過料 of up to 50,000 yen, 53条 by the summary court);
戸籍法43条 (the day of the event counts), 49条 (birth: 14 days, three months abroad), 86条 (death: 7 days, three
months abroad), 102条の2 and 103条 (naturalisation, loss of nationality: one month; the latter
three months abroad), 137条 (過料 up to 50,000 yen);
地方自治法4条の2第4項 (a period that would end on a day the municipality is closed ends on the next open one).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from mizuhiki.institutions.municipality.domain.events.errors import LateReasonMissing
from mizuhiki.vocabulary.dates import deadline_on_open_day, period_end

LARGEST_FINE_YEN = 50_000


@dataclass(frozen=True, slots=True)
class Deadline:
    """A period of days or months; `event_day_counts` as under the Family Register Act.

    `beforehand` is the move out, which is announced before it happens (住基法24条); taken for 14 days after it.
    """

    basis: str
    days: int = 0
    months: int = 0
    event_day_counts: bool = False
    beforehand: bool = False
    fine_basis: str = "住民基本台帳法52条2項"

    def last_day(self, event: date) -> date:
        """Return the last day of the period; never one on which the municipality is closed."""
        first = event if self.event_day_counts else event + timedelta(days=1)
        last = period_end(first, self.months) if self.months else first + timedelta(days=self.days - 1)
        return deadline_on_open_day(last)


WITHIN_14_DAYS = Deadline("住民基本台帳法22条, 23条, 25条, 30条の46, 30条の48", days=14)
BECOMING_RESIDENT = Deadline("住民基本台帳法30条の47", days=14)
"""From the day on which somebody who lives here already became a mid- to long-term resident or the like."""
BEFOREHAND = Deadline("住民基本台帳法24条", days=14, beforehand=True)
BIRTH = Deadline("戸籍法49条, 43条", days=14, event_day_counts=True, fine_basis="戸籍法137条")
BIRTH_ABROAD = Deadline("戸籍法49条, 43条", months=3, event_day_counts=True, fine_basis="戸籍法137条")
DEATH = Deadline("戸籍法86条, 43条", days=7, event_day_counts=True, fine_basis="戸籍法137条")
DEATH_ABROAD = Deadline("戸籍法86条, 43条", months=3, event_day_counts=True, fine_basis="戸籍法137条")
NATURALISATION = Deadline("戸籍法102条の2, 43条", months=1, event_day_counts=True, fine_basis="戸籍法137条")
LOSS_OF_NATIONALITY = Deadline("戸籍法103条, 43条", months=1, event_day_counts=True, fine_basis="戸籍法137条")
"""From the day on which the notifier learned of it; three months where they were abroad that day."""
LOSS_OF_NATIONALITY_ABROAD = Deadline("戸籍法103条, 43条", months=3, event_day_counts=True, fine_basis="戸籍法137条")


@dataclass(frozen=True, slots=True)
class Lateness:
    """How late a notification came. `fine_notice` is what the clerk says; the summary court decides on a fine."""

    due_on: date
    days: int
    reason: str
    fine_basis: str

    @property
    def fine_notice(self) -> str:
        """The notice that a fine is possible."""
        return (
            f"届出期間（{self.due_on.isoformat()}まで）を{self.days}日過ぎています。正当な理由がないときは"
            f"{LARGEST_FINE_YEN // 10_000}万円以下の過料に処されることがあります（{self.fine_basis}）。"
        )


def lateness(deadline: Deadline | None, event: date, received: date, reason: str) -> Lateness | None:
    """Return how late a notification is, or None when it is in time; a late one is taken with its reason.

    Raises:
        LateReasonMissing: it is late and no reason is recorded.
    """
    if deadline is None:
        return None
    due = deadline.last_day(event)
    if received <= due:
        return None
    if not reason.strip():
        raise LateReasonMissing(due_on=due.isoformat())
    return Lateness(due, (received - due).days, reason.strip(), deadline.fine_basis)
