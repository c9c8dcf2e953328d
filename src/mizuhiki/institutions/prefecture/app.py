"""Composition root of a prefecture: its register server."""

from __future__ import annotations

from datetime import timedelta

from mizuhiki.institutions.prefecture.api import serve
from mizuhiki.institutions.prefecture.operations.service import PrefectureOperations
from mizuhiki.institutions.prefecture.peers import NationalRegisterQueue, NationalRegisterServer
from mizuhiki.institutions.prefecture.store import METADATA, OUTBOX, SqlStore
from mizuhiki.institutions.prefecture.store.tables import AUDIT, EVENTS, LEDGER
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.gate import MarkedSubjectsGate
from mizuhiki.runtime.institution import App, Job, combine
from mizuhiki.runtime.look_up_ledger import look_up_ledger, witness_of
from mizuhiki.runtime.outbox import Outbox
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.serving import Api

RELAY_EVERY = timedelta(seconds=1)
CHECKPOINT_EVERY = timedelta(seconds=1)


def build(environment: Environment) -> App:
    """Build the prefecture of `environment`."""
    database = Database(environment.settings.database_url)
    database.create(METADATA)
    peers = Peers(environment)
    audit = Audit(database, AUDIT, EVENTS)
    outbox = Outbox(database, environment, peers, OUTBOX, audit=audit)
    store = SqlStore(
        database,
        environment.institution,
        environment.keystore,
        NationalRegisterQueue(outbox),
        ledger=look_up_ledger(environment, database, LEDGER),
        audit=audit,
        submit=witness_of(peers),
    )
    operations = PrefectureOperations(
        institution=environment.institution,
        store=store,
        authority=Authority.from_package("mizuhiki.institutions.prefecture"),
        gate=MarkedSubjectsGate(store.is_protected),
        national=NationalRegisterServer(peers),
    )
    api = Api(environment, peers, audit=audit)
    serve(api, operations, peers)
    return App(
        institution=environment.institution,
        wsgi=combine(api),
        jobs=(
            Job("relay-outbox", RELAY_EVERY, outbox.relay),
            Job("checkpoint-ledger", CHECKPOINT_EVERY, store.checkpoint),
        ),
        pump=lambda: outbox.drain() + store.checkpoint(),
        close=database.dispose,
        operations=operations,
    )
