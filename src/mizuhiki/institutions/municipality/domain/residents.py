"""Residents, households and the history of a record (住基法7条, 8条; R-037)."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import date, datetime

from mizuhiki.institutions.municipality.domain.card_lapses import LapsedCard
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode
from mizuhiki.vocabulary.persons import ChangeReason, FourItems, Position, ResidenceStatus, Sex

JAPANESE = "JP"
OVERSEAS = "国外"
"""How a destination outside Japan begins, in removed records and in the supplement."""


class RecordState(enum.StrEnum):
    """Where a record stands: in the register, with a move announced, or removed (除票)."""

    CURRENT = "current"
    MOVING = "moving"
    REMOVED = "removed"


class NumberingStage(enum.StrEnum):
    """How far the numbering of a record is (R-010); the order of the members is the order of the steps."""

    CODE_WRITTEN = "code-written"
    NUMBER_REQUESTED = "number-requested"
    NUMBER_GENERATED = "number-generated"
    DESIGNATED = "designated"
    NOTIFIED = "notified"
    KEPT = "kept"
    """Code and number came with the person from another municipality (R-006)."""


@dataclass(frozen=True, slots=True)
class RecordDetails:
    """Items that not every record has: 外国人住民 (30条の45), 通称 (施行令30条の16), 旧氏 (施行令30条の13), readings.

    `reading_confirmed_on` is the day from which the reading is an item of law (振り仮名, from 2025-05-26); before it a
    reading is a help for finding. `moved_to` is where a removed record says the person went (転出先).
    """

    residence: ResidenceStatus | None = None
    alias: str = ""
    alias_kana: str = ""
    former_name: str = ""
    former_name_kana: str = ""
    reading_confirmed_on: date | None = None
    moved_to: str = ""
    died_on: date | None = None
    """Of a removed record whose person left the country: the day they died there."""

    @property
    def overseas(self) -> bool:
        """Whether a removed record says that the person left the country."""
        return self.moved_to.startswith(OVERSEAS)


@dataclass(frozen=True, slots=True)
class ResidentRecord:
    """住民票 of one person. `resident` is this municipality's random name of the record, never a number.

    `resident_since` is the day the person became a resident here, `address_since` the day at this address. `number` is
    None until it is designated; a generated number that is still to be designated is not part of the record.
    """

    resident: str
    household: str
    name: PersonName
    birth_date: date
    sex: Sex
    address: str
    relationship: Position
    registered_domicile: str
    head_of_family_register: str
    resident_since: date
    address_since: date
    previous_address: str
    reported_on: date
    nationality: str
    code: ResidentRecordCode
    number: IndividualNumber | None
    stage: NumberingStage
    state: RecordState = RecordState.CURRENT
    removed_on: date | None = None
    removal_reason: ChangeReason | None = None
    protected: bool = False
    details: RecordDetails = field(default_factory=RecordDetails)

    @property
    def four_items(self) -> FourItems:
        """The four items as this register writes them."""
        return FourItems(
            name=self.name.full,
            name_kana=self.name.full_kana,
            birth_date=self.birth_date,
            sex=self.sex,
            address=self.address,
        )

    @property
    def kind(self) -> str:
        """``japanese`` or ``foreign``; a foreign resident's record has no registered domicile (住基法30条の45)."""
        return "japanese" if self.nationality == JAPANESE else "foreign"


@dataclass(frozen=True, slots=True)
class RecordEvent:
    """One change of a record; never altered. `documents` are titles of what was shown or handed in."""

    event_id: str
    resident: str
    reason: ChangeReason
    effective_on: date
    reported_on: date
    entered_at: datetime
    entered_by: str
    documents: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class MemberEntry:
    """One person of a household to be taken over from an existing register; empty values fall to the household's."""

    name: PersonName
    birth_date: date
    sex: Sex
    relationship: Position
    previous_address: str = ""
    resident_since: date | None = None
    nationality: str = JAPANESE
    residence: ResidenceStatus | None = None
    registered_domicile: str | None = None
    head_of_family_register: str | None = None
    alias: str = ""
    alias_kana: str = ""
    former_name: str = ""
    former_name_kana: str = ""


@dataclass(frozen=True, slots=True)
class HouseholdEntry:
    """One household of an existing register; `entry_id` makes the take-over idempotent. The first member is head.

    `content` is a digest of what was entered, so that the same id with another content is noticed; empty is none.
    """

    entry_id: str
    address: str
    resident_since: date
    registered_domicile: str
    members: tuple[MemberEntry, ...]
    content: str = ""


@dataclass(frozen=True, slots=True)
class BirthForm:
    """A birth as notified (戸籍法49条; 住基法施行令11条); parents are resident tokens, at least one of them of here."""

    request_id: str
    name: PersonName
    birth_date: date
    sex: Sex
    household: str
    mother: str | None
    father: str | None
    notifier: str
    received_on: date
    registered_domicile: str
    documents: tuple[str, ...] = ()
    late_reason: str = ""


@dataclass(frozen=True, slots=True)
class BirthEntered:
    """What the counter tells after a birth: the record, a reference and notes such as a late notification."""

    resident: str
    reference: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NumberingStep:
    """One step of the numbering as it was logged; `actor` is role and account."""

    step: NumberingStage
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class NumberNotice:
    """The notice of code and number together (R-011), to be printed and handed over or posted."""

    name: str
    address: str
    code: ResidentRecordCode
    number: IndividualNumber
    notified_on: date


class ChangeCause(enum.StrEnum):
    """Why a number is changed (番号法7条2項): the person asked, or the mayor acted on its own."""

    REQUEST = "request"
    EX_OFFICIO = "ex-officio"


@dataclass(frozen=True, slots=True)
class NumberChangeForm:
    """個人番号指定請求書 (施行令3条) or the mayor's own finding; `circumstances` say how the number may be misused."""

    request_id: str
    resident: str
    cause: ChangeCause
    circumstances: str
    received_on: date
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeChangeForm:
    """住民票コード変更請求書 (住基法30条の4); no reason is asked for."""

    request_id: str
    resident: str
    received_on: date
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeChange:
    """A change of code that was begun: both codes are kept, so that it is finished after a crash."""

    request_id: str
    resident: str
    old: ResidentRecordCode
    new: ResidentRecordCode


@dataclass(frozen=True, slots=True)
class CodeNotice:
    """The written notice of the new code (住基法30条の4第4項)."""

    name: str
    address: str
    code: ResidentRecordCode
    changed_on: date


@dataclass(frozen=True, slots=True)
class ResidentQuery:
    """A search by what a person at the counter can say; empty parts do not restrict. There is none by number."""

    name: str = ""
    name_kana: str = ""
    birth_date: date | None = None
    address: str = ""
    sex: Sex | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing was asked; the sex alone asks nothing."""
        return not (self.name.strip() or self.name_kana.strip() or self.birth_date or self.address.strip())


@dataclass(frozen=True, slots=True)
class ResidentSummary:
    """One line of a search result or household."""

    resident: str
    household: str
    name: str
    name_kana: str
    birth_date: date
    sex: Sex
    address: str
    relationship: Position
    state: RecordState
    stage: NumberingStage


@dataclass(frozen=True, slots=True)
class ResidentsFound:
    """Result of a search: what may be shown, and for what may not only the references of the support measures.

    `cut_off` says that as many records fit as a search looks at, so that there may be more.
    """

    shown: tuple[ResidentSummary, ...]
    withheld: tuple[str, ...] = ()
    cut_off: bool = False


@dataclass(frozen=True, slots=True)
class HouseholdMember:
    """One member with everything the counter sees on one screen; the number only masked."""

    summary: ResidentSummary
    masked_number: str
    addressee_number: str | None
    linkage: str
    card_serials: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    card_lapses: tuple[LapsedCard, ...] = ()
    nationality: str = JAPANESE
    details: RecordDetails = field(default_factory=RecordDetails)


@dataclass(frozen=True, slots=True)
class HouseholdView:
    """A household with its members and the history of their records, newest first."""

    household: str
    address: str
    members: tuple[HouseholdMember, ...]
    history: tuple[RecordEvent, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One line of the day's journal; `about` is the resident concerned, `withheld` blanks who and what it was."""

    at: datetime
    what: str
    subject: str
    actor: str
    note: str = ""
    about: str = ""
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class ResidentCertificate:
    """A copy of the record (住民票の写し; R-037, R-040). Code and number are None unless specially requested."""

    name: str
    name_kana: str
    birth_date: date
    sex: Sex
    address: str
    reported_on: date
    resident_since: date
    head_of_household: str
    relationship: str
    registered_domicile: str
    head_of_family_register: str
    previous_address: str
    issued_on: date
    code: ResidentRecordCode | None = None
    number: IndividualNumber | None = None


def summary_of(record: ResidentRecord) -> ResidentSummary:
    """Return the record's line for lists."""
    return ResidentSummary(
        resident=record.resident,
        household=record.household,
        name=record.name.full,
        name_kana=record.name.full_kana,
        birth_date=record.birth_date,
        sex=record.sex,
        address=record.address,
        relationship=record.relationship,
        state=record.state,
        stage=record.stage,
    )
