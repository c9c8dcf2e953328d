"""One record through time: its history, how it was on a day, its supplement; and what is left to do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from mizuhiki.institutions.municipality.domain.card_lapses import TASK as CARD_LAPSED
from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind as K
from mizuhiki.institutions.municipality.domain.events.catalogue import form_of
from mizuhiki.institutions.municipality.domain.events.errors import NotInSupplement
from mizuhiki.institutions.municipality.domain.events.items import Value
from mizuhiki.institutions.municipality.domain.events.requests import HistoryLine, Task
from mizuhiki.institutions.municipality.domain.residents import ResidentRecord
from mizuhiki.institutions.municipality.domain.substitutes import KeptSubstitution
from mizuhiki.institutions.municipality.domain.support_measures import Work
from mizuhiki.institutions.municipality.operations.events.tell_supplement import ON_PAPER, PROTECTED
from mizuhiki.institutions.municipality.web import event_words
from mizuhiki.institutions.municipality.web.desk import REGISTER, REQUEST_ID, Desk
from mizuhiki.institutions.municipality.web.event_inputs import EventInputs
from mizuhiki.institutions.municipality.web.messages import WITHHELD
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.pages import Reply, request
from mizuhiki.ui.components import Action, Answer, Column, Event, Row, Tag, Tone
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.dates import parse_date
from mizuhiki.vocabulary.persons import Sex, parse_position
from mizuhiki.vocabulary.places import municipality

_HIDDEN = frozenset({"household", "state"})


class HistoryPages:
    """History of a record, and tasks."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._inputs = EventInputs(desk)
        route = desk.site.route
        route("/residents/<resident>/history", endpoint="record_history")(self.history)
        route("/tasks", ("GET", "POST"), endpoint="event_tasks")(self.tasks)

    def history(self, resident: str) -> Reply:
        """Show every event of a record; with a day also the record as it was on it."""
        desk = self._desk
        desk.require("read-register")
        _ = desk.site.translate
        context = desk.context(REGISTER, "show the history of a record")
        form = Form.posted(request.args)
        day = form.parse_if_given("day", parse_date, _("Enter the day like 2019-12-02 or 令和元年12月2日"))
        lines = desk.operations.events.record_history(context, resident)
        record = desk.operations.resident(context, resident, work=Work.HISTORY)
        return desk.site.render(
            "record_history.html",
            form=form,
            bar=[
                Answer(_("Name"), record.name.full),
                Answer(_("Date of birth"), desk.words.born(record.birth_date, desk.today())),
                Answer(_("Address"), record.address),
            ],
            record=record,
            day=day,
            as_of=self._as_of(context, record, day) if day and form.good else None,
            history=[self._event(line) for line in lines],
            columns=[Column(_("Address")), Column(_("Since")), Column(_("Municipality"))],
            supplement=self._supplement(context, resident),
            written=self._written(context, resident),
            written_columns=[
                Column(title)
                for title in (
                    _("Item"),
                    _("In the register"),
                    _("Written there"),
                    _("Rules of substitution"),
                    _("System"),
                    _("Sent at"),
                    _("Who"),
                )
            ],
        )

    def _written(self, context: Context, resident: str) -> list[Row]:
        desk = self._desk
        _ = desk.site.translate
        return [
            Row(
                (
                    _(event_words.WRITTEN_ITEMS[one.item]),
                    one.text.original,
                    one.text.written,
                    event_words.rules_of(one.text, _, desk.words.listed),
                    self._system(one),
                    desk.words.moment(one.at),
                    desk.words.actor(one.by),
                )
            )
            for one in desk.operations.substitutions(context, resident)
        ]

    def _system(self, one: KeptSubstitution) -> str:
        _ = self._desk.site.translate
        target = _(event_words.TARGETS[one.target])
        return _("%(target)s (%(receiver)s)", target=target, receiver=one.receiver) if one.receiver else target

    def _as_of(self, context: Context, record: ResidentRecord, day: date) -> list[Answer]:
        found = self._desk.operations.events.record_as_of(context, record.resident, day)
        return [] if found is None else self._items(found.items)

    def _items(self, items: Mapping[str, Value]) -> list[Answer]:
        _ = self._desk.site.translate
        return [
            Answer(_(event_words.ITEMS[name]), self._value(name, value))
            for name in event_words.ITEMS
            if name not in _HIDDEN and (value := items.get(name))
        ]

    def _value(self, name: str, value: Value) -> str:
        words = self._desk.words
        if name == "sex":
            return words.sex(Sex(int(str(value))))
        if name == "relationship":
            return words.relationship(parse_position(str(value)))
        if name == "removal_reason":
            return words.reason(str(value))
        if name == "nationality":
            return words.nationality(str(value))
        if isinstance(value, dict):
            stated = {**value, "nationality": words.nationality(str(value["nationality"]))}
            shown = [
                str(stated[part]) for part in ("nationality", "status", "period", "stay_until") if stated.get(part)
            ]
            return words.listed(shown)
        return words.note(str(value))

    def _event(self, line: HistoryLine) -> Event:
        desk, words, event = self._desk, self._desk.words, line.event
        _ = desk.site.translate
        text = [_("Effective %(day)s, reported %(reported)s.", day=words.short_day(event.effective_on),
                  reported=words.short_day(event.reported_on))]  # fmt: skip
        changed = [] if line.fact.entry else self._items(line.fact.items)
        text += [f"{one.label}: {one.value}." for one in changed]
        if event.documents:
            documents = words.listed([words.document(one) for one in event.documents])
            text.append(_("Documents: %(documents)s.", documents=documents))
        if event.note:
            text.append(words.note(event.note))
        kind = line.fact.kind
        title = self._inputs.title(form_of(K(kind))) if kind in set(K) else words.reason(event.reason.value)
        return Event(
            title=title,
            time=words.moment(event.entered_at),
            machine_time=event.entered_at.isoformat(),
            who=words.actor(event.entered_by),
            text=" ".join(text),
            tag=Tag(_("Cancelled"), Tone.PROBLEM) if line.cancelled_by else None,
            actions=(Action(_("Open the event"), f"/entered/{line.fact.event}", about=title),),
        )

    def _supplement(self, context: Context, resident: str) -> list[Row] | None:
        words = self._desk.words
        try:
            view = self._desk.operations.events.supplement_of(context, resident)
        except NotInSupplement:
            return None
        return [
            Row((one.address, words.short_day(one.since), words.office(f"municipality-{one.municipality}")))
            for one in view.addresses
        ]

    # Tasks

    def tasks(self) -> Reply:
        """Show what is left to do; a post closes one with what came of it."""
        desk = self._desk
        posted = request.method == "POST"
        desk.require("enter-event" if posted else "read-register")
        _ = desk.site.translate
        context = desk.context(REGISTER, "work on tasks of the register")
        form = desk.posted_form()
        if posted:
            task = form.require("task", _("Choose the task"))
            outcome = form.require("outcome", _("Enter what came of it"))
            if form.good and desk.attempt(
                form, lambda: desk.operations.events.finish_task(context, task, outcome), {"unknown-task": "task"}
            ):
                return desk.site.redirect("/tasks")
        found = desk.operations.events.open_tasks(context)
        return desk.site.render(
            "event_tasks.html",
            form=form,
            columns=[Column(_("Task")), Column(_("Since")), Column(_("About")), Column(_("Record"))],
            rows=[task_row(desk, one) for one in found],
            choices=[
                (one.task, " ".join((task_title(desk, one), desk.words.short_day(one.opened_on), task_text(desk, one))))
                for one in found
            ],
            may_finish=desk.may("enter-event"),
            request_id=form.value(REQUEST_ID),
        )


def task_title(desk: Desk, task: Task) -> str:
    """Return what a task asks for."""
    return desk.site.translate(event_words.TASKS[task.kind]) if task.kind in event_words.TASKS else task.kind


def task_text(desk: Desk, task: Task) -> str:
    """Return what a task says beside its title, in the language of the page; a home registry by its name."""
    for pattern, words in event_words.TASK_TEXTS:
        found = re.fullmatch(pattern, task.text)
        if found:
            values = found.groupdict()
            if "day" in values:
                values["day"] = desk.words.short_day(date.fromisoformat(values["day"]))
            return desk.site.translate(words, **values)
    if task.text and task.kind in {ON_PAPER, PROTECTED}:
        home = municipality(task.text)
        return home.full_name if desk.site.language == "ja" else home.name_en
    return task.text


def task_row(desk: Desk, task: Task) -> Row:
    """Return a task as a table row; a protected person's says that it is one."""
    _ = desk.site.translate
    where = Action(_("Open the household"), f"/residents/{task.resident}") if task.resident else None
    if task.kind == CARD_LAPSED:
        where = Action(_("Letter that the card ended"), f"/residents/{task.resident}/card-lapse")
    return Row(
        (
            task_title(desk, task),
            desk.words.short_day(task.opened_on),
            Tag(_(WITHHELD), Tone.PROBLEM) if task.withheld else task_text(desk, task) or None,
            where,
        )
    )
