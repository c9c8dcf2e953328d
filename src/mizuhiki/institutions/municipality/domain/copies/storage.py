"""What copies and inspections need stored in the open transaction."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from mizuhiki.institutions.municipality.domain.copies.inspections import Inspection
from mizuhiki.institutions.municipality.domain.copies.requests import (
    CopyRequest,
    Issue,
    IssueEvent,
    IssueView,
    NationwideQuery,
)


class CopyRecords(Protocol):
    """Issued copies and inspections in the open transaction."""

    def next_number(self, year: int) -> str:
        """Return the next number of a calendar year."""

    def insert(self, issue: Issue, request: CopyRequest | NationwideQuery) -> None:
        """Store an issue with what was asked for; two with one request id are refused by the database."""

    def add_step(self, event: IssueEvent) -> None:
        """Append a step."""

    def of_request(self, request_id: str) -> str | None:
        """Return the issue that a request led to."""

    def view(self, issue: str) -> IssueView:
        """Return an issue with its steps.

        Raises:
            UnknownIssue: there is none.
        """

    def request(self, issue: str) -> CopyRequest | NationwideQuery:
        """Return what was asked for.

        Raises:
            UnknownIssue: there is none.
        """

    def issued_on(self, day: date) -> list[IssueView]:
        """Return the issues of a day in order."""

    def put_inspection(self, inspection: Inspection) -> None:
        """Store a new or changed inspection."""

    def inspection(self, inspection: str) -> Inspection:
        """Return an inspection.

        Raises:
            UnknownInspection: there is none.
        """

    def inspections(self) -> list[Inspection]:
        """Return all inspections, newest first."""
