"""Composes a body from its parts: what every `app.build` of such a body does in the same way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, MetaData

from mizuhiki.casework.app import upkeep
from mizuhiki.casework.domain import Case, Procedure
from mizuhiki.casework.operations import CaseAdapters, Casework
from mizuhiki.casework.peers import CommissionDesk, OwnFileServer, OwnServer
from mizuhiki.casework.ports import FileServer, OrdinanceDesk, Register
from mizuhiki.casework.store import CaseCipher
from mizuhiki.intake.adapters import BodyAdapters, gate_of
from mizuhiki.intake.persons import KeptPerson, Shown, Told
from mizuhiki.intake.ports import PersonRecords
from mizuhiki.intake.store import open_store
from mizuhiki.intake.tables import PersonTables
from mizuhiki.runtime.audit import Audit, AuditEvent, AuditTables
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.institution import App, combine
from mizuhiki.runtime.ordinance_source import OrdinanceSource
from mizuhiki.runtime.pages import Site
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.serving import Api
from mizuhiki.runtime.staff_sign_in import SqlStaff
from mizuhiki.vocabulary.layouts import Scalar
from mizuhiki.vocabulary.statute import StatuteTable

_R = TypeVar("_R", bound=PersonRecords)


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyParts(Generic[_R]):
    """What makes a body this body: its package, tables, records, what it tells, and the procedures it carries out.

    `settle` writes a decided case into the body's own records; `facts` reads what those say for the rule.
    """

    package: str
    metadata: MetaData
    people: PersonTables
    audit: AuditTables
    events: Sequence[AuditEvent]
    records: Callable[[Connection, CaseCipher, Audit], _R]
    register: Callable[[Peers], Register]
    told_of: Callable[[_R, KeptPerson, date], Sequence[Told]]
    told_kinds: tuple[str, ...]
    shown: frozenset[Shown]
    procedures: Sequence[Procedure]
    settle: Callable[[Context, _R, Case], None]
    facts: Callable[[_R, Case], Mapping[str, Scalar]]


def compose(
    environment: Environment,
    parts: BodyParts[_R],
    serve: Callable[[Environment, Database, BodyAdapters[_R], Casework[_R]], tuple[Site, Any]],
) -> App:
    """Build the institution; `serve` makes its site and its operations from adapters and casework."""
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
        staff=SqlStaff(database, environment),
        told_of=parts.told_of,
        told_kinds=parts.told_kinds,
        shown=parts.shown,
        statute=OrdinanceSource(peers, environment.clock, StatuteTable.load()),
    )
    claims = Casework(
        _case_adapters(adapters, parts, OwnFileServer(peers, environment.institution), CommissionDesk(peers))
    )
    site, operations = serve(environment, database, adapters, claims)
    api = Api(environment, peers, audit=audit)
    return App(
        institution=environment.institution,
        wsgi=combine(api, site.wsgi),
        jobs=upkeep(environment, site, claims),
        close=database.dispose,
        operations=operations,
    )


def _case_adapters(
    adapters: BodyAdapters[_R], parts: BodyParts[_R], files: FileServer, ordinances: OrdinanceDesk
) -> CaseAdapters[_R]:
    return CaseAdapters(
        institution=adapters.institution,
        procedures=parts.procedures,
        store=adapters.store,
        authority=adapters.authority,
        gate=adapters.gate,
        randomness=adapters.randomness,
        register=adapters.register,
        linkage=adapters.linkage,
        files=files,
        assessments=adapters.assessments,
        ordinances=ordinances,
        staff=adapters.staff,
        settle=parts.settle,
        facts=parts.facts,
        statute=adapters.statute,
    )
