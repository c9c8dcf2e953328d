"""Special move with the card (住基法24条の2; 施行令24条の3; R-048), and the 住基カード after a move (R-046).

With the card no moving-out certificate is carried: the move is announced by post or online and only the place one moves
to is visited. It is possible until 30 days after the announced day and until 14 days after the move itself; after
that the certificate is asked for. A 住基カード goes on if it is shown there from 2012-07-09 on, before which it was
returned to the mayor who issued it; what ends an Individual Number Card says `vocabulary.card_lapse`.
"""

from __future__ import annotations

from datetime import date, timedelta

from mizuhiki.institutions.municipality.domain.events.errors import SpecialMoveNotPossible
from mizuhiki.vocabulary.card_lapse import (
    DAYS_AFTER_MOVE,
    DAYS_AFTER_PLANNED,
    NO_RESIDENT_CARD_FROM,
    resident_card_ends,
)

CONTINUED_USE_FROM = date(2012, 7, 9)
"""In force of 平成21年法律77号, which ended the duty to return the card at a move."""
RETURN_OLD_CARD = "住基カードをお持ちの方は、交付した市区町村長に返納してください（2012-07-09前の転入）。"
SHOW_OLD_CARD = "住基カードをお持ちの方は、提示すると有効期間の満了まで引き続き使えます（2012-07-09施行）。"


def require_special_move(planned_on: date, moved_on: date, received_on: date) -> None:
    """Check both periods at the place one moves to.

    Raises:
        SpecialMoveNotPossible: rule `30-days-after-planned-day` or `14-days-after-move`.
    """
    if received_on > planned_on + timedelta(days=DAYS_AFTER_PLANNED):
        raise SpecialMoveNotPossible(rule="30-days-after-planned-day")
    if received_on > moved_on + timedelta(days=DAYS_AFTER_MOVE):
        raise SpecialMoveNotPossible(rule="14-days-after-move")


def resident_card_notices(moved_on: date) -> tuple[str, ...]:
    """Return what the counter tells about a 住基カード at a move in; nothing once the last has expired (R-046)."""
    last = resident_card_ends(NO_RESIDENT_CARD_FROM - timedelta(days=1))
    if last is not None and moved_on > last:
        return ()
    return (SHOW_OLD_CARD,) if moved_on >= CONTINUED_USE_FROM else (RETURN_OLD_CARD,)
