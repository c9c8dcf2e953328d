"""What the register keeps of each look-up about a person (ledger design; R-026)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

IDENTIFICATION_SEARCH = "identification-search"
CARD_HOLDER_CONFIRMATION = "card-holder-confirmation"
CARD_SESSION = "card-session"
CERTIFICATE_SERVICE = "certificate-service"
"""Answered to a verifier through the certification authorities: current items, or that two certificates are one's."""
DISCLOSED, CONFIRMED = "disclosed", "confirmed"
WITHHELD, NOT_REGISTERED, NOT_CONFIRMED = "withheld", "not-registered", "not-confirmed"
FOUR_ITEMS = ("name", "name_kana", "birth_date", "sex", "address", "municipality_code")
"""Items an identification search answers with, besides that the number is somebody's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUp:
    """One look-up. `person` is the row looked at; None where nobody was found, which only the audit record keeps."""

    kind: str
    person: str | None
    asker: str
    affair: str
    legal_basis: str
    outcome: str
    at: datetime
    items: tuple[str, ...] = ()
