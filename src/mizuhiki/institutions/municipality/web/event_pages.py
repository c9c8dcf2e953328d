"""Guided entry of every life event: menu, form, check page, form to sign, entry; each step is a post to one path.

What blocks: a support measure (nothing is shown), documents not seen, a late notification without its reason, and a
warning that must be given to the person first (R-063). The operation checks all of it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind as K
from mizuhiki.institutions.municipality.domain.events.catalogue import form_of
from mizuhiki.institutions.municipality.domain.events.errors import UnknownEvent
from mizuhiki.institutions.municipality.domain.events.forms import FormDescription
from mizuhiki.institutions.municipality.domain.events.requests import EventEntered
from mizuhiki.institutions.municipality.domain.residents import ResidentQuery, ResidentSummary
from mizuhiki.institutions.municipality.domain.support_measures import Work
from mizuhiki.institutions.municipality.web.desk import REGISTER, Desk
from mizuhiki.institutions.municipality.web.event_calls import Call, EventCalls
from mizuhiki.institutions.municipality.web.event_inputs import (
    MOST_PEOPLE,
    OF_HOUSEHOLD,
    OF_NEWCOMERS,
    SEVERAL_NEW,
    EventInputs,
    Group,
    Scope,
    action_of,
)
from mizuhiki.institutions.municipality.web.event_reading import EventReading
from mizuhiki.institutions.municipality.web.guided import Guided, Step
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.pages import Reply, request
from mizuhiki.ui.components import Action, Answer, Column, Row
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.persons import Relationship

SECRETS = ("resident_record_code", *(f"p{n}_{part}" for n in range(1, MOST_PEOPLE + 1) for part in ("code", "number")))
WITH_SECRETS = frozenset({K.MOVE_IN_SPECIAL, K.MOVE_IN_ON_PAPER})
_FIELDS = {
    "evidence-missing": "documents",
    "late-reason-missing": "late_reason",
    "date-impossible/received_on": "received_on",
    "date-impossible/happened_on": "happened_on",
    "date-impossible/known_on": "known_on",
    "date-impossible/effective_on": "happened_on",
    "later-event-exists": "happened_on",
    "alias-not-proved": "proof1_title",
    "alias-held-already": "resident",
    "former-name-not-possible": "former_name",
    "household-inconsistent": "new_head",
    "not-registrable": "p1_category",
    "residence-items-incomplete": "p1_category",
    "resident-still-here": "p1_family",
    "unknown-move": "move_reference",
    "no-move-announced": "move_reference",
    "move-not-for-code": "move_reference",
    "special-move-not-possible": "move_reference",
    "malformed-resident-record-code": "resident_record_code",
    "address-elsewhere": "address",
    "empty-form/ground": "ground",
    "empty-form/changes": "item1",
    "not-minor": "value1",
    "malformed-person-name": "family_kana",
}


class _Keeping(Guided):
    """A guided entry whose secrets stay in the session when an input comes back empty, as it does once shown again."""

    def _keep(self, form: Form) -> None:
        for name in self._secret:
            if form.value(name):
                self._desk.site.store(self._key(form, name), form.value(name))

    def read(self, **defaults: str | Sequence[str]) -> tuple[Step, Form]:
        step, form = super().read(**defaults)
        return step, self._with_secrets(form) if self._secret and step is not Step.SHOW else form


@dataclass(frozen=True, slots=True)
class _Case:
    """One request: which event, about whom, what is asked."""

    kind: K
    description: FormDescription
    scope: Scope
    groups: list[Group]


class EventPages:
    """Menu and guided entry."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._inputs = EventInputs(desk)
        self._reading = EventReading(desk, self._inputs)
        self._calls = EventCalls(desk, self._reading)
        route = desk.site.route
        route("/events", endpoint="events_of_newcomers")(self.newcomers)
        route("/events/<kind>", ("GET", "POST"), endpoint="event_of_newcomers")(self.enter_new)
        route("/households/<household>/events", endpoint="events_of_household")(self.of_household)
        route("/households/<household>/events/<kind>", ("GET", "POST"), endpoint="event_of_household")(self.enter)

    # Menus

    def newcomers(self) -> Reply:
        """List the events of people who are not in the register yet."""
        desk = self._desk
        desk.require("read-register")
        _ = desk.site.translate
        others = {"register-move-in": Action(_("Move in by the network's certificate"), "/move-in", "m")}
        return self._menu(_("Entries into the register"), OF_NEWCOMERS, "/events", desk.offered(others), [])

    def of_household(self, household: str) -> Reply:
        """List the events of a household's members."""
        desk = self._desk
        desk.require("read-register")
        _ = desk.site.translate
        context = desk.context(REGISTER, "choose a life event")
        view = desk.operations.household_view(context, household, work=Work.EVENT)
        path = f"/households/{household}"
        others = {
            "register-birth": Action(_("Register a birth"), f"{path}/birth", "b"),
            "register-move-out": Action(_("Register a move out"), f"{path}/move-out", "o"),
        }
        bar = [
            Answer(_("Household"), view.members[0].summary.name if view.members else _("No current member")),
            Answer(_("Address"), view.address),
        ]
        following = [*desk.offered(others), Action(_("Back to the household"), path, "h")]
        return self._menu(_("Life events of the household"), OF_HOUSEHOLD, f"{path}/events", following, bar)

    def _menu(self, title: str, kinds: tuple[K, ...], path: str, others: list[Action], bar: list[Answer]) -> Reply:
        desk = self._desk
        _ = desk.site.translate
        offered = [kind for kind in kinds if desk.may(action_of(kind))]
        return desk.site.render(
            "event_menu.html",
            title=title,
            bar=bar,
            columns=[Column(_("Event")), Column(_("Basis")), Column(_("To be notified")), Column(_("Documents"))],
            rows=[self._menu_row(kind, f"{path}/{kind.value}") for kind in offered],
            actions=others,
        )

    def _menu_row(self, kind: K, path: str) -> Row:
        described = form_of(kind)
        required = self._reading.required_documents(described)
        return Row(
            (
                Action(self._inputs.title(described), path),
                described.basis,
                self._period(described) or None,
                self._desk.words.listed(required) or None,
            )
        )

    def _period(self, described: FormDescription) -> str:
        _ = self._desk.site.translate
        deadline = described.deadline
        if deadline is None:
            return ""
        if deadline.beforehand:
            return _("beforehand, at the latest 14 days after the move")
        if deadline.months:
            return _("within %(count)s months", count=deadline.months)
        counted = _("within %(count)s days, the day itself counted", count=deadline.days)
        return counted if deadline.event_day_counts else _("within %(count)s days", count=deadline.days)

    # Entry

    def enter(self, household: str, kind: str) -> Reply:
        """Enter an event of a household step by step."""
        desk = self._desk
        desk.require("read-register")
        chosen = self._kind(kind, OF_HOUSEHOLD)
        context = desk.context(REGISTER, "enter a life event")
        view = desk.operations.household_view(context, household, work=Work.EVENT)
        # Who moved abroad from here may die there; others who left are refused by the register.
        file = desk.operations.events.household_file(context, household, work=Work.EVENT) if chosen is K.DEATH else None
        scope = Scope(view=view, former=() if file is None else file.former)
        return self._steps(context, chosen, scope, f"/households/{household}/events")

    def enter_new(self, kind: str) -> Reply:
        """Enter people who are not in the register step by step."""
        self._desk.require("read-register")
        chosen = self._kind(kind, OF_NEWCOMERS)
        return self._steps(self._desk.context(REGISTER, "enter a life event"), chosen, Scope(), "/events")

    def _kind(self, kind: str, known: tuple[K, ...]) -> K:
        if kind not in {one.value for one in known}:
            raise UnknownEvent
        chosen = K(kind)
        self._desk.require(action_of(chosen))
        return chosen

    def _steps(self, context: Context, kind: K, scope: Scope, back: str) -> Reply:
        desk = self._desk
        guided = _Keeping(desk, secret=SECRETS if kind in WITH_SECRETS else ())
        step, form = guided.read(**self._defaults(scope))
        wanted = request.form.get("step", "")
        case = self._case(context, kind, scope, form, more=wanted == "more")
        if step in {Step.SHOW, Step.EDIT} or wanted in {"more", "find"}:
            return self._show(case, form, back)
        self._reading.check(kind, case.description, form, case.groups)
        call = self._calls.call(kind, form, case.scope)
        if call is None:
            return self._show(case, form, back)
        if wanted == "print":
            return self._paper(case, form, guided)
        if step is Step.CHECK:
            return self._check(case, form, guided, back)
        entered = self._enter(case, form, call, context)
        if entered is None:
            return self._show(case, form, back)
        guided.finish(form)
        self._keep(case, form, entered)
        return desk.site.redirect(f"/entered/{entered.event}")

    def _defaults(self, scope: Scope) -> dict[str, str]:
        defaults = {"received_on": self._desk.today().isoformat(), "household_choice": "new", "people": "1"}
        if scope.view is not None and len(scope.view.members) == 1:
            defaults["resident"] = scope.view.members[0].summary.resident
        return defaults

    def _case(self, context: Context, kind: K, scope: Scope, form: Form, *, more: bool) -> _Case:
        typed = form.value("people")
        count = int(typed) if typed.isascii() and typed.isdigit() and len(typed) == 1 else 1
        count = min(max(count, 1) + more, MOST_PEOPLE) if kind in SEVERAL_NEW else 1
        address = scope.view.address if kind is K.HOUSEHOLD_MERGE and scope.view else form.value("address")
        full = Scope(scope.view, self._nearby(context, address), count, scope.former)
        described = form_of(kind)
        return _Case(kind, described, full, self._inputs.groups(kind, described, full))

    def _nearby(self, context: Context, address: str) -> tuple[ResidentSummary, ...]:
        """Return the heads of households at the address typed, to be joined."""
        if not address:
            return ()
        found = self._desk.operations.search_residents(context, ResidentQuery(address=address))
        return tuple(one for one in found.shown if one.relationship is Relationship.HEAD)

    def _enter(self, case: _Case, form: Form, call: Call, context: Context) -> EventEntered | None:
        entered: list[EventEntered] = []
        names = {one.name for group in case.groups for one in group.inputs}
        fields = {code: name for code, name in _FIELDS.items() if name in names}
        self._desk.attempt(form, lambda: entered.append(call(context)), fields)
        return entered[0] if entered else None

    def _keep(self, case: _Case, form: Form, entered: EventEntered) -> None:
        """Keep for the confirmation what only this moment knows."""
        due = self._reading.overdue(case.kind, case.description, form)
        self._desk.site.store(
            f"entered/{entered.event}",
            {
                "kind": case.kind.value,
                "resident": entered.residents[0] if entered.residents else "",
                "notices": list(entered.notices),
                "tasks": len(entered.tasks),
                "due": "" if due is None else due.isoformat(),
                "notifier": form.value("notifier"),
            },
        )

    # What is shown

    def _show(self, case: _Case, form: Form, back: str) -> Reply:
        desk = self._desk
        _ = desk.site.translate
        described = case.description
        view = case.scope.view
        names = {one.name for group in case.groups for one in group.inputs}
        return desk.site.render(
            "event.html",
            form=form,
            title=self._inputs.title(described),
            back=back,
            bar=[]
            if view is None
            else [
                Answer(_("Household"), view.members[0].summary.name if view.members else _("No current member")),
                Answer(_("Address"), view.address),
            ],
            groups=case.groups,
            empty=Form(),
            people=case.scope.people,
            can_add=case.kind in SEVERAL_NEW and case.scope.people < MOST_PEOPLE,
            can_find="household_choice" in names,
            basis=described.basis,
            period=self._period(described),
            period_basis=described.deadline.basis if described.deadline else "",
            warnings=[self._inputs.words(one.text_ja, one.text_en) for one in described.warnings],
        )

    def _check(self, case: _Case, form: Form, guided: Guided, back: str) -> Reply:
        desk = self._desk
        _ = desk.site.translate
        described = case.description
        due = self._reading.overdue(case.kind, described, form)
        return desk.site.render(
            "event_check.html",
            title=_("Check: %(event)s", event=self._inputs.title(described)),
            back=back,
            answers=self._reading.answers(form, case.groups),
            carried=guided.carried(form),
            late="" if due is None else self._reading.late_words(case.kind, described, due),
            warnings=[self._inputs.words(one.text_ja, one.text_en) for one in described.warnings],
        )

    def _paper(self, case: _Case, form: Form, guided: Guided) -> Reply:
        """Show the notification as a form to be printed and signed."""
        desk = self._desk
        return desk.site.render(
            "event_paper.html",
            title=self._inputs.title(case.description),
            basis=case.description.basis,
            answers=self._reading.answers(form, case.groups),
            carried=guided.carried(form),
            office=desk.words.office(desk.site.environment.institution),
            day=desk.words.day(desk.today()),
        )
