"""The staff's site: applications, cases, scholars, what was saved."""

from __future__ import annotations

from pathlib import Path

from mizuhiki.casework.web import CaseDesk, CasePages, FieldOfWork, SavingsPage, open_case_site
from mizuhiki.institutions.agency.student_services.domain.procedures import AFFAIR
from mizuhiki.institutions.agency.student_services.operations.service import StudentServices
from mizuhiki.institutions.agency.student_services.web.applications import ApplicationPages
from mizuhiki.institutions.agency.student_services.web.scholars import ScholarPages
from mizuhiki.institutions.agency.student_services.web.words import AidScreens
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.pages import Link, Reply, Site
from mizuhiki.ui.components import Accent

HERE = Path(__file__).parent
BASIS = "日本学生支援機構法13条, 17条の2; 番号法9条1項, 19条8号"


NAVIGATION = (
    Link("/cases", "Cases"),
    Link("/applications/new", "New application"),
    Link("/scholars", "Scholars"),
    Link("/savings", "Papers and visits saved"),
)
ROLES = {"case-clerk": "Case clerk", "approver": "Approving officer"}


def build_site(environment: Environment, *, database: Database, services: StudentServices) -> Site:
    """Build the site with all its pages."""
    site = open_case_site(environment, database, [HERE], Accent.LIME, NAVIGATION, ROLES)
    desk = CaseDesk(site, services, services.adapters.authority, FieldOfWork(AFFAIR, BASIS))

    def start() -> Reply:
        return site.redirect("/cases")

    site.route("/")(start)
    CasePages(desk, AidScreens(desk))
    SavingsPage(desk)
    ApplicationPages(desk, services)
    ScholarPages(desk, services)
    return site
