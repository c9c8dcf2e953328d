"""Resident Record Code (住民票コード): ten random digits and a check digit (住基法7条13号; 住基法施行規則1条).

The text of the check-digit rule (平成14年総務省告示436号) was not available. The rule used here, the one of the
Individual Number applied to ten digits, is **assumed**; whoever holds the text passes the true rule to `parse`.
"""

from __future__ import annotations

from typing import Self

from mizuhiki.vocabulary.errors import Malformed
from mizuhiki.vocabulary.numbers.digits import (
    CheckDigitRule,
    fault_of,
    individual_rule,
    mask,
    read_digits,
    require_body,
)
from mizuhiki.vocabulary.sensitive import Sensitive

LENGTH = 11


class MalformedResidentRecordCode(Malformed):
    """Not a Resident Record Code; the field `reason` is a `NumberFault`. The text itself is never kept."""

    code = "malformed-resident-record-code"
    title = "This is not a Resident Record Code"


def resident_record_code_check_digit(body: str) -> str:
    """Return the check digit of ten digits by the assumed rule (see the module's text).

    Raises:
        ValueError: `body` is not ten ASCII digits (a fault of the program).
    """
    require_body(body, LENGTH - 1)
    return individual_rule(body)


class ResidentRecordCode(Sensitive[str]):
    """A code whose digits and check digit are right; never used outside the register's own work (住基法30条の37)."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str, *, rule: CheckDigitRule = resident_record_code_check_digit) -> Self:
        """Read a code as people write it; `rule` replaces the assumed check-digit rule.

        Raises:
            MalformedResidentRecordCode: with `reason` ``not-digits``, ``wrong-length`` or ``wrong-check-digit``.
        """
        digits = read_digits(text)
        fault = fault_of(digits, length=LENGTH, check_first=False, rule=rule)
        if fault is not None or digits is None:
            raise MalformedResidentRecordCode(reason=fault)
        return cls(digits)

    def masked(self) -> str:
        """Return the code with only its last two digits visible."""
        return mask(self.reveal())
