"""What an audit line needs of a context."""

from __future__ import annotations

from mizuhiki.institutions.tax_agency.ports import Grounds
from mizuhiki.runtime.context import Context


def grounds_of(context: Context) -> Grounds:
    """Return who acts, on which basis and when."""
    actor = context.actor
    return Grounds(
        institution=actor.institution,
        role=actor.role,
        person=actor.person,
        affair=context.affair,
        legal_basis=context.legal_basis,
        purpose=context.purpose,
        at=context.now(),
        trace=context.trace,
    )
