"""What the register keeps of each look-up about a person (ledger design; R-026): the same as at every tier."""

from __future__ import annotations

from mizuhiki.vocabulary.register_access.look_ups import (
    CARD_HOLDER_CONFIRMATION,
    CONFIRMED,
    DISCLOSED,
    FOUR_ITEMS,
    IDENTIFICATION_SEARCH,
    NOT_CONFIRMED,
    NOT_REGISTERED,
    WITHHELD,
    LookUp,
)

__all__ = [
    "CARD_HOLDER_CONFIRMATION",
    "CONFIRMED",
    "DISCLOSED",
    "FOUR_ITEMS",
    "IDENTIFICATION_SEARCH",
    "NOT_CONFIRMED",
    "NOT_REGISTERED",
    "WITHHELD",
    "LookUp",
]
