"""The other tiers of the register network, asked for a person's look-ups (住基法30条の32; R-026)."""

from __future__ import annotations

from mizuhiki.institutions.national_register.ports import LookUpTiers
from mizuhiki.runtime.directory import NotInDirectory
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.vocabulary.errors import Unavailable
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, institution_id, kind_of
from mizuhiki.wire import municipality, prefecture
from mizuhiki.wire import register_network as network


class OtherTiers:
    """Asks prefectures and municipalities; what they answer is sealed to the portal and passed on unread."""

    def __init__(self, peers: Peers) -> None:
        self._peers = peers

    def gather(self, request_id: str, others: LookUpTiers) -> list[network.TierLookUps]:
        """Return what every tier sealed; one that does not answer is named, so that the person sees what is missing."""
        question = network.LookUpsQuestion(
            request_id=request_id, resident_record_codes=[code.reveal() for code in others.codes]
        )
        tiers = [
            *(institution_id(InstitutionKind.PREFECTURE, code) for code in others.prefectures),
            *(institution_id(InstitutionKind.MUNICIPALITY, code) for code in others.municipalities),
        ]
        return [self._ask(tier, question) for tier in tiers]

    def _ask(self, tier: InstitutionId, question: network.LookUpsQuestion) -> network.TierLookUps:
        of_prefecture = kind_of(tier) is InstitutionKind.PREFECTURE
        door = prefecture.OPEN_LOOK_UPS if of_prefecture else municipality.OPEN_LOOK_UPS
        try:
            return self._peers.call_sealed(tier, door, question, network.TierLookUps)
        except (PeerProblem, Unavailable, NotInDirectory) as error:
            return network.TierLookUps(tier=tier, refusal=error.code)
