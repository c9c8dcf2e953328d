"""What the sections' claims keep beside people and cases: what was granted, and the body's own register and tax."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from mizuhiki.casework.ports import CaseRecords
from mizuhiki.institutions.municipality.domain.claims.assistance_changes import DecidedChange
from mizuhiki.institutions.municipality.domain.claims.awards import Award, HeldAward
from mizuhiki.institutions.municipality.domain.claims.investigation import RecordedInvestigation
from mizuhiki.institutions.municipality.ports import LinkageRecords, RegisterRecords


class Awards(Protocol):
    """What was granted, within one write transaction."""

    def put(self, award: Award) -> None:
        """Store what was granted; it replaces what was granted before of the same kind."""

    def award(self, person: str, kind: str) -> Award | None:
        """Return what is granted to a person."""

    def unpublished(self, limit: int, after: str) -> list[HeldAward]:
        """Return awards whose newest version was not told, by name, beyond `after`."""

    def mark_published(self, award: str, version: int) -> None:
        """Note which version was told."""


class Investigations(Protocol):
    """Visits to households that ask for public assistance, within one write transaction."""

    def add(self, case: str, recorded: RecordedInvestigation) -> None:
        """Append a record; earlier ones stay."""

    def newest(self, case: str) -> RecordedInvestigation | None:
        """Return the record that counts."""


class AssistanceChanges(Protocol):
    """Changes of public assistance by case, within one write transaction."""

    def changes(self, case: str) -> list[DecidedChange]:
        """Return the changes of a case in order."""

    def put(self, case: str, place: int, change: DecidedChange) -> None:
        """Store the change at a place, counted from 0; one that stood there is replaced."""

    def due(self, day: date) -> list[str]:
        """Return the cases with an approved change that holds by `day` and was not applied."""

    def mark_applied(self, case: str, place: int) -> bool:
        """Note that others are told of a change; false when that was noted before."""


class ClaimRecords(CaseRecords, Protocol):
    """One write transaction of the sections."""

    @property
    def awards(self) -> Awards:
        """What was granted."""

    @property
    def investigations(self) -> Investigations:
        """Visits to households."""

    @property
    def assistance(self) -> AssistanceChanges:
        """Changes of public assistance."""

    @property
    def register(self) -> RegisterRecords:
        """The resident register, to read only."""

    @property
    def linkage(self) -> LinkageRecords:
        """Addressees and tax records."""
