"""Composition root of the pension service."""

from __future__ import annotations

from datetime import timedelta

from mizuhiki.institutions.agency.pension_service.api import serve
from mizuhiki.institutions.agency.pension_service.operations.adapters import Adapters
from mizuhiki.institutions.agency.pension_service.operations.service import PensionService
from mizuhiki.institutions.agency.pension_service.peers.own_server import OwnServer
from mizuhiki.institutions.agency.pension_service.peers.registers import CommissionDesk, NationalRegisterSearch
from mizuhiki.institutions.agency.pension_service.store import METADATA, SqlStaff, SqlStore
from mizuhiki.institutions.agency.pension_service.store.tables import AUDIT, EVENTS
from mizuhiki.institutions.agency.pension_service.web import build_site
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.gate import MarkedSubjectsGate
from mizuhiki.runtime.institution import App, Job, combine
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.serving import Api

FORGET_EVERY = timedelta(minutes=1)


def build(environment: Environment) -> App:
    """Build the pension service of `environment`."""
    database = Database(environment.settings.database_url)
    database.create(METADATA)
    peers = Peers(environment)
    audit = Audit(database, AUDIT, EVENTS)
    store = SqlStore(database, environment.institution, environment.keystore, audit)
    pension = PensionService(
        Adapters(
            institution=environment.institution,
            store=store,
            authority=Authority.from_package("mizuhiki.institutions.agency.pension_service"),
            gate=MarkedSubjectsGate(store.is_protected),
            randomness=environment.randomness,
            register=NationalRegisterSearch(peers),
            linkage=OwnServer(peers, environment.institution),
            assessments=CommissionDesk(peers),
            staff=SqlStaff(database, environment.randomness),
        )
    )
    site = build_site(environment, database=database, pension=pension)
    api = Api(environment, peers, audit=audit)
    serve(api, pension, peers, environment.institution)

    def forget_old() -> None:
        site.sessions.store.delete_ended(environment.clock.now())

    return App(
        institution=environment.institution,
        wsgi=combine(api, site.wsgi),
        jobs=(Job("forget-sessions", FORGET_EVERY, forget_old),),
        close=database.dispose,
        operations=pension,
    )
