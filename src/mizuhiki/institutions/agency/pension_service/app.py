"""Composition root of the pension service."""

from __future__ import annotations

from mizuhiki.casework.app import upkeep
from mizuhiki.casework.operations import CaseAdapters, Casework
from mizuhiki.casework.peers import CommissionDesk, NationalRegisterSearch, OwnFileServer, OwnServer
from mizuhiki.institutions.agency.pension_service.api import serve
from mizuhiki.institutions.agency.pension_service.domain.procedures import PROCEDURES
from mizuhiki.institutions.agency.pension_service.jobs import timed_work
from mizuhiki.institutions.agency.pension_service.operations.adapters import Adapters
from mizuhiki.institutions.agency.pension_service.operations.service import PensionService
from mizuhiki.institutions.agency.pension_service.operations.settle import Settle, facts
from mizuhiki.institutions.agency.pension_service.ports import Records
from mizuhiki.institutions.agency.pension_service.store import METADATA, SqlStore
from mizuhiki.institutions.agency.pension_service.store.tables import AUDIT, EVENTS
from mizuhiki.institutions.agency.pension_service.web import build_site
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.gate import MarkedSubjectsGate
from mizuhiki.runtime.institution import App, combine
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.serving import Api
from mizuhiki.runtime.staff_sign_in import SqlStaff


def build(environment: Environment) -> App:
    """Build the pension service of `environment`."""
    database = Database(environment.settings.database_url)
    database.create(METADATA)
    peers = Peers(environment)
    audit = Audit(database, AUDIT, EVENTS)
    store = SqlStore(database, environment.institution, environment.keystore, audit)
    authority = Authority.from_package("mizuhiki.institutions.agency.pension_service")
    gate = MarkedSubjectsGate(store.is_protected)
    register, linkage = NationalRegisterSearch(peers), OwnServer(peers, environment.institution)
    assessments, staff = CommissionDesk(peers), SqlStaff(database, environment)
    claims: Casework[Records] = Casework(
        CaseAdapters(
            institution=environment.institution,
            procedures=PROCEDURES,
            store=store,
            authority=authority,
            gate=gate,
            randomness=environment.randomness,
            register=register,
            linkage=linkage,
            files=OwnFileServer(peers, environment.institution),
            assessments=assessments,
            ordinances=assessments,
            staff=staff,
            settle=Settle(environment.randomness),
            facts=facts,
        )
    )
    pension = PensionService(
        Adapters(
            institution=environment.institution,
            store=store,
            authority=authority,
            gate=gate,
            randomness=environment.randomness,
            register=register,
            linkage=linkage,
            assessments=assessments,
            staff=staff,
        ),
        claims,
    )
    site = build_site(environment, database=database, pension=pension)
    api = Api(environment, peers, audit=audit)
    serve(api, pension, peers, environment.institution)

    return App(
        institution=environment.institution,
        wsgi=combine(api, site.wsgi),
        jobs=(
            *upkeep(environment, site, claims),
            *timed_work(pension, environment.institution, environment.clock, environment.randomness.token),
        ),
        close=database.dispose,
        operations=pension,
    )
