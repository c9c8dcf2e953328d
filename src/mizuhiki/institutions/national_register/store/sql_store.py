"""The store port over SQLAlchemy Core."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import func, select, true

from mizuhiki.crypto.keystore import Keystore
from mizuhiki.institutions.national_register.ports import Records
from mizuhiki.institutions.national_register.store.person_cipher import PersonCipher
from mizuhiki.institutions.national_register.store.sql_notices import notice_counts, ordered_under_measure
from mizuhiki.institutions.national_register.store.sql_records import SqlRecords, Tell, TellLapses
from mizuhiki.institutions.national_register.store.tables import CARDS, CODES, PERSONS
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.ledger_store import Ledger, Submit
from mizuhiki.vocabulary.ids import InstitutionId


class SqlStore:
    """Tables of one national register; `tell` and `tell_lapses` queue messages inside the open transaction.

    `submit` brings checkpoints of the ledger of look-ups to the witness.
    """

    def __init__(
        self,
        database: Database,
        institution: InstitutionId,
        keystore: Keystore,
        tell: Tell,
        *,
        tell_lapses: TellLapses,
        ledger: Ledger,
        audit: Audit,
        submit: Submit,
    ) -> None:
        self._database = database
        self._cipher = PersonCipher(institution, keystore)
        self._tells = (tell, tell_lapses)
        self._ledger = ledger
        self._audit = audit
        self._submit = submit

    @contextmanager
    def transaction(self) -> Iterator[Records]:
        """Open one write transaction."""
        with self._database.write() as connection:
            yield SqlRecords(connection, self._cipher, self._tells, self._ledger, self._audit)

    def checkpoint(self) -> int:
        """Sign what the ledger of look-ups grew by and have it co-signed; return the number of co-signatures."""
        return self._ledger.checkpoint(self._submit)

    def bundle(self, person: str) -> str:
        """Return a person's look-ups with every proof, as JSON."""
        return self._ledger.bundle(person.encode()).to_json()

    def counts(self) -> Mapping[str, int]:
        """Return figures for the operator page."""
        with self._database.read() as connection:
            count = {
                "codes": select(func.count()).select_from(CODES),
                "numbered": select(func.count()).select_from(PERSONS),
                "in_register": select(func.count()).select_from(PERSONS).where(PERSONS.c.in_register == true()),
                "cards": select(func.count()).select_from(CARDS),
            }
            figures = {name: int(connection.execute(query).scalar_one()) for name, query in count.items()}
            return figures | notice_counts(connection)

    def is_protected(self, person: str) -> bool:
        """Say whether a support measure stands on a person's row; the gate asks before every disclosure."""
        with self._database.read() as connection:
            query = select(PERSONS.c.protected).where(PERSONS.c.person == person)
            return bool(connection.execute(query).scalar_one_or_none())

    def ordered_under_measure(self, person: str) -> bool:
        """Say whether a person's waiting cards were ordered knowing the measure on them; asked before printing."""
        with self._database.read() as connection:
            return ordered_under_measure(connection, person)
