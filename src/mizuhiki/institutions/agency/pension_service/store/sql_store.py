"""The store port over SQLAlchemy Core."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import func, select

from mizuhiki.crypto.keystore import Keystore
from mizuhiki.crypto.passphrases import hash_passphrase
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.agency.pension_service.domain.enrolments import Linkage
from mizuhiki.institutions.agency.pension_service.ports import Records
from mizuhiki.institutions.agency.pension_service.store.insured_cipher import InsuredCipher
from mizuhiki.institutions.agency.pension_service.store.sql_records import SqlRecords
from mizuhiki.institutions.agency.pension_service.store.tables import INSURED
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.staff_sign_in import DatabaseStaffAccounts, StaffAccount
from mizuhiki.vocabulary.ids import InstitutionId


class SqlStore:
    """Tables of the pension service."""

    def __init__(self, database: Database, institution: InstitutionId, keystore: Keystore, audit: Audit) -> None:
        self._database = database
        self._cipher = InsuredCipher(institution, keystore)
        self._audit = audit

    @contextmanager
    def transaction(self) -> Iterator[Records]:
        """Open one write transaction."""
        with self._database.write() as connection:
            yield SqlRecords(connection, self._cipher, self._audit)

    def keyed_digest(self, content: bytes) -> bytes:
        """Return a keyed digest of a request's content."""
        return self._cipher.request(content)

    def is_protected(self, reference: str) -> bool:
        """Say whether a support measure stands on a record."""
        with self._database.read() as connection:
            query = select(INSURED.c.protected).where(INSURED.c.reference == reference)
            return bool(connection.execute(query).scalar_one_or_none())

    def counts(self) -> Mapping[str, int]:
        """Return figures for the staff page."""
        everybody = select(func.count()).select_from(INSURED)
        queries = {
            "insured": everybody,
            "requested": everybody.where(INSURED.c.linkage == Linkage.REQUESTED.value),
            "refused": everybody.where(INSURED.c.linkage == Linkage.REFUSED.value),
            "published": everybody.where(INSURED.c.published_version == INSURED.c.version),
        }
        with self._database.read() as connection:
            return {name: int(connection.execute(query).scalar_one()) for name, query in queries.items()}


class SqlStaff:
    """Implements `ports.Staff` with the accounts that the sign-in page asks."""

    def __init__(self, database: Database, randomness: Randomness) -> None:
        self._database = database
        self._randomness = randomness
        self._accounts = DatabaseStaffAccounts(database)

    def open(self, account: str, display_name: str, role: str, passphrase: str) -> None:
        """Open an account."""
        stored = hash_passphrase(passphrase, self._randomness)
        with self._database.write() as connection:
            self._accounts.add(connection, StaffAccount(account, display_name, role, stored))
