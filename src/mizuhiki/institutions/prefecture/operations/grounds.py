"""What an audit record needs of a context."""

from __future__ import annotations

from mizuhiki.institutions.prefecture.ports import Grounds
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
