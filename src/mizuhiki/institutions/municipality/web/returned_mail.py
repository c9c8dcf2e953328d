"""Entry of returned mail by keyboard, check of a shown card, a person's cards. Card ids travel in posts only."""

from __future__ import annotations

from mizuhiki.institutions.municipality.domain.notice_errors import MalformedNoticeNumber
from mizuhiki.institutions.municipality.domain.notices import Notice, ReturnReason
from mizuhiki.institutions.municipality.domain.residents import ResidentQuery
from mizuhiki.institutions.municipality.operations.treat_returned_mail import ReturnEntry
from mizuhiki.institutions.municipality.web import notice_words as say
from mizuhiki.institutions.municipality.web.desk import NUMBERING, REGISTER, REQUEST_ID, Desk
from mizuhiki.institutions.municipality.web.notices import READ, document_choices, documents_of, grouped
from mizuhiki.runtime.pages import Reply, request
from mizuhiki.ui.components import Action, Answer, Choice, Column, Row
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.dates import parse_date

ENTRY = "record-returned-mail"
_FIELDS = {
    "malformed-notice-number": "number",
    "unknown-notice": "number",
    "empty-search": "number",
    "date-impossible": "returned_on",
    "notice-not-in-state": "number",
}


class ReturnedMailPages:
    """The fast entry, the check of a shown card, and the cards of one person."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        desk.site.route("/notices/returned", ("GET", "POST"), endpoint="returned_mail_returned")(self.returned)
        desk.site.route("/notices/check", ("GET", "POST"), endpoint="returned_mail_check")(self.check)
        desk.site.route("/residents/<resident>/notices", ("GET", "POST"), endpoint="returned_mail_of_resident")(
            self.of_resident
        )

    def returned(self) -> Reply:
        """Take returned envelopes one after another; the form comes back empty with reason and day kept."""
        desk = self._desk
        desk.require(ENTRY)
        if request.method == "GET":
            return self._show(desk.new_form(returned_on=desk.today().isoformat(), whole="yes"), [])
        form = Form.posted(request.form)
        found = self._find(form)
        if not form.good or not found:
            return self._show(form, [])
        chosen = next((one for one in found if one.notice == form.value("notice")), None)
        if chosen is None and len(found) == 1:
            chosen = found[0]
        if chosen is None:
            return self._show(form, found)
        return self._enter(form, chosen)

    def _find(self, form: Form) -> list[Notice]:
        desk = self._desk
        _ = desk.site.translate
        form.choose("reason", [reason.value for reason in ReturnReason], _("Choose why it came back"))
        form.parse("returned_on", parse_date, _("Enter the day it came back like 2015-11-10"))
        birth = form.parse_if_given("birth_date", parse_date, _("Enter the date of birth like 1988-03-04"))
        query = ResidentQuery(form.value("name"), form.value("name_kana"), birth, form.value("address"))
        found: list[Notice] = []
        context = desk.context(NUMBERING, "enter returned mail")
        if form.good:
            desk.attempt(
                form,
                lambda: found.extend(desk.operations.notices.find(context, form.value("number"), query)),
                _FIELDS,
            )
        return found

    def _enter(self, form: Form, chosen: Notice) -> Reply:
        desk = self._desk
        entry = ReturnEntry(
            request_id=desk.request_id(form),
            notice=chosen.notice,
            reason=ReturnReason(form.value("reason")),
            returned_on=parse_date(form.value("returned_on")),
            whole_envelope=bool(form.value("whole")),
        )
        entered: list[Notice] = []
        context = desk.context(NUMBERING, "enter returned mail")
        if not form.good or not desk.attempt(
            form, lambda: entered.extend(desk.operations.notices.record_return(context, entry)), _FIELDS
        ):
            return self._show(form, [])
        desk.site.store("returned-last", [[one.notice, one.number] for one in entered])
        following = Form(
            {
                REQUEST_ID: desk.site.environment.randomness.token(),
                "reason": form.value("reason"),
                "returned_on": form.value("returned_on"),
                "whole": form.value("whole"),
            }
        )
        return self._show(following, [])

    def _show(self, form: Form, found: list[Notice]) -> Reply:
        desk = self._desk
        _ = desk.site.translate
        last = desk.site.stored("returned-last")
        desk.site.forget("returned-last")
        done = (
            [Action(grouped(str(one[1])), f"/notices/card/{one[0]}") for one in last] if isinstance(last, list) else []
        )
        return desk.site.render(
            "returned_entry.html",
            form=form,
            done=done,
            found=[Choice(one.notice, one.printed_name, grouped(one.number)) for one in found],
            reasons=[Choice(code, text) for code, text in say.choices_of(desk, say.REASONS)],
            whole=[Choice("yes", _("All cards of the envelope came back"))],
            actions=[Action(_("Returned mail"), "/notices", "r")],
        )

    def check(self) -> Reply:
        """Check a notification card that somebody shows to prove a number."""
        desk = self._desk
        desk.require("check-notice")
        _ = desk.site.translate
        form = Form.posted(request.form) if request.method == "POST" else Form()
        held: list[Notice] = []
        if request.method == "POST":
            context = desk.context(NUMBERING, "check a card that is shown")
            documents = documents_of(form)
            desk.attempt(
                form,
                lambda: held.append(desk.operations.notices.check_presented(context, form.value("number"), documents)),
                {MalformedNoticeNumber.code: "number", "notification-card-alone": "documents"},
            )
        return desk.site.render(
            "notice_check.html",
            form=Form() if held else form,
            name=held[0].printed_name if held else "",
            documents=document_choices(desk),
            actions=[Action(_("Returned mail"), "/notices", "r")],
        )

    def of_resident(self, resident: str) -> Reply:
        """Show all cards of a person; a post has one sent anew after a move in."""
        desk = self._desk
        desk.require("reissue-notice" if request.method == "POST" else READ)
        _ = desk.site.translate
        form = Form.posted(request.form) if request.method == "POST" else Form()
        if request.method == "POST":
            context = desk.context(NUMBERING, "send a card anew after a move in")
            code = form.value("municipality")
            if desk.attempt(
                form,
                lambda: desk.operations.notices.resend_after_move_in(context, resident, code),
                {"previous-municipality-unknown": "municipality"},
            ):
                return desk.site.redirect(f"/residents/{resident}/notices")
        record = desk.operations.resident(desk.context(REGISTER, "look at a person's cards"), resident)
        found = desk.operations.notices.of_resident(desk.context(NUMBERING, "look at a person's cards"), resident)
        titles = (_("Card id"), _("Paper"), _("State"), _("Cause"), _("Prepared on"))
        offered = {
            "register-actual-residence": Action(
                _("Register an actual residence"), f"/residents/{resident}/residence", "a"
            ),
            "read-actual-residence": Action(_("Registered residences"), f"/residents/{resident}/residences", "s"),
        }
        return desk.site.render(
            "notices_of_resident.html",
            form=form,
            bar=[Answer(_("Name"), record.name.full)],
            back=f"/households/{record.household}",
            columns=[Column(title) for title in titles],
            rows=[
                Row(
                    (
                        Action(grouped(one.number), f"/notices/card/{one.notice}"),
                        _(say.FORMS[one.form.value]),
                        say.state_tag(desk, one.state),
                        _(say.CAUSES[one.cause.value]),
                        desk.words.short_day(one.prepared_on),
                    )
                )
                for one in found
            ],
            resend=record.stage.value == "kept" and desk.may("reissue-notice"),
            actions=[*desk.offered(offered), Action(_("Returned mail"), "/notices", "r")],
        )
