"""Check both converters' tickets of a case: what was allowed, for which ciphertexts, until when (spec/exchange.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mizuhiki.crypto.digests import sha256
from mizuhiki.institutions.intermediate_server.domain.errors import TicketMismatch
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, institution_id

CONVERTERS = (institution_id(InstitutionKind.COMMISSION), institution_id(InstitutionKind.LINKAGE_CORE))


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedTicket:
    """What a ticket says, after its signature was checked; `signer` is who signed it."""

    signer: InstitutionId
    converter: str
    purpose: str
    case_hash: bytes
    target: str
    inputs_root: bytes
    outputs_root: bytes
    rules: tuple[str, ...]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ExpectedTicket:
    """What both tickets must say, and how many questions they must name a rule for.

    `now` is when they are relied on; none for the asker, who reads the answer to a case that was carried out in time
    and may get it after the case's end.
    """

    purpose: str
    case_hash: bytes
    target: InstitutionId
    inputs_root: bytes
    now: datetime | None
    questions: int = 1


def check_tickets(tickets: Sequence[StatedTicket], expected: ExpectedTicket) -> None:
    """Check two tickets, commission first; the second one's inputs are the first one's outputs, which chains them.

    Raises:
        TicketMismatch: one is missing, expired, by the wrong converter, for another case, target or batch, or does not
            name a rule for each question.
    """
    if len(tickets) != len(CONVERTERS):
        raise TicketMismatch(count=len(tickets))
    inputs_root = expected.inputs_root
    for converter, ticket in zip(CONVERTERS, tickets, strict=True):
        stated = (ticket.signer, ticket.converter, ticket.purpose, ticket.case_hash, ticket.target)
        if stated != (converter, converter, expected.purpose, expected.case_hash, expected.target):
            raise TicketMismatch(converter=converter)
        expired = expected.now is not None and expected.now >= ticket.expires_at
        if ticket.inputs_root != inputs_root or len(ticket.rules) != expected.questions or expired:
            raise TicketMismatch(converter=converter)
        inputs_root = ticket.outputs_root


def ticket_hash(tickets: Sequence[str]) -> bytes:
    """Return SHA-256 over both converters' tickets, commission first."""
    return sha256("\n".join(tickets).encode("ascii"))
