"""What Hello Work needs from outside, beyond what `mizuhiki.intake.ports` says of people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from mizuhiki.institutions.agency.hello_work.domain.benefits import Certification, Qualification
from mizuhiki.institutions.agency.hello_work.domain.care_leave import CareLeave
from mizuhiki.institutions.agency.hello_work.domain.employments import Employment, Separation, WageMonth
from mizuhiki.intake.ports import PersonRecords


class Records(PersonRecords, Protocol):
    """One write transaction on Hello Work's tables."""

    def employments(self, reference: str) -> list[Employment]:
        """Return a person's insured employments, oldest first."""

    def insert_employments(self, employments: Sequence[Employment]) -> None:
        """Store new employments."""

    def end_employment(self, employment: Employment) -> None:
        """Store the day of loss of an employment."""

    def separations(self, reference: str) -> list[Separation]:
        """Return a person's separation slips, oldest first."""

    def insert_separation(self, separation: Separation, months: Sequence[WageMonth]) -> None:
        """Store a slip with its months."""

    def wage_months(self, reference: str, separated_on: date) -> list[WageMonth]:
        """Return the months of a slip, newest first."""

    def qualifications(self, reference: str) -> list[Qualification]:
        """Return a person's qualifications, oldest first."""

    def insert_qualification(self, qualification: Qualification) -> None:
        """Store a proposal."""

    def update_qualification(self, qualification: Qualification) -> None:
        """Store a decision, or what a certification used up."""

    def proposed(self) -> list[Qualification]:
        """Return proposals that wait for approval, oldest first."""

    def due(self, day: date) -> list[Qualification]:
        """Return approved qualifications whose next certification is on `day`."""

    def certifications(self, reference: str) -> list[Certification]:
        """Return a person's certifications, oldest first."""

    def care_leaves(self, reference: str) -> list[CareLeave]:
        """Return the care leaves paid to a person, oldest first."""

    def insert_care_leave(self, leave: CareLeave) -> None:
        """Store a care leave that is paid for."""

    def insert_certification(self, certification: Certification) -> None:
        """Store a certification."""
