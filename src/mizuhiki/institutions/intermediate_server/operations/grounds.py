"""What operations need of their context: the grounds for the audit trail, the generation of pseudonyms in use."""

from __future__ import annotations

from mizuhiki.institutions.intermediate_server.domain.grounds import Grounds
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.errors import Unavailable
from mizuhiki.vocabulary.generations import LAST, CurrentGenerations


def newest_in_use(generations: CurrentGenerations, context: Context) -> int:
    """Return the newest generation that inquiries go in; the newest there can be while nobody knows better.

    Who was never told cannot send anything yet either, and what is held was issued by those who know.
    """
    try:
        return generations.current().issuing(context.now())
    except Unavailable:
        return LAST


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
