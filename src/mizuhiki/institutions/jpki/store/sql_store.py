"""The store port over SQLAlchemy Core."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, func, select

from mizuhiki.crypto.keystore import Keystore
from mizuhiki.institutions.jpki.domain.certificates import AuthorityRoot, Kind, KindCounts, State
from mizuhiki.institutions.jpki.ports import Records
from mizuhiki.institutions.jpki.store.holder_cipher import HolderCipher
from mizuhiki.institutions.jpki.store.sql_records import SqlRecords
from mizuhiki.institutions.jpki.store.tables import CERTIFICATES, ROOTS
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.database import Database
from mizuhiki.vocabulary.ids import InstitutionId

EXPIRES_SOON = timedelta(days=90)


class SqlStore:
    """Tables of the authorities."""

    def __init__(self, database: Database, institution: InstitutionId, keystore: Keystore, audit: Audit) -> None:
        self._database = database
        self._cipher = HolderCipher(institution, keystore)
        self._audit = audit

    @contextmanager
    def transaction(self) -> Iterator[Records]:
        """Open one write transaction."""
        with self._database.write() as connection:
            yield SqlRecords(connection, self._cipher, self._audit)

    @contextmanager
    def look(self) -> Iterator[Records]:
        """Open a transaction that only reads and waits for no writer."""
        with self._database.read() as connection:
            yield SqlRecords(connection, self._cipher, self._audit)

    def roots(self) -> list[AuthorityRoot]:
        """Return the authorities' own certificates of every generation, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(select(ROOTS).order_by(ROOTS.c.kind, ROOTS.c.generation)).all()
        return [
            AuthorityRoot(Kind(row.kind), row.certificate, row.transcript, row.established_at, row.generation)
            for row in rows
        ]

    def keep_roots(self, roots: Iterable[AuthorityRoot]) -> None:
        """Store the result of a key ceremony; done once for each kind and generation."""
        with self._database.write() as connection:
            connection.execute(
                ROOTS.insert(),
                [
                    {
                        "kind": root.kind.value,
                        "certificate": root.certificate,
                        "transcript": root.transcript,
                        "established_at": root.established_at,
                        "generation": root.generation,
                    }
                    for root in roots
                ],
            )

    def counts(self, now: datetime) -> list[KindCounts]:
        """Return figures by kind."""
        living = CERTIFICATES.c.ends >= now
        query = select(
            CERTIFICATES.c.kind,
            _count((CERTIFICATES.c.state == State.GOOD.value) & living).label("good"),
            _count((CERTIFICATES.c.state == State.SUSPENDED.value) & living).label("suspended"),
            _count((CERTIFICATES.c.state == State.REVOKED.value) & living).label("revoked"),
            _count(CERTIFICATES.c.ends < now).label("expired"),
            _count(
                (CERTIFICATES.c.state == State.GOOD.value) & living & (CERTIFICATES.c.ends < now + EXPIRES_SOON)
            ).label("expiring"),
        ).group_by(CERTIFICATES.c.kind)
        with self._database.read() as connection:
            rows = {row.kind: row for row in connection.execute(query)}
        return [
            KindCounts(kind, row.good, row.suspended, row.revoked, row.expired, row.expiring)
            if (row := rows.get(kind.value)) is not None
            else KindCounts(kind, 0, 0, 0, 0, 0)
            for kind in Kind
        ]


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
