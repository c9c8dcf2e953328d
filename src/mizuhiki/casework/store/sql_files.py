"""Files of inquiries that a body's staff gave in, on one open connection; their lines stand encrypted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, and_, or_, select

from mizuhiki.casework.domain.inquiry_files import HeldFile, InquiryFile
from mizuhiki.casework.store.case_cipher import CaseCipher
from mizuhiki.casework.store.tables import CaseTables
from mizuhiki.vocabulary.typed_values import read_json

CONTENT = "content_encrypted"


class SqlInquiryFiles:
    """Implements `ports.InquiryFiles`."""

    def __init__(self, connection: Connection, tables: CaseTables, cipher: CaseCipher) -> None:
        self._connection = connection
        self._files = tables.files
        self._cipher = cipher

    def put(self, held: HeldFile, file: InquiryFile) -> None:
        """Store a file."""
        content = self._cipher.encrypt(
            msgspec.json.encode(file), table=self._files.name, column=CONTENT, row=held.file_id
        )
        self._connection.execute(
            self._files.insert().values(
                file_id=held.file_id,
                name=held.name,
                affair=held.affair,
                lines=held.lines,
                held_by=held.held_by,
                held_at=held.held_at,
                sent_at=held.sent_at,
                content_encrypted=content,
            )
        )

    def find(self, file_id: str) -> tuple[HeldFile, InquiryFile] | None:
        """Return a file with its lines."""
        row = self._connection.execute(select(self._files).where(self._files.c.file_id == file_id)).one_or_none()
        if row is None:
            return None
        plain = self._cipher.decrypt(row.content_encrypted, table=self._files.name, column=CONTENT, row=file_id)
        return _held(row), read_json(plain, InquiryFile)

    def listed(self, affair: str, *, sent: bool, limit: int, offset: int) -> list[HeldFile]:
        """Return files of an affair without their lines, newest first."""
        held = self._files.c
        state = held.sent_at.is_not(None) if sent else held.sent_at.is_(None)
        query = select(self._files).where(held.affair == affair, state).order_by(held.held_at.desc(), held.file_id)
        return [_held(row) for row in self._connection.execute(query.limit(limit).offset(offset))]

    def mark_sent(self, file_id: str, at: datetime) -> None:
        """Note that a file was handed to the own server."""
        self._connection.execute(self._files.update().where(self._files.c.file_id == file_id).values(sent_at=at))

    def drop(self, file_id: str) -> None:
        """Forget a file."""
        self._connection.execute(self._files.delete().where(self._files.c.file_id == file_id))

    def drop_old(self, *, unsent_before: datetime, sent_before: datetime) -> int:
        """Forget files given in and not sent, or sent, before an instant; return how many."""
        held = self._files.c
        old = or_(and_(held.sent_at.is_(None), held.held_at < unsent_before), held.sent_at < sent_before)
        return self._connection.execute(self._files.delete().where(old)).rowcount


def _held(row: Row[Any]) -> HeldFile:
    return HeldFile(
        file_id=row.file_id,
        name=row.name,
        affair=row.affair,
        lines=row.lines,
        held_by=row.held_by,
        held_at=row.held_at,
        sent_at=row.sent_at,
    )
