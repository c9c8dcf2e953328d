"""Cards that ended by law, as the register that issues them told (番号法17条6項, 10項; R-154)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from mizuhiki.vocabulary.card_lapse import LapseCause
from mizuhiki.vocabulary.numbers import ResidentRecordCode

TASK = "card-lapsed"
"""Tell the holder that the card ended and take it back (番号法17条10項)."""


@dataclass(frozen=True, slots=True)
class ToldLapse:
    """What the register tells of one card that ended; `lapsed_on` is the first day without it."""

    code: ResidentRecordCode = field(repr=False)
    card_serial: str
    lapsed_on: date
    cause: LapseCause


@dataclass(frozen=True, slots=True)
class LapsedCard:
    """A resident's card that ended."""

    resident: str
    card_serial: str
    lapsed_on: date
    cause: LapseCause

    @property
    def calls_for_return(self) -> bool:
        """Whether somebody has to tell the holder; one whose last day passed was told by the renewal notice."""
        return self.cause is not LapseCause.EXPIRED
