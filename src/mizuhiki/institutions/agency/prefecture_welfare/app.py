"""Composition root of a prefecture's welfare section."""

from __future__ import annotations

from mizuhiki.casework.operations import Casework
from mizuhiki.casework.peers import PrefecturalSearch
from mizuhiki.institutions.agency.prefecture_welfare.domain.procedures import PROCEDURES
from mizuhiki.institutions.agency.prefecture_welfare.domain.told import ALLOWANCE, DISABILITY
from mizuhiki.institutions.agency.prefecture_welfare.operations.adapters import Adapters, told_of
from mizuhiki.institutions.agency.prefecture_welfare.operations.service import PrefectureWelfare
from mizuhiki.institutions.agency.prefecture_welfare.operations.settle import Settle, facts
from mizuhiki.institutions.agency.prefecture_welfare.ports import Records
from mizuhiki.institutions.agency.prefecture_welfare.store import METADATA, SqlRecords
from mizuhiki.institutions.agency.prefecture_welfare.store.tables import AUDIT, EVENTS, PEOPLE
from mizuhiki.institutions.agency.prefecture_welfare.web import build_site
from mizuhiki.intake.composition import BodyParts, compose
from mizuhiki.intake.persons import COUNTER
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.institution import App
from mizuhiki.runtime.pages import Site
from mizuhiki.vocabulary.ids import key_of


def build(environment: Environment) -> App:
    """Build the welfare section of `environment`; its institution's key is the prefecture."""
    parts: BodyParts[Records] = BodyParts(
        package="mizuhiki.institutions.agency.prefecture_welfare",
        metadata=METADATA,
        people=PEOPLE,
        audit=AUDIT,
        events=EVENTS,
        records=SqlRecords,
        register=lambda peers: PrefecturalSearch(peers, key_of(environment.institution)),
        told_of=told_of,
        told_kinds=(DISABILITY, ALLOWANCE),
        shown=COUNTER,
        procedures=PROCEDURES,
        settle=Settle(environment.randomness),
        facts=facts,
    )

    def serve(
        environment: Environment, database: Database, adapters: Adapters, claims: Casework[Records]
    ) -> tuple[Site, PrefectureWelfare]:
        welfare = PrefectureWelfare(adapters, claims)
        return build_site(environment, database=database, welfare=welfare), welfare

    return compose(environment, parts, serve)
