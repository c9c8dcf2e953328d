"""The staff's site: find a record by our own reference, read it, see where linkage stands."""

from __future__ import annotations

from pathlib import Path

from mizuhiki.casework.domain import Linkage
from mizuhiki.casework.web import CATALOGUES, TEMPLATES, CaseDesk, FieldOfWork
from mizuhiki.institutions.agency.pension_service.domain.enrolments import Insured
from mizuhiki.institutions.agency.pension_service.domain.periods import Category, Scheme
from mizuhiki.institutions.agency.pension_service.operations.service import PensionService
from mizuhiki.institutions.agency.pension_service.web.claims import claim_pages
from mizuhiki.institutions.agency.pension_service.web.records import RecordPages
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.pages import Link, Reply, Site, request
from mizuhiki.runtime.staff_sign_in import DatabaseStaffAccounts, StaffSignIn
from mizuhiki.ui.components import Accent, Action, Answer, Column, Row, Tag, Tone
from mizuhiki.ui.forms import Form
from mizuhiki.ui.look import Look

HERE = Path(__file__).parent
AFFAIR = "national-pension"
BASIS = "国民年金法108条; 番号法9条1項"


def build_site(environment: Environment, *, database: Database, pension: PensionService) -> Site:
    """Build the site with all its pages."""
    site = Site(
        environment,
        database=database,
        look=Look(template_folders=[HERE / "templates", TEMPLATES], catalogues=[CATALOGUES, HERE / "translations"]),
        accent=Accent.ORANGE,
        navigation=(
            Link("/", "Enrolment records"),
            Link("/new-claim", "New claim"),
            Link("/cases", "Cases"),
            Link("/employees-cases", "Employees' pension"),
            Link("/income-checks", "Yearly look at incomes"),
            Link("/savings", "Papers and visits saved"),
            Link("/linkage", "Information linkage"),
        ),
    )
    role_names = {
        "counter-clerk": "Counter clerk",
        "approver": "Approving officer",
        "linkage-officer": "Linkage officer",
    }
    StaffSignIn(site, DatabaseStaffAccounts(database), role_names=role_names)
    EnrolmentPages(site, pension)
    claim_pages(site, pension)
    work = FieldOfWork(AFFAIR, BASIS)
    RecordPages(CaseDesk(site, pension.claims, pension.adapters.authority, work), pension)
    return site


class EnrolmentPages:
    """Pages of the staff. There is no search by number and no page shows one (R-037)."""

    def __init__(self, site: Site, pension: PensionService) -> None:
        self._site = site
        self._pension = pension
        site.route("/")(self.search)
        site.route("/enrolments/<reference>")(self.enrolment)
        site.route("/linkage")(self.linkage)

    def _context(self, purpose: str) -> Context:
        return self._site.context(AFFAIR, BASIS, purpose)

    def search(self) -> Reply:
        """Ask for a reference and lead to its record."""
        form = Form.posted(request.args)
        if "reference" in request.args:
            reference = form.require("reference", self._site.translate("Enter the reference, such as 1234-567890"))
            if form.good:
                return self._site.redirect(f"/enrolments/{reference}")
        return self._site.render("search.html", form=form)

    def enrolment(self, reference: str) -> Reply:
        """Show one record with its periods and where it stands with linkage."""
        _ = self._site.translate
        context = self._context("read an enrolment record")
        insured = self._pension.enrolment(context, reference)
        items = insured.four_items
        facts = [
            Answer(_("Name"), items.name),
            Answer(_("Name in kana"), items.name_kana),
            Answer(_("Date of birth"), self._site.look.format_day(items.birth_date, self._site.language)),
            Answer(_("Address"), items.address),
        ]
        return self._site.render(
            "enrolment.html",
            reference=reference,
            facts=facts,
            columns=[Column(_(title)) for title in ("Category", "Scheme", "Employer", "From", "To")],
            rows=self._periods(insured),
            actions=[
                Action(label, f"/enrolments/{reference}/{page}")
                for action, label, page in (
                    ("read-premiums", _("Record of premiums"), "premiums"),
                    ("read-pensions", _("Pensions"), "pensions"),
                )
                if self._pension.may(context, action)
            ],
            linkage=self._linkage_tag(insured, ready=self._pension.linkage_ready(context, reference)),
        )

    def _periods(self, insured: Insured) -> list[Row]:
        _ = self._site.translate
        categories = {
            Category.FIRST: _("Category 1 (self-employed and others)"),
            Category.SECOND: _("Category 2 (employees)"),
            Category.THIRD: _("Category 3 (spouses of employees)"),
        }
        schemes = {
            Scheme.NATIONAL_PENSION: _("National pension"),
            Scheme.EMPLOYEES_PENSION: _("Employees' pension"),
            Scheme.NATIONAL_PUBLIC_SERVICE: _("National public service"),
            Scheme.LOCAL_PUBLIC_SERVICE: _("Local public service"),
            Scheme.PRIVATE_SCHOOL: _("Private schools"),
        }
        return [
            Row(
                (
                    categories[period.category],
                    schemes[period.scheme],
                    period.employer or None,
                    period.insured_from.isoformat(),
                    period.insured_until.isoformat() if period.insured_until else None,
                )
            )
            for period in insured.periods
        ]

    def _linkage_tag(self, insured: Insured, *, ready: bool) -> Tag:
        _ = self._site.translate
        if ready and insured.published_version == insured.version:
            return Tag(_("Answers inquiries"), Tone.DONE)
        if ready:
            return Tag(_("Copy not sent yet"), Tone.PROGRESS)
        if insured.linkage is Linkage.REFUSED:
            return Tag(_("Refused by the register"), Tone.PROBLEM)
        return Tag(_("Awaited"), Tone.PROGRESS) if insured.linkage is Linkage.REQUESTED else Tag(_("Not asked for"))

    def linkage(self) -> Reply:
        """Show how far linkage has come and what keeps copies from being registered."""
        _ = self._site.translate
        context = self._context("see where linkage stands")
        titles = {
            "insured": _("Insured persons"),
            "requested": _("Pseudonyms asked for"),
            "refused": _("Refused by the register"),
            "published": _("Copies sent"),
        }
        obstacles = {
            "": "",
            "pension-linkage-not-yet": _("The pension service does not take part in information linkage yet."),
            "no-layout": _("No layout for pension enrolment is in force yet."),
        }
        figures = self._pension.linkage_figures(context)
        return self._site.render(
            "linkage.html",
            columns=[Column(_("State")), Column(_("Persons"), numeric=True)],
            rows=[Row((titles[name], count)) for name, count in figures.items()],
            obstacle=obstacles[self._pension.copies_obstacle(context)],
        )
