"""Confirm to the certification authorities whose card it is (公的個人認証法3条, 22条; R-200).

A municipality's word alone would let any municipality get certificates in anybody's name.
"""

from __future__ import annotations

from datetime import date

from mizuhiki.institutions.national_register.domain.look_ups import (
    CARD_HOLDER_CONFIRMATION,
    CONFIRMED,
    NOT_CONFIRMED,
)
from mizuhiki.institutions.national_register.domain.records import CardClaim, CardRecord, NumberedPerson
from mizuhiki.institutions.national_register.operations.look_ups import look_up_of
from mizuhiki.institutions.national_register.ports import Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of

ACTION = "confirm-card-holder"


def confirm_card_holder(context: Context, *, store: Store, authority: Authority, claim: CardClaim) -> bool:
    """Say whether the claim holds, without saying what differs.

    It holds when the claiming municipality registered the card for this person with this last day, the card has not
    expired, the person is in the municipality's register now, and the four items agree after normalisation.

    The protection gate is not asked: the answer repeats what the asker said and tells nothing else, and a protected
    person needs certificates too. Every answer stands in the person's chain of the ledger, in one transaction with it.
    """
    authority.require(context, ACTION)
    with store.transaction() as records:
        person = records.person_by_code(claim.code)
        holds = _holds(claim, person, records.card(claim.card_serial), context.today())
        outcome = CONFIRMED if holds else NOT_CONFIRMED
        records.record_look_up(look_up_of(context, CARD_HOLDER_CONFIRMATION, person, outcome))
        records.audit(grounds_of(context), "card-holder-confirmed", outcome, count=int(holds))
    return holds


def _holds(claim: CardClaim, person: NumberedPerson | None, card: CardRecord | None, day: date) -> bool:
    if person is None or person.four_items is None or card is None:
        return False
    return (
        card.person == person.person
        and card.municipality_code == claim.municipality_code
        and card.expires_on == claim.card_expires_on
        and card.expires_on >= day
        and person.in_register
        and person.municipality_code == claim.municipality_code
        and person.four_items.compare(claim.four_items) == ()
    )
