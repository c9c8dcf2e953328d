"""Take numbers made in bulk into the register, by the rules of single ones (番号法8条2項, 附則3条; R-009, R-013).

A row is a resident record code and the number made from it. The code is in a municipality's bundle, the number is the
one the register's key gives, and neither was used: UNIQUE on number and on (code, generation) stands here too. Whoever
is loaded waits until the municipality asks for the code's number, and gets this one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mizuhiki.crypto.keystore import SecretKey
from mizuhiki.crypto.number_generation import generate_number
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.national_register.domain.errors import (
    CodeAlreadyNumbered,
    CodeNotInBundle,
    NumberDoesNotMatchCode,
)
from mizuhiki.institutions.national_register.domain.records import NumberedPerson
from mizuhiki.institutions.national_register.operations.generate_numbers import FIRST_GENERATION, SEED_BYTES
from mizuhiki.institutions.national_register.ports import Records, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode

ACTION = "load-numbers"


@dataclass(frozen=True, slots=True)
class MadeNumber:
    """One row of a bulk output with its code; `row` counts from 1 and is named in refusals."""

    row: int
    code: ResidentRecordCode
    number: IndividualNumber


def judge_numbers(
    context: Context, *, store: Store, authority: Authority, key: SecretKey, rows: Sequence[MadeNumber]
) -> int:
    """Return how many of the rows are new, without storing anything.

    Raises:
        CodeNotInBundle, NumberDoesNotMatchCode, CodeAlreadyNumbered: with the field `row` of the first bad one.
    """
    authority.require(context, ACTION)
    with store.transaction() as records:
        return len(_new(records, key, rows))


def load_numbers(
    context: Context,
    *,
    store: Store,
    authority: Authority,
    randomness: Randomness,
    key: SecretKey,
    rows: Sequence[MadeNumber],
) -> int:
    """Store the rows, all or none; return how many were new. Rows loaded before change nothing.

    Raises:
        CodeNotInBundle, NumberDoesNotMatchCode, CodeAlreadyNumbered: with the field `row` of the first bad one.
    """
    authority.require(context, ACTION)
    with store.transaction() as records:
        persons = [
            NumberedPerson(
                person=randomness.token(),
                code=made.code,
                number=made.number,
                seed=randomness.bytes(SEED_BYTES),
                municipality_code=municipality_code,
                sequence=0,
                four_items=None,
                in_register=False,
            )
            for made, municipality_code in _new(records, key, rows)
        ]
        records.insert_persons(persons, context.now())
        if persons:
            records.audit(grounds_of(context), "numbers-loaded", "done", count=len(persons))
    return len(persons)


def _new(records: Records, key: SecretKey, rows: Sequence[MadeNumber]) -> list[tuple[MadeNumber, str]]:
    """Return the rows that are not stored yet, each with the municipality whose bundle holds its code."""
    states = records.code_states([made.code for made in rows])
    new: list[tuple[MadeNumber, str]] = []
    met: set[ResidentRecordCode] = set()
    for made in rows:
        if made.code in met:
            raise CodeAlreadyNumbered(row=made.row)
        met.add(made.code)
        state = states.get(records.code_key(made.code))
        if state is None:
            raise CodeNotInBundle(row=made.row)
        if made.number != generate_number(key, made.code, FIRST_GENERATION):
            raise NumberDoesNotMatchCode(row=made.row)
        if state.person is None:
            new.append((made, state.municipality_code))
        elif made.number not in {given.number for given in records.history.given(state.person)}:
            raise CodeAlreadyNumbered(row=made.row)
    return new
