"""Composition root of the student services organization."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection

from mizuhiki.casework.operations import CaseAdapters
from mizuhiki.casework.peers import CommissionDesk, NationalRegisterSearch, OwnServer
from mizuhiki.casework.store import CaseCipher, SqlCaseStore, SqlStaff
from mizuhiki.institutions.agency.student_services.domain.procedures import AFFAIR, PROCEDURES
from mizuhiki.institutions.agency.student_services.operations.scholars import EnterScholar
from mizuhiki.institutions.agency.student_services.operations.service import StudentServices
from mizuhiki.institutions.agency.student_services.ports import Records
from mizuhiki.institutions.agency.student_services.store import AUDIT, CASES, EVENTS, METADATA, SqlRecords
from mizuhiki.institutions.agency.student_services.web import build_site
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.gate import MarkedSubjectsGate
from mizuhiki.runtime.institution import App, Job, combine
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.serving import Api

FORGET_EVERY = timedelta(minutes=1)
DESTROY_EVERY = timedelta(days=1)


def build(environment: Environment) -> App:
    """Build the organization of `environment`."""
    database = Database(environment.settings.database_url)
    database.create(METADATA)
    peers = Peers(environment)
    audit = Audit(database, AUDIT, EVENTS)
    cipher = CaseCipher(environment.institution, environment.keystore)

    def records_on(connection: Connection) -> Records:
        return SqlRecords(connection, cipher, audit)

    store = SqlCaseStore(database, CASES, cipher, records_on)
    authority = Authority.from_package("mizuhiki.institutions.agency.student_services")
    services = StudentServices(
        CaseAdapters(
            institution=environment.institution,
            procedures=PROCEDURES,
            store=store,
            authority=authority,
            gate=MarkedSubjectsGate(store.is_protected),
            randomness=environment.randomness,
            register=NationalRegisterSearch(peers),
            linkage=OwnServer(peers, environment.institution),
            assessments=CommissionDesk(peers),
            staff=SqlStaff(database, environment.randomness),
            settle=EnterScholar(environment.randomness),
        )
    )
    site = build_site(environment, database=database, services=services, authority=authority)
    api = Api(environment, peers, audit=audit)

    def forget_old() -> None:
        site.sessions.store.delete_ended(environment.clock.now())

    def destroy_expired() -> None:
        actor = Actor(environment.institution, "records-officer")
        trace = environment.randomness.token()
        services.destroy_expired(
            Context(actor, AFFAIR, "番号法20条", "destroy what is no longer needed", environment.clock, trace)
        )

    return App(
        institution=environment.institution,
        wsgi=combine(api, site.wsgi),
        jobs=(Job("forget-sessions", FORGET_EVERY, forget_old), Job("destroy-expired", DESTROY_EVERY, destroy_expired)),
        close=database.dispose,
        operations=services,
    )
