"""Composition root of outside parties."""

from __future__ import annotations

from datetime import timedelta

from mizuhiki.institutions.outside_parties.operations.notify_residence import OutsidePartyOperations
from mizuhiki.institutions.outside_parties.peers.municipalities import MunicipalityPost
from mizuhiki.institutions.outside_parties.store import AUDIT, METADATA, OUTBOX
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
    """Build the outside parties of `environment`."""
    database = Database(environment.settings.database_url)
    database.create(METADATA)
    peers = Peers(environment)
    audit = Audit(database, AUDIT)
    outbox = Outbox(database, environment, peers, OUTBOX, audit=audit)
    operations = OutsidePartyOperations(
        Authority.from_package("mizuhiki.institutions.outside_parties"), MunicipalityPost(database, outbox)
    )
    return App(
        institution=environment.institution,
        wsgi=combine(Api(environment, peers, audit=audit)),
        jobs=(Job("relay-outbox", RELAY_EVERY, outbox.relay),),
        pump=outbox.relay,
        close=database.dispose,
        operations=operations,
    )
