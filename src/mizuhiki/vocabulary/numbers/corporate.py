"""Corporate Number (法人番号): a check digit 1-9, then 12 digits (番号法2条15項, 施行令35条; 平成26年財務省令70号2条).

It is public and free for anyone to use (R-016), so it is no sensitive value. The rule works modulo 9 and therefore
cannot see 0 and 9 exchanged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from mizuhiki.vocabulary.errors import Malformed
from mizuhiki.vocabulary.numbers.digits import fault_of, read_digits, require_body

LENGTH = 13


class MalformedCorporateNumber(Malformed):
    """Not a Corporate Number; the field `reason` is a `NumberFault`."""

    code = "malformed-corporate-number"
    title = "This is not a Corporate Number"


def corporate_number_check_digit(body: str) -> str:
    """Return the check digit of 12 digits: 9 less the weighted sum modulo 9, weights 1 and 2 from the right.

    Raises:
        ValueError: `body` is not 12 ASCII digits (a fault of the program).
    """
    require_body(body, LENGTH - 1)
    total = 0
    for position, digit in enumerate(reversed(body)):
        total += int(digit) * (1 + position % 2)
    return str(9 - total % 9)


@dataclass(frozen=True, slots=True)
class CorporateNumber:
    """A number whose digits and check digit are right; made by `parse`."""

    value: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a number as people write it.

        Raises:
            MalformedCorporateNumber: with `reason` ``not-digits``, ``wrong-length`` or ``wrong-check-digit``.
        """
        digits = read_digits(text)
        fault = fault_of(digits, length=LENGTH, check_first=True, rule=corporate_number_check_digit)
        if fault is not None or digits is None:
            raise MalformedCorporateNumber(reason=fault)
        return cls(digits)

    def __str__(self) -> str:
        return self.value
