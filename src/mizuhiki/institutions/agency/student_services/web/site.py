"""The staff's site: applications, cases, scholars, what was saved."""

from __future__ import annotations

from pathlib import Path

from mizuhiki.institutions.agency.student_services.operations.service import StudentServices
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.pages import Site
from mizuhiki.runtime.staff_sign_in import DatabaseStaffAccounts, StaffSignIn
from mizuhiki.ui.components import Accent
from mizuhiki.ui.look import Look

HERE = Path(__file__).parent


def build_site(
    environment: Environment, *, database: Database, services: StudentServices, authority: Authority
) -> Site:
    """Build the site with all its pages."""
    entry = environment.directory.entry(environment.institution)
    site = Site(
        environment,
        database=database,
        look=Look(template_folders=[HERE / "templates"], catalogues=[HERE / "translations"]),
        name_ja=entry.name_ja,
        name_en=entry.name_en,
        accent=Accent.LIME,
        navigation=(),
    )
    StaffSignIn(site, DatabaseStaffAccounts(database), role_names={"case-clerk": "Case clerk", "approver": "Approver"})
    return site
