"""A tax agency for tests, with officers and corporations that are quickly written down."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from werkzeug.test import Client, TestResponse

from mizuhiki.institutions.tax_agency.app import build
from mizuhiki.institutions.tax_agency.domain.corporations import NewCorporation, Profile
from mizuhiki.institutions.tax_agency.operations.service import TaxAgency
from mizuhiki.runtime.clock import FixedClock
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.environment import Environment
from support.environment import TEST_INSTANT, make_environment

TODAY = date(2019, 12, 2)


def profile(name: str = "株式会社架空商事", **items: Any) -> Profile:
    values = {"name": name, "kind": "301", "municipality_code": "131032", "street": "架空1丁目2番3号", **items}
    return Profile(**values)


def company(serial: int, name: str = "株式会社架空商事", **items: Any) -> NewCorporation:
    return NewCorporation(
        profile=profile(name, **items), since=date(2010, 4, 1), registration_number=f"999901{serial:06d}"
    )


def association(name: str = "架空管理組合", *, consent: bool = False) -> NewCorporation:
    return NewCorporation(profile=profile(name, kind="499"), since=date(2018, 4, 1), association=True, consent=consent)


@dataclass
class Office:
    """A built tax agency; `clock` can be moved on."""

    database_url: str | None = None
    parameters: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clock = FixedClock(TEST_INSTANT)
        self.environment: Environment = make_environment(
            "tax-agency", clock=self.clock, database_url=self.database_url, parameters=self.parameters
        )
        self.app = build(self.environment)
        self.agency: TaxAgency = self.app.operations

    def context(self, role: str) -> Context:
        actor = Actor(self.environment.institution, role, "tester")
        return Context(actor, "corporate-number", "番号法39条", "test", self.clock, "trace")

    @property
    def entering(self) -> Context:
        return self.context("registration-officer")

    @property
    def deciding(self) -> Context:
        return self.context("designating-officer")

    @property
    def public(self) -> Context:
        return self.context("public")

    def designate(self, new: NewCorporation) -> str:
        return self.agency.designation.designate(self.deciding, self.agency.designation.enter(self.entering, new))

    def ask(self, path: str, **query: str) -> TestResponse:
        host = f"http://{self.environment.settings.host}"
        return Client(self.app.wsgi).get(path, base_url=host, query_string=query)
