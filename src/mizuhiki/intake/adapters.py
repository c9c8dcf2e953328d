"""What every operation of a body works with, and the checks every operation begins with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

from mizuhiki.casework.ports import AssessmentDesk, LinkageServer, Register, Staff
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.intake.errors import ActorOfOtherBody
from mizuhiki.intake.persons import KeptPerson, Shown, Told
from mizuhiki.intake.ports import PersonRecords, PersonStore
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.gate import Disclosure, MarkedSubjectsGate, ProtectionGate
from mizuhiki.runtime.grounds import grounds_of
from mizuhiki.vocabulary.affairs import require_user
from mizuhiki.vocabulary.grounds import Grounds
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.statute import CurrentStatute, StatuteTable, lawful_affair

STAFF_PAGE = "staff-page"
WORK_LIST = "work-list"
RecordsT = TypeVar("RecordsT", bound=PersonRecords)


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyAdapters(Generic[RecordsT]):
    """Adapters of one body. `told_of` says what it tells about a person on a day, `shown` how people identify.

    `statute` is the law with the body's own ordinances, where it has any.
    """

    institution: InstitutionId
    store: PersonStore[RecordsT]
    authority: Authority
    gate: ProtectionGate
    randomness: Randomness
    register: Register
    linkage: LinkageServer
    assessments: AssessmentDesk
    staff: Staff
    told_of: Callable[[RecordsT, KeptPerson, date], Sequence[Told]]
    told_kinds: tuple[str, ...]
    shown: frozenset[Shown]
    statute: CurrentStatute = field(default_factory=StatuteTable.load)

    def permit(self, context: Context, action: str) -> Grounds:
        """Check that the actor is one of ours, may do this, and the affair is lawful today and ours.

        Raises:
            ActorOfOtherBody, ActionNotPermitted, AffairNotLawful, AffairOfOthers: in this order.
        """
        if context.actor.institution != self.institution:
            raise ActorOfOtherBody
        self.authority.require(context, action)
        affair = lawful_affair(self.statute, self.institution, context.affair, context.today())
        require_user(affair, self.institution)
        return grounds_of(context)

    def disclose(self, context: Context, reference: str, content: str, channel: str = STAFF_PAGE) -> None:
        """Ask the protection gate before anything about a person is shown.

        Raises:
            Withheld: a support measure stands on the record and was not lifted for this clerk.
        """
        self.gate.check(context, Disclosure(reference, channel, context.actor.role, content))

    def shown_in_lists(self, context: Context, references: Sequence[str]) -> set[str]:
        """Return those of several people who may stand in a list of work; protected ones never do."""
        disclosures = [Disclosure(one, WORK_LIST, context.actor.role, "work-list") for one in references]
        withheld = self.gate.withheld(context, disclosures)
        return {one for one, kept in zip(references, withheld, strict=True) if not kept}


def gate_of(store: PersonStore[RecordsT]) -> ProtectionGate:
    """Return the gate that withholds protected records but for a consent given for one clerk and one look (R-076)."""

    def lifted(context: Context, disclosure: Disclosure) -> bool:
        person = context.actor.person
        if disclosure.channel != STAFF_PAGE:
            return False
        return person is not None and store.use_lift(disclosure.subject, person, context.now())

    return MarkedSubjectsGate(store.is_protected, lifted)
