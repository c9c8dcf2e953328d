"""What an audit record needs of a context."""

from __future__ import annotations

from mizuhiki.institutions.portal.ports import Grounds
from mizuhiki.runtime.context import Context


def grounds_of(context: Context, account: str = "") -> Grounds:
    """Return who acts, on which basis and when; `account` is the person where nobody is signed in yet."""
    actor = context.actor
    return Grounds(
        institution=str(actor.institution),
        role=actor.role,
        person=actor.person or account or None,
        affair=context.affair,
        legal_basis=context.legal_basis,
        purpose=context.purpose,
        trace=context.trace,
        at=context.now(),
    )
