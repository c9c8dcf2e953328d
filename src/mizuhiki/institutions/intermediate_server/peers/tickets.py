"""Checks both converters' tickets of a case: what was allowed, for which ciphertexts, until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mizuhiki.institutions.intermediate_server.domain.errors import TicketMismatch
from mizuhiki.runtime.joint_key import CONVERTERS
from mizuhiki.runtime.peers import Peers
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.wire.linkage_core import TICKET_TYPE, Ticket


@dataclass(frozen=True, slots=True)
class ExpectedTicket:
    """What both tickets must say.

    `now` is when they are relied on; none for the asker, who reads the answer to a case that was carried out in time
    and may get it after the case's end.
    """

    purpose: str
    case_hash: bytes
    target: InstitutionId
    inputs_root: bytes
    now: datetime | None


def check_tickets(peers: Peers, texts: Sequence[str], expected: ExpectedTicket) -> list[Ticket]:
    """Verify the tickets, commission first, and return their payloads.

    The second converter's inputs are the first one's outputs, which chains the two.

    Raises:
        TicketMismatch: a ticket is missing, expired, by the wrong converter or for another case, target or batch.
        SignatureInvalid, WrongObjectType: see `crypto.signed_objects`.
    """
    if len(texts) != len(CONVERTERS):
        raise TicketMismatch(count=len(texts))
    tickets: list[Ticket] = []
    inputs_root = expected.inputs_root
    for converter, text in zip(CONVERTERS, texts, strict=True):
        verified = peers.verify(text, Ticket, TICKET_TYPE)
        ticket = verified.payload
        stated = (verified.signer, ticket.converter, ticket.purpose, ticket.case_hash, ticket.target)
        if stated != (converter, converter, expected.purpose, expected.case_hash, expected.target):
            raise TicketMismatch(converter=converter)
        expired = expected.now is not None and expected.now >= ticket.expires_at
        if ticket.inputs_root != inputs_root or expired:
            raise TicketMismatch(converter=converter)
        inputs_root = ticket.outputs_root
        tickets.append(ticket)
    return tickets
