"""Changes of assistance that runs, below its case: what was decided, the form of the next, approval and notice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from mizuhiki.casework.domain import CaseState
from mizuhiki.casework.operations import CaseFile
from mizuhiki.casework.operations.notify import NOTIFY
from mizuhiki.casework.web import CaseDesk, whole_number
from mizuhiki.institutions.municipality.domain.claims.assistance_changes import (
    CITATIONS,
    AssistanceChange,
    DecidedChange,
    Ground,
    Turn,
)
from mizuhiki.institutions.municipality.operations.claims.change_assistance import APPROVE, PROPOSE, READ
from mizuhiki.institutions.municipality.operations.claims.records import ClaimRecords
from mizuhiki.institutions.municipality.operations.claims.service import Claims
from mizuhiki.institutions.municipality.web.claims.wording import N_, WRONG_DAY, WRONG_YEN, choices
from mizuhiki.runtime.pages import Reply, request
from mizuhiki.ui.components import Action, Answer, Column, Row, Tag, Tone
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.dates import parse_date

TURNS = {
    "suspended": N_("Suspension"),
    "resumed": N_("Resumption"),
    "changed": N_("Change of the amount"),
    "ended": N_("End of assistance"),
}
GROUNDS = {
    "no-longer-needed": N_("Assistance is needed no longer"),
    "needed-again": N_("Assistance is needed again"),
    "need-changed": N_("Need or income changed"),
    "own-wish": N_("The household gives it up"),
    "moved-away": N_("Moved to where another office decides"),
    "nobody-left": N_("Nobody of the household is left"),
    "visit-refused": N_("A visit or an examination was refused"),
    "instruction-not-followed": N_("An instruction was not followed"),
}
ITEMS = ("turn", "ground", "from_day", "monthly_yen", "heard_on", "reason")
_REFUSALS = {f"assistance-change-implausible/{item}": item for item in ITEMS}


class AssistanceChangePage:
    """One page below a case whose assistance was granted."""

    def __init__(self, desk: CaseDesk[ClaimRecords], claims: Claims, prefix: str) -> None:
        self._desk = desk
        self._claims = claims
        self._prefix = prefix
        path = f"{prefix}/<case>/assistance"
        desk.site.route(path, ("GET", "POST"), endpoint=f"{prefix}-assistance")(self.page)

    def steps(self, file: CaseFile) -> list[tuple[str, Action]]:
        """Return the step that opens this page, once assistance was granted."""
        case = file.case
        if case.state is not CaseState.DECIDED or case.proposal is None or not case.proposal.granted:
            return []
        label = self._desk.site.translate("Stop, change or end the assistance")
        return [(READ, Action(label, f"{self._prefix}/{case.case}/assistance", "v"))]

    def page(self, case: str) -> Reply:
        """Show the changes; propose, approve or send on POST."""
        desk = self._desk
        _ = desk.site.translate
        context = desk.context("change assistance that runs")
        form = desk.form(from_day=context.today().isoformat())
        if request.method == "POST" and self._done(form, case):
            return desk.site.redirect(f"{self._prefix}/{case}/assistance")
        file, held = desk.service.case_file(context, case), self._claims.assistance_changes(context, case)
        newest = held[-1] if held else None
        approved = newest is not None and bool(newest.approved_by)
        return desk.site.render(
            "claims/assistance.html",
            form=form,
            case=case,
            prefix=self._prefix,
            bar=[Answer(_("Applicant"), file.people[file.case.applicant.person].four_items.name)],
            columns=[
                Column(_(title))
                for title in (
                    "Holds from",
                    "Decision",
                    "Legal ground",
                    "Reason",
                    "Monthly amount",
                    "Proposed by",
                    "State",
                )
            ],
            rows=[self._row(one) for one in held],
            turns=choices(desk, TURNS),
            grounds=choices(desk, GROUNDS),
            may_propose=desk.may(PROPOSE) and (newest is None or newest.change.turn is not Turn.ENDED),
            may_approve=desk.may(APPROVE) and newest is not None and not approved,
            may_notify=desk.may(NOTIFY) and newest is not None and approved and not newest.notice_id,
        )

    def _done(self, form: Form, case: str) -> bool:
        """Take the step that was chosen; whatever is wrong comes back in the form."""
        desk, chosen = self._desk, request.form.get("do", "")
        context = desk.context("change assistance that runs")
        steps: dict[str, tuple[str, Callable[[], object]]] = {
            "approve": (APPROVE, lambda: self._claims.approve_assistance_change(context, case)),
            "notify": (NOTIFY, lambda: self._claims.notify_assistance_change(context, case)),
        }
        if chosen in steps:
            action, step = steps[chosen]
            desk.require(action)
            return desk.attempt(form, step)
        desk.require(PROPOSE)
        change = self._read(form)
        return change is not None and desk.attempt(
            form, lambda: self._claims.propose_assistance_change(context, case, change), _REFUSALS
        )

    def _read(self, form: Form) -> AssistanceChange | None:
        _ = self._desk.site.translate
        turn = form.choose("turn", list(TURNS), _("Choose the decision"))
        ground = form.choose("ground", list(GROUNDS), _("Choose the ground"))
        since: date | None = form.parse("from_day", parse_date, _(WRONG_DAY))
        heard = form.parse_if_given("heard_on", parse_date, _(WRONG_DAY))
        monthly = form.parse_if_given("monthly_yen", whole_number, _(WRONG_YEN))
        reason = form.require("reason", _("Enter the reason as the notice is to say it"))
        if not form.good or since is None:
            return None
        return AssistanceChange(
            turn=Turn(turn), ground=Ground(ground), from_day=since, reason=reason, monthly_yen=monthly, heard_on=heard
        )

    def _row(self, one: DecidedChange) -> Row:
        desk, change = self._desk, one.change
        _ = desk.site.translate
        state = Tag(_("To be approved"), Tone.ATTENTION)
        if one.approved_by:
            state = Tag(_("Told in writing"), Tone.DONE) if one.notice_id else Tag(_("Approved"), Tone.PROGRESS)
        return Row(
            (
                desk.day(change.from_day),
                desk.words(TURNS, change.turn.value),
                f"{desk.words(GROUNDS, change.ground.value)} ({CITATIONS[change.ground]})",
                change.reason,
                None if change.monthly_yen is None else desk.yen(change.monthly_yen),
                desk.actor(one.proposed_by),
                state,
            )
        )
