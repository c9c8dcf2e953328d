"""Life events for tests: a country with the Immigration Services Agency, and notifications that fit their forms."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind, form_of
from mizuhiki.institutions.municipality.domain.events.forms import Notification, SeenDocument
from mizuhiki.institutions.municipality.domain.events.requests import NewPerson
from mizuhiki.institutions.municipality.operations.event_service import EventOperations
from mizuhiki.institutions.municipality.operations.service import MunicipalityOperations
from mizuhiki.institutions.outside_parties.app import build as build_outside
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.persons import (
    Position,
    Relationship,
    ResidenceCardNumber,
    ResidenceCategory,
    ResidenceStatus,
    Sex,
)
from support.municipality import MIYAKONOJO, Country, make_country

TODAY = date(2019, 12, 2)
NORTH = "宮崎県都城市北原町31-1"
OUTSIDE = "outside-parties"
CARD = "AB12345678CD"
_ids = itertools.count(1)


def events_country(database_url: str | None = None) -> Country:
    country = make_country(database_url)
    country.found(OUTSIDE, build_outside)
    return country


def office(country: Country, name: str = MIYAKONOJO) -> MunicipalityOperations:
    operations: MunicipalityOperations = country.apps[name].operations
    return operations


def events(country: Country, name: str = MIYAKONOJO) -> EventOperations:
    return office(country, name).events


def clerk(country: Country, name: str = MIYAKONOJO) -> Context:
    return country.context("counter-clerk", institution=name)


def mayor(country: Country, name: str = MIYAKONOJO) -> Context:
    return country.context("mayor", institution=name)


def note(kind: EventKind, happened_on: date = TODAY, received_on: date = TODAY, **changes: Any) -> Notification:
    """A notification of today with every document of the form's checklist."""
    values: dict[str, Any] = {
        "request_id": f"request-{next(_ids)}",
        "happened_on": happened_on,
        "received_on": received_on,
        "notifier": "self",
        "documents": tuple(SeenDocument(item.kind) for item in form_of(kind).evidence),
        "note": "the ground stated",
    }
    return Notification(**(values | changes))


def residence(until: date = date(2022, 12, 1), card: str = CARD, **changes: Any) -> ResidenceStatus:
    values: dict[str, Any] = {
        "nationality": "BR",
        "category": ResidenceCategory.MID_TO_LONG_TERM,
        "status": "定住者",
        "resident_since": TODAY,
        "stay_until": until,
        "card_number": ResidenceCardNumber.parse(card),
        "period": "三年",
    }
    return ResidenceStatus(**(values | changes))


def foreigner(key: str = "maria", position: Position = Relationship.HEAD, **changes: Any) -> NewPerson:
    values: dict[str, Any] = {
        "key": key,
        "name": PersonName("SILVA", key.upper()),
        "birth_date": date(1990, 4, 5),
        "sex": Sex.FEMALE,
        "position": position,
        "previous_address": "ブラジル",
        "nationality": "BR",
        "residence": residence(),
    }
    return NewPerson(**(values | changes))


def japanese(key: str = "haru", position: Position = Relationship.HEAD, **changes: Any) -> NewPerson:
    values: dict[str, Any] = {
        "key": key,
        "name": PersonName("川辺", key),
        "birth_date": date(1980, 4, 5),
        "sex": Sex.MALE,
        "position": position,
        "registered_domicile": "宮崎県都城市姫城町6",
        "head_of_family_register": "川辺　源",
    }
    return NewPerson(**(values | changes))


def number(country: Country, *residents: str, name: str = MIYAKONOJO) -> None:
    """Number people as the counter and the mayor do."""
    for resident in residents:
        office(country, name).request_number(clerk(country, name), resident)
        office(country, name).designate_number(mayor(country, name), resident)
        office(country, name).notify_number(mayor(country, name), resident)
