"""The items of a record as plain values, as events change and history keeps them (住基法7条, 30条の45).

Code and number are not among them: they are never changed by a life event and never stand in a history.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from typing import Any

from mizuhiki.institutions.municipality.domain.events.errors import TextNotWritable
from mizuhiki.institutions.municipality.domain.residents import RecordDetails, RecordState, ResidentRecord
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.names.person_name import is_one_line, is_reading
from mizuhiki.vocabulary.persons import (
    ChangeReason,
    ResidenceCardNumber,
    ResidenceCategory,
    ResidenceStatus,
    Sex,
    parse_position,
)

Value = str | int | None | dict[str, Any]
Items = Mapping[str, Value]
"""Item name to its value as JSON has it; days are ISO texts."""

DETAIL_ITEMS = tuple(one.name for one in dataclasses.fields(RecordDetails))
STRUCTURAL = frozenset({"household", "relationship", "address", "address_since", "state"})
"""Items that events of a household pass on from one to the next; such events are entered in the order they happened."""


LONGEST_TEXT = 400
"""Characters that an item of a record may have."""
READINGS = ("alias_kana", "former_name_kana")
"""Readings beside those of the name, which the name checks itself."""


def require_written(items: Items) -> None:
    """Check that every text can stand on a record, whoever wrote it and by whatever way it came.

    Raises:
        TextNotWritable: one is longer than 400 characters or holds what is no character of one line, or a reading holds
            more than kana and Latin letters; field `item` names it, no field holds it.
    """
    residence = items.get("residence")
    texts = {**items, **(residence if isinstance(residence, dict) else {})}
    for name, text in texts.items():
        if isinstance(text, str) and (
            len(text) > LONGEST_TEXT or not is_one_line(text) or (name in READINGS and not is_reading(text))
        ):
            raise TextNotWritable(item=name)


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: object) -> date | None:
    return None if text is None else date.fromisoformat(str(text))


def residence_items(residence: ResidenceStatus) -> dict[str, Any]:
    """Return a residence status as plain values."""
    card = residence.card_number
    return {
        "nationality": residence.nationality,
        "category": residence.category.value,
        "status": residence.status,
        "resident_since": residence.resident_since.isoformat(),
        "stay_until": _text(residence.stay_until),
        "card_number": None if card is None else card.value,
        "period": residence.period,
    }


def residence_of(items: Mapping[str, Any]) -> ResidenceStatus:
    """Return the residence status of plain values."""
    card = items["card_number"]
    return ResidenceStatus(
        nationality=items["nationality"],
        category=ResidenceCategory(items["category"]),
        status=items["status"],
        resident_since=date.fromisoformat(items["resident_since"]),
        stay_until=_day(items["stay_until"]),
        card_number=None if card is None else ResidenceCardNumber.parse(card),
        period=items["period"],
    )


def details_items(details: RecordDetails) -> dict[str, Any]:
    """Return the items not every record has, without those that are empty."""
    residence = details.residence
    values: dict[str, Any] = {
        "residence": None if residence is None else residence_items(residence),
        "alias": details.alias,
        "alias_kana": details.alias_kana,
        "former_name": details.former_name,
        "former_name_kana": details.former_name_kana,
        "reading_confirmed_on": _text(details.reading_confirmed_on),
        "moved_to": details.moved_to,
        "died_on": _text(details.died_on),
    }
    return {name: value for name, value in values.items() if value}


def details_of(items: Mapping[str, Any]) -> RecordDetails:
    """Return the items not every record has."""
    residence = items.get("residence")
    return RecordDetails(
        residence=residence_of(residence) if residence else None,
        alias=items.get("alias") or "",
        alias_kana=items.get("alias_kana") or "",
        former_name=items.get("former_name") or "",
        former_name_kana=items.get("former_name_kana") or "",
        reading_confirmed_on=_day(items.get("reading_confirmed_on")),
        moved_to=items.get("moved_to") or "",
        died_on=_day(items.get("died_on")),
    )


def items_of(record: ResidentRecord) -> dict[str, Value]:
    """Return every item of a record; a move that is only announced is none of them."""
    removed = record.state is RecordState.REMOVED
    reason = record.removal_reason
    return {
        "household": record.household,
        "family": record.name.family,
        "given": record.name.given,
        "family_kana": record.name.family_kana,
        "given_kana": record.name.given_kana,
        "birth_date": record.birth_date.isoformat(),
        "sex": int(record.sex),
        "address": record.address,
        "relationship": record.relationship.value,
        "registered_domicile": record.registered_domicile,
        "head_of_family_register": record.head_of_family_register,
        "resident_since": record.resident_since.isoformat(),
        "address_since": record.address_since.isoformat(),
        "previous_address": record.previous_address,
        "reported_on": record.reported_on.isoformat(),
        "nationality": record.nationality,
        "state": RecordState.REMOVED.value if removed else RecordState.CURRENT.value,
        "removed_on": _text(record.removed_on),
        "removal_reason": None if reason is None else reason.value,
        **dict.fromkeys(DETAIL_ITEMS),
        **details_items(record.details),
    }


def removal_items(on: date, reason: ChangeReason, moved_to: str = "") -> dict[str, Value]:
    """Return the items that make a record a removed one (除票)."""
    values: dict[str, Value] = {
        "state": RecordState.REMOVED.value,
        "removed_on": on.isoformat(),
        "removal_reason": reason.value,
    }
    return values | ({"moved_to": moved_to} if moved_to else {})


def record_with(record: ResidentRecord, items: Items) -> ResidentRecord:
    """Return the record with all items as given; identity, code, number, numbering and protection stay.

    A record whose move is announced stays announced while it lives.
    """
    state = RecordState(str(items["state"]))
    if state is RecordState.CURRENT and record.state is RecordState.MOVING:
        state = RecordState.MOVING
    reason = items["removal_reason"]
    return dataclasses.replace(
        record,
        household=str(items["household"]),
        name=PersonName(str(items["family"]), str(items["given"]), str(items["family_kana"]), str(items["given_kana"])),
        birth_date=_required(items, "birth_date"),
        sex=Sex(int(str(items["sex"]))),
        address=str(items["address"]),
        relationship=parse_position(str(items["relationship"])),
        registered_domicile=str(items["registered_domicile"]),
        head_of_family_register=str(items["head_of_family_register"]),
        resident_since=_required(items, "resident_since"),
        address_since=_required(items, "address_since"),
        previous_address=str(items["previous_address"]),
        reported_on=_required(items, "reported_on"),
        nationality=str(items["nationality"]),
        state=state,
        removed_on=_day(items["removed_on"]),
        removal_reason=None if reason is None else ChangeReason(str(reason)),
        details=details_of(items),
    )


def _required(items: Items, name: str) -> date:
    return date.fromisoformat(str(items[name]))
