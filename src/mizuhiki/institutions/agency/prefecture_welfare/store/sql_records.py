"""One write transaction on the welfare section's tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, select

from mizuhiki.casework.store import CaseCipher
from mizuhiki.institutions.agency.prefecture_welfare.domain.allowance import (
    Allowance,
    AllowanceState,
    SupportedChild,
)
from mizuhiki.institutions.agency.prefecture_welfare.domain.certificates import Certificate, State
from mizuhiki.institutions.agency.prefecture_welfare.store.tables import ALLOWANCES, CERTIFICATES, CHILDREN, PEOPLE
from mizuhiki.intake.rows import columns_of
from mizuhiki.intake.store import SqlPersons
from mizuhiki.runtime.audit import Audit


class SqlRecords(SqlPersons):
    """Implements `ports.Records` on one open connection."""

    def __init__(self, connection: Connection, cipher: CaseCipher, audit: Audit) -> None:
        super().__init__(connection, PEOPLE, cipher, audit)

    def certificates(self, reference: str) -> list[Certificate]:
        """Return a person's certificates and applications, oldest first."""
        return self._of(Certificate, CERTIFICATES, reference, CERTIFICATES.c.applied_on, CERTIFICATES.c.id)

    def insert_certificate(self, certificate: Certificate) -> None:
        """Store an application."""
        self._insert(CERTIFICATES, certificate)

    def update_certificate(self, certificate: Certificate) -> None:
        """Store a decision, a renewal or a return."""
        self._replace(CERTIFICATES, certificate, "reference", "kind", "applied_on")

    def applied(self) -> list[Certificate]:
        """Return applications that wait for a decision, oldest first."""
        table = CERTIFICATES
        query = select(*columns_of(Certificate, table)).where(table.c.state == State.APPLIED.value)
        return self._read(Certificate, query.order_by(table.c.applied_on, table.c.id))

    def ending(self, first: date, last: date) -> list[Certificate]:
        """Return issued certificates that end in a span of days, those that end first first."""
        table = CERTIFICATES
        query = select(*columns_of(Certificate, table)).where(
            table.c.state == State.ISSUED.value, table.c.valid_until >= first, table.c.valid_until <= last
        )
        return self._read(Certificate, query.order_by(table.c.valid_until, table.c.id))

    def allowances(self, reference: str) -> list[Allowance]:
        """Return a person's allowances, oldest first."""
        return self._of(Allowance, ALLOWANCES, reference, ALLOWANCES.c.claimed_on)

    def children(self, reference: str) -> list[SupportedChild]:
        """Return the children of a person's newest claim."""
        return self._of(SupportedChild, CHILDREN, reference, CHILDREN.c.ordinal)

    def insert_allowance(self, allowance: Allowance, children: Sequence[SupportedChild]) -> None:
        """Store a claim with its children, in the place of those of earlier claims."""
        self._insert(ALLOWANCES, allowance)
        self._connection.execute(CHILDREN.delete().where(CHILDREN.c.reference == allowance.reference))
        self._insert(CHILDREN, *children)

    def update_allowance(self, allowance: Allowance) -> None:
        """Store a decision or an end."""
        self._replace(ALLOWANCES, allowance, "reference", "claimed_on")

    def claimed(self) -> list[Allowance]:
        """Return claims that wait for a decision, oldest first."""
        table = ALLOWANCES
        query = select(*columns_of(Allowance, table)).where(table.c.state == AllowanceState.CLAIMED.value)
        return self._read(Allowance, query.order_by(table.c.claimed_on, table.c.id))
