"""The site: public pages for everybody, the desk for officers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from mizuhiki.institutions.tax_agency.operations.service import TaxAgency
from mizuhiki.institutions.tax_agency.web.desk_pages import DeskPages
from mizuhiki.institutions.tax_agency.web.public_pages import PublicPages
from mizuhiki.institutions.tax_agency.web.record_pages import RecordPages
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.pages import Link, Site
from mizuhiki.runtime.staff_sign_in import DatabaseStaffAccounts, StaffSignIn
from mizuhiki.ui.components import Accent
from mizuhiki.ui.office_look import OfficeLook

HERE = Path(__file__).parent
ROLES = {
    "registration-officer": "Registration officer",
    "designating-officer": "Designating officer",
    "auditor": "Internal auditor",
}


def build_site(
    environment: Environment, *, database: Database, agency: TaxAgency, public: Callable[[], Context]
) -> Site:
    """Build the site with all its pages; `public` gives the grounds on which anybody reads."""
    site = Site(
        environment,
        database=database,
        look=OfficeLook(template_folders=[HERE / "templates"], catalogues=[HERE / "translations"]),
        accent=Accent.CYAN,
        navigation=(
            Link("/", "Search"),
            Link("/files", "Download"),
            Link("/web-api", "Web-API"),
            Link("/desk", "For officers"),
        ),
    )
    StaffSignIn(site, DatabaseStaffAccounts(database), role_names=ROLES)
    PublicPages(site, agency, public)
    DeskPages(site, agency)
    RecordPages(site, agency)
    return site
