"""Trap persons: pseudonyms of nobody, and the alarm that is raised when somebody asks about one (番号法24条).

A trap is known here by this core's own pseudonym of nobody, found by a keyed index, and by the hash of the token that
withdraws it. An alarm names institutions, the case and random names of traps; no pseudonym and no person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from mizuhiki.vocabulary.ids import InstitutionId

MOST_STANDING = 100
"""Traps of one institution that may stand at a time; a rule of ours. Whoever walks a table of a million people in any
order meets the first of a hundred traps after ten thousand on average, half of the time within seven thousand."""


@dataclass(frozen=True, slots=True)
class StandingTrap:
    """One trap; `holder` is the intermediate server that planted it. See `wire.commission.SprungTrap`."""

    trap_id: str
    holder: InstitutionId
    had_records: bool


class SprungTrap(msgspec.Struct, frozen=True):
    """A trap that a case asked about; `planted_by` is its institution in law."""

    trap_id: str
    planted_by: InstitutionId
    exchange_number: str
    had_records: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Somebody asked about traps in one case of `lines` persons; `told_at` is when the commission took the alarm."""

    alarm_id: str
    case_hash: bytes
    purpose: str
    asker: InstitutionId
    other: InstitutionId
    affair: str
    procedure: str
    lines: int
    traps: tuple[SprungTrap, ...]
    requested_at: datetime
    raised_at: datetime
    told_at: datetime | None = None
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class StandingCount:
    """How many traps of an intermediate server stand."""

    holder: InstitutionId
    number: int
