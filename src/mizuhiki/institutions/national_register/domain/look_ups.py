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

CARD_SESSION = "card-session"
CARD_LAPSED = "card-lapsed"
"""The register itself ended a card by law; the outcome is the cause (`vocabulary.card_lapse.LapseCause`)."""
CERTIFICATE_SERVICE = "certificate-service"
"""Answered to a verifier through the certification authorities: current items, or that two certificates are one's."""

__all__ = [
    "CARD_HOLDER_CONFIRMATION",
    "CARD_LAPSED",
    "CARD_SESSION",
    "CERTIFICATE_SERVICE",
    "CONFIRMED",
    "DISCLOSED",
    "FOUR_ITEMS",
    "IDENTIFICATION_SEARCH",
    "NOT_CONFIRMED",
    "NOT_REGISTERED",
    "WITHHELD",
    "LookUp",
]
