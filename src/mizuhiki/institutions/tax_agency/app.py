"""Composition root of the tax agency."""

from __future__ import annotations

from datetime import timedelta

from mizuhiki.institutions.tax_agency.api import serve, serve_web_api
from mizuhiki.institutions.tax_agency.jobs import jobs
from mizuhiki.institutions.tax_agency.operations.change_corporation import ChangeCorporation
from mizuhiki.institutions.tax_agency.operations.designate_number import DesignateNumber
from mizuhiki.institutions.tax_agency.operations.publish_files import PublishFiles
from mizuhiki.institutions.tax_agency.operations.read_publication import ReadPublication
from mizuhiki.institutions.tax_agency.operations.service import TaxAgency
from mizuhiki.institutions.tax_agency.store import METADATA, SqlStore
from mizuhiki.institutions.tax_agency.store.tables import AUDIT, EVENTS, LEASES
from mizuhiki.institutions.tax_agency.web import build_site
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.institution import App, Job, combine
from mizuhiki.runtime.leases import Leases
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.public_answers import PublicAnswers
from mizuhiki.runtime.serving import Api
from mizuhiki.runtime.staff_sign_in import SqlStaff

PUBLIC_LIMIT = "60 per minute"
"""Requests of one address to the Web-API, unless `parameters.web_api_limit` says otherwise."""
FORGET_SESSIONS_EVERY = timedelta(hours=1)
BASIS = "番号法39条4項"


def build(environment: Environment) -> App:
    """Build the tax agency of `environment`."""
    database = Database(environment.settings.database_url)
    database.create(METADATA)
    audit = Audit(database, AUDIT, EVENTS)
    agency = _operations(environment, database, audit)
    api = Api(environment, Peers(environment), audit=audit)
    serve(api, agency)

    def context(role: str, purpose: str) -> Context:
        actor = Actor(environment.institution, role)
        trace = environment.randomness.token()
        return Context(actor, "corporate-number", BASIS, purpose, environment.clock, trace)

    public = PublicAnswers(environment, limit=environment.settings.parameters.get("web_api_limit", PUBLIC_LIMIT))
    serve_web_api(public, agency, lambda: context("public", "read the published record"))
    site = build_site(
        environment, database=database, agency=agency, public=lambda: context("public", "read the published record")
    )
    leases = Leases(database, LEASES, environment.clock, environment.randomness.token())

    def forget_sessions() -> None:
        site.sessions.store.delete_ended(environment.clock.now())

    return App(
        institution=environment.institution,
        wsgi=combine(api, site.wsgi, public),
        jobs=(
            *jobs(agency, leases, lambda: context("publisher", "publish the files for download")),
            Job("forget-sessions", FORGET_SESSIONS_EVERY, forget_sessions),
        ),
        close=database.dispose,
        operations=agency,
    )


def _operations(environment: Environment, database: Database, audit: Audit) -> TaxAgency:
    store = SqlStore(database, audit)
    authority = Authority.from_package("mizuhiki.institutions.tax_agency")
    return TaxAgency(
        store=store,
        authority=authority,
        designation=DesignateNumber(store, authority),
        changes=ChangeCorporation(store, authority),
        publication=ReadPublication(store, authority),
        files=PublishFiles(store, authority),
        staff=SqlStaff(database, environment),
    )
