"""Confirm to the certification authorities whose card it is (公的個人認証法3条, 22条; R-200).

A municipality's word alone would let any municipality get certificates in anybody's name.
"""

from __future__ import annotations

from mizuhiki.institutions.national_register.domain.records import CardClaim
from mizuhiki.institutions.national_register.ports import Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context

ACTION = "confirm-card-holder"


def confirm_card_holder(context: Context, *, store: Store, authority: Authority, claim: CardClaim) -> bool:
    """Say whether the claim holds, without saying what differs.

    It holds when the claiming municipality registered the card for this person with this last day, the card has not
    expired, the person is in the municipality's register now, and the four items agree after normalisation.
    """
    authority.require(context, ACTION)
    with store.transaction() as records:
        person = records.person_by_code(claim.code)
        card = records.card(claim.card_serial)
    if person is None or person.four_items is None or card is None:
        return False
    return (
        card.person == person.person
        and card.municipality_code == claim.municipality_code
        and card.expires_on == claim.card_expires_on
        and card.expires_on >= context.today()
        and person.in_register
        and person.municipality_code == claim.municipality_code
        and person.four_items.compare(claim.four_items) == ()
    )
