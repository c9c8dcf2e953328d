"""Trap persons (検知用符号): pseudonyms of nobody that an institution keeps in its table and has the core watch.

The code of a trap is told to one officer and kept nowhere. Out of it come the pseudonym, the addressee number and the
token that withdraws the trap, each by a hash of its own: who is told one of them learns none of the others.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

from msgspec import Meta

from mizuhiki.crypto.digests import labelled_hash
from mizuhiki.crypto.pseudonyms import Ciphertext
from mizuhiki.vocabulary.ids import InstitutionKind as Kind
from mizuhiki.wire.endpoint import Endpoint, Message
from mizuhiki.wire.types import Identifier, InstitutionText, SignedObject

TRAP_TYPE = "trap-planting"
"""Object type of a planting: the `typ` header of its signed payload."""
MOST_AT_ONCE: Final = 20
"""Traps of one planting; what is printed and kept in a safe has to stay short."""
Digest = Annotated[bytes, Meta(min_length=32, max_length=32)]
"""32 octets."""


def withdrawal_token_hash(token: bytes) -> bytes:
    """Return the name of a trap at the core: the hash of the token that withdraws it."""
    return labelled_hash("trap-token", token)


class TrapPlanting(Message, frozen=True):
    """Payload of a planting case: pseudonyms of nobody, for the core alone.

    `tokens` has a `withdrawal_token_hash` for each input, in their order. A token that stands already is left as it is,
    so a planting whose answer was lost is simply made again.
    """

    planting_id: Identifier
    holder: InstitutionText
    generation: int
    tokens: list[Digest]
    inputs_root: bytes
    nonce: Identifier
    issued_at: datetime
    expires_at: datetime


class SubmittedTraps(Message, frozen=True):
    """A planting case with the ciphertexts it was signed over."""

    case: SignedObject
    inputs: list[Ciphertext]


class TrapWithdrawal(Message, frozen=True):
    """Tokens of traps of the caller that shall be watched no more; unknown ones are passed over."""

    tokens: Annotated[list[Digest], Meta(min_length=1, max_length=100)]


class TrapsWithdrawn(Message, frozen=True):
    """How many traps were withdrawn, and how many of the caller stand now."""

    withdrawn: int
    standing: int


class TrapCountRequest(Message, frozen=True):
    """Ask how many traps of the caller stand."""


class TrapsStanding(Message, frozen=True):
    """How many traps of the caller stand; which ones, nobody is told."""

    standing: int


_SERVER = frozenset({Kind.INTERMEDIATE_SERVER})

PLANT_TRAPS = Endpoint(
    name="linkage_core.plant_traps",
    path="/v1/traps",
    request=SubmittedTraps,
    answer=TrapsStanding,
    callers=_SERVER,
    summary="Have the core watch pseudonyms of nobody (検知用符号); whoever asks about one walks a table.",
    basis="番号法24条; R-027, R-220",
)
WITHDRAW_TRAPS = Endpoint(
    name="linkage_core.withdraw_traps",
    path="/v1/traps/withdrawals",
    request=TrapWithdrawal,
    answer=TrapsWithdrawn,
    callers=_SERVER,
    summary="Have the core watch traps no more; only who holds their tokens can.",
    basis="番号法24条",
)
COUNT_TRAPS = Endpoint(
    name="linkage_core.count_traps",
    path="/v1/traps/count",
    request=TrapCountRequest,
    answer=TrapsStanding,
    callers=_SERVER,
    summary="How many traps of the caller stand.",
    basis="番号法24条",
)
ENDPOINTS = (PLANT_TRAPS, WITHDRAW_TRAPS, COUNT_TRAPS)
