"""What the organization keeps beside its cases: scholars."""

from __future__ import annotations

from typing import Protocol

from mizuhiki.casework.ports import CaseRecords
from mizuhiki.institutions.agency.student_services.domain.scholars import Scholar


class Scholars(Protocol):
    """The file of scholars, within one write transaction."""

    def taken(self, scholar: str) -> bool:
        """Say whether a number is in use."""

    def put(self, scholar: Scholar) -> None:
        """Store a new scholar, or when and why the aid ends."""

    def scholar(self, scholar: str) -> Scholar:
        """Return a scholar.

        Raises:
            UnknownScholar: there is none.
        """

    def scholars(self, limit: int) -> list[Scholar]:
        """Return scholars, newest first."""

    def scholar_of_case(self, case: str) -> Scholar | None:
        """Return the scholar whom a case made."""


class Records(CaseRecords, Protocol):
    """One write transaction of the organization."""

    @property
    def scholars(self) -> Scholars:
        """The file of scholars."""
