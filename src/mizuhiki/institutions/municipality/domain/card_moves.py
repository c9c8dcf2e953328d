"""What the register that issues cards is told of moves, because a card ends by them (番号法17条6項; R-154)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind, form_of
from mizuhiki.institutions.municipality.domain.residents import JAPANESE, ResidentRecord
from mizuhiki.vocabulary.numbers import ResidentRecordCode
from mizuhiki.vocabulary.persons import ChangeReason

_ENTRIES = frozenset(kind.value for kind in EventKind if form_of(kind).reason is ChangeReason.MOVE_IN)


@dataclass(frozen=True, slots=True)
class CardMove:
    """One notice to the register; days and kinds as in `wire.national_register.CardMove`."""

    kind: Literal["announced", "cancelled", "entered", "left-country", "entered-withdrawn", "left-country-withdrawn"]
    code: ResidentRecordCode = field(repr=False)
    happened_on: date
    reported_on: date
    abroad_allowed: bool = False


def card_move_of(
    reason: ChangeReason, effective_on: date, record: ResidentRecord, *, in_register: bool
) -> CardMove | None:
    """Return what an entry or removal means for a card; None where it means nothing.

    An entry ex officio is no notification of the person's, so it keeps no period (施行令14条2号).
    """
    if reason is ChangeReason.MOVE_IN and in_register:
        return CardMove("entered", record.code, effective_on, record.reported_on)
    if reason is ChangeReason.MOVE_ABROAD:
        return CardMove("left-country", record.code, effective_on, effective_on, record.nationality == JAPANESE)
    return None


def withdrawal_of(kind: str, effective_on: date, record: ResidentRecord, today: date) -> CardMove | None:
    """Return what takes back the notice of an event that was entered by mistake; None where there was no notice.

    A card that has ended meanwhile stays ended: the holder applies for another one.
    """
    if kind == EventKind.MOVE_OUT_ABROAD:
        return CardMove("left-country-withdrawn", record.code, effective_on, today)
    if kind in _ENTRIES:
        return CardMove("entered-withdrawn", record.code, effective_on, today)
    return None
