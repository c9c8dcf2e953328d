"""Composition root of a health insurance society."""

from __future__ import annotations

from mizuhiki.casework.operations import Casework
from mizuhiki.casework.peers import NationalRegisterSearch
from mizuhiki.institutions.agency.health_insurer.domain.procedures import PROCEDURES
from mizuhiki.institutions.agency.health_insurer.domain.told import KIND
from mizuhiki.institutions.agency.health_insurer.operations.adapters import Adapters, told_of
from mizuhiki.institutions.agency.health_insurer.operations.service import HealthInsurer
from mizuhiki.institutions.agency.health_insurer.operations.settle import facts, settle
from mizuhiki.institutions.agency.health_insurer.ports import Records
from mizuhiki.institutions.agency.health_insurer.store import METADATA, SqlRecords
from mizuhiki.institutions.agency.health_insurer.store.tables import AUDIT, EVENTS, PEOPLE
from mizuhiki.institutions.agency.health_insurer.web import build_site
from mizuhiki.intake.composition import BodyParts, compose
from mizuhiki.intake.persons import COUNTER, Shown
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.institution import App
from mizuhiki.runtime.pages import Site

PARTS: BodyParts[Records] = BodyParts(
    package="mizuhiki.institutions.agency.health_insurer",
    metadata=METADATA,
    people=PEOPLE,
    audit=AUDIT,
    events=EVENTS,
    records=SqlRecords,
    register=NationalRegisterSearch,
    told_of=told_of,
    told_kinds=(KIND,),
    shown=COUNTER | {Shown.EMPLOYER},
    procedures=PROCEDURES,
    settle=settle,
    facts=facts,
)


def build(environment: Environment) -> App:
    """Build the health insurance society of `environment`."""

    def serve(
        environment: Environment, database: Database, adapters: Adapters, claims: Casework[Records]
    ) -> tuple[Site, HealthInsurer]:
        insurer = HealthInsurer(adapters, claims)
        return build_site(environment, database=database, insurer=insurer), insurer

    return compose(environment, PARTS, serve)
