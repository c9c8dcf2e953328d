"""Reads tickets: signed objects of the converters, checked against their pinned keys."""

from __future__ import annotations

from collections.abc import Sequence

from mizuhiki.institutions.intermediate_server.operations.check_tickets import StatedTicket
from mizuhiki.runtime.peers import Peers
from mizuhiki.wire.linkage_core import TICKET_TYPE, Ticket


class TicketReader:
    """Turns tickets into what they say; whether that fits is `check_tickets`' matter."""

    def __init__(self, peers: Peers) -> None:
        self._peers = peers

    def read(self, texts: Sequence[str]) -> list[StatedTicket]:
        """Return what tickets say.

        Raises:
            SignatureInvalid, WrongObjectType, UnknownSigner: see `crypto.signed_objects`.
        """
        return [self._one(text) for text in texts]

    def _one(self, text: str) -> StatedTicket:
        verified = self._peers.verify(text, Ticket, TICKET_TYPE)
        ticket = verified.payload
        return StatedTicket(
            signer=verified.signer,
            converter=ticket.converter,
            purpose=ticket.purpose,
            case_hash=ticket.case_hash,
            target=ticket.target,
            inputs_root=ticket.inputs_root,
            outputs_root=ticket.outputs_root,
            rules=ticket.rules(),
            expires_at=ticket.expires_at,
        )
