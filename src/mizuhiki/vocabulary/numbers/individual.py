"""Individual Number (個人番号): 12 digits, the last a check digit (番号法2条5項, 施行令8条; 平成26年総務省令85号5条).

The rule cannot tell remainder 0 from remainder 1: both give the check digit 0.
"""

from __future__ import annotations

from typing import Self

from mizuhiki.vocabulary.errors import Malformed
from mizuhiki.vocabulary.numbers.digits import fault_of, individual_rule, mask, read_digits, require_body
from mizuhiki.vocabulary.sensitive import Sensitive

LENGTH = 12


class MalformedIndividualNumber(Malformed):
    """Not an Individual Number; the field `reason` is a `NumberFault`. The text itself is never kept."""

    code = "malformed-individual-number"
    title = "This is not an Individual Number"


def individual_number_check_digit(body: str) -> str:
    """Return the check digit of 11 digits.

    Raises:
        ValueError: `body` is not 11 ASCII digits (a fault of the program).
    """
    require_body(body, LENGTH - 1)
    return individual_rule(body)


class IndividualNumber(Sensitive[str]):
    """A number whose digits and check digit are right; says nothing about whether it was ever assigned."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a number as people write it (full-width digits and group separators understood).

        Raises:
            MalformedIndividualNumber: with `reason` ``not-digits``, ``wrong-length`` or ``wrong-check-digit``.
        """
        digits = read_digits(text)
        fault = fault_of(digits, length=LENGTH, check_first=False, rule=individual_number_check_digit)
        if fault is not None or digits is None:
            raise MalformedIndividualNumber(reason=fault)
        return cls(digits)

    def masked(self) -> str:
        """Return the number with only its last two digits visible, for screens where papers must be told apart."""
        return mask(self.reveal())
