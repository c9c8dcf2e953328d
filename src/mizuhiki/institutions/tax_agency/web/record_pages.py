"""The officers' view of a record, and the entry of changes, closures, mergers and consent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from mizuhiki.institutions.tax_agency.domain.codes import CloseCause
from mizuhiki.institutions.tax_agency.domain.corporations import Entry
from mizuhiki.institutions.tax_agency.domain.errors import NoSuchCorporation
from mizuhiki.institutions.tax_agency.operations.change_corporation import CHANGE, CLOSE, CORRECT, MERGE, PUBLISH
from mizuhiki.institutions.tax_agency.operations.service import RECORD, TaxAgency
from mizuhiki.institutions.tax_agency.web.corporation_form import form_of, read_profile, refuse_in
from mizuhiki.institutions.tax_agency.web.words import (
    CAUSES,
    entry_answers,
    history_events,
    kind_choices,
    parse_number,
    state_tag,
)
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.pages import Reply, Site, request
from mizuhiki.ui.components import Action, Choice
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.dates import parse_date
from mizuhiki.vocabulary.errors import Conflict, Malformed, NotFound

AFFAIR = "corporate-number"
BASIS = "番号法39条2項, 施行令39条, 41条"


class RecordPages:
    """Pages about one corporation; every one asks the policy before it looks at the form."""

    def __init__(self, site: Site, agency: TaxAgency) -> None:
        self._site = site
        self._agency = agency
        site.route("/desk/corporations")(self.find)
        site.route("/desk/corporations/<number>")(self.record)
        site.route("/desk/corporations/<number>/change", ("GET", "POST"))(self.change)
        site.route("/desk/corporations/<number>/correct", ("GET", "POST"))(self.correct)
        site.route("/desk/corporations/<number>/end", ("GET", "POST"))(self.end)
        site.route("/desk/corporations/<number>/merger", ("GET", "POST"))(self.merger)
        site.route("/desk/corporations/<number>/publication", ("GET", "POST"))(self.publication)

    def _context(self, purpose: str, action: str) -> Context:
        context = self._site.context(AFFAIR, BASIS, purpose)
        self._agency.require(context, action)
        return context

    def _newest(self, context: Context, number: str) -> Entry:
        return self._agency.record(context, number)[0]

    def find(self) -> Reply:
        """Ask for a number and go to its record; unpublished records are found by their number only."""
        _, context = self._site.translate, self._context("open a record", RECORD)
        form = Form.posted(request.args)
        if form.value("number"):
            digits = form.parse(
                "number", parse_number, _("This is not a Corporate Number: 13 digits with a right check digit")
            )
            if digits:
                try:
                    self._agency.record(context, digits)
                except NoSuchCorporation:
                    form.refuse("number", _("Nothing is recorded under this number"))
                else:
                    return self._site.redirect(f"/desk/corporations/{digits}")
        return self._site.render("find.html", form=form)

    def record(self, number: str) -> Reply:
        """Show the whole record with what can be done."""
        _, context = self._site.translate, self._context("read a record", RECORD)
        entries = self._agency.record(context, number)
        newest, base = entries[0], f"/desk/corporations/{number}"
        offered = (
            (_("Change name or address"), "change", CHANGE, not newest.closed),
            (_("Correct an error"), "correct", CORRECT, True),
            (_("Reinstate the record") if newest.closed else _("Close the record"), "end", CLOSE, not newest.successor),
            (
                _("Declare the merger void") if newest.successor else _("Enter a merger"),
                "merger",
                MERGE,
                not newest.closed or bool(newest.successor),
            ),
            (_("Consent to publication"), "publication", PUBLISH, newest.association),
        )
        actions = [
            Action(words, f"{base}/{path}")
            for words, path, action, fits in offered
            if fits and self._agency.allowed(context, action)
        ]
        return self._site.render(
            "record.html",
            newest=newest,
            tag=state_tag(self._site, newest),
            answers=entry_answers(self._site, newest),
            events=history_events(self._site, entries),
            actions=actions,
        )

    def change(self, number: str) -> Reply:
        """Enter a change of name or address."""
        return self._items(number, self._context("enter a change", CHANGE), correct=False)

    def correct(self, number: str) -> Reply:
        """Correct an error."""
        return self._items(number, self._context("correct an error", CORRECT), correct=True)

    def _items(self, number: str, context: Context, *, correct: bool) -> Reply:
        _ = self._site.translate
        newest = self._newest(context, number)
        posted = request.method == "POST"
        form = Form.posted(request.form) if posted else form_of(newest.profile)
        if posted:
            on = None if correct else form.parse("on", parse_date, _("Enter a day"))
            if form.good:
                done = self._try(form, lambda: self._enter_items(context, number, form, on))
                if done:
                    return self._site.redirect(f"/desk/corporations/{number}")
        return self._site.render(
            "change.html",
            form=form,
            newest=newest,
            correct=correct,
            kind_choices=kind_choices(self._site),
            excluded_choices=[Choice("1", _("Left out of the search by name"))],
        )

    def _enter_items(self, context: Context, number: str, form: Form, on: date | None) -> None:
        changes, profile, cause = self._agency.changes, read_profile(form), form.value("cause")
        if on is None:
            changes.correct(context, number, profile, cause=cause)
        else:
            changes.change(context, number, profile, on=on, cause=cause)

    def _try(self, form: Form, enter: Callable[[], object]) -> bool:
        try:
            enter()
        except (Malformed, Conflict, NotFound) as error:
            refuse_in(self._site, form, error)
            return False
        return True

    def end(self, number: str) -> Reply:
        """Close the record with its cause, or reinstate it."""
        _, context = self._site.translate, self._context("close or reinstate a record", CLOSE)
        newest = self._newest(context, number)
        form = Form.posted(request.form) if request.method == "POST" else Form(self._site.draft())
        causes = [cause for cause in CloseCause if cause is not CloseCause.MERGED]
        if request.method == "POST":
            on = form.parse("on", parse_date, _("Enter a day"))
            cause = "" if newest.closed else form.choose("cause", [one.value for one in causes], _("Choose the cause"))
            if form.good and on is not None:
                changes = self._agency.changes
                if newest.closed:
                    done = self._try(form, lambda: changes.reinstate(context, number, on=on))
                else:
                    done = self._try(form, lambda: changes.close(context, number, CloseCause(cause), on=on))
                if done:
                    return self._site.redirect(f"/desk/corporations/{number}")
        choices = [Choice(one.value, _(CAUSES[one])) for one in causes]
        return self._site.render("end.html", form=form, newest=newest, choices=choices)

    def merger(self, number: str) -> Reply:
        """Enter that this corporation was absorbed by another, or that the merger was declared void."""
        _, context = self._site.translate, self._context("enter a merger", MERGE)
        newest = self._newest(context, number)
        form = Form.posted(request.form) if request.method == "POST" else Form(self._site.draft())
        if request.method == "POST":
            on = form.parse("on", parse_date, _("Enter a day"))
            into = (
                ""
                if newest.closed
                else form.parse(
                    "into", parse_number, _("This is not a Corporate Number: 13 digits with a right check digit")
                )
            )
            if form.good and on is not None:
                changes = self._agency.changes
                if newest.closed:
                    done = self._try(form, lambda: changes.void_merger(context, number, on=on))
                else:
                    done = self._try(form, lambda: changes.merge(context, number, into=into or "", on=on))
                if done:
                    return self._site.redirect(f"/desk/corporations/{number}")
        return self._site.render("merger.html", form=form, newest=newest)

    def publication(self, number: str) -> Reply:
        """Note that an association consents to publication or no longer does."""
        _, context = self._site.translate, self._context("note consent to publication", PUBLISH)
        newest = self._newest(context, number)
        form = Form.posted(request.form) if request.method == "POST" else Form(self._site.draft())
        if request.method == "POST":
            consent = form.choose("consent", ("yes", "no"), _("Choose what the association said"))
            if form.good:
                changes = self._agency.changes
                if self._try(form, lambda: changes.decide_publication(context, number, consent=consent == "yes")):
                    return self._site.redirect(f"/desk/corporations/{number}")
        choices = [
            Choice("yes", _("It consents: publish the record")),
            Choice("no", _("It does not consent: take the record out of publication")),
        ]
        return self._site.render("publication.html", form=form, newest=newest, choices=choices)
