"""Individual Numbers for many resident record codes at once (番号法8条; 附則3条; R-007, R-013).

Gives exactly the numbers of `mizuhiki.crypto.number_generation`, some thousand times faster: see `ff1_tables` for why
that is the same function. Codes and numbers are unsigned 64-bit integers of their digits here; whoever holds such an
array holds it like the digits themselves: never in a log, an error text or a file name.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from mizuhiki.crypto.digests import hmac_sha256
from mizuhiki.crypto.ff1_tables import DecimalTables, Numbers
from mizuhiki.crypto.keystore.purposes import SecretKey
from mizuhiki.crypto.number_generation import GENERATIONS, NUMBER_TWEAK, NumberGenerationsExhausted
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode

Verdicts: TypeAlias = NDArray[np.bool_]
"""One truth value per row."""
_TEN = np.uint64(10)
_NUMBER_DIGITS = 11
_CODE_DIGITS = 10
_KEY_CHECK_BYTES = 16


class BulkNumberGenerator:
    """Makes numbers under one key; holds tables as secret as the key. Safe between threads."""

    __slots__ = ("_key_check", "_tables")

    def __init__(self, key: SecretKey) -> None:
        self._tables = DecimalTables(key, _NUMBER_DIGITS, NUMBER_TWEAK)
        self._key_check = hmac_sha256(key.reveal(), b"mizuhiki/v1/number-key-check")[:_KEY_CHECK_BYTES].hex()

    @property
    def key_check(self) -> str:
        """A value that differs for another key and says nothing about this one; for manifests."""
        return self._key_check

    def numbers(self, codes: Numbers, generation: int) -> Numbers:
        """Return the 12-digit numbers of 11-digit codes whose check digits the caller has tested.

        Raises:
            NumberGenerationsExhausted: the generation is not 0-9.
        """
        if not 0 <= generation < GENERATIONS:
            raise NumberGenerationsExhausted(generation=generation)
        bodies = self._tables.encrypt(codes // _TEN * _TEN + np.uint64(generation))
        return bodies * _TEN + individual_check_digits(bodies)


def synthetic_codes(tables: DecimalTables, start: int, count: int) -> Numbers:
    """Return `count` invented resident record codes, different for every position from `start` on.

    The bodies are a permutation of the positions, so no list of used ones is needed. For measurements and rehearsals;
    the codes of real residents are drawn by `allocate_resident_record_codes`. `tables` come from `code_tables`.
    """
    bodies = tables.encrypt(np.arange(start, start + count, dtype=np.uint64))
    return bodies * _TEN + code_check_digits(bodies)


def code_tables(randomness: Randomness) -> DecimalTables:
    """Return the permutation that `synthetic_codes` uses, under a key drawn from `randomness`."""
    return DecimalTables(SecretKey(randomness.bytes(32)), _CODE_DIGITS, b"mizuhiki/v1/synthetic-resident-record-codes")


def individual_check_digits(bodies: Numbers) -> Numbers:
    """Return the check digit of each 11-digit body (平成26年総務省令85号5条)."""
    return _check_digits(bodies)


def code_check_digits(bodies: Numbers) -> Numbers:
    """Return the check digit of each 10-digit body by the rule that `ResidentRecordCode` assumes."""
    return _check_digits(bodies)


def valid_numbers(numbers: Numbers) -> Verdicts:
    """Say of each value whether it is a 12-digit number with the right check digit."""
    return _valid(numbers, _NUMBER_DIGITS)


def valid_codes(codes: Numbers) -> Verdicts:
    """Say of each value whether it is an 11-digit code with the right check digit."""
    return _valid(codes, _CODE_DIGITS)


def number_of(value: int) -> IndividualNumber:
    """Return the number that an integer of a bulk file stands for."""
    return IndividualNumber.parse(f"{value:012d}")


def code_of(value: int) -> ResidentRecordCode:
    """Return the code that an integer of a bulk file stands for."""
    return ResidentRecordCode.parse(f"{value:011d}")


def _valid(values: Numbers, digits: int) -> Verdicts:
    bodies, checks = np.divmod(values, _TEN)
    in_range = bodies < np.uint64(10**digits)
    return np.asarray(in_range & (_check_digits(np.where(in_range, bodies, np.uint64(0))) == checks))


_GROUP_DIGITS = 6
_GROUP = 10**_GROUP_DIGITS
_STRIDE = 1 << 16


def _weighted_sums() -> NDArray[np.uint8]:
    """Return the weighted sum modulo 11 of every group of six digits; weights 2…7 from the right."""
    values = np.arange(_GROUP, dtype=np.uint32)
    total = np.zeros(_GROUP, dtype=np.uint32)
    for position in range(_GROUP_DIGITS):
        total += values // np.uint32(10**position) % np.uint32(10) * np.uint32(position + 2)
    return np.asarray(total % 11, dtype=np.uint8)


_SUMS = _weighted_sums()
"""Six digits are one period of the weights, so one table serves both groups of a body."""
_DIGIT_OF_SUM = np.array([0 if total % 11 <= 1 else 11 - total % 11 for total in range(2 * 11)], dtype=np.uint64)


def _check_digits(bodies: Numbers) -> Numbers:
    result = np.empty(bodies.shape, dtype=np.uint64)
    for start in range(0, len(bodies), _STRIDE):
        high, low = np.divmod(bodies[start : start + _STRIDE], np.uint64(_GROUP))
        sums = _SUMS.take(high.astype(np.uint32)) + _SUMS.take(low.astype(np.uint32))
        result[start : start + _STRIDE] = _DIGIT_OF_SUM.take(sums)
    return result
