"""Interfaces served by a prefecture's register server."""

from mizuhiki.wire.prefecture.v1 import (
    ENDPOINTS,
    NOTIFY_IDENTIFICATION,
)

__all__ = [
    "ENDPOINTS",
    "NOTIFY_IDENTIFICATION",
]
