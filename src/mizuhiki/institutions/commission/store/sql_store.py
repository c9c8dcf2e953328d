"""The store port over SQLAlchemy Core."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import delete, false, func, select, true

from mizuhiki.crypto.keystore import Keystore, SecretPurpose
from mizuhiki.institutions.commission.domain.assessments import ALLOWS_LINKAGE, Assessment
from mizuhiki.institutions.commission.domain.conversion import Decision
from mizuhiki.institutions.commission.domain.ordinances import Filing
from mizuhiki.institutions.commission.ports import Records, WitnessedLogLine
from mizuhiki.institutions.commission.store import sql_ordinances
from mizuhiki.institutions.commission.store.rows import read_assessment, read_decision
from mizuhiki.institutions.commission.store.sql_records import SqlRecords
from mizuhiki.institutions.commission.store.tables import ANSWERS, ASSESSMENTS, DECISIONS, SPENT, WITNESSED_LOGS
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.keyed_rows import find_rows
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.statute import PublishedOrdinanceAffair


class SqlStore:
    """Tables of the commission."""

    def __init__(self, database: Database, institution: InstitutionId, keystore: Keystore, audit: Audit) -> None:
        self._database = database
        self._institution = institution
        self._audit = audit
        self._answer_key = keystore.secret(SecretPurpose.INBOX_AT_REST)

    @contextmanager
    def transaction(self) -> Iterator[Records]:
        """Open one write transaction."""
        with self._database.write() as connection:
            yield SqlRecords(connection, self._institution, self._answer_key, self._audit)

    @contextmanager
    def snapshot(self) -> Iterator[Records]:
        """Open a transaction that only reads."""
        with self._database.read() as connection:
            yield SqlRecords(connection, self._institution, self._answer_key, self._audit)

    def assessment_allows(self, institution: InstitutionId, affair: str) -> bool:
        """Tell whether an assessment stands that allows linkage for the affair."""
        with self._database.read() as connection:
            found = find_rows(connection, ASSESSMENTS, ("state",), {"institution": institution, "affair": affair})
        return any(row.state in {state.value for state in ALLOWS_LINKAGE} for row in found)

    def assessments(self, institution: InstitutionId | None = None) -> list[Assessment]:
        """Return assessments, newest first."""
        query = select(ASSESSMENTS).order_by(ASSESSMENTS.c.submitted_at.desc(), ASSESSMENTS.c.assessment_id)
        if institution is not None:
            query = query.where(ASSESSMENTS.c.institution == institution)
        with self._database.read() as connection:
            return [read_assessment(row) for row in connection.execute(query)]

    def filings(self, institution: InstitutionId | None) -> list[Filing]:
        """Return filings of affairs under ordinances, of one body or of all, newest first."""
        with self._database.read() as connection:
            return sql_ordinances.filings(connection, institution)

    def published_ordinances(self, institutions: Sequence[InstitutionId]) -> list[PublishedOrdinanceAffair]:
        """Return what was ever published of these bodies."""
        with self._database.read() as connection:
            return sql_ordinances.published_ordinances(connection, institutions)

    def bodies_with_ordinances(self, after: str) -> list[InstitutionId]:
        """Return the bodies after this identifier that ever had an affair published, in order."""
        with self._database.read() as connection:
            return sql_ordinances.bodies_with_ordinances(connection, after)

    def decisions(self, *, allowed: bool | None = None, limit: int = 100) -> list[Decision]:
        """Return decisions, newest first."""
        query = select(DECISIONS).order_by(DECISIONS.c.id.desc()).limit(limit)
        if allowed is not None:
            query = query.where(DECISIONS.c.allowed == allowed)
        with self._database.read() as connection:
            return [read_decision(row) for row in connection.execute(query)]

    def decisions_by_rule(self) -> list[tuple[str, bool, int]]:
        """Return (rule, allowed, number of decisions), most frequent first."""
        number = func.count().label("number")
        query = (
            select(DECISIONS.c.rule, DECISIONS.c.allowed, number)
            .group_by(DECISIONS.c.rule, DECISIONS.c.allowed)
            .order_by(number.desc(), DECISIONS.c.rule)
        )
        with self._database.read() as connection:
            return [(row.rule, bool(row.allowed), int(row.number)) for row in connection.execute(query)]

    def witnessed_logs(self) -> list[WitnessedLogLine]:
        """Return the logs that were co-signed, by origin."""
        query = select(WITNESSED_LOGS).order_by(WITNESSED_LOGS.c.origin)
        with self._database.read() as connection:
            return [
                WitnessedLogLine(row.origin, row.size, row.checkpoint, row.cosigned_at)
                for row in connection.execute(query)
            ]

    def forget_answers(self, before: datetime) -> int:
        """Delete answers and spent marks of cases that expired before; return how many answers went."""
        with self._database.write() as connection:
            connection.execute(delete(SPENT).where(SPENT.c.until < before))
            return connection.execute(delete(ANSWERS).where(ANSWERS.c.expires_at < before)).rowcount

    def counts(self) -> Mapping[str, int]:
        """Return figures for the console."""
        allowed = select(func.count()).select_from(DECISIONS).where(DECISIONS.c.allowed == true())
        refused = select(func.count()).select_from(DECISIONS).where(DECISIONS.c.allowed == false())
        queries = {
            "allowed": allowed,
            "refused": refused,
            "assessments": select(func.count()).select_from(ASSESSMENTS),
            "logs": select(func.count()).select_from(WITNESSED_LOGS),
        }
        with self._database.read() as connection:
            return {name: int(connection.execute(query).scalar_one()) for name, query in queries.items()}
