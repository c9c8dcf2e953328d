"""What a line of an audit trail needs of the context of an operation, for stores, which know no context."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mizuhiki.vocabulary.ids import InstitutionId


@dataclass(frozen=True, slots=True)
class Grounds:
    """Who acted, for which affair, on which basis, why and when; `trace` is this institution's own name of the work."""

    institution: InstitutionId
    role: str
    person: str | None
    affair: str
    legal_basis: str
    purpose: str
    at: datetime
    trace: str
