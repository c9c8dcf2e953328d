"""What the pension service needs from outside: storage, the register, its own intermediate server, the commission."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mizuhiki.institutions.agency.pension_service.domain.enrolments import (
    AssessmentReceipt,
    Copy,
    Insured,
    Linkage,
)
from mizuhiki.institutions.agency.pension_service.domain.register_news import RegisterNews
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.vocabulary.persons import FourItems


@dataclass(frozen=True, slots=True)
class Grounds:
    """Who did something, on which basis, when: what an audit line needs of the operation's context."""

    institution: str
    role: str
    person: str | None
    affair: str
    legal_basis: str
    purpose: str
    at: datetime
    trace: str


class Records(Protocol):
    """One write transaction on the pension service's tables. Everything or nothing is stored."""

    def requests(self, request_ids: Sequence[str]) -> dict[str, tuple[bytes, str]]:
        """Return digest and reference of earlier requests, by id."""

    def keep_requests(self, requests: Mapping[str, tuple[bytes, str]], at: datetime) -> None:
        """Remember what requests produced."""

    def references_of_numbers(self, numbers: Sequence[IndividualNumber]) -> dict[IndividualNumber, str]:
        """Return the references under which holders of numbers are enrolled."""

    def reference_taken(self, reference: str) -> bool:
        """Say whether a reference is in use."""

    def insert(self, insured: Sequence[Insured]) -> None:
        """Store new records; two with one number or reference are refused by the database."""

    def insured(self, reference: str) -> Insured:
        """Return a record.

        Raises:
            UnknownEnrolment: there is none.
        """

    def update(self, insured: Insured) -> None:
        """Store changed periods or protection under the record's next version."""

    def lacking_pseudonyms(self) -> list[str]:
        """Return the references of people for whom no pseudonym is on its way, in order."""

    def set_linkage(self, addressee_numbers: Sequence[str], linkage: Linkage) -> None:
        """Note where people stand with linkage."""

    def unpublished(self, limit: int, after: str) -> list[Insured]:
        """Return records whose newest version was not sent, by reference beyond `after`."""

    def mark_published(self, insured: Sequence[Insured]) -> None:
        """Note which versions were sent."""

    def keep_news(self, news: RegisterNews) -> bool:
        """Store a message of a register; False when it came before."""

    def news(self) -> list[RegisterNews]:
        """Return the messages of registers, newest first."""

    def audit(
        self, grounds: Grounds, event: str, outcome: str, *, subject: str = "", count: int = 0, code: str = ""
    ) -> None:
        """Write an audit line; `subject` is our own reference, never a number."""


class Store(Protocol):
    """Storage of the pension service."""

    def transaction(self) -> AbstractContextManager[Records]:
        """Open one write transaction."""

    def keyed_digest(self, content: bytes) -> bytes:
        """Return a keyed digest of a request's content, so that guesses cannot be tested with the database alone."""

    def is_protected(self, reference: str) -> bool:
        """Say whether a support measure stands on a record."""

    def counts(self) -> Mapping[str, int]:
        """Return figures for the staff page: insured, requested, refused, published."""


class Register(Protocol):
    """The national register."""

    def search(self, affair: str, number: IndividualNumber) -> FourItems | None:
        """Return the four items of a number's holder (住基法30条の9), or nothing."""


class LinkageServer(Protocol):
    """The own intermediate server, and the register for the pseudonyms it holds."""

    def acquire(self, affair: str, insured: Sequence[Insured]) -> tuple[list[str], list[str]]:
        """Start the issue of pseudonyms; return the addressee numbers requested and those refused."""

    def held(self, addressee_numbers: Sequence[str]) -> set[str]:
        """Return the addressees that are ready for linkage."""

    def register_copies(self, copies: Sequence[Copy], as_of: datetime) -> None:
        """Register or replace local copies."""


class AssessmentDesk(Protocol):
    """The commission's desk for protection assessments (番号法28条)."""

    def submit(
        self,
        submission_id: str,
        *,
        affair: str,
        title: str,
        persons: int,
        handlers: int,
        serious_accident: bool,
        document_digest: bytes,
    ) -> AssessmentReceipt:
        """Hand an assessment in."""


class Staff(Protocol):
    """Accounts of the staff."""

    def open(self, account: str, display_name: str, role: str, passphrase: str) -> None:
        """Open an account."""
