"""Composition root of a prefectural board of education; its institution's key is the prefecture."""

from __future__ import annotations

from mizuhiki.casework.app import CaseBody, compose
from mizuhiki.casework.operations import CaseAdapters
from mizuhiki.casework.peers import PrefecturalSearch
from mizuhiki.institutions.agency.board_of_education.domain.procedures import PROCEDURES
from mizuhiki.institutions.agency.board_of_education.operations.pupils import EnterPupil, facts
from mizuhiki.institutions.agency.board_of_education.operations.service import BoardOfEducation
from mizuhiki.institutions.agency.board_of_education.ports import Records
from mizuhiki.institutions.agency.board_of_education.store import AUDIT, CASES, EVENTS, METADATA, SqlRecords
from mizuhiki.institutions.agency.board_of_education.web import build_site
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.institution import App
from mizuhiki.runtime.pages import Site
from mizuhiki.vocabulary.ids import key_of


def build(environment: Environment) -> App:
    """Build the board of `environment`."""
    body: CaseBody[Records] = CaseBody(
        package="mizuhiki.institutions.agency.board_of_education",
        metadata=METADATA,
        audit=AUDIT,
        events=EVENTS,
        tables=CASES,
        records=SqlRecords,
        procedures=PROCEDURES,
        settle=EnterPupil(environment.randomness),
        register=lambda peers: PrefecturalSearch(peers, key_of(environment.institution)),
        facts=facts,
    )

    def serve(
        environment: Environment, database: Database, adapters: CaseAdapters[Records]
    ) -> tuple[Site, BoardOfEducation]:
        board = BoardOfEducation(adapters)
        return build_site(environment, database=database, board=board), board

    return compose(environment, body, serve)
