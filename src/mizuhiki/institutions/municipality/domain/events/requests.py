"""What is asked of the register at each event, beside who notified it and what was seen (`forms.Notification`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from mizuhiki.institutions.municipality.domain.events.facts import Fact
from mizuhiki.institutions.municipality.domain.events.items import Value
from mizuhiki.institutions.municipality.domain.moves import CarriedMeasure
from mizuhiki.institutions.municipality.domain.residents import (
    JAPANESE,
    RecordEvent,
    ResidentRecord,
    ResidentSummary,
)
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode
from mizuhiki.vocabulary.persons import Position, Relationship, ResidenceStatus, Sex


@dataclass(frozen=True, slots=True)
class Place:
    """Where people go: a household to join, or an address for a new one; `positions` by person or by order of entry."""

    address: str = ""
    household: str | None = None
    positions: Mapping[str, Position] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody to be entered. Code and number are given when they came with the person, else new ones are made.

    `key` names the person within the request. A foreign resident has `residence`; a Japanese one a registered domicile.
    """

    key: str
    name: PersonName
    birth_date: date
    sex: Sex
    position: Position = Relationship.HEAD
    registered_domicile: str = ""
    head_of_family_register: str = ""
    previous_address: str = ""
    nationality: str = JAPANESE
    residence: ResidenceStatus | None = None
    alias: str = ""
    alias_kana: str = ""
    former_name: str = ""
    former_name_kana: str = ""
    code: ResidentRecordCode | None = None
    number: IndividualNumber | None = None
    measure: CarriedMeasure | None = field(default=None, repr=False)
    same_as_known: bool | None = None
    """What the clerk asked and saw where a record here has the same name, birth date, sex and foreign nationality."""


@dataclass(frozen=True, slots=True)
class EventEntered:
    """What the counter tells: reference of the event, records concerned, notices to the person, open tasks."""

    event: str
    residents: tuple[str, ...]
    notices: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """Something a person has to do: ask an issuer, ask who is head, send a paper, look into a notice."""

    task: str
    kind: str
    resident: str
    opened_on: date
    text: str
    done_on: date | None = None
    outcome: str = ""
    withheld: bool = False
    """Set where a support measure blanks whom it is about and what it says; never stored."""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One event of a record with the items it set, newest first; `cancelled_by` names the event that undid it."""

    event: RecordEvent
    fact: Fact
    cancelled_by: str = ""


@dataclass(frozen=True, slots=True)
class EventView:
    """One event as it was entered: its lines, the records as they are now, and the event that undid it."""

    event: str
    kind: str
    lines: tuple[HistoryLine, ...]
    records: tuple[ResidentRecord, ...]
    cancelled_by: str = ""


@dataclass(frozen=True, slots=True)
class HouseholdFile:
    """What belongs to a household beside its members: who left it (by their removed records), what is left to do."""

    former: tuple[ResidentSummary, ...] = ()
    tasks: tuple[Task, ...] = ()
    former_withheld: int = 0


@dataclass(frozen=True, slots=True)
class RecordAsOf:
    """A record as it was on a day, as known at an instant."""

    record: ResidentRecord
    day: date
    known_at: datetime
    items: Mapping[str, Value]
