"""Signs tickets as the core; every later party checks them against the key pinned in the directory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from mizuhiki.institutions.linkage_core.domain.cases import CORE, Case
from mizuhiki.runtime.peers import Peers
from mizuhiki.wire.linkage_core import TICKET_TYPE, Ticket


class SignedTickets:
    """Implements `ports.Tickets`."""

    def __init__(self, peers: Peers) -> None:
        self._peers = peers

    def sign(
        self, case: Case, *, inputs_root: bytes, outputs_root: bytes, rules: Sequence[str], issued_at: datetime
    ) -> str:
        """Return the signed ticket for the case's recipient."""
        ticket = Ticket(
            converter=CORE,
            purpose=case.purpose.value,
            case_hash=case.hash,
            target=case.recipient,
            inputs_root=inputs_root,
            outputs_root=outputs_root,
            rule=rules[0],
            further_rules=tuple(rules[1:]),
            issued_at=issued_at,
            expires_at=case.expires_at,
        )
        return self._peers.sign(TICKET_TYPE, ticket)
