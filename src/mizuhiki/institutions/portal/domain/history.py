"""The record of exchanges as its person sees it (情報提供等記録, 番号法23条)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

JAPAN = timezone(timedelta(hours=9))


@dataclass(frozen=True, slots=True)
class CodeLink:
    """What an entry says that joins the entries under two codes; `evidence` is the hash of the proof at the core."""

    generation: int
    linked_generation: int
    evidence: bytes

    @property
    def is_onward(self) -> bool:
        """Whether this is the one of the two entries that stands under the earlier code."""
        return self.generation < self.linked_generation


@dataclass(frozen=True, slots=True)
class CodeChange:
    """What became of an account's own code: renewed to generation `later`, or ended without one when that is 0."""

    earlier: int
    later: int


@dataclass(frozen=True, slots=True)
class BroughtRecord:
    """A record as the portal's server brought it: the file, the generation asked for in, what the server knows."""

    bundle: str
    generation: int
    changes: tuple[CodeChange, ...]


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
    link: CodeLink | None = None

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

    `joined` are the generations of codes whose entries are proved to belong together, as (earlier, later); `known` says
    how many of the account's own openings and notices were looked for and found there. `ended` are generations in which
    the account lost its code without a newer one and that nothing joins: what stands there is not in the file.
    """

    failed: str
    detail: str = ""
    entries: int = 0
    origins: tuple[str, ...] = ()
    witnesses: tuple[str, ...] = ()
    sealed: int = 0
    as_of: datetime | None = None
    joined: tuple[tuple[int, int], ...] = ()
    known: int = 0
    ended: tuple[int, ...] = ()

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

    def links(self) -> list[tuple[CodeLink, datetime]]:
        """Return what joins each two codes, and since when, the oldest first."""
        found = {
            entry.link.generation: (entry.link, entry.completed_at)
            for entry in self.entries
            if entry.link and entry.link.is_onward
        }
        return [found[generation] for generation in sorted(found)]


def years_of(entries: Sequence[HistoryEntry]) -> list[int]:
    """Return the years that have entries, latest first."""
    return sorted({entry.year for entry in entries}, reverse=True)
