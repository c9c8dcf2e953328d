"""What records of a question need of a context."""

from __future__ import annotations

from mizuhiki.institutions.national_register.domain.look_ups import LookUp
from mizuhiki.institutions.national_register.domain.records import NumberedPerson
from mizuhiki.institutions.national_register.ports import Grounds
from mizuhiki.runtime.context import Context


def grounds_of(context: Context) -> Grounds:
    """Return the grounds of what is done under `context`, at its present instant."""
    actor = context.actor
    return Grounds(
        institution=str(actor.institution),
        role=actor.role,
        person=actor.person,
        affair=context.affair,
        legal_basis=context.legal_basis,
        purpose=context.purpose,
        trace=context.trace,
        at=context.now(),
    )


def look_up_of(context: Context, kind: str, person: NumberedPerson | None, outcome: str) -> LookUp:
    """Return the look-up that a question answered with yes or no leaves: no items were told."""
    return LookUp(
        kind=kind,
        person=None if person is None else person.person,
        asker=str(context.actor.institution),
        affair=context.affair,
        legal_basis=context.legal_basis,
        outcome=outcome,
        at=context.now(),
    )
