"""One write transaction on an intermediate server's tables: what waits, for whom, and outages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, func, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from mizuhiki.institutions.intermediate_server.domain.outages import Outage, Waiting
from mizuhiki.institutions.intermediate_server.store.tables import BULK_SECTIONS, INQUIRIES, OUTAGES
from mizuhiki.runtime.keyed_rows import find_row


def is_due(table: Table, now: datetime) -> ColumnElement[bool]:
    """Return the condition for rows whose next attempt is due."""
    return or_(table.c.next_attempt_at.is_(None), table.c.next_attempt_at <= now)


def waiting_of(row: Row[Any]) -> Waiting | None:
    """Return what a row waits for; None before its first failed attempt."""
    if row.waiting_for is None:
        return None
    return Waiting(row.waiting_for, row.waiting_code, row.waiting_since, row.attempts, row.next_attempt_at)


def outage_of(row: Row[Any]) -> Outage:
    """Return the outage of a row."""
    return Outage(row.target, row.code, row.since, row.attempts, row.next_attempt_at, row.ended_at)


def outages(connection: Connection, *, open_only: bool, limit: int) -> list[Outage]:
    """Return outages, newest first."""
    query = select(OUTAGES).order_by(OUTAGES.c.since.desc(), OUTAGES.c.target).limit(limit)
    if open_only:
        query = query.where(OUTAGES.c.ended_at.is_(None))
    return [outage_of(row) for row in connection.execute(query)]


class SqlWaiting:
    """The part of `ports.Records` that is about waiting and outages."""

    _connection: Connection

    def waiting(self, request_id: str) -> Waiting | None:
        """Return what an inquiry waits for."""
        query = select(INQUIRIES).where(INQUIRIES.c.request_id == request_id)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else waiting_of(row)

    def section_waiting(self, section_id: str) -> Waiting | None:
        """Return what a section of a file waits for."""
        query = select(BULK_SECTIONS).where(BULK_SECTIONS.c.section_id == section_id)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else waiting_of(row)

    def let_wait(self, request_id: str, waiting: Waiting) -> None:
        """Note what an unanswered inquiry waits for."""
        mine = (INQUIRIES.c.request_id == request_id) & INQUIRIES.c.outcome.is_(None)
        self._connection.execute(update(INQUIRIES).where(mine).values(_columns(waiting)))

    def let_section_wait(self, section_id: str, waiting: Waiting) -> None:
        """Note what an unanswered section waits for."""
        mine = (BULK_SECTIONS.c.section_id == section_id) & BULK_SECTIONS.c.finished_at.is_(None)
        self._connection.execute(update(BULK_SECTIONS).where(mine).values(_columns(waiting)))

    def note_outage(self, waiting: Waiting, now: datetime) -> None:
        """Note that an institution does not answer; everything that waits for it is tried together next time."""
        target = waiting.target
        known = self._connection.execute(
            update(OUTAGES)
            .where(OUTAGES.c.target == target, OUTAGES.c.ended_at.is_(None))
            .values(attempts=OUTAGES.c.attempts + 1, code=waiting.code, next_attempt_at=waiting.next_attempt_at)
        )
        if known.rowcount == 0:
            self._connection.execute(
                OUTAGES.insert().values(
                    target=target,
                    since=now,
                    code=waiting.code,
                    attempts=1,
                    next_attempt_at=waiting.next_attempt_at,
                )
            )
        for table, unanswered in _UNANSWERED:
            self._connection.execute(
                update(table)
                .where(unanswered, table.c.waiting_for == target, table.c.next_attempt_at < waiting.next_attempt_at)
                .values(next_attempt_at=waiting.next_attempt_at)
            )

    def outage(self, target: str) -> Outage | None:
        """Return the open outage of an institution."""
        row = find_row(self._connection, OUTAGES, OUTAGES.columns.keys(), {"target": target, "ended_at": None})
        return None if row is None else outage_of(row)

    def end_outage(self, targets: tuple[str, ...], now: datetime) -> int:
        """Note that these institutions answer; what waited for one that was away is due now. Return how many were."""
        ended = self._connection.execute(
            update(OUTAGES).where(OUTAGES.c.target.in_(targets), OUTAGES.c.ended_at.is_(None)).values(ended_at=now)
        )
        if ended.rowcount == 0:
            return 0
        for table, unanswered in _UNANSWERED:
            self._connection.execute(
                update(table).where(unanswered, table.c.waiting_for.in_(targets)).values(next_attempt_at=now)
            )
        return ended.rowcount


_UNANSWERED = ((INQUIRIES, INQUIRIES.c.outcome.is_(None)), (BULK_SECTIONS, BULK_SECTIONS.c.finished_at.is_(None)))


def _columns(waiting: Waiting) -> dict[str, object]:
    return {
        "waiting_for": waiting.target,
        "waiting_code": waiting.code,
        "waiting_since": waiting.since,
        "attempts": waiting.attempts,
        "next_attempt_at": waiting.next_attempt_at,
    }


def count_waiting(connection: Connection) -> tuple[int, int]:
    """Return how many own inquiries and how many sections have no answer."""
    found = [
        int(connection.execute(select(func.count()).select_from(table).where(and_(unanswered))).scalar_one())
        for table, unanswered in _UNANSWERED
    ]
    return found[0], found[1]
