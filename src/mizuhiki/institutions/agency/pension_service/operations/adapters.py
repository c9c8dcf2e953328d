"""What every operation of the pension service works with, and the checks every operation begins with."""

from __future__ import annotations

from dataclasses import dataclass

from mizuhiki.casework.ports import AssessmentDesk, LinkageServer, Register, Staff
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.agency.pension_service.domain.errors import ActorOfAnotherBody
from mizuhiki.institutions.agency.pension_service.domain.start_dates import require_number_use
from mizuhiki.institutions.agency.pension_service.ports import Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.gate import ProtectionGate
from mizuhiki.runtime.grounds import grounds_of
from mizuhiki.vocabulary.affairs import require_affair
from mizuhiki.vocabulary.grounds import Grounds
from mizuhiki.vocabulary.ids import InstitutionId


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapters:
    """Adapters of the pension service."""

    institution: InstitutionId
    store: Store
    authority: Authority
    gate: ProtectionGate
    randomness: Randomness
    register: Register
    linkage: LinkageServer
    assessments: AssessmentDesk
    staff: Staff

    def permit(self, context: Context, action: str) -> Grounds:
        """Check that the actor is one of ours, may do this, and the affair is lawful today.

        Raises:
            ActorOfAnotherBody, ActionNotPermitted, NumberUseNotYet, AffairNotLawful: in this order.
        """
        if context.actor.institution != self.institution:
            raise ActorOfAnotherBody
        return self.permit_peer(context, action)

    def permit_peer(self, context: Context, action: str) -> Grounds:
        """Check an operation that another institution asks for over the wire.

        Raises:
            ActionNotPermitted, NumberUseNotYet, AffairNotLawful: in this order.
        """
        self.authority.require(context, action)
        require_number_use(context.today())
        require_affair(context.affair, context.today())
        return grounds_of(context)
