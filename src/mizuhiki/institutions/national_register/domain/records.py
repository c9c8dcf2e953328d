"""Records the national register holds: code bundles, numbered persons, identification information, cards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode
from mizuhiki.vocabulary.persons import ChangeReason, FourItems

LARGEST_BUNDLE = 100_000
"""Most codes handed out at once; a municipality of 4 million asks again, so that no request holds the pool for long."""


@dataclass(frozen=True, slots=True)
class CodeBundle:
    """束: unused resident record codes reserved for one municipality (住基法30条の2)."""

    bundle_id: str
    municipality_code: str
    codes: tuple[ResidentRecordCode, ...]


@dataclass(frozen=True, slots=True)
class NumberLine:
    """One line of a generation request; `line_id` is unique within its municipality."""

    line_id: str
    code: ResidentRecordCode


@dataclass(frozen=True, slots=True)
class NumberOutcome:
    """The number to be designated for a line, or the code of the refusal."""

    line_id: str
    number: IndividualNumber | None
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class NumberedPerson:
    """A person the register has numbered. `person` is the register's own random name for the row."""

    person: str
    code: ResidentRecordCode
    number: IndividualNumber
    seed: bytes
    municipality_code: str
    sequence: int
    four_items: FourItems | None
    in_register: bool
    protected: bool = False


@dataclass(frozen=True, slots=True)
class GivenNumber:
    """One number of a person's history; `generation` counts within the code that it was made from."""

    number: IndividualNumber
    generation: int


@dataclass(frozen=True, slots=True)
class ChangeRequest:
    """A change by request id: for whom, and the new number or the new code, exactly one of them."""

    person: str
    number: IndividualNumber | None = None
    code: ResidentRecordCode | None = None


@dataclass(frozen=True, slots=True)
class IdentificationNotice:
    """本人確認情報 of one person with change data (住基法30条の6, 30条の7)."""

    change_id: str
    sequence: int
    municipality_code: str
    reason: ChangeReason
    effective_on: date
    code: ResidentRecordCode
    number: IndividualNumber
    four_items: FourItems
    in_register: bool
    protected: bool = False


@dataclass(frozen=True, slots=True)
class CardRecord:
    """A card the register knows: serial of 16 characters, security code of 4 digits, last day of validity.

    `person` names the holder's row; `municipality_code` is the municipality that registered it.
    """

    person: str
    municipality_code: str
    card_serial: str
    security_code: str
    issued_on: date
    expires_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CardAtDesk:
    """A card that lies at a municipality's desk and whose it is said to be; `card_number` is the chip's own."""

    municipality_code: str
    code: ResidentRecordCode
    card_serial: str
    card_number: str
    four_items: FourItems


@dataclass(frozen=True, slots=True, kw_only=True)
class CardClaim:
    """What a municipality says about a card and its holder."""

    code: ResidentRecordCode
    card_serial: str
    card_expires_on: date
    municipality_code: str
    four_items: FourItems


@dataclass(frozen=True, slots=True)
class Subject:
    """Who an acquisition number stands for; exactly one of the two is given."""

    acquisition_number: str
    code: ResidentRecordCode | None
    number: IndividualNumber | None


@dataclass(frozen=True, slots=True)
class AcquisitionOutcome:
    """How many lines went on to the core and which were refused, by code."""

    accepted: int
    refused: tuple[tuple[str, str], ...]
