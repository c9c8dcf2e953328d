"""What an intermediate server needs from outside: its tables, the core, the converters' public factors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

import msgspec

from mizuhiki.casework.domain.inquiry_files import FileProgress
from mizuhiki.institutions.intermediate_server.domain.addressees import Addressee
from mizuhiki.institutions.intermediate_server.domain.bulk import (
    BulkFile,
    BulkSection,
    KeptFile,
    LineResult,
    OutcomePage,
    SectionLine,
    StreamPage,
)
from mizuhiki.institutions.intermediate_server.domain.exchanges import (
    AnswerLine,
    ApprovalRequest,
    AskedSection,
    CodeChange,
    ExchangeRecord,
    Information,
    Inquiry,
    InquiryResult,
    LocalCopy,
    Notice,
    OperatorCase,
    RecordedExchange,
    SentNotice,
)
from mizuhiki.institutions.intermediate_server.domain.holding import (
    HeldProvision,
    HoldState,
    ProvisionRule,
    RulesOfDay,
    Scope,
)
from mizuhiki.institutions.intermediate_server.domain.outages import Outage, Waiting
from mizuhiki.vocabulary.errors import Field
from mizuhiki.vocabulary.generations import FIRST
from mizuhiki.vocabulary.grounds import Grounds
from mizuhiki.vocabulary.ids import ExchangeName, InstitutionId
from mizuhiki.vocabulary.persons import FourItems
from mizuhiki.vocabulary.sensitive import Sensitive

PersonKey = Sensitive[bytes]
"""The person's pseudonym at this server."""


@dataclass(frozen=True, slots=True)
class OpenAcquisition:
    """An acquisition number that waits for its pseudonym."""

    acquisition_number: str
    addressee_number: str
    acquisition_hash: bytes
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class DeliveredLine:
    """One delivered pseudonym with the register's four items; `four_items` is what the register sealed to us."""

    acquisition_number: str
    pseudonym: PersonKey
    four_items: FourItems


class CoreAnswer(msgspec.Struct, frozen=True, gc=False):
    """What the core returned for one line, opened and checked by the edge.

    `refused_by` is the institution that refused; `differing` the guard's differing items. `one_by_one` when a case of
    several lines was refused because of one of them or of their number, so that each has to be asked by itself;
    `several_questions` when it may have been because of what other lines of it asked.
    """

    outcome: str
    information: tuple[Information, ...] = ()
    statute: str = ""
    refused_by: str = ""
    refusal_detail: str = ""
    differing: tuple[str, ...] = ()
    one_by_one: bool = False
    several_questions: bool = False


class Subject(msgspec.Struct, frozen=True, gc=False):
    """An addressee as somebody to be asked about; `pseudonym` is None while it is not acquired."""

    addressee: Addressee
    pseudonym: PersonKey | None
    mismatched: bool
    generation: int = FIRST


class Standing(msgspec.Struct, frozen=True, gc=False):
    """What decides whether an addressee may be asked about, without what is held of the person."""

    mismatched: bool
    is_acquired: bool
    has_four_items: bool


@dataclass(frozen=True, slots=True)
class Disclosed:
    """What an approval must cover: about whom, to whom, for which affair, which kinds."""

    addressee_number: str
    inquirer: str
    affair: str
    content: str


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """What waits: own inquiries, sections of files, notices."""

    inquiries: int
    sections: int
    notices: int


class WaitingRecords(Protocol):
    """What waits and for whom, in the open transaction."""

    def waiting(self, request_id: str) -> Waiting | None:
        """Return what an inquiry waits for; None before its first failed attempt."""

    def section_waiting(self, section_id: str) -> Waiting | None:
        """Return what a section of a file waits for."""

    def let_wait(self, request_id: str, waiting: Waiting) -> None:
        """Note what an unanswered inquiry waits for."""

    def let_section_wait(self, section_id: str, waiting: Waiting) -> None:
        """Note what an unanswered section waits for."""

    def note_outage(self, waiting: Waiting, now: datetime) -> None:
        """Note that an institution does not answer; everything that waits for it is tried together next time."""

    def outage(self, target: str) -> Outage | None:
        """Return the open outage of an institution."""

    def end_outage(self, targets: tuple[str, ...], now: datetime) -> int:
        """Note that these institutions answer; what waited for one that was away is due now."""


class HoldRecords(Protocol):
    """Rules of provision, held answers and decisions, in the open transaction."""

    def put_rule(self, rule: ProvisionRule, officer: str, now: datetime) -> None:
        """Store a rule for good."""

    def latest_hold(self, content_hash: bytes) -> HeldProvision | None:
        """Return the latest held answer to this very question."""

    def put_hold(self, hold: HeldProvision) -> None:
        """Queue an answer for approval."""

    def use_hold(self, hold_id: str) -> bool:
        """Spend an approved hold; false when it is not approved or was spent."""

    def hold(self, hold_id: str) -> HeldProvision | None:
        """Return a held answer."""

    def approval(self, approval_id: str) -> ApprovalRequest | None:
        """Return an approval about a person."""

    def propose_hold(self, hold_id: str, officer: str) -> bool:
        """Note the first of two officers; false when the hold does not wait."""

    def propose_approval(self, approval_id: str, officer: str) -> bool:
        """Note the first of two officers; false when the approval does not wait."""

    def decide_hold(  # noqa: PLR0917 - one row's values
        self, hold_id: str, state: HoldState, officer: str, now: datetime, reason: str, note: str
    ) -> bool:
        """Approve or refuse a waiting hold; false when it does not wait."""

    def refuse_approval(self, approval_id: str, officer: str, now: datetime, reason: str, note: str) -> bool:
        """Refuse to lift a measure; false when the approval does not wait."""

    def note_reminder(self, identifier: str, now: datetime) -> None:
        """Note that staff was reminded of a waiting hold or approval."""

    def audit(self, grounds: Grounds, event: str, outcome: str, **fields: Field) -> None:
        """Write an event of the audit trail."""


class Records(WaitingRecords, HoldRecords, Protocol):
    """One write transaction on this server's tables."""

    def put_addressee(self, addressee: Addressee) -> None:
        """Store or update an addressee; protection of a known one is lifted by `mark_protected` only."""

    def mark_protected(self, addressee_number: str, *, protected: bool) -> None:
        """Put a support measure on an addressee, known yet or not, or lift it."""

    def addressee(self, addressee_number: str) -> Addressee | None:
        """Return an addressee."""

    def pseudonyms_of(self, addressee_number: str) -> dict[int, PersonKey]:
        """Return the addressee's pseudonyms by generation."""

    def addressee_of(self, pseudonym: PersonKey) -> str | None:
        """Return whose pseudonym it is."""

    def exchangeable(self, pseudonyms: Sequence[PersonKey]) -> list[Addressee | None]:
        """Return whose pseudonyms they are, in their order; None for nobody here and for a blocked addressee."""

    def subjects(self, addressee_numbers: Sequence[str], newest: int) -> dict[str, Subject]:
        """Return the known ones of these addressees with what an inquiry about them needs.

        Of several pseudonyms the one of the newest generation up to `newest` is taken.
        """

    def standings(self, addressee_numbers: Sequence[str]) -> dict[str, Standing]:
        """Return the known ones of these addressees with what decides whether they may be asked about."""

    def put_pseudonym(self, addressee_number: str, pseudonym: PersonKey, generation: int = FIRST) -> None:
        """Store a pseudonym beside its addressee."""

    def lack_generation(self, generation: int) -> bool:
        """Say whether somebody here has a pseudonym of another generation and none of this one."""

    def lacking(self, known: int, lacking: int, after: str, limit: int) -> dict[str, PersonKey]:
        """Return addressees with a pseudonym of generation `known` and none of `lacking`, with the one they have.

        In the order of their numbers, from behind `after`.
        """

    def count_lacking(self, generation: int) -> int:
        """Return how many addressees have a pseudonym and none of this generation."""

    def held_by_generation(self) -> dict[int, int]:
        """Return how many pseudonyms there are of each generation."""

    def put_renewed(self, addressee_number: str, pseudonym: PersonKey, generation: int) -> bool:
        """Store a renewed pseudonym; false when somebody stored one of this generation before."""

    def note_code_change(self, addressee_number: str, earlier: int, later: int) -> None:
        """Remember at the portal's server that an account's code was renewed; once noted it stays."""

    def note_ended_codes(self, closed: Sequence[int]) -> None:
        """Remember which accounts lose their code of these generations without a newer one."""

    def code_changes(self, addressee_number: str) -> list[CodeChange]:
        """Return what became of an account's codes, oldest first."""

    def prepared_inquiries(self) -> list[Inquiry]:
        """Return unanswered inquiries whose case is signed, oldest first."""

    def prepared_sections(self) -> list[str]:
        """Return unanswered sections whose case is signed, oldest first."""

    def erase_generations(self, closed: Sequence[int]) -> int:
        """Erase the pseudonyms of closed generations; notices that came under them are found as before."""

    def mark_mismatch(self, addressee_number: str, *, mismatched: bool) -> None:
        """Block or unblock an addressee."""

    def propose_variant(self, addressee_number: str, names: bytes) -> None:
        """Remember that a person has to decide about two ways of writing an addressee's name."""

    def accept_variant(self, addressee_number: str) -> bool:
        """Note that a person decided they are one name; false when nothing waits for that."""

    def variant_accepted(self, addressee_number: str, names: bytes) -> bool:
        """Say whether a person decided that these two ways of writing are one name."""

    def is_mismatched(self, addressee_number: str) -> bool:
        """Say whether an addressee is blocked by a four-item mismatch."""

    def open_acquisitions(self, lines: Sequence[OpenAcquisition]) -> None:
        """Remember acquisition numbers until their pseudonyms come."""

    def acquisition(self, acquisition_number: str) -> OpenAcquisition | None:
        """Return an open acquisition."""

    def batch_taken(self, case_hash: bytes) -> int | None:
        """Return how many pseudonyms a delivery made ready when it came before."""

    def note_batch(self, case_hash: bytes, ready: int, until: datetime) -> None:
        """Remember a delivery until its case expires, so that a repetition gets the same answer."""

    def close_acquisition(self, acquisition_number: str) -> None:
        """Forget an acquisition number; it may be kept no longer than needed (番号法21条の2)."""

    def purge_acquisitions(self, now: datetime) -> int:
        """Forget expired acquisition numbers."""

    def open_case(self, case: OperatorCase) -> None:
        """Store a case for an officer."""

    def close_case(self, case_id: str, now: datetime) -> bool:
        """Close a case; false when it is not open."""

    def put_copy(self, copy: LocalCopy) -> None:
        """Store or replace a copy."""

    def copies(self, addressee_numbers: Sequence[str], kinds: Sequence[str]) -> dict[tuple[str, str], list[LocalCopy]]:
        """Return the copies of these addressees and kinds by both, latest start of validity first."""

    def inquiry(self, request_id: str) -> tuple[Inquiry, InquiryResult | None] | None:
        """Return an inquiry with its result."""

    def known_requests(self, request_ids: Sequence[str]) -> frozenset[str]:
        """Return those of the request ids under which an inquiry stands."""

    def pending_together(self, section_id: str) -> list[Inquiry]:
        """Return the unanswered inquiries of one case, of a case that is not signed yet too."""

    def put_inquiries(self, inquiries: Sequence[Inquiry]) -> None:
        """Store new inquiries of one case with it, once; without it where it is not signed yet."""

    def finish_inquiry(self, inquiry: Inquiry, result: InquiryResult, now: datetime) -> bool:
        """Store the result that came of this case; false when one stands already or the inquiry left the case."""

    def ask_anew(self, inquiry: Inquiry, section_id: str, exchange_number: str) -> bool:
        """Have an unanswered inquiry asked in a case of its own, due at once; false when it left its case before."""

    def keep_submission(self, section_id: str, submission: bytes) -> bytes:
        """Store the signed case of inquiries unless one is stored; return the one that stands."""

    def section(self, inquirer: InstitutionId, section_id: str) -> tuple[bytes, bytes] | None:
        """Return (case hash, stored answer) of a section of this inquirer that was answered before."""

    def put_section(self, section: AskedSection, answer: bytes, now: datetime) -> None:
        """Store the answer of a section."""

    def put_approval(self, approval: ApprovalRequest) -> None:
        """Queue a provision for approval."""

    def approve(self, approval_id: str, officer: str, now: datetime) -> bool:
        """Approve a waiting provision; false when it is not waiting."""

    def use_approval(self, asked: Disclosed, now: datetime) -> bool:
        """Spend one approval for the same person, inquirer, affair and content; false when there is none."""

    def any_recorded(self, inquirer: InstitutionId, exchange_numbers: Sequence[str]) -> bool:
        """Say whether one of these exchanges of the inquirer was recorded here before."""

    def append_records(self, records: Sequence[tuple[PersonKey, ExchangeRecord]]) -> None:
        """Append records to this server's log, each under its person's pseudonym, and list them without the persons."""

    def mark_reconciled(self, exchanges: Sequence[RecordedExchange]) -> None:
        """Note that the core holds the same records."""

    def bulk_digest(self, file_id: str) -> bytes | None:
        """Return the digest of a file that was handed in before."""

    def put_bulk_file(
        self,
        file: BulkFile,
        digest: bytes,
        sections: Sequence[BulkSection],
        refused: Sequence[LineResult],
        now: datetime,
    ) -> bool:
        """Store a new file with its sections and the lines refused here; false when it does not follow its stream."""

    def bulk_section(self, section_id: str) -> BulkSection | None:
        """Return a section that has no results yet."""

    def keep_section(self, section: BulkSection) -> BulkSection:
        """Store a signed section unless one is stored; return the one that stands."""

    def finish_section(self, section: BulkSection, results: Sequence[LineResult], now: datetime) -> bool:
        """Store the results of a section; false when results stand already."""

    def outcome_page(self, file_id: str, page: int) -> OutcomePage | None:
        """Return one page of a file's outcomes; None when there is no such page."""

    def stream_page(self, stream_id: str, after: int, most: int) -> StreamPage:
        """Return outcomes of a stream after a cursor, whole pages until they have `most` lines."""

    def keep_file(self, file: BulkFile, by: str, now: datetime) -> None:
        """Keep a file that staff gave in until it is handed in; the same one again begins its time anew."""

    def kept_file(self, file_id: str) -> BulkFile | None:
        """Return a kept file."""

    def drop_kept_file(self, file_id: str) -> bool:
        """Forget a kept file; false when there is none."""

    def drop_kept_files(self, before: datetime) -> int:
        """Forget files kept before an instant; return how many."""

    def sent_notice(self, request_id: str) -> SentNotice | None:
        """Return a notice that was handed in before."""

    def put_sent_notice(self, sent: SentNotice) -> None:
        """Store a notice before it is sent."""

    def keep_notice_submission(self, request_id: str, submission: bytes) -> bytes:
        """Store the signed case of a notice unless one is stored; return the one that stands."""

    def finish_notice(self, request_id: str, outcome: str) -> bool:
        """Store how a notice ended; false when that stands already."""

    def put_notice(self, pseudonym: PersonKey, notice: Notice) -> bool:
        """Store a notice; false when it was stored before."""


class Store(Protocol):
    """Storage of one intermediate server."""

    def transaction(self) -> AbstractContextManager[Records]:
        """Open one write transaction."""

    def snapshot(self) -> AbstractContextManager[Records]:
        """Open a transaction that only reads; nobody waits for it, and what it saw may change before a write."""

    def held(self, addressee_numbers: list[str]) -> tuple[list[str], list[str]]:
        """Return those of the addressees that hold a pseudonym, and those blocked by a mismatch."""

    def notices(self, addressee_number: str) -> list[Notice]:
        """Return the notices of an addressee, newest first, whatever generation they came under."""

    def pending_inquiries(self, now: datetime, limit: int) -> list[str]:
        """Return request ids of inquiries without a result whose next attempt is due, oldest first."""

    def waiting_inquiries(self, limit: int) -> list[tuple[Inquiry, Waiting | None]]:
        """Return unanswered inquiries with what they wait for, oldest first."""

    def outages(self, *, open_only: bool, limit: int) -> list[Outage]:
        """Return outages, newest first."""

    def queue_counts(self) -> QueueCounts:
        """Return how much waits."""

    def rules_on(self, day: date) -> RulesOfDay:
        """Return the rules of provision in force on a day."""

    def rules(self, scope: Scope) -> list[ProvisionRule]:
        """Return every rule of a scope that was ever set, newest first."""

    def holds(self) -> list[HeldProvision]:
        """Return held answers that wait, oldest first."""

    def unreminded(self, before: datetime) -> list[str]:
        """Return holds and approvals that wait without a reminder since a time."""

    def exchanges_after(self, after: tuple[datetime, str] | None, limit: int) -> list[RecordedExchange]:
        """Return recorded exchanges, oldest first, after (time, number)."""

    def copies_of(self, addressee_number: str) -> list[LocalCopy]:
        """Return all copies of an addressee, by kind and year."""

    def cases(self, *, open_only: bool) -> list[OperatorCase]:
        """Return cases, newest first."""

    def approvals(self) -> list[ApprovalRequest]:
        """Return waiting approvals, oldest first."""

    def approval_waits(self, asked: Disclosed, now: datetime) -> bool:
        """Say whether an approval stands that was not used and is not too old."""

    def outcomes(self) -> Mapping[str, int]:
        """Return how many exchanges ended how; unanswered own inquiries count as pending."""

    def exchanges(self, outcome: str, limit: int) -> list[RecordedExchange]:
        """Return recorded exchanges with an outcome, or all when it is empty, newest first."""

    def unreconciled(self, after: tuple[datetime, str] | None, limit: int) -> list[RecordedExchange]:
        """Return exchanges the core's record was not yet found equal to, oldest first, after (time, number)."""

    def pending_notices(self, limit: int) -> list[str]:
        """Return request ids of notices the core has not taken, oldest first."""

    def pending_sections(self, file_id: str, limit: int, now: datetime | None = None) -> list[str]:
        """Return sections without results, oldest first; of one file unless `file_id` is empty.

        With `now` only those whose next attempt is due.
        """

    def bulk_progress(self, file_id: str) -> FileProgress | None:
        """Return where a file stands."""

    def kept_files(self) -> list[KeptFile]:
        """Return files that staff gave in and that are not handed in, newest first."""

    def bulk_files(self, limit: int, offset: int = 0) -> list[FileProgress]:
        """Return files, newest first."""


class Exchange(Protocol):
    """The way to the core for this server's own cases."""

    def sign_acquisition(
        self, batch_id: str, affair: str, acquisition_numbers: Sequence[str], expires_at: datetime
    ) -> str:
        """Return the signed acquisition."""

    def prepare_notice(self, sent: SentNotice, pseudonym: PersonKey, generation: int) -> bytes:
        """Return the signed case of a notice with its sealed content, encoded to be stored and sent."""

    def notify(self, submission: bytes) -> None:
        """Send a prepared notice to the core, which takes it durably and delivers it.

        Raises:
            NoticeRefused: the core or the commission refused it for good.
            Unavailable: the core cannot be reached; nothing was decided.
        """

    def open_history(self, request_id: str, pseudonym: PersonKey, generation: int, card_proof: object) -> str:
        """Return the core's ledger bundle for a person, as JSON text."""

    def reconcile(self, exchanges: Sequence[ExchangeName]) -> dict[ExchangeName, tuple[str, bytes]]:
        """Return what the core holds: exchange → (outcome, digest)."""


class InquiryExchange(Protocol):
    """The way to the core for inquiries of the business systems, one or several of one question in a case."""

    def prepare(self, inquiries: Sequence[Inquiry], persons: Sequence[PersonKey], generation: int) -> bytes:
        """Return the signed case with a ciphertext a line, encoded to be stored and sent.

        Raises:
            Unavailable: the keys for it cannot be had now.
        """

    def ask(self, inquiries: Sequence[Inquiry], own: Sequence[FourItems]) -> list[CoreAnswer]:
        """Send the prepared case of these inquiries; return the opened, verified answer to each of them.

        The case may have more lines than are asked about here: those of inquiries that ended before.

        Raises:
            Unavailable: core, commission or provider cannot be reached; nothing was decided.
        """

    def receipt(self, inquiry: Inquiry, answer: CoreAnswer, now: datetime) -> str:
        """Return a signed receipt of the deemed submission (番号法22条2項)."""


class RenewalExchange(Protocol):
    """The way through both converters for this server's own pseudonyms of another generation."""

    def renew(self, pseudonyms: Sequence[PersonKey], generation: int, to_generation: int) -> list[PersonKey]:
        """Return the pseudonyms of the other generation in the same order, verified.

        Raises:
            Refused: the commission or the core refuses, or what came back is no renewal of these.
            Unavailable: one of them does not answer.
        """


class TrapExchange(Protocol):
    """The core's watch over trap persons of this server."""

    def plant(self, pseudonyms: Sequence[PersonKey], tokens: Sequence[bytes], generation: int) -> int:
        """Have the core watch these; return how many of this server it watches then. Again, it changes nothing.

        Raises:
            Refused: the commission or the core refuses.
            Unavailable: one of them does not answer.
        """

    def withdraw(self, tokens: Sequence[bytes]) -> tuple[int, int]:
        """Have the core watch these no more; return how many it watched, and how many of this server it still does."""

    def count(self) -> int:
        """Return how many traps of this server the core watches."""


class SectionExchange(Protocol):
    """The way to the core for sections of bulk files."""

    def prepare_section(self, section: BulkSection, pseudonyms: Sequence[PersonKey], generation: int) -> bytes:
        """Return the signed case of a section with a ciphertext a line, encoded to be stored and sent."""

    def ask_section(self, section: BulkSection, own: Sequence[FourItems]) -> list[CoreAnswer]:
        """Send a prepared section; return each line's opened and verified answer, or the refusal of all.

        Raises:
            Unavailable: core, commission or provider cannot be reached; nothing was decided.
        """

    def receipts(
        self, section: BulkSection, provided: Sequence[tuple[SectionLine, CoreAnswer]], now: datetime
    ) -> list[str]:
        """Return the receipts of the deemed submissions of a section, in the order given, under one signature."""


class AnswerSealing(Protocol):
    """Seals the answers of a case to the inquirer."""

    def seal(
        self, sections: Sequence[AskedSection], lines: Sequence[AnswerLine], views: Sequence[FourItems | None]
    ) -> bytes:
        """Return the encoded, sealed answer of a case, whose lines are those of its sections in their order."""
