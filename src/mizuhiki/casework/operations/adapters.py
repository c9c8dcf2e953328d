"""What the steps of a case work with, and the checks every step begins with."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic

from mizuhiki.casework.domain.cases import Case
from mizuhiki.casework.domain.errors import ActorNotOfThisOffice, AffairOfAnotherProcedure, ProcedureNotDoneHere
from mizuhiki.casework.domain.procedures import Procedure
from mizuhiki.casework.ports import (
    AssessmentDesk,
    CaseStore,
    FileServer,
    LinkageServer,
    OrdinanceDesk,
    OwnRecords,
    RecordsT,
    Register,
    Staff,
)
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.gate import Disclosure, ProtectionGate
from mizuhiki.runtime.grounds import grounds_of
from mizuhiki.vocabulary.affairs import Affair, require_affair
from mizuhiki.vocabulary.errors import Unavailable
from mizuhiki.vocabulary.grounds import Grounds
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.layouts import Scalar
from mizuhiki.vocabulary.statute import CurrentStatute, StatuteTable, lawful_affair

CHANNEL = "staff-page"


def _settle_nothing(_context: Context, _records: object, _case: Case) -> None:
    return None


def no_facts(_records: object, _case: Case) -> Mapping[str, Scalar]:
    """Say nothing: the body keeps no records that a rule reads."""
    return {}


def nobody(_addressee_numbers: Sequence[str]) -> set[str]:
    """Name nobody: the body has no records of one person that could be two people's."""
    return set()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAdapters(Generic[RecordsT]):
    """Adapters of one office. `settle` writes a decision into the body's own records, in the deciding transaction.

    `facts` reads what those records say of the people of a case (番号法9条2項); the rule finds it among the statements.
    `undecided` names those addressees of whom staff has to say first whether they are one person (R-255). `statute` is
    the law with the body's own ordinances, where it has any; `own_affairs` are those as this body knows them, by code.
    """

    institution: InstitutionId
    procedures: Sequence[Procedure]
    store: CaseStore[RecordsT]
    authority: Authority
    gate: ProtectionGate
    randomness: Randomness
    register: Register
    linkage: LinkageServer
    files: FileServer
    assessments: AssessmentDesk
    ordinances: OrdinanceDesk
    staff: Staff
    own: OwnRecords | None = None
    statute: CurrentStatute = field(default_factory=StatuteTable.load)
    own_affairs: Mapping[str, Sequence[Affair]] = field(default_factory=dict)
    settle: Callable[[Context, RecordsT, Case], None] = _settle_nothing
    facts: Callable[[RecordsT, Case], Mapping[str, Scalar]] = no_facts
    undecided: Callable[[Sequence[str]], set[str]] = nobody

    def permit(self, context: Context, action: str) -> Grounds:
        """Check that the actor is one of ours, may do this, and the affair is lawful today.

        Raises:
            ActorNotOfThisOffice, ActionNotPermitted, AffairNotLawful: in this order.
        """
        if context.actor.institution != self.institution:
            raise ActorNotOfThisOffice
        self.authority.require(context, action)
        self._require_affair(context)
        return grounds_of(context)

    def _require_affair(self, context: Context) -> None:
        """Check the affair; while the commission is out of reach, one of the own ordinances by what this body knows."""
        try:
            lawful_affair(self.statute, self.institution, context.affair, context.today())
        except Unavailable:
            require_affair(context.affair, context.today(), ordinance_affairs=self.own_affairs)

    def permit_office(self, context: Context, action: str) -> Grounds:
        """Check that the actor is one of ours and may do this; no number is used, so no affair is needed.

        Raises:
            ActorNotOfThisOffice, ActionNotPermitted: in this order.
        """
        if context.actor.institution != self.institution:
            raise ActorNotOfThisOffice
        self.authority.require(context, action)
        return grounds_of(context)

    def procedure(self, context: Context, code: str) -> Procedure:
        """Return a procedure of this office; the context must state its affair.

        Raises:
            ProcedureNotDoneHere: another office carries it out.
            AffairOfAnotherProcedure: the affair stated is not its own.
        """
        found = next((one for one in self.procedures if one.code == code), None)
        if found is None:
            raise ProcedureNotDoneHere(procedure=code)
        if context.affair != found.affair:
            raise AffairOfAnotherProcedure(procedure=code, affair=context.affair)
        return found

    def require_disclosure(self, context: Context, case: Case, content: str) -> None:
        """Ask the protection gate about everybody in a case.

        Raises:
            Withheld: a support measure stands on somebody.
        """
        for subject in case.subjects:
            self.gate.check(context, Disclosure(subject.person, CHANNEL, context.actor.role, content))

    def withheld(self, context: Context, families: Sequence[Collection[str]], content: str) -> list[bool]:
        """Tell of each line of a list whether a support measure stands on anybody it is about.

        Who lives with somebody under a measure lives where they do, so one of a family hides the line (R-076).
        """
        people = sorted({person for family in families for person in family})
        asked = [Disclosure(person, CHANNEL, context.actor.role, content) for person in people]
        answers = zip(people, self.gate.withheld(context, asked), strict=True)
        hidden = {person for person, answer in answers if answer}
        return [not hidden.isdisjoint(family) for family in families]


def actor_text(context: Context) -> str:
    """Return who acts for a case's history: role and account."""
    return f"{context.actor.role}/{context.actor.person or ''}"
