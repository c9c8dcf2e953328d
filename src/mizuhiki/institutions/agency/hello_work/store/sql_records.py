"""One write transaction on Hello Work's tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, select

from mizuhiki.casework.store import CaseCipher
from mizuhiki.institutions.agency.hello_work.domain.benefits import Certification, Qualification, State
from mizuhiki.institutions.agency.hello_work.domain.care_leave import CareLeave
from mizuhiki.institutions.agency.hello_work.domain.employments import Employment, Separation, WageMonth
from mizuhiki.institutions.agency.hello_work.store.tables import (
    CARE_LEAVES,
    CERTIFICATIONS,
    EMPLOYMENTS,
    PEOPLE,
    QUALIFICATIONS,
    SEPARATIONS,
    WAGE_MONTHS,
)
from mizuhiki.intake.rows import columns_of
from mizuhiki.intake.store import SqlPersons
from mizuhiki.runtime.audit import Audit


class SqlRecords(SqlPersons):
    """Implements `ports.Records` on one open connection."""

    def __init__(self, connection: Connection, cipher: CaseCipher, audit: Audit) -> None:
        super().__init__(connection, PEOPLE, cipher, audit)

    def employments(self, reference: str) -> list[Employment]:
        """Return a person's insured employments, oldest first."""
        return self._of(Employment, EMPLOYMENTS, reference, EMPLOYMENTS.c.insured_from)

    def insert_employments(self, employments: Sequence[Employment]) -> None:
        """Store new employments."""
        self._insert(EMPLOYMENTS, *employments)

    def end_employment(self, employment: Employment) -> None:
        """Store the day of loss of an employment."""
        self._replace(EMPLOYMENTS, employment, "reference", "insured_from")

    def separations(self, reference: str) -> list[Separation]:
        """Return a person's separation slips, oldest first."""
        return self._of(Separation, SEPARATIONS, reference, SEPARATIONS.c.separated_on)

    def insert_separation(self, separation: Separation, months: Sequence[WageMonth]) -> None:
        """Store a slip with its months."""
        self._insert(SEPARATIONS, separation)
        self._insert(WAGE_MONTHS, *months)

    def wage_months(self, reference: str, separated_on: date) -> list[WageMonth]:
        """Return the months of a slip, newest first."""
        table = WAGE_MONTHS
        query = (
            select(*columns_of(WageMonth, table))
            .where(table.c.reference == reference, table.c.separated_on == separated_on)
            .order_by(table.c.ordinal)
        )
        return self._read(WageMonth, query)

    def qualifications(self, reference: str) -> list[Qualification]:
        """Return a person's qualifications, oldest first."""
        return self._of(Qualification, QUALIFICATIONS, reference, QUALIFICATIONS.c.separated_on)

    def insert_qualification(self, qualification: Qualification) -> None:
        """Store a proposal."""
        self._insert(QUALIFICATIONS, qualification)

    def update_qualification(self, qualification: Qualification) -> None:
        """Store a decision, or what a certification used up."""
        self._replace(QUALIFICATIONS, qualification, "reference", "separated_on")

    def proposed(self) -> list[Qualification]:
        """Return proposals that wait for approval, oldest first."""
        table = QUALIFICATIONS
        query = select(*columns_of(Qualification, table)).where(table.c.state == State.PROPOSED.value)
        return self._read(Qualification, query.order_by(table.c.applied_on, table.c.reference))

    def due(self, day: date) -> list[Qualification]:
        """Return approved qualifications whose next certification is on `day`."""
        table = QUALIFICATIONS
        query = select(*columns_of(Qualification, table)).where(
            table.c.state == State.APPROVED.value, table.c.next_certification == day
        )
        return self._read(Qualification, query.order_by(table.c.reference))

    def certifications(self, reference: str) -> list[Certification]:
        """Return a person's certifications, oldest first."""
        return self._of(Certification, CERTIFICATIONS, reference, CERTIFICATIONS.c.certified_on)

    def insert_certification(self, certification: Certification) -> None:
        """Store a certification."""
        self._insert(CERTIFICATIONS, certification)

    def care_leaves(self, reference: str) -> list[CareLeave]:
        """Return the care leaves paid to a person, oldest first."""
        return self._of(CareLeave, CARE_LEAVES, reference, CARE_LEAVES.c.leave_from)

    def insert_care_leave(self, leave: CareLeave) -> None:
        """Store a care leave that is paid for."""
        self._insert(CARE_LEAVES, leave)
