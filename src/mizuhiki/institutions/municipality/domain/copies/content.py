"""What stands on a copy, before it is laid out: the same for a page made here and one made at another municipality."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from mizuhiki.institutions.municipality.domain.copies.kinds import Item
from mizuhiki.institutions.municipality.domain.residents import ResidentRecord
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode
from mizuhiki.vocabulary.persons import Relationship, ResidenceCategory, ResidenceStatus, Sex

FORMER_NAMES_FROM = date(2019, 11, 5)
"""旧氏 stand on records and copies from then on (施行令30条の13; R-056)."""
CATEGORIES = {
    ResidenceCategory.MID_TO_LONG_TERM: "中長期在留者",
    ResidenceCategory.SPECIAL_PERMANENT: "特別永住者",
    ResidenceCategory.TEMPORARY_REFUGE_OR_STAY: "一時庇護許可者又は仮滞在許可者",
    ResidenceCategory.BIRTH_TRANSITIONAL: "出生による経過滞在者",
    ResidenceCategory.NATIONALITY_LOSS_TRANSITIONAL: "国籍喪失による経過滞在者",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyPerson:
    """One person as a copy states them; what was not asked for is empty and printed as left out."""

    name: str
    birth_date: date
    sex: Sex
    address: str
    resident_since: date
    foreign: bool
    reading: str = ""
    former_name: str = ""
    alias: str = ""
    head: str = ""
    relationship: str = ""
    address_since: date | None = None
    notified_on: date | None = None
    previous_address: str = ""
    registered_domicile: str = ""
    head_of_family_register: str = ""
    nationality: str = ""
    category: str = ""
    status: str = ""
    period: str = ""
    stay_until: date | None = None
    residence_card: str = ""
    code: ResidentRecordCode | None = field(default=None, repr=False)
    number: IndividualNumber | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class CopyContent:
    """A household's part of a copy: address, head (empty when left out), people."""

    address: str
    head: str
    people: tuple[CopyPerson, ...]


def content_of(
    records: Sequence[ResidentRecord], head: str, items: frozenset[Item], day: date, *, previous: bool = True
) -> CopyContent:
    """Return what a copy of these records states on `day`; `head` is the household head's name.

    Code, number, domicile, head and relationship, and the items of foreign residents stand on it only when asked for.
    `previous` leaves the previous address out when false (12条の4).
    """
    shown = head if Item.HOUSEHOLD in items else ""
    people = tuple(_person(one, shown, items, day, previous=previous) for one in records)
    return CopyContent(records[0].address, shown, people)


def _person(record: ResidentRecord, head: str, items: frozenset[Item], day: date, *, previous: bool) -> CopyPerson:
    details = record.details
    read_on = details.reading_confirmed_on
    foreign = record.kind == "foreign"
    domicile = Item.DOMICILE in items and not foreign
    residence = details.residence if foreign and Item.FOREIGN in items else None
    return CopyPerson(
        name=record.name.full,
        birth_date=record.birth_date,
        sex=record.sex,
        address=record.address,
        resident_since=details.residence.resident_since if foreign and details.residence else record.resident_since,
        foreign=foreign,
        reading=record.name.full_kana if read_on is not None and read_on <= day else "",
        former_name=details.former_name if day >= FORMER_NAMES_FROM else "",
        alias=details.alias,
        head=head,
        relationship=record.relationship.title_ja if Item.HOUSEHOLD in items else "",
        address_since=record.address_since,
        notified_on=record.reported_on,
        previous_address=record.previous_address if previous else "",
        registered_domicile=record.registered_domicile if domicile else "",
        head_of_family_register=record.head_of_family_register if domicile else "",
        code=record.code if Item.CODE in items else None,
        number=record.number if Item.NUMBER in items else None,
        **_residence(residence),
    )


def _residence(residence: ResidenceStatus | None) -> dict[str, Any]:
    if residence is None:
        return {}
    return {
        "nationality": residence.nationality,
        "category": CATEGORIES[residence.category],
        "status": residence.status,
        "period": residence.period,
        "stay_until": residence.stay_until,
        "residence_card": "" if residence.card_number is None else residence.card_number.value,
    }


def head_of(records: Sequence[ResidentRecord]) -> PersonName:
    """Return the name of a household's head, of the first member when nobody is head."""
    return next((one for one in records if one.relationship is Relationship.HEAD), records[0]).name
