"""Interfaces that every institution serves."""

from mizuhiki.wire.common.v1 import (
    KEY_SET,
    KEY_SET_TYPE,
    KeySet,
    KeySetAnswer,
    KeySetRequest,
    SealingKey,
)

__all__ = [
    "KEY_SET",
    "KEY_SET_TYPE",
    "KeySet",
    "KeySetAnswer",
    "KeySetRequest",
    "SealingKey",
]
