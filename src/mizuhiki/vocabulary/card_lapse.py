"""When an Individual Number Card ends by law before anybody takes it back (番号法17条6項; 施行令14条; R-154).

The first cause by day counts. The rule stands here because two institutions ask it: the register that issues the cards
every night, and the municipality at whose desk a card is shown.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, timedelta

DAYS_AFTER_PLANNED = 30
DAYS_AFTER_MOVE = 14
CONTINUED_USE_DAYS = 90
OVERSEAS_USE_FROM = date(2024, 5, 27)
"""From then on number and card of a Japanese national who moves abroad go on being used."""


class LapseCause(enum.StrEnum):
    """Why a card ended."""

    EXPIRED = "expired"
    MOVED_ABROAD = "moved-abroad"
    NO_NOTICE_AFTER_PLANNED_DAY = "no-notice-30-days-after-planned-day"
    NO_NOTICE_AFTER_MOVE = "no-notice-14-days-after-move"
    NOT_SHOWN = "not-shown-within-90-days"
    MOVED_ON_WITHOUT_SHOWING = "moved-on-without-showing"
    DEATH = "death"
    REMOVED = "record-removed"
    NUMBER_CHANGED = "number-changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardLife:
    """What happened to holder and card; None for what did not. `expires_on` is the card's last valid day.

    `planned_on` is the planned day of the last move out, `moved_on` the day of the move in, `notified_on` the day of
    its notice, `shown_on` the day the card was shown there, `moved_out_again_on` the next move out from there.
    `abroad_allowed` says whether the holder is one whose card may go on abroad at all.
    """

    expires_on: date
    left_country_on: date | None = None
    abroad_allowed: bool = True
    died_on: date | None = None
    planned_on: date | None = None
    moved_on: date | None = None
    notified_on: date | None = None
    shown_on: date | None = None
    moved_out_again_on: date | None = None


def card_goes_on_abroad(left_on: date) -> bool:
    """Whether card and certificates of a Japanese national who moved abroad on a day go on (R-058)."""
    return left_on >= OVERSEAS_USE_FROM


def lapse_of(life: CardLife, day: date) -> tuple[date, LapseCause] | None:
    """Return the first day on which the card is no longer valid, if it has come by `day`, and why."""
    causes = [(life.expires_on + timedelta(days=1), LapseCause.EXPIRED)]
    if life.died_on is not None:
        causes.append((life.died_on, LapseCause.DEATH))
    if life.left_country_on is not None and not (life.abroad_allowed and card_goes_on_abroad(life.left_country_on)):
        causes.append((life.left_country_on, LapseCause.MOVED_ABROAD))
    causes += _causes_of_move(life)
    first = min(causes, key=lambda cause: cause[0])
    return first if first[0] <= day else None


def _causes_of_move(life: CardLife) -> list[tuple[date, LapseCause]]:
    causes = []
    periods = (
        (life.planned_on, DAYS_AFTER_PLANNED, LapseCause.NO_NOTICE_AFTER_PLANNED_DAY),
        (life.moved_on, DAYS_AFTER_MOVE, LapseCause.NO_NOTICE_AFTER_MOVE),
        (life.notified_on, CONTINUED_USE_DAYS, LapseCause.NOT_SHOWN),
    )
    for start, days, cause in periods:
        done = life.shown_on if cause is LapseCause.NOT_SHOWN else life.notified_on
        if start is not None and (done is None or done > start + timedelta(days=days)):
            causes.append((start + timedelta(days=days + 1), cause))
    again = life.moved_out_again_on
    if again is not None and (life.shown_on is None or life.shown_on > again):
        causes.append((again, LapseCause.MOVED_ON_WITHOUT_SHOWING))
    return causes


RESIDENT_CARD_YEARS = 10
NO_RESIDENT_CARD_FROM = date(2016, 1, 1)
"""With the first Individual Number Cards no 住基カード was issued any more."""


def resident_card_ends(issued_on: date, *, card_obtained_on: date | None = None) -> date | None:
    """Return the last valid day of a 住基カード, None where none could be issued on that day (R-151).

    It goes on to its own expiry after ten years, unless its holder obtains an Individual Number Card, which ends it.
    """
    if issued_on >= NO_RESIDENT_CARD_FROM:
        return None
    try:
        expiry = issued_on.replace(year=issued_on.year + RESIDENT_CARD_YEARS)
    except ValueError:
        expiry = date(issued_on.year + RESIDENT_CARD_YEARS, 3, 1)
    last = expiry - timedelta(days=1)
    return last if card_obtained_on is None else min(last, card_obtained_on)
