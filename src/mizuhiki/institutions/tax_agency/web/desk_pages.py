"""The officers' desk: queue, entry, import, designation, notices, audit."""

from __future__ import annotations

from mizuhiki.institutions.tax_agency.domain.base_numbers import (
    parse_registration_number,
    shown_registration_number,
)
from mizuhiki.institutions.tax_agency.domain.codes import CorporationKind
from mizuhiki.institutions.tax_agency.domain.corporations import NewCorporation
from mizuhiki.institutions.tax_agency.domain.errors import ImportRefused, NoSuchApplication, NoSuchCorporation
from mizuhiki.institutions.tax_agency.domain.import_file import COLUMNS
from mizuhiki.institutions.tax_agency.operations.designate_number import DESIGNATE, ENTER, IMPORT, SEND
from mizuhiki.institutions.tax_agency.operations.service import QUEUE, TaxAgency
from mizuhiki.institutions.tax_agency.ports import Application, ApplicationState
from mizuhiki.institutions.tax_agency.web.corporation_form import read_profile, refuse_in
from mizuhiki.institutions.tax_agency.web.words import KINDS, day, kind_choices
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.pages import Reply, Site, request
from mizuhiki.ui.components import Action, Answer, Choice, Column, Row, Tag, Tone
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.dates import JST, parse_date
from mizuhiki.vocabulary.errors import Conflict, Malformed

AFFAIR = "corporate-number"
BASIS = "番号法39条, 施行令35条"
STATES = {
    ApplicationState.WAITING: ("Waiting", Tone.ATTENTION),
    ApplicationState.DESIGNATED: ("Designated", Tone.DONE),
    ApplicationState.REFUSED: ("Refused", Tone.PROBLEM),
}
LONGEST_APPLICATION = 9


class DeskPages:
    """Pages of the officers; every one asks the policy before it looks at the form."""

    def __init__(self, site: Site, agency: TaxAgency) -> None:
        self._site = site
        self._agency = agency
        site.route("/desk")(self.desk)
        site.route("/desk/applications/new", ("GET", "POST"))(self.enter)
        site.route("/desk/applications/<application>", ("GET", "POST"))(self.application)
        site.route("/desk/import", ("GET", "POST"))(self.import_file)
        site.route("/desk/notices", ("GET", "POST"))(self.notices)
        site.route("/desk/notices/<number>")(self.notice)
        site.route("/desk/audit")(self.audit)

    def _context(self, purpose: str) -> Context:
        return self._site.context(AFFAIR, BASIS, purpose)

    def _form(self) -> Form:
        return Form.posted(request.form) if request.method == "POST" else Form(self._site.draft())

    def desk(self) -> Reply:
        """Show the figures and the queue, or what is left of the desk to a role without it."""
        _ = self._site.translate
        context = self._context("look at the desk")
        if self._agency.allowed(context, "read-audit") and not self._agency.allowed(context, QUEUE):
            return self._site.redirect("/desk/audit")
        counts = self._agency.counts(context)
        wanted = request.args.get("state", ApplicationState.WAITING.value)
        state = ApplicationState(wanted) if wanted in set(ApplicationState) else ApplicationState.WAITING
        figures = (
            (_("Published"), "published"),
            (_("Not published"), "unpublished"),
            (_("Closed"), "closed"),
            (_("Applications waiting"), "waiting"),
            (_("Notices waiting"), "notices"),
        )
        actions = [
            Action(words, url)
            for words, url, action in (
                (_("Enter a corporation"), "/desk/applications/new", ENTER),
                (_("Take a file"), "/desk/import", IMPORT),
                (_("Notices of designation"), "/desk/notices", QUEUE),
                (_("Find a record"), "/desk/corporations", "read-record"),
            )
            if self._agency.allowed(context, action)
        ]
        return self._site.render(
            "desk.html",
            figures=[Answer(label, f"{counts[name]:,}") for label, name in figures],
            actions=actions,
            states=[Action(_(words), f"/desk?state={one.value}") for one, (words, _tone) in STATES.items()],
            state_words=_(STATES[state][0]),
            columns=[
                Column(_("Application"), numeric=True),
                Column(_("Name")),
                Column(_("Kind")),
                Column(_("Address")),
                Column(_("Received")),
                Column(_("State")),
            ],
            rows=[self._row(one) for one in self._agency.applications(context, state)],
        )

    def _row(self, one: Application) -> Row:
        _, profile = self._site.translate, one.new.profile
        words, tone = STATES[one.state]
        return Row(
            (
                one.application,
                Action(profile.name, f"/desk/applications/{one.application}"),
                _(KINDS[CorporationKind(profile.kind)]),
                profile.address,
                one.received_at.astimezone(JST).strftime("%Y-%m-%d %H:%M"),
                Tag(_(words), tone),
            )
        )

    def enter(self) -> Reply:
        """Queue one corporation."""
        _, context = self._site.translate, self._context("enter an application")
        self._agency.require(context, ENTER)
        form = self._form()
        if request.method == "POST":
            since = form.parse("since", parse_date, _("Enter a day"))
            registration = form.parse_if_given(
                "registration_number", parse_registration_number, _("Enter the 12 digits of the registration number")
            )
            if form.good and since is not None:
                new = NewCorporation(
                    profile=read_profile(form),
                    since=since,
                    registration_number=registration or "",
                    association="1" in form.all("association"),
                    consent="1" in form.all("consent"),
                )
                try:
                    queued = self._agency.designation.enter(context, new)
                except (Malformed, Conflict) as error:
                    refuse_in(self._site, form, error)
                else:
                    return self._site.redirect(f"/desk/applications/{queued}")
        return self._site.render(
            "enter.html",
            form=form,
            kind_choices=kind_choices(self._site),
            association_choices=[Choice("1", _("Association without legal personality"))],
            consent_choices=[Choice("1", _("It consents to publication"))],
        )

    def application(self, application: str) -> Reply:
        """Show one application; designate its number or refuse it."""
        _, context = self._site.translate, self._context("decide on an application")
        self._agency.require(context, QUEUE if request.method == "GET" else DESIGNATE)
        if not (application.isascii() and application.isdigit() and len(application) <= LONGEST_APPLICATION):
            raise NoSuchApplication
        form = self._form()
        if request.method == "POST":
            step = form.choose("step", ("designate", "refuse"), _("Choose what to do"))
            reason = form.require("reason", _("Say why")) if step == "refuse" else ""
            if form.good:
                if step == "designate":
                    self._agency.designation.designate(context, int(application))
                else:
                    self._agency.designation.refuse(context, int(application), reason)
                return self._site.redirect(f"/desk/applications/{application}")
        found = self._agency.application(context, int(application))
        may_decide = found.state is ApplicationState.WAITING and self._agency.allowed(context, DESIGNATE)
        return self._site.render(
            "application.html", form=form, found=found, answers=self._answers(found), may_decide=may_decide
        )

    def _answers(self, one: Application) -> list[Answer]:
        _, new, profile = self._site.translate, one.new, one.new.profile
        rows = [
            (_("State"), _(STATES[one.state][0])),
            (_("Corporate Number"), one.number),
            (_("Reason"), one.reason),
            (_("Name"), profile.name),
            (_("Reading"), profile.furigana),
            (_("Name in English"), profile.en_name),
            (_("Kind"), _(KINDS[CorporationKind(profile.kind)])),
            (
                _("Registration number"),
                shown_registration_number(new.registration_number) if new.registration_number else "",
            ),
            (_("Address"), profile.address),
            (_("Founded or notified on"), day(self._site, new.since)),
            (_("Publication"), self._publication(new)),
        ]
        return [Answer(label, value) for label, value in rows if value]

    def _publication(self, new: NewCorporation) -> str:
        _ = self._site.translate
        if not new.association:
            return _("Published by law")
        return _("The association consents") if new.consent else _("Not published: the association does not consent")

    def import_file(self) -> Reply:
        """Queue every corporation of a file, or none."""
        _, context = self._site.translate, self._context("take a file of corporations")
        self._agency.require(context, IMPORT)
        form = self._form()
        if request.method == "POST":
            upload = request.files.get("file")
            content = b"" if upload is None else upload.read()
            if not content:
                form.refuse("file", _("Choose a file"))
            else:
                try:
                    self._site.store("imported", self._agency.designation.take_file(context, content))
                except ImportRefused as error:
                    form.refuse("file", self._refusal(error))
                else:
                    return self._site.redirect("/desk/import")
        imported = self._site.stored("imported")
        self._site.forget("imported")
        return self._site.render("import.html", form=form, imported=imported, header=",".join(COLUMNS))

    def _refusal(self, error: ImportRefused) -> str:
        return self._site.translate(
            "Nothing was taken. Row %(row)s, column %(field)s: %(reason)s",
            row=error.fields["row"],
            field=error.fields["field"],
            reason=error.fields["reason"],
        )

    def notices(self) -> Reply:
        """List notices; note which were handed to the post."""
        _, context = self._site.translate, self._context("send notices of designation")
        self._agency.require(context, QUEUE if request.method == "GET" else SEND)
        form = self._form()
        if request.method == "POST":
            numbers = form.all("number")
            if not numbers:
                form.refuse("number", _("Choose the notices that were handed to the post"))
            else:
                self._agency.designation.send_notices(context, numbers)
                return self._site.redirect("/desk/notices")
        waiting = self._agency.notices(context, waiting=True)
        sent = self._agency.notices(context, waiting=False)
        columns = [Column(_("Name")), Column(_("Corporate Number")), Column(_("Designated on")), Column(_("Sent on"))]
        return self._site.render(
            "notices.html",
            form=form,
            may_send=self._agency.allowed(context, SEND),
            choices=[Choice(one.number, one.name, f"{one.number} {one.address}") for one in waiting],
            documents=[Action(one.name, f"/desk/notices/{one.number}") for one in waiting],
            columns=columns,
            rows=[
                Row(
                    (
                        Action(one.name, f"/desk/notices/{one.number}"),
                        one.number,
                        day(self._site, one.designated_on),
                        day(self._site, one.sent_on),
                    )
                )
                for one in sent
            ],
        )

    def notice(self, number: str) -> Reply:
        """Show one notice of designation for printing."""
        context = self._context("print a notice of designation")
        for waiting in (True, False):
            for one in self._agency.notices(context, waiting=waiting):
                if one.number == number:
                    return self._site.render("notice.html", notice=one, designated=day(self._site, one.designated_on))
        raise NoSuchCorporation

    def audit(self) -> Reply:
        """Show the newest lines of the audit trail."""
        _ = self._site.translate
        lines = self._agency.audit_lines(self._context("read the audit trail"))
        columns = [
            Column(_("Time")),
            Column(_("Event")),
            Column(_("Officer")),
            Column(_("Corporate Number")),
            Column(_("Outcome")),
        ]
        rows = [
            Row(
                (
                    one.at.astimezone(JST).strftime("%Y-%m-%d %H:%M:%S"),
                    one.event,
                    one.person or None,
                    one.number or None,
                    one.outcome,
                )
            )
            for one in lines
        ]
        return self._site.render("audit.html", columns=columns, rows=rows)
