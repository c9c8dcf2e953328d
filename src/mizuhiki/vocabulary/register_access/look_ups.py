"""What a register keeps of each look-up about a person: the same at every tier of the network (R-026, R-053)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

IDENTIFICATION_SEARCH = "identification-search"
CARD_HOLDER_CONFIRMATION = "card-holder-confirmation"
NUMBER_VERIFICATION = "number-verification"
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
