"""Special move with the card (住基法24条の2; 施行令24条の3; R-048), continued use of the card after a move (R-046).

With the card no moving-out certificate is carried: the move is announced by post or online and only the place one moves
to is visited. It is possible until 30 days after the announced day and until 14 days after the move itself; after
that the certificate is asked for. The card goes on if it is shown there: an Individual Number Card within 90 days of
the notification (and the notification in time), a 住基カード from 2012-07-09, before which it was returned.
"""

from __future__ import annotations

from datetime import date, timedelta

from mizuhiki.institutions.municipality.domain.events.errors import SpecialMoveNotPossible
from mizuhiki.vocabulary.card_lapse import CONTINUED_USE_DAYS, DAYS_AFTER_MOVE, DAYS_AFTER_PLANNED

CONTINUED_USE_FROM = date(2012, 7, 9)


def require_special_move(planned_on: date, moved_on: date, received_on: date) -> None:
    """Check both periods at the place one moves to.

    Raises:
        SpecialMoveNotPossible: rule `30-days-after-planned-day` or `14-days-after-move`.
    """
    if received_on > planned_on + timedelta(days=DAYS_AFTER_PLANNED):
        raise SpecialMoveNotPossible(rule="30-days-after-planned-day")
    if received_on > moved_on + timedelta(days=DAYS_AFTER_MOVE):
        raise SpecialMoveNotPossible(rule="14-days-after-move")


def card_goes_on(planned_on: date, moved_on: date, notified_on: date, shown_on: date) -> bool:
    """Whether an Individual Number Card shown on `shown_on` may go on being used after a move."""
    in_time = notified_on <= planned_on + timedelta(days=DAYS_AFTER_PLANNED) and notified_on <= moved_on + timedelta(
        days=DAYS_AFTER_MOVE
    )
    return in_time and notified_on <= shown_on <= notified_on + timedelta(days=CONTINUED_USE_DAYS)


def resident_card_rule(moved_on: date) -> str:
    """Return what happens to a 住基カード at a move: ``return-to-old-mayor`` or ``continue-if-shown`` (R-046)."""
    return "continue-if-shown" if moved_on >= CONTINUED_USE_FROM else "return-to-old-mayor"
