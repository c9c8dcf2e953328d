"""Moving out and in (住基法22条, 24条, 24条の2; R-048) and the days within which people must notify."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from mizuhiki.institutions.municipality.domain.residents import JAPANESE, RecordDetails
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode
from mizuhiki.vocabulary.persons import FourItems, Position


@dataclass(frozen=True, slots=True)
class MoveOutForm:
    """A move announced at the place that is left."""

    request_id: str
    residents: tuple[str, ...]
    planned_on: date
    planned_address: str
    received_on: date
    notifier: str
    special: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """A move out as stored; `completed_on` is None until the new municipality has confirmed it."""

    reference: str
    residents: tuple[str, ...]
    planned_on: date
    planned_address: str
    received_on: date
    notifier: str
    to_municipality: str = ""
    completed_on: date | None = None
    cancelled_on: date | None = None
    special: bool = False
    """Announced by post or online with the card, so that no certificate is carried (住基法24条の2)."""


@dataclass(frozen=True, slots=True)
class CarriedMeasure:
    """A support measure that goes with a person who moves (申出書の転送); `until` is its last day."""

    started_on: date
    until: date
    reason: str


@dataclass(frozen=True, slots=True)
class MovingOutPerson:
    """One line of a moving-out certificate (転出証明書, 住基法施行令23条)."""

    code: ResidentRecordCode
    number: IndividualNumber
    four_items: FourItems
    relationship: Position
    registered_domicile: str
    head_of_family_register: str
    resident_since: date
    nationality: str = JAPANESE
    details: RecordDetails = field(default_factory=RecordDetails)
    measure: CarriedMeasure | None = None
    undelivered_by: str = ""
    """Municipality whose duty a card or notice is that the post brought back; it is sent anew (R-122, R-127)."""


@dataclass(frozen=True, slots=True)
class MovingOutCertificate:
    """Who moves, from where and when it was planned."""

    move_reference: str
    from_municipality: str
    planned_on: date
    planned_address: str
    persons: tuple[MovingOutPerson, ...]


@dataclass(frozen=True, slots=True)
class MoveInForm:
    """A move in; `household` names one to join, None makes a new one. The code is typed from paper or card."""

    request_id: str
    from_municipality: str
    move_reference: str
    resident_record_code: str = field(repr=False)
    address: str
    moved_in_on: date
    received_on: date
    household: str | None
    notifier: str
    relationships: tuple[Position, ...] = ()
    """Positions of who arrives, in the order of the certificate; needed to join a household as a relative."""
    late_reason: str = ""
    arriving: frozenset[ResidentRecordCode] = field(default=frozenset(), repr=False)
    """Who of the certificate arrives now; empty is everybody. The others stay announced where they live."""


@dataclass(frozen=True, slots=True)
class MoveInNotice:
    """転入通知 (住基法9条1項): persons were entered at `to_municipality`, all who were announced or some of them."""

    notice_id: str
    move_reference: str
    to_municipality: str
    moved_in_on: date
    codes: tuple[ResidentRecordCode, ...]


def split_name(name: str, name_kana: str) -> PersonName:
    """Return the parts of a name written with an ideographic space between them; a single part is the family name."""
    family, _, given = name.partition("\u3000")
    family_kana, _, given_kana = name_kana.partition("\u3000")
    return PersonName(family, given, family_kana, given_kana)
