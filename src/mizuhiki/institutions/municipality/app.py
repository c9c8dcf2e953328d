"""Composition root of a municipality."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import Connection

from mizuhiki.casework.operations import CaseAdapters
from mizuhiki.casework.peers import CommissionDesk, NationalRegisterSearch, OwnFileServer, OwnServer
from mizuhiki.casework.store import CaseCipher
from mizuhiki.crypto.card_session import IssuerKeys
from mizuhiki.crypto.keystore import SecretPurpose
from mizuhiki.institutions.municipality.api import serve
from mizuhiki.institutions.municipality.api.copies import serve_copies
from mizuhiki.institutions.municipality.api.events import serve_events
from mizuhiki.institutions.municipality.api.look_ups import serve_look_ups
from mizuhiki.institutions.municipality.api.outside_systems import serve_outside_systems
from mizuhiki.institutions.municipality.domain.claims import childrens_medical_aid
from mizuhiki.institutions.municipality.domain.claims.procedures import procedures_of
from mizuhiki.institutions.municipality.jobs import telling, timed_work
from mizuhiki.institutions.municipality.jobs.claims import claim_jobs
from mizuhiki.institutions.municipality.operations.adapters import Adapters, ProviderKeys
from mizuhiki.institutions.municipality.operations.answer_moves import CERTIFICATE_CHANNEL
from mizuhiki.institutions.municipality.operations.claims.investigate import facts_within
from mizuhiki.institutions.municipality.operations.claims.own_records import OwnRecords, OwnRegisterFirst
from mizuhiki.institutions.municipality.operations.claims.records import ClaimRecords
from mizuhiki.institutions.municipality.operations.claims.sections import SectionAuthority
from mizuhiki.institutions.municipality.operations.claims.service import Claims
from mizuhiki.institutions.municipality.operations.claims.settle import enter_awards
from mizuhiki.institutions.municipality.operations.dispatch_notices import RESIDENCE_CHANNEL
from mizuhiki.institutions.municipality.operations.seal_copies import MayorsSeal, mayors_seal
from mizuhiki.institutions.municipality.operations.service import MunicipalityOperations
from mizuhiki.institutions.municipality.operations.use_addressees import UsableAddressees
from mizuhiki.institutions.municipality.peers.card_issuer import RegisterCardIssuer
from mizuhiki.institutions.municipality.peers.communication_server import RegisterNetwork
from mizuhiki.institutions.municipality.peers.home_registries import HomeRegistryQueue
from mizuhiki.institutions.municipality.peers.outside_messages import OutsideLetters, OutsideQueue
from mizuhiki.institutions.municipality.peers.queues import (
    CardIssuerQueue,
    CardMakerQueue,
    MunicipalityQueue,
    OwnServerQueue,
    PrefectureQueue,
)
from mizuhiki.institutions.municipality.peers.registers import (
    CertificationAuthorities,
    MunicipalityPeers,
    NationalRegister,
)
from mizuhiki.institutions.municipality.store import AUDIT, EVENTS, METADATA, OUTBOX, SqlStore
from mizuhiki.institutions.municipality.store.cipher import Cipher
from mizuhiki.institutions.municipality.store.claim_tables import CLAIMS
from mizuhiki.institutions.municipality.store.sql_claims import SqlClaimRecords, SqlClaimStore
from mizuhiki.institutions.municipality.store.sql_outside import mark_delivered
from mizuhiki.institutions.municipality.store.tables import LEDGER
from mizuhiki.institutions.municipality.web import CardDesk, build_site
from mizuhiki.institutions.municipality.web.card_changes import DeskReader
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.gate import Disclosure, MarkedSubjectsGate
from mizuhiki.runtime.grounds import grounds_of
from mizuhiki.runtime.institution import App, Job, combine
from mizuhiki.runtime.look_up_ledger import look_up_ledger, witness_of
from mizuhiki.runtime.ordinance_source import OrdinanceSource
from mizuhiki.runtime.outbox import Outbox
from mizuhiki.runtime.pages import Site
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.serving import Api
from mizuhiki.runtime.staff_sign_in import SqlStaff
from mizuhiki.vocabulary.ids import key_of
from mizuhiki.vocabulary.statute import StatuteTable
from mizuhiki.wire import register_subscriber

CHECKPOINT_EVERY = timedelta(seconds=1)
TELL_EVERY = timedelta(seconds=5)


def build(environment: Environment, *, desk_reader: DeskReader | None = None, card_desk: CardDesk | None = None) -> App:
    """Build the municipality of `environment`.

    `desk_reader` is the card reader on its counter, `card_desk` the card printer there, if there are any.
    """
    database = Database(environment.settings.database_url)
    database.create(METADATA)
    peers = Peers(environment)
    audit = Audit(database, AUDIT, EVENTS)
    outbox = Outbox(database, environment, peers, OUTBOX, audit=audit)
    code = key_of(environment.institution)
    letters = OutsideLetters(peers, environment.institution, environment.randomness)
    _note_deliveries(outbox, database)
    store = SqlStore(
        database,
        environment.institution,
        environment.keystore,
        audit,
        ledger=look_up_ledger(environment, database, LEDGER),
        submit=witness_of(peers),
        tell_prefecture=PrefectureQueue(outbox, code, environment.randomness),
        tell_municipality=MunicipalityQueue(outbox),
        tell_server=OwnServerQueue(outbox, environment.institution),
        tell_home=HomeRegistryQueue(outbox, environment.directory),
        tell_card_maker=CardMakerQueue(outbox, code),
        tell_outside=OutsideQueue(outbox, letters),
        tell_card_issuer=CardIssuerQueue(outbox, environment.randomness),
    )
    linkage = UsableAddressees(OwnServer(peers, environment.institution), store, environment.institution)
    statute = OrdinanceSource(peers, environment.clock, StatuteTable.load())
    operations = MunicipalityOperations(
        Adapters(
            institution=environment.institution,
            code=code,
            store=store,
            authority=Authority.from_package("mizuhiki.institutions.municipality"),
            gate=MarkedSubjectsGate(store.is_protected, _lifted_by(store), store.protected_among),
            randomness=environment.randomness,
            numbers=NationalRegister(peers, code),
            others=MunicipalityPeers(peers),
            linkage=linkage,
            certificates=CertificationAuthorities(peers, code),
            assessments=CommissionDesk(peers),
            card_issuer=RegisterCardIssuer(peers, code),
            printer=_mayors_seal(environment),
            provider_keys=_provider_keys(environment),
            network=RegisterNetwork(peers, code),
            parameters=environment.settings.parameters,
            statute=statute,
        ),
        SqlStaff(database, environment).open,
        _claims(environment, database, (peers, linkage, statute), audit, outbox),
    )
    api = _served(environment, peers, audit, operations, letters)
    site = build_site(
        environment,
        database,
        operations,
        reader_url=environment.settings.parameters.get("reader_url", ""),
        desk_reader=desk_reader,
        card_desk=card_desk,
    )
    tell = telling(operations, environment.institution, environment.clock, environment.randomness)
    return App(
        institution=environment.institution,
        wsgi=combine(api, site.wsgi),
        jobs=(
            *timed_work(operations, outbox.relay, environment.institution, environment.clock, environment.randomness),
            *claim_jobs(operations.claims, environment.institution, environment.clock, environment.randomness),
            Job("tell-outside-systems", TELL_EVERY, tell),
            Job("checkpoint-ledger", CHECKPOINT_EVERY, store.checkpoint),
            _forget_sessions(environment, site),
        ),
        pump=lambda: tell() + outbox.drain() + store.checkpoint(),
        close=database.dispose,
        operations=operations,
    )


def _forget_sessions(environment: Environment, site: Site) -> Job:
    """Return the timed work that deletes ended sessions."""
    return Job(
        "delete-ended-sessions",
        timedelta(minutes=10),
        lambda: site.sessions.store.delete_ended(environment.clock.now()),
    )


def _served(
    environment: Environment,
    peers: Peers,
    audit: Audit,
    operations: MunicipalityOperations,
    letters: OutsideLetters,
) -> Api:
    """Return what other institutions may call."""
    api = Api(environment, peers, audit=audit)
    serve(api, operations)
    serve_events(api, operations.events)
    serve_copies(api, operations.copies)
    serve_outside_systems(api, operations.outside, peers, environment.institution, letters)
    serve_look_ups(api, operations.network, peers, environment.institution)
    return api


def _claims(
    environment: Environment,
    database: Database,
    ways_out: tuple[Peers, UsableAddressees, OrdinanceSource],
    audit: Audit,
    outbox: Outbox,
) -> Claims:
    """Return the sections' procedures on the municipality's own addressees."""
    peers, linkage, statute = ways_out
    institution, randomness = environment.institution, environment.randomness
    tell_server = OwnServerQueue(outbox, institution)
    cipher, case_cipher = Cipher(institution, environment.keystore), CaseCipher(institution, environment.keystore)

    def records_on(connection: Connection) -> ClaimRecords:
        return SqlClaimRecords(
            connection, cipher, case_cipher, audit, tell_server=tell_server, new_name=randomness.token
        )

    store = SqlClaimStore(database, CLAIMS, case_cipher, records_on)
    return Claims(
        CaseAdapters(
            institution=institution,
            procedures=procedures_of(institution),
            store=store,
            authority=SectionAuthority.from_package("mizuhiki.institutions.municipality"),
            gate=MarkedSubjectsGate(store.is_protected),
            randomness=randomness,
            register=OwnRegisterFirst(store, key_of(institution), NationalRegisterSearch(peers)),
            linkage=linkage,
            files=OwnFileServer(peers, institution),
            assessments=CommissionDesk(peers),
            ordinances=CommissionDesk(peers),
            staff=SqlStaff(database, environment),
            own=OwnRecords(store, environment.clock),
            settle=enter_awards,
            facts=facts_within(key_of(institution)),
            undecided=linkage.in_case,
            statute=statute,
            own_affairs={own.code: (own,) for own in (childrens_medical_aid.affair_of(institution).affair(),)},
        )
    )


def _note_deliveries(outbox: Outbox, database: Database) -> None:
    """Have transactions of outside systems marked when their answers were taken; events belong to none."""
    for endpoint in register_subscriber.ENDPOINTS:
        if endpoint is not register_subscriber.NOTIFY:
            outbox.on_answer(endpoint, lambda delivered: mark_delivered(database, delivered.reference))


def _lifted_by(store: SqlStore) -> Callable[[Context, Disclosure], bool]:
    """Return who may see a protected record: by decisions of the responsible officer only."""

    def lifted(context: Context, asked: Disclosure) -> bool:
        if asked.channel == RESIDENCE_CHANNEL:
            return store.residence_released(asked.subject)
        if asked.channel == CERTIFICATE_CHANNEL:
            return store.transfer_approved(asked.subject, asked.recipient)
        return store.use_lift(grounds_of(context), asked.subject, asked.channel)

    return lifted


def _mayors_seal(environment: Environment) -> MayorsSeal:
    mayor = environment.settings.parameters.get("mayor", "")
    return mayors_seal(environment.keystore, environment.institution, mayor)


def _provider_keys(environment: Environment) -> ProviderKeys:
    def keys(card_number: str, application: str) -> IssuerKeys:
        secret = environment.keystore.secret(SecretPurpose.CARD_ISSUER)
        return IssuerKeys.derive(secret.reveal(), f"{card_number}/{application}".encode())

    return keys
