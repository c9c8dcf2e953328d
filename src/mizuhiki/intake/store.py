"""Storage of a body's people over SQLAlchemy Core, and of its own records as rows of its own tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Row, func, select

from mizuhiki.casework.domain import Linkage
from mizuhiki.casework.store import CaseCipher, SqlCases, SqlInquiryFiles
from mizuhiki.crypto.keystore import Keystore
from mizuhiki.intake.addressees import SqlAddressees
from mizuhiki.intake.errors import UnknownPersonRecord
from mizuhiki.intake.persons import KeptPerson, Lift, Shown
from mizuhiki.intake.ports import PersonRecords
from mizuhiki.intake.rows import RecordRows
from mizuhiki.intake.sql_file import SqlFile
from mizuhiki.intake.tables import PersonTables
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.grounds import context_of
from mizuhiki.vocabulary.grounds import Grounds
from mizuhiki.vocabulary.ids import InstitutionId


class SqlPersons(SqlFile, RecordRows):
    """Implements `ports.PersonRecords` on one open connection; a body's records add their own methods.

    `people` and `cases` are what casework needs: the same file of people, and the cases about them.
    """

    def __init__(self, connection: Connection, tables: PersonTables, cipher: CaseCipher, audit: Audit) -> None:
        super().__init__(connection)
        self._tables = tables
        self._persons, self._requests = tables.persons, tables.requests
        self._cipher = cipher
        self._audit = audit
        self.people = SqlAddressees(connection, tables.persons, cipher)
        self.cases = SqlCases(connection, tables.cases, cipher)
        self.files = SqlInquiryFiles(connection, tables.cases, cipher)

    def insert_persons(self, persons: Sequence[KeptPerson]) -> None:
        """Store new people; two with one number or reference are refused by the database."""
        self._file([(one, one.shown.value) for one in persons])

    def person(self, reference: str) -> KeptPerson:
        """Return a person."""
        row = self._connection.execute(select(self._persons).where(self._persons.c.reference == reference)).first()
        if row is None:
            raise UnknownPersonRecord
        return self._person(row)

    def _person(self, row: Row[Any]) -> KeptPerson:
        return KeptPerson(shown=Shown(row.shown), **self._filed(row))

    def touched(self, reference: str) -> None:
        """Note that what linkage would tell about a person changed."""
        self._change(reference)

    def set_protected(self, reference: str, *, protected: bool) -> None:
        """Put a support measure on a person or lift it, under the record's next version."""
        self._change(reference, protected=protected)

    def _change(self, reference: str, **values: object) -> None:
        table = self._persons
        self._connection.execute(
            table.update().where(table.c.reference == reference).values(version=table.c.version + 1, **values)
        )

    def keep_lift(self, lift: Lift) -> None:
        """Remember that a protected record may be shown once to one clerk."""
        self._insert(self._tables.lifts, lift)

    def lacking_pseudonyms(self) -> list[str]:
        """Return the references of people for whom no pseudonym is on its way, in order."""
        table = self._persons
        query = select(table.c.reference).where(table.c.linkage != Linkage.REQUESTED.value).order_by(table.c.reference)
        return list(self._connection.execute(query).scalars())

    def unpublished(self, limit: int, after: str) -> list[KeptPerson]:
        """Return people whose newest version was not sent, by reference beyond `after`."""
        table = self._persons
        query = (
            select(table)
            .where(table.c.version > table.c.published_version, table.c.reference > after)
            .order_by(table.c.reference)
            .limit(limit)
        )
        return [self._person(row) for row in self._connection.execute(query)]

    def audit(
        self, grounds: Grounds, event: str, outcome: str, *, subject: str = "", count: int = 0, code: str = ""
    ) -> None:
        """Write an audit line; `subject` is our own reference, never a number."""
        self._audit.record(
            self._connection, context_of(grounds), event, outcome, code=code, subject=subject, count=count
        )


_R = TypeVar("_R", bound=PersonRecords)


class SqlBodyStore(Generic[_R]):
    """Implements `ports.PersonStore`; `records` opens a body's records on a connection."""

    def __init__(
        self,
        database: Database,
        tables: PersonTables,
        cipher: CaseCipher,
        records: Callable[[Connection], _R],
    ) -> None:
        self._database = database
        self._tables = tables
        self._cipher = cipher
        self._records = records

    @contextmanager
    def transaction(self) -> Iterator[_R]:
        """Open one write transaction."""
        with self._database.write() as connection:
            yield self._records(connection)

    def keyed_digest(self, content: bytes) -> bytes:
        """Return a keyed digest of a request's content."""
        return self._cipher.claim_digest(content)

    def is_protected(self, reference: str) -> bool:
        """Say whether a support measure stands on a person."""
        table = self._tables.persons
        with self._database.read() as connection:
            query = select(table.c.protected).where(table.c.reference == reference)
            return bool(connection.execute(query).scalar_one_or_none())

    def use_lift(self, reference: str, clerk: str, at: datetime) -> bool:
        """Use up a consent to show a protected record to a clerk; False when there is none left."""
        table = self._tables.lifts
        with self._database.write() as connection:
            unused = (
                select(table.c.id)
                .where(table.c.reference == reference, table.c.clerk == clerk, table.c.used_at.is_(None))
                .order_by(table.c.id)
                .limit(1)
            )
            found = connection.execute(unused).scalar_one_or_none()
            if found is None:
                return False
            connection.execute(table.update().where(table.c.id == found).values(used_at=at))
            return True

    def counts(self) -> Mapping[str, int]:
        """Return figures for the staff page."""
        table = self._tables.persons
        everybody = select(func.count()).select_from(table)
        queries = {
            "persons": everybody,
            "requested": everybody.where(table.c.linkage == Linkage.REQUESTED.value),
            "refused": everybody.where(table.c.linkage == Linkage.REFUSED.value),
            "published": everybody.where(table.c.published_version == table.c.version),
        }
        with self._database.read() as connection:
            return {name: int(connection.execute(query).scalar_one()) for name, query in queries.items()}


def open_store(
    database: Database,
    tables: PersonTables,
    institution: InstitutionId,
    keystore: Keystore,
    records: Callable[[Connection, CaseCipher], _R],
) -> SqlBodyStore[_R]:
    """Return the store of a body; `records` is how its own records open on a connection."""
    cipher = CaseCipher(institution, keystore, tables.persons.name)
    return SqlBodyStore(database, tables, cipher, lambda connection: records(connection, cipher))
