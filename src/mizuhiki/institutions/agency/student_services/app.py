"""Composition root of the student services organization."""

from __future__ import annotations

from mizuhiki.casework.app import CaseBody, compose
from mizuhiki.casework.operations import CaseAdapters
from mizuhiki.institutions.agency.student_services.domain.procedures import PROCEDURES
from mizuhiki.institutions.agency.student_services.operations.scholars import EnterScholar
from mizuhiki.institutions.agency.student_services.operations.service import StudentServices
from mizuhiki.institutions.agency.student_services.ports import Records
from mizuhiki.institutions.agency.student_services.store import AUDIT, CASES, EVENTS, METADATA, SqlRecords
from mizuhiki.institutions.agency.student_services.web import build_site
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.institution import App
from mizuhiki.runtime.pages import Site


def build(environment: Environment) -> App:
    """Build the organization of `environment`."""
    body: CaseBody[Records] = CaseBody(
        package="mizuhiki.institutions.agency.student_services",
        metadata=METADATA,
        audit=AUDIT,
        events=EVENTS,
        tables=CASES,
        records=SqlRecords,
        procedures=PROCEDURES,
        settle=EnterScholar(environment.randomness),
    )

    def serve(
        environment: Environment, database: Database, adapters: CaseAdapters[Records]
    ) -> tuple[Site, StudentServices]:
        services = StudentServices(adapters)
        return build_site(environment, database=database, services=services), services

    return compose(environment, body, serve)
