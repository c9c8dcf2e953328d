"""Composition root of the certification authorities."""

from __future__ import annotations

from datetime import timedelta

from mizuhiki.institutions.jpki.api import serve
from mizuhiki.institutions.jpki.operations.answer_status import AnswerStatus
from mizuhiki.institutions.jpki.operations.approve_terminals import ApproveTerminals
from mizuhiki.institutions.jpki.operations.authorities import Authorities
from mizuhiki.institutions.jpki.operations.hold_key_ceremony import hold_key_ceremony
from mizuhiki.institutions.jpki.operations.issue_certificates import IssueCertificates
from mizuhiki.institutions.jpki.operations.issue_phone_certificates import IssuePhoneCertificates
from mizuhiki.institutions.jpki.operations.keep_practice import KeepPractice
from mizuhiki.institutions.jpki.operations.request_portal_pseudonym import RequestPortalPseudonym
from mizuhiki.institutions.jpki.operations.service import CertificationAuthorities
from mizuhiki.institutions.jpki.operations.suspend_card import SuspendCard
from mizuhiki.institutions.jpki.operations.take_register_events import TakeRegisterEvents
from mizuhiki.institutions.jpki.operations.watch_expiry import WatchExpiry
from mizuhiki.institutions.jpki.peers.national_register import RegisterCardHolders, RegisterPseudonymStart
from mizuhiki.institutions.jpki.store import METADATA, SqlStaff, SqlStore
from mizuhiki.institutions.jpki.store.tables import AUDIT, EVENTS
from mizuhiki.institutions.jpki.web import build_site
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.clock import stopwatch
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.institution import App, Job, combine
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.serving import Api

FORGET_EVERY = timedelta(minutes=1)
NOTIFY_EVERY = timedelta(hours=1)
GIVE_UP_EVERY = timedelta(minutes=10)


def build(environment: Environment) -> App:
    """Build the certification authorities of `environment`; the first start holds the key ceremony."""
    database = Database(environment.settings.database_url)
    database.create(METADATA)
    peers = Peers(environment)
    audit = Audit(database, AUDIT, EVENTS)
    store = SqlStore(database, environment.institution, environment.keystore, audit)
    authority = Authority.from_package("mizuhiki.institutions.jpki")
    operations = _operations(environment, database, store, authority, peers)
    site = build_site(environment, database=database, authorities=operations)
    api = Api(environment, peers, audit=audit)
    serve(api, operations)

    def forget_old() -> None:
        site.sessions.store.delete_ended(environment.clock.now())

    return App(
        institution=environment.institution,
        wsgi=combine(api, site.wsgi),
        jobs=(
            Job("forget-sessions", FORGET_EVERY, forget_old),
            Job("notify-renewal", NOTIFY_EVERY, lambda: operations.expiry.notify(_job_context(environment))),
            Job("give-up-applications", GIVE_UP_EVERY, lambda: operations.expiry.give_up(_job_context(environment))),
        ),
        close=database.dispose,
        operations=operations,
    )


def _job_context(environment: Environment) -> Context:
    return Context(
        actor=Actor(environment.institution, "calendar"),
        affair="card-issue",
        legal_basis="公的個人認証法3条, 22条",
        purpose="keep the calendar of certificates",
        clock=environment.clock,
        trace=environment.randomness.token(),
    )


def _operations(
    environment: Environment, database: Database, store: SqlStore, authority: Authority, peers: Peers
) -> CertificationAuthorities:
    authorities = _authorities(environment, store, authority)
    issue = IssueCertificates(store, authority, authorities, environment.randomness, RegisterCardHolders(peers))
    return CertificationAuthorities(
        store=store,
        authority=authority,
        authorities=authorities,
        issue=issue,
        register_events=TakeRegisterEvents(store, authority),
        status=AnswerStatus(store, authority, authorities),
        cards=SuspendCard(store, authority),
        portal_pseudonym=RequestPortalPseudonym(store, authority, authorities, RegisterPseudonymStart(peers)),
        staff=SqlStaff(database, environment.randomness),
        issue_for_phone=IssuePhoneCertificates(store, authority, authorities, issue),
        expiry=WatchExpiry(store, authority),
        terminals=ApproveTerminals(store, authority, authorities, environment.randomness),
        practice=KeepPractice(store, authority, environment.randomness, stopwatch),
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
