"""Notification cards and the notices that replaced them: dates, forms, what they prove (番号法7条; R-099 to R-105).

The notification card (通知カード) was sent from 2015-10-05 until 2020-05-24; デジタル手続法 abolished it on 2020-05-25.
Since then an Individual Number notice (個人番号通知書) goes out, which informs and proves nothing.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date

from mizuhiki.institutions.municipality.domain.notice_errors import (
    CardAloneProvesNothing,
    ItemsDifferFromRegister,
    MalformedNoticeNumber,
    NoticeIsNoProof,
    NotificationCardAbolished,
)

START = date(2015, 10, 5)
"""番号法 in force; whoever is recorded on this day receives a card of the initial sending (R-105)."""
ABOLISHED = date(2020, 5, 25)
"""First day without notification cards."""
ENDORSEMENT_LINES = 4
"""Lines of the 追記欄 on our form."""
PHOTO_DOCUMENTS_NEEDED = 1
PLAIN_DOCUMENTS_NEEDED = 2
_MODULUS = 10
_NUMBER_LENGTH = 16
_RANDOM_DIGITS = 9


class NoticeForm(enum.StrEnum):
    """What the person receives."""

    CARD = "notification-card"
    LETTER = "number-notice"


def form_on(day: date) -> NoticeForm:
    """Return the form for a notice made on `day`."""
    return NoticeForm.CARD if day < ABOLISHED else NoticeForm.LETTER


def require_cards_in_force(day: date) -> None:
    """Check that cards are still issued, endorsed and re-issued on `day`.

    Raises:
        NotificationCardAbolished: since 2020-05-25.
    """
    if day >= ABOLISHED:
        raise NotificationCardAbolished


def recorded_at_start(resident_since: date, removed_on: date | None) -> bool:
    """Whether a person was recorded in the register on the day the Act took effect (R-105).

    A person removed with effect of that very day was not recorded on it any more.
    """
    return resident_since <= START and (removed_on is None or removed_on > START)


class IdentityDocument(enum.StrEnum):
    """Documents shown beside a notification card (番号法施行規則1条); with a photograph one is enough, else two."""

    DRIVING_LICENCE = "driving-licence"
    PASSPORT = "passport"
    RESIDENCE_CARD = "residence-card"
    DISABILITY_CERTIFICATE = "disability-certificate"
    HEALTH_INSURANCE_CARD = "health-insurance-card"
    PENSION_BOOK = "pension-book"
    CHILD_ALLOWANCE_CERTIFICATE = "child-allowance-certificate"

    @property
    def has_photo(self) -> bool:
        """Whether the document carries a photograph."""
        return self in _WITH_PHOTO


_WITH_PHOTO = frozenset(
    {
        IdentityDocument.DRIVING_LICENCE,
        IdentityDocument.PASSPORT,
        IdentityDocument.RESIDENCE_CARD,
        IdentityDocument.DISABILITY_CERTIFICATE,
    }
)


def require_identity(documents: tuple[IdentityDocument, ...]) -> None:
    """Check the documents shown beside a notification card: one with a photograph, or two different ones without.

    Raises:
        CardAloneProvesNothing: too little was shown.
    """
    shown = set(documents)
    with_photo = sum(document.has_photo for document in shown)
    if with_photo < PHOTO_DOCUMENTS_NEEDED and len(shown) < PLAIN_DOCUMENTS_NEEDED:
        raise CardAloneProvesNothing


def require_proof_of_number(form: NoticeForm, differing: tuple[str, ...], day: date) -> None:
    """Check that a paper proves the number on it on `day`; `differing` names its items that the register has otherwise.

    Before the abolition a change not yet endorsed is endorsed at the counter and the card still counts; afterwards the
    card counts only while every item is right (経過措置).

    Raises:
        NoticeIsNoProof: it is an Individual Number notice.
        ItemsDifferFromRegister: the card is out of date and cards are abolished.
    """
    if form is NoticeForm.LETTER:
        raise NoticeIsNoProof
    if differing and day >= ABOLISHED:
        raise ItemsDifferFromRegister(items=", ".join(differing))


@dataclass(frozen=True, slots=True)
class Endorsement:
    """One line of the 追記欄 (裏書): which item changed, what it is now, since when, who wrote it (R-104)."""

    item: str
    content: str
    changed_on: date
    endorsed_on: date
    endorsed_by: str


ENDORSED_ITEMS = ("name", "address", "birth-date", "sex")


def luhn_digit(body: str) -> str:
    """Return the check digit of ISO/IEC 7812-1 for a run of digits."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value // _MODULUS + value % _MODULUS
    return str(-total % _MODULUS)


def new_notice_number(municipality_code: str, random_digits: int) -> str:
    """Return a card id: municipality code, nine random digits, check digit. It says nothing about the person."""
    body = f"{municipality_code}{random_digits:0{_RANDOM_DIGITS}d}"
    return body + luhn_digit(body)


NOTICE_NUMBERS = 10**_RANDOM_DIGITS
"""How many card ids a municipality has."""


def parse_notice_number(text: str) -> str:
    """Return the digits of a card id as a clerk typed or scanned it; spaces and hyphens do not matter.

    Raises:
        MalformedNoticeNumber: not 16 digits, or the check digit is wrong.
    """
    digits = text.translate({ord(mark): None for mark in " -\u3000"})
    if len(digits) != _NUMBER_LENGTH or not digits.isascii() or not digits.isdigit():
        raise MalformedNoticeNumber
    if luhn_digit(digits[:-1]) != digits[-1]:
        raise MalformedNoticeNumber
    return digits
