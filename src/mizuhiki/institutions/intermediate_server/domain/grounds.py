"""What a line of the audit trail needs of the context of an operation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mizuhiki.vocabulary.ids import InstitutionId


@dataclass(frozen=True, slots=True)
class Grounds:
    """Who acted, for which affair, on which basis, why and when."""

    institution: InstitutionId
    role: str
    person: str | None
    affair: str
    legal_basis: str
    purpose: str
    at: datetime
    trace: str
