"""Alarms at the commission: who asked about trap persons, and what staff found (番号法33条, 35条)."""

from __future__ import annotations

from datetime import datetime

from mizuhiki.institutions.commission.domain.alarms import LONGEST_FINDING, Alarm, AlarmState, AlarmStep
from mizuhiki.institutions.commission.operations.service import Commission
from mizuhiki.institutions.commission.web.wording import office
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.pages import Reply, Site, request
from mizuhiki.ui.components import Action, Answer, Column, Event, Row, Tag, Tone
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.dates import JST

AFFAIR = "linkage-oversight"
BASIS = "番号法33条, 35条"
SHOWN = 200
STATES = {AlarmState.OPEN: ("Open", Tone.PROBLEM), AlarmState.CLOSED: ("Closed", Tone.DONE)}
STEPS = {AlarmState.OPEN: "Opened again", AlarmState.CLOSED: "Closed"}
PURPOSES = {"inquiry": "Inquiry", "notice": "Notice"}


def _shown(at: datetime) -> str:
    return at.astimezone(JST).strftime("%Y-%m-%d %H:%M:%S")


class AlarmPages:
    """The list of alarms, and one of them."""

    def __init__(self, site: Site, commission: Commission) -> None:
        self._site = site
        self._alarms = commission.alarms
        site.route("/alarms")(self.alarms)
        site.route("/alarms/<alarm_id>", ("GET", "POST"))(self.alarm)

    def _context(self, purpose: str) -> Context:
        return self._site.context(AFFAIR, BASIS, purpose)

    def alarms(self) -> Reply:
        """List alarms, newest first."""
        _ = self._site.translate
        found = self._alarms.listed(self._context("read alarms"), limit=SHOWN)
        return self._site.render(
            "alarms.html",
            columns=[
                Column(_("Received")),
                Column(_("State")),
                Column(_("Asked by")),
                Column(_("Asked of")),
                Column(_("Purpose")),
                Column(_("Affair and procedure")),
                Column(_("Traps"), numeric=True),
                Column(_("Persons"), numeric=True),
            ],
            rows=[self._row(one) for one in found],
            waiting=sum(one.state is AlarmState.OPEN for one in found),
        )

    def _row(self, one: Alarm) -> Row:
        return Row(
            (
                Action(_shown(one.received_at), f"/alarms/{one.alarm_id}"),
                self._state(one),
                office(self._site, one.asker),
                office(self._site, one.other),
                self._site.translate(PURPOSES[one.purpose]),
                one.procedure,
                len(one.traps),
                one.lines,
            )
        )

    def _state(self, one: Alarm) -> Tag:
        words, tone = STATES[one.state]
        return Tag(self._site.translate(words), tone)

    def alarm(self, alarm_id: str) -> Reply:
        """Show one alarm; close it with a finding or open it again."""
        _ = self._site.translate
        form = Form.posted(request.form) if request.method == "POST" else Form(self._site.draft())
        if request.method == "POST" and self._decided(form, alarm_id):
            return self._site.redirect(f"/alarms/{alarm_id}")
        one, steps = self._alarms.one(self._context("read an alarm"), alarm_id)
        return self._site.render(
            "alarm.html",
            form=form,
            heading=_("Alarm of %(moment)s", moment=_shown(one.raised_at)),
            answers=self._answers(one),
            columns=[Column(_("Exchange number")), Column(_("Planted by")), Column(_("Trap")), Column(_("Remark"))],
            rows=[
                Row(
                    (
                        trap.exchange_number,
                        office(self._site, trap.planted_by),
                        trap.trap_id,
                        _("Had records when planted: may be a real person") if trap.had_records else None,
                    )
                )
                for trap in one.traps
            ],
            steps=[self._step(step) for step in steps],
            is_open=one.state is AlarmState.OPEN,
            longest=LONGEST_FINDING,
        )

    def _decided(self, form: Form, alarm_id: str) -> bool:
        """Close the alarm or open it again, as the form says; false when the form is to be shown again."""
        _ = self._site.translate
        context = self._context("decide about an alarm")
        if form.value("step") == "reopen":
            self._alarms.reopen(context, alarm_id)
            return True
        self._alarms.one(context, alarm_id)
        finding = form.require("finding", _("Write what was found"))
        if len(finding) > LONGEST_FINDING:
            form.refuse("finding", _("At most %(longest)s characters", longest=LONGEST_FINDING))
        if form.good:
            self._alarms.close(context, alarm_id, finding=finding)
        return form.good

    def _answers(self, one: Alarm) -> list[Answer]:
        _ = self._site.translate
        return [
            Answer(_("State"), _(STATES[one.state][0])),
            Answer(_("Asked by"), office(self._site, one.asker)),
            Answer(_("Asked of"), office(self._site, one.other)),
            Answer(_("Purpose"), _(PURPOSES[one.purpose])),
            Answer(_("Affair and procedure"), f"{one.affair} / {one.procedure}"),
            Answer(_("Persons in the case"), f"{one.lines:,}"),
            Answer(_("Traps among them"), f"{len(one.traps):,}"),
            Answer(_("Asked at"), _shown(one.requested_at)),
            Answer(_("Raised at the core"), _shown(one.raised_at)),
            Answer(_("Received"), _shown(one.received_at)),
            Answer(_("Hash of the case"), one.case_hash.hex()),
        ]

    def _step(self, step: AlarmStep) -> Event:
        title = self._site.translate(STEPS[step.state])
        return Event(title, _shown(step.at), step.at.isoformat(), step.actor, step.finding)
