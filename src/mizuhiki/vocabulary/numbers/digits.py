"""Reading digits the way people write them, and saying what is wrong without repeating them.

People write full-width digits on Japanese keyboards and group digits with spaces or hyphens; both are understood.
Digits of other scripts are not: they never come from a form here and would only hide a mistake.
"""

from __future__ import annotations

import enum
import itertools
import operator
from collections.abc import Callable

CheckDigitRule = Callable[[str], str]
"""From the digits without their check digit to the check digit."""

_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
_SEPARATORS = str.maketrans("", "", " \u3000-\u2010\u2011\u2012\u2013\u2212\uff0d")
_ASCII_DIGITS = frozenset("0123456789")
_WEIGHTS = (2, 3, 4, 5, 6, 7)


class NumberFault(enum.StrEnum):
    """Why a text is not such a number; tested in this order."""

    NOT_DIGITS = "not-digits"
    WRONG_LENGTH = "wrong-length"
    WRONG_CHECK_DIGIT = "wrong-check-digit"


def read_digits(text: str) -> str | None:
    """Return the ASCII digits of `text` (full-width digits and group separators understood), or None."""
    if text.isascii() and text.isdigit():
        return text
    digits = text.strip().translate(_FULL_WIDTH).translate(_SEPARATORS)
    return digits if digits and _ASCII_DIGITS.issuperset(digits) else None


def fault_of(digits: str | None, *, length: int, check_first: bool, rule: CheckDigitRule) -> NumberFault | None:
    """Return what is wrong with `digits`, or None; the check digit stands first or last."""
    if digits is None:
        return NumberFault.NOT_DIGITS
    if len(digits) != length:
        return NumberFault.WRONG_LENGTH
    body, check = (digits[1:], digits[0]) if check_first else (digits[:-1], digits[-1])
    return None if rule(body) == check else NumberFault.WRONG_CHECK_DIGIT


def require_body(body: str, length: int) -> None:
    """Guard a check-digit rule against a body it is not defined for (a fault of the program)."""
    if len(body) != length or not _ASCII_DIGITS.issuperset(body):
        raise ValueError(f"the check digit is defined for {length} digits")


def mask(digits: str, visible: int = 2) -> str:
    """Hide all but the last `visible` digits: enough to tell two papers apart, too little to rebuild a number."""
    return "*" * (len(digits) - visible) + digits[-visible:]


def individual_rule(body: str) -> str:
    """Modulus 11 with weights 2…7, 2…7 from the right; remainders 0 and 1 give 0 (平成26年総務省令85号5条)."""
    remainder = sum(map(operator.mul, map(int, reversed(body)), itertools.cycle(_WEIGHTS))) % 11
    return "0" if remainder <= 1 else str(11 - remainder)
