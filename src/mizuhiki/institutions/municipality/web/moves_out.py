"""Register a move out: who of the household leaves, when, where to (住基法24条)."""

from __future__ import annotations

from mizuhiki.institutions.municipality.domain.events.deadlines import BEFOREHAND
from mizuhiki.institutions.municipality.domain.moves import MoveOutForm
from mizuhiki.institutions.municipality.domain.residents import HouseholdMember, HouseholdView, RecordState
from mizuhiki.institutions.municipality.domain.support_measures import Work
from mizuhiki.institutions.municipality.web.desk import REGISTER, Desk
from mizuhiki.institutions.municipality.web.guided import Guided, Step
from mizuhiki.runtime.pages import Reply
from mizuhiki.ui.components import Action, Answer, Blocking, Choice
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.dates import parse_date

ACTION = "register-move-out"
_REFUSALS = {
    "date-impossible/planned_on": "planned_on",
    "stays-in-municipality": "planned_address",
    "text-not-writable": "planned_address",
    "date-impossible/received_on": "received_on",
    "already-moving": "residents",
    "record-not-current": "residents",
    "empty-form": "residents",
}


class MoveOutPages:
    """The entry of a move out."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._guided = Guided(desk)
        desk.site.route("/households/<household>/move-out", ("GET", "POST"))(self.move_out)
        desk.site.route("/moves-out/<reference>")(self.move_out_entered)
        desk.site.route("/moves-out/<reference>/receipt")(self.receipt)

    def move_out(self, household: str) -> Reply:
        """Take a move out step by step."""
        desk = self._desk
        desk.require(ACTION)
        context = desk.context(REGISTER, "register a move out")
        view = desk.operations.household_view(context, household, work=Work.MOVE_OUT)
        step, form = self._guided.read(received_on=desk.today().isoformat())
        if step in {Step.SHOW, Step.EDIT}:
            return self._show(view, form)
        checked = self._read(view, form)
        if checked is None:
            return self._show(view, form)
        if step is Step.CHECK:
            return self._check(view, form, checked)
        reference: list[str] = []
        if not desk.attempt(
            form, lambda: reference.append(desk.operations.register_move_out(context, checked)), _REFUSALS
        ):
            return self._show(view, form)
        names = [m.summary.name for m in view.members if m.summary.resident in checked.residents]
        kept = {
            "names": names,
            "planned": checked.planned_on.isoformat(),
            "household": household,
            "from": view.address,
            "to": checked.planned_address,
            "received": checked.received_on.isoformat(),
            "notifier": checked.notifier,
        }
        desk.site.store(f"move-out/{reference[0]}", kept)
        return desk.site.redirect(f"/moves-out/{reference[0]}")

    def _movable(self, view: HouseholdView) -> list[HouseholdMember]:
        return [m for m in view.members if m.summary.state is RecordState.CURRENT]

    def _show(self, view: HouseholdView, form: Form) -> Reply:
        desk, words = self._desk, self._desk.words
        _ = desk.site.translate
        choices = [
            Choice(m.summary.resident, m.summary.name,
                   f"{words.relationship(m.summary.relationship)}, {words.born(m.summary.birth_date, desk.today())}")
            for m in self._movable(view)
        ]  # fmt: skip
        moving = [m.summary.name for m in view.members if m.summary.state is RecordState.MOVING]
        warnings = []
        if moving:
            warnings.append(
                Blocking(
                    _("A move is announced already"),
                    _("These members cannot be chosen: %(names)s.", names=words.listed(moving)),
                )
            )
        return desk.site.render(
            "move_out.html",
            form=form,
            view=view,
            bar=[Answer(_("Household"), view.members[0].summary.name if view.members else ""),
                 Answer(_("Address"), view.address)],
            warnings=warnings,
            people=choices,
        )  # fmt: skip

    def _read(self, view: HouseholdView, form: Form) -> MoveOutForm | None:
        desk = self._desk
        _ = desk.site.translate
        allowed = {m.summary.resident for m in self._movable(view)}
        # A second submission of an entered form finds its people moving already: the operation answers it by its id.
        members = {m.summary.resident for m in view.members}
        chosen = tuple(r for r in form.all("residents") if r in (members if form.value("step") == "enter" else allowed))
        if not chosen:
            form.refuse("residents", _("Choose who moves out"))
        planned = form.parse("planned_on", parse_date, _("Enter the planned day like 2019-12-20 or 令和元年12月20日"))
        address = form.require("planned_address", _("Enter the new address from the prefecture on"))
        notifier = form.require("notifier", _("Enter who notifies the move"))
        received = form.parse("received_on", parse_date, _("Enter the day of receipt like 2019-12-02"))
        if received and received > desk.today():
            form.refuse("received_on", _("The day of receipt cannot lie in the future"))
        request_id = desk.request_id(form)
        if not form.good or planned is None or received is None:
            return None
        return MoveOutForm(request_id, chosen, planned, address, received, notifier)

    def _check(self, view: HouseholdView, form: Form, checked: MoveOutForm) -> Reply:
        desk, words = self._desk, self._desk.words
        _ = desk.site.translate
        names = [m.summary.name for m in view.members if m.summary.resident in checked.residents]
        due = BEFOREHAND.last_day(checked.planned_on)
        late = checked.received_on > due
        return desk.site.render(
            "check.html",
            title=_("Check the move out"),
            answers=[
                Answer(_("Who moves"), words.listed(names)),
                Answer(_("From"), view.address),
                Answer(_("To"), checked.planned_address),
                Answer(_("Planned day"), words.day(checked.planned_on)),
                Answer(_("Notified by"), checked.notifier),
                Answer(_("Day of receipt"), words.day(checked.received_on)),
            ],
            carried=self._guided.carried(form),
            warning_title=_("The notification is late") if late else "",
            warning=_(
                "More than 14 days have passed since the move (until %(day)s): this is no notification any more. The "
                "mayor is asked to remove the records ex officio; the special move with the card is over.",
                day=words.day(due),
            )
            if late
            else "",
            enter=_("Enter the move out"),
            after=_(
                "The records stay until the new municipality has entered the people. "
                "It gets the moving-out certificate over the network with the reference."
            ),
        )

    def move_out_entered(self, reference: str) -> Reply:
        """Confirm a move out with its reference, for printing."""
        desk = self._desk
        _ = desk.site.translate
        desk.require(ACTION)
        kept = self._kept(reference)
        answers, following = [], []
        if kept:
            answers = [Answer(_("Who moves"), kept["names"]), Answer(_("Planned day"), kept["planned"])]
            following = [
                Action(_("Print the acceptance notice"), f"/moves-out/{reference}/receipt", "p"),
                Action(_("Back to the household"), f"/households/{kept['household']}", "h"),
            ]
        return desk.site.render(
            "entered.html",
            title=_("The move out is entered"),
            reference=reference,
            text=_(
                "Print this page and hand it over. The new municipality asks for the reference and the person's code."
            ),
            warning=_("Tell the person to notify the move in within 14 days of moving (住基法22条)."),
            answers=answers,
            following=[*following, Action(_("Search residents"), "/search", "s")],
        )

    def _kept(self, reference: str) -> dict[str, str]:
        """Return what this clerk just entered, as words; empty in another session."""
        desk, words = self._desk, self._desk.words
        kept = desk.site.stored(f"move-out/{reference}")
        if not isinstance(kept, dict):
            return {}
        days = {name: words.note(str(kept[name])) for name in ("planned", "received")}
        return {name: str(value) for name, value in kept.items()} | days | {"names": words.listed(kept["names"])}

    def receipt(self, reference: str) -> Reply:
        """Show the acceptance notice of a move out for printing; neither number nor code stands on it."""
        desk = self._desk
        _ = desk.site.translate
        desk.require(ACTION)
        kept = self._kept(reference)
        if not kept:
            return desk.site.redirect(f"/moves-out/{reference}")
        return desk.site.render(
            "event_receipt.html",
            back=f"/moves-out/{reference}",
            kind=_("Move out"),
            reference=reference,
            answers=[
                Answer(_("Who moves"), kept["names"]),
                Answer(_("From"), kept["from"]),
                Answer(_("To"), kept["to"]),
                Answer(_("Planned day"), kept["planned"]),
                Answer(_("Day of receipt"), kept["received"]),
                Answer(_("Notified by"), kept["notifier"]),
            ],
            office=desk.words.office(desk.site.environment.institution),
            day=desk.words.day(desk.today()),
        )
