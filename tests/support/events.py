"""Life events for tests: a country with the Immigration Services Agency, and notifications that fit their forms."""

from __future__ import annotations

import dataclasses
import itertools
from datetime import date
from typing import Any

from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind, form_of
from mizuhiki.institutions.municipality.domain.events.forms import Notification, SeenDocument
from mizuhiki.institutions.municipality.domain.events.requests import NewPerson
from mizuhiki.institutions.municipality.domain.moves import MoveInForm, MoveOutForm
from mizuhiki.institutions.municipality.domain.residents import BirthForm, ResidentRecord
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
from support.municipality import MIYAKONOJO, SHIBUYA_ADDRESS, Country, family, make_country

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


def settle(country: Country) -> list[str]:
    """The family in the register of the first municipality, numbered: husband, wife, child."""
    return office(country).import_existing_residents(country.context("registrar"), [family()])


def record(country: Country, resident: str, name: str = MIYAKONOJO) -> ResidentRecord:
    return office(country, name).resident(clerk(country, name), resident)


def positions(country: Country, *residents: str, name: str = MIYAKONOJO) -> list[str]:
    return [record(country, one, name).relationship.value for one in residents]


def move_out(country: Country, people: list[str], **changes: Any) -> str:
    """Announce a move of residents of the first municipality to the second; return its reference."""
    form = MoveOutForm("m1", tuple(people), date(2019, 12, 1), SHIBUYA_ADDRESS, TODAY, "self")
    return office(country).register_move_out(clerk(country), dataclasses.replace(form, **changes))


def move_in(country: Country, reference: str, resident: str, **changes: Any) -> MoveInForm:
    """The form of that move at the second municipality."""
    form = MoveInForm(
        request_id="i1",
        from_municipality="452025",
        move_reference=reference,
        resident_record_code=record(country, resident).code.reveal(),
        address=SHIBUYA_ADDRESS,
        moved_in_on=date(2019, 12, 1),
        received_on=TODAY,
        household=None,
        notifier="self",
    )
    return dataclasses.replace(form, **changes)


def birth(country: Country, household_of: str, **changes: Any) -> BirthForm:
    """A birth in the household of a resident, who is the mother unless another parent is named."""
    form = BirthForm(
        request_id="b1",
        name=PersonName("山田", "二郎", "ヤマダ", "ジロウ"),
        birth_date=date(2019, 11, 30),
        sex=Sex.MALE,
        household=record(country, household_of).household,
        mother=household_of,
        father=None,
        notifier="father",
        received_on=TODAY,
        registered_domicile="宮崎県都城市",
    )
    return dataclasses.replace(form, **changes)
