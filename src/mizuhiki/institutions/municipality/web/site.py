"""The municipality's site: its frame, its sign-in and its pages."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from mizuhiki.casework.web import CATALOGUES, TEMPLATES, OrdinancePages, ordinance_link
from mizuhiki.institutions.municipality.operations.claims.sections import SectionAuthority
from mizuhiki.institutions.municipality.operations.service import MunicipalityOperations
from mizuhiki.institutions.municipality.web.actual_residences import ActualResidencePages
from mizuhiki.institutions.municipality.web.addressees import AddresseePages
from mizuhiki.institutions.municipality.web.allowance_cases import AllowanceCasePages
from mizuhiki.institutions.municipality.web.allowance_claims import AllowanceClaimPages
from mizuhiki.institutions.municipality.web.births import BirthPages
from mizuhiki.institutions.municipality.web.card_changes import CardChangePages, DeskReader
from mizuhiki.institutions.municipality.web.card_lapses import CardLapsePages
from mizuhiki.institutions.municipality.web.cards import CardDesk, CardPages
from mizuhiki.institutions.municipality.web.claims import claim_links, claim_pages
from mizuhiki.institutions.municipality.web.comparisons import ComparisonPages
from mizuhiki.institutions.municipality.web.copies import CopyPages
from mizuhiki.institutions.municipality.web.derived_lists import DerivedListPages
from mizuhiki.institutions.municipality.web.desk import Desk
from mizuhiki.institutions.municipality.web.event_pages import EventPages
from mizuhiki.institutions.municipality.web.event_results import EventResultPages
from mizuhiki.institutions.municipality.web.histories import HistoryPages
from mizuhiki.institutions.municipality.web.households import HouseholdPages
from mizuhiki.institutions.municipality.web.inspections import InspectionPages
from mizuhiki.institutions.municipality.web.journal import JournalPages
from mizuhiki.institutions.municipality.web.messages import ROLE_NAMES
from mizuhiki.institutions.municipality.web.moves_in import MoveInPages
from mizuhiki.institutions.municipality.web.moves_out import MoveOutPages
from mizuhiki.institutions.municipality.web.notices import NoticePages
from mizuhiki.institutions.municipality.web.number_changes import NumberChangePages
from mizuhiki.institutions.municipality.web.number_checks import NumberCheckPages
from mizuhiki.institutions.municipality.web.numbering import NumberingPages
from mizuhiki.institutions.municipality.web.resident_files import ResidentFilePages
from mizuhiki.institutions.municipality.web.returned_mail import ReturnedMailPages
from mizuhiki.institutions.municipality.web.search import SearchPages
from mizuhiki.institutions.municipality.web.start import StartPages
from mizuhiki.institutions.municipality.web.substitutes import SubstitutePages
from mizuhiki.institutions.municipality.web.support_measures import SupportMeasurePages
from mizuhiki.institutions.municipality.web.tax import TaxPages
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.pages import Lifetime, Link, Site
from mizuhiki.runtime.staff_sign_in import DatabaseStaffAccounts, StaffSignIn
from mizuhiki.ui.components import Accent
from mizuhiki.ui.office_look import OfficeLook

HERE = Path(__file__).parent
PACKAGE = "mizuhiki.institutions.municipality"
LIFETIME = Lifetime(idle=timedelta(minutes=15), absolute=timedelta(hours=10))
"""A counter's session: short when nobody works, as long as an office day at most."""


def build_site(
    environment: Environment,
    database: Database,
    operations: MunicipalityOperations,
    *,
    reader_url: str = "",
    card_desk: CardDesk | None = None,
    desk_reader: DeskReader | None = None,
) -> Site:
    """Build the site with all its pages.

    `database` must hold the tables of `session_table` and `staff_table`. `reader_url` is the page of the card reader,
    where a card just issued can be tried; empty when there is none. Without `card_desk` no card can be issued and the
    page says so. `desk_reader` is the card reader at the counter, where there is one.
    """
    authority, sections = Authority.from_package(PACKAGE), SectionAuthority.from_package(PACKAGE)
    site = Site(
        environment,
        database=database,
        look=OfficeLook(
            template_folders=[HERE / "templates", TEMPLATES], catalogues=[CATALOGUES, HERE / "translations"]
        ),
        accent=Accent.GREEN,
        navigation=(
            Link("/", "Start"),
            Link("/search", "Search residents", authority.roles("read-register")),
            Link("/move-in", "Move in", authority.roles("register-move-in")),
            Link("/events", "Entries", authority.roles("enter-event") | authority.roles("enter-ex-officio")),
            Link("/tasks", "Tasks", authority.roles("enter-event")),
            Link("/cases", "Child allowance cases", authority.roles("read-case")),
            Link("/notices", "Cards by post", authority.roles("read-notices")),
            Link("/copies", "Copies", authority.roles("report-copies")),
            Link("/lists", "Derived lists", authority.roles("derive-list")),
            Link("/inspections", "Inspection", authority.roles("take-inspection-request")),
            Link("/number-checks/network", "Check a number", authority.roles("verify-number")),
            Link("/comparisons", "Comparison of the tiers", authority.roles("read-comparisons")),
            Link("/addressees", "Addressees", authority.roles("read-addressees")),
            Link("/addressees/cases", "Cases of addressees", authority.roles("decide-addressee-cases")),
            Link("/journal", "Journal", authority.roles("read-register")),
            Link("/resident-files", "Files of residents", authority.roles("import-existing-residents")),
            Link("/substitutes", "Substitute characters", authority.roles("choose-substitute")),
            *claim_links(environment.institution),
            ordinance_link(authority),
            Link("/support-measures", "Support measures", authority.roles("lift-protection")),
        ),
        lifetime=LIFETIME,
    )
    StaffSignIn(site, DatabaseStaffAccounts(database), role_names=ROLE_NAMES)
    desk = Desk(site, operations, authority)
    _counter_pages(desk, card_desk, reader_url, desk_reader)
    claim_pages(site, operations.claims, sections)
    OrdinancePages(site, operations.claims, authority)
    return site


def _counter_pages(desk: Desk, card_desk: CardDesk | None, reader_url: str, desk_reader: DeskReader | None) -> None:
    """Add the pages of the register's counter."""
    StartPages(desk)
    SearchPages(desk)
    JournalPages(desk)
    HouseholdPages(desk)
    BirthPages(desk)
    NumberingPages(desk)
    MoveOutPages(desk)
    MoveInPages(desk)
    AllowanceClaimPages(desk)
    AllowanceCasePages(desk)
    CardPages(desk, card_desk, reader_url)
    CardChangePages(desk, desk_reader)
    CardLapsePages(desk)
    TaxPages(desk)
    SupportMeasurePages(desk)
    NumberChangePages(desk)
    NoticePages(desk)
    ReturnedMailPages(desk)
    ActualResidencePages(desk)
    EventPages(desk)
    EventResultPages(desk)
    HistoryPages(desk)
    CopyPages(desk)
    DerivedListPages(desk)
    InspectionPages(desk)
    NumberCheckPages(desk, desk_reader)
    ComparisonPages(desk)
    ResidentFilePages(desk)
    SubstitutePages(desk)
    AddresseePages(desk)
