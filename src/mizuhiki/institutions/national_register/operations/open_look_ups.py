"""Tell a person who looked them up, at every tier of the network (住基法30条の32; R-026).

The certification authority checked the person's card and names the code. Every tier seals its own part to the portal:
neither the authority nor this register reads what another tier recorded.
"""

from __future__ import annotations

from mizuhiki.institutions.national_register.domain.errors import UnknownPerson
from mizuhiki.institutions.national_register.ports import LookUpTiers, OwnLookUps, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of
from mizuhiki.vocabulary.numbers import ResidentRecordCode

ACTION = "open-look-ups"


def open_look_ups(
    context: Context, *, store: Store, authority: Authority, code: ResidentRecordCode
) -> tuple[OwnLookUps, LookUpTiers]:
    """Return the own bundle, and which other tiers to ask under which codes.

    Raises:
        UnknownPerson: the code was never numbered.
    """
    authority.require(context, ACTION)
    with store.transaction() as records:
        person = records.person_by_code(code)
        if person is None:
            raise UnknownPerson
        codes = records.history.codes(person)
        municipalities = records.municipalities_of(person)
        records.audit(grounds_of(context), "look-ups-opened", "done", count=1)
    store.checkpoint()
    prefectures = sorted({municipality[:2] for municipality in municipalities})
    return OwnLookUps(store.bundle(person.person)), LookUpTiers(
        tuple(codes), tuple(sorted(municipalities)), tuple(prefectures)
    )
