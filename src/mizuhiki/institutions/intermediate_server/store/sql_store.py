"""The store port over SQLAlchemy Core."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import func, select

from mizuhiki.institutions.intermediate_server.domain.exchanges import ApprovalRequest, Notice, OperatorCase
from mizuhiki.institutions.intermediate_server.ports import PersonKey, Records
from mizuhiki.institutions.intermediate_server.store.cipher import Cipher
from mizuhiki.institutions.intermediate_server.store.sql_records import SqlRecords
from mizuhiki.institutions.intermediate_server.store.tables import (
    ADDRESSEES,
    APPROVALS,
    CASES,
    INQUIRIES,
    NOTICES,
    PSEUDONYMS,
)
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.ledger_store import Ledger
from mizuhiki.vocabulary.ids import InstitutionId


class SqlStore:
    """Tables of one intermediate server."""

    def __init__(self, database: Database, environment: Environment, ledger: Ledger, owner: InstitutionId) -> None:
        self._database = database
        self._cipher = Cipher(environment.institution, environment.keystore)
        self._ledger = ledger
        self._randomness = environment.randomness
        self._owner = owner

    @contextmanager
    def transaction(self) -> Iterator[Records]:
        """Open one write transaction."""
        with self._database.write() as connection:
            yield SqlRecords(connection, self._cipher, self._ledger, self._randomness, self._owner)

    def is_protected(self, addressee_number: str) -> bool:
        """Say whether a support measure stands on an addressee; the gate asks before every disclosure."""
        with self._database.read() as connection:
            query = select(ADDRESSEES.c.protected).where(ADDRESSEES.c.addressee_number == addressee_number)
            return bool(connection.execute(query).scalar_one_or_none())

    def held(self, addressee_numbers: list[str]) -> tuple[list[str], list[str]]:
        """Return those of the addressees that hold a pseudonym, and those blocked by a mismatch."""
        with self._database.read() as connection:
            held = connection.execute(
                select(PSEUDONYMS.c.addressee_number).where(PSEUDONYMS.c.addressee_number.in_(addressee_numbers))
            ).scalars()
            mismatched = connection.execute(
                select(ADDRESSEES.c.addressee_number).where(
                    ADDRESSEES.c.addressee_number.in_(addressee_numbers), ADDRESSEES.c.mismatched.is_(True)
                )
            ).scalars()
            return sorted(held), sorted(mismatched)

    def notices(self, pseudonym: PersonKey) -> list[Notice]:
        """Return a person's notices, newest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(NOTICES)
                .where(NOTICES.c.pseudonym_index == self._cipher.pseudonym_index(pseudonym))
                .order_by(NOTICES.c.sent_at.desc())
            )
            return [
                self._cipher.decrypt(row.content, Notice, NOTICES.name, "content", f"{row.sender}/{row.notice_id}")
                for row in rows
            ]

    def pending_inquiries(self, limit: int) -> list[str]:
        """Return request ids of inquiries without a result, oldest first."""
        with self._database.read() as connection:
            query = (
                select(INQUIRIES.c.request_id)
                .where(INQUIRIES.c.outcome.is_(None))
                .order_by(INQUIRIES.c.requested_at)
                .limit(limit)
            )
            return list(connection.execute(query).scalars())

    def cases(self, *, open_only: bool) -> list[OperatorCase]:
        """Return cases, newest first."""
        query = select(CASES).order_by(CASES.c.opened_at.desc())
        if open_only:
            query = query.where(CASES.c.closed_at.is_(None))
        with self._database.read() as connection:
            return [
                OperatorCase(row.case_id, row.kind, row.reference, row.detail, row.opened_at, row.closed_at)
                for row in connection.execute(query)
            ]

    def approvals(self) -> list[ApprovalRequest]:
        """Return waiting approvals, oldest first."""
        query = select(APPROVALS).where(APPROVALS.c.state == "waiting").order_by(APPROVALS.c.asked_at)
        with self._database.read() as connection:
            return [
                ApprovalRequest(
                    row.approval_id,
                    row.exchange_number,
                    InstitutionId(row.inquirer),
                    row.affair,
                    row.asked_at,
                    row.state,
                )
                for row in connection.execute(query)
            ]

    def outcomes(self) -> Mapping[str, int]:
        """Return how many inquiries ended how."""
        query = select(INQUIRIES.c.outcome, func.count()).group_by(INQUIRIES.c.outcome)
        with self._database.read() as connection:
            return {outcome or "pending": int(count) for outcome, count in connection.execute(query)}

    def finished_digests(self, limit: int) -> dict[str, tuple[str, bytes]]:
        """Return exchange number → (outcome, digest of the shared fields) of the latest finished inquiries."""
        query = (
            select(INQUIRIES.c.exchange_number, INQUIRIES.c.outcome, INQUIRIES.c.digest)
            .where(INQUIRIES.c.outcome.is_not(None))
            .order_by(INQUIRIES.c.finished_at.desc())
            .limit(limit)
        )
        with self._database.read() as connection:
            return {row.exchange_number: (row.outcome, bytes(row.digest)) for row in connection.execute(query)}
