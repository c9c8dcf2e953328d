"""Scholars on one open connection, and the organization's whole transaction."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

from mizuhiki.casework.store import CaseCipher, SqlCaseRecords
from mizuhiki.institutions.agency.student_services.domain.aid import Aid
from mizuhiki.institutions.agency.student_services.domain.errors import UnknownScholar
from mizuhiki.institutions.agency.student_services.domain.scholars import Scholar
from mizuhiki.institutions.agency.student_services.store.tables import CASES, SCHOLARS
from mizuhiki.runtime.audit import Audit


class SqlScholars:
    """Implements `ports.Scholars`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def taken(self, scholar: str) -> bool:
        """Say whether a number is in use."""
        query = select(SCHOLARS.c.scholar).where(SCHOLARS.c.scholar == scholar)
        return self._connection.execute(query).first() is not None

    def put(self, scholar: Scholar) -> None:
        """Store a new scholar, or when and why the aid ends."""
        changed = {"until": scholar.until, "ended_for": scholar.ended_for}
        update = SCHOLARS.update().where(SCHOLARS.c.scholar == scholar.scholar).values(**changed)
        if self._connection.execute(update).rowcount:
            return
        self._connection.execute(
            SCHOLARS.insert().values(
                scholar=scholar.scholar,
                person=scholar.person,
                case_token=scholar.case,
                aid=scholar.aid.value,
                school_name=scholar.school_name,
                monthly_yen=scholar.monthly_yen,
                since=scholar.since,
                **changed,
            )
        )

    def scholar(self, scholar: str) -> Scholar:
        """Return a scholar."""
        query = select(SCHOLARS).where(SCHOLARS.c.scholar == scholar)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            raise UnknownScholar
        return _scholar(row)

    def scholars(self, limit: int) -> list[Scholar]:
        """Return scholars, newest first."""
        query = select(SCHOLARS).order_by(SCHOLARS.c.id.desc()).limit(limit)
        return [_scholar(row) for row in self._connection.execute(query)]

    def scholar_of_case(self, case: str) -> Scholar | None:
        """Return the scholar whom a case made."""
        query = select(SCHOLARS).where(SCHOLARS.c.case_token == case)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _scholar(row)


def _scholar(row: Row[Any]) -> Scholar:
    return Scholar(
        scholar=row.scholar,
        person=row.person,
        case=row.case_token,
        aid=Aid(row.aid),
        school_name=row.school_name,
        monthly_yen=row.monthly_yen,
        since=row.since,
        until=row.until,
        ended_for=row.ended_for,
    )


class SqlRecords(SqlCaseRecords):
    """Implements `ports.Records`."""

    def __init__(self, connection: Connection, cipher: CaseCipher, audit: Audit) -> None:
        super().__init__(connection, CASES, cipher, audit, naming=(SCHOLARS.c.person,))
        self.scholars = SqlScholars(connection)
