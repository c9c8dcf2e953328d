"""Child allowance cases: the list, and one case from claim to payment on one screen (R-361, R-362)."""

from __future__ import annotations

from collections.abc import Callable

from mizuhiki.institutions.municipality.domain.allowance_cases import AllowanceCase, CaseState
from mizuhiki.institutions.municipality.web.allowance_view import CaseView
from mizuhiki.institutions.municipality.web.desk import ALLOWANCE, REQUEST_ID, Desk, refusal_of_step, refuse_step
from mizuhiki.institutions.municipality.web.guided import Guided, Step
from mizuhiki.institutions.municipality.web.messages import CASE_STATES, KINDS, WITHHELD
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.pages import Reply, request
from mizuhiki.ui.components import Action, Choice, Column, Row
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.errors import MizuhikiError

READ = "read-case"
PAPER = "record-paper-document"
LOCAL_TAX = "local-tax"
_PAPER_REFUSALS = {
    "empty-form/description": "description",
    "empty-form/total_income_yen": "total_income_yen",
}


class AllowanceCasePages:
    """List, case screen and the form of a paper document."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._view = CaseView(desk)
        desk.site.route("/cases")(self.cases)
        desk.site.route("/cases/<case>", ("GET", "POST"))(self.case)
        desk.site.route("/cases/<case>/paper", ("GET", "POST"))(self.paper)

    def cases(self) -> Reply:
        """List the cases, all or of one state."""
        desk = self._desk
        _ = desk.site.translate
        wanted = request.args.get("state", "")
        state = CaseState(wanted) if wanted in set(CaseState) else None
        found = desk.operations.cases(desk.context(ALLOWANCE, "list cases"), state)
        states = [Action(_("All"), "/cases")]
        states += [Action(_(CASE_STATES[one.value]), f"/cases?state={one.value}") for one in CaseState]
        return desk.site.render(
            "cases.html",
            state=_(CASE_STATES[state.value]) if state else _("All"),
            columns=case_columns(desk),
            rows=[case_row(desk, case) for case in found],
            actions=states,
        )

    def case(self, case: str) -> Reply:
        """Show a case; a post takes a step of it, and a refused step is shown with its rule."""
        desk = self._desk
        context = desk.context(ALLOWANCE, "work on a claim for child allowance")
        refusal: MizuhikiError | None = None
        if request.method == "POST":
            refusal = refusal_of_step(self._step(context, case))
            if refusal is None:
                return desk.site.redirect(f"/cases/{case}")
        found = desk.operations.allowance_case(context, case)
        opened = desk.site.stored(f"case-opened/{case}") is True
        desk.site.forget(f"case-opened/{case}")
        return desk.site.render(
            "case.html",
            status=200 if refusal is None else refusal.status,
            stopped=None if refusal is None else desk.stopped(refusal),
            opened=opened,
            **self._view.values(found),
        )

    def _step(self, context: Context, case: str) -> Callable[[], object]:
        operations = self._desk.operations
        steps: dict[str, Callable[[], object]] = {
            "request": lambda: operations.request_linked_information(context, case),
            "propose": lambda: operations.propose_decision(context, case),
            "approve": lambda: operations.approve_decision(context, case),
            "pay": lambda: operations.order_payment(context, case),
            "notify": lambda: operations.send_decision_notice(context, case),
        }
        return steps.get(request.args.get("do", "")) or refuse_step

    def paper(self, case: str) -> Reply:
        """Record a paper document taken because linkage gave nothing."""
        desk = self._desk
        _ = desk.site.translate
        desk.require(PAPER)
        context = desk.context(ALLOWANCE, "record a paper document")
        found = desk.operations.allowance_case(context, case)
        step, form = Guided(desk).read(kind=request.args.get("kind", ""))
        if step is not Step.SHOW:
            if desk.site.stored(f"paper/{desk.request_id(form)}") is True:
                return desk.site.redirect(f"/cases/{case}")
            entered = self._read_paper(form)
            if form.good and desk.attempt(
                form,
                lambda: desk.operations.record_paper_document(
                    context,
                    case,
                    form.value("kind"),
                    form.value("description"),
                    total_income_yen=entered[0],
                    dependents=entered[1],
                ),
                _PAPER_REFUSALS,
            ):
                desk.site.store(f"paper/{form.value(REQUEST_ID)}", value=True)
                return desk.site.redirect(f"/cases/{case}")
        return desk.site.render(
            "paper.html",
            form=form,
            case=found,
            kinds=[Choice(code, _(title)) for code, title in KINDS.items()],
        )

    def _read_paper(self, form: Form) -> tuple[int | None, int | None]:
        _ = self._desk.site.translate
        kind = form.choose("kind", list(KINDS), _("Choose what the paper is about"))
        form.require("description", _("Enter what paper it is and who issued it"))
        income = form.parse_if_given("total_income_yen", _count, _("Enter the income as a whole number of yen"))
        dependents = form.parse_if_given("dependents", _count, _("Enter the number of dependents"))
        if kind == LOCAL_TAX and not form.value("total_income_yen"):
            form.refuse("total_income_yen", _("Enter the total income that stands on the paper"))
        return income, dependents


def _count(text: str) -> int:
    """Read a whole number that is not negative; separators of thousands are allowed."""
    value = int(text.replace(",", "").replace("，", ""))
    if value < 0:
        raise ValueError("negative")
    return value


def case_columns(desk: Desk) -> list[Column]:
    """Return the columns of a list of cases."""
    _ = desk.site.translate
    return [Column(_("Claimant")), Column(_("Children"), numeric=True), Column(_("Received")), Column(_("State"))]


def case_row(desk: Desk, case: AllowanceCase) -> Row:
    """Return a case as a row of a list."""
    words = desk.words
    return Row(
        (
            Action(case.claimant_name or desk.site.translate(WITHHELD), f"/cases/{case.case}"),
            None if case.withheld else len(case.children),
            words.short_day(case.received_on),
            words.case_state(case.state),
        )
    )
