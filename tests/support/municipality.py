"""A municipality among the real national register and prefectures, for unit and misuse tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from mizuhiki.institutions.commission.app import build as build_commission
from mizuhiki.institutions.jpki.app import build as build_jpki
from mizuhiki.institutions.municipality.app import build
from mizuhiki.institutions.municipality.domain.addressees import IdentityChecklist, NumberIntake
from mizuhiki.institutions.municipality.domain.residents import HouseholdEntry, MemberEntry
from mizuhiki.institutions.national_register.app import build as build_register
from mizuhiki.institutions.prefecture.app import build as build_prefecture
from mizuhiki.runtime.clock import FixedClock
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.directory import Directory
from mizuhiki.runtime.institution import App
from mizuhiki.runtime.transport import InProcessTransport
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.persons import Relationship, Sex
from mizuhiki.wire import jpki
from mizuhiki.wire.endpoint import Acknowledgement
from support.environment import TEST_INSTANT, make_directory, make_environment, serve_fake

MIYAKONOJO = "municipality-452025"
SHIBUYA = "municipality-131130"
ADDRESS = "宮崎県都城市姫城町6-21"
SHIBUYA_ADDRESS = "東京都渋谷区宇田川町1-1"


@dataclass
class Country:
    """Two municipalities, their prefectures, the register, and a certification authority that only listens."""

    transport: InProcessTransport = field(default_factory=InProcessTransport)
    clock: FixedClock = field(default_factory=lambda: FixedClock(TEST_INSTANT))
    apps: dict[str, App] = field(default_factory=dict)
    databases: dict[str, str] = field(default_factory=dict)
    directory: Directory = field(default_factory=make_directory)

    def found(self, name: str, builder: Callable[[Any], App], **settings: Any) -> App:
        environment = make_environment(
            name, clock=self.clock, transport=self.transport, directory=self.directory, **settings
        )
        app = builder(environment)
        self.transport.register(environment.institution, lambda: app.wsgi)
        self.apps[name] = app
        self.databases[name] = environment.settings.database_url
        return app

    def pump(self) -> None:
        while sum(app.pump() for app in self.apps.values()):
            pass

    def close(self) -> None:
        for app in self.apps.values():
            app.close()

    def context(
        self, role: str, affair: str = "resident-register", person: str = "clerk-1", institution: str = MIYAKONOJO
    ) -> Context:
        return Context(
            Actor(InstitutionId(institution), role, person), affair, "the Act", "a test", self.clock, "trace"
        )


def make_country(
    database_url: str | None = None,
    *,
    at: datetime = TEST_INSTANT,
    parameters: dict[str, str] | None = None,
    directory: Directory | None = None,
    certifies: bool = False,
) -> Country:
    """Open a country; its certification authorities are real where it `certifies`."""
    country = Country(clock=FixedClock(at), directory=directory or make_directory())
    if certifies:
        country.found("jpki", build_jpki)
    else:
        serve_fake(
            country.transport,
            "jpki",
            {},
            sealed={
                jpki.NOTIFY_REGISTER_EVENTS: (jpki.RegisterEvents, lambda _call, _events: Acknowledgement()),
                jpki.NOTIFY_CARD_LAPSES: (jpki.CardLapses, lambda _call, _lapses: Acknowledgement()),
            },
            clock=country.clock,
        )
    country.found("commission", build_commission)
    country.found("national-register", build_register)
    country.found("prefecture-45", build_prefecture)
    country.found("prefecture-13", build_prefecture)
    country.found(MIYAKONOJO, build, database_url=database_url, parameters=parameters)
    country.found(SHIBUYA, build)
    return country


def family(entry_id: str = "h1", address: str = ADDRESS, *, previous: str = "") -> HouseholdEntry:
    """Parents and a child of four."""
    return HouseholdEntry(
        entry_id=entry_id,
        address=address,
        resident_since=date(2010, 4, 1),
        registered_domicile="宮崎県都城市",
        members=(
            MemberEntry(
                PersonName("山田", "太郎", "ヤマダ", "タロウ"),
                date(1985, 2, 3),
                Sex.MALE,
                Relationship.HEAD,
                previous_address=previous,
            ),
            MemberEntry(
                PersonName("山田", "花子", "ヤマダ", "ハナコ"), date(1986, 7, 8), Sex.FEMALE, Relationship.WIFE
            ),
            MemberEntry(
                PersonName("山田", "一郎", "ヤマダ", "イチロウ"),
                date(2015, 5, 5),
                Sex.MALE,
                Relationship.CHILD,
                resident_since=date(2015, 5, 5),
            ),
        ),
    )


CHECKED = IdentityChecklist(
    application=True, card_shown=True, face_checked=True, chip_equals_face=True, number_and_items_compared=True
)


def intake(number: str, **changes: object) -> NumberIntake:
    """An intake of the father's number."""
    values: dict[str, Any] = {
        "number_text": number,
        "name": "山田　太郎",
        "birth_date": date(1985, 2, 3),
        "address": ADDRESS,
        "checklist": CHECKED,
        "purpose": "claim",
    }
    return NumberIntake(**(values | changes))
