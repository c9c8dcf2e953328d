"""Inspection of the register: requests, the mayor's decision, what is shown, the yearly publication."""

from __future__ import annotations

from mizuhiki.institutions.municipality.domain.copies.inspections import (
    InspectedLine,
    Inspection,
    InspectionKind,
    InspectionRequest,
    InspectionState,
    UnknownInspection,
)
from mizuhiki.institutions.municipality.domain.errors import EmptyForm
from mizuhiki.institutions.municipality.web import copy_words as say
from mizuhiki.institutions.municipality.web.copies import choices, stopped
from mizuhiki.institutions.municipality.web.desk import REGISTER, Desk, refusal_of_step
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.pages import Reply, request
from mizuhiki.ui.components import Action, Answer, Choice, Column, Row, Tag, Tone
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.dates import fiscal_year, parse_date
from mizuhiki.vocabulary.errors import MizuhikiError

TAKES, DECIDES = "take-inspection-request", "decide-inspection"
_TONES = {
    InspectionState.ASKED: Tone.PROGRESS,
    InspectionState.PERMITTED: Tone.DONE,
    InspectionState.REFUSED: Tone.PROBLEM,
    InspectionState.DONE: Tone.NEUTRAL,
}


class InspectionPages:
    """Pages of inspection."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        route = desk.site.route
        route("/inspections", ("GET", "POST"), endpoint="inspections_all")(self.all)
        route("/inspections/request/<inspection>", ("GET", "POST"), endpoint="inspections_one")(self.one)
        route("/inspections/publication", endpoint="inspections_published")(self.publication)

    def _context(self, purpose: str) -> Context:
        return self._desk.context(REGISTER, purpose)

    def all(self) -> Reply:
        """Show all requests; a post takes a new one."""
        desk = self._desk
        desk.require(TAKES)
        _ = desk.site.translate
        form, refusal = desk.posted_form(), None
        if request.method == "POST":
            wanted = self._read(form)
            if wanted is not None:
                context = self._context("take a request for inspection")
                refusal = refusal_of_step(lambda: desk.operations.copies.take_inspection(context, wanted))
                if refusal is None:
                    return desk.site.redirect("/inspections")
        found = desk.operations.copies.inspections(self._context("list requests for inspection"))
        return desk.site.render(
            "inspections.html",
            status=200 if refusal is None else refusal.status,
            form=form,
            warnings=[] if refusal is None else [stopped(desk, refusal)],
            kinds=choices(desk, say.INSPECTION_KINDS),
            columns=[Column(t) for t in (_("Who asks"), _("Kind"), _("Area"), _("Asked"), _("State"))],
            rows=[self._row(one) for one in found],
            actions=[Action(_("Yearly publication"), "/inspections/publication", "p")],
        )

    def _row(self, one: Inspection) -> Row:
        desk = self._desk
        _ = desk.site.translate
        return Row(
            (
                Action(one.request.body or "—", f"/inspections/request/{one.inspection}"),
                _(say.INSPECTION_KINDS[one.request.kind.value]),
                one.request.area,
                desk.words.short_day(one.asked_on),
                Tag(_(say.INSPECTION_STATES[one.state.value]), _TONES[one.state]),
            )
        )

    def _read(self, form: Form) -> InspectionRequest | None:
        _ = self._desk.site.translate
        kind = form.choose("kind", list(InspectionKind), _("Choose who asks for what"))
        day = _("Enter the day like 2019-12-02 or 令和元年12月2日")
        born_from = form.parse_if_given("born_from", parse_date, day)
        born_until = form.parse_if_given("born_until", parse_date, day)
        if not form.good:
            return None
        names = form.value("inspectors").replace("、", ",").split(",")
        return InspectionRequest(
            kind=InspectionKind(kind),
            body=form.value("body"),
            responsible=form.value("responsible"),
            purpose=form.value("purpose"),
            inspectors=tuple(name.strip() for name in names if name.strip()),
            area=form.value("area"),
            basis=form.value("basis"),
            handling=form.value("handling"),
            publication=form.value("publication"),
            born_from=born_from,
            born_until=born_until,
        )

    def one(self, inspection: str) -> Reply:
        """Show a request; a post decides on it or shows the four items once."""
        desk = self._desk
        desk.require(TAKES)
        refusal, lines = None, list[InspectedLine]()
        form = Form()
        if request.method == "POST":
            form = Form.posted(request.form)
            refusal = self._step(inspection, form, lines)
            if refusal is None and form.value("do") != "show":
                return desk.site.redirect(f"/inspections/request/{inspection}")
        return self._show(inspection, form, refusal, lines)

    def _step(self, inspection: str, form: Form, lines: list[InspectedLine]) -> MizuhikiError | None:
        desk, copies = self._desk, self._desk.operations.copies
        context = self._context("decide on or show an inspection")
        if form.value("do") == "show":
            seen = form.all("seen")
            return refusal_of_step(lambda: lines.extend(copies.show_inspection(context, inspection, seen)))
        desk.require(DECIDES)
        if form.value("do") == "refuse" and not form.value("refusal"):
            return EmptyForm(item="reason")
        reason = form.value("refusal") if form.value("do") == "refuse" else ""
        return refusal_of_step(lambda: copies.decide_inspection(context, inspection, refusal=reason))

    def _show(self, inspection: str, form: Form, refusal: MizuhikiError | None, lines: list[InspectedLine]) -> Reply:
        desk = self._desk
        _ = desk.site.translate
        found = {
            one.inspection: one
            for one in desk.operations.copies.inspections(self._context("look at a request for inspection"))
        }.get(inspection)
        if found is None:
            raise UnknownInspection
        asked = found.request
        facts = [
            (_("Who asks"), asked.body),
            (_("Responsible"), asked.responsible),
            (_("Kind"), _(say.INSPECTION_KINDS[asked.kind.value])),
            (_("Purpose"), asked.purpose),
            (_("Basis in law"), asked.basis),
            (_("Keeping and destroying"), asked.handling),
            (_("How results are published"), asked.publication),
            (_("Area"), asked.area),
            (_("Inspectors"), desk.words.listed(list(asked.inspectors))),
            (_("State"), _(say.INSPECTION_STATES[found.state.value])),
            (_("Reason of refusal"), found.refusal),
            (_("Lines shown"), str(found.people) if found.inspected_on else ""),
        ]
        return desk.site.render(
            "inspection.html",
            status=200 if refusal is None else refusal.status,
            form=form,
            warnings=[] if refusal is None else [stopped(desk, refusal)],
            answers=[Answer(title, value) for title, value in facts if value],
            decides=found.state is InspectionState.ASKED and desk.may(DECIDES),
            shows=found.state is InspectionState.PERMITTED,
            inspectors=[Choice(name, name) for name in asked.inspectors],
            shown=bool(lines) or (request.method == "POST" and refusal is None),
            columns=[Column(t) for t in (_("Name"), _("Date of birth"), _("Sex"), _("Address"))],
            rows=[
                Row((one.name, desk.words.short_day(one.birth_date), desk.words.sex(one.sex), one.address))
                for one in lines
            ],
        )

    def publication(self) -> Reply:
        """Show what is published about a fiscal year."""
        desk = self._desk
        desk.require(TAKES)
        _ = desk.site.translate
        year = request.args.get("year", "")
        chosen = int(year) if year.isascii() and year.isdigit() and len(year) == 4 else fiscal_year(desk.today())  # noqa: PLR2004 - digits of a year
        lines = desk.operations.copies.publication(self._context("publish inspections of a year"), chosen)
        return desk.site.render(
            "notice_list.html",
            page_title=_("Inspections of the fiscal year %(year)s", year=chosen),
            columns=[Column(t) for t in (_("Who asked"), _("Purpose"), _("Inspected on"), _("Area"))],
            rows=[Row((one.body, one.purpose, desk.words.short_day(one.inspected_on), one.area)) for one in lines],
            empty=_("Nobody inspected the register in this year."),
            actions=[
                Action(_("Year before"), f"/inspections/publication?year={chosen - 1}", "b"),
                Action(_("Requests for inspection"), "/inspections", "r"),
            ],
        )
