"""Published sealing keys, version 1 (RFC 9180; exchange protocol: sealing keys rotate daily)."""

from __future__ import annotations

from datetime import datetime

from mizuhiki.vocabulary.ids import InstitutionKind
from mizuhiki.wire.endpoint import Endpoint, Message
from mizuhiki.wire.types import Identifier, InstitutionText, SignedObject

KEY_SET_TYPE = "key-set"
"""Object type of a signed `KeySet`."""


class SealingKey(Message, frozen=True):
    """One HPKE public key with the time in which senders may seal to it."""

    key_id: Identifier
    public_key: bytes
    valid_from: datetime
    valid_until: datetime


class KeySet(Message, frozen=True):
    """Payload of the signed object: the sealing keys of one institution."""

    institution: InstitutionText
    sealing_keys: list[SealingKey]


class KeySetRequest(Message, frozen=True):
    """Ask for the sealing keys valid now."""


class KeySetAnswer(Message, frozen=True):
    """`key_set` is a signed object over `KeySet`, checked against the signing key pinned in the directory."""

    key_set: SignedObject


KEY_SET = Endpoint(
    name="common.key_set",
    path="/v1/key-set",
    request=KeySetRequest,
    answer=KeySetAnswer,
    callers=frozenset(InstitutionKind),
    summary="Sealing keys of this institution, signed.",
    basis="R-030",
)
