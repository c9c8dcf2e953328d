"""What the society needs from outside, beyond what `mizuhiki.intake.ports` says of people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from mizuhiki.institutions.agency.health_insurer.domain.members import CeilingCertificate, Paid, Qualification
from mizuhiki.intake.ports import PersonRecords


class Records(PersonRecords, Protocol):
    """One write transaction on the society's tables."""

    def qualifications(self, reference: str) -> list[Qualification]:
        """Return a person's insured periods, oldest first."""

    def dependants(self, insured: str) -> list[Qualification]:
        """Return the periods of everybody who depends or depended on an insured person, by branch."""

    def number_taken(self, symbol: str, number: str) -> bool:
        """Say whether an insured number was ever given under a symbol."""

    def insert_qualifications(self, qualifications: Sequence[Qualification]) -> None:
        """Store new periods."""

    def update_qualification(self, qualification: Qualification) -> None:
        """Store the day of loss, or another remuneration."""

    def certificates(self, reference: str) -> list[CeilingCertificate]:
        """Return a person's certificates of the ceiling, oldest first."""

    def insert_certificate(self, certificate: CeilingCertificate) -> None:
        """Store a certificate."""

    def running_certificates(self, day: date) -> list[CeilingCertificate]:
        """Return certificates that are valid on `day`, those that end first first."""

    def paid(self, reference: str) -> list[Paid]:
        """Return what was paid to a person, oldest first."""

    def insert_paid(self, paid: Paid) -> None:
        """Store a payment."""
