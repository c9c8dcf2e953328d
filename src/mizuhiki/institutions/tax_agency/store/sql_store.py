"""The store port over SQLAlchemy Core."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from sqlalchemy import Select, false, func, or_, select, true

from mizuhiki.institutions.tax_agency.domain.codes import Process
from mizuhiki.institutions.tax_agency.domain.corporations import Entry, PublishedLine
from mizuhiki.institutions.tax_agency.domain.searching import Found, Question
from mizuhiki.institutions.tax_agency.ports import (
    Application,
    ApplicationState,
    AuditLine,
    Notice,
    PublicFile,
    Records,
)
from mizuhiki.institutions.tax_agency.store.rows import read_application, read_entry, read_notice
from mizuhiki.institutions.tax_agency.store.sql_records import SqlRecords
from mizuhiki.institutions.tax_agency.store.sql_search import find
from mizuhiki.institutions.tax_agency.store.tables import (
    APPLICATIONS,
    AUDIT,
    CORPORATIONS,
    ENTRIES,
    FILES,
    NOTICES,
)
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.database import Database, Day


class SqlStore:
    """Tables of the tax agency."""

    def __init__(self, database: Database, audit: Audit) -> None:
        self._database = database
        self._audit = audit

    @contextmanager
    def transaction(self) -> Iterator[Records]:
        """Open one write transaction."""
        with self._database.write() as connection:
            yield SqlRecords(connection, self._audit)

    def search(self, question: Question, *, most: int) -> Found:
        """Return up to `most` matches."""
        with self._database.read() as connection:
            return find(connection, question, most=most)

    def published(self, number: str) -> list[PublishedLine]:
        """Return the published lines of a corporation, newest first."""
        with self._database.read() as connection:
            visible = connection.execute(
                select(CORPORATIONS.c.published).where(CORPORATIONS.c.number == number)
            ).scalar_one_or_none()
            if not visible:
                return []
            query = select(ENTRIES).where(ENTRIES.c.number == number, ENTRIES.c.public == true())
            entries = [read_entry(row) for row in connection.execute(query.order_by(ENTRIES.c.line.desc()))]
        # What was published before a deletion is published no more.
        shown: list[PublishedLine] = []
        for entry in entries:
            if entry.process is Process.DELETED:
                break
            shown.append(PublishedLine(entry=entry, latest=not shown))
        return shown

    def published_of(self, numbers: Sequence[str]) -> list[Entry]:
        """Return the newest lines of those of the numbers that are published."""
        query = _newest().where(CORPORATIONS.c.number.in_(numbers), CORPORATIONS.c.published == true())
        with self._database.read() as connection:
            return [read_entry(row) for row in connection.execute(query.order_by(CORPORATIONS.c.number))]

    def updated(self, first: date, last: date) -> list[PublishedLine]:
        """Return published lines by their day of publication, oldest first."""
        query = (
            select(ENTRIES, (CORPORATIONS.c.entry == ENTRIES.c.id).label("newest"))
            .join(CORPORATIONS, CORPORATIONS.c.number == ENTRIES.c.number)
            .where(
                ENTRIES.c.update_date >= first,
                ENTRIES.c.update_date <= last,
                ENTRIES.c.public == true(),
                or_(CORPORATIONS.c.published == true(), ENTRIES.c.process == Process.DELETED.value),
            )
            .order_by(ENTRIES.c.update_date, ENTRIES.c.id)
        )
        with self._database.read() as connection:
            return [PublishedLine(entry=read_entry(row), latest=bool(row.newest)) for row in connection.execute(query)]

    def published_in(self, prefecture_code: str) -> Iterator[PublishedLine]:
        """Return the newest line of every published corporation of a prefecture."""
        query = _newest().where(CORPORATIONS.c.prefecture_code == prefecture_code, CORPORATIONS.c.published == true())
        with self._database.read() as connection:
            for row in connection.execute(query.order_by(CORPORATIONS.c.number)):
                yield PublishedLine(entry=read_entry(row), latest=True)

    def last_update(self) -> date | None:
        """Return the newest day of publication; None while nothing is published."""
        query = select(func.max(ENTRIES.c.update_date, type_=Day)).where(ENTRIES.c.public == true())
        with self._database.read() as connection:
            newest: date | None = connection.execute(query).scalar_one()
            return newest

    def any_entry(self, number: str) -> Entry | None:
        """Return the state of a corporation for staff."""
        found = self.any_entries(number)
        return found[0] if found else None

    def any_entries(self, number: str) -> list[Entry]:
        """Return all lines for staff, newest first."""
        query = select(ENTRIES).where(ENTRIES.c.number == number).order_by(ENTRIES.c.line.desc())
        with self._database.read() as connection:
            return [read_entry(row) for row in connection.execute(query)]

    def applications(self, state: ApplicationState | None) -> list[Application]:
        """Return applications, oldest first."""
        query = select(APPLICATIONS).order_by(APPLICATIONS.c.id)
        if state is not None:
            query = query.where(APPLICATIONS.c.state == state.value)
        with self._database.read() as connection:
            return [read_application(row) for row in connection.execute(query)]

    def notices(self, *, waiting: bool) -> list[Notice]:
        """Return notices, oldest first."""
        unsent = NOTICES.c.sent_on.is_(None)
        query = (
            select(NOTICES).where(unsent if waiting else ~unsent).order_by(NOTICES.c.designated_on, NOTICES.c.number)
        )
        with self._database.read() as connection:
            return [read_notice(row) for row in connection.execute(query)]

    def counts(self) -> dict[str, int]:
        """Return figures."""
        shown, closed = CORPORATIONS.c.published, CORPORATIONS.c.closed
        queries = {
            "published": select(func.count()).where(shown == true()),
            "unpublished": select(func.count()).where(shown == false()),
            "closed": select(func.count()).where(closed == true()),
            "waiting": select(func.count()).where(APPLICATIONS.c.state == ApplicationState.WAITING.value),
            "notices": select(func.count()).select_from(NOTICES).where(NOTICES.c.sent_on.is_(None)),
        }
        with self._database.read() as connection:
            return {name: int(connection.execute(query).scalar_one()) for name, query in queries.items()}

    def files(self) -> list[PublicFile]:
        """Return the published files, newest day first."""
        query = select(FILES.c.name, FILES.c.day, FILES.c.lines, FILES.c.size)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(FILES.c.day.desc(), FILES.c.name))
            return [PublicFile(row.name, row.day, row.lines, row.size) for row in rows]

    def file_content(self, name: str) -> bytes | None:
        """Return a published file."""
        with self._database.read() as connection:
            return connection.execute(select(FILES.c.content).where(FILES.c.name == name)).scalar_one_or_none()

    def audit_lines(self, most: int) -> list[AuditLine]:
        """Return the newest lines of the audit trail."""
        query = select(AUDIT.events).order_by(AUDIT.events.c.id.desc()).limit(most)
        with self._database.read() as connection:
            return [
                AuditLine(row.at, row.event, row.actor_person or "", str(row.fields.get("number", "")), row.outcome)
                for row in connection.execute(query)
            ]


def _newest() -> Select[tuple[object, ...]]:
    return select(ENTRIES).join(CORPORATIONS, CORPORATIONS.c.entry == ENTRIES.c.id)
