"""Composition root of the certification authorities."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from mizuhiki.institutions.jpki.api import serve
from mizuhiki.institutions.jpki.api.status_desk import status_room
from mizuhiki.institutions.jpki.domain.status import StatusTimes
from mizuhiki.institutions.jpki.operations.answer_status import AnswerStatus
from mizuhiki.institutions.jpki.operations.approve_terminals import ApproveTerminals
from mizuhiki.institutions.jpki.operations.authorities import Authorities
from mizuhiki.institutions.jpki.operations.decline_certificates import DeclineCertificates
from mizuhiki.institutions.jpki.operations.hold_key_ceremony import hold_key_ceremony
from mizuhiki.institutions.jpki.operations.issue_certificates import IssueCertificates
from mizuhiki.institutions.jpki.operations.issue_phone_certificates import IssuePhoneCertificates
from mizuhiki.institutions.jpki.operations.keep_practice import KeepPractice
from mizuhiki.institutions.jpki.operations.open_look_ups import OpenLookUps
from mizuhiki.institutions.jpki.operations.prepare_status import PrepareStatus
from mizuhiki.institutions.jpki.operations.prepared_answers import PreparedAnswers
from mizuhiki.institutions.jpki.operations.publish_lists import PublishLists
from mizuhiki.institutions.jpki.operations.renewal_letters import RenewalLetters
from mizuhiki.institutions.jpki.operations.request_portal_pseudonym import RequestPortalPseudonym
from mizuhiki.institutions.jpki.operations.serve_verifiers import ServeVerifiers
from mizuhiki.institutions.jpki.operations.service import CertificationAuthorities
from mizuhiki.institutions.jpki.operations.status_signers import StatusSigners
from mizuhiki.institutions.jpki.operations.suspend_card import SuspendCard
from mizuhiki.institutions.jpki.operations.take_register_events import TakeRegisterEvents
from mizuhiki.institutions.jpki.operations.usage_meter import UsageMeter
from mizuhiki.institutions.jpki.operations.verifier_access import VerifierAccess
from mizuhiki.institutions.jpki.operations.verifier_registry import VerifierRegistry
from mizuhiki.institutions.jpki.operations.watch_expiry import WatchExpiry
from mizuhiki.institutions.jpki.peers.national_register import (
    RegisterCardHolders,
    RegisterCurrentIdentification,
    RegisterLookUps,
    RegisterPseudonymStart,
)
from mizuhiki.institutions.jpki.store import METADATA, SqlStatusStore, SqlStore, SqlVerifierStore
from mizuhiki.institutions.jpki.store.status_tables import LEASES
from mizuhiki.institutions.jpki.store.tables import AUDIT, EVENTS
from mizuhiki.institutions.jpki.web import build_site
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.clock import stopwatch
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.institution import App, Job, combine
from mizuhiki.runtime.leases import Leases
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.serving import Api
from mizuhiki.runtime.staff_sign_in import SqlStaff
from mizuhiki.wire.register_network import look_ups_hash

FORGET_EVERY = timedelta(minutes=1)
GIVE_UP_EVERY = timedelta(minutes=10)
PREPARE_EVERY = timedelta(seconds=10)
"""With the 5 seconds after which memories catch up and 30 of caches, a changed status is seen within 45 seconds."""
LISTS_EVERY = timedelta(minutes=1)
METER_EVERY = timedelta(seconds=10)
ROTATE_EVERY = timedelta(hours=1)
FORGET_USAGE_EVERY = timedelta(days=1)
LEASE = timedelta(minutes=5)


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
    look_ups = OpenLookUps(store, authority, operations.authorities, look_ups_hash, RegisterLookUps(peers))
    serve(api, operations, look_ups)

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
        jobs=(
            Job("forget-sessions", FORGET_EVERY, forget_old),
            Job("give-up-applications", GIVE_UP_EVERY, lambda: operations.expiry.give_up(_job_context(environment))),
            *timed.jobs(),
        ),
        close=close,
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
    status, verifiers, times = SqlStatusStore(database), SqlVerifierStore(database), StatusTimes()
    signers = StatusSigners(store, status, authority, authorities, environment.randomness, times)
    access, meter = VerifierAccess(verifiers, times), UsageMeter(status, authority, times)
    prepared = PreparedAnswers(status, times)
    return CertificationAuthorities(
        store=store,
        authority=authority,
        authorities=authorities,
        issue=issue,
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
        staff=SqlStaff(database, environment),
        issue_for_phone=IssuePhoneCertificates(store, authority, authorities, issue),
        expiry=WatchExpiry(store, authority),
        letters=RenewalLetters(store, authority, RegisterCurrentIdentification(peers)),
        terminals=ApproveTerminals(store, authority, authorities, environment.randomness),
        practice=KeepPractice(store, authority, environment.randomness, stopwatch),
        declined=DeclineCertificates(store, authority, RegisterCardHolders(peers)),
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


class TimedWork:
    """Jobs of one process; those on the shared database are done by one process at a time."""

    def __init__(self, environment: Environment, database: Database, operations: CertificationAuthorities) -> None:
        self._environment = environment
        self._operations = operations
        self._leases = Leases(database, LEASES, environment.clock, environment.randomness.token())

    def jobs(self) -> Iterator[Job]:
        """Yield every job."""
        operations = self._operations
        yield self._elected("prepare-status-answers", PREPARE_EVERY, "sign status answers", operations.prepare_status)
        yield self._elected("publish-lists", LISTS_EVERY, "publish revocation lists", operations.lists.publish_due)
        yield self._elected("rotate-status-signers", ROTATE_EVERY, "rotate signers", operations.signers.rotate)
        yield self._elected("forget-status-usage", FORGET_USAGE_EVERY, "forget old counts", operations.meter.forget)
        # Not elected: each process writes down what it counted itself.
        yield Job("meter-status", METER_EVERY, operations.meter.write_down)

    def _elected(self, name: str, every: timedelta, purpose: str, run: Callable[[Context], object]) -> Job:
        def work() -> None:
            run(self.context(purpose))

        return Job(name, every, self._leases.elected(name, LEASE, work))

    def context(self, purpose: str) -> Context:
        """Return the context of timed work."""
        return Context(
            actor=Actor(self._environment.institution, "timed-work"),
            affair="card-issue",
            legal_basis="公的個人認証法18条, 37条",
            purpose=purpose,
            clock=self._environment.clock,
            trace=self._environment.randomness.token(),
        )
