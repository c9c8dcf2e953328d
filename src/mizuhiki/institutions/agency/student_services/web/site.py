"""The staff's site: applications, cases, scholars, what was saved."""

from __future__ import annotations

from pathlib import Path

from mizuhiki.casework.web import CATALOGUES, TEMPLATES, CaseDesk, CasePages, FieldOfWork, SavingsPage
from mizuhiki.institutions.agency.student_services.domain.procedures import AFFAIR
from mizuhiki.institutions.agency.student_services.operations.service import StudentServices
from mizuhiki.institutions.agency.student_services.web.applications import ApplicationPages
from mizuhiki.institutions.agency.student_services.web.scholars import ScholarPages
from mizuhiki.institutions.agency.student_services.web.words import AidScreens
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.pages import Link, Reply, Site
from mizuhiki.runtime.staff_sign_in import DatabaseStaffAccounts, StaffSignIn
from mizuhiki.ui.components import Accent
from mizuhiki.ui.look import Look

HERE = Path(__file__).parent
BASIS = "日本学生支援機構法13条, 17条の2; 番号法9条1項, 19条8号"


def build_site(
    environment: Environment, *, database: Database, services: StudentServices, authority: Authority
) -> Site:
    """Build the site with all its pages."""
    entry = environment.directory.entry(environment.institution)
    site = Site(
        environment,
        database=database,
        look=Look(template_folders=[HERE / "templates", TEMPLATES], catalogues=[CATALOGUES, HERE / "translations"]),
        name_ja=entry.name_ja,
        name_en=entry.name_en,
        accent=Accent.LIME,
        navigation=(
            Link("/cases", "Cases"),
            Link("/applications/new", "New application"),
            Link("/scholars", "Scholars"),
            Link("/savings", "Papers and visits saved"),
        ),
    )
    role_names = {"case-clerk": "Case clerk", "approver": "Approving officer"}
    StaffSignIn(site, DatabaseStaffAccounts(database), role_names=role_names)
    desk = CaseDesk(site, services, authority, FieldOfWork(AFFAIR, BASIS))

    def start() -> Reply:
        return site.redirect("/cases")

    site.route("/")(start)
    CasePages(desk, AidScreens(desk))
    SavingsPage(desk)
    ApplicationPages(desk, services)
    ScholarPages(desk, services)
    return site
