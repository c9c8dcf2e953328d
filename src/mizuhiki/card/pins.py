"""What may be a PIN (R-141, R-143): the format of each, and the four digits nobody may choose."""

from __future__ import annotations

import string
from datetime import date

from mizuhiki.card.generation import PinFormat
from mizuhiki.card.memory import ChipImage
from mizuhiki.vocabulary.dates import era_of
from mizuhiki.vocabulary.sensitive import Sensitive

PinText = Sensitive[str] | str
"""A PIN as callers hand it over; kept no longer than the call."""


def pin_bytes(pin: PinText) -> bytes:
    """Return the bytes a reader sends; characters outside ASCII become ``?``, which no format allows."""
    text = pin.reveal() if isinstance(pin, Sensitive) else pin
    return text.encode("ascii", "replace")


def broken_rule(form: PinFormat, pin: bytes) -> str | None:
    """Return the rule of the format that `pin` breaks, or None."""
    if not form.shortest <= len(pin) <= form.longest:
        return "length"
    if any(byte not in form.alphabet.encode("ascii") for byte in pin):
        return "characters"
    letters = any(chr(byte) in string.ascii_uppercase for byte in pin)
    digits = any(chr(byte) in string.digits for byte in pin)
    if form.needs_letter_and_digit and not (letters and digits):
        return "letter-and-digit"
    return None


def is_forbidden(form: PinFormat, image: ChipImage, pin: bytes) -> bool:
    """Whether the chip knows `pin` as its holder's birth date or security code."""
    return form.not_birth_date_or_security_code and image.forbidden_verifier(pin) in image.forbidden_pins


def era_year(birth: date) -> int:
    """Return the year of the era, as the check number and people write a birth date."""
    return birth.year - era_of(birth).start.year + 1


def guessable_pins(birth: date, security_code: str) -> frozenset[bytes]:
    """Return the four digits that stand for a birth date (month and day, year, year and month) or the security code."""
    month_day = f"{birth.month:02}{birth.day:02}"
    months = (f"{birth.year % 100:02}{birth.month:02}", f"{era_year(birth):02}{birth.month:02}")
    return frozenset(text.encode("ascii") for text in (month_day, f"{birth.year:04}", *months, security_code))
