"""The store port over SQLAlchemy Core."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import exists, func, select

from mizuhiki.casework.domain import Linkage
from mizuhiki.casework.store import CaseCipher, SqlCaseStore
from mizuhiki.crypto.keystore import Keystore
from mizuhiki.institutions.agency.pension_service.ports import Records
from mizuhiki.institutions.agency.pension_service.store.sql_records import SqlRecords
from mizuhiki.institutions.agency.pension_service.store.tables import CASES, INSURED, PERIODS
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.database import Database
from mizuhiki.vocabulary.ids import InstitutionId


class SqlStore(SqlCaseStore[Records]):
    """Tables of the pension service."""

    def __init__(self, database: Database, institution: InstitutionId, keystore: Keystore, audit: Audit) -> None:
        cipher = CaseCipher(institution, keystore, INSURED.name)
        super().__init__(database, CASES, cipher, lambda connection: SqlRecords(connection, cipher, audit))

    def is_protected(self, person: str) -> bool:
        """Say whether a support measure stands on a record."""
        with self._database.read() as connection:
            query = select(INSURED.c.protected).where(INSURED.c.reference == person)
            return bool(connection.execute(query).scalar_one_or_none())

    def counts(self) -> Mapping[str, int]:
        """Return figures for the staff page."""
        enrolled = exists().where(PERIODS.c.reference == INSURED.c.reference)
        everybody = select(func.count()).select_from(INSURED).where(enrolled)
        queries = {
            "insured": everybody,
            "requested": everybody.where(INSURED.c.linkage == Linkage.REQUESTED.value),
            "refused": everybody.where(INSURED.c.linkage == Linkage.REFUSED.value),
            "published": everybody.where(INSURED.c.published_version == INSURED.c.version),
        }
        with self._database.read() as connection:
            return {name: int(connection.execute(query).scalar_one()) for name, query in queries.items()}
