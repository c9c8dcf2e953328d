"""After an event: confirmation with what follows, the acceptance notice to print, and its cancellation."""

from __future__ import annotations

from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind as K
from mizuhiki.institutions.municipality.domain.events.catalogue import form_of
from mizuhiki.institutions.municipality.domain.events.forms import Notification, SeenDocument
from mizuhiki.institutions.municipality.domain.events.requests import EventEntered, EventView
from mizuhiki.institutions.municipality.domain.support_measures import Work
from mizuhiki.institutions.municipality.web.desk import REGISTER, Desk
from mizuhiki.institutions.municipality.web.event_inputs import EventInputs
from mizuhiki.institutions.municipality.web.messages import REASONS
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.pages import Reply, request
from mizuhiki.ui.components import Action, Answer, Choice
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.persons import parse_position

_WITHOUT_EVENT = frozenset({K.MOVE_OUT_CANCELLED.value, K.MOVE_IN_SPECIAL.value})
"""Kinds whose reference is that of the move, which is no event of its own."""


class EventResultPages:
    """Confirmation, acceptance notice, cancellation."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._inputs = EventInputs(desk)
        route = desk.site.route
        route("/entered/<event>", endpoint="event_entered")(self.entered)
        route("/entered/<event>/receipt", endpoint="event_receipt")(self.receipt)
        route("/residents/<resident>/receipt", endpoint="entry_receipt")(self.receipt_of_entry)
        route("/entered/<event>/cancel", ("GET", "POST"), endpoint="event_cancel")(self.cancel)

    def _kept(self, event: str) -> dict[str, object]:
        kept = self._desk.site.stored(f"entered/{event}")
        return kept if isinstance(kept, dict) else {}

    def _title(self, kind: str) -> str:
        """Return the title of a kind; events taken over from elsewhere have only a reason."""
        if kind in set(K):
            return self._inputs.title(form_of(K(kind)))
        return self._desk.words.reason(kind) if kind in REASONS else kind

    def entered(self, event: str) -> Reply:
        """Confirm an event, or show one that was entered earlier."""
        desk = self._desk
        desk.require("read-register")
        _ = desk.site.translate
        kept = self._kept(event)
        context = desk.context(REGISTER, "show an event")
        if kept.get("kind") in _WITHOUT_EVENT:
            view, kind, resident = None, str(kept["kind"]), str(kept["resident"])
        else:
            work = Work.EVENT if kept else Work.HISTORY
            view = desk.operations.events.event_view(context, event, work=work)
            kind, resident = view.kind, view.records[0].resident
        household = desk.operations.household_of(context, resident)
        notices = kept.get("notices")
        told = [self._desk.words.notice(str(one)) for one in notices] if isinstance(notices, list) else []
        return desk.site.render(
            "event_entered.html",
            title=_("Entered: %(event)s", event=self._title(kind)),
            reference=event,
            cancelled=bool(view and view.cancelled_by),
            told=told,
            tasks=kept.get("tasks") or 0,
            late=str(kept.get("due") or ""),
            answers=[] if view is None else self._answers(view),
            undo=view is not None and not view.cancelled_by,
            may_undo=desk.may("correct-record"),
            following=self._following(event, household, resident, view),
        )

    def _answers(self, view: EventView) -> list[Answer]:
        words = self._desk.words
        _ = self._desk.site.translate
        line = view.lines[0].event
        documents = [words.document(one) for one in line.documents]
        return [
            Answer(_("People"), words.listed([one.name.full for one in view.records])),
            Answer(_("Effective"), words.day(line.effective_on)),
            Answer(_("Received"), words.day(line.reported_on)),
            Answer(_("Entered by"), f"{words.actor(line.entered_by)} {words.moment(line.entered_at)}"),
            Answer(_("Documents"), words.listed(documents) or "—"),
        ]

    def _following(self, event: str, household: str, resident: str, view: EventView | None) -> list[Action]:
        desk = self._desk
        _ = desk.site.translate
        found = [Action(_("Open the household"), f"/households/{household}", "h")]
        if view is not None:
            found.append(Action(_("Print the acceptance notice"), f"/entered/{event}/receipt", "p"))
            if not view.cancelled_by and desk.may("correct-record"):
                found.append(Action(_("Cancel this event"), f"/entered/{event}/cancel", "x"))
            if len(view.records) == 1 and view.records[0].number is None:
                found.append(Action(_("Numbering"), f"/residents/{resident}/numbering", "n"))
        found.append(Action(_("History of the record"), f"/residents/{resident}/history", "r"))
        found.append(Action(_("Next person"), "/search", "s"))
        return found

    def receipt(self, event: str) -> Reply:
        """Show the acceptance notice (受理通知) for printing; no number stands on it."""
        desk = self._desk
        desk.require("read-register")
        context = desk.context(REGISTER, "print an acceptance notice")
        view = desk.operations.events.event_view(context, event, work=Work.EVENT)
        return desk.site.render(
            "event_receipt.html",
            back=f"/entered/{event}",
            kind=self._title(view.kind),
            reference=event,
            answers=self._receipt(view, str(self._kept(event).get("notifier") or "")),
            office=desk.words.office(desk.site.environment.institution),
            day=desk.words.day(desk.today()),
        )

    def receipt_of_entry(self, resident: str) -> Reply:
        """Go to the acceptance notice of the event that made a record: a birth, a move in."""
        desk = self._desk
        desk.require("read-register")
        context = desk.context(REGISTER, "print an acceptance notice")
        lines = desk.operations.events.record_history(context, resident)
        entry = next(line for line in lines if line.fact.entry)
        return desk.site.redirect(f"/entered/{entry.fact.event}/receipt")

    def _receipt(self, view: EventView, notifier: str) -> list[Answer]:
        _ = self._desk.site.translate
        answers = [one for one in self._answers(view) if one.label != _("Entered by")]
        return [*answers, Answer(_("Notified by"), notifier)] if notifier else answers

    # Cancellation

    def cancel(self, event: str) -> Reply:
        """Cancel an event entered by mistake: form, then entry; both stay in the history."""
        desk = self._desk
        desk.require("correct-record")
        _ = desk.site.translate
        context = desk.context(REGISTER, "cancel an event")
        view = desk.operations.events.event_view(context, event, work=Work.EVENT)
        form = desk.posted_form(happened_on=desk.today().isoformat())
        if request.method == "POST":
            ground = form.require("ground", _("Enter why the event is cancelled"))
            if "mayors-decision" not in form.all("documents"):
                form.refuse("documents", _("The decision must have been seen"))
            note = Notification(
                request_id=desk.request_id(form),
                happened_on=desk.today(),
                received_on=desk.today(),
                notifier=_("ex officio"),
                documents=(SeenDocument("mayors-decision"),),
                note=ground,
            )
            if form.good and self._cancelled(context, event, note, form):
                return desk.site.redirect(f"/entered/{event}")
        codes = ("02", "11", "12", "20", "51", "52", "96", "99")
        choices = [Choice(code, desk.words.relationship(parse_position(code))) for code in codes]
        return desk.site.render(
            "event_cancel.html",
            form=form,
            back=f"/entered/{event}",
            title=_("Cancel: %(event)s", event=self._title(view.kind)),
            answers=self._answers(view),
            documents=[Choice("mayors-decision", self._decision())],
            people=[(one.resident, one.name.full) for one in view.records],
            relationships=choices,
        )

    def _decision(self) -> str:
        item = form_of(K.CANCELLATION).evidence[0]
        return self._inputs.words(item.title_ja, item.title_en)

    def _cancelled(self, context: Context, event: str, note: Notification, form: Form) -> bool:
        desk = self._desk
        stated = {
            name.removeprefix("position-"): parse_position(value)
            for name, value in request.form.items()
            if name.startswith("position-") and value
        }
        done: list[EventEntered] = []
        desk.attempt(
            form,
            lambda: done.append(desk.operations.events.cancel_event(context, note, event, stated or None)),
            {"empty-form/ground": "ground"},
        )
        return bool(done)
