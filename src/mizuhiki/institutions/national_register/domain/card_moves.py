"""Moves of people who may hold a card, and what they make of it (番号法17条6項; 施行令14条; R-154).

Municipalities tell the register what the rule needs beyond identification information: the day that was planned when
somebody announced a move out, the day on which a move in was notified, and whether somebody who leaves the country is
one whose card may go on there. From these, and from where a card was shown, each card's life is put together anew every
time it is judged, so that a notice that comes late or twice changes nothing but the result.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from mizuhiki.institutions.national_register.domain.records import NumberedPerson
from mizuhiki.vocabulary.card_lapse import (
    CONTINUED_USE_DAYS,
    DAYS_AFTER_MOVE,
    DAYS_AFTER_PLANNED,
    CardLife,
    LapseCause,
    lapse_of,
)
from mizuhiki.vocabulary.numbers import ResidentRecordCode


class MoveKind(enum.StrEnum):
    """What a municipality tells of a move."""

    ANNOUNCED = "announced"
    CANCELLED = "cancelled"
    ENTERED = "entered"
    LEFT_COUNTRY = "left-country"
    ENTERED_WITHDRAWN = "entered-withdrawn"
    LEFT_COUNTRY_WITHDRAWN = "left-country-withdrawn"


_WITHDRAWS = {
    MoveKind.ENTERED_WITHDRAWN: MoveKind.ENTERED,
    MoveKind.LEFT_COUNTRY_WITHDRAWN: MoveKind.LEFT_COUNTRY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CardMove:
    """One notice. `happened_on` is the planned day of an announced move, else the day of the move itself.

    `reported_on` is the day of the person's notification. `abroad_allowed` speaks of somebody who leaves the country.
    """

    notice_id: str
    municipality_code: str
    kind: MoveKind
    happened_on: date
    reported_on: date
    abroad_allowed: bool = False

    @property
    def due_on(self) -> date:
        """The first day on which this notice, with nothing after it, ends a card."""
        if self.kind is MoveKind.ANNOUNCED:
            return self.happened_on + timedelta(days=DAYS_AFTER_PLANNED + 1)
        if self.kind is MoveKind.ENTERED and self.reported_on <= self.happened_on + timedelta(days=DAYS_AFTER_MOVE):
            return self.reported_on + timedelta(days=CONTINUED_USE_DAYS + 1)
        return self.happened_on


@dataclass(frozen=True, slots=True)
class ToldMove:
    """A notice and the code of the person it is about."""

    code: ResidentRecordCode = field(repr=False)
    move: CardMove


@dataclass(frozen=True, slots=True, kw_only=True)
class CardHistory:
    """A card that has not lapsed, where and when it was shown after moves, and the moves of its holder as taken.

    `registers` are the municipalities in whose registers the holder stands or stood, as the register knows by now.
    """

    card_serial: str
    person: str
    issued_by: str
    issued_on: date
    expires_on: date
    shown: tuple[tuple[str, date], ...] = ()
    moves: tuple[CardMove, ...] = ()
    registers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CardLapse:
    """A card that ended: whose it was, the first day on which it was not valid any more, and why."""

    person: NumberedPerson = field(repr=False)
    card_serial: str
    lapsed_on: date
    cause: LapseCause


def lapse_on(card: CardHistory, day: date) -> tuple[date, LapseCause] | None:
    """Return the first day on which a card is no longer valid, if it has come by `day`, and why."""
    found = [lapse for life in _lives(card) if (lapse := lapse_of(life, day)) is not None]
    return min(found, key=lambda lapse: lapse[0], default=None)


def _lives(card: CardHistory) -> list[CardLife]:
    """Return one life for each move since the card was issued; the first stands for the card itself.

    A municipality's word counts from when identification information says that the holder is or was in its register: no
    other can end a card, and a notice that overtook the identification information is not lost. Only an entry holds
    back at once what was announced before it, for a card that ended cannot be revived.
    Several notices of one day are taken in the order in which they can follow each other: a place announces that
    somebody leaves before the next one enters them; those of one place stay in the order in which they came.
    """
    moves = sorted(
        (move for move in _standing(card.moves) if _since(card, move)),
        key=lambda move: (move.reported_on, move.kind is MoveKind.ENTERED),
    )
    known = [move for move in moves if move.municipality_code in card.registers]
    lives = [CardLife(expires_on=card.expires_on)]
    announced: dict[str, CardMove] = {}
    for move in moves:
        if move.kind is MoveKind.ENTERED:
            over = [one for one in announced.values() if _follows(card, move, one)]
            left = [announced.pop(one.municipality_code).happened_on for one in over]
            if move in known:
                later = known[known.index(move) + 1 :]
                lives.append(_entered(card, move, max(left, default=None), later))
        elif move not in known:
            continue
        elif move.kind is MoveKind.ANNOUNCED:
            announced[move.municipality_code] = move
        elif move.kind is MoveKind.CANCELLED:
            announced.pop(move.municipality_code, None)
        else:
            announced.clear()
            lives.append(
                CardLife(
                    expires_on=card.expires_on,
                    left_country_on=move.happened_on,
                    abroad_allowed=move.abroad_allowed,
                )
            )
    lives += [CardLife(expires_on=card.expires_on, planned_on=one.happened_on) for one in announced.values()]
    return lives


def _standing(moves: Sequence[CardMove]) -> list[CardMove]:
    """Return the notices in the order of their arrival without those that their own municipality withdrew later."""
    left: list[CardMove] = []
    for move in moves:
        withdrawn = _WITHDRAWS.get(move.kind)
        if withdrawn is None:
            left.append(move)
            continue
        places = [
            place
            for place, one in enumerate(left)
            if (one.kind, one.municipality_code, one.happened_on)
            == (withdrawn, move.municipality_code, move.happened_on)
        ]
        if places:
            del left[places[-1]]
    return left


def _follows(card: CardHistory, entry: CardMove, announced: CardMove) -> bool:
    """Whether an entry comes after what was announced; at one place on one day the order of arrival says it."""
    if entry.municipality_code != announced.municipality_code or announced.reported_on < entry.reported_on:
        return True
    return card.moves.index(announced) < card.moves.index(entry)


def _entered(card: CardHistory, move: CardMove, planned_on: date | None, later: Sequence[CardMove]) -> CardLife:
    shown = (day for code, day in card.shown if code == move.municipality_code and day >= move.reported_on)
    away = (
        one.happened_on
        for one in later
        if one.kind is MoveKind.LEFT_COUNTRY
        or (one.kind is MoveKind.ENTERED and one.municipality_code != move.municipality_code)
    )
    return CardLife(
        expires_on=card.expires_on,
        planned_on=planned_on,
        moved_on=move.happened_on,
        notified_on=move.reported_on,
        shown_on=min(shown, default=None),
        moved_out_again_on=next(away, None),
    )


def _since(card: CardHistory, move: CardMove) -> bool:
    """Whether a notice came after the card was issued; on the day of issue, whether it can only have come after."""
    if move.reported_on != card.issued_on:
        return move.reported_on > card.issued_on
    return (move.kind is MoveKind.ENTERED) == (move.municipality_code != card.issued_by)
