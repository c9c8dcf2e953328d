"""Search identification information by number for a lawful affair (住基法30条の9, 30条の10; R-052, R-053)."""

from __future__ import annotations

from mizuhiki.institutions.national_register.domain.look_ups import (
    DISCLOSED,
    FOUR_ITEMS,
    IDENTIFICATION_SEARCH,
    NOT_REGISTERED,
    WITHHELD,
    LookUp,
)
from mizuhiki.institutions.national_register.domain.records import NumberedPerson
from mizuhiki.institutions.national_register.ports import Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.gate import Disclosure, ProtectionGate, Withheld
from mizuhiki.runtime.grounds import grounds_of
from mizuhiki.vocabulary.affairs import require_affair, require_user
from mizuhiki.vocabulary.ids import InstitutionId, kind_of
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.vocabulary.register_access import permit_search

ACTION = "search-identification"


def search_identification(
    context: Context,
    *,
    store: Store,
    authority: Authority,
    gate: ProtectionGate,
    asker: str,
    affair: str,
    number: IndividualNumber,
) -> NumberedPerson | None:
    """Return the holder of a number with identification information, or nothing.

    A person whom a support measure protects is nobody: the asker must not learn that there is something to hide. The
    answer exists only when its entry in the person's chain and its audit record are durable: one transaction.

    Raises:
        AffairNotLawful, AffairOfOthers: the affair may not use numbers on this day, or is not the asker's.
        NoSearchRow, SearchRowNotInForce: no row of the Act's tables lets the asker search for the affair today.
    """
    authority.require(context, ACTION)
    body = InstitutionId(asker)
    require_user(require_affair(affair, context.today()), body)
    row = permit_search(kind_of(body), affair, context.today())
    with store.transaction() as records:
        before = records.person_by_number(number)
    permitted = before is not None and _permitted(context, gate, before, asker)
    with store.transaction() as records:
        # Read anew: what is answered is what the record of the look-up stands beside.
        person = records.person_by_number(number)
        outcome = _outcome(person, permitted=permitted and person is not None and not person.protected)
        disclosed = outcome == DISCLOSED
        records.record_look_up(
            LookUp(
                kind=IDENTIFICATION_SEARCH,
                person=None if person is None else person.person,
                asker=asker,
                affair=affair,
                legal_basis=f"{context.legal_basis}; {row.citation}",
                outcome=outcome,
                at=context.now(),
                items=FOUR_ITEMS if disclosed else (),
            )
        )
        records.audit(grounds_of(context), "identification-searched", outcome, count=int(disclosed))
    return person if disclosed else None


def _permitted(context: Context, gate: ProtectionGate, person: NumberedPerson, asker: str) -> bool:
    try:
        gate.check(
            context,
            Disclosure(subject=person.person, channel="identification-search", recipient=asker, content="four-items"),
        )
    except Withheld:
        return False
    return True


def _outcome(person: NumberedPerson | None, *, permitted: bool) -> str:
    if person is None or person.four_items is None or not person.in_register:
        return NOT_REGISTERED
    return DISCLOSED if permitted else WITHHELD
