"""The store port over SQLAlchemy Core; a body with records of its own derives from `SqlCaseRecords`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Generic

from sqlalchemy import Column, Connection, select

from mizuhiki.casework.ports import People, RecordsT
from mizuhiki.casework.store.case_cipher import CaseCipher
from mizuhiki.casework.store.sql_cases import SqlCases
from mizuhiki.casework.store.sql_files import SqlInquiryFiles
from mizuhiki.casework.store.sql_people import SqlPeople
from mizuhiki.casework.store.tables import CaseTables
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.grounds import context_of
from mizuhiki.vocabulary.grounds import Grounds


class SqlCaseRecords:
    """Implements `ports.CaseRecords` on one open connection; `naming` as in `SqlPeople`.

    A body with addressees of its own gives its `people`.
    """

    people: People

    def __init__(
        self,
        connection: Connection,
        tables: CaseTables,
        cipher: CaseCipher,
        audit: Audit,
        naming: Sequence[Column[Any]] = (),
        *,
        people: People | None = None,
    ) -> None:
        self._connection = connection
        self._cipher = cipher
        self._audit = audit
        self.people = SqlPeople(connection, tables, cipher, naming) if people is None else people
        self.cases = SqlCases(connection, tables, cipher)
        self.files = SqlInquiryFiles(connection, tables, cipher)

    def audit(
        self, grounds: Grounds, event: str, outcome: str, *, subject: str = "", count: int = 0, code: str = ""
    ) -> None:
        """Write an audit line; `subject` is the name of a case or person, never a number."""
        self._audit.record(
            self._connection, context_of(grounds), event, outcome, code=code, subject=subject, count=count
        )


class SqlCaseStore(Generic[RecordsT]):
    """Implements `ports.CaseStore`; `records_on` makes the body's records on a connection."""

    def __init__(
        self,
        database: Database,
        tables: CaseTables,
        cipher: CaseCipher,
        records_on: Callable[[Connection], RecordsT],
    ) -> None:
        self._database = database
        self._tables = tables
        self._cipher = cipher
        self._records_on = records_on

    @contextmanager
    def transaction(self) -> Iterator[RecordsT]:
        """Open one write transaction."""
        with self._database.write() as connection:
            yield self._records_on(connection)

    def keyed_digest(self, content: bytes) -> bytes:
        """Return a keyed digest of a claim's content."""
        return self._cipher.claim_digest(content)

    def is_protected(self, person: str) -> bool:
        """Say whether a support measure stands on a person."""
        people = self._tables.people
        with self._database.read() as connection:
            query = select(people.c.protected).where(people.c.person == person)
            return bool(connection.execute(query).scalar_one_or_none())
