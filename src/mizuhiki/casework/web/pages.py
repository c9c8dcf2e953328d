"""Pages that every body with cases has: worklist, case, paper, sending back, what was saved (R-218, R-361)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic

from mizuhiki.casework.domain.cases import CaseState
from mizuhiki.casework.domain.errors import UnknownClaim
from mizuhiki.casework.domain.gathering import require_paper_wanted
from mizuhiki.casework.domain.savings import ProcedureSaving, Saving
from mizuhiki.casework.operations import CaseFile, ListedCase
from mizuhiki.casework.ports import RecordsT
from mizuhiki.casework.web import messages
from mizuhiki.casework.web.case_view import CaseView, MoreSteps, Screens
from mizuhiki.casework.web.desk import CaseDesk
from mizuhiki.casework.web.file_pages import ACTION
from mizuhiki.casework.web.section_files import SectionFilePages
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.pages import Reply, request
from mizuhiki.ui.components import Action, Answer, Blocking, Choice, Column, Row
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.dates import parse_date
from mizuhiki.vocabulary.errors import Malformed
from mizuhiki.vocabulary.layouts import ItemType, LayoutItem, Scalar, layout

YES, NO = "yes", "no"


class UnknownCaseStep(Malformed):
    """A post names no step of the page."""

    code = "unknown-case-step"
    title = "This page has no such step; open it again"


class CasePages(Generic[RecordsT]):
    """Routes below `prefix`; a body extends ``casework/case.html`` and names its own template in `case_template`.

    Where an affair has several procedures, each with its own pages, `procedure` says whose these are. `more` offers
    steps of the body's own beside the common ones, each with the action of the policy table that it needs. Files of
    inquiries about the affair stand below ``files``; of two counters of one affair the first has them.
    """

    def __init__(
        self,
        desk: CaseDesk[RecordsT],
        screens: Screens,
        *,
        prefix: str = "/cases",
        case_template: str = "casework/case.html",
        procedure: str = "",
        more: MoreSteps | None = None,
        files: bool = True,
    ) -> None:
        self._desk = desk
        self._files = SectionFilePages(desk, f"{prefix}/files") if files else None
        self._view = CaseView(desk, screens, prefix, more)
        self._prefix = prefix
        self._template = case_template
        self._procedure = procedure
        route = desk.site.route
        both = ("GET", "POST")
        route(prefix, endpoint=f"{prefix}-list")(self.worklist)
        route(f"{prefix}/<case>", both, endpoint=f"{prefix}-case")(self.case)
        route(f"{prefix}/<case>/paper/<person>/<kind>", both, endpoint=f"{prefix}-paper")(self.paper)
        route(f"{prefix}/<case>/send-back", both, endpoint=f"{prefix}-send-back")(self.send_back)

    def worklist(self) -> Reply:
        """List the cases, all or of one state."""
        desk = self._desk
        _ = desk.site.translate
        wanted = request.args.get("state", "")
        state = CaseState(wanted) if wanted in set(CaseState) else None
        found = desk.service.worklist(desk.context("list cases"), state, self._procedure)
        states = [Action(_("All"), self._prefix)]
        states += [Action(desk.words(messages.STATES, s.value), f"{self._prefix}?state={s.value}") for s in CaseState]
        return desk.site.render(
            "casework/worklist.html",
            state=desk.words(messages.STATES, state.value) if state else _("All"),
            columns=[
                Column(_("Applicant")),
                Column(_("Procedure")),
                Column(_("Received")),
                Column(_("Proposed by")),
                Column(_("State")),
            ],
            rows=[self._row(one) for one in found],
            actions=states,
            files=self._asking_with_files(),
        )

    def _asking_with_files(self) -> list[Action]:
        if self._files is None:
            return []
        _ = self._desk.site.translate
        return self._desk.offered([(ACTION, Action(_("Files of inquiries"), f"{self._prefix}/files"))])

    def _row(self, listed: ListedCase) -> Row:
        desk = self._desk
        _ = desk.site.translate
        name = _("Withheld: a support measure stands") if listed.withheld else listed.applicant
        return Row(
            (
                Action(name, f"{self._prefix}/{listed.case}"),
                desk.procedure(listed.procedure),
                desk.day(listed.received_on),
                listed.proposed_by or None,
                desk.state(listed.state),
            )
        )

    def case(self, case: str) -> Reply:
        """Show a case; a post takes a step of it, and a refused step is shown with its rule."""
        desk = self._desk
        context = desk.context("work on a case")
        stopped: Blocking | None = None
        if request.method == "POST":
            stopped = desk.refusal_of_step(self._step(context, case))
            if stopped is None:
                return desk.site.redirect(f"{self._prefix}/{case}")
        file = self._file(context, case)
        return desk.site.render(
            self._template, status=200 if stopped is None else 409, stopped=stopped, **self._view.values(file)
        )

    def _file(self, context: Context, case: str) -> CaseFile:
        """Return a case of this procedure.

        Raises:
            UnknownClaim: there is none, or it has pages of its own elsewhere.
        """
        file = self._desk.service.case_file(context, case)
        if self._procedure not in {"", file.case.procedure}:
            raise UnknownClaim
        return file

    def _step(self, context: Context, case: str) -> Callable[[], object]:
        service = self._desk.service
        steps: dict[str, Callable[[], object]] = {
            "gather": lambda: service.gather(context, case),
            "propose": lambda: service.propose(context, case),
            "approve": lambda: service.approve(context, case),
            "withdraw": lambda: service.withdraw(context, case),
            "pay": lambda: service.order_payment(context, case),
            "notify": lambda: service.notify(context, case),
        }
        step = steps.get(request.args.get("do", ""))
        if step is None:
            raise UnknownCaseStep
        return step

    def send_back(self, case: str) -> Reply:
        """Return a proposal with a remark."""
        desk = self._desk
        _ = desk.site.translate
        desk.require("send-case-back")
        context = desk.context("send a proposal back")
        file = self._file(context, case)
        form = desk.form()
        if request.method == "POST":
            remark = form.require("remark", _("Enter what should be looked at again"))
            if form.good and desk.attempt(form, lambda: desk.service.send_back(context, case, remark)):
                return desk.site.redirect(f"{self._prefix}/{case}")
        return desk.site.render(
            "casework/send_back.html", form=form, case=case, prefix=self._prefix, bar=self._bar(file)
        )

    def _bar(self, file: CaseFile) -> list[Answer]:
        _ = self._desk.site.translate
        applicant = file.people[file.case.applicant.person]
        return [
            Answer(_("Procedure"), self._desk.procedure(file.procedure)),
            Answer(_("Applicant"), applicant.four_items.name),
        ]

    def paper(self, case: str, person: str, kind: str) -> Reply:
        """Record a paper where the holder gave nothing; only what the rule needs is read from it."""
        desk = self._desk
        _ = desk.site.translate
        desk.require("record-paper")
        context = desk.context("record a paper")
        file = self._file(context, case)
        required = require_paper_wanted(file.procedure, file.case, person, kind)
        known = {item.name: item for item in layout(kind, context.today()).items}
        wanted = [known[name] for name in required.wanted.paper_items if name in known]
        form = desk.form()
        if request.method == "POST":
            description = form.require("description", _("Enter what paper it is and who issued it"))
            items = {item.name: self._read(form, item) for item in wanted}
            if form.good and desk.attempt(
                form,
                lambda: desk.service.substitute_paper(
                    context, case, person=person, kind=kind, description=description, items=items
                ),
                {f"claim-incomplete/{name}": name for name in ("description", *items)},
            ):
                return desk.site.redirect(f"{self._prefix}/{case}")
        return desk.site.render(
            "casework/paper.html",
            form=form,
            case=case,
            prefix=self._prefix,
            bar=[*self._bar(file), Answer(_("About"), file.people[person].four_items.name)],
            kind=desk.kind(kind),
            fields=[self._field(item) for item in wanted],
        )

    def _field(self, item: LayoutItem) -> dict[str, object]:
        desk = self._desk
        _ = desk.site.translate
        label = item.title_ja if desk.japanese else item.title_en
        choices: list[Choice] = []
        if item.type is ItemType.FLAG:
            choices = [Choice(YES, _("Yes")), Choice(NO, _("No"))]
        elif item.type is ItemType.CODE:
            choices = [Choice(v.code, v.title_ja if desk.japanese else v.title_en) for v in item.values]
        return {"name": item.name, "label": label, "choices": choices, "date": item.type is ItemType.DATE}

    def _read(self, form: Form, item: LayoutItem) -> Scalar:
        _ = self._desk.site.translate
        message = _("Enter what stands on the paper: %(item)s", item=str(self._field(item)["label"]))
        match item.type:
            case ItemType.FLAG:
                chosen = form.choose(item.name, (YES, NO), message)
                return None if form.error(item.name) else chosen == YES
            case ItemType.CODE:
                return form.choose(item.name, [value.code for value in item.values], message) or None
            case ItemType.DATE:
                day = form.parse(item.name, parse_date, message)
                return None if day is None else day.isoformat()
            case ItemType.YEN | ItemType.INTEGER:
                return form.parse(item.name, whole_number, message)
            case ItemType.TEXT:
                return form.require(item.name, message) or None


def whole_number(text: str) -> int:
    """Read a whole number that is not negative; separators of thousands are allowed.

    Raises:
        ValueError: it is none.
    """
    value = int(text.replace(",", "").replace("，", ""))
    if value < 0:
        raise ValueError("negative")
    return value


class SavingsPage(Generic[RecordsT]):
    """Papers and visits before and after, by procedure and in sum (R-218)."""

    def __init__(self, desk: CaseDesk[RecordsT], path: str = "/savings") -> None:
        self._desk = desk
        desk.site.route(path, endpoint=f"{path}-savings")(self.savings)

    def savings(self) -> Reply:
        """Show what was saved in the decided cases."""
        desk = self._desk
        _ = desk.site.translate
        found = desk.service.savings(desk.context("count papers and visits"))
        total = sum((one.saving for one in found), Saving())
        named = sum(one.papers_named for one in found)
        return desk.site.render(
            "casework/savings.html",
            columns=[
                Column(_("Procedure")),
                Column(_("Papers named before"), numeric=True),
                *(
                    Column(title, numeric=True)
                    for title in (
                        _("Decided cases"),
                        _("Papers before"),
                        _("Papers now"),
                        _("Papers saved"),
                        _("Visits before"),
                        _("Visits now"),
                        _("Visits saved"),
                    )
                ),
            ],
            rows=[self._row(one) for one in found] + [Row((_("In sum"), named, *_figures(total)))],
            papers=[
                Row(
                    (
                        paper.title_ja if desk.japanese else paper.title_en,
                        desk.kind(paper.kind),
                        desk.procedure(one.procedure),
                    )
                )
                for one in found
                for paper in one.procedure.papers
            ],
            paper_columns=[Column(_("Paper")), Column(_("Replaced by")), Column(_("Procedure"))],
        )

    def _row(self, one: ProcedureSaving) -> Row:
        return Row((self._desk.procedure(one.procedure), one.papers_named, *_figures(one.saving)))


def _figures(saving: Saving) -> tuple[int, ...]:
    return (
        saving.cases,
        saving.papers_before,
        saving.papers_after,
        saving.papers_saved,
        saving.visits_before,
        saving.visits_after,
        saving.visits_saved,
    )
