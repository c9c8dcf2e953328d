"""One write transaction on the commission's tables."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, select

from mizuhiki.crypto.at_rest import decrypt_at_rest, encrypt_at_rest
from mizuhiki.crypto.keystore import SecretKey
from mizuhiki.institutions.commission.domain.assessments import Assessment
from mizuhiki.institutions.commission.domain.conversion import Case, Decision, FirstHalf
from mizuhiki.institutions.commission.store.rows import assessment_values, read_assessment
from mizuhiki.institutions.commission.store.sql_alarms import SqlAlarms
from mizuhiki.institutions.commission.store.sql_ordinances import SqlOrdinances
from mizuhiki.institutions.commission.store.tables import (
    ANSWERS,
    ASSESSMENT_STEPS,
    ASSESSMENTS,
    DECISIONS,
    QUOTAS,
    SPENT,
)
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.keyed_rows import change_rows, find_row, insert_row
from mizuhiki.runtime.stored_values import decode_stored, encode_stored
from mizuhiki.vocabulary.ids import InstitutionId


class SqlRecords(SqlAlarms, SqlOrdinances):
    """Implements `ports.Records`; `answer_key` encrypts stored answers."""

    def __init__(self, connection: Connection, institution: InstitutionId, answer_key: SecretKey, audit: Audit) -> None:
        self._connection = connection
        self._audit = audit
        self._institution = institution
        self._answer_key = answer_key

    def first_half(self, case_hash: bytes) -> FirstHalf | None:
        """Return the answer a case got before."""
        stored = find_row(self._connection, ANSWERS, ("answer_encrypted",), {"case_hash": case_hash})
        if stored is None:
            return None
        content = decrypt_at_rest(
            self._answer_key,
            stored.answer_encrypted,
            institution=self._institution,
            table=ANSWERS.name,
            column="answer_encrypted",
            row=case_hash,
        )
        return decode_stored(content, FirstHalf)

    def keep_first_half(self, case: Case, answer: FirstHalf) -> None:
        """Store the answer of a case."""
        encrypted = encrypt_at_rest(
            self._answer_key,
            encode_stored(answer),
            institution=self._institution,
            table=ANSWERS.name,
            column="answer_encrypted",
            row=case.hash,
        )
        values = {"case_hash": case.hash, "answer_encrypted": encrypted, "expires_at": case.expires_at}
        insert_row(self._connection, ANSWERS, values)

    def spend(self, mark: str, case_hash: bytes, until: datetime | None) -> bool:
        """Remember a mark; false when another case spent it."""
        known = find_row(self._connection, SPENT, ("case_hash",), {"mark": mark})
        if known is not None:
            return bool(known.case_hash == case_hash)
        insert_row(self._connection, SPENT, {"mark": mark, "case_hash": case_hash, "until": until})
        return True

    def count_conversions(self, institution: InstitutionId, affair: str, persons: int, day: date) -> int:
        """Add persons to the day's count of an institution and affair, and return it."""
        place = {"institution": institution, "affair": affair, "day": day}
        counted = find_row(self._connection, QUOTAS, ("persons",), place)
        if counted is None:
            insert_row(self._connection, QUOTAS, {**place, "persons": persons})
            return persons
        total = int(counted.persons) + persons
        change_rows(self._connection, QUOTAS, {"persons": total}, place)
        return total

    def record(self, decision: Decision) -> None:
        """Append a decision."""
        values = {
            "at": decision.at,
            "purpose": decision.purpose,
            "asker": decision.asker,
            "recipient": decision.recipient,
            "affair": decision.affair,
            "procedure": decision.procedure,
            "kinds": list(decision.kinds),
            "persons": decision.persons,
            "allowed": decision.allowed,
            "rule": decision.rule,
            "detail": decision.detail,
            "case_hash": decision.case_hash,
        }
        insert_row(self._connection, DECISIONS, values)

    def assessment(self, assessment_id: str) -> Assessment | None:
        """Return an assessment."""
        query = select(ASSESSMENTS).where(ASSESSMENTS.c.assessment_id == assessment_id)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else read_assessment(row)

    def assessment_of_submission(self, institution: InstitutionId, submission_id: str) -> Assessment | None:
        """Return what an earlier submission became."""
        query = select(ASSESSMENTS).where(
            ASSESSMENTS.c.institution == institution, ASSESSMENTS.c.submission_id == submission_id
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else read_assessment(row)

    def put_assessment(self, assessment: Assessment) -> None:
        """Store or replace an assessment."""
        values = assessment_values(assessment)
        same = ASSESSMENTS.c.assessment_id == assessment.assessment_id
        if self._connection.execute(ASSESSMENTS.update().where(same).values(values)).rowcount == 0:
            self._connection.execute(ASSESSMENTS.insert().values(values))

    def note_step(self, assessment: Assessment, *, at: datetime, actor: str, role: str) -> None:
        """Append who brought an assessment into its state."""
        self._connection.execute(
            ASSESSMENT_STEPS.insert().values(
                assessment_id=assessment.assessment_id, state=assessment.state.value, at=at, actor=actor, role=role
            )
        )
