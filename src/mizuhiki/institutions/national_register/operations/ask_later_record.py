"""Tell a municipality whether a person who left its register was entered elsewhere since (住基法8条, 14条; R-012)."""

from __future__ import annotations

from mizuhiki.institutions.national_register.domain.look_ups import (
    CONFIRMED,
    IDENTIFICATION_SEARCH,
    NOT_CONFIRMED,
)
from mizuhiki.institutions.national_register.operations.look_ups import look_up_of
from mizuhiki.institutions.national_register.ports import Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.vocabulary.persons import ChangeReason

ACTION = "ask-later-record"


def ask_later_record(
    context: Context, *, store: Store, authority: Authority, municipality_code: str, number: IndividualNumber
) -> bool:
    """Say whether another municipality told of the person last, and not that its own entry was a mistake.

    People who died or left the country from there are gone too: a record that ended before must not live again.

    The protection gate is not asked: the answer names neither place nor items, and without it the previous place of a
    protected person could make itself their place again. It stands in the person's chain, in one transaction with it.
    """
    authority.require(context, ACTION)
    with store.transaction() as records:
        person = records.person_by_number(number)
        elsewhere = (
            person is not None
            and person.municipality_code != municipality_code
            and (person.in_register or records.last_reason(person) is not ChangeReason.EX_OFFICIO_REMOVAL)
        )
        outcome = CONFIRMED if elsewhere else NOT_CONFIRMED
        records.record_look_up(look_up_of(context, IDENTIFICATION_SEARCH, person, outcome))
        records.audit(grounds_of(context), "identification-searched", outcome, count=int(elsewhere))
    return elsewhere
