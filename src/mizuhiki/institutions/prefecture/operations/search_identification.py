"""Search identification information held for the prefecture's residents (住基法30条の12, 30条の15; R-050, R-053)."""

from __future__ import annotations

from mizuhiki.institutions.prefecture.domain.holdings import Holding
from mizuhiki.institutions.prefecture.ports import Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.gate import Disclosure, ProtectionGate, Withheld
from mizuhiki.runtime.grounds import grounds_of
from mizuhiki.vocabulary.affairs import require_affair, require_user
from mizuhiki.vocabulary.ids import InstitutionId, kind_of
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.vocabulary.register_access import permit_search
from mizuhiki.vocabulary.register_access.look_ups import (
    DISCLOSED,
    FOUR_ITEMS,
    IDENTIFICATION_SEARCH,
    NOT_REGISTERED,
    WITHHELD,
    LookUp,
)

ACTION = "search-identification"
CHANNEL = "identification-search"


def search_identification(
    context: Context,
    *,
    store: Store,
    authority: Authority,
    gate: ProtectionGate,
    asker: InstitutionId,
    affair: str,
    number: IndividualNumber,
    action: str = ACTION,
) -> Holding | None:
    """Return the holder of a number who is registered in the prefecture, or nothing.

    A person whom a support measure protects is nobody. The answer exists only when its entry in the person's chain and
    its audit record are durable: one transaction.

    Raises:
        AffairNotLawful, AffairOfOthers: the affair may not use numbers today, or is not the asker's.
        NoSearchRow, SearchRowNotInForce: no row of the Act's tables lets the asker search for the affair today.
    """
    authority.require(context, action)
    require_user(require_affair(affair, context.today()), asker)
    row = permit_search(kind_of(asker), affair, context.today())
    with store.transaction() as records:
        before = records.by_number(number)
    permitted = before is not None and _permitted(context, gate, before, asker)
    with store.transaction() as records:
        # Read anew: what is answered is what the record of the look-up stands beside.
        found = records.by_number(number)
        outcome = NOT_REGISTERED
        if found is not None:
            outcome = DISCLOSED if permitted and not found.protected else WITHHELD
        disclosed = outcome == DISCLOSED
        records.record_look_up(
            LookUp(
                kind=IDENTIFICATION_SEARCH,
                person=None if found is None else found.person,
                asker=asker,
                affair=affair,
                legal_basis=f"{context.legal_basis}; {row.citation}",
                outcome=outcome,
                at=context.now(),
                items=FOUR_ITEMS if disclosed else (),
            )
        )
        records.audit(grounds_of(context), "identification-searched", outcome, count=int(disclosed))
    return found if disclosed else None


def _permitted(context: Context, gate: ProtectionGate, found: Holding, asker: str) -> bool:
    try:
        gate.check(context, Disclosure(found.person, channel=CHANNEL, recipient=asker, content="four-items"))
    except Withheld:
        return False
    return True
