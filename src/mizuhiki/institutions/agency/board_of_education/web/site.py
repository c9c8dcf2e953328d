"""The staff's site: applications, cases, supported pupils with their accounts, what was saved."""

from __future__ import annotations

from pathlib import Path

from mizuhiki.casework.web import (
    CaseDesk,
    CasePages,
    ClaimPage,
    ClaimScreens,
    FieldOfWork,
    OrdinancePages,
    SavingsPage,
    open_case_site,
    ordinance_link,
)
from mizuhiki.institutions.agency.board_of_education.domain.procedures import AFFAIR
from mizuhiki.institutions.agency.board_of_education.operations.service import BoardOfEducation
from mizuhiki.institutions.agency.board_of_education.web.pupils import PupilPages
from mizuhiki.institutions.agency.board_of_education.web.words import APPLICATION_WORDS
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.pages import Link, Reply, Site
from mizuhiki.ui.components import Accent

HERE = Path(__file__).parent
BASIS = "特別支援学校への就学奨励に関する法律2条, 5条; 番号法9条1項, 19条8号"
ROLES = {"case-clerk": "Case clerk", "approver": "Approving officer", "mayor": "Head of the body"}


def build_site(environment: Environment, *, database: Database, board: BoardOfEducation) -> Site:
    """Build the site with all its pages."""
    authority = board.adapters.authority
    navigation = (
        Link("/cases", "Cases", authority.roles("read-case-file")),
        Link("/cases/new", "New application", authority.roles("receive-claim")),
        Link("/pupils", "Supported pupils", authority.roles("read-pupils")),
        Link("/savings", "Papers and visits saved", authority.roles("read-savings")),
        ordinance_link(authority),
    )
    site = open_case_site(environment, database, [HERE], Accent.ORANGE, navigation, ROLES)
    desk = CaseDesk(site, board, authority, FieldOfWork(AFFAIR, BASIS))

    def start() -> Reply:
        offered = (link for link in navigation if desk.context("begin to work").actor.role in link.roles)
        return site.redirect(next(offered, navigation[0]).url)

    site.route("/")(start)
    CasePages(desk, ClaimScreens(desk, [APPLICATION_WORDS]))
    ClaimPage(desk, APPLICATION_WORDS, "/cases")
    SavingsPage(desk)
    PupilPages(desk, board)
    OrdinancePages(site, board, authority)
    return site
