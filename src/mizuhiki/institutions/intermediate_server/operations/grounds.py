"""The grounds of an operation, for the audit trail."""

from __future__ import annotations

from mizuhiki.institutions.intermediate_server.domain.grounds import Grounds
from mizuhiki.runtime.context import Context


def grounds_of(context: Context) -> Grounds:
    """Return what the audit trail needs of a context."""
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
