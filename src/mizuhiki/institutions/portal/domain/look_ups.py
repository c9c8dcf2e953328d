"""Who looked a person up in the register network, as that person sees it (住基法30条の32; R-026)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mizuhiki.institutions.portal.domain.history import HistoryVerdict


@dataclass(frozen=True, slots=True)
class LookUpLine:
    """One look-up as a tier recorded it; `items` names what was shown and no value. Times are aware UTC."""

    kind: str
    asker: str
    affair: str
    legal_basis: str
    items: tuple[str, ...]
    outcome: str
    looked_up_at: datetime


@dataclass(frozen=True, slots=True)
class SealedTier:
    """What came from one tier: bundles as JSON, or why there are none."""

    tier: str
    bundles: tuple[str, ...] = ()
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class TierRecord:
    """One tier's record after the check; lines are there only where every check passed."""

    tier: str
    bundles: tuple[str, ...]
    verdict: HistoryVerdict
    lines: tuple[LookUpLine, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenedLookUps:
    """Every tier that holds or held the person, the national register first."""

    tiers: tuple[TierRecord, ...]
