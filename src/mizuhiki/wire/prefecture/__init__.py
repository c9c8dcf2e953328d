"""Interfaces served by a prefecture's register server."""

from mizuhiki.wire.prefecture.v1 import (
    COMPARE_PAGES,
    COMPARE_RECORDS,
    ENDPOINTS,
    NOTIFY_IDENTIFICATION,
    OPEN_LOOK_UPS,
    SEARCH_IDENTIFICATION,
)

__all__ = [
    "COMPARE_PAGES",
    "COMPARE_RECORDS",
    "ENDPOINTS",
    "NOTIFY_IDENTIFICATION",
    "OPEN_LOOK_UPS",
    "SEARCH_IDENTIFICATION",
]
