"""Composition root of the commission."""

from __future__ import annotations

from datetime import timedelta

from mizuhiki.crypto.keystore import SecretPurpose
from mizuhiki.crypto.pseudonyms import Converter
from mizuhiki.institutions.commission.api import serve
from mizuhiki.institutions.commission.jobs import jobs
from mizuhiki.institutions.commission.operations.check_case import PurposeRules
from mizuhiki.institutions.commission.operations.convert_case import ConvertCase
from mizuhiki.institutions.commission.operations.keep_alarms import KeepAlarms
from mizuhiki.institutions.commission.operations.keep_assessments import KeepAssessments
from mizuhiki.institutions.commission.operations.keep_generations import KeepGenerations
from mizuhiki.institutions.commission.operations.keep_ordinance_affairs import KeepOrdinanceAffairs, PublishedStatute
from mizuhiki.institutions.commission.operations.service import Commission
from mizuhiki.institutions.commission.operations.state_factors import StateFactors
from mizuhiki.institutions.commission.operations.witness_checkpoint import WitnessCheckpoint
from mizuhiki.institutions.commission.peers.card_authority import JpkiCardAuthority
from mizuhiki.institutions.commission.peers.tickets import SignedTickets
from mizuhiki.institutions.commission.store import METADATA, SqlLogWitness, SqlStore
from mizuhiki.institutions.commission.store.audit_events import EVENTS
from mizuhiki.institutions.commission.store.tables import AUDIT, GENERATIONS, LEASES
from mizuhiki.institutions.commission.web import build_site
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.generation_book import GenerationBook
from mizuhiki.runtime.institution import App, Job, combine
from mizuhiki.runtime.joint_key import JointKeySource
from mizuhiki.runtime.leases import Leases
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.serving import AT_ONCE, Api
from mizuhiki.runtime.staff_sign_in import SqlStaff
from mizuhiki.vocabulary.statute import StatuteTable

DAILY_QUOTA = 1_000_000
"""Persons per (institution, affair) and day, unless `parameters.conversion_quota` says otherwise."""


FORGET_SESSIONS_EVERY = timedelta(hours=1)


def build(environment: Environment) -> App:
    """Build the commission of `environment`."""
    database = Database(environment.settings.database_url)
    database.create(METADATA)
    peers = Peers(environment)
    audit = Audit(database, AUDIT, EVENTS)
    commission = _operations(environment, database, peers, audit)
    api = Api(environment, peers, audit=audit, at_once=AT_ONCE)
    serve(api, commission, peers, environment.institution)
    site = build_site(environment, database=database, commission=commission)
    leases = Leases(database, LEASES, environment.clock, environment.randomness.token())

    def forget_sessions() -> None:
        site.sessions.store.delete_ended(environment.clock.now())

    return App(
        institution=environment.institution,
        wsgi=combine(api, site.wsgi),
        jobs=(
            *jobs(commission, leases),
            Job("forget-sessions", FORGET_SESSIONS_EVERY, forget_sessions),
        ),
        close=database.dispose,
        operations=commission,
    )


def _operations(environment: Environment, database: Database, peers: Peers, audit: Audit) -> Commission:
    institution, keystore = environment.institution, environment.keystore
    store = SqlStore(database, institution, keystore, audit)
    authority = Authority.from_package("mizuhiki.institutions.commission")
    converter = Converter(
        institution, keystore.secret(SecretPurpose.CONVERTER_MASTER), keystore.secret(SecretPurpose.CONVERTER_KEY)
    )
    joint_key = JointKeySource(peers)
    book = GenerationBook(database, GENERATIONS, environment.clock)
    table = StatuteTable.load()
    statute = PublishedStatute(store, table, environment.clock)
    rules = PurposeRules(store, statute, JpkiCardAuthority(peers, environment.randomness))
    quota = int(environment.settings.parameters.get("conversion_quota", DAILY_QUOTA))
    return Commission(
        store=store,
        authority=authority,
        clock=environment.clock,
        conversions=ConvertCase(
            store=store,
            authority=authority,
            rules=rules,
            converter=converter,
            joint_key=joint_key,
            tickets=SignedTickets(peers, institution),
            randomness=environment.randomness,
            daily_quota=quota,
            generations=book,
        ),
        register=KeepAssessments(store, authority, environment.randomness, statute),
        factors=StateFactors(authority, converter, joint_key, book),
        witness=WitnessCheckpoint(authority, SqlLogWitness(database, institution, keystore, environment.directory)),
        open_account=SqlStaff(database, environment).open,
        generations=KeepGenerations(authority, book),
        alarms=KeepAlarms(store, authority),
        ordinances=KeepOrdinanceAffairs(store, authority, environment.randomness, table),
    )
