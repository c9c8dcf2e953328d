"""Composition root of the national register."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from mizuhiki.crypto.keystore import SecretPurpose
from mizuhiki.institutions.national_register.api import serve
from mizuhiki.institutions.national_register.api.network import serve_network
from mizuhiki.institutions.national_register.operations.card_sessions import CardIssuer
from mizuhiki.institutions.national_register.operations.generate_numbers import NumberQueue
from mizuhiki.institutions.national_register.operations.send_notices import PRINT_CHANNEL
from mizuhiki.institutions.national_register.operations.service import NationalRegister
from mizuhiki.institutions.national_register.peers.card_lapses import CardLapseQueue
from mizuhiki.institutions.national_register.peers.certification_authority import RegisterEventQueue
from mizuhiki.institutions.national_register.peers.contractor_medium import FolderMedium
from mizuhiki.institutions.national_register.peers.core_pseudonym_issue import CorePseudonymIssue
from mizuhiki.institutions.national_register.peers.look_up_tiers import OtherTiers
from mizuhiki.institutions.national_register.peers.printing_contractor import PrintingContractor
from mizuhiki.institutions.national_register.store import METADATA, SqlStore
from mizuhiki.institutions.national_register.store.tables import AUDIT, EVENTS, LEDGER, OUTBOX
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.gate import MarkedSubjectsGate
from mizuhiki.runtime.institution import App, Job, combine
from mizuhiki.runtime.ledger_store import Ledger
from mizuhiki.runtime.look_up_ledger import look_up_ledger, witness_of
from mizuhiki.runtime.ordinance_source import OrdinanceSource
from mizuhiki.runtime.outbox import Outbox
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.serving import Api
from mizuhiki.vocabulary.statute import StatuteTable

RELAY_EVERY = timedelta(seconds=1)
CHECKPOINT_EVERY = timedelta(seconds=1)
PRINT_EVERY = timedelta(hours=24)
LAPSE_EVERY = timedelta(hours=1)
"""Soon after midnight, whenever the process was started; what was judged today is not judged again."""


def ledger_of_look_ups(environment: Environment, database: Database) -> Ledger:
    """Return the register's own ledger, whose chains are keyed by the row of each person."""
    return look_up_ledger(environment, database, LEDGER)


def _print_jobs(environment: Environment, register: NationalRegister) -> tuple[Job, ...]:
    """Return the daily printing run, where a medium for the contractor is mounted (setting ``contractor_folder``)."""
    folder = environment.settings.parameters.get("contractor_folder", "")
    if not folder:
        return ()
    medium = FolderMedium(Path(folder))

    def print_notices() -> None:
        actor = Actor(environment.institution, "card-maker")
        affair, basis = "number-assignment", "番号法7条1項; 省令35条"
        trace = environment.randomness.token()
        purpose = "print notification cards and notices"
        register.make_contractor_file(Context(actor, affair, basis, purpose, environment.clock, trace), medium)

    return (Job("print-notices", PRINT_EVERY, print_notices),)


def _lapse_job(environment: Environment, register: NationalRegister) -> Job:
    def lapse() -> int:
        actor, trace = Actor(environment.institution, "card-watch"), environment.randomness.token()
        basis, purpose = "番号法17条6項; 施行令14条", "end cards by law"
        return register.lapse_cards(Context(actor, "card-issue", basis, purpose, environment.clock, trace))

    return Job("lapse-cards", LAPSE_EVERY, lapse)


def build(environment: Environment) -> App:
    """Build the national register of `environment`."""
    database = Database(environment.settings.database_url)
    database.create(METADATA)
    peers = Peers(environment)
    audit = Audit(database, AUDIT, EVENTS)
    outbox = Outbox(database, environment, peers, OUTBOX, audit=audit)
    authority = Authority.from_package("mizuhiki.institutions.national_register")
    number_key = environment.keystore.secret(SecretPurpose.NUMBER_GENERATION)

    store = SqlStore(
        database,
        environment.institution,
        environment.keystore,
        RegisterEventQueue(outbox),
        tell_lapses=CardLapseQueue(outbox),
        ledger=ledger_of_look_ups(environment, database),
        audit=audit,
        submit=witness_of(peers),
    )
    register = NationalRegister(
        store=store,
        authority=authority,
        randomness=environment.randomness,
        number_key=number_key,
        numbers=NumberQueue(store, authority, environment.randomness, number_key),
        gate=MarkedSubjectsGate(
            store.is_protected,
            lambda _context, asked: asked.channel == PRINT_CHANNEL and store.ordered_under_measure(asked.subject),
        ),
        issue=CorePseudonymIssue(environment, peers),
        card_issuer=CardIssuer(environment.keystore),
        contractor=PrintingContractor(environment.settings.parameters.get("application_url", "")),
        statute=OrdinanceSource(peers, environment.clock, StatuteTable.load()),
    )
    api = Api(environment, peers, audit=audit)
    serve(api, register, peers)
    serve_network(api, register, peers, environment.institution, OtherTiers(peers))
    return App(
        institution=environment.institution,
        wsgi=combine(api),
        jobs=(
            Job("relay-outbox", RELAY_EVERY, outbox.relay),
            Job("checkpoint-ledger", CHECKPOINT_EVERY, store.checkpoint),
            _lapse_job(environment, register),
            *_print_jobs(environment, register),
        ),
        pump=lambda: outbox.drain() + store.checkpoint(),
        close=database.dispose,
        operations=register,
    )
