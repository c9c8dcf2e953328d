"""One write transaction on the tax agency's tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import msgspec
from sqlalchemy import Connection, delete, select

from mizuhiki.institutions.tax_agency.domain.base_numbers import Series
from mizuhiki.institutions.tax_agency.domain.codes import Process
from mizuhiki.institutions.tax_agency.domain.corporations import Entry, NewCorporation
from mizuhiki.institutions.tax_agency.domain.searching import texts_of, words_of_record
from mizuhiki.institutions.tax_agency.ports import Application, ApplicationState, Notice, PublicFile
from mizuhiki.institutions.tax_agency.store.rows import entry_values, read_application, read_entry
from mizuhiki.institutions.tax_agency.store.tables import (
    APPLICATIONS,
    CORPORATIONS,
    ENTRIES,
    FILES,
    NOTICES,
    SERIES,
    WORDS,
)
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.grounds import context_of
from mizuhiki.vocabulary.grounds import Grounds


class SqlRecords:
    """Implements `ports.Records` on an open connection."""

    def __init__(self, connection: Connection, audit: Audit) -> None:
        self._connection = connection
        self._audit = audit

    def newest(self, number: str) -> Entry | None:
        """Return the state of a corporation, published or not."""
        query = select(ENTRIES).where(ENTRIES.c.number == number).order_by(ENTRIES.c.line.desc()).limit(1)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else read_entry(row)

    def entries(self, number: str) -> list[Entry]:
        """Return all its lines, oldest first."""
        query = select(ENTRIES).where(ENTRIES.c.number == number).order_by(ENTRIES.c.line)
        return [read_entry(row) for row in self._connection.execute(query)]

    def next_serial(self, series: Series) -> int:
        """Take the next serial of a series, from 1; writers are serial, so no two get the same."""
        query = select(SERIES.c.last_serial).where(SERIES.c.series == series.name)
        last = self._connection.execute(query).scalar_one_or_none()
        if last is None:
            self._connection.execute(SERIES.insert().values(series=series.name, last_serial=1))
            return 1
        self._connection.execute(SERIES.update().where(SERIES.c.series == series.name).values(last_serial=last + 1))
        return int(last) + 1

    def append(self, entry: Entry) -> None:
        """Add a line, make it the state and index it anew."""
        before = self.entries(entry.number)
        result = self._connection.execute(ENTRIES.insert().values(**entry_values(entry)).returning(ENTRIES.c.id))
        added = int(result.scalar_one())
        row = self._connection.execute(
            select(CORPORATIONS.c.id).where(CORPORATIONS.c.number == entry.number)
        ).scalar_one_or_none()
        values = _current(before, entry, added)
        if row is None:
            result = self._connection.execute(CORPORATIONS.insert().values(**values).returning(CORPORATIONS.c.id))
            row = int(result.scalar_one())
        else:
            self._connection.execute(CORPORATIONS.update().where(CORPORATIONS.c.id == row).values(**values))
            WORDS.remove(self._connection, row, _words(before))
        WORDS.add(self._connection, row, _words([*before, entry]))

    def add_application(self, new: NewCorporation, at: datetime) -> int:
        """Queue an application and return its number."""
        values = {
            "content": msgspec.to_builtins(new),
            "state": ApplicationState.WAITING.value,
            "received_at": at,
            "number": "",
            "reason": "",
        }
        result = self._connection.execute(APPLICATIONS.insert().values(**values).returning(APPLICATIONS.c.id))
        return int(result.scalar_one())

    def application(self, application: int) -> Application | None:
        """Return an application."""
        row = self._connection.execute(select(APPLICATIONS).where(APPLICATIONS.c.id == application)).one_or_none()
        return None if row is None else read_application(row)

    def decide(self, application: int, state: ApplicationState, *, number: str = "", reason: str = "") -> None:
        """Note what was decided."""
        self._connection.execute(
            APPLICATIONS.update()
            .where(APPLICATIONS.c.id == application)
            .values(state=state.value, number=number, reason=reason)
        )

    def add_notice(self, notice: Notice) -> None:
        """Let a notice wait for dispatch."""
        self._connection.execute(
            NOTICES.insert().values(
                number=notice.number,
                name=notice.name,
                address=notice.address,
                designated_on=notice.designated_on,
                sent_on=notice.sent_on,
            )
        )

    def send_notices(self, numbers: Sequence[str], on: date) -> int:
        """Mark waiting notices as sent and return how many were waiting."""
        waiting = NOTICES.c.sent_on.is_(None) & NOTICES.c.number.in_(numbers)
        return int(self._connection.execute(NOTICES.update().where(waiting).values(sent_on=on)).rowcount)

    def keep_file(self, file: PublicFile, content: bytes) -> None:
        """Keep a published file; one of the same name is replaced."""
        self._connection.execute(delete(FILES).where(FILES.c.name == file.name))
        self._connection.execute(
            FILES.insert().values(name=file.name, day=file.day, lines=file.lines, size=file.size, content=content)
        )

    def drop_files(self, prefix: str, before: date) -> int:
        """Remove files whose name begins so and that are older; return how many."""
        old = FILES.c.name.startswith(prefix, autoescape=True) & (FILES.c.day < before)
        return int(self._connection.execute(delete(FILES).where(old)).rowcount)

    def audit(self, grounds: Grounds, event: str, outcome: str, *, number: str = "", count: int = 0) -> None:
        """Write an audit line."""
        self._audit.record(self._connection, context_of(grounds), event, outcome, number=number, count=count)


def _past_names(entries: Sequence[Entry]) -> list[str]:
    return [one.profile.name for one in entries if one.public]


def _words(entries: Sequence[Entry]) -> list[str]:
    newest = entries[-1]
    return words_of_record(newest.profile, texts_of(newest.profile, _past_names(entries)), closed=newest.closed)


def _current(before: Sequence[Entry], entry: Entry, added: int) -> dict[str, object]:
    texts = texts_of(entry.profile, _past_names(before))
    return {
        "number": entry.number,
        "entry": added,
        "published": entry.public and entry.process is not Process.DELETED,
        "searchable": entry.profile.searchable,
        "closed": entry.closed,
        "kind": entry.profile.kind,
        "prefecture_code": entry.profile.prefecture_code,
        "assignment_date": entry.assignment_date,
        "name": entry.profile.name,
        "name_form": texts.name,
        "reading_form": texts.reading,
        "english_form": texts.english,
        "past_forms": texts.past,
    }
