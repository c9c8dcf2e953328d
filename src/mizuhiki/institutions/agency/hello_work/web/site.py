"""The staff's site: today's certifications, a person's insurance, slips and benefit."""

from __future__ import annotations

from pathlib import Path

from mizuhiki.institutions.agency.hello_work.domain.benefits import Outcome, State
from mizuhiki.institutions.agency.hello_work.operations.keep_employment import EMPLOY, SEPARATE
from mizuhiki.institutions.agency.hello_work.operations.pay_benefit import CERTIFY, DECIDE, PROPOSE
from mizuhiki.institutions.agency.hello_work.operations.read_case import WORK, Case
from mizuhiki.institutions.agency.hello_work.operations.service import HelloWork
from mizuhiki.institutions.agency.hello_work.web.claims import claim_pages
from mizuhiki.institutions.agency.hello_work.web.steps import REASONS, RULES, StepPages
from mizuhiki.intake.desk import Desk
from mizuhiki.intake.pages import Listed, StaffSite, WorkPages, case_page, columns, open_desk
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.pages import Link, Reply, Site
from mizuhiki.ui.components import Accent, Action, Row, Tag, Tone

SITE = StaffSite(
    web=Path(__file__).parent,
    accent=Accent.LIME,
    claims=(
        Link("/cases", "Claims"),
        Link("/cases/new", "New claim for care leave"),
    ),
    affair="employment-insurance",
    basis="雇用保険法; 番号法9条1項",
    rules=RULES,
)


def build_site(environment: Environment, *, database: Database, hello_work: HelloWork) -> Site:
    """Build the site with all its pages."""
    desk = open_desk(environment, database, hello_work, SITE)
    CasePages(desk, hello_work)
    StepPages(desk, hello_work)
    claim_pages(desk.site, hello_work)
    return desk.site


class CasePages(WorkPages):
    """What is read: the day's work and a person's case."""

    def __init__(self, desk: Desk, hello_work: HelloWork) -> None:
        super().__init__(desk, WORK, "case")
        self._hello_work = hello_work

    def headings(self) -> Listed:
        """Name who comes to be certified today and which qualifications wait for approval."""
        _ = self._
        titles = columns(_("Reference"), _("What waits"), _("Applied on"))
        return Listed(_("Certifications and qualifications"), titles, (), _("Nothing waits today."))

    def waiting(self, context: Context) -> list[Row]:
        """Return certifications of today and qualifications that wait for approval."""
        _, waiting = self._, self._hello_work.work(context)
        due, approve = Tag(_("Certification today"), Tone.ATTENTION), Tag(_("To be approved"), Tone.PROGRESS)
        return [
            Row((Action(one.reference, f"/persons/{one.reference}"), tag, self._desk.day(one.applied_on)))
            for tag, several in ((due, waiting.due), (approve, waiting.proposed))
            for one in several
        ]

    def person(self, reference: str) -> Reply:
        """Show a person's employments, slips, qualification and certifications."""
        _, desk = self._, self._desk
        found = self._hello_work.case(desk.context("read a case"), reference)
        here = f"/persons/{reference}"
        actions = desk.actions(
            (_("Acquisition of insurance"), f"{here}/employment", EMPLOY),
            (_("Loss of insurance and separation slip"), f"{here}/separation", SEPARATE),
            (_("Work out the qualification"), f"{here}/qualification", PROPOSE),
            (_("Approve the qualification"), f"{here}/approval", DECIDE),
            (_("Certify unemployment"), f"{here}/certification", CERTIFY),
        )
        tables = [self._employments(found), self._slips(found), *self._benefit(found)]
        return case_page(desk, _("Employment insurance"), found.person, [], tables, actions)

    def _employments(self, found: Case) -> Listed:
        _, desk = self._, self._desk
        rows = [
            Row((one.employer, one.office_number, one.hours_a_week, desk.day(one.insured_from), desk.day(one.lost_on)))
            for one in found.employments
        ]
        titles = columns(_("Employer"), _("Office number"), _("Hours a week"), _("Acquired"), _("Lost"))
        return Listed(_("Insured employments"), titles, rows, _("No employment was reported."))

    def _slips(self, found: Case) -> Listed:
        _, desk = self._, self._desk
        reasons = {reason: _(words) for reason, words in REASONS.items()}
        rows = [
            Row((desk.day(one.separated_on), reasons[one.reason], one.employer, desk.day(one.issued_on)))
            for one in found.separations
        ]
        titles = columns(_("Left on"), _("Reason for leaving"), _("Employer"), _("Slip issued"))
        return Listed(_("Separation slips"), titles, rows, _("No separation slip was issued."))

    def _benefit(self, found: Case) -> list[Listed]:
        _, desk = self._, self._desk
        months = [
            Row((f"{desk.day(one.first_day)} – {desk.day(one.last_day)}", one.basis_days, desk.yen(one.wage_yen)))
            for one in found.months
        ]
        states = {
            State.PROPOSED: Tag(_("To be approved"), Tone.PROGRESS),
            State.APPROVED: Tag(_("Approved"), Tone.DONE),
        }
        qualified = [
            Row(
                (
                    desk.day(one.applied_on),
                    states[one.state],
                    f"{one.paid_days} / {one.prescribed_days}",
                    desk.yen(one.daily_yen),
                    desk.day(one.benefit_until),
                    desk.day(one.restricted_until),
                    desk.day(one.next_certification),
                )
            )
            for one in found.qualifications
        ]
        outcomes = {
            Outcome.CERTIFIED: Tag(_("Certified"), Tone.DONE),
            Outcome.NOT_CERTIFIED: Tag(_("Not certified"), Tone.PROBLEM),
        }
        certified = [
            Row(
                (
                    desk.day(one.certified_on),
                    f"{desk.day(one.first_day)} – {desk.day(one.last_day)}",
                    outcomes[one.outcome],
                    one.paid_days,
                    desk.yen(one.paid_yen),
                )
            )
            for one in found.certifications
        ]
        return [
            Listed(
                _("Months of the newest slip"),
                columns(_("Period"), _("Days with wages"), _("Wage")),
                months,
                _("No months were reported."),
            ),
            Listed(
                _("Qualification for benefit"),
                columns(
                    _("Applied on"),
                    _("State"),
                    _("Days paid and prescribed"),
                    _("Daily basic allowance"),
                    _("Benefit period until"),
                    _("Restricted until"),
                    _("Next certification"),
                ),
                qualified,
                _("The person has not applied for benefit."),
            ),
            Listed(
                _("Certifications of unemployment"),
                columns(_("Certified on"), _("Period"), _("State"), _("Days paid"), _("Amount paid")),
                certified,
                _("Unemployment was not certified yet."),
            ),
        ]
