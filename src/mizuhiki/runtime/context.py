"""Who does what, on which legal basis, for which purpose: the first argument of every operation (rule 2; R-032).

An operation without a context cannot be called, and a context without an affair, a basis and a purpose cannot be made.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from mizuhiki.runtime.clock import Clock
from mizuhiki.vocabulary.errors import Refused
from mizuhiki.vocabulary.ids import InstitutionId


class ContextMissing(Refused):
    """No affair, legal basis or purpose was stated."""

    code = "context-missing"
    title = "No affair, legal basis or purpose was stated"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an institution, in a role, and where a person acts the name of their account (never a number)."""

    institution: InstitutionId
    role: str
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """The grounds of one operation.

    `affair` is a code of the affair table, `legal_basis` cites the article, `purpose` says in words what for.
    `trace` names this piece of work in logs and audit of this institution only; it is never passed to a peer, so that
    logs of two institutions cannot be joined by it.

    Raises:
        ContextMissing: affair, legal basis, purpose, role or trace is empty.
    """

    actor: Actor
    affair: str
    legal_basis: str
    purpose: str
    clock: Clock
    trace: str

    def __post_init__(self) -> None:
        for name in ("affair", "legal_basis", "purpose", "trace"):
            if not getattr(self, name).strip():
                raise ContextMissing(missing=name)
        if not self.actor.role.strip():
            raise ContextMissing(missing="role")

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        return self.clock.now()

    def today(self) -> date:
        """Return the present day in Japan."""
        return self.clock.today()
