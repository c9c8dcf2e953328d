"""The commission's console: assessments, ordinances, decisions on conversions, witnessed logs (R-024, R-225)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from mizuhiki.institutions.commission.domain.assessments import Assessment, Level, State
from mizuhiki.institutions.commission.domain.conversion import Decision
from mizuhiki.institutions.commission.operations.service import Commission
from mizuhiki.institutions.commission.web.alarms import AlarmPages
from mizuhiki.institutions.commission.web.ordinances import OrdinancePages
from mizuhiki.institutions.commission.web.wording import office
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.pages import Link, Reply, Site, request
from mizuhiki.runtime.staff_sign_in import DatabaseStaffAccounts, StaffSignIn
from mizuhiki.ui.components import Accent, Action, Answer, Column, Row, Tag, Tone
from mizuhiki.ui.forms import Form
from mizuhiki.ui.office_look import OfficeLook
from mizuhiki.vocabulary.dates import JST

HERE = Path(__file__).parent
AFFAIR = "linkage-oversight"
ASSESSMENT_BASIS = "番号法27条, 28条"
OVERSIGHT_BASIS = "番号法33条"
SHOWN = 200
ROLES = {"assessment-officer": "Assessment officer", "inspector": "Inspector"}
LEVELS = {  # message ids
    Level.NOT_REQUIRED: "No assessment required",
    Level.BASIC: "Basic items",
    Level.PRIORITY: "Priority items",
    Level.ALL: "All items",
}
STATES = {
    State.EXEMPT: ("Exempt", Tone.NEUTRAL),
    State.SUBMITTED: ("Waiting for publication", Tone.ATTENTION),
    State.PUBLISHED: ("Published", Tone.DONE),
    State.WITHDRAWN: ("Withdrawn", Tone.PROBLEM),
}
PURPOSES = {
    "inquiry": "Inquiry",
    "issue": "Issue of pseudonyms",
    "notice": "Notice",
    "history": "Opening of the record",
    "renewal": "Renewal of pseudonyms",
    "trap": "Planting of traps",
}


def build_site(environment: Environment, *, database: Database, commission: Commission) -> Site:
    """Build the site with all its pages."""
    site = Site(
        environment,
        database=database,
        look=OfficeLook(template_folders=[HERE / "templates"], catalogues=[HERE / "translations"]),
        accent=Accent.ORANGE,
        navigation=(
            Link("/", "Overview"),
            Link("/assessments", "Protection assessments"),
            Link("/ordinance-affairs", "Affairs under ordinances"),
            Link("/decisions", "Decisions"),
            Link("/logs", "Witnessed logs"),
            Link("/alarms", "Alarms"),
        ),
    )
    StaffSignIn(site, DatabaseStaffAccounts(database), role_names=ROLES)
    ConsolePages(site, commission, OrdinancePages(site, commission))
    AlarmPages(site, commission)
    return site


def shown_time(at: datetime) -> str:
    """Return an instant in Japan, to the second."""
    return at.astimezone(JST).strftime("%Y-%m-%d %H:%M:%S")


class ConsolePages:
    """Pages of the commission's staff."""

    def __init__(self, site: Site, commission: Commission, ordinances: OrdinancePages) -> None:
        self._site = site
        self._commission = commission
        self._ordinances = ordinances
        site.route("/")(self.overview)
        site.route("/assessments")(self.assessments)
        site.route("/assessments/<assessment_id>", ("GET", "POST"))(self.assessment)
        site.route("/decisions")(self.decisions)
        site.route("/logs")(self.logs)

    def _context(self, basis: str, purpose: str) -> Context:
        return self._site.context(AFFAIR, basis, purpose)

    def overview(self) -> Reply:
        """Show figures, what waits for publication, and decisions by rule."""
        _ = self._site.translate
        context = self._context(OVERSIGHT_BASIS, "read the overview")
        counts = self._commission.count_records(context)
        waiting = [one for one in self._commission.list_assessments(context) if one.state is State.SUBMITTED]
        ordinance_columns, ordinances = self._ordinances.waiting()
        return self._site.render(
            "overview.html",
            figures=[
                Answer(_("Cases allowed"), str(counts["allowed"])),
                Answer(_("Cases refused"), str(counts["refused"])),
                Answer(_("Assessments"), str(counts["assessments"])),
                Answer(_("Logs witnessed"), str(counts["logs"])),
            ],
            waiting_columns=self._assessment_columns(),
            waiting=[self._assessment_row(one) for one in waiting],
            ordinance_columns=ordinance_columns,
            ordinances=ordinances,
            rule_columns=[Column(_("Rule")), Column(_("Decision")), Column(_("Number"), numeric=True)],
            rules=[
                Row((rule, self._decision_tag(allowed=allowed), number))
                for rule, allowed, number in self._commission.count_decisions(context)
            ],
        )

    def assessments(self) -> Reply:
        """List all protection assessments."""
        context = self._context(ASSESSMENT_BASIS, "read the register of assessments")
        rows = [self._assessment_row(one) for one in self._commission.list_assessments(context)]
        return self._site.render("assessments.html", columns=self._assessment_columns(), rows=rows)

    def assessment(self, assessment_id: str) -> Reply:
        """Show one assessment; publish or withdraw it."""
        _ = self._site.translate
        form = Form.posted(request.form) if request.method == "POST" else Form(self._site.draft())
        context = self._context(ASSESSMENT_BASIS, "decide on a protection assessment")
        if request.method == "POST":
            step = form.choose("step", ("publish", "withdraw"), _("Choose what to do"))
            if form.good:
                if step == "publish":
                    self._commission.publish_assessment(context, assessment_id)
                else:
                    self._commission.withdraw_assessment(context, assessment_id)
                return self._site.redirect(f"/assessments/{assessment_id}")
        found = self._commission.show_assessment(context, assessment_id)
        return self._site.render(
            "assessment.html",
            form=form,
            heading=found.title,
            answers=self._assessment_answers(found),
            may_publish=found.state is State.SUBMITTED,
            may_withdraw=found.state is not State.WITHDRAWN,
        )

    def decisions(self) -> Reply:
        """List decisions, all or only refusals."""
        _ = self._site.translate
        only_refused = request.args.get("show") == "refused"
        context = self._context(OVERSIGHT_BASIS, "read decisions on conversions")
        found = self._commission.list_decisions(context, allowed=False if only_refused else None, limit=SHOWN)
        return self._site.render(
            "decisions.html",
            only_refused=only_refused,
            columns=[
                Column(_("Time")),
                Column(_("Decision")),
                Column(_("Purpose")),
                Column(_("Asked by")),
                Column(_("Asked of")),
                Column(_("Affair and procedure")),
                Column(_("Persons"), numeric=True),
                Column(_("Rule")),
            ],
            rows=[self._decision_row(one) for one in found],
        )

    def logs(self) -> Reply:
        """List the logs the commission co-signs, with their last checkpoint."""
        _ = self._site.translate
        context = self._context(OVERSIGHT_BASIS, "read witnessed logs")
        found = self._commission.list_witnessed_logs(context)
        return self._site.render(
            "logs.html",
            columns=[Column(_("Log")), Column(_("Entries and roots"), numeric=True), Column(_("Co-signed at"))],
            rows=[Row((one.origin, one.size, shown_time(one.cosigned_at))) for one in found],
            checkpoints=[(one.origin, one.checkpoint) for one in found],
        )

    def _assessment_columns(self) -> list[Column]:
        _ = self._site.translate
        return [
            Column(_("Title")),
            Column(_("Institution")),
            Column(_("Affair")),
            Column(_("Level")),
            Column(_("State")),
            Column(_("Handed in")),
        ]

    def _assessment_row(self, one: Assessment) -> Row:
        _ = self._site.translate
        words, tone = STATES[one.state]
        return Row(
            (
                Action(one.title, f"/assessments/{one.assessment_id}"),
                office(self._site, one.institution),
                one.affair,
                _(LEVELS[one.level]),
                Tag(_(words), tone),
                shown_time(one.submitted_at),
            )
        )

    def _assessment_answers(self, one: Assessment) -> list[Answer]:
        _ = self._site.translate
        answers = [
            Answer(_("Institution"), office(self._site, one.institution)),
            Answer(_("Affair"), one.affair),
            Answer(_("Level"), _(LEVELS[one.level])),
            Answer(_("State"), _(STATES[one.state][0])),
            Answer(_("Persons in the file"), f"{one.persons:,}"),
            Answer(_("Handlers"), f"{one.handlers:,}"),
            Answer(_("Serious accident within a year"), _("Yes") if one.serious_accident else _("No")),
            Answer(_("SHA-256 of the document"), one.document_digest.hex()),
            Answer(_("Handed in"), shown_time(one.submitted_at)),
        ]
        if one.published_at is not None:
            answers.append(Answer(_("Published at"), shown_time(one.published_at)))
        if one.withdrawn_at is not None:
            answers.append(Answer(_("Withdrawn at"), shown_time(one.withdrawn_at)))
        return answers

    def _decision_tag(self, *, allowed: bool) -> Tag:
        _ = self._site.translate
        return Tag(_("Allowed"), Tone.DONE) if allowed else Tag(_("Refused"), Tone.PROBLEM)

    def _decision_row(self, one: Decision) -> Row:
        what = " ".join(part for part in (one.procedure or one.affair, ", ".join(one.kinds)) if part)
        return Row(
            (
                shown_time(one.at),
                self._decision_tag(allowed=one.allowed),
                self._site.translate(PURPOSES.get(one.purpose, "Unknown")),
                office(self._site, one.asker),
                office(self._site, one.recipient) if one.recipient else None,
                what or None,
                one.persons,
                one.rule,
            )
        )
