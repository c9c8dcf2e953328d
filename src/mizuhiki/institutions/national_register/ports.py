"""What the national register needs from outside: storage, and the core for pseudonyms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from mizuhiki.institutions.national_register.domain.notices import NoticeOrder, PrintRun, Sheet, WaitingEnvelope
from mizuhiki.institutions.national_register.domain.records import (
    AcquisitionOutcome,
    CardRecord,
    CodeBundle,
    IdentificationNotice,
    NumberedPerson,
)
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode


@dataclass(frozen=True, slots=True)
class CodeState:
    """Where a code stands: the municipality it was assigned to, and the person numbered under it, if any."""

    municipality_code: str
    person: NumberedPerson | None


class NoticeRecords(Protocol):
    """Orders for cards and notices in the open transaction."""

    def sheets_of_mailing(self, municipality_code: str, mailing: str) -> list[Sheet]:
        """Return the sheets of an earlier order, none when it is new."""

    def sheet(self, number: str) -> Sheet | None:
        """Return the sheet with a card id."""

    def insert_order(self, order: NoticeOrder, sheets: Sequence[Sheet]) -> None:
        """Store an envelope with its sheets."""

    def waiting(self, limit: int) -> list[WaitingEnvelope]:
        """Return envelopes with sheets that wait to be printed, oldest first."""

    def mark_printed(self, numbers: Sequence[str], run: str, on: date) -> bool:
        """Put sheets into a run; false, with nothing changed, when one of them is not waiting any more."""

    def mark_returned(self, number: str, reason: str, on: date) -> None:
        """Note a returned registration."""

    def returned_before(self, person: str, municipality_code: str) -> bool:
        """Whether a municipality registered the return of a card of this person."""


class Records(Protocol):
    """One write transaction on the register's tables. Everything or nothing is stored."""

    @property
    def notices(self) -> NoticeRecords:
        """Orders for cards and notices."""

    def bundle_of_request(self, municipality_code: str, request_id: str) -> CodeBundle | None:
        """Return the bundle an earlier identical request got."""

    def reserve_codes(
        self, bundle: CodeBundle, request_id: str, candidates: Sequence[ResidentRecordCode]
    ) -> list[ResidentRecordCode]:
        """Store the candidates that are not taken yet under the bundle; return those stored."""

    def code_states(self, codes: Sequence[ResidentRecordCode]) -> dict[str, CodeState]:
        """Return the state of each known code, by its digits' keyed index in hex."""

    def code_key(self, code: ResidentRecordCode) -> str:
        """Return the key under which `code_states` lists a code."""

    def numbers_of_lines(self, municipality_code: str, line_ids: Sequence[str]) -> dict[str, NumberedPerson]:
        """Return persons numbered by earlier requests, by line id."""

    def insert_numbered(self, municipality_code: str, persons: Mapping[str, NumberedPerson], now: datetime) -> None:
        """Store newly numbered persons by line id; a number or code met twice is a `Corrupt` state."""

    def person_by_code(self, code: ResidentRecordCode) -> NumberedPerson | None:
        """Return the person holding a code."""

    def person_by_number(self, number: IndividualNumber) -> NumberedPerson | None:
        """Return the person holding a number."""

    def change_known(self, change_id: str) -> bool:
        """Say whether a change was applied before."""

    def last_sequence(self, person: NumberedPerson, municipality_code: str) -> int:
        """Return the last sequence a municipality notified of a person, 0 when none."""

    def keep_change(self, person: NumberedPerson, notice: IdentificationNotice, now: datetime) -> None:
        """Keep the notice in the history."""

    def apply_change(self, person: NumberedPerson, notice: IdentificationNotice) -> None:
        """Make the notice the person's identification information."""

    def tell_certification_authority(self, notices: Sequence[IdentificationNotice]) -> None:
        """Queue register events for the certification authorities in this transaction, as one message."""

    def spend_acquisition(self, acquisition_hash: bytes, now: datetime) -> bool:
        """Remember an acquisition; false when it was spent before."""

    def card_of_request(self, municipality_code: str, request_id: str) -> CardRecord | None:
        """Return the card an earlier identical request registered."""

    def live_card(self, person: str, day: date) -> CardRecord | None:
        """Return the person's card that is valid on `day`."""

    def card(self, card_serial: str) -> CardRecord | None:
        """Return a card."""

    def insert_card(self, request_id: str, card: CardRecord) -> None:
        """Store a card under the request of its municipality."""


class Store(Protocol):
    """Storage of the register."""

    def transaction(self) -> AbstractContextManager[Records]:
        """Open one write transaction."""

    def counts(self) -> Mapping[str, int]:
        """Return figures for the operator page: codes, numbered persons, persons in the register, cards."""


@dataclass(frozen=True, slots=True)
class IssueLine:
    """One subject to issue a pseudonym for: its acquisition number and the person."""

    acquisition_number: str
    person: NumberedPerson


class PseudonymIssue(Protocol):
    """Forms the ciphertexts and the register's signed statement, and hands them to the core."""

    def issue(self, acquisition: str, holder: str, affair: str, batch_id: str, lines: Sequence[IssueLine]) -> None:
        """Send the batch to the core; returns when the core has taken it durably."""


class ContractorFormat(Protocol):
    """The printing contractor's file format."""

    def encode(self, run: PrintRun) -> bytes:
        """Return the file of a run."""


__all__ = [
    "AcquisitionOutcome",
    "CodeState",
    "ContractorFormat",
    "IssueLine",
    "NoticeRecords",
    "PseudonymIssue",
    "Records",
    "Store",
]
