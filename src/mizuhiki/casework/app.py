"""Composes a body whose people are those of its cases: what every `app.build` of such a body does in the same way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic

from sqlalchemy import Connection, MetaData

from mizuhiki.casework.domain import Case, Procedure
from mizuhiki.casework.operations import CaseAdapters, Casework
from mizuhiki.casework.operations.adapters import no_facts
from mizuhiki.casework.peers import CommissionDesk, NationalRegisterSearch, OwnFileServer, OwnServer
from mizuhiki.casework.ports import RecordsT, Register
from mizuhiki.casework.store import CaseCipher, CaseTables, SqlCaseStore
from mizuhiki.runtime.audit import Audit, AuditEvent, AuditTables
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.gate import MarkedSubjectsGate
from mizuhiki.runtime.institution import App, Job, combine
from mizuhiki.runtime.ordinance_source import OrdinanceSource
from mizuhiki.runtime.pages import Site
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.serving import Api
from mizuhiki.runtime.staff_sign_in import SqlStaff
from mizuhiki.vocabulary.affairs import affairs_on
from mizuhiki.vocabulary.layouts import Scalar
from mizuhiki.vocabulary.statute import StatuteTable

FORGET_EVERY = timedelta(minutes=1)
DESTROY_EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseBody(Generic[RecordsT]):
    """What makes a body this body: its package, tables, records and the procedures it carries out.

    `settle` and `facts` as in `CaseAdapters`.
    """

    package: str
    metadata: MetaData
    audit: AuditTables
    events: Sequence[AuditEvent]
    tables: CaseTables
    records: Callable[[Connection, CaseCipher, Audit], RecordsT]
    procedures: Sequence[Procedure]
    settle: Callable[[Context, RecordsT, Case], None]
    register: Callable[[Peers], Register] = NationalRegisterSearch
    facts: Callable[[RecordsT, Case], Mapping[str, Scalar]] = no_facts


def compose(
    environment: Environment,
    body: CaseBody[RecordsT],
    serve: Callable[[Environment, Database, CaseAdapters[RecordsT]], tuple[Site, Casework[RecordsT]]],
) -> App:
    """Build the institution; `serve` makes its site and its operations. It is called for its keys only."""
    database = Database(environment.settings.database_url)
    database.create(body.metadata)
    peers = Peers(environment)
    audit = Audit(database, body.audit, body.events)
    cipher = CaseCipher(environment.institution, environment.keystore)
    store = SqlCaseStore(database, body.tables, cipher, lambda connection: body.records(connection, cipher, audit))
    site, operations = serve(
        environment,
        database,
        CaseAdapters(
            institution=environment.institution,
            procedures=body.procedures,
            store=store,
            authority=Authority.from_package(body.package),
            gate=MarkedSubjectsGate(store.is_protected),
            randomness=environment.randomness,
            register=body.register(peers),
            linkage=OwnServer(peers, environment.institution),
            files=OwnFileServer(peers, environment.institution),
            assessments=CommissionDesk(peers),
            ordinances=CommissionDesk(peers),
            staff=SqlStaff(database, environment),
            settle=body.settle,
            facts=body.facts,
            statute=OrdinanceSource(peers, environment.clock, StatuteTable.load()),
        ),
    )
    return App(
        institution=environment.institution,
        wsgi=combine(Api(environment, peers, audit=audit), site.wsgi),
        jobs=upkeep(environment, site, operations),
        close=database.dispose,
        operations=operations,
    )


def upkeep(environment: Environment, site: Site, claims: Casework[RecordsT]) -> tuple[Job, ...]:
    """Return the timed work of every body with cases: forget ended sessions, destroy what is kept long enough."""

    def forget_old() -> None:
        site.sessions.store.delete_ended(environment.clock.now())

    return (
        Job("forget-sessions", FORGET_EVERY, forget_old),
        Job("destroy-expired", DESTROY_EVERY, lambda: destroy_expired_cases(environment, claims)),
    )


def destroy_expired_cases(environment: Environment, claims: Casework[RecordsT]) -> None:
    """Destroy what is no longer needed; before the affairs are lawful there are no cases."""
    affair = claims.adapters.procedures[0].affair
    if affair not in {one.code for one in affairs_on(environment.clock.today())}:
        return
    actor = Actor(environment.institution, "records-officer")
    trace = environment.randomness.token()
    claims.destroy_expired(
        Context(actor, affair, "番号法20条", "destroy what is no longer needed", environment.clock, trace)
    )
