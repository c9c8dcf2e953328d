"""The staff's site: applications that wait and certificates that end, and a person's file."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from mizuhiki.casework.operations.ordinances import READ as READ_ORDINANCES
from mizuhiki.casework.web import OrdinancePages, ordinance_link
from mizuhiki.casework.web.ordinances import PATH as ORDINANCES
from mizuhiki.institutions.agency.prefecture_welfare.domain.allowance import AllowanceState
from mizuhiki.institutions.agency.prefecture_welfare.domain.certificates import Kind, State
from mizuhiki.institutions.agency.prefecture_welfare.operations.certify_disability import APPLY, DECIDE, RENEW, RETURN
from mizuhiki.institutions.agency.prefecture_welfare.operations.grant_allowance import CLAIM, END
from mizuhiki.institutions.agency.prefecture_welfare.operations.grant_allowance import DECIDE as GRANT
from mizuhiki.institutions.agency.prefecture_welfare.operations.read_file import WORK, PersonFile
from mizuhiki.institutions.agency.prefecture_welfare.operations.service import PrefectureWelfare
from mizuhiki.institutions.agency.prefecture_welfare.web.claims import claim_pages
from mizuhiki.institutions.agency.prefecture_welfare.web.steps import KINDS, RULES, StepPages
from mizuhiki.intake.desk import Desk
from mizuhiki.intake.pages import Listed, StaffSite, WorkPages, case_page, columns, open_desk
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.pages import Link, Reply, Site
from mizuhiki.ui.components import Accent, Action, Column, Row, Tag, Tone

SITE = StaffSite(
    web=Path(__file__).parent,
    accent=Accent.PURPLE,
    claims=(
        Link("/certificate-claims", "Certificates on a pension"),
        Link("/certificate-claims/new", "New application"),
        Link("/allowance-claims", "Claims for the allowance"),
        Link("/allowance-claims/new", "New claim"),
    ),
    affair="mental-health",
    basis="身体障害者福祉法; 精神保健福祉法; 特別児童扶養手当法; 番号法9条1項",
    rules=RULES,
)


def build_site(environment: Environment, *, database: Database, welfare: PrefectureWelfare) -> Site:
    """Build the site with all its pages."""
    authority = welfare.adapters.authority
    own = (ordinance_link(authority),)
    desk = open_desk(environment, database, welfare, dataclasses.replace(SITE, own=own))
    FilePages(desk, welfare)
    StepPages(desk, welfare)
    claim_pages(desk.site, welfare)
    OrdinancePages(desk.site, welfare.claims, authority)
    return desk.site


class FilePages(WorkPages):
    """What is read: the work that waits and a person's file."""

    def __init__(self, desk: Desk, welfare: PrefectureWelfare) -> None:
        super().__init__(desk, WORK, "person_file")
        self._welfare = welfare

    def start(self) -> Reply:
        """Show the work that waits today; who heads the body and does none of it begins with its ordinances."""
        context, service = self._desk.context("begin to work"), self._desk.service
        if service.allowed(context, READ_ORDINANCES) and not service.allowed(context, WORK):
            return self._desk.site.redirect(ORDINANCES)
        return super().start()

    def headings(self) -> Listed:
        """Name applications and claims that wait, and certificates that end within three months."""
        _ = self._
        titles = columns(_("Reference"), _("What waits"), _("About"), _("Day"))
        return Listed(_("Applications and certificates"), titles, (), _("Nothing waits today."))

    def waiting(self, context: Context) -> list[Row]:
        """Return applications, claims and certificates with what is to be done about them."""
        _, desk, work = self._, self._desk, self._welfare.work(context)
        decide, ends = Tag(_("To be decided"), Tone.ATTENTION), Tag(_("Ends soon"), Tone.PROGRESS)
        allowance = _("Special child rearing allowance")
        lines = [
            *((one.reference, decide, _(KINDS[one.kind]), one.applied_on) for one in work.applied),
            *((one.reference, decide, allowance, one.claimed_on) for one in work.claimed),
            *((one.reference, ends, _(KINDS[one.kind]), one.valid_until) for one in work.ending),
        ]
        return [Row((_link(reference), tag, about, desk.day(day))) for reference, tag, about, day in lines]

    def person(self, reference: str) -> Reply:
        """Show a person's certificates and allowance."""
        _, desk = self._, self._desk
        found = self._welfare.person_file(desk.context("read a file"), reference)
        here = f"/persons/{reference}"
        actions = desk.actions(
            (_("Physical disability certificate"), f"{here}/physical", APPLY),
            (_("Mental disability certificate"), f"{here}/mental", APPLY),
            (_("Rehabilitation certificate"), f"{here}/intellectual", APPLY),
            (_("Decide about a certificate"), f"{here}/decision", DECIDE),
            (_("Renew the mental disability certificate"), f"{here}/renewal", RENEW),
            (_("Take a certificate back"), f"{here}/return", RETURN),
            (_("Claim for the allowance"), f"{here}/allowance", CLAIM),
            (_("Decide about the allowance"), f"{here}/allowance-decision", GRANT),
            (_("End the allowance"), f"{here}/allowance-end", END),
        )
        tables = [self._certificates(found), self._allowances(found), self._children(found)]
        return case_page(desk, _("Disability and allowance"), found.person, [], tables, actions)

    def _certificates(self, found: PersonFile) -> Listed:
        _, desk = self._, self._desk
        states = {
            State.APPLIED: Tag(_("To be decided"), Tone.ATTENTION),
            State.ISSUED: Tag(_("Issued"), Tone.DONE),
            State.REFUSED: Tag(_("Refused"), Tone.PROBLEM),
            State.RETURNED: Tag(_("Returned")),
        }
        rows = [
            Row(
                (
                    _(KINDS[one.kind]),
                    one.grade,
                    one.impairment or None,
                    states[one.state],
                    desk.day(one.issued_on),
                    desk.day(one.valid_until) if one.kind is Kind.MENTAL else desk.day(one.reassessment_on),
                )
            )
            for one in found.certificates
        ]
        columns = [
            Column(title)
            for title in (
                _("Certificate"),
                _("Grade"),
                _("Impairment"),
                _("State"),
                _("Issued on"),
                _("Valid until or reassessed in"),
            )
        ]
        return Listed(_("Certificates"), columns, rows, _("No certificate was applied for."))

    def _allowances(self, found: PersonFile) -> Listed:
        _, desk = self._, self._desk
        states = {
            AllowanceState.CLAIMED: Tag(_("To be decided"), Tone.ATTENTION),
            AllowanceState.GRANTED: Tag(_("Granted"), Tone.DONE),
            AllowanceState.REFUSED: Tag(_("Refused"), Tone.PROBLEM),
            AllowanceState.ENDED: Tag(_("Ended")),
        }
        rows = [
            Row(
                (
                    desk.day(one.claimed_on),
                    states[one.state],
                    Tag(_("Suspended for income"), Tone.ATTENTION) if one.suspended else None,
                    desk.yen(one.income_yen),
                    desk.day(one.entitled_from),
                    desk.day(one.ended_on),
                )
            )
            for one in found.allowances
        ]
        columns = [
            Column(title)
            for title in (
                _("Claimed on"),
                _("State"),
                _("Suspension"),
                _("Income"),
                _("Paid from"),
                _("Ended on"),
            )
        ]
        return Listed(_("Special child rearing allowance"), columns, rows, _("The allowance was not claimed."))

    def _children(self, found: PersonFile) -> Listed:
        _, desk = self._, self._desk
        rows = [Row((one.ordinal, desk.day(one.birth_date), one.grade)) for one in found.children]
        columns = [Column(_("Child")), Column(_("Date of birth")), Column(_("Grade"))]
        return Listed(_("Children of the allowance"), columns, rows, _("No child was stated."))


def _link(reference: str) -> Action:
    return Action(reference, f"/persons/{reference}")
