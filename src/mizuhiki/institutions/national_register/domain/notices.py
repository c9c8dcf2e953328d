"""Cards and notices that the card maker prints and sends for municipalities (番号法7条1項; R-097 to R-100)."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime

from mizuhiki.institutions.national_register.domain.records import NumberedPerson
from mizuhiki.vocabulary.errors import Conflict, NotFound
from mizuhiki.vocabulary.numbers import ResidentRecordCode
from mizuhiki.vocabulary.sensitive import Sensitive

INITIAL_FROM = date(2015, 10, 5)
INITIAL_UNTIL = date(2015, 12, 31)
INITIAL_HOUSEHOLDS = 54_000_000
"""Envelopes of the initial sending, 約5,400万世帯 (R-098)."""
NEW_A_YEAR = 1_400_000
"""People newly numbered in a year, 年間140万人 (R-098)."""
UNIT_PRICE_TENTHS_OF_YEN = 179
"""Card and application form with audio code: 17.9 yen."""
_DAYS_A_YEAR = 365
APPLICATION_ID_DIGITS = 23
MOVED_IN = "resent-after-move-in"


def envelopes_a_day(day: date) -> int:
    """Return how many envelopes are to be expected on a day: the load that a simulation plays."""
    usual = NEW_A_YEAR // _DAYS_A_YEAR
    if INITIAL_FROM <= day <= INITIAL_UNTIL:
        return usual + INITIAL_HOUSEHOLDS // ((INITIAL_UNTIL - INITIAL_FROM).days + 1)
    return usual if day > INITIAL_UNTIL else 0


class UnknownNoticeHere(NotFound):
    """A return was registered for a card that nobody ordered here."""

    code = "unknown-notice-at-card-maker"
    title = "No card or notice with this id was ordered by this municipality"


class MailingChanged(Conflict):
    """The same mailing came again with other content, or a card id was used before."""

    code = "notice-mailing-changed"
    title = "This mailing or card id was used before with other values"


class SheetState(enum.StrEnum):
    """How far the card maker is with a sheet."""

    ORDERED = "ordered"
    PRINTED = "printed"
    RETURNED = "returned"


class PostAddress(Sensitive[str]):
    """A destination as a municipality gave it; it may be where somebody hides."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class OrderedSheet:
    """One card of an order as the municipality sends it."""

    number: str
    code: ResidentRecordCode
    form: str
    cause: str
    responsible: str
    under_measure: bool


@dataclass(frozen=True, slots=True)
class NoticeOrder:
    """One envelope: recipient, destination, cards."""

    mailing: str
    municipality_code: str
    recipient: PostAddress
    destination: PostAddress
    sheets: tuple[OrderedSheet, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet held here. `application_id` (申請書ID) is random digits printed on the application form and in its QR."""

    number: str
    mailing: str
    municipality_code: str
    person: str
    form: str
    cause: str
    responsible: str
    under_measure: bool
    application_id: str
    state: SheetState
    ordered_at: datetime
    run: str = ""


@dataclass(frozen=True, slots=True)
class WaitingEnvelope:
    """An envelope not printed yet, with the people of its sheets as the register knows them."""

    mailing: str
    municipality_code: str
    recipient: PostAddress
    destination: PostAddress
    sheets: tuple[tuple[Sheet, NumberedPerson], ...]


@dataclass(frozen=True, slots=True)
class PrintRun:
    """One file for the contractor."""

    run: str
    made_on: date
    envelopes: tuple[WaitingEnvelope, ...]
