"""What the tax agency needs from outside: storage, staff accounts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from mizuhiki.institutions.tax_agency.domain.base_numbers import Series
from mizuhiki.institutions.tax_agency.domain.corporations import Entry, NewCorporation, PublishedLine
from mizuhiki.institutions.tax_agency.domain.searching import Found, Question
from mizuhiki.vocabulary.grounds import Grounds


class ApplicationState(StrEnum):
    """What became of an application."""

    WAITING = "waiting"
    DESIGNATED = "designated"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """A corporation that waits for its number; `number` and `reason` say what was decided."""

    application: int
    new: NewCorporation
    state: ApplicationState
    received_at: datetime
    number: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice of designation (法人番号指定通知書); `sent_on` is None while it waits."""

    number: str
    name: str
    address: str
    designated_on: date
    sent_on: date | None = None


@dataclass(frozen=True, slots=True)
class PublicFile:
    """A published file as it is listed; `size` in octets."""

    name: str
    day: date
    lines: int
    size: int


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line of the audit trail as staff reads it."""

    at: datetime
    event: str
    person: str
    number: str
    outcome: str


class Records(Protocol):
    """One write transaction. Everything or nothing is stored."""

    def newest(self, number: str) -> Entry | None:
        """Return the state of a corporation, published or not."""

    def entries(self, number: str) -> list[Entry]:
        """Return all its lines, oldest first."""

    def next_serial(self, series: Series) -> int:
        """Take the next serial of a series, from 1."""

    def append(self, entry: Entry) -> None:
        """Add a line and make it the state; its line number must be the next."""

    def add_application(self, new: NewCorporation, at: datetime) -> int:
        """Queue an application and return its number."""

    def application(self, application: int) -> Application | None:
        """Return an application."""

    def decide(self, application: int, state: ApplicationState, *, number: str = "", reason: str = "") -> None:
        """Note what was decided."""

    def add_notice(self, notice: Notice) -> None:
        """Let a notice wait for dispatch."""

    def send_notices(self, numbers: Sequence[str], on: date) -> int:
        """Mark waiting notices as sent and return how many were waiting."""

    def keep_file(self, file: PublicFile, content: bytes) -> None:
        """Keep a published file; one of the same name is replaced."""

    def drop_files(self, prefix: str, before: date) -> int:
        """Remove files whose name begins so and that are older; return how many."""

    def audit(self, grounds: Grounds, event: str, outcome: str, *, number: str = "", count: int = 0) -> None:
        """Write an audit line; Corporate Numbers are public and may stand in it."""


class Store(Protocol):
    """Reading, and transactions."""

    def transaction(self) -> AbstractContextManager[Records]:
        """Open one write transaction."""

    def search(self, question: Question, *, most: int) -> Found:
        """Return up to `most` matches, in the order of designation."""

    def published(self, number: str) -> list[PublishedLine]:
        """Return the published lines of a corporation, newest first; empty when nothing is published."""

    def published_of(self, numbers: Sequence[str]) -> list[Entry]:
        """Return the newest lines of those of the numbers that are published."""

    def updated(self, first: date, last: date) -> list[PublishedLine]:
        """Return published lines by their day of publication, oldest first."""

    def published_in(self, prefecture_code: str) -> Iterator[PublishedLine]:
        """Return the newest line of every published corporation of a prefecture (99: abroad)."""

    def last_update(self) -> date | None:
        """Return the newest day of publication; None while nothing is published."""

    def any_entry(self, number: str) -> Entry | None:
        """Return the state of a corporation for staff, published or not."""

    def any_entries(self, number: str) -> list[Entry]:
        """Return all lines for staff, newest first."""

    def applications(self, state: ApplicationState | None) -> list[Application]:
        """Return applications, oldest first."""

    def notices(self, *, waiting: bool) -> list[Notice]:
        """Return notices, oldest first."""

    def counts(self) -> dict[str, int]:
        """Return figures: published, unpublished, closed, waiting, notices."""

    def files(self) -> list[PublicFile]:
        """Return the published files, newest day first."""

    def file_content(self, name: str) -> bytes | None:
        """Return a published file."""

    def audit_lines(self, most: int) -> list[AuditLine]:
        """Return the newest lines of the audit trail."""


class Staff(Protocol):
    """Accounts of the staff."""

    def open(self, account: str, display_name: str, role: str, passphrase: str) -> None:
        """Open an account."""
