"""Pages of cards and notices: dashboard of returned mail, mailings, one card's history and what is done with it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

from mizuhiki.institutions.municipality.domain.notice_fees import ReissueCost, ReissueReason
from mizuhiki.institutions.municipality.domain.notice_forms import IdentityDocument
from mizuhiki.institutions.municipality.domain.notices import (
    IN_USE,
    KEPT,
    NEEDS_IDENTITY,
    Notice,
    NoticeEvent,
    NoticeState,
    Step,
    Treatment,
)
from mizuhiki.institutions.municipality.operations.keep_notices import NoticeView
from mizuhiki.institutions.municipality.operations.treat_returned_mail import (
    ReturnedLine,
    ReturnedView,
    TreatmentForm,
)
from mizuhiki.institutions.municipality.web import notice_words as say
from mizuhiki.institutions.municipality.web.desk import NUMBERING, Desk, refusal_of_step
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.pages import Reply, request
from mizuhiki.ui.components import Action, Answer, Blocking, Choice, Column, Event, Row, Tag, Tone
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.errors import MizuhikiError
from mizuhiki.vocabulary.ids import key_of
from mizuhiki.vocabulary.places import municipality as place

READ = "read-notices"
_IDENTITY = {one.value for one in IdentityDocument}
_SIMPLE = {
    "endorse": "endorse-notice",
    "collect": "collect-notice",
    "report-lost": "collect-notice",
    "surrender": "collect-notice",
    "dispose": "treat-returned-mail",
    "arrive-at-hall": "forward-from-hall",
}


def documents_of(form: Form) -> tuple[IdentityDocument, ...]:
    """Return the identity documents ticked; a value that is none is left out."""
    return tuple(IdentityDocument(value) for value in form.all("documents") if value in _IDENTITY)


def document_choices(desk: Desk) -> list[Choice]:
    """Return the identity documents to tick."""
    _ = desk.site.translate
    return [
        Choice(code, text, _("With a photograph: one is enough") if IdentityDocument(code).has_photo else "")
        for code, text in say.choices_of(desk, say.DOCUMENTS)
    ]


class NoticePages:
    """Dashboard, export, mailings, one card, papers to print."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        route = desk.site.route
        route("/notices", ("GET", "POST"), endpoint="notices_dashboard")(self.dashboard)
        route("/notices/export", endpoint="notices_export")(self.export)
        route("/notices/mailings", endpoint="notices_mailings")(self.mailings)
        route("/notices/card/<notice>", ("GET", "POST"), endpoint="notices_notice")(self.notice)
        route("/notices/card/<notice>/letter", endpoint="notices_letter")(self.letter)

    def _context(self, purpose: str) -> Context:
        return self._desk.context(NUMBERING, purpose)

    # Dashboard

    def dashboard(self) -> Reply:
        """Show returned mail by state and age; a post sends what is prepared."""
        desk = self._desk
        desk.require("dispatch-notices" if request.method == "POST" else READ)
        _ = desk.site.translate
        refusal = None
        if request.method == "POST":
            context = self._context("send prepared cards and notices")
            refusal = refusal_of_step(lambda: desk.operations.notices.dispatch(context))
            if refusal is None:
                return desk.site.redirect("/notices/mailings")
        states, due = self._filter()
        counts, lines = desk.operations.notices.returned_mail(
            self._context("watch returned mail"), states, due_only=due
        )
        return desk.site.render(
            "notices.html",
            status=200 if refusal is None else refusal.status,
            warnings=[] if refusal is None else [desk.stopped(refusal)],
            count_columns=[Column(_("State")), Column(_("Cards"), numeric=True)],
            count_rows=[
                Row((Action(_(say.STATES[state.value]), f"/notices?state={state.value}"), counts[state]))
                for state in NoticeState
                if counts.get(state)
            ],
            columns=self._line_columns(),
            rows=[self._line(line) for line in lines],
            caption=_("Keeping period over") if due else _("Returned mail"),
            prepared=counts.get(NoticeState.PREPARED, 0) if desk.may("dispatch-notices") else 0,
            actions=[
                *desk.offered({
                    "record-returned-mail": Action(_("Enter returned mail"), "/notices/returned", "e"),
                    "check-notice": Action(_("Check a card that is shown"), "/notices/check", "c"),
                    "approve-actual-residence": Action(_("Residences to approve"), "/residences", "a"),
                }),
                Action(_("Keeping period over"), "/notices?due=1", "k"),
                Action(_("All returned mail"), "/notices", "r"),
                Action(_("Mailings"), "/notices/mailings", "m"),
                Action(_("Export as CSV"), f"/notices/export?{request.query_string.decode('ascii', 'ignore')}", "x"),
            ],
        )  # fmt: skip

    def _filter(self) -> tuple[tuple[NoticeState, ...], bool]:
        wanted = request.args.get("state", "")
        states = (NoticeState(wanted),) if wanted in set(NoticeState) else ()
        return states, request.args.get("due") == "1"

    def _line_columns(self) -> list[Column]:
        _ = self._desk.site.translate
        titles = (_("Card id"), _("Name"), _("State"), _("Reason"), _("Returned on"), _("Kept until"))
        return [*(Column(title) for title in titles), Column(_("Days"), numeric=True)]

    def _line(self, line: ReturnedLine) -> Row:
        desk, held = self._desk, line.notice
        _ = desk.site.translate
        state = Tag(_("Keeping period over"), Tone.PROBLEM) if line.due else say.state_tag(desk, held.state)
        return Row(
            (
                Action(grouped(held.number), f"/notices/card/{held.notice}"),
                line.name or _("withheld"),
                state,
                _(say.REASONS[held.return_reason.value]) if held.return_reason else None,
                desk.words.short_day(held.returned_on) if held.returned_on else None,
                desk.words.short_day(held.kept_until) if held.kept_until else None,
                line.days_kept if held.returned_on else None,
            )
        )

    def export(self) -> Reply:
        """Return the shown lines as CSV (UTF-8 with BOM, for spreadsheets); no address, withheld names empty."""
        desk = self._desk
        desk.require(READ)
        states, due = self._filter()
        context = self._context("export the list of returned mail")
        _counts, lines = desk.operations.notices.returned_mail(context, states, due_only=due)
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(["card_id", "name", "state", "reason", "returned_on", "kept_until", "days_kept", "due"])
        for line in lines:
            held = line.notice
            writer.writerow(
                [
                    held.number,
                    f"'{line.name}" if line.name[:1] in {"=", "+", "-", "@"} else line.name,
                    held.state.value,
                    held.return_reason.value if held.return_reason else "",
                    held.returned_on or "",
                    held.kept_until or "",
                    line.days_kept,
                    int(line.due),
                ]
            )
        reply = desk.site.app.response_class("\ufeff" + text.getvalue(), mimetype="text/csv")
        reply.headers["Content-Disposition"] = 'attachment; filename="returned-mail.csv"'
        return reply

    def mailings(self) -> Reply:
        """Show envelopes with how many cards they hold and where they stand."""
        desk = self._desk
        desk.require(READ)
        _ = desk.site.translate
        found = desk.operations.notices.mailings(self._context("look at mailings"))
        rows = [
            Row(
                (
                    Action(desk.words.short_day(mailing.prepared_on), f"/notices/card/{cards[0].notice}")
                    if cards
                    else desk.words.short_day(mailing.prepared_on),
                    desk.words.short_day(mailing.sent_on) if mailing.sent_on else Tag(_("Prepared"), Tone.PROGRESS),
                    _(say.DESTINATIONS[mailing.destination.value]),
                    _(say.CAUSES[cards[0].cause.value]) if cards else None,
                    len(cards),
                )
            )
            for mailing, cards in found
        ]
        titles = (_("Prepared on"), _("Sent on"), _("Destination"), _("Cause"))
        return desk.site.render(
            "notice_list.html",
            page_title=_("Mailings"),
            columns=[*(Column(title) for title in titles), Column(_("Cards"), numeric=True)],
            rows=rows,
            empty=_("Nothing was prepared yet."),
            actions=[Action(_("Returned mail"), "/notices", "r")],
        )

    # One card

    def notice(self, notice: str) -> Reply:
        """Show one card; a post takes a step with it."""
        desk = self._desk
        desk.require(READ)
        if request.method == "GET":
            return self._show(notice, Form(), None)
        form = Form.posted(request.form)
        cost: list[ReissueCost] = []
        refusal = refusal_of_step(self._step(notice, form, cost))
        if refusal is not None:
            return self._show(notice, form, refusal)
        if cost:
            desk.site.store(f"reissue/{notice}", [cost[0].fee_yen, cost[0].subsidised])
        return desk.site.redirect(f"/notices/card/{notice}")

    def _step(self, notice: str, form: Form, cost: list[ReissueCost]) -> Callable[[], object]:
        desk, notices = self._desk, self._desk.operations.notices
        wanted = form.value("do")
        context = self._context("serve a person's card")
        if wanted == "treat" and form.value("treatment") in set(Treatment):
            chosen = TreatmentForm(notice, Treatment(form.value("treatment")), documents_of(form))
            return lambda: notices.treat(context, chosen)
        if wanted == "forward" and form.value("step") in set(Step):
            return lambda: notices.forward_from_hall(context, notice, Step(form.value("step")), documents_of(form))
        if wanted == "reissue" and form.value("reason") in set(ReissueReason):
            reason = ReissueReason(form.value("reason"))
            return lambda: cost.append(notices.reissue(context, notice, reason))
        steps: dict[str, Callable[[], object]] = {
            "endorse": lambda: notices.endorse(context, notice),
            "collect": lambda: notices.collect(context, notice),
            "report-lost": lambda: notices.report_lost(context, notice),
            "surrender": lambda: notices.surrender(context, notice),
            "dispose": lambda: notices.dispose(context, [notice]),
            "arrive-at-hall": lambda: notices.take_in_at_hall(context, notice),
        }
        desk.require(_SIMPLE.get(wanted, READ))
        return steps.get(wanted, lambda: None)

    def _show(self, notice: str, form: Form, refusal: MizuhikiError | None) -> Reply:
        desk = self._desk
        _ = desk.site.translate
        context = self._context("look at a card's history")
        view = desk.operations.notices.view(context, notice)
        held = view.notice
        returned = desk.operations.notices.returned(context, notice) if held.state in KEPT else None
        warnings = [] if refusal is None else [self._stopped(refusal)]
        fee = desk.site.stored(f"reissue/{notice}")
        desk.site.forget(f"reissue/{notice}")
        return desk.site.render(
            "notice.html",
            status=200 if refusal is None else refusal.status,
            form=form,
            warnings=warnings,
            fee=self._fee(fee),
            title=_(say.FORMS[held.form.value]),
            tag=say.state_tag(desk, held.state),
            bar=self._bar(view),
            finding=_(say.FINDINGS[returned.finding.value]) if returned else "",
            treatments=self._treatments(returned) if desk.may("treat-returned-mail") else [],
            documents=document_choices(desk),
            hall=held.state is NoticeState.AT_HALL and desk.may("forward-from-hall"),
            hall_steps=[
                Choice("resend", _("Send it on by our own registered mail")),
                Choice("hand-over", _("Hand it over"), _("Identity documents are needed")),
                Choice("register-return", _("Give it up and register the return")),
            ],
            reissues=[Choice(reason.value, _(say.REISSUES[reason.value])) for reason in view.reissue_reasons]
            if desk.may("reissue-notice")
            else [],
            fee_yen=desk.words.yen(desk.operations.notices.fee_yen),
            endorsements=[
                Row((_(say.ITEMS[line.item]), line.content, desk.words.short_day(line.endorsed_on)))
                for line in view.endorsements
            ],
            endorsement_columns=[Column(_("Item")), Column(_("Now")), Column(_("Written on"))],
            buttons=self._buttons(view),
            events=[self._event(event) for event in view.history],
            actions=self._actions(held),
        )

    def _stopped(self, refusal: MizuhikiError) -> Blocking:
        desk = self._desk
        _ = desk.site.translate
        stopped = desk.stopped(refusal)
        items = [say.ITEMS.get(str(value), "") for value in refusal.fields.values()]
        facts = (stopped.facts[0], *(Answer(_("Missing"), _(item)) for item in items if item))
        return Blocking(stopped.title, stopped.text, facts)

    def _fee(self, stored: object) -> str:
        desk = self._desk
        _ = desk.site.translate
        if not isinstance(stored, list):
            return ""
        if stored[1]:
            return _("The person pays nothing; the re-issue is subsidised.")
        return _("Collect the fee: %(fee)s.", fee=desk.words.yen(int(stored[0])))

    def _bar(self, view: NoticeView) -> list[Answer]:
        desk, words, held = self._desk, self._desk.words, view.notice
        _ = desk.site.translate
        answers = [
            Answer(_("Card id"), grouped(held.number)),
            Answer(_("Name on the card"), held.printed_name),
            Answer(_("Cause"), _(say.CAUSES[held.cause.value])),
            Answer(_("Destination"), _(say.DESTINATIONS[view.mailing.destination.value])),
            Answer(_("Duty to notify"), place(held.responsible).full_name),
        ]
        if held.sent_on:
            answers.append(Answer(_("Sent on"), words.day(held.sent_on)))
        if held.returned_on and held.return_reason:
            answers.append(Answer(_("Returned on"), words.day(held.returned_on)))
            answers.append(Answer(_("Reason"), _(say.REASONS[held.return_reason.value])))
        if held.kept_until and held.state in KEPT:
            answers.append(Answer(_("Kept until"), words.day(held.kept_until)))
        if view.differing:
            items = words.listed([_(say.ITEMS[item]) for item in view.differing])
            answers.append(Answer(_("Differs from the register"), items))
        return answers

    def _treatments(self, view: ReturnedView | None) -> list[Choice]:
        _ = self._desk.site.translate
        return [
            Choice(
                one.value,
                _(say.TREATMENTS[one.value]),
                _("Identity documents are needed") if one in NEEDS_IDENTITY else "",
            )
            for one in (() if view is None else view.treatments)
        ]

    def _buttons(self, view: NoticeView) -> list[tuple[str, str, str]]:
        desk, held = self._desk, view.notice
        _ = desk.site.translate
        found: list[tuple[str, str, str]] = []
        if held.state in IN_USE:
            if view.differing:
                found.append(("endorse", _("Write the change on the card"), "w"))
            found += [("report-lost", _("Report it lost"), "l"), ("surrender", _("Take it back (surrender)"), "s")]
        if held.state is NoticeState.COLLECTION_DUE:
            found += [("collect", _("Collected"), "c"), ("report-lost", _("Report it lost"), "l")]
        if held.state is NoticeState.RETURN_REGISTERED:
            found.append(("dispose", _("Destroyed"), "d"))
        if held.state is NoticeState.SENT and view.mailing.destination.value == "town-hall":
            found.append(("arrive-at-hall", _("Arrived at the town hall"), "h"))
        return [button for button in found if desk.may(_SIMPLE[button[0]])]

    def _event(self, event: NoticeEvent) -> Event:
        desk = self._desk
        _ = desk.site.translate
        words = {**say.TREATMENTS, **say.REASONS, **say.DESTINATIONS, **say.ITEMS}
        notes = [_(words[part]) if part in words else part for part in event.note.split(", ") if part]
        return Event(
            title=_(say.STEPS[event.step]),
            time=desk.words.moment(event.at),
            machine_time=event.at.isoformat(),
            who=desk.words.actor(event.actor),
            text=desk.words.listed(notes),
        )

    def _actions(self, held: Notice) -> list[Action]:
        desk = self._desk
        _ = desk.site.translate
        actions = [
            Action(_("All cards of the person"), f"/residents/{held.resident}/notices", "p"),
            Action(_("Household"), f"/households/{held.household}", "h"),
            Action(_("Returned mail"), "/notices", "r"),
        ]
        if held.state in KEPT:
            actions.insert(0, Action(_("Letter asking to come"), f"/notices/card/{held.notice}/letter", "t"))
        if held.state is NoticeState.AT_HALL and desk.may("read-actual-residence"):
            actions.insert(0, Action(_("Address label"), f"/notices/card/{held.notice}/label", "a"))
        return actions

    def letter(self, notice: str) -> Reply:
        """Show the letter that asks a person to come for a returned card, for printing; no number stands in it."""
        desk = self._desk
        desk.require(READ)
        view = desk.operations.notices.view(self._context("print a letter about a returned card"), notice)
        held = view.notice
        if held.state not in KEPT or held.kept_until is None:
            return desk.site.redirect(f"/notices/card/{notice}")
        return desk.site.render(
            "notice_letter.html",
            back=f"/notices/card/{notice}",
            office=place(key_of(desk.site.environment.institution)).full_name,
            name=held.printed_name,
            number=grouped(held.number),
            kept_until=held.kept_until,
            today=desk.today(),
        )


def grouped(number: str) -> str:
    """Return a card id to be read: the municipality's code apart, and never in fours like an Individual Number."""
    return f"{number[:6]}-{number[6:]}"
