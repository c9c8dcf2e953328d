"""What the national register needs from outside: storage, and the core for pseudonyms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from mizuhiki.institutions.national_register.domain.card_moves import CardHistory, CardLapse, CardMove
from mizuhiki.institutions.national_register.domain.look_ups import LookUp
from mizuhiki.institutions.national_register.domain.notices import NoticeOrder, PrintRun, Sheet, WaitingEnvelope
from mizuhiki.institutions.national_register.domain.records import (
    AcquisitionOutcome,
    CardRecord,
    ChangeRequest,
    CodeBundle,
    GivenNumber,
    IdentificationNotice,
    NumberedPerson,
)
from mizuhiki.vocabulary.card_lapse import LapseCause
from mizuhiki.vocabulary.grounds import Grounds
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode
from mizuhiki.vocabulary.persons import ChangeReason
from mizuhiki.vocabulary.reconciliation import HeldRecord


@dataclass(frozen=True, slots=True)
class CodeState:
    """Where a code stands: the municipality it was assigned to, and the person numbered under it, if any."""

    municipality_code: str
    person: NumberedPerson | None


LineKey = tuple[str, str]
"""Municipality code and line id."""


class NumberHistory(Protocol):
    """Every number ever given and every code a person has had, in the open transaction."""

    def begin(self, persons: Sequence[NumberedPerson], now: datetime) -> None:
        """Keep first codes and numbers; what was ever given before is refused by the database."""

    def given(self, person: NumberedPerson) -> list[GivenNumber]:
        """Return every number given to a person, the newest last."""

    def next_generation(self, code: ResidentRecordCode) -> int:
        """Return the first generation of a code that no number was made of."""

    def give_number(self, person: NumberedPerson, given: GivenNumber, now: datetime) -> None:
        """Keep a number made from the person's present code; one that was ever given is refused by the database."""

    def change_code(self, person: NumberedPerson, code: ResidentRecordCode, now: datetime) -> None:
        """Give a person another code; the old one stays theirs in the history."""

    def codes(self, person: NumberedPerson) -> list[ResidentRecordCode]:
        """Return every code a person has had, the present one last."""

    def request(self, key: LineKey) -> ChangeRequest | None:
        """Return what an earlier request of a municipality and request id led to."""

    def keep_request(self, key: LineKey, change: ChangeRequest, now: datetime) -> None:
        """Remember what a request led to."""


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

    def run_stands(self, run: str) -> bool:
        """Say whether sheets were put into a run."""

    def mark_returned(self, number: str, reason: str, on: date) -> None:
        """Note a returned registration."""

    def returned_before(self, person: str, municipality_code: str) -> bool:
        """Whether a municipality registered the return of a card of this person."""


class CardMoveRecords(Protocol):
    """Moves that bear on cards, and cards that end by them, in the open transaction."""

    def known(self, notice_ids: Sequence[str]) -> set[str]:
        """Return those of the notices that were taken before."""

    def keep(self, moves: Sequence[tuple[NumberedPerson, CardMove]], day: date) -> None:
        """Keep notices taken on a day."""

    def last_watch(self) -> date | None:
        """Return the last day on which all cards were judged."""

    def keep_watch(self, day: date, now: datetime) -> None:
        """Keep that all cards were judged on a day; once a day."""

    def concerned(self, since: date | None, day: date) -> list[str]:
        """Return whose cards may have ended since a day; None stands for ever."""

    def histories(self, persons: Sequence[str]) -> list[CardHistory]:
        """Return the cards of some people that have not lapsed, with what happened to them."""

    def holders(self, persons: Sequence[str]) -> dict[str, NumberedPerson]:
        """Return people by their rows."""

    def lapse(self, lapses: Sequence[CardLapse]) -> None:
        """End cards, and queue that they ended for whoever must know."""


class Records(Protocol):
    """One write transaction on the register's tables. Everything or nothing is stored."""

    @property
    def notices(self) -> NoticeRecords:
        """Orders for cards and notices."""

    @property
    def card_moves(self) -> CardMoveRecords:
        """Moves that bear on cards."""

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

    def numbers_of_lines(self, lines: Sequence[LineKey]) -> dict[LineKey, NumberedPerson]:
        """Return persons numbered by earlier requests, by municipality and line id."""

    def insert_numbered(self, persons: Mapping[LineKey, NumberedPerson], now: datetime) -> None:
        """Store newly numbered persons by municipality and line id; a number or code met twice is refused."""

    def insert_persons(self, persons: Sequence[NumberedPerson], now: datetime) -> None:
        """Store persons numbered in bulk, whom no line of a municipality has asked for yet."""

    def keep_lines(self, lines: Mapping[LineKey, NumberedPerson], now: datetime) -> None:
        """Remember which line was given which stored person's number."""

    def asked_for(self, persons: Sequence[str]) -> set[str]:
        """Return those of the persons whom a line of a municipality has asked for."""

    def person_by_code(self, code: ResidentRecordCode) -> NumberedPerson | None:
        """Return the person who has or had a code."""

    def person_by_number(self, number: IndividualNumber) -> NumberedPerson | None:
        """Return the person holding a number."""

    @property
    def history(self) -> NumberHistory:
        """Numbers and codes that people have had."""

    def change_known(self, change_id: str) -> bool:
        """Say whether a change was applied before."""

    def last_sequence(self, person: NumberedPerson, municipality_code: str) -> int:
        """Return the last sequence a municipality notified of a person, 0 when none."""

    def last_reason(self, person: NumberedPerson) -> ChangeReason | None:
        """Return why the person's record last changed, as their municipality told it; None when it never told."""

    def entered_on(self, person: NumberedPerson) -> date | None:
        """Return the day on which the person was last entered where they are registered; None when nothing says so."""

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

    def card(self, card_serial: str, *, lapsed: bool = False) -> CardRecord | None:
        """Return a card unless it lapsed; with `lapsed` also then."""

    def lapse_cards(self, person: NumberedPerson, day: date, cause: LapseCause) -> None:
        """End the validity of the person's cards on a day."""

    def insert_card(self, request_id: str, card: CardRecord) -> None:
        """Store a card under the request of its municipality."""

    def chip_of(self, card_serial: str) -> str | None:
        """Return the number of the chip a card was made with."""

    def card_of_chip(self, card_number: str) -> str | None:
        """Return the serial of the card that a chip is in."""

    def bind_chip(self, card_serial: str, card_number: str) -> None:
        """Keep which chip a card was made with."""

    def continue_card(self, card_serial: str, municipality_code: str, day: date) -> None:
        """Keep that a card goes on being used in another municipality (番号法17条3項)."""

    def record_look_up(self, look_up: LookUp) -> None:
        """Append the look-up to the person's chain of the register's ledger; without a person there is no chain."""

    def held(self, municipality_code: str) -> Sequence[HeldRecord]:
        """Return everybody held as being in a municipality's register."""

    def municipalities_of(self, person: NumberedPerson) -> set[str]:
        """Return every municipality that ever notified something of a person."""

    def audit(self, grounds: Grounds, event: str, outcome: str, *, count: int = 0) -> None:
        """Write an audit record; no code, no number, no item."""


class Store(Protocol):
    """Storage of the register."""

    def transaction(self) -> AbstractContextManager[Records]:
        """Open one write transaction."""

    def checkpoint(self) -> int:
        """Sign what the ledger of look-ups grew by and have it co-signed; return the number of co-signatures."""

    def bundle(self, person: str) -> str:
        """Return a person's look-ups with every proof, as JSON.

        Raises:
            NoCheckpointYet: nothing was ever signed.
        """

    def counts(self) -> Mapping[str, int]:
        """Return figures for the operator page: codes, numbered persons, persons in the register, cards."""


@dataclass(frozen=True, slots=True)
class OwnLookUps:
    """This register's look-ups about a person, as a ledger bundle in JSON."""

    bundle: str


@dataclass(frozen=True, slots=True)
class LookUpTiers:
    """Which other tiers hold look-ups about a person, and the codes they know the person by."""

    codes: tuple[ResidentRecordCode, ...]
    municipalities: tuple[str, ...]
    prefectures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IssueLine:
    """One subject to issue a pseudonym for: its acquisition number and the person."""

    acquisition_number: str
    person: NumberedPerson


class PseudonymIssue(Protocol):
    """Forms the ciphertexts and the register's signed statement, and hands them to the core."""

    def issue(self, acquisition: str, holder: str, affair: str, batch_id: str, lines: Sequence[IssueLine]) -> None:
        """Send the batch to the core; returns when the core has taken it durably."""


class ContractorMedium(Protocol):
    """What is handed to the printing contractor; a run on it is complete or not there."""

    def prepare(self, run: str, content: bytes) -> None:
        """Write a run durably without handing it over."""

    def hand_over(self, run: str) -> None:
        """Hand a prepared run over."""

    def discard(self, run: str) -> None:
        """Delete a prepared run."""

    def prepared(self) -> list[str]:
        """Return runs that were prepared and neither handed over nor discarded."""


class ContractorFormat(Protocol):
    """The printing contractor's file format."""

    def encode(self, run: PrintRun) -> bytes:
        """Return the file of a run."""


__all__ = [
    "AcquisitionOutcome",
    "CardMoveRecords",
    "CodeState",
    "ContractorFormat",
    "ContractorMedium",
    "Grounds",
    "IssueLine",
    "LineKey",
    "LookUp",
    "LookUpTiers",
    "NoticeRecords",
    "OwnLookUps",
    "PseudonymIssue",
    "Records",
    "Store",
]
