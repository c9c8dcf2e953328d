"""The look-up that a question leaves in the ledger, from the context under which it was asked."""

from __future__ import annotations

from mizuhiki.institutions.national_register.domain.look_ups import LookUp
from mizuhiki.institutions.national_register.domain.records import NumberedPerson
from mizuhiki.runtime.context import Context


def look_up_of(
    context: Context, kind: str, person: NumberedPerson | None, outcome: str, items: tuple[str, ...] = ()
) -> LookUp:
    """Return the look-up that a question leaves; one answered with yes or no told no items."""
    return LookUp(
        kind=kind,
        person=None if person is None else person.person,
        asker=str(context.actor.institution),
        affair=context.affair,
        legal_basis=context.legal_basis,
        outcome=outcome,
        at=context.now(),
        items=items,
    )
