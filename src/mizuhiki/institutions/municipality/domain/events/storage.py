"""What events need stored in the open transaction: facts, projected records, tasks, the supplement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from mizuhiki.institutions.municipality.domain.events.facts import Fact
from mizuhiki.institutions.municipality.domain.events.requests import Task
from mizuhiki.institutions.municipality.domain.events.supplement import SupplementNotice, SupplementView
from mizuhiki.institutions.municipality.domain.residents import RecordEvent, ResidentRecord
from mizuhiki.institutions.municipality.domain.support_measures import MeasureReturn, WaitingReturn
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode


class EventRecords(Protocol):
    """Facts, projections and tasks."""

    def add(self, entered: Sequence[tuple[RecordEvent, Fact]]) -> None:
        """Append lines of history with their facts."""

    def facts(self, residents: Sequence[str]) -> dict[str, list[Fact]]:
        """Return all facts of records in the order of entry; a record without any has an empty list."""

    def facts_of_event(self, event: str) -> list[Fact]:
        """Return the facts of one event; none when there is no such event."""

    def project(self, records: Sequence[ResidentRecord]) -> None:
        """Store what the facts make of records: every item, and whether code and number live on them."""

    def enter_households(self, addresses: Mapping[str, str]) -> None:
        """Store many households at once: addresses by token."""

    def current_named(self, names: Sequence[str]) -> set[tuple[str, date, str]]:
        """Return normalised name, birth date and normalised address of current records with one of the names."""

    def all_removed_with(self, code: ResidentRecordCode) -> list[ResidentRecord]:
        """Return removed records with a code, the latest first."""

    def removed_with(self, code: ResidentRecordCode) -> ResidentRecord | None:
        """Return the latest removed record with a code."""

    def former_members(self, household: str) -> list[ResidentRecord]:
        """Return removed records whose last household it was, the latest first."""

    def removed_until(self, day: date) -> list[ResidentRecord]:
        """Return records removed on or before a day, oldest first."""

    def clear_moving(self, residents: Sequence[str]) -> None:
        """Take the mark of an announced move from records."""

    def cancel_move(self, reference: str, on: date) -> None:
        """Mark an announced move as cancelled."""

    def open_moves_of(self, resident: str) -> list[str]:
        """Return the references of moves of a resident that are announced and open."""

    def set_household_address(self, household: str, address: str) -> None:
        """Store where a household lives."""

    def open_task(self, task: Task) -> None:
        """Store a task."""

    def tasks(self, *, open_only: bool) -> list[Task]:
        """Return tasks, oldest first."""

    def close_task(self, task: str, on: date, outcome: str) -> Task:
        """Close a task and return it.

        Raises:
            UnknownTask: there is none, or it is closed.
        """


class SupplementRecords(Protocol):
    """The supplement kept here, and notices to where others' supplements are kept."""

    def take(self, notice: SupplementNotice, at: datetime) -> bool:
        """Add a notice's line; False when it was taken before."""

    def view(self, person: str) -> SupplementView | None:
        """Return a person's supplement."""

    def persons_named(self, name: str, birth_date: date) -> list[str]:
        """Return persons whose entry is not closed, by name as written and birth date."""

    def identity(self, person: str) -> tuple[ResidentRecordCode, IndividualNumber | None]:
        """Return code and number of a person in the supplement."""

    def person_of(self, code: ResidentRecordCode) -> str | None:
        """Return the supplement's name for the holder of a code."""

    def protected_abroad(self) -> list[WaitingReturn]:
        """Return protected people whose last line says that they moved abroad, with the officer's last decision."""

    def put_return(self, decision: MeasureReturn) -> None:
        """Store the officer's decision about a person abroad."""

    def tell(self, home_municipality: str, notice: SupplementNotice) -> bool:
        """Queue a notice for the municipality of the family register; False when it cannot be reached by wire."""
