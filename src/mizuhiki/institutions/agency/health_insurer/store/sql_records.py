"""One write transaction on the society's tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, select

from mizuhiki.casework.store import CaseCipher
from mizuhiki.institutions.agency.health_insurer.domain.members import CeilingCertificate, Paid, Qualification, Role
from mizuhiki.institutions.agency.health_insurer.store.tables import CERTIFICATES, PAID, PEOPLE, QUALIFICATIONS
from mizuhiki.intake.rows import columns_of
from mizuhiki.intake.store import SqlPersons
from mizuhiki.runtime.audit import Audit


class SqlRecords(SqlPersons):
    """Implements `ports.Records` on one open connection."""

    def __init__(self, connection: Connection, cipher: CaseCipher, audit: Audit) -> None:
        super().__init__(connection, PEOPLE, cipher, audit)

    def qualifications(self, reference: str) -> list[Qualification]:
        """Return a person's insured periods, oldest first."""
        return self._of(Qualification, QUALIFICATIONS, reference, QUALIFICATIONS.c.insured_from)

    def dependants(self, insured: str) -> list[Qualification]:
        """Return the periods of everybody who depends or depended on an insured person, by branch."""
        table = QUALIFICATIONS
        query = select(*columns_of(Qualification, table)).where(
            table.c.insured == insured, table.c.role == Role.DEPENDANT.value
        )
        return self._read(Qualification, query.order_by(table.c.branch))

    def number_taken(self, symbol: str, number: str) -> bool:
        """Say whether an insured number was ever given under a symbol."""
        table = QUALIFICATIONS
        query = select(table.c.id).where(table.c.symbol == symbol, table.c.number == number).limit(1)
        return self._connection.execute(query).first() is not None

    def insert_qualifications(self, qualifications: Sequence[Qualification]) -> None:
        """Store new periods."""
        self._insert(QUALIFICATIONS, *qualifications)

    def update_qualification(self, qualification: Qualification) -> None:
        """Store the day of loss, or another remuneration."""
        self._replace(QUALIFICATIONS, qualification, "reference", "insured_from")

    def certificates(self, reference: str) -> list[CeilingCertificate]:
        """Return a person's certificates of the ceiling, oldest first."""
        return self._of(CeilingCertificate, CERTIFICATES, reference, CERTIFICATES.c.first_day)

    def insert_certificate(self, certificate: CeilingCertificate) -> None:
        """Store a certificate."""
        self._insert(CERTIFICATES, certificate)

    def running_certificates(self, day: date) -> list[CeilingCertificate]:
        """Return certificates that are valid on `day`, those that end first first."""
        table = CERTIFICATES
        query = select(*columns_of(CeilingCertificate, table)).where(table.c.first_day <= day, table.c.last_day >= day)
        return self._read(CeilingCertificate, query.order_by(table.c.last_day, table.c.reference))

    def paid(self, reference: str) -> list[Paid]:
        """Return what was paid to a person, oldest first."""
        return self._of(Paid, PAID, reference, PAID.c.paid_on)

    def insert_paid(self, paid: Paid) -> None:
        """Store a payment."""
        self._insert(PAID, paid)
