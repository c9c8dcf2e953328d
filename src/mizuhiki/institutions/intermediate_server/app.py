"""Composition root of an intermediate server."""

from __future__ import annotations

from datetime import timedelta

from mizuhiki.crypto.keystore import SecretPurpose, SigningPurpose
from mizuhiki.crypto.pseudonyms import ProofDraw
from mizuhiki.institutions.intermediate_server.api.business import serve_business
from mizuhiki.institutions.intermediate_server.api.files import serve_files
from mizuhiki.institutions.intermediate_server.api.network import NetworkHandlers, serve_network
from mizuhiki.institutions.intermediate_server.api.owner_view import serve_owner_view
from mizuhiki.institutions.intermediate_server.api.streams import serve_streams
from mizuhiki.institutions.intermediate_server.domain.exchanges import InquiryResult
from mizuhiki.institutions.intermediate_server.jobs import jobs_of
from mizuhiki.institutions.intermediate_server.operations.carry_inquiries import Asking, CarryInquiries
from mizuhiki.institutions.intermediate_server.operations.decide_provisions import DecideProvisions
from mizuhiki.institutions.intermediate_server.operations.end_inquiries import EndInquiries
from mizuhiki.institutions.intermediate_server.operations.end_with_codes import EndWithCodes
from mizuhiki.institutions.intermediate_server.operations.hand_in_files import HandInFiles
from mizuhiki.institutions.intermediate_server.operations.hold_provision import HoldProvision
from mizuhiki.institutions.intermediate_server.operations.inquire import Inquire
from mizuhiki.institutions.intermediate_server.operations.inquire_bulk import SECTION_SIZE, InquireBulk
from mizuhiki.institutions.intermediate_server.operations.join_inquiries import (
    AT_ONCE,
    LARGEST,
    JoinInquiries,
    OneByOne,
)
from mizuhiki.institutions.intermediate_server.operations.mark_addressee import MarkAddressee
from mizuhiki.institutions.intermediate_server.operations.notices import Notices
from mizuhiki.institutions.intermediate_server.operations.plant_traps import PlantTraps
from mizuhiki.institutions.intermediate_server.operations.prepare_acquisition import PrepareAcquisition
from mizuhiki.institutions.intermediate_server.operations.provide import Provide
from mizuhiki.institutions.intermediate_server.operations.receive_pseudonyms import ReceivePseudonyms
from mizuhiki.institutions.intermediate_server.operations.register_local_copies import RegisterLocalCopies
from mizuhiki.institutions.intermediate_server.operations.renew_pseudonyms import RenewPseudonyms
from mizuhiki.institutions.intermediate_server.operations.service import IntermediateServer
from mizuhiki.institutions.intermediate_server.operations.stream_inquiries import StreamInquiries
from mizuhiki.institutions.intermediate_server.operations.tell_owner import TellOwner
from mizuhiki.institutions.intermediate_server.operations.upkeep import Upkeep
from mizuhiki.institutions.intermediate_server.operations.wait import Wait
from mizuhiki.institutions.intermediate_server.peers.answers import SealedAnswers
from mizuhiki.institutions.intermediate_server.peers.core_exchange import CoreExchange
from mizuhiki.institutions.intermediate_server.peers.half_proofs import DrawnProofs
from mizuhiki.institutions.intermediate_server.peers.inquiry_cases import InquiryCases
from mizuhiki.institutions.intermediate_server.peers.inquiry_exchange import InquiriesThroughCore
from mizuhiki.institutions.intermediate_server.peers.renewal_exchange import RenewalThroughCore
from mizuhiki.institutions.intermediate_server.peers.section_exchange import SectionsThroughCore
from mizuhiki.institutions.intermediate_server.peers.tickets import TicketReader
from mizuhiki.institutions.intermediate_server.peers.trap_exchange import TrapsThroughCore
from mizuhiki.institutions.intermediate_server.ports import Disclosed
from mizuhiki.institutions.intermediate_server.store import METADATA, SqlStore
from mizuhiki.institutions.intermediate_server.store.audit_events import EVENTS
from mizuhiki.institutions.intermediate_server.store.tables import AUDIT, LEDGER
from mizuhiki.institutions.intermediate_server.web import build_site
from mizuhiki.ledger.bundle import NamedKey
from mizuhiki.ledger.checkpoint import key_name
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.conversion_keys import ConversionKeys, proof_share
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.gate import MarkedSubjectsGate
from mizuhiki.runtime.generation_source import GenerationSource
from mizuhiki.runtime.institution import App, Job, combine
from mizuhiki.runtime.ledger_store import Ledger
from mizuhiki.runtime.ordinance_source import OrdinanceSource
from mizuhiki.runtime.pages import Site
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.serving import AT_ONCE as REQUESTS_AT_ONCE
from mizuhiki.runtime.serving import Api
from mizuhiki.runtime.staff_sign_in import SqlStaff
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id, kind_of, owner_of
from mizuhiki.vocabulary.statute import CurrentStatute, StatuteTable
from mizuhiki.wire import commission

COMMISSION = institution_id(InstitutionKind.COMMISSION)
WITH_PAGES = frozenset(
    {
        InstitutionKind.MUNICIPALITY,
        InstitutionKind.PENSION_SERVICE,
        InstitutionKind.STUDENT_SERVICES,
        InstitutionKind.PUBLIC_EMPLOYMENT_OFFICE,
        InstitutionKind.HEALTH_INSURANCE_SOCIETY,
        InstitutionKind.PREFECTURE_WELFARE,
        InstitutionKind.BOARD_OF_EDUCATION,
    }
)
"""Owners whose staff looks after exchanges; the portal's server only serves the portal."""


def _ledger(environment: Environment, database: Database) -> Ledger:
    return Ledger(
        database,
        origin=key_name(environment.institution),
        signer=environment.keystore.signer(SigningPurpose.CHECKPOINT),
        index_key=environment.keystore.secret(SecretPurpose.LEDGER_INDEX),
        randomness=environment.randomness,
        clock=environment.clock,
        tables=LEDGER,
        witness_keys=lambda: [
            NamedKey(name=key_name(COMMISSION), public_key=environment.directory.entry(COMMISSION).checkpoint_key)
        ],
    )


def _operations(
    environment: Environment,
    database: Database,
    store: SqlStore,
    peers: Peers,
    sources: tuple[ConversionKeys, GenerationSource],
) -> IntermediateServer:
    keys, generations = sources
    authority = Authority.from_package("mizuhiki.institutions.intermediate_server")
    gate = MarkedSubjectsGate(
        store.is_protected,
        lambda context, asked: store.approval_waits(
            Disclosed(asked.subject, asked.recipient, context.affair, asked.content), context.now()
        ),
        store.protected_among,
    )
    owner = owner_of(environment.institution)
    randomness = environment.randomness
    statute = OrdinanceSource(peers, environment.clock, StatuteTable.load())
    is_portal = kind_of(owner) is InstitutionKind.PORTAL
    exchange = CoreExchange(environment, peers, keys, owner)
    inquire, bulk = _asking(environment, store, peers, sources, authority, statute)
    notices = Notices(store, authority, exchange, gate, owner, is_portal, generations, statute)
    return IntermediateServer(
        prepare_acquisition=PrepareAcquisition(
            store,
            authority,
            exchange,
            randomness,
            four_items_needed=not is_portal,
            generations=generations,
            owner=owner,
            statute=statute,
        ),
        mark_addressee=MarkAddressee(store, authority),
        receive_pseudonyms=ReceivePseudonyms(store, authority, randomness, generations),
        register_local_copies=RegisterLocalCopies(store, authority),
        inquire=inquire,
        bulk=bulk,
        files=HandInFiles(store, authority, bulk, gate, owner),
        streams=StreamInquiries(store, authority, bulk),
        provide=Provide(
            store,
            authority,
            gate,
            SealedAnswers(peers, owner),
            randomness,
            owner,
            HoldProvision(store, randomness),
            statute,
            generations,
        ),
        notices=notices,
        upkeep=Upkeep(store, authority, exchange, inquire, notices, randomness),
        decisions=DecideProvisions(store, authority, randomness),
        owner_view=TellOwner(store, authority, gate),
        open_account=SqlStaff(database, environment).open,
        renewal=RenewPseudonyms(
            store,
            authority,
            RenewalThroughCore(environment, peers, keys),
            randomness,
            generations,
            EndWithCodes(bulk),
            remembers=is_portal,
        ),
        traps=PlantTraps(store, authority, TrapsThroughCore(environment, peers, keys), randomness, generations),
    )


def _asking(  # noqa: PLR0917 - what both ways of asking share
    environment: Environment,
    store: SqlStore,
    peers: Peers,
    sources: tuple[ConversionKeys, GenerationSource],
    authority: Authority,
    statute: CurrentStatute,
) -> tuple[Inquire, InquireBulk]:
    """Return how inquiries are made one by one and by files; both end alike and wait alike."""
    keys, generations = sources
    owner, randomness, parameters = (
        owner_of(environment.institution),
        environment.randomness,
        environment.settings.parameters,
    )
    cases, wait = InquiryCases(environment, peers, keys, owner), Wait(store)
    inquiries = InquiriesThroughCore(environment, peers, cases, owner)
    ends = EndInquiries(inquiries, randomness, owner)
    carry = CarryInquiries(store, inquiries, randomness, wait, ends, OneByOne(), OneByOne())
    join: JoinInquiries[Asking, InquiryResult | None] = JoinInquiries(
        int(parameters.get("joined_cases", AT_ONCE)), int(parameters.get("joined_lines", LARGEST))
    )
    bulk = InquireBulk(
        store,
        authority,
        SectionsThroughCore(environment, peers, cases, owner),
        ends,
        wait,
        generations,
        randomness,
        statute,
        owner,
        int(parameters.get("section_size", SECTION_SIZE)),
    )
    return Inquire(store, authority, owner, generations, carry, join), bulk


def _page_jobs(environment: Environment, site: Site | None) -> list[Job]:
    if site is None:
        return []
    sessions = site.sessions.store
    return [Job("forget-sessions", timedelta(minutes=1), lambda: sessions.delete_ended(environment.clock.now()))]


def build(environment: Environment) -> App:
    """Build the intermediate server of `environment`; its owner follows from its name."""
    database = Database(environment.settings.database_url)
    database.create(METADATA)
    peers = Peers(environment)
    keys = ConversionKeys(environment, peers)
    ledger = _ledger(environment, database)
    owner = owner_of(environment.institution)
    audit = Audit(database, AUDIT, EVENTS)
    store = SqlStore(database, environment, ledger, audit)
    generations = GenerationSource(peers, environment.clock)
    server = _operations(environment, database, store, peers, (keys, generations))
    api = Api(environment, peers, audit=audit, at_once=REQUESTS_AT_ONCE)
    serve_business(api, server)
    serve_files(api, server.bulk)
    serve_streams(api, server.streams)
    serve_owner_view(api, server)
    draw = ProofDraw(
        environment.keystore.secret(SecretPurpose.PROOF_DRAW), proof_share(environment.settings.parameters)
    )
    proofs = DrawnProofs(peers, environment.institution, draw).of
    serve_network(api, NetworkHandlers(environment, peers, keys, TicketReader(peers).read, proofs, server, generations))

    site = build_site(environment, database=database, server=server) if kind_of(owner) in WITH_PAGES else None

    def witness(submission: commission.CheckpointSubmission) -> str:
        return peers.call(COMMISSION, commission.WITNESS_CHECKPOINT, submission).line

    def checkpoint() -> int:
        return ledger.checkpoint(witness)

    return App(
        institution=environment.institution,
        wsgi=combine(api, site.wsgi if site else None),
        jobs=[*jobs_of(environment, server, checkpoint), *_page_jobs(environment, site)],
        pump=checkpoint,
        close=database.dispose,
        operations=server,
    )
