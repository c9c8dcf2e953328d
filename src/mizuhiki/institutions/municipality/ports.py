"""What the municipality needs from outside: storage in one transaction, and the institutions it calls.

A peer's refusal or silence is raised as the error that the adapter's way to peers raises, except where a port says that
it becomes an outcome. No method of a peer port may be called while a transaction is open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from mizuhiki.casework.ports import LinkageServer as CaseLinkageServer
from mizuhiki.institutions.municipality.domain.actual_residences import ActualResidence
from mizuhiki.institutions.municipality.domain.addressee_records import AddresseeRecords
from mizuhiki.institutions.municipality.domain.addressees import Addressee, Linkage
from mizuhiki.institutions.municipality.domain.allowance_cases import (
    AllowanceCase,
    CaseState,
    CaseStep,
    PaperDocument,
    Payment,
)
from mizuhiki.institutions.municipality.domain.card_moves import CardMove
from mizuhiki.institutions.municipality.domain.card_storage import DeskRecords
from mizuhiki.institutions.municipality.domain.cards import (
    CertificateRequest,
    DeclinedCertificate,
    IssuedCertificates,
)
from mizuhiki.institutions.municipality.domain.copies.content import CopyContent
from mizuhiki.institutions.municipality.domain.copies.requests import NationwideQuery
from mizuhiki.institutions.municipality.domain.copies.storage import CopyRecords
from mizuhiki.institutions.municipality.domain.events.storage import EventRecords, SupplementRecords
from mizuhiki.institutions.municipality.domain.events.supplement import SupplementAnswer, SupplementQuestion
from mizuhiki.institutions.municipality.domain.linkage import LinkedInformation
from mizuhiki.institutions.municipality.domain.moves import Move, MoveInNotice, MovingOutCertificate
from mizuhiki.institutions.municipality.domain.network import NetworkRecords
from mizuhiki.institutions.municipality.domain.notice_forms import Endorsement
from mizuhiki.institutions.municipality.domain.notices import (
    Destination,
    Envelope,
    Mailing,
    Notice,
    NoticeEvent,
    NoticeQuery,
    NoticeState,
    ReturnedNotice,
)
from mizuhiki.institutions.municipality.domain.outside_systems import OutsideRecords
from mizuhiki.institutions.municipality.domain.resident_copies import WithResidentCopies
from mizuhiki.institutions.municipality.domain.residents import (
    CodeChange,
    JournalLine,
    NumberingStage,
    NumberingStep,
    RecordEvent,
    ResidentQuery,
    ResidentRecord,
    ResidentSummary,
)
from mizuhiki.institutions.municipality.domain.substitute_choices import WithSubstitutes
from mizuhiki.institutions.municipality.domain.support_measures import Lift, MeasureTransfer, SupportMeasure
from mizuhiki.institutions.municipality.domain.tax import HeldTaxRecord, TaxRecord
from mizuhiki.vocabulary.grounds import Grounds
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode
from mizuhiki.vocabulary.persons import ChangeReason


@dataclass(frozen=True, slots=True)
class IdentificationChange:
    """本人確認情報 of one person with change data, to be notified to the prefecture (住基法30条の6)."""

    reason: ChangeReason
    effective_on: date
    record: ResidentRecord
    in_register: bool
    previous_code: ResidentRecordCode | None = None


class RegisterRecords(Protocol):
    """Residents, households, numbering, moves and the code stock in the open transaction."""

    def insert_household(self, household: str, address: str) -> None:
        """Store a household."""

    def household_address(self, household: str) -> str:
        """Return a household's address.

        Raises:
            UnknownHousehold: there is none.
        """

    def insert_residents(self, records: Sequence[ResidentRecord]) -> None:
        """Store new records; a code or number that a living record has already is refused by the database."""

    def resident(self, resident: str) -> ResidentRecord:
        """Return a record.

        Raises:
            UnknownResident: there is none.
        """

    def residents(self, tokens: Sequence[str]) -> list[ResidentRecord]:
        """Return records in the order of the tokens; unknown ones raise `UnknownResident`."""

    def members(self, household: str) -> list[ResidentRecord]:
        """Return the current members, head first."""

    def by_code(self, code: ResidentRecordCode) -> ResidentRecord | None:
        """Return the current record with a code."""

    def by_number(self, number: IndividualNumber) -> ResidentRecord | None:
        """Return the current record with a number."""

    def records_of_person(self, record: ResidentRecord) -> list[ResidentRecord]:
        """Return every other record with a record's code or number, removed ones too."""

    def search(self, query: ResidentQuery, limit: int) -> list[ResidentRecord]:
        """Return records that fit every part of the query, current ones first."""

    def list_residents(self, query: ResidentQuery, limit: int) -> list[ResidentSummary]:
        """Return what `search` finds as lines of a list; codes and numbers stay encrypted."""

    def current_residents(self) -> list[str]:
        """Return the tokens of all records that are not removed."""

    def current_after(self, resident: str, most: int) -> list[str]:
        """Return at most so many tokens of records that are not removed, in their order, behind one of them."""

    def in_households(self, households: int) -> Iterator[list[ResidentRecord]]:
        """Return all current members of so many households at a time, each household together, its head first."""

    def log_stage(self, residents: Sequence[str], stage: NumberingStage, at: datetime, actor: str) -> None:
        """Log the step for each of records that were stored at that stage."""
        ...

    def set_stage(self, residents: Sequence[str], stage: NumberingStage, at: datetime, actor: str) -> None:
        """Set the stage of records and log the step for each."""

    def keep_generated(self, numbers: Mapping[str, IndividualNumber]) -> None:
        """Keep numbers to be designated beside their records."""

    def designate(self, residents: Sequence[str]) -> None:
        """Write the kept numbers onto the records."""

    def steps(self, resident: str) -> list[NumberingStep]:
        """Return the logged steps in order."""

    def at_stage(self, stages: Sequence[NumberingStage], limit: int) -> list[ResidentRecord]:
        """Return current records at one of the stages."""

    def insert_notifications(self, records: Sequence[ResidentRecord], on: date, at: datetime) -> None:
        """Store one notification per record, holding code and number together."""

    def notified_on(self, resident: str) -> date | None:
        """Return the day of the notification."""

    def mark_moving(self, residents: Sequence[str]) -> None:
        """Mark records as having a move announced."""

    def remove(self, resident: str, on: date, reason: ChangeReason) -> None:
        """Make a record a removed one."""

    def set_protected(self, resident: str, *, protected: bool) -> None:
        """Mark or unmark a record as protected."""

    def insert_events(self, events: Sequence[RecordEvent]) -> None:
        """Append events."""

    def events(self, residents: Sequence[str]) -> list[RecordEvent]:
        """Return the events of records, newest first."""

    def notify_prefecture(self, changes: Sequence[IdentificationChange]) -> None:
        """Queue identification information with the next sequence of each person, and what it means for cards."""

    def tell_card_moves(self, moves: Sequence[CardMove]) -> None:
        """Queue moves by which a card may end (R-154)."""

    def stocked_codes(self) -> int:
        """Return how many codes are unused."""

    def stock_codes(self, order_id: str, codes: Sequence[ResidentRecordCode]) -> None:
        """Put an order's codes into the stock and close the order."""

    def open_order(self) -> tuple[str, int] | None:
        """Return the order of codes that was not answered yet: its id and count."""

    def insert_order(self, order_id: str, count: int) -> None:
        """Remember an order before it is sent."""

    def take_codes(self, count: int) -> list[ResidentRecordCode]:
        """Take codes out of the stock.

        Raises:
            CodeStockEmpty: fewer are left.
        """

    def insert_move(self, move: Move) -> None:
        """Store a move out."""

    def move(self, reference: str) -> Move:
        """Return a move out.

        Raises:
            UnknownMove: there is none.
        """

    def complete_move(self, reference: str, to_municipality: str, on: date) -> None:
        """Mark a move as confirmed by the new municipality."""

    def tell_previous_municipality(self, from_municipality: str, notice: MoveInNotice) -> None:
        """Queue the notice of a move in."""

    def journal(self, start: datetime, end: datetime) -> list[JournalLine]:
        """Return what was entered between two instants, in order."""


class ChangeRecords(Protocol):
    """Changes of number and code in the open transaction."""

    def replace_number(self, resident: str, number: IndividualNumber) -> None:
        """Write the number that follows the one on the record."""

    def replace_code(self, change: CodeChange) -> None:
        """Write the code that follows the one on the record; the order of notices to the prefecture goes on."""

    def code_change(self, request_id: str) -> CodeChange | None:
        """Return a change of code that was begun, by its request."""

    def begin_code_change(self, change: CodeChange, at: datetime) -> None:
        """Remember a change of code before the register is told."""


class LinkageRecords(Protocol):
    """Addressees and tax records in the open transaction."""

    def addressee(self, addressee_number: str) -> Addressee | None:
        """Return an addressee."""

    def addressee_of_number(self, number: IndividualNumber) -> Addressee | None:
        """Return the one addressee with a number, resident or not."""

    def addressees_of_numbers(self, numbers: Sequence[IndividualNumber]) -> dict[IndividualNumber, Addressee]:
        """Return known addressees by number."""

    def renumber_addressee(self, old: IndividualNumber, new: IndividualNumber) -> None:
        """Keep the addressee of a number under the one that follows it."""

    def insert_addressees(self, addressees: Sequence[Addressee]) -> None:
        """Store addressees; two with one number are refused by the database."""

    def update_addressees(self, addressees: Sequence[Addressee]) -> None:
        """Store changed four items or protection; tax copies of them are due again."""

    def tell_protection(self, addressee: Addressee) -> None:
        """Queue for the own intermediate server whether a measure of the person or the household stands."""

    def requested(self) -> list[str]:
        """Return addressees whose pseudonyms were asked for, ordered."""

    def set_linkage(self, addressee_numbers: Sequence[str], linkage: Linkage) -> None:
        """Note where addressees stand with linkage."""

    def put_tax_record(self, record: TaxRecord, addressee_number: str) -> None:
        """Store or replace a record of a year; its version rises when something changed."""

    def tax_record(self, addressee_number: str, fiscal_year: int) -> HeldTaxRecord | None:
        """Return a person's record of a year."""

    def tax_records(self, addressee_number: str) -> list[HeldTaxRecord]:
        """Return a person's records, newest year first."""

    def unpublished_tax_records(self, limit: int, after: tuple[str, int]) -> list[HeldTaxRecord]:
        """Return records whose newest version was not sent, ordered by (addressee number, year), beyond `after`."""

    def mark_published(self, addressee_number: str, fiscal_year: int, version: int) -> None:
        """Note which version was sent."""


class AllowanceRecords(Protocol):
    """Child allowance cases in the open transaction."""

    def insert_case(self, case: AllowanceCase) -> None:
        """Store a new case."""

    def case(self, case: str) -> AllowanceCase:
        """Return a case with timeline, answers, papers and payments.

        Raises:
            UnknownCase: there is none.
        """

    def update_case(self, case: AllowanceCase) -> None:
        """Store state, assessment, persons who decided, and notice of a case."""

    def add_step(self, case: str, step: CaseStep) -> None:
        """Append to the timeline."""

    def add_linked(self, case: str, information: LinkedInformation) -> None:
        """Append an answer."""

    def add_paper(self, case: str, paper: PaperDocument) -> None:
        """Append a paper."""

    def add_payment(self, case: str, payment: Payment) -> None:
        """Append a payment order; two with one id are refused by the database."""

    def cases(self, state: CaseState | None, claimant: str | None) -> list[AllowanceCase]:
        """Return cases, oldest first, without answers and papers."""


class SupportRecords(Protocol):
    """Support measures and their lifts in the open transaction."""

    def measure(self, measure: str) -> SupportMeasure:
        """Return a measure.

        Raises:
            UnknownMeasure: there is none.
        """

    def measures(self) -> list[SupportMeasure]:
        """Return all measures, active ones first."""

    def active_of(self, resident: str) -> SupportMeasure | None:
        """Return the measure that stands on a record."""

    def measures_of(self, residents: Sequence[str]) -> dict[str, str]:
        """Return, for records that are withheld, one measure of the person or household by which that is so."""

    def put_transfer(self, transfer: MeasureTransfer, residents: Sequence[str]) -> None:
        """Store the officer's decision about a move with everybody who moves."""

    def transfer_of(self, move: str) -> MeasureTransfer | None:
        """Return the decision about a move."""

    def moves_under_measures(self) -> list[Move]:
        """Return open moves of which somebody is withheld, oldest first."""

    def put_measure(self, measure: SupportMeasure) -> None:
        """Store a new or changed measure."""

    def lift(self, lift: str) -> Lift:
        """Return a lift.

        Raises:
            UnknownLift: there is none.
        """

    def lifts(self, measures: Sequence[str]) -> list[Lift]:
        """Return the lifts of measures, newest first."""

    def put_lift(self, lift: Lift) -> None:
        """Store a new or changed lift."""

    def use_lift(self, grounds: Grounds, resident: str, work: str) -> tuple[bool, bool]:
        """Say whether a lift covers this request, and whether the request is the first to be counted on it."""


class NoticeRecords(Protocol):
    """Notification cards, mailings and actual residences in the open transaction."""

    def insert_mailings(self, mailings: Sequence[Mailing], notices: Sequence[Notice]) -> None:
        """Store prepared envelopes with their cards; two cards with one id are refused by the database."""

    def numbers_taken(self, numbers: Sequence[str]) -> set[str]:
        """Return those card ids that exist."""

    def notice(self, notice: str) -> Notice:
        """Return a notice.

        Raises:
            UnknownNotice: there is none.
        """

    def notice_of_number(self, number: str) -> Notice | None:
        """Return the notice with a card id."""

    def update_notice(self, notice: Notice, event: NoticeEvent) -> None:
        """Store where a notice stands now, and the step that led there."""

    def add_events(self, events: Sequence[NoticeEvent]) -> None:
        """Append steps."""

    def events(self, notice: str) -> list[NoticeEvent]:
        """Return the history of a notice in order."""

    def notices(self, query: NoticeQuery) -> list[Notice]:
        """Return notices, those whose keeping ends first at the top, then newest first."""

    def count_by_state(self) -> dict[NoticeState, int]:
        """Return how many notices stand at each state."""

    def prepared_mailings(self, limit: int) -> list[Mailing]:
        """Return envelopes not sent yet, oldest first."""

    def mailings(self, limit: int) -> list[Mailing]:
        """Return envelopes, newest first."""

    def mailing(self, mailing: str) -> Mailing:
        """Return an envelope.

        Raises:
            UnknownMailing: there is none.
        """

    def mark_sent(self, mailing: str, on: date, destination: Destination, residence: str) -> None:
        """Note that an envelope went to the card maker, and where it was addressed."""

    def tell_card_maker(self, message: Envelope | ReturnedNotice) -> None:
        """Queue a message for the card maker in this transaction."""

    def endorse(self, notice: str, lines: Sequence[Endorsement]) -> None:
        """Append lines of the 追記欄."""

    def endorsements(self, notice: str) -> list[Endorsement]:
        """Return the lines of the 追記欄 in order."""

    def insert_residence(self, held: ActualResidence) -> None:
        """Store a registration; the one before it of the same person is superseded."""

    def residence(self, residence: str) -> ActualResidence:
        """Return a registration.

        Raises:
            UnknownResidence: there is none.
        """

    def residences_of(self, residents: Sequence[str]) -> dict[str, ActualResidence]:
        """Return the registration in force of each person that has one."""

    def residence_history(self, resident: str) -> list[ActualResidence]:
        """Return all registrations of a person, newest first."""

    def waiting_residences(self, limit: int) -> list[ActualResidence]:
        """Return registrations of victims to be sent by the card maker that wait for approval, oldest first."""

    def approve_residence(self, residence: str, by: str) -> None:
        """Note who approved that the card maker learns the address."""


class Records(WithResidentCopies, WithSubstitutes, Protocol):
    """One write transaction on the municipality's tables. Everything or nothing is stored."""

    @property
    def register(self) -> RegisterRecords:
        """The register."""

    @property
    def changes(self) -> ChangeRecords:
        """Changes of number and code."""

    @property
    def linkage(self) -> LinkageRecords:
        """Addressees and tax."""

    @property
    def addressees(self) -> AddresseeRecords:
        """Matching of departments' records."""

    @property
    def allowances(self) -> AllowanceRecords:
        """Child allowance."""

    @property
    def desk(self) -> DeskRecords:
        """Cards."""

    @property
    def support(self) -> SupportRecords:
        """Support measures."""

    @property
    def events(self) -> EventRecords:
        """Facts of life events, and tasks."""

    @property
    def supplement(self) -> SupplementRecords:
        """The supplement to the family register."""

    @property
    def notices(self) -> NoticeRecords:
        """Notification cards and actual residences."""

    @property
    def copies(self) -> CopyRecords:
        """Issued copies and inspections."""

    @property
    def network(self) -> NetworkRecords:
        """Number checks, look-ups and comparisons of the tiers."""

    @property
    def outside(self) -> OutsideRecords:
        """Transactions and subscriptions of outside systems."""

    def answer_of_request(self, request_id: str) -> list[str] | None:
        """Return what an earlier request of that id produced."""

    def answers_of_requests(self, request_ids: Sequence[str]) -> dict[str, list[str]]:
        """Return what earlier requests produced, by id."""

    def keep_answers(self, answers: Mapping[str, list[str]], at: datetime) -> None:
        """Remember what requests produced."""

    def audit(self, grounds: Grounds, event: str, outcome: str, *, subject: str = "", count: int = 0) -> None:
        """Write an audit line; `subject` is a token of this municipality, never a number."""


class Store(Protocol):
    """Storage of the municipality."""

    def transaction(self) -> AbstractContextManager[Records]:
        """Open one write transaction."""

    def snapshot(self) -> AbstractContextManager[Records]:
        """Open a transaction that cannot write and waits for no writer."""

    def is_protected(self, resident: str) -> bool:
        """Say whether a support measure stands on a record; opens a transaction of its own."""

    def checkpoint(self) -> int:
        """Sign what the ledger of look-ups grew by and have it co-signed; return the number of co-signatures."""

    def bundle(self, resident: str) -> str:
        """Return the look-ups about a record with every proof, as JSON."""


class OtherMunicipalities(Protocol):
    """Other municipalities' registers."""

    def moving_out_certificate(
        self, from_municipality: str, move_reference: str, code: ResidentRecordCode
    ) -> MovingOutCertificate:
        """Get a moving-out certificate over the network."""

    def supplement_entry(self, home_municipality: str, question: SupplementQuestion) -> SupplementAnswer:
        """Get the entry of somebody who comes back from abroad from the municipality of their family register."""

    def nationwide_copy(self, home: str, query: NationwideQuery) -> CopyContent:
        """Get the content of a copy from the municipality of residence, which decides (12条の4)."""


class LinkageServer(CaseLinkageServer, Protocol):
    """The own intermediate server, and the register for the pseudonyms it holds."""

    def mismatched(self, addressee_numbers: Sequence[str]) -> set[str]:
        """Return the addressees whose items differ from the register's; nothing about them is exchanged."""


class CertificationAuthority(Protocol):
    """Certificates for cards."""

    def issue(self, request: CertificateRequest, code: ResidentRecordCode) -> IssuedCertificates:
        """Have both certificates issued; the same request gets the same certificates."""

    def decline(self, declined: DeclinedCertificate, code: ResidentRecordCode) -> None:
        """Have a certificate ended that its holder does not want; one that ended before stays as it is."""

    def terminal_authority(self) -> bytes:
        """Return the key (DER SubjectPublicKeyInfo) under which chips check terminals for use without PIN (R-209)."""
