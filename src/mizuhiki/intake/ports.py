"""What taking people in needs from outside: storage, the register, the own intermediate server, the commission."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from mizuhiki.intake.persons import AssessmentReceipt, Copy, KeptPerson, Lift, Linkage, Registered
from mizuhiki.vocabulary.numbers import IndividualNumber


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


class PersonRecords(Protocol):
    """One write transaction. Everything or nothing is stored."""

    def requests(self, request_ids: Sequence[str]) -> dict[str, tuple[bytes, str]]:
        """Return digest and reference of earlier requests, by id."""

    def keep_requests(self, requests: Mapping[str, tuple[bytes, str]], at: datetime) -> None:
        """Remember what requests produced."""

    def references_of_numbers(self, numbers: Sequence[IndividualNumber]) -> dict[IndividualNumber, str]:
        """Return the references under which holders of numbers are kept."""

    def reference_taken(self, reference: str) -> bool:
        """Say whether a reference is in use."""

    def insert_persons(self, persons: Sequence[KeptPerson]) -> None:
        """Store new people; two with one number or reference are refused by the database."""

    def person(self, reference: str) -> KeptPerson:
        """Return a person.

        Raises:
            UnknownPersonRecord: there is none.
        """

    def touched(self, reference: str) -> None:
        """Note that what linkage would tell about a person changed."""

    def set_protected(self, reference: str, *, protected: bool) -> None:
        """Put a support measure on a person or lift it, under the record's next version."""

    def keep_lift(self, lift: Lift) -> None:
        """Remember that a protected record may be shown once to one clerk."""

    def lacking_pseudonyms(self) -> list[str]:
        """Return the references of people for whom no pseudonym is on its way, in order."""

    def set_linkage(self, addressee_numbers: Sequence[str], linkage: Linkage) -> None:
        """Note where people stand with linkage."""

    def unpublished(self, limit: int, after: str) -> list[KeptPerson]:
        """Return people whose newest version was not sent, by reference beyond `after`."""

    def mark_published(self, persons: Sequence[KeptPerson]) -> None:
        """Note which versions were sent."""

    def audit(
        self, grounds: Grounds, event: str, outcome: str, *, subject: str = "", count: int = 0, code: str = ""
    ) -> None:
        """Write an audit line; `subject` is our own reference, never a number."""


RecordsT_co = TypeVar("RecordsT_co", bound=PersonRecords, covariant=True)
"""The transaction of one body: people and its own records."""


class PersonStore(Protocol[RecordsT_co]):
    """Storage of a body."""

    def transaction(self) -> AbstractContextManager[RecordsT_co]:
        """Open one write transaction."""

    def keyed_digest(self, content: bytes) -> bytes:
        """Return a keyed digest of a request's content, so that guesses cannot be tested with the database alone."""

    def is_protected(self, reference: str) -> bool:
        """Say whether a support measure stands on a person."""

    def use_lift(self, reference: str, clerk: str, at: datetime) -> bool:
        """Use up a consent to show a protected record to a clerk; False when there is none left."""

    def counts(self) -> Mapping[str, int]:
        """Return figures for the staff page: persons, requested, refused, published."""


class Register(Protocol):
    """The register of identification information."""

    def search(self, affair: str, number: IndividualNumber) -> Registered | None:
        """Return the holder of a number (住基法30条の9 to 30条の15), or nothing."""


class LinkageServer(Protocol):
    """The own intermediate server, and the register for the pseudonyms it holds."""

    def acquire(self, affair: str, persons: Sequence[KeptPerson]) -> tuple[list[str], list[str]]:
        """Start the issue of pseudonyms; return the addressee numbers requested and those refused."""

    def held(self, addressee_numbers: Sequence[str]) -> set[str]:
        """Return the addressees that are ready for linkage."""

    def register_copies(self, copies: Sequence[Copy], as_of: datetime) -> None:
        """Register or replace local copies."""

    def mark(self, addressee_number: str, *, protected: bool) -> None:
        """Put a support measure on an addressee or lift it; from then on nothing is answered about them."""


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
