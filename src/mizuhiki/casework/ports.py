"""What the way of a case needs from the body that walks it: storage, the register, its own intermediate server."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol, TypeVar

from mizuhiki.casework.domain.cases import Case, CaseState, CaseStep, Evidence, PaperTaken, Payment
from mizuhiki.casework.domain.inquiry_files import FilePlan, FileProgress, HeldFile, InquiryFile, LineOutcome
from mizuhiki.casework.domain.persons import Addressee, Linkage, Person
from mizuhiki.casework.domain.questions import Question
from mizuhiki.vocabulary.grounds import Grounds
from mizuhiki.vocabulary.layouts import Scalar
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.vocabulary.persons import FourItems
from mizuhiki.vocabulary.statute import OrdinanceAffair


class People(Protocol):
    """The addressees of an office in one write transaction; a body with a file of its own implements it on that."""

    def persons_of_numbers(self, numbers: Sequence[IndividualNumber]) -> dict[IndividualNumber, Person]:
        """Return the people known by their numbers."""

    def put(self, person: Person) -> None:
        """Store a new person, or a known one's items, place, protection and linkage."""

    def person(self, person: str) -> Person:
        """Return a person.

        Raises:
            UnknownPerson: there is none.
        """

    def persons(self, persons: Collection[str]) -> dict[str, Person]:
        """Return people by their names; those unknown are left out."""

    def set_linkage(self, addressee_numbers: Sequence[str], linkage: Linkage) -> None:
        """Note where people stand with linkage."""

    def known_by_addressee(self, addressee_numbers: Sequence[str]) -> dict[str, str]:
        """Return the names of people by their addressee numbers; those unknown are left out."""

    def forget(self, persons: Collection[str]) -> int:
        """Delete people whom no case names and whom the body needs for nothing else; return how many."""


class Cases(Protocol):
    """The cases of an office, within one write transaction."""

    def request(self, request_id: str) -> tuple[bytes, str] | None:
        """Return digest and case of an earlier claim."""

    def insert(self, case: Case, request_id: str, digest: bytes, at: datetime) -> None:
        """Store a new case."""

    def case(self, case: str) -> Case:
        """Return a case with everything.

        Raises:
            UnknownClaim: there is none.
        """

    def update(self, case: Case) -> None:
        """Store state, proposal, who decided and the notice."""

    def add_evidence(self, case: str, evidence: Evidence) -> None:
        """Append an answer."""

    def add_paper(self, case: str, paper: PaperTaken) -> None:
        """Append a paper."""

    def add_payment(self, case: str, payment: Payment) -> None:
        """Append a payment order."""

    def add_step(self, case: str, step: CaseStep) -> None:
        """Append to the history."""

    def cases(self, *, state: CaseState | None, procedure: str, limit: int) -> list[Case]:
        """Return cases, oldest first, without evidence and papers; an empty procedure stands for all."""

    def full_cases(self, *, state: CaseState) -> list[Case]:
        """Return cases with everything, oldest first."""

    def decided_before(self, procedure: str, day: date) -> list[Case]:
        """Return cases of a procedure that ended before a day."""

    def people_in(self, cases: Collection[str]) -> dict[str, frozenset[str]]:
        """Return who stands in each of some cases; those that were destroyed are left out."""

    def destroy(self, case: str) -> None:
        """Delete a case with everything about it."""


class InquiryFiles(Protocol):
    """Files of inquiries that staff gave in, within one write transaction."""

    def put(self, held: HeldFile, file: InquiryFile) -> None:
        """Store a file."""

    def find(self, file_id: str) -> tuple[HeldFile, InquiryFile] | None:
        """Return a file with its lines."""

    def listed(self, affair: str, *, sent: bool, limit: int, offset: int) -> list[HeldFile]:
        """Return files of an affair without their lines, newest first."""

    def mark_sent(self, file_id: str, at: datetime) -> None:
        """Note that a file was handed to the own server."""

    def drop(self, file_id: str) -> None:
        """Forget a file."""

    def drop_old(self, *, unsent_before: datetime, sent_before: datetime) -> int:
        """Forget files given in and not sent, or sent, before an instant; return how many."""


class CaseRecords(Protocol):
    """One write transaction of an office. A body adds its own records to it. Everything or nothing is stored."""

    @property
    def people(self) -> People:
        """The addressees."""

    @property
    def cases(self) -> Cases:
        """The cases."""

    @property
    def files(self) -> InquiryFiles:
        """The files of inquiries."""

    def audit(
        self, grounds: Grounds, event: str, outcome: str, *, subject: str = "", count: int = 0, code: str = ""
    ) -> None:
        """Write an audit line; `subject` is the name of a case or person, never a number."""


RecordsT = TypeVar("RecordsT", bound=CaseRecords)
RecordsT_co = TypeVar("RecordsT_co", bound=CaseRecords, covariant=True)


class CaseStore(Protocol[RecordsT_co]):
    """Storage of an office."""

    def transaction(self) -> AbstractContextManager[RecordsT_co]:
        """Open one write transaction."""

    def keyed_digest(self, content: bytes) -> bytes:
        """Return a keyed digest of a claim's content, so that guesses cannot be tested with the database alone."""

    def is_protected(self, person: str) -> bool:
        """Say whether a support measure stands on a person."""


@dataclass(frozen=True, slots=True)
class Registered:
    """The holder of a number as the register knows them."""

    four_items: FourItems
    municipality_code: str


class Register(Protocol):
    """The national register."""

    def search(self, affair: str, number: IndividualNumber) -> Registered | None:
        """Return the holder of a number (住基法30条の9), or nothing."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The intermediate server's answer to a `Question`."""

    exchange_number: str
    outcome: str
    layout_version: str = ""
    items: Mapping[str, Scalar] = field(default_factory=dict)
    receipt: str = ""
    refused_by: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Copy:
    """One local copy to be registered (副本)."""

    addressee_number: str
    kind: str
    layout_version: str
    fiscal_year: int
    valid_from: date
    items: Mapping[str, Scalar]
    not_disclosed: bool
    source_version: int
    as_of: datetime
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PushNotice:
    """A notice to one addressee's portal account."""

    request_id: str
    addressee_number: str
    affair: str
    procedure: str
    subject: str
    body: str


class LinkageServer(Protocol):
    """The own intermediate server, and the register for the pseudonyms it holds."""

    def acquire(self, affair: str, people: Sequence[Addressee]) -> tuple[list[str], list[str]]:
        """Start the issue of pseudonyms; return the addressee numbers requested and those refused."""

    def held(self, addressee_numbers: Sequence[str]) -> set[str]:
        """Return the addressees that are ready for linkage."""

    def mark(self, addressee_number: str, *, protected: bool) -> None:
        """Tell whether a support measure stands on an addressee."""

    def register_copies(self, copies: Sequence[Copy]) -> None:
        """Register or replace local copies."""

    def inquire(self, question: Question) -> Answer:
        """Ask; a refusal and an outage are answers."""

    def send_notice(self, notice: PushNotice) -> None:
        """Send a push notice."""


class FileServer(Protocol):
    """Files of inquiries at the own intermediate server."""

    def plan(self, file: InquiryFile) -> FilePlan:
        """Return what a file would lead to; nothing is stored or sent."""

    def submit(self, file: InquiryFile) -> FileProgress:
        """Hand a file in; once more is the same."""

    def progress(self, file_id: str) -> FileProgress:
        """Return how far a file has come."""

    def outcomes(self, file: InquiryFile) -> list[LineOutcome]:
        """Return the outcomes so far, in the order of the lines."""


class OwnRecords(Protocol):
    """What this body holds itself: asked within the body, not over the network (番号法9条2項)."""

    def items(self, person: Person, kind: str, year: int) -> tuple[str, Mapping[str, Scalar]] | None:
        """Return layout version and items, or nothing."""


@dataclass(frozen=True, slots=True)
class AssessmentReceipt:
    """Where a protection assessment stands at the commission."""

    assessment_id: str
    level: str
    state: str


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


@dataclass(frozen=True, slots=True)
class OrdinanceStanding:
    """Where a filing of an affair under an ordinance stands at the commission; `reason` where it was sent back."""

    filing_id: str
    affair: str
    title_ja: str
    title_en: str
    lodged_at: datetime
    state: str
    reason: str


class OrdinanceDesk(Protocol):
    """The commission's desk for affairs under ordinances (番号法19条9号)."""

    def lodge(self, filing_id: str, affair: OrdinanceAffair) -> OrdinanceStanding:
        """Lodge an affair; the same filing again tells where it stands."""

    def own_filings(self) -> list[OrdinanceStanding]:
        """Return where every filing of this body stands, newest first."""

    def end(self, filing_id: str) -> OrdinanceStanding:
        """End linkage for an affair."""


class Staff(Protocol):
    """Accounts of the staff."""

    def open(self, account: str, display_name: str, role: str, passphrase: str) -> None:
        """Open an account."""
