"""Support measures (支援措置): who is protected at the counter, and when one clerk may see a household.

R-076 to R-081.

A measure lasts one year and is renewed or ended by the responsible officer (支援措置責任者); when its year is over it
still protects until the officer decides. A lift is asked for by a clerk for one kind of work, granted by another
person, open for `LIFT_LASTS` and for few requests, and locks itself again.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mizuhiki.institutions.municipality.domain.errors import SameOfficerMayNotLift

LIFT_LASTS = timedelta(minutes=15)
RULE = "住民基本台帳法12条6項; 住民基本台帳事務処理要領第5-10 支援措置"


class Work(enum.StrEnum):
    """What a lift is asked for; also the channel by which the gate is asked."""

    HOUSEHOLD = "household"
    CERTIFICATE = "certificate"
    TAX = "tax"
    NUMBERING = "numbering"
    CARD = "card"
    BIRTH = "birth"
    MOVE_OUT = "move-out"
    CLAIM = "claim"
    CASE = "case"
    EVENT = "event"
    HISTORY = "history"
    COPY = "copy"
    NOTICE = "notice"


_LOOKS = frozenset({Work.HOUSEHOLD, Work.CERTIFICATE, Work.TAX, Work.HISTORY})
REQUESTS_OF_A_FORM = 6
"""Form, check page, entry and confirmation, with two corrections."""


def requests_of(work: Work) -> int:
    """Return how many requests one lift is good for: one to look at something, few for a form with several steps."""
    return 1 if work in _LOOKS else REQUESTS_OF_A_FORM


def one_year_after(day: date) -> date:
    """Return the last day of a measure that starts on `day` (one year, 要領第5-10; from 29 February the 28th)."""
    try:
        return day.replace(year=day.year + 1) - timedelta(days=1)
    except ValueError:
        return date(day.year + 1, 2, 28)


@dataclass(frozen=True, slots=True)
class SupportMeasure:
    """One measure on one record; `measure` is a random reference that says nothing about the person."""

    measure: str
    resident: str
    started_on: date
    until: date
    marked_by: str
    reason: str
    ended_on: date | None = None
    ended_by: str = ""

    @property
    def active(self) -> bool:
        """Whether it was not ended."""
        return self.ended_on is None


class LiftState(enum.StrEnum):
    """Where a lift stands at an instant."""

    ASKED = "asked"
    OPEN = "open"
    DECLINED = "declined"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Lift:
    """A lift of one measure for one clerk and one kind of work; `used` counts requests that used it."""

    lift: str
    measure: str
    clerk: str
    work: Work
    reason: str
    asked_at: datetime
    decided_by: str = ""
    decided_at: datetime | None = None
    expires_at: datetime | None = None
    closed_at: datetime | None = None
    used: int = 0

    def state(self, at: datetime) -> LiftState:
        """Return where it stands at `at`."""
        if self.decided_at is None:
            return LiftState.ASKED if self.closed_at is None else LiftState.LOCKED
        if self.expires_at is None:
            return LiftState.DECLINED
        spent = self.used >= requests_of(self.work)
        return LiftState.LOCKED if spent or self.closed_at is not None or at >= self.expires_at else LiftState.OPEN

    def require_other(self, officer: str) -> None:
        """Check that somebody else than the clerk decides (R-078).

        Raises:
            SameOfficerMayNotLift: it is the clerk, or one of the two has no account.
        """
        if not officer or not self.clerk or officer == self.clerk:
            raise SameOfficerMayNotLift


@dataclass(frozen=True, slots=True)
class MeasureTransfer:
    """The officer's decision that the measures of one announced move go to one municipality."""

    move: str
    to_municipality: str
    approved_by: str
    approved_at: datetime


@dataclass(frozen=True, slots=True)
class MeasureReturn:
    """The officer's decision to which municipality a protected person abroad comes back."""

    person: str
    to_municipality: str
    approved_by: str
    approved_at: datetime


@dataclass(frozen=True, slots=True)
class WaitingReturn:
    """A protected person of the supplement who is abroad; `to_municipality` is empty until one was named."""

    person: str
    name: str
    birth_date: date
    since: date
    to_municipality: str = ""


@dataclass(frozen=True, slots=True)
class WaitingTransfer:
    """An announced move of protected people; `to_municipality` is empty until the officer decided."""

    move: str
    names: tuple[str, ...]
    planned_on: date
    planned_address: str
    to_municipality: str


@dataclass(frozen=True, slots=True)
class MeasureView:
    """A measure as the responsible officer sees it: whose it is, and every lift, newest first."""

    measure: SupportMeasure
    name: str
    birth_date: date
    household: str
    address: str
    lifts: tuple[Lift, ...]
