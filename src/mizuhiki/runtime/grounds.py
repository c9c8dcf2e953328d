"""From the context of an operation to the grounds that a store writes into the audit trail, and back."""

from __future__ import annotations

from mizuhiki.runtime.clock import FixedClock
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.vocabulary.grounds import Grounds


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


def context_of(grounds: Grounds) -> Context:
    """Return the context that `grounds` were taken from, at the instant they were taken."""
    return Context(
        Actor(grounds.institution, grounds.role, grounds.person),
        grounds.affair,
        grounds.legal_basis,
        grounds.purpose,
        FixedClock(grounds.at),
        grounds.trace,
    )
