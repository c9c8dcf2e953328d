"""How an Individual Number comes from a resident record code (番号法8条; R-006).

``x = 10 × body + generation`` with the code's ten-digit body and the number's generation 0-9; FF1 over the eleven
digits of x; the check digit behind. A bijection: no two codes, and no two generations of one code, share a number, and
without the key a number says nothing about the code. The key can never be changed: numbers under a second key would
collide with existing ones. A resident record code has a new number at most ten times.
"""

from __future__ import annotations

from mizuhiki.crypto.ff1 import FF1
from mizuhiki.crypto.keystore.purposes import SecretKey
from mizuhiki.vocabulary.errors import Conflict
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode, individual_number_check_digit

NUMBER_TWEAK = b"mizuhiki/v1/individual-number"
GENERATIONS = 10
"""How many numbers one code can have."""
_BODY_DIGITS = 10


class NumberGenerationsExhausted(Conflict):
    """One code has had all ten numbers it can have; the code itself has to change first."""

    code = "number-generations-exhausted"
    title = "No further number can be made from this code"


def generate_number(key: SecretKey, resident_record_code: ResidentRecordCode, generation: int) -> IndividualNumber:
    """Return the number of `generation` (0 for the first, +1 at each change) of a resident record code.

    Raises:
        NumberGenerationsExhausted: the generation is not 0-9.
    """
    if not 0 <= generation < GENERATIONS:
        raise NumberGenerationsExhausted(generation=generation)
    body = str(resident_record_code.reveal())[:_BODY_DIGITS]
    digits = FF1(key, 10).encrypt(f"{body}{generation}", NUMBER_TWEAK)
    return IndividualNumber.parse(digits + individual_number_check_digit(digits))
