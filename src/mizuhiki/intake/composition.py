"""Composes a body from its parts: what every `app.build` of such a body does in the same way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, MetaData

from mizuhiki.intake.adapters import BodyAdapters, gate_of
from mizuhiki.intake.peers import CommissionDesk, OwnServer
from mizuhiki.intake.person_cipher import PersonCipher
from mizuhiki.intake.persons import KeptPerson, Shown, Told
from mizuhiki.intake.ports import PersonRecords, Register
from mizuhiki.intake.store import SqlStaff, open_store
from mizuhiki.intake.tables import PersonTables
from mizuhiki.runtime.audit import Audit, AuditEvent, AuditTables
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.institution import App, Job, combine
from mizuhiki.runtime.pages import Site
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.serving import Api

FORGET_EVERY = timedelta(minutes=1)
_R = TypeVar("_R", bound=PersonRecords)


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyParts(Generic[_R]):
    """What makes a body this body: its package, tables, records, and what it tells."""

    package: str
    metadata: MetaData
    people: PersonTables
    audit: AuditTables
    events: Sequence[AuditEvent]
    records: Callable[[Connection, PersonCipher, Audit], _R]
    register: Callable[[Peers], Register]
    told_of: Callable[[_R, KeptPerson, date], Sequence[Told]]
    told_kinds: tuple[str, ...]
    shown: frozenset[Shown]


def compose(
    environment: Environment,
    parts: BodyParts[_R],
    serve: Callable[[Environment, Database, BodyAdapters[_R]], tuple[Site, Any]],
) -> App:
    """Build the institution; `serve` makes its site and its operations from the adapters."""
    database = Database(environment.settings.database_url)
    database.create(parts.metadata)
    peers = Peers(environment)
    audit = Audit(database, parts.audit, parts.events)
    store = open_store(
        database,
        parts.people,
        environment.institution,
        environment.keystore,
        lambda connection, cipher: parts.records(connection, cipher, audit),
    )
    adapters = BodyAdapters(
        institution=environment.institution,
        store=store,
        authority=Authority.from_package(parts.package),
        gate=gate_of(store),
        randomness=environment.randomness,
        register=parts.register(peers),
        linkage=OwnServer(peers, environment.institution),
        assessments=CommissionDesk(peers),
        staff=SqlStaff(database, environment.randomness),
        told_of=parts.told_of,
        told_kinds=parts.told_kinds,
        shown=parts.shown,
    )
    site, operations = serve(environment, database, adapters)
    api = Api(environment, peers, audit=audit)

    def forget_old() -> None:
        site.sessions.store.delete_ended(environment.clock.now())

    return App(
        institution=environment.institution,
        wsgi=combine(api, site.wsgi),
        jobs=(Job("forget-sessions", FORGET_EVERY, forget_old),),
        close=database.dispose,
        operations=operations,
    )
