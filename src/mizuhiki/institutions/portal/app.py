"""Composition root of the portal."""

from __future__ import annotations

from datetime import timedelta

from mizuhiki.card.agent_protocol import origin_of
from mizuhiki.institutions.portal.operations.ask_card import AskCard
from mizuhiki.institutions.portal.operations.open_account import OpenAccount
from mizuhiki.institutions.portal.operations.open_history import OpenHistory
from mizuhiki.institutions.portal.operations.open_look_ups import OpenLookUps
from mizuhiki.institutions.portal.operations.read_notices import ReadNotices
from mizuhiki.institutions.portal.operations.service import Portal
from mizuhiki.institutions.portal.operations.sign_in import SignIn
from mizuhiki.institutions.portal.peers.certification_authority import JpkiCardTrust
from mizuhiki.institutions.portal.peers.commission_assessments import CommissionAssessments
from mizuhiki.institutions.portal.peers.exchange_records import read_entries
from mizuhiki.institutions.portal.peers.own_server import PortalServer
from mizuhiki.institutions.portal.peers.register_network import JpkiRegisterNetwork, read_lines
from mizuhiki.institutions.portal.peers.request_signer import CardRequestSigner
from mizuhiki.institutions.portal.store import METADATA, SqlStore
from mizuhiki.institutions.portal.store.tables import AUDIT, EVENTS
from mizuhiki.institutions.portal.web import build_site
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.institution import App, Job, combine
from mizuhiki.runtime.ordinance_source import OrdinanceSource
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.serving import Api
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id, parse_institution_id
from mizuhiki.vocabulary.statute import StatuteTable
from mizuhiki.wire.commission import history_opening_hash
from mizuhiki.wire.register_network import look_ups_hash

RESPONSE_PATH = "/card-response"
READER_SETTING = "reader_url"
PAGE_SETTING = "page_url"
"""Where people reach the pages, given where that is not the address under which peers reach the institution."""
FORGET_EVERY = timedelta(minutes=1)
CORE = institution_id(InstitutionKind.LINKAGE_CORE)
COMMISSION = institution_id(InstitutionKind.COMMISSION)


def _log_name(institution: str) -> str:
    """Return the name under which an institution's log and its published key are known (spec/ledger.md)."""
    return f"mizuhiki/{institution}"


def _portal(environment: Environment, store: SqlStore, peers: Peers) -> Portal:
    directory, randomness = environment.directory, environment.randomness
    authority = Authority.from_package("mizuhiki.institutions.portal")
    trust, server = JpkiCardTrust(peers), PortalServer(peers, environment.institution)
    address = environment.settings.parameters.get(PAGE_SETTING, directory.entry(environment.institution).base_url)
    return Portal(
        card=AskCard(
            store=store,
            authority=authority,
            trust=trust,
            signer=CardRequestSigner(peers),
            randomness=randomness,
            requester=environment.institution,
            origin=origin_of(address),
            return_url=address.rstrip("/") + RESPONSE_PATH,
            agent_url=environment.settings.parameter(READER_SETTING),
        ),
        sign_in=SignIn(store, authority, randomness),
        account=OpenAccount(store, authority, server, trust),
        notices=ReadNotices(store, authority, server),
        history=OpenHistory(
            store=store,
            authority=authority,
            server=server,
            read_entries=read_entries,
            randomness=randomness,
            log_origin=_log_name(CORE),
            keys={_log_name(name): directory.entry(name).checkpoint_key for name in (CORE, COMMISSION)},
        ),
        look_ups=OpenLookUps(
            store=store,
            authority=authority,
            network=JpkiRegisterNetwork(peers),
            read_lines=read_lines,
            keys_of=lambda tier: {
                _log_name(name): directory.entry(name).checkpoint_key
                for name in (parse_institution_id(tier), COMMISSION)
            },
            log_name=_log_name,
            randomness=randomness,
        ),
        history_hash=history_opening_hash,
        look_ups_hash=look_ups_hash,
        commission=CommissionAssessments(peers),
        authority=authority,
        statute=OrdinanceSource(peers, environment.clock, StatuteTable.load()),
    )


def build(environment: Environment) -> App:
    """Build the portal of `environment`.

    Raises:
        SettingMissing: `parameters.reader_url`, the address of the card reader's page, is not set.
    """
    database = Database(environment.settings.database_url)
    database.create(METADATA)
    peers = Peers(environment)
    audit = Audit(database, AUDIT, EVENTS)
    store = SqlStore(database, environment.institution, environment.keystore, audit)
    portal = _portal(environment, store, peers)
    site = build_site(environment, database=database, portal=portal)
    api = Api(environment, peers, audit=audit)

    def forget_old() -> None:
        now = environment.clock.now()
        with store.transaction() as records:
            records.forget_old(now)
        site.sessions.store.delete_ended(now)

    return App(
        institution=environment.institution,
        wsgi=combine(api, site.wsgi),
        jobs=(Job("forget-old", FORGET_EVERY, forget_old),),
        close=database.dispose,
        operations=portal,
    )
