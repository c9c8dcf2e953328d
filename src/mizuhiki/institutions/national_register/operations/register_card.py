"""Register a card to be made for one person (番号法17条; R-128, R-152, R-176)."""

from __future__ import annotations

from datetime import date

from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.national_register.domain.errors import (
    CardNotIssuedToday,
    CardRequestChanged,
    NoLiveCard,
    OtherMunicipality,
    UnknownPerson,
)
from mizuhiki.institutions.national_register.domain.records import CardRecord
from mizuhiki.institutions.national_register.ports import Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of
from mizuhiki.vocabulary.dates import card_expiry
from mizuhiki.vocabulary.numbers import ResidentRecordCode

ACTION = "register-card"
SERIAL_ALPHABET = "0123456789ABCDEFGHJKLMNPQRSTUVWX"
"""32 signs without I and O; 16 of them are 80 bits, so serials are unique and say nothing."""
SERIAL_LENGTH = 16


def register_card(
    context: Context,
    *,
    store: Store,
    authority: Authority,
    randomness: Randomness,
    municipality_code: str,
    request_id: str,
    code: ResidentRecordCode,
    issued_on: date,
) -> CardRecord:
    """Give a card its serial, security code and last day of validity; the same request id gets the same card.

    A request sent again, be it on a later day, changes nothing; a new one is of today, since validity runs from it.

    Raises:
        CardRequestChanged: the request id was used for another person.
        CardNotIssuedToday: a new card with a day of issue that is not today.
        UnknownPerson: nobody in the register holds the code.
        OtherMunicipality: the person is registered in another municipality.
        NoLiveCard: the person holds a valid card already.
    """
    authority.require(context, ACTION)
    with store.transaction() as records:
        known = records.card_of_request(municipality_code, request_id)
        person = records.person_by_code(code)
        if known is not None:
            if person is None or person.person != known.person:
                raise CardRequestChanged
            records.audit(grounds_of(context), "card-registered", "repeated", count=1)
            return known
        if issued_on != context.today():
            raise CardNotIssuedToday
        if person is None or person.four_items is None or not person.in_register:
            raise UnknownPerson
        if person.municipality_code != municipality_code:
            raise OtherMunicipality
        if records.live_card(person.person, context.today()) is not None:
            raise NoLiveCard
        card = CardRecord(
            person=person.person,
            municipality_code=municipality_code,
            card_serial="".join(SERIAL_ALPHABET[randomness.below(32)] for _ in range(SERIAL_LENGTH)),
            security_code=f"{randomness.below(10_000):04d}",
            issued_on=issued_on,
            expires_on=card_expiry(person.four_items.birth_date, issued_on),
        )
        records.insert_card(request_id, card)
        records.audit(grounds_of(context), "card-registered", "done", count=1)
        return card
