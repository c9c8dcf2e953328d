"""The staff's site: applications, cases, supported pupils with their accounts, what was saved."""

from __future__ import annotations

from pathlib import Path

from mizuhiki.casework.web import (
    CaseDesk,
    CasePages,
    ClaimPage,
    ClaimScreens,
    FieldOfWork,
    SavingsPage,
    open_case_site,
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
NAVIGATION = (
    Link("/cases", "Cases"),
    Link("/cases/new", "New application"),
    Link("/pupils", "Supported pupils"),
    Link("/savings", "Papers and visits saved"),
)
ROLES = {"case-clerk": "Case clerk", "approver": "Approving officer"}


def build_site(environment: Environment, *, database: Database, board: BoardOfEducation) -> Site:
    """Build the site with all its pages."""
    site = open_case_site(environment, database, [HERE], Accent.ORANGE, NAVIGATION, ROLES)
    desk = CaseDesk(site, board, board.adapters.authority, FieldOfWork(AFFAIR, BASIS))

    def start() -> Reply:
        return site.redirect("/cases")

    site.route("/")(start)
    CasePages(desk, ClaimScreens(desk, [APPLICATION_WORDS]))
    ClaimPage(desk, APPLICATION_WORDS, "/cases")
    SavingsPage(desk)
    PupilPages(desk, board)
    return site
