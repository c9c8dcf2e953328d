"""Says which kind of number a text looks like and what is wrong with it; for people, keeps nothing."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from mizuhiki.vocabulary.numbers import corporate, individual, resident_record_code
from mizuhiki.vocabulary.numbers.digits import CheckDigitRule, NumberFault, fault_of, read_digits


class NumberKind(enum.StrEnum):
    """Kinds told apart by their length: 12, 13 and 11 digits."""

    INDIVIDUAL_NUMBER = "individual-number"
    CORPORATE_NUMBER = "corporate-number"
    RESIDENT_RECORD_CODE = "resident-record-code"


@dataclass(frozen=True, slots=True)
class NumberExplanation:
    """What a text is: `kind` is None when no kind has its length; `fault` is None when it is right.

    `assumed_rule` warns that the check-digit rule of this kind is our assumption.
    """

    kind: NumberKind | None
    fault: NumberFault | None
    assumed_rule: bool = False


_KINDS: dict[int, tuple[NumberKind, bool, CheckDigitRule]] = {
    individual.LENGTH: (NumberKind.INDIVIDUAL_NUMBER, False, individual.individual_number_check_digit),
    corporate.LENGTH: (NumberKind.CORPORATE_NUMBER, True, corporate.corporate_number_check_digit),
    resident_record_code.LENGTH: (
        NumberKind.RESIDENT_RECORD_CODE,
        False,
        resident_record_code.resident_record_code_check_digit,
    ),
}


def explain_number(text: str) -> NumberExplanation:
    """Tell the kind of number by its length and its first fault; the digits are not in the answer."""
    digits = read_digits(text)
    if digits is None:
        return NumberExplanation(None, NumberFault.NOT_DIGITS)
    known = _KINDS.get(len(digits))
    if known is None:
        return NumberExplanation(None, NumberFault.WRONG_LENGTH)
    kind, check_first, rule = known
    fault = fault_of(digits, length=len(digits), check_first=check_first, rule=rule)
    return NumberExplanation(kind, fault, assumed_rule=kind is NumberKind.RESIDENT_RECORD_CODE)
