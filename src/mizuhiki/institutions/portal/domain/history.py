"""The record of exchanges as its person sees it (情報提供等記録, 番号法23条)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

JAPAN = timezone(timedelta(hours=9))


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One entry; `place` counts from 1 in the order in which the log recorded them. Times are aware UTC."""

    place: int
    kind: str
    exchange_number: str
    inquirer: str
    provider: str
    affair: str
    procedure: str
    information_kinds: tuple[str, ...]
    items: tuple[str, ...]
    statute: str
    requested_at: datetime
    completed_at: datetime
    outcome: str

    @property
    def year(self) -> int:
        """The calendar year of the request in Japan."""
        return self.requested_at.astimezone(JAPAN).year


@dataclass(frozen=True, slots=True)
class HistoryVerdict:
    """What checking the record proved.

    `failed` names the check that failed and is empty when all passed; nothing else may be believed where it is set.
    `sealed` is the proved upper bound of entries in the whole log that may not be shown yet. `as_of` is when the
    commission confirmed the newest state in the file; what was recorded later is not in it.
    """

    failed: str
    detail: str = ""
    entries: int = 0
    origins: tuple[str, ...] = ()
    witnesses: tuple[str, ...] = ()
    sealed: int = 0
    as_of: datetime | None = None

    @property
    def as_of_in_japan(self) -> str:
        """When the commission last confirmed this state of the log, as date and time in Japan; empty when unknown."""
        return "" if self.as_of is None else self.as_of.astimezone(JAPAN).strftime("%Y-%m-%d %H:%M")

    @property
    def verified(self) -> bool:
        """Whether every check passed."""
        return not self.failed


@dataclass(frozen=True, slots=True)
class OpenedHistory:
    """A record that its person opened: the file as it came, what checking it proved, and its entries."""

    bundle: str
    verdict: HistoryVerdict
    entries: tuple[HistoryEntry, ...]

    def newest_first(self, year: int | None = None) -> list[HistoryEntry]:
        """Return the entries of one year, or all, the latest request first."""
        chosen = [entry for entry in self.entries if year is None or entry.year == year]
        return sorted(chosen, key=lambda entry: (entry.requested_at, entry.place), reverse=True)


def years_of(entries: Sequence[HistoryEntry]) -> list[int]:
    """Return the years that have entries, latest first."""
    return sorted({entry.year for entry in entries}, reverse=True)
