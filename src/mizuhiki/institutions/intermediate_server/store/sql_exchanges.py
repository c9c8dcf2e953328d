"""One write transaction on an intermediate server's tables: inquiries, provisions, notices and their records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, bindparam, select, update

from mizuhiki.institutions.intermediate_server.domain.exchanges import (
    ApprovalRequest,
    AskedSection,
    ExchangeRecord,
    Notice,
    RecordedExchange,
    SentNotice,
)
from mizuhiki.institutions.intermediate_server.domain.holding import APPROVAL_STANDS
from mizuhiki.institutions.intermediate_server.ports import Disclosed, PersonKey
from mizuhiki.institutions.intermediate_server.store.cipher import Cipher
from mizuhiki.institutions.intermediate_server.store.records_of_exchanges import entry_of
from mizuhiki.institutions.intermediate_server.store.tables import (
    APPROVALS,
    NOTICES,
    RECORDED,
    SECTIONS,
    SENT_NOTICES,
)
from mizuhiki.runtime.bulk_rows import insert_rows
from mizuhiki.runtime.keyed_rows import find_among, find_row, insert_row
from mizuhiki.runtime.ledger_store import Ledger, LedgerRecord
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.wire.linkage_core import exchange_digest

Key = TypeVar("Key")
LOOKUP_SIZE = 500
"""Keys of one look-up: many enough to be worth one statement, few enough for every database."""


def in_portions(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    """Return keys in portions of one look-up each."""
    for start in range(0, len(keys), LOOKUP_SIZE):
        yield keys[start : start + LOOKUP_SIZE]


RECORDED_COLUMNS = (
    "inquirer",
    "exchange_number",
    "provider",
    "affair",
    "procedure",
    "kinds",
    "outcome",
    "digest",
    "recorded_at",
    "reconciled",
)
WAITING, APPROVED, USED = "waiting", "approved", "used"


def covering(asked: Disclosed, now: datetime) -> ColumnElement[bool]:
    """Return the condition for approvals that cover a disclosure and still stand."""
    return (
        (APPROVALS.c.addressee_number == asked.addressee_number)
        & (APPROVALS.c.inquirer == asked.inquirer)
        & (APPROVALS.c.affair == asked.affair)
        & (APPROVALS.c.content == asked.content)
        & (APPROVALS.c.state == APPROVED)
        & (APPROVALS.c.decided_at > now - APPROVAL_STANDS)
    )


class SqlExchanges:
    """The half of `ports.Records` that is about exchanges."""

    def __init__(self, connection: Connection, cipher: Cipher, ledger: Ledger) -> None:
        self._connection = connection
        self._cipher = cipher
        self._ledger = ledger

    def section(self, inquirer: InstitutionId, section_id: str) -> tuple[bytes, bytes] | None:
        """Return (case hash, stored answer) of a section of this inquirer that was answered before."""
        place = {"inquirer": inquirer, "section_id": section_id}
        row = find_row(self._connection, SECTIONS, ("case_hash", "answer"), place)
        return None if row is None else (row.case_hash, row.answer)

    def put_section(self, section: AskedSection, answer: bytes, now: datetime) -> None:
        """Store the answer of a section; it is sealed to the inquirer already."""
        values = {
            "inquirer": section.inquirer,
            "section_id": section.section_id,
            "case_hash": section.case_hash,
            "answer": answer,
            "answered_at": now,
        }
        insert_row(self._connection, SECTIONS, values)

    def put_approval(self, approval: ApprovalRequest) -> None:
        """Queue a provision for approval."""
        self._connection.execute(
            APPROVALS.insert().values(
                approval_id=approval.approval_id,
                exchange_number=approval.exchange_number,
                inquirer=approval.inquirer,
                affair=approval.affair,
                addressee_number=approval.addressee_number,
                content=approval.content,
                asked_at=approval.asked_at,
                state=approval.state,
            )
        )

    def approve(self, approval_id: str, officer: str, now: datetime) -> bool:
        """Approve a waiting provision; false when it is not waiting."""
        changed = self._connection.execute(
            update(APPROVALS)
            .where(APPROVALS.c.approval_id == approval_id, APPROVALS.c.state == WAITING)
            .values(state=APPROVED, decided_by=officer, decided_at=now)
        )
        return changed.rowcount == 1

    def use_approval(self, asked: Disclosed, now: datetime) -> bool:
        """Spend the oldest approval that covers a disclosure; false when there is none."""
        query = select(APPROVALS.c.approval_id).where(covering(asked, now)).order_by(APPROVALS.c.decided_at).limit(1)
        found = self._connection.execute(query).scalar_one_or_none()
        if found is None:
            return False
        changed = self._connection.execute(
            update(APPROVALS).where(APPROVALS.c.approval_id == found, APPROVALS.c.state == APPROVED).values(state=USED)
        )
        return changed.rowcount == 1

    def any_recorded(self, inquirer: InstitutionId, exchange_numbers: Sequence[str]) -> bool:
        """Say whether one of these exchanges of the inquirer was recorded here before."""
        asked, columns = {"inquirer": inquirer}, ("exchange_number",)
        return bool(find_among(self._connection, RECORDED, columns, ("exchange_number", exchange_numbers), asked))

    def append_records(self, records: Sequence[tuple[PersonKey, ExchangeRecord]]) -> None:
        """Append records to this server's log, each under its person's pseudonym, and list them without the persons."""
        if not records:
            return
        entries = [entry_of(record) for _, record in records]
        leaves = [
            LedgerRecord(person.reveal(), entry, record.completed_at)
            for (person, record), entry in zip(records, entries, strict=True)
        ]
        self._ledger.append_many(self._connection, leaves)
        rows = [
            (
                record.inquirer,
                record.exchange_number,
                record.provider,
                record.affair,
                record.procedure,
                ",".join(record.information_kinds),
                record.outcome,
                exchange_digest(entry),
                record.completed_at,
                False,
            )
            for (_, record), entry in zip(records, entries, strict=True)
        ]
        insert_rows(self._connection, RECORDED, RECORDED_COLUMNS, rows)

    def mark_reconciled(self, exchanges: Sequence[RecordedExchange]) -> None:
        """Note that the core holds the same records."""
        if not exchanges:
            return
        own = (RECORDED.c.inquirer == bindparam("asked_by"), RECORDED.c.exchange_number == bindparam("number"))
        self._connection.execute(
            update(RECORDED).where(*own).values(reconciled=True),
            [{"asked_by": one.inquirer, "number": one.exchange_number} for one in exchanges],
        )

    def sent_notice(self, request_id: str) -> SentNotice | None:
        """Return a notice that was handed in before."""
        row = self._connection.execute(
            select(SENT_NOTICES).where(SENT_NOTICES.c.request_id == request_id)
        ).one_or_none()
        if row is None:
            return None
        kept = self._cipher.decrypt(row.content, SentNotice, SENT_NOTICES.name, "content", request_id)
        return replace(kept, submission=bytes(row.submission), outcome=row.outcome)

    def put_sent_notice(self, sent: SentNotice) -> None:
        """Store a notice before it is sent."""
        request_id = sent.notice.notice_id
        self._connection.execute(
            SENT_NOTICES.insert().values(
                request_id=request_id,
                content=self._cipher.encrypt(sent, SENT_NOTICES.name, "content", request_id),
                submission=b"",
                sent_at=sent.notice.sent_at,
                outcome="",
            )
        )

    def keep_notice_submission(self, request_id: str, submission: bytes) -> bytes:
        """Store the signed case of a notice unless one is stored; return the one that stands."""
        mine = SENT_NOTICES.c.request_id == request_id
        self._connection.execute(
            update(SENT_NOTICES).where(mine, SENT_NOTICES.c.submission == b"").values(submission=submission)
        )
        return bytes(self._connection.execute(select(SENT_NOTICES.c.submission).where(mine)).scalar_one())

    def finish_notice(self, request_id: str, outcome: str) -> bool:
        """Store how a notice ended; false when that stands already."""
        changed = self._connection.execute(
            update(SENT_NOTICES)
            .where(SENT_NOTICES.c.request_id == request_id, SENT_NOTICES.c.outcome == "")
            .values(outcome=outcome)
        )
        return changed.rowcount == 1

    def put_notice(self, pseudonym: PersonKey, notice: Notice) -> bool:
        """Store a notice; false when it was stored before."""
        key = (NOTICES.c.sender == notice.sender) & (NOTICES.c.notice_id == notice.notice_id)
        if self._connection.execute(select(NOTICES.c.notice_id).where(key)).first() is not None:
            return False
        self._connection.execute(
            NOTICES.insert().values(
                notice_id=notice.notice_id,
                sender=notice.sender,
                pseudonym_index=self._cipher.pseudonym_index(pseudonym),
                content=self._cipher.encrypt(notice, NOTICES.name, "content", f"{notice.sender}/{notice.notice_id}"),
                sent_at=notice.sent_at,
            )
        )
        return True
