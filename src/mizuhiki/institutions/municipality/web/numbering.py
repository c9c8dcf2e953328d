"""Numbering of a resident step by step, and the notice of code and number (番号法7条; R-010, R-011)."""

from __future__ import annotations

from collections.abc import Callable

from mizuhiki.institutions.municipality.domain.residents import NumberingStage, NumberingStep, ResidentRecord
from mizuhiki.institutions.municipality.domain.support_measures import Work
from mizuhiki.institutions.municipality.web.desk import NUMBERING, Desk, refusal_of_step, refuse_step
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.pages import Reply, request
from mizuhiki.ui.components import Action, Answer, Blocking, Tag, Task, Tone
from mizuhiki.vocabulary.errors import MizuhikiError

STEPS = (
    NumberingStage.CODE_WRITTEN,
    NumberingStage.NUMBER_REQUESTED,
    NumberingStage.NUMBER_GENERATED,
    NumberingStage.DESIGNATED,
    NumberingStage.NOTIFIED,
)
NOTIFY = "notify-number"
_WAITING_FOR_NUMBER = frozenset({NumberingStage.CODE_WRITTEN, NumberingStage.NUMBER_REQUESTED})


class NumberingPages:
    """The numbering screen and the printable notice."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        desk.site.route("/residents/<resident>/numbering", ("GET", "POST"))(self.numbering)
        desk.site.route("/residents/<resident>/notice")(self.number_notice)

    def numbering(self, resident: str) -> Reply:
        """Show the steps; a post takes the next one."""
        desk = self._desk
        context = desk.context(NUMBERING, "number a resident")
        if request.method == "POST":
            refusal = refusal_of_step(self._step(context, resident))
            if refusal is not None:
                return self._show(context, resident, refusal)
            notified = request.args.get("do") == NOTIFY
            return desk.site.redirect(f"/residents/{resident}/{'notice' if notified else 'numbering'}")
        return self._show(context, resident, None)

    def _step(self, context: Context, resident: str) -> Callable[[], object]:
        operations = self._desk.operations
        wanted = request.args.get("do", "")
        if wanted == "request-number":
            return lambda: operations.request_number(context, resident)
        if wanted == "designate-number":
            return lambda: operations.designate_number(context, resident)
        if wanted == NOTIFY:
            return lambda: operations.notify_number(context, resident)
        return refuse_step

    def _show(self, context: Context, resident: str, refusal: MizuhikiError | None) -> Reply:
        desk = self._desk
        _ = desk.site.translate
        record = desk.operations.resident(context, resident, work=Work.NUMBERING)
        steps = desk.operations.numbering_steps(context, resident)
        warnings: list[Blocking] = [] if refusal is None else [desk.stopped(refusal)]
        return desk.site.render(
            "numbering.html",
            status=200 if refusal is None else refusal.status,
            back=f"/households/{record.household}",
            bar=[Answer(_("Name"), record.name.full), Answer(_("Numbering"), desk.words.stage(record.stage))],
            warnings=warnings,
            kept=record.stage is NumberingStage.KEPT,
            tasks=self._tasks(steps),
            actions=self._actions(record),
        )

    def _tasks(self, steps: list[NumberingStep]) -> list[Task]:
        desk, words = self._desk, self._desk.words
        _ = desk.site.translate
        done = {step.step: step for step in steps}
        return [
            Task(
                words.stage(stage),
                Tag(_("Done"), Tone.DONE) if stage in done else Tag(_("To do"), Tone.NEUTRAL),
                hint=f"{words.moment(done[stage].at)} {words.actor(done[stage].actor)}" if stage in done else "",
            )
            for stage in STEPS
        ]

    def _actions(self, record: ResidentRecord) -> list[Action]:
        """Offer the one step that can come next, to roles that may take it."""
        desk = self._desk
        _ = desk.site.translate
        path = f"/residents/{record.resident}/numbering"
        offered: dict[str, Action] = {}
        if record.stage in _WAITING_FOR_NUMBER:
            offered["request-number"] = Action(_("Request the number"), f"{path}?do=request-number", "r", post=True)
        elif record.stage is NumberingStage.NUMBER_GENERATED:
            offered["designate-number"] = Action(
                _("Designate the number"), f"{path}?do=designate-number", "d", post=True
            )
        elif record.stage is NumberingStage.DESIGNATED:
            offered[NOTIFY] = Action(_("Notify and print"), f"{path}?do={NOTIFY}", "n", post=True)
        elif record.stage is NumberingStage.NOTIFIED:
            offered[NOTIFY] = Action(_("Print the notice again"), f"/residents/{record.resident}/notice", "n")
        return [
            *desk.offered(offered | self._changes(record)),
            Action(_("Back to the household"), f"/households/{record.household}", "h"),
        ]

    def _changes(self, record: ResidentRecord) -> dict[str, Action]:
        """Offer what may happen to a number or code that the person has."""
        _ = self._desk.site.translate
        if record.stage not in {NumberingStage.NOTIFIED, NumberingStage.KEPT}:
            return {}
        path = f"/residents/{record.resident}"
        return {
            "change-number": Action(_("Another number after a leak"), f"{path}/number-change"),
            "change-code": Action(_("Another resident record code"), f"{path}/code-change"),
        }

    def number_notice(self, resident: str) -> Reply:
        """Show the notice for printing, to the notifying role only, once the number was notified.

        The answer may not be stored by browser or proxy, like every page of the site.
        """
        desk = self._desk
        desk.require(NOTIFY)
        context = desk.context(NUMBERING, "print the notice of code and number")
        steps = desk.operations.numbering_steps(context, resident)
        if NumberingStage.NOTIFIED not in {step.step for step in steps}:
            return desk.site.redirect(f"/residents/{resident}/numbering")
        notice = desk.operations.notify_number(context, resident)
        return desk.site.render(
            "number_notice.html",
            notice=notice,
            code=grouped(notice.code.reveal(), 4),
            number=grouped(notice.number.reveal(), 4),
            back=f"/residents/{resident}/numbering",
        )


def grouped(digits: str, size: int) -> str:
    """Return digits in groups, so that a person can read them out."""
    return " ".join(digits[start : start + size] for start in range(0, len(digits), size))
