"""Composition root of a prefecture: its register server."""

from __future__ import annotations

from datetime import timedelta

from mizuhiki.institutions.prefecture.api import serve
from mizuhiki.institutions.prefecture.peers import NationalRegisterQueue
from mizuhiki.institutions.prefecture.store import METADATA, OUTBOX, SqlStore
from mizuhiki.institutions.prefecture.store.tables import AUDIT
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.institution import App, Job, combine
from mizuhiki.runtime.outbox import Outbox
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.serving import Api

RELAY_EVERY = timedelta(seconds=1)


def build(environment: Environment) -> App:
    """Build the prefecture of `environment`."""
    database = Database(environment.settings.database_url)
    database.create(METADATA)
    peers = Peers(environment)
    audit = Audit(database, AUDIT)
    outbox = Outbox(database, environment, peers, OUTBOX, audit=audit)
    store = SqlStore(database, environment.institution, environment.keystore, NationalRegisterQueue(outbox))
    authority = Authority.from_package("mizuhiki.institutions.prefecture")
    api = Api(environment, peers, audit=audit)
    serve(api, environment.institution, store, authority)
    return App(
        institution=environment.institution,
        wsgi=combine(api),
        jobs=(Job("relay-outbox", RELAY_EVERY, outbox.relay),),
        pump=outbox.drain,
        close=database.dispose,
        operations=store,
    )
