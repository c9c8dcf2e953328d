"""Composition root of the core."""

from __future__ import annotations

from datetime import timedelta

from mizuhiki.crypto.keystore import SecretPurpose, SigningPurpose
from mizuhiki.crypto.pseudonyms import Converter, ProofDraw
from mizuhiki.institutions.linkage_core.api import serve
from mizuhiki.institutions.linkage_core.api.statute import serve_statute
from mizuhiki.institutions.linkage_core.domain.cases import COMMISSION
from mizuhiki.institutions.linkage_core.jobs import in_turn, jobs, resume, tell_alarms
from mizuhiki.institutions.linkage_core.operations.carry_out_case import CarryOutCase
from mizuhiki.institutions.linkage_core.operations.check_case import CaseRules
from mizuhiki.institutions.linkage_core.operations.convert_second_half import ConvertSecondHalf, OwnKey
from mizuhiki.institutions.linkage_core.operations.deliver_case import DeliverCase
from mizuhiki.institutions.linkage_core.operations.examine_links import ExamineLinks
from mizuhiki.institutions.linkage_core.operations.keep_generations import KeepGenerations
from mizuhiki.institutions.linkage_core.operations.keep_joint_key import KeepJointKey
from mizuhiki.institutions.linkage_core.operations.read_records import ReadRecords
from mizuhiki.institutions.linkage_core.operations.read_statute import ReadStatute
from mizuhiki.institutions.linkage_core.operations.renew_second_half import RenewSecondHalf
from mizuhiki.institutions.linkage_core.operations.service import LinkageCore
from mizuhiki.institutions.linkage_core.operations.state_factors import StateFactors
from mizuhiki.institutions.linkage_core.operations.watch_traps import WatchTraps
from mizuhiki.institutions.linkage_core.peers.case_reader import SignedCaseReader
from mizuhiki.institutions.linkage_core.peers.commission import (
    AlarmDeskAtCommission,
    FirstConverterAtCommission,
    WitnessAtCommission,
)
from mizuhiki.institutions.linkage_core.peers.recipients import IntermediateServers
from mizuhiki.institutions.linkage_core.peers.tickets import SignedTickets
from mizuhiki.institutions.linkage_core.store import METADATA, SqlStore, WitnessedLedger
from mizuhiki.institutions.linkage_core.store.audit_events import EVENTS
from mizuhiki.institutions.linkage_core.store.case_cipher import CaseCipher
from mizuhiki.institutions.linkage_core.store.tables import AUDIT, GENERATIONS, LEASES, LEDGER
from mizuhiki.institutions.linkage_core.web import build_site
from mizuhiki.ledger.bundle import NamedKey
from mizuhiki.ledger.checkpoint import key_name
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.conversion_keys import ConversionKeys, proof_share
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.generation_book import GenerationBook
from mizuhiki.runtime.institution import App, Job, combine
from mizuhiki.runtime.leases import Leases
from mizuhiki.runtime.ledger_store import Ledger
from mizuhiki.runtime.ordinance_source import OrdinanceSource
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.public_answers import PublicAnswers
from mizuhiki.runtime.public_api import problem_of_room
from mizuhiki.runtime.serving import AT_ONCE, Api
from mizuhiki.runtime.staff_sign_in import SqlStaff
from mizuhiki.vocabulary.statute import StatuteTable

FORGET_SESSIONS_EVERY = timedelta(hours=1)
PUBLIC_LIMIT = "120 per minute"
"""Requests of one address to the statute interface, unless `parameters.statute_api_limit` says otherwise."""


def build(environment: Environment) -> App:
    """Build the core of `environment`."""
    database = Database(environment.settings.database_url)
    database.create(METADATA)
    peers = Peers(environment)
    audit = Audit(database, AUDIT, EVENTS)
    core = _operations(environment, database, peers, audit)
    api = Api(environment, peers, audit=audit, at_once=AT_ONCE)
    serve(api, core, peers)
    limit = environment.settings.parameters.get("statute_api_limit", PUBLIC_LIMIT)
    public = PublicAnswers(environment, limit=limit, refuse=problem_of_room)
    serve_statute(public, core.statute, environment)
    site = build_site(environment, database=database, core=core)
    leases = Leases(database, LEASES, environment.clock, environment.randomness.token())

    def forget_sessions() -> None:
        site.sessions.store.delete_ended(environment.clock.now())

    return App(
        institution=environment.institution,
        wsgi=combine(api, site.wsgi, public),
        jobs=(
            *jobs(core, leases, environment.randomness),
            Job("forget-sessions", FORGET_SESSIONS_EVERY, forget_sessions),
        ),
        pump=in_turn(resume(core, environment.randomness), tell_alarms(core, environment.randomness)),
        close=database.dispose,
        operations=core,
    )


def _ledger(environment: Environment, database: Database) -> Ledger:
    def witnesses() -> list[NamedKey]:
        key = environment.directory.entry(COMMISSION).checkpoint_key
        return [NamedKey(name=key_name(COMMISSION), public_key=key)]

    return Ledger(
        database,
        origin=key_name(environment.institution),
        signer=environment.keystore.signer(SigningPurpose.CHECKPOINT),
        index_key=environment.keystore.secret(SecretPurpose.LEDGER_INDEX),
        randomness=environment.randomness,
        clock=environment.clock,
        tables=LEDGER,
        witness_keys=witnesses,
    )


def _operations(environment: Environment, database: Database, peers: Peers, audit: Audit) -> LinkageCore:
    keystore, clock = environment.keystore, environment.clock
    authority = Authority.from_package("mizuhiki.institutions.linkage_core")
    table = StatuteTable.load()
    statute = OrdinanceSource(peers, clock, table)
    ledger = _ledger(environment, database)
    store = SqlStore(database, CaseCipher(environment.institution, keystore), ledger, audit)
    witnessed = WitnessedLedger(ledger, WitnessAtCommission(peers).submit, store.chain_of)
    first = FirstConverterAtCommission(peers, ConversionKeys(environment, peers), keystore)
    converter = Converter(
        environment.institution,
        keystore.secret(SecretPurpose.CONVERTER_MASTER),
        keystore.secret(SecretPurpose.CONVERTER_KEY),
    )
    book = GenerationBook(database, GENERATIONS, clock)
    joint_key = KeepJointKey(converter, first, store, clock)
    convert = ConvertSecondHalf(
        converter=converter,
        first=first,
        joint_key=joint_key,
        own_key=OwnKey(converter, first),
        rules=CaseRules(statute, book),
        tickets=SignedTickets(peers),
        draw=ProofDraw(keystore.secret(SecretPurpose.PROOF_DRAW), proof_share(environment.settings.parameters)),
        randomness=environment.randomness,
    )
    renew = RenewSecondHalf(convert)
    traps = WatchTraps(store, authority, environment.randomness, AlarmDeskAtCommission(peers))
    return LinkageCore(
        store=store,
        clock=clock,
        ledger=witnessed,
        cases=CarryOutCase(
            store=store,
            authority=authority,
            reader=SignedCaseReader(peers),
            convert=convert,
            deliver=DeliverCase(IntermediateServers(peers), witnessed),
            renew=renew,
            traps=traps,
        ),
        factors=StateFactors(authority, converter, first, joint_key, book),
        records=ReadRecords(store, authority, ReadStatute(table, statute)),
        statute=ReadStatute(table, statute),
        open_account=SqlStaff(database, environment).open,
        generations=KeepGenerations(authority, book, first),
        links=ExamineLinks(authority, store, renew, witnessed),
        traps=traps,
    )
