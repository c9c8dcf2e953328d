"""The context of an audit line, rebuilt from what an operation handed to the store."""

from __future__ import annotations

from mizuhiki.institutions.jpki.ports import Grounds
from mizuhiki.runtime.clock import FixedClock
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.vocabulary.ids import parse_institution_id


def context_of(grounds: Grounds) -> Context:
    """Return the context whose instant is that of the operation."""
    actor = Actor(parse_institution_id(grounds.institution), grounds.role, grounds.person)
    return Context(actor, grounds.affair, grounds.legal_basis, grounds.purpose, FixedClock(grounds.at), grounds.trace)
