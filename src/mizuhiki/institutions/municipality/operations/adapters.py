"""What every operation of one municipality works with, and the checks every operation begins with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from mizuhiki.casework.ports import AssessmentDesk
from mizuhiki.crypto.card_session import IssuerKeys
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.municipality.domain.errors import ActorOfOtherInstitution
from mizuhiki.institutions.municipality.domain.network import CommunicationServer, NumberGeneration
from mizuhiki.institutions.municipality.domain.outside_systems import AllowRow, allow_list
from mizuhiki.institutions.municipality.operations.card_issuer import CardIssuer
from mizuhiki.institutions.municipality.operations.seal_copies import MayorsSeal
from mizuhiki.institutions.municipality.ports import (
    CertificationAuthority,
    LinkageServer,
    OtherMunicipalities,
    Store,
)
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.gate import ProtectionGate
from mizuhiki.runtime.grounds import grounds_of
from mizuhiki.vocabulary.grounds import Grounds
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.statute import CurrentStatute, StatuteTable, lawful_affair

ProviderKeys = Callable[[str, str], IssuerKeys]
"""Gives the municipality's own keys of its application on one card, by card number and name of the application."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapters:
    """Adapters and identity of one municipality; `code` is its six-digit code, `statute` knows its own ordinances."""

    institution: InstitutionId
    code: str
    store: Store
    authority: Authority
    gate: ProtectionGate
    randomness: Randomness
    numbers: NumberGeneration
    others: OtherMunicipalities
    linkage: LinkageServer
    certificates: CertificationAuthority
    assessments: AssessmentDesk
    network: CommunicationServer
    card_issuer: CardIssuer
    printer: MayorsSeal
    provider_keys: ProviderKeys
    stock_target: int = 500
    statute: CurrentStatute = field(default_factory=StatuteTable.load)
    parameters: Mapping[str, str] = field(default_factory=dict)
    outside_rows: tuple[AllowRow, ...] = field(default_factory=allow_list)

    @property
    def copy_fee_yen(self) -> int:
        """Fee of one copy by the municipality's ordinance (手数料条例); parameter `copy_fee_yen`."""
        return int(self.parameters.get("copy_fee_yen", "300"))

    def permit(self, context: Context, action: str) -> Grounds:
        """Check that the actor is of this municipality, may do this, and the affair is lawful today.

        Raises:
            ActorOfOtherInstitution, ActionNotPermitted, AffairNotLawful: in this order.
        """
        if context.actor.institution != self.institution:
            raise ActorOfOtherInstitution
        return self.permit_peer(context, action)

    def permit_peer(self, context: Context, action: str) -> Grounds:
        """Check an operation that another institution asks for over the wire.

        Raises:
            ActionNotPermitted, AffairNotLawful: in this order.
        """
        self.authority.require(context, action)
        lawful_affair(self.statute, self.institution, context.affair, context.today())
        return grounds_of(context)


def actor_text(context: Context) -> str:
    """Return role and account of the actor, as histories show them."""
    actor = context.actor
    return f"{actor.role}/{actor.person}" if actor.person else actor.role
