"""Composition root of Hello Work."""

from __future__ import annotations

from mizuhiki.casework.operations import Casework
from mizuhiki.casework.peers import NationalRegisterSearch
from mizuhiki.institutions.agency.hello_work.domain.procedures import PROCEDURES
from mizuhiki.institutions.agency.hello_work.domain.told import KIND
from mizuhiki.institutions.agency.hello_work.operations.adapters import Adapters, told_of
from mizuhiki.institutions.agency.hello_work.operations.service import HelloWork
from mizuhiki.institutions.agency.hello_work.operations.settle import facts, settle
from mizuhiki.institutions.agency.hello_work.ports import Records
from mizuhiki.institutions.agency.hello_work.store import METADATA, SqlRecords
from mizuhiki.institutions.agency.hello_work.store.tables import AUDIT, EVENTS, PEOPLE
from mizuhiki.institutions.agency.hello_work.web import build_site
from mizuhiki.intake.composition import BodyParts, compose
from mizuhiki.intake.persons import COUNTER, Shown
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.institution import App
from mizuhiki.runtime.pages import Site

PARTS: BodyParts[Records] = BodyParts(
    package="mizuhiki.institutions.agency.hello_work",
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
    """Build the Hello Work of `environment`."""

    def serve(
        environment: Environment, database: Database, adapters: Adapters, claims: Casework[Records]
    ) -> tuple[Site, HelloWork]:
        hello_work = HelloWork(adapters, claims)
        return build_site(environment, database=database, hello_work=hello_work), hello_work

    return compose(environment, PARTS, serve)
