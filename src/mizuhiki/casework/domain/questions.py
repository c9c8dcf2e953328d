"""What the own intermediate server is asked about one addressee."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mizuhiki.vocabulary.ids import InstitutionId


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """About whom, of whom, for what; `not_disclosed` marks the own record of it (不開示情報: 番号法23条2項)."""

    addressee_number: str
    provider: InstitutionId
    affair: str
    procedure: str
    kind: str
    fiscal_year: int
    period_from: date | None = None
    period_until: date | None = None
    case_reference: str
    not_disclosed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Asked):
    """One inquiry; the same `request_id` again is the same inquiry."""

    request_id: str
