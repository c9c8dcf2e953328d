"""Changes of number and code on one open connection."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from mizuhiki.institutions.municipality.domain.residents import CodeChange
from mizuhiki.institutions.municipality.store.cipher import Cipher
from mizuhiki.institutions.municipality.store.tables import CODE_CHANGES, RESIDENTS, SEQUENCES
from mizuhiki.vocabulary.numbers import IndividualNumber

_OLD, _NEW = "old_encrypted", "new_encrypted"


class SqlChanges:
    """Implements `ports.ChangeRecords`."""

    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection = connection
        self._cipher = cipher

    def replace_number(self, resident: str, number: IndividualNumber) -> None:
        """Write the number that follows the one on the record."""
        index = self._cipher.number_index(number)
        self._connection.execute(
            RESIDENTS.update()
            .where(RESIDENTS.c.resident == resident)
            .values(
                number_index=index,
                live_number_index=index,
                number_encrypted=self._cipher.encrypt_number(number, RESIDENTS.name, resident),
            )
        )

    def replace_code(self, change: CodeChange) -> None:
        """Write the code that follows the one on the record; the order of notices goes on under it."""
        old, new = self._cipher.code_index(change.old), self._cipher.code_index(change.new)
        self._connection.execute(
            RESIDENTS.update()
            .where(RESIDENTS.c.resident == change.resident)
            .values(
                code_index=new,
                live_code_index=new,
                code_encrypted=self._cipher.encrypt_code(change.new, RESIDENTS.name, change.resident),
            )
        )
        self._connection.execute(SEQUENCES.update().where(SEQUENCES.c.code_index == old).values(code_index=new))

    def code_change(self, request_id: str) -> CodeChange | None:
        """Return a change of code that was begun."""
        row = self._connection.execute(
            select(CODE_CHANGES).where(CODE_CHANGES.c.request_id == request_id)
        ).one_or_none()
        if row is None:
            return None
        name = CODE_CHANGES.name
        return CodeChange(
            request_id,
            row.resident,
            self._cipher.decrypt_code(row.old_encrypted, name, request_id, _OLD),
            self._cipher.decrypt_code(row.new_encrypted, name, request_id, _NEW),
        )

    def begin_code_change(self, change: CodeChange, at: datetime) -> None:
        """Remember a change of code before the register is told."""
        name, request = CODE_CHANGES.name, change.request_id
        self._connection.execute(
            CODE_CHANGES.insert().values(
                request_id=request,
                resident=change.resident,
                old_encrypted=self._cipher.encrypt_code(change.old, name, request, _OLD),
                new_encrypted=self._cipher.encrypt_code(change.new, name, request, _NEW),
                begun_at=at,
            )
        )
