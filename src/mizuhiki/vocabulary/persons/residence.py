"""Residence of foreign residents (住基法30条の45; 入管法19条の3, 19条の4).

The register adds to a foreign resident's record nationality, the day they became a resident, and by category what
the residence papers say. What each category must state is here; the records themselves are the municipality's.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from datetime import date
from typing import Self

from mizuhiki.vocabulary.errors import Malformed

_CARD_NUMBER = re.compile(r"[A-Z]{2}[0-9]{8}[A-Z]{2}\Z")


class ResidenceCategory(enum.StrEnum):
    """The five categories of persons the Act lists (the last row of its table holds two)."""

    MID_TO_LONG_TERM = "mid-to-long-term-resident"
    SPECIAL_PERMANENT = "special-permanent-resident"
    TEMPORARY_REFUGE_OR_STAY = "temporary-refuge-or-provisional-stay"
    BIRTH_TRANSITIONAL = "transitional-by-birth"
    NATIONALITY_LOSS_TRANSITIONAL = "transitional-by-loss-of-nationality"


class MalformedResidenceCardNumber(Malformed):
    """Not two letters, eight digits and two letters."""

    code = "malformed-residence-card-number"
    title = "This is not a residence card number"


@dataclass(frozen=True, slots=True)
class ResidenceCardNumber:
    """Number of a 在留カード; made by `parse`."""

    value: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a number; case and surrounding space do not matter.

        Raises:
            MalformedResidenceCardNumber: see the class.
        """
        value = text.strip().upper()
        if not _CARD_NUMBER.match(value):
            raise MalformedResidenceCardNumber(field="residence_card_number")
        return cls(value)


@dataclass(frozen=True, slots=True)
class ResidenceStatus:
    """What a foreign resident's record states of the right to stay.

    `stay_until` is the end of the period of stay; None for permanent and special permanent residents. A card never
    outlives it (`dates.card_expiry`). `period` is the period as the card words it (三年). `card_number` is that of the
    residence card or of the special permanent resident's certificate, which have one form.
    """

    nationality: str
    category: ResidenceCategory
    status: str
    resident_since: date
    stay_until: date | None = None
    card_number: ResidenceCardNumber | None = None
    period: str = ""
