"""Support measures at the counter: the officer marks, renews, ends and lifts; a clerk asks (R-076 to R-081).

A disclosure that is withheld anywhere on this site ends on the page made here, which names the rule and the one way on.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from mizuhiki.institutions.municipality.domain.support_measures import Lift, LiftState, MeasureView, Work
from mizuhiki.institutions.municipality.operations.disclose import UnderSupportMeasure
from mizuhiki.institutions.municipality.web.desk import REGISTER, Desk, refusal_of_step, refuse_step
from mizuhiki.institutions.municipality.web.messages import LIFT_STATES, WORKS
from mizuhiki.runtime.pages import Reply, request
from mizuhiki.ui.components import Action, Answer, Blocking, Choice, Column, Row, Tag, Tone
from mizuhiki.vocabulary.errors import MizuhikiError

ASKABLE = tuple(code for code in WORKS if code != Work.CERTIFICATE)
"""Certificates are given by the operation alone; no page of this site prints one."""
_TONES = {
    LiftState.ASKED: Tone.ATTENTION,
    LiftState.OPEN: Tone.PROGRESS,
    LiftState.DECLINED: Tone.PROBLEM,
    LiftState.LOCKED: Tone.NEUTRAL,
}


class SupportMeasurePages:
    """List, mark, ask and the page of what is withheld."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        desk.site.route("/support-measures", ("GET", "POST"))(self.measures)
        desk.site.route("/support-measures/<measure>/ask", ("GET", "POST"))(self.ask)
        desk.site.route("/support-measures/lifts/<lift>")(self.open_lift)
        desk.site.route("/residents/<resident>/support-measure", ("GET", "POST"))(self.mark)
        desk.site.app.register_error_handler(UnderSupportMeasure, self.withheld)

    def withheld(self, error: UnderSupportMeasure) -> Reply:
        """Say that a support measure stops this, by which rule, and who can lift it."""
        desk = self._desk
        _ = desk.site.translate
        measure = str(error.fields.get("measure") or "")
        work = str(error.fields.get("work") or "")
        actions = []
        if measure and desk.may("ask-for-lift"):
            path = f"/support-measures/{measure}/ask?work={work}"
            actions.append(Action(_("Ask the responsible officer"), path, "o"))
        return desk.site.render(
            "withheld.html",
            status=error.status,
            warning=Blocking(
                _("A support measure protects this record"),
                _(
                    "Nothing about it is shown or given to anybody. Only the officer responsible for support measures "
                    "can lift this, for one piece of work by one clerk."
                ),
                (Answer(_("Rule"), str(error.fields.get("rule") or error.code)),),
            ),
            actions=actions,
        )

    def measures(self) -> Reply:
        """List the measures and the requests to lift them; a post takes one step on one of them."""
        desk = self._desk
        desk.require("lift-protection")
        refusal: MizuhikiError | None = None
        if request.method == "POST":
            refusal = refusal_of_step(self._step())
            if refusal is None:
                return desk.site.redirect("/support-measures")
        context = desk.context(REGISTER, "decide on support measures")
        found = desk.operations.measures(context)
        waiting = [
            (view, lift)
            for view in found
            for lift in view.lifts
            if lift.state(self._now()) in {LiftState.ASKED, LiftState.OPEN}
        ]
        _ = desk.site.translate
        return desk.site.render(
            "support_measures.html",
            status=200 if refusal is None else refusal.status,
            form=desk.new_form(),
            stopped=None if refusal is None else desk.stopped(refusal),
            lift_columns=[Column(t) for t in (_("Name"), _("Clerk"), _("Work"), _("Reason"), _("Asked"), _("State"))],
            lift_rows=[self._lift_row(view, lift) for view, lift in waiting],
            columns=[
                Column(t) for t in (_("Name"), _("Date of birth"), _("Since"), _("Until"), _("Reason"), _("State"))
            ],
            rows=[self._row(view) for view in found],
            past_columns=[
                Column(t) for t in (_("Name"), _("Clerk"), _("Work"), _("Decided by"), _("Requests"), _("State"))
            ],
            past_rows=[
                self._past_row(view, lift)
                for view in found
                for lift in view.lifts
                if lift.state(self._now()) in {LiftState.DECLINED, LiftState.LOCKED}
            ],
            moves=[
                (
                    one,
                    desk.words.listed(list(one.names)),
                    desk.words.short_day(one.planned_on),
                    desk.words.office(f"municipality-{one.to_municipality}") if one.to_municipality else "",
                )
                for one in desk.operations.waiting_transfers(context)
            ],
            returns=[
                (
                    one,
                    desk.words.born(one.birth_date, desk.today()),
                    desk.words.office(f"municipality-{one.to_municipality}") if one.to_municipality else "",
                )
                for one in desk.operations.waiting_returns(context)
            ],
            actions=[Action(_("Search residents"), "/search", "s")],
        )

    def _now(self) -> datetime:
        return self._desk.site.environment.clock.now()

    def _step(self) -> Callable[[], object]:
        operations = self._desk.operations
        context = self._desk.context(REGISTER, "decide on support measures")
        name = request.args.get("of", "")
        steps: dict[str, Callable[[], object]] = {
            "renew": lambda: operations.renew_measure(context, name),
            "end": lambda: operations.end_measure(context, name),
            "transfer": lambda: operations.approve_transfer(context, name, request.form.get("to_municipality", "")),
            "return": lambda: operations.approve_return(context, name, request.form.get("to_municipality", "")),
            "grant": lambda: operations.decide_lift(context, name, grant=True),
            "decline": lambda: operations.decide_lift(context, name, grant=False),
            "close": lambda: operations.close_lift(context, name),
        }
        return steps.get(request.args.get("do", "")) or refuse_step

    def _post(self, label: str, do: str, of: str, about: str) -> Action:
        return Action(label, f"/support-measures?do={do}&of={of}", about=about, post=True)

    def _row(self, view: MeasureView) -> Row:
        desk, words = self._desk, self._desk.words
        _ = desk.site.translate
        measure = view.measure
        if not measure.active:
            state = Tag(_("Ended"), Tone.NEUTRAL)
        elif measure.until < desk.today():
            state = Tag(_("Its year is over: renew or end it"), Tone.ATTENTION)
        else:
            state = Tag(_("In force"), Tone.PROBLEM)
        actions = (
            self._post(_("Renew for a year"), "renew", measure.measure, view.name),
            self._post(_("End the measure"), "end", measure.measure, view.name),
        )
        return Row(
            (
                view.name,
                words.born(view.birth_date, desk.today()),
                words.short_day(measure.started_on),
                words.short_day(measure.until),
                measure.reason,
                state,
            ),
            actions if measure.active else (),
        )

    def _state(self, lift: Lift) -> Tag:
        state = lift.state(self._now())
        return Tag(self._desk.site.translate(LIFT_STATES[state.value]), _TONES[state])

    def _lift_row(self, view: MeasureView, lift: Lift) -> Row:
        words = self._desk.words
        _ = self._desk.site.translate
        about = f"{view.name} {lift.clerk}"
        if lift.state(self._now()) is LiftState.ASKED:
            actions: tuple[Action, ...] = (
                self._post(_("Lift for this work"), "grant", lift.lift, about),
                self._post(_("Decline"), "decline", lift.lift, about),
            )
        else:
            actions = (self._post(_("Lock again now"), "close", lift.lift, about),)
        cells = (view.name, lift.clerk, _(WORKS[lift.work.value]), lift.reason, words.moment(lift.asked_at))
        return Row((*cells, self._state(lift)), actions)

    def _past_row(self, view: MeasureView, lift: Lift) -> Row:
        work = self._desk.site.translate(WORKS[lift.work.value])
        return Row((view.name, lift.clerk, work, lift.decided_by, lift.used, self._state(lift)))

    def mark(self, resident: str) -> Reply:
        """Put a support measure on a record after stating why."""
        desk = self._desk
        _ = desk.site.translate
        desk.require("mark-protected")
        context = desk.context(REGISTER, "put a support measure on a record")
        record = desk.operations.resident(context, resident)
        form = desk.posted_form()
        if request.method == "POST":
            reason = form.require("reason", _("Enter who asked for the measure and what confirmed the need"))
            if form.good and desk.attempt(
                form,
                lambda: desk.operations.start_measure(context, resident, reason),
                {"empty-form": "reason", "support-measure-exists": "reason"},
            ):
                return desk.site.redirect("/support-measures")
        return desk.site.render(
            "support_mark.html",
            form=form,
            back=f"/households/{record.household}",
            bar=[
                Answer(_("Name"), record.name.full),
                Answer(_("Date of birth"), desk.words.born(record.birth_date, desk.today())),
                Answer(_("Address"), record.address),
            ],
        )

    def ask(self, measure: str) -> Reply:
        """Ask for a lift, and show what became of earlier requests of one's own."""
        desk = self._desk
        _ = desk.site.translate
        desk.require("ask-for-lift")
        context = desk.context(REGISTER, "ask to lift a support measure")
        form = desk.posted_form(work=request.args.get("work", ""))
        if request.method == "POST":
            work = form.choose("work", list(ASKABLE), _("Choose what you have to do"))
            reason = form.require("reason", _("Enter who stands before you and how you checked that"))
            if form.good and desk.attempt(
                form,
                lambda: desk.operations.ask_for_lift(context, measure, Work(work), reason),
                {"empty-form": "reason", "support-measure-ended": "reason"},
            ):
                return desk.site.redirect(f"/support-measures/{measure}/ask")
        lifts = desk.operations.own_lifts(context, measure)
        return desk.site.render(
            "support_ask.html",
            form=form,
            works=[Choice(code, _(WORKS[code])) for code in ASKABLE],
            columns=[Column(t) for t in (_("Work"), _("Asked"), _("Decided by"), _("State"))],
            rows=[self._own_row(lift) for lift in lifts],
        )

    def _own_row(self, lift: Lift) -> Row:
        words = self._desk.words
        _ = self._desk.site.translate
        is_open = lift.state(self._now()) is LiftState.OPEN
        way = (Action(_("Open what was lifted"), f"/support-measures/lifts/{lift.lift}"),)
        return Row(
            (_(WORKS[lift.work.value]), words.moment(lift.asked_at), lift.decided_by or None, self._state(lift)),
            way if is_open else (),
        )

    def open_lift(self, lift: str) -> Reply:
        """Go to the page for which it was lifted."""
        desk = self._desk
        desk.require("ask-for-lift")
        work, household, resident = desk.operations.way_of_lift(desk.context(REGISTER, "open a lifted record"), lift)
        house, person = f"/households/{household}", f"/residents/{resident}"
        ways = {
            Work.TAX: f"{person}/tax",
            Work.NUMBERING: f"{person}/numbering",
            Work.CARD: f"{person}/card",
            Work.BIRTH: f"{house}/birth",
            Work.MOVE_OUT: f"{house}/move-out",
            Work.CLAIM: f"{house}/allowance",
            Work.CASE: "/cases",
            Work.EVENT: f"{house}/events",
            Work.HISTORY: f"{person}/history",
            Work.COPY: f"{person}/copy",
            Work.NOTICE: "/notices",
        }
        return desk.site.redirect(ways.get(work, house))
