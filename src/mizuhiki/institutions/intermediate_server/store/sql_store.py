"""The store port over SQLAlchemy Core."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, false, func, select, true

from mizuhiki.casework.domain.inquiry_files import FileProgress
from mizuhiki.institutions.intermediate_server.domain.bulk import KeptFile
from mizuhiki.institutions.intermediate_server.domain.exchanges import (
    PENDING,
    ApprovalRequest,
    Inquiry,
    InquiryRequest,
    LocalCopy,
    Notice,
    OperatorCase,
    RecordedExchange,
)
from mizuhiki.institutions.intermediate_server.domain.holding import HeldProvision, ProvisionRule, RulesOfDay, Scope
from mizuhiki.institutions.intermediate_server.domain.outages import Outage, Waiting
from mizuhiki.institutions.intermediate_server.ports import Disclosed, QueueCounts, Records
from mizuhiki.institutions.intermediate_server.store.cipher import Cipher
from mizuhiki.institutions.intermediate_server.store.sql_bulk import pending_sections, progress_of
from mizuhiki.institutions.intermediate_server.store.sql_exchanges import covering
from mizuhiki.institutions.intermediate_server.store.sql_holds import (
    all_rules,
    approval_of,
    rules_on,
    unreminded,
    waiting_holds,
)
from mizuhiki.institutions.intermediate_server.store.sql_kept_files import kept_files
from mizuhiki.institutions.intermediate_server.store.sql_records import SqlRecords, copy_of
from mizuhiki.institutions.intermediate_server.store.sql_waiting import count_waiting, is_due, outages, waiting_of
from mizuhiki.institutions.intermediate_server.store.tables import (
    ADDRESSEES,
    APPROVALS,
    CASES,
    COPIES,
    FORMER_INDEXES,
    INQUIRIES,
    NOTICES,
    PSEUDONYMS,
    RECORDED,
    SENT_NOTICES,
)
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.keyed_rows import find_among
from mizuhiki.runtime.ledger_store import Ledger
from mizuhiki.vocabulary.ids import InstitutionId


class SqlStore:
    """Tables of one intermediate server."""

    def __init__(self, database: Database, environment: Environment, ledger: Ledger, audit: Audit) -> None:
        self._database = database
        self._audit = audit
        self._cipher = Cipher(environment.institution, environment.keystore)
        self._ledger = ledger

    @contextmanager
    def transaction(self) -> Iterator[Records]:
        """Open one write transaction."""
        with self._database.write() as connection:
            yield SqlRecords(connection, self._cipher, self._ledger, self._audit)

    @contextmanager
    def snapshot(self) -> Iterator[Records]:
        """Open a transaction that only reads."""
        with self._database.read() as connection:
            yield SqlRecords(connection, self._cipher, self._ledger, self._audit)

    def is_protected(self, addressee_number: str) -> bool:
        """Say whether a support measure stands on an addressee; the gate asks before every disclosure."""
        with self._database.read() as connection:
            query = select(ADDRESSEES.c.protected).where(ADDRESSEES.c.addressee_number == addressee_number)
            return bool(connection.execute(query).scalar_one_or_none())

    def protected_among(self, addressee_numbers: Collection[str]) -> frozenset[str]:
        """Return those of the addressees on whom a support measure stands; the gate asks for a whole section."""
        with self._database.read() as connection:
            of_these = ("addressee_number", addressee_numbers)
            rows = find_among(connection, ADDRESSEES, ("addressee_number",), of_these, {"protected": True})
        return frozenset(row.addressee_number for row in rows)

    def held(self, addressee_numbers: list[str]) -> tuple[list[str], list[str]]:
        """Return those of the addressees that hold a pseudonym, and those blocked by a mismatch."""
        with self._database.read() as connection:
            held = connection.execute(
                select(PSEUDONYMS.c.addressee_number).where(PSEUDONYMS.c.addressee_number.in_(addressee_numbers))
            ).scalars()
            mismatched = connection.execute(
                select(ADDRESSEES.c.addressee_number).where(
                    ADDRESSEES.c.addressee_number.in_(addressee_numbers), ADDRESSEES.c.mismatched == true()
                )
            ).scalars()
            return sorted(set(held)), sorted(mismatched)

    def notices(self, addressee_number: str) -> list[Notice]:
        """Return the notices of an addressee, newest first, whatever generation they came under."""
        held, former = (
            select(table.c.pseudonym_index).where(table.c.addressee_number == addressee_number)
            for table in (PSEUDONYMS, FORMER_INDEXES)
        )
        with self._database.read() as connection:
            rows = connection.execute(
                select(NOTICES)
                .where(NOTICES.c.pseudonym_index.in_(held.union(former)))
                .order_by(NOTICES.c.sent_at.desc())
            )
            return [
                self._cipher.decrypt(row.content, Notice, NOTICES.name, "content", f"{row.sender}/{row.notice_id}")
                for row in rows
            ]

    def pending_inquiries(self, now: datetime, limit: int) -> list[str]:
        """Return request ids of inquiries without a result whose next attempt is due, oldest first."""
        with self._database.read() as connection:
            query = (
                select(INQUIRIES.c.request_id)
                .where(INQUIRIES.c.outcome.is_(None), is_due(INQUIRIES, now))
                .order_by(INQUIRIES.c.requested_at)
                .limit(limit)
            )
            return list(connection.execute(query).scalars())

    def waiting_inquiries(self, limit: int) -> list[tuple[Inquiry, Waiting | None]]:
        """Return unanswered inquiries with what they wait for, oldest first."""
        query = select(INQUIRIES).where(INQUIRIES.c.outcome.is_(None)).order_by(INQUIRIES.c.requested_at).limit(limit)
        with self._database.read() as connection:
            return [
                (
                    Inquiry(
                        self._cipher.decrypt(row.request, InquiryRequest, INQUIRIES.name, "request", row.request_id),
                        row.exchange_number,
                        row.section_id,
                        row.requested_at,
                    ),
                    waiting_of(row),
                )
                for row in connection.execute(query)
            ]

    def outages(self, *, open_only: bool, limit: int) -> list[Outage]:
        """Return outages, newest first."""
        with self._database.read() as connection:
            return outages(connection, open_only=open_only, limit=limit)

    def queue_counts(self) -> QueueCounts:
        """Return how much waits."""
        unsent = select(func.count()).select_from(SENT_NOTICES).where(SENT_NOTICES.c.outcome == "")
        with self._database.read() as connection:
            inquiries, sections = count_waiting(connection)
            return QueueCounts(inquiries, sections, int(connection.execute(unsent).scalar_one()))

    def rules_on(self, day: date) -> RulesOfDay:
        """Return the rules of provision in force on a day."""
        with self._database.read() as connection:
            return rules_on(connection, day)

    def rules(self, scope: Scope) -> list[ProvisionRule]:
        """Return every rule of a scope that was ever set, newest first."""
        with self._database.read() as connection:
            return all_rules(connection, scope)

    def holds(self) -> list[HeldProvision]:
        """Return held answers that wait, oldest first."""
        with self._database.read() as connection:
            return waiting_holds(connection)

    def unreminded(self, before: datetime) -> list[str]:
        """Return holds and approvals that wait without a reminder since a time."""
        with self._database.read() as connection:
            return unreminded(connection, before)

    def copies_of(self, addressee_number: str) -> list[LocalCopy]:
        """Return all copies of an addressee, by kind and year."""
        query = select(COPIES).where(COPIES.c.addressee_number == addressee_number)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(COPIES.c.kind, COPIES.c.fiscal_year))
            return [copy_of(self._cipher, row) for row in rows]

    def exchanges_after(self, after: tuple[datetime, str] | None, limit: int) -> list[RecordedExchange]:
        """Return recorded exchanges, oldest first, after (time, number)."""
        query = select(RECORDED).order_by(RECORDED.c.recorded_at, RECORDED.c.exchange_number).limit(limit)
        with self._database.read() as connection:
            return [_recorded(row) for row in connection.execute(_beyond(query, after))]

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
            return [approval_of(row) for row in connection.execute(query)]

    def approval_waits(self, asked: Disclosed, now: datetime) -> bool:
        """Say whether an approval stands that was not used."""
        with self._database.read() as connection:
            return connection.execute(select(APPROVALS.c.approval_id).where(covering(asked, now))).first() is not None

    def outcomes(self) -> Mapping[str, int]:
        """Return how many exchanges ended how; unanswered own inquiries count as pending."""
        with self._database.read() as connection:
            ended = connection.execute(select(RECORDED.c.outcome, func.count()).group_by(RECORDED.c.outcome))
            found = {str(outcome): int(count) for outcome, count in ended}
            waiting = select(func.count()).select_from(INQUIRIES).where(INQUIRIES.c.outcome.is_(None))
            pending = int(connection.execute(waiting).scalar_one())
        return found | ({PENDING: pending} if pending else {})

    def exchanges(self, outcome: str, limit: int) -> list[RecordedExchange]:
        """Return recorded exchanges with an outcome, or all when it is empty, newest first."""
        query = select(RECORDED).order_by(RECORDED.c.recorded_at.desc(), RECORDED.c.exchange_number).limit(limit)
        if outcome:
            query = query.where(RECORDED.c.outcome == outcome)
        with self._database.read() as connection:
            return [_recorded(row) for row in connection.execute(query)]

    def unreconciled(self, after: tuple[datetime, str] | None, limit: int) -> list[RecordedExchange]:
        """Return exchanges the core's record was not yet found equal to, oldest first, after (time, number)."""
        query = (
            select(RECORDED)
            .where(RECORDED.c.reconciled == false())
            .order_by(RECORDED.c.recorded_at, RECORDED.c.exchange_number)
            .limit(limit)
        )
        with self._database.read() as connection:
            return [_recorded(row) for row in connection.execute(_beyond(query, after))]

    def pending_sections(self, file_id: str, limit: int, now: datetime | None = None) -> list[str]:
        """Return sections without results, oldest first; of one file when it is given; those due where `now` is."""
        with self._database.read() as connection:
            return pending_sections(connection, file_id, limit, now)

    def bulk_progress(self, file_id: str) -> FileProgress | None:
        """Return where a file stands."""
        with self._database.read() as connection:
            return next(iter(progress_of(connection, file_id)), None)

    def bulk_files(self, limit: int, offset: int = 0) -> list[FileProgress]:
        """Return files, newest first."""
        with self._database.read() as connection:
            return progress_of(connection, limit=limit, offset=offset)

    def kept_files(self) -> list[KeptFile]:
        """Return files that staff gave in and that are not handed in, newest first."""
        with self._database.read() as connection:
            return kept_files(connection)

    def pending_notices(self, limit: int) -> list[str]:
        """Return request ids of notices the core has not taken, oldest first."""
        query = (
            select(SENT_NOTICES.c.request_id)
            .where(SENT_NOTICES.c.outcome == "")
            .order_by(SENT_NOTICES.c.sent_at)
            .limit(limit)
        )
        with self._database.read() as connection:
            return list(connection.execute(query).scalars())


def _beyond(query: Select[Any], after: tuple[datetime, str] | None) -> Select[Any]:
    """Return the query for the rows of recorded exchanges after (time, number)."""
    if after is None:
        return query
    at, number = after
    return query.where(
        (RECORDED.c.recorded_at > at) | ((RECORDED.c.recorded_at == at) & (RECORDED.c.exchange_number > number))
    )


def _recorded(row: Any) -> RecordedExchange:  # noqa: ANN401 - a row of the driver
    return RecordedExchange(
        exchange_number=row.exchange_number,
        inquirer=InstitutionId(row.inquirer),
        provider=InstitutionId(row.provider),
        affair=row.affair,
        procedure=row.procedure,
        kinds=tuple(filter(None, row.kinds.split(","))),
        outcome=row.outcome,
        recorded_at=row.recorded_at,
        digest=bytes(row.digest),
        reconciled=row.reconciled,
    )
