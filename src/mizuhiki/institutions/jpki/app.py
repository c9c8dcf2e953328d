"""Composition root of the certification authorities."""

from __future__ import annotations

from datetime import timedelta

from mizuhiki.institutions.jpki.api import serve
from mizuhiki.institutions.jpki.api.status_desk import status_room
from mizuhiki.institutions.jpki.domain.status import StatusTimes
from mizuhiki.institutions.jpki.operations.answer_status import AnswerStatus
from mizuhiki.institutions.jpki.operations.authorities import Authorities
from mizuhiki.institutions.jpki.operations.hold_key_ceremony import hold_key_ceremony
from mizuhiki.institutions.jpki.operations.issue_certificates import IssueCertificates
from mizuhiki.institutions.jpki.operations.prepare_status import PrepareStatus
from mizuhiki.institutions.jpki.operations.prepared_answers import PreparedAnswers
from mizuhiki.institutions.jpki.operations.publish_lists import PublishLists
from mizuhiki.institutions.jpki.operations.request_portal_pseudonym import RequestPortalPseudonym
from mizuhiki.institutions.jpki.operations.serve_verifiers import ServeVerifiers
from mizuhiki.institutions.jpki.operations.service import CertificationAuthorities
from mizuhiki.institutions.jpki.operations.status_signers import StatusSigners
from mizuhiki.institutions.jpki.operations.suspend_card import SuspendCard
from mizuhiki.institutions.jpki.operations.take_register_events import TakeRegisterEvents
from mizuhiki.institutions.jpki.operations.usage_meter import UsageMeter
from mizuhiki.institutions.jpki.operations.verifier_access import VerifierAccess
from mizuhiki.institutions.jpki.operations.verifier_registry import VerifierRegistry
from mizuhiki.institutions.jpki.peers.national_register import (
    RegisterCardHolders,
    RegisterCurrentIdentification,
    RegisterPseudonymStart,
)
from mizuhiki.institutions.jpki.store import METADATA, SqlStaff, SqlStatusStore, SqlStore, SqlVerifierStore
from mizuhiki.institutions.jpki.store.tables import AUDIT, EVENTS
from mizuhiki.institutions.jpki.timed_work import TimedWork
from mizuhiki.institutions.jpki.web import build_site
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.institution import App, Job, combine
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.serving import Api

FORGET_EVERY = timedelta(minutes=1)


def build(environment: Environment) -> App:
    """Build the certification authorities of `environment`; the first start holds the key ceremony."""
    database = Database(environment.settings.database_url)
    database.create(METADATA)
    peers = Peers(environment)
    audit = Audit(database, AUDIT, EVENTS)
    store = SqlStore(database, environment.institution, environment.keystore, audit)
    authority = Authority.from_package("mizuhiki.institutions.jpki")
    operations = _operations(environment, database, store, authority, peers)
    timed = TimedWork(environment, database, operations)
    site = build_site(environment, database=database, authorities=operations)
    api = Api(environment, peers, audit=audit)
    serve(api, operations)

    def forget_old() -> None:
        site.sessions.store.delete_ended(environment.clock.now())

    def close() -> None:
        try:
            operations.meter.write_down()
        finally:
            database.dispose()

    return App(
        institution=environment.institution,
        wsgi=combine(api, site.wsgi, status=status_room(environment, operations)),
        jobs=(Job("forget-sessions", FORGET_EVERY, forget_old), *timed.jobs()),
        close=close,
        operations=operations,
    )


def _operations(
    environment: Environment, database: Database, store: SqlStore, authority: Authority, peers: Peers
) -> CertificationAuthorities:
    authorities = _authorities(environment, store, authority)
    status, verifiers, times = SqlStatusStore(database), SqlVerifierStore(database), StatusTimes()
    signers = StatusSigners(store, status, authority, authorities, environment.randomness, times)
    access, meter = VerifierAccess(verifiers, times), UsageMeter(status, authority, times)
    prepared = PreparedAnswers(status, times)
    return CertificationAuthorities(
        store=store,
        authority=authority,
        authorities=authorities,
        issue=IssueCertificates(store, authority, authorities, environment.randomness, RegisterCardHolders(peers)),
        register_events=TakeRegisterEvents(store, authority),
        status=AnswerStatus(status, authority, authorities, signers, prepared, access, meter, times),
        prepare_status=PrepareStatus(status, authority, authorities, signers, times),
        lists=PublishLists(store, status, authority, authorities, times),
        signers=signers,
        verifiers=VerifierRegistry(store, verifiers, authority, access, environment.randomness),
        meter=meter,
        services=ServeVerifiers(store, authority, authorities, access, verifiers, RegisterCurrentIdentification(peers)),
        cards=SuspendCard(store, authority),
        portal_pseudonym=RequestPortalPseudonym(store, authority, authorities, RegisterPseudonymStart(peers)),
        staff=SqlStaff(database, environment.randomness),
    )


def _authorities(environment: Environment, store: SqlStore, authority: Authority) -> Authorities:
    context = Context(
        actor=Actor(environment.institution, "ceremony"),
        affair="card-issue",
        legal_basis="公的個人認証法39条",
        purpose="establish the certification authorities",
        clock=environment.clock,
        trace=environment.randomness.token(),
    )
    return hold_key_ceremony(
        context,
        store=store,
        authority=authority,
        keystore=environment.keystore,
        randomness=environment.randomness,
    )
