"""Signs tickets as the commission; every later party checks them against the key pinned in the directory."""

from __future__ import annotations

from mizuhiki.institutions.commission.domain.conversion import TicketContent
from mizuhiki.runtime.peers import Peers
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.wire.linkage_core import TICKET_TYPE, Ticket


class SignedTickets:
    """Implements `ports.Tickets`."""

    def __init__(self, peers: Peers, institution: InstitutionId) -> None:
        self._peers = peers
        self._institution = institution

    def sign(self, content: TicketContent) -> str:
        """Return the signed ticket."""
        ticket = Ticket(
            converter=self._institution,
            purpose=content.purpose.value,
            case_hash=content.case_hash,
            target=content.target,
            inputs_root=content.inputs_root,
            outputs_root=content.outputs_root,
            rule=content.rules[0],
            further_rules=content.rules[1:],
            issued_at=content.issued_at,
            expires_at=content.expires_at,
        )
        return self._peers.sign(TICKET_TYPE, ticket)
