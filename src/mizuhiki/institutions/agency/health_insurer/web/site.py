"""The staff's site: certificates that run, a person's insurance with dependants, and the steps of the staff."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from mizuhiki.institutions.agency.health_insurer.domain.members import Role
from mizuhiki.institutions.agency.health_insurer.domain.rules import DependantFacts, Kin
from mizuhiki.institutions.agency.health_insurer.operations.keep_members import ACQUIRE, LOSE, RECOGNISE, Report
from mizuhiki.institutions.agency.health_insurer.operations.limit_payments import ISSUE
from mizuhiki.institutions.agency.health_insurer.operations.read_member import WORK, Member
from mizuhiki.institutions.agency.health_insurer.operations.service import HealthInsurer
from mizuhiki.institutions.agency.health_insurer.web.claims import claim_pages
from mizuhiki.intake.desk import Desk, Field, Input
from mizuhiki.intake.pages import Listed, StaffSite, WorkPages, case_page, columns, open_desk
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.pages import Link, Reply, Site
from mizuhiki.ui.components import Accent, Action, Choice, Column, Row

KIN = {
    Kin.SPOUSE: "Spouse",
    Kin.CHILD: "Child",
    Kin.GRANDCHILD: "Grandchild",
    Kin.ASCENDANT: "Parent or grandparent",
    Kin.YOUNGER_SIBLING: "Younger sibling",
    Kin.ELDER_SIBLING: "Elder sibling",
    Kin.OTHER_RELATIVE: "Other relative within the third degree",
}
ROLES = {Role.INSURED: "Insured person", Role.DEPENDANT: "Dependant"}
RULES = {
    "employer-missing": "the employer is missing",
    "before-birth": "it would begin before the person was born",
    "late-elderly": "from 75 on another insurance applies",
    "ends-before-start": "it would end before it began",
    "residence": "dependants must live in Japan",
    "living-together": "this relative must live in the same household",
    "income": "the income is above the limit",
    "half": "the income is not under half of the insured person's",
    "remittance": "the income is not under what is sent",
    "not-insured": "the person is not insured today",
    "running": "a certificate is valid already",
}

SITE = StaffSite(
    web=Path(__file__).parent,
    accent=Accent.MAGENTA,
    claims=(
        Link("/cases", "Claims"),
        Link("/cases/new", "New claim for childbirth"),
    ),
    affair="health-insurance",
    basis="健康保険法; 番号法9条1項",
    rules=RULES,
)


def build_site(environment: Environment, *, database: Database, insurer: HealthInsurer) -> Site:
    """Build the site with all its pages."""
    desk = open_desk(environment, database, insurer, SITE)
    MemberPages(desk, insurer)
    StepPages(desk, insurer)
    claim_pages(desk.site, insurer)
    return desk.site


class MemberPages(WorkPages):
    """What is read: certificates that run, and a person's insurance."""

    def __init__(self, desk: Desk, insurer: HealthInsurer) -> None:
        super().__init__(desk, WORK, "member")
        self._insurer = insurer

    def headings(self) -> Listed:
        """Name the certificates of the ceiling that run."""
        _ = self._
        titles = columns(_("Reference"), _("Category"), _("Valid until"))
        return Listed(_("Certificates of the ceiling that run"), titles, (), _("No certificate runs."))

    def waiting(self, context: Context) -> list[Row]:
        """Return the certificates that run."""
        return [
            Row((Action(one.reference, f"/persons/{one.reference}"), one.category, self._desk.day(one.last_day)))
            for one in self._insurer.running_certificates(context)
        ]

    def person(self, reference: str) -> Reply:
        """Show a person's periods, dependants, certificates and benefit."""
        _, desk = self._, self._desk
        found = self._insurer.member(desk.context("read a member's insurance"), reference)
        here = f"/persons/{reference}"
        actions = desk.actions(
            (_("Insure with an employer"), f"{here}/acquisition", ACQUIRE),
            (_("Recognise as a dependant"), f"{here}/dependant", RECOGNISE),
            (_("End insurance"), f"{here}/loss", LOSE),
            (_("Certificate of the ceiling"), f"{here}/ceiling", ISSUE),
        )
        return case_page(desk, _("Health insurance"), found.person, [], self._tables(found), actions)

    def _tables(self, found: Member) -> list[Listed]:
        _, desk = self._, self._desk
        roles = {role: _(words) for role, words in ROLES.items()}
        kin = {one.value: _(words) for one, words in KIN.items()}
        periods = [
            Row(
                (
                    f"{one.symbol} – {one.number} ({one.branch})",
                    roles[one.role],
                    one.employer or kin.get(one.relationship),
                    desk.yen(one.standard_yen),
                    desk.day(one.insured_from),
                    desk.day(one.lost_on),
                )
            )
            for one in found.qualifications
        ]
        dependants = [
            Row(
                (
                    Action(one.reference, f"/persons/{one.reference}"),
                    kin[one.relationship],
                    one.branch,
                    desk.day(one.insured_from),
                    desk.day(one.lost_on),
                )
            )
            for one in found.dependants
        ]
        certificates = [
            Row((one.category, desk.day(one.first_day), desk.day(one.last_day), one.issued_by))
            for one in found.certificates
        ]
        paid = [Row((one.benefit, desk.day(one.paid_on), desk.yen(one.amount_yen))) for one in found.paid]
        since, until = Column(_("Acquired")), Column(_("Lost"))
        return [
            Listed(
                _("Insured periods"),
                [
                    Column(_("Symbol and number")),
                    Column(_("Insured as")),
                    Column(_("Employer or relationship")),
                    Column(_("Standard monthly remuneration")),
                    since,
                    until,
                ],
                periods,
                _("The person was never insured here."),
            ),
            Listed(
                _("Dependants"),
                [Column(_("Reference")), Column(_("Relationship")), Column(_("Branch")), since, until],
                dependants,
                _("Nobody depends on this person."),
            ),
            Listed(
                _("Certificates of the ceiling"),
                [Column(_("Category")), Column(_("Valid from")), Column(_("Valid until")), Column(_("Issued by"))],
                certificates,
                _("No certificate was issued."),
            ),
            Listed(
                _("Benefit paid in money"),
                [Column(_("Benefit")), Column(_("Paid on")), Column(_("Amount paid"))],
                paid,
                _("Nothing was paid in money."),
            ),
        ]


class StepPages:
    """What is done to a person's insurance, one page each."""

    def __init__(self, desk: Desk, insurer: HealthInsurer) -> None:
        self._desk = desk
        self._insurer = insurer
        for name, view in (
            ("acquisition", self.acquisition),
            ("dependant", self.dependant),
            ("loss", self.loss),
            ("ceiling", self.ceiling),
        ):
            desk.site.route(f"/persons/<reference>/{name}", ("GET", "POST"), endpoint=name)(view)

    @property
    def _(self) -> Callable[..., str]:
        return self._desk.site.translate

    def acquisition(self, reference: str) -> Reply:
        """Take an employer's report of acquisition."""
        _, desk = self._, self._desk

        def do(values: dict[str, Any]) -> str:
            report = Report(
                reference=reference,
                symbol=values["symbol"],
                employer=values["employer"],
                monthly_yen=values["monthly_yen"],
                insured_from=values["insured_from"],
            )
            self._insurer.acquire_qualification(desk.context("take a report of acquisition"), report)
            return f"/persons/{reference}"

        fields = [
            Field(name="symbol", label=_("Symbol of the workplace")),
            Field(name="employer", label=_("Employer")),
            Field(name="monthly_yen", label=_("Monthly remuneration in yen"), input=Input.AMOUNT),
            Field(name="insured_from", label=_("Acquired"), input=Input.DAY),
        ]
        rules = [_("The standard remuneration follows from the grades in force on the day of acquisition.")]
        title = _("Insure with an employer")
        return desk.step(ACQUIRE, title, f"/persons/{reference}", fields, do, rules=rules)

    def dependant(self, reference: str) -> Reply:
        """Recognise a person as somebody's dependant."""
        _, desk = self._, self._desk

        def do(values: dict[str, Any]) -> str:
            facts = DependantFacts(
                kin=Kin(values["kin"]),
                lives_together=values["together"],
                lives_in_japan=values["japan"],
                disabled=values["disabled"],
                income_yen=values["income_yen"],
                remittance_yen=values["remittance_yen"] or 0,
            )
            context = desk.context("recognise a dependant")
            self._insurer.recognise_dependant(context, reference, values["insured"], facts, values["since"])
            return f"/persons/{reference}"

        yes = Choice("yes", _("Yes"))
        fields = [
            Field(name="insured", label=_("Reference of the insured person")),
            Field(
                name="kin",
                label=_("Relationship"),
                input=Input.CHOICE,
                choices=[Choice(kin.value, _(words)) for kin, words in KIN.items()],
            ),
            Field(name="since", label=_("Dependant since"), input=Input.DAY),
            Field(name="income_yen", label=_("Income a year in yen"), input=Input.AMOUNT),
            Field(
                name="remittance_yen",
                label=_("Money sent a year in yen"),
                input=Input.AMOUNT,
                hint=_("Only for somebody who lives elsewhere"),
                optional=True,
            ),
            Field(name="together", label=_("Lives in the same household"), input=Input.YES, choices=[yes]),
            Field(name="japan", label=_("Lives in Japan"), input=Input.YES, choices=[yes]),
            Field(name="disabled", label=_("Receives a disability pension"), input=Input.YES, choices=[yes]),
        ]
        rules = [
            _("Income under 1,300,000 yen a year; from 60 on or with a disability pension under 1,800,000 yen."),
            _("Together: under half of the insured person's income. Apart: under the money sent."),
        ]
        title = _("Recognise as a dependant")
        return desk.step(RECOGNISE, title, f"/persons/{reference}", fields, do, rules=rules)

    def loss(self, reference: str) -> Reply:
        """End insurance."""
        _, desk = self._, self._desk

        def do(values: dict[str, Any]) -> str:
            self._insurer.lose_qualification(desk.context("end insurance"), reference, values["lost_on"])
            return f"/persons/{reference}"

        fields = [
            Field(name="lost_on", label=_("Day of loss"), input=Input.DAY, hint=_("The day after the last insured day"))
        ]
        rules = [_("Dependants lose their insurance with the insured person.")]
        return desk.step(LOSE, _("End insurance"), f"/persons/{reference}", fields, do, rules=rules)

    def ceiling(self, reference: str) -> Reply:
        """Issue a certificate of the ceiling."""
        _, desk = self._, self._desk

        def do(values: dict[str, Any]) -> str:
            context = desk.context("issue a certificate of the ceiling")
            self._insurer.issue_ceiling_certificate(context, reference, taxed=not values["not_taxed"])
            return f"/persons/{reference}"

        fields = [
            Field(
                name="not_taxed",
                label=_("Municipal tax"),
                input=Input.YES,
                choices=[Choice("yes", _("The insured person pays no municipal tax"))],
            )
        ]
        rules = [_("Valid from the first of this month to 31 July; the category follows from the remuneration.")]
        return desk.step(ISSUE, _("Certificate of the ceiling"), f"/persons/{reference}", fields, do, rules=rules)
