"""Search for residents and households by what a person at the counter can say; there is no search by number (R-037)."""

from __future__ import annotations

from mizuhiki.institutions.municipality.domain.residents import (
    RecordState,
    ResidentQuery,
    ResidentsFound,
    ResidentSummary,
)
from mizuhiki.institutions.municipality.web.desk import REGISTER, Desk
from mizuhiki.institutions.municipality.web.messages import WITHHELD
from mizuhiki.runtime.pages import Reply, request
from mizuhiki.ui.components import Action, Column, Row, Tag, Tone
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.dates import parse_date
from mizuhiki.vocabulary.persons import Sex

MOST = 100
"""The operation looks at no more; the page says so when as many fit."""


class SearchPages:
    """The search page, and the way from a resident to the household."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        desk.site.route("/search", ("GET", "POST"))(self.search)
        desk.site.route("/residents/<resident>")(self.resident)

    def search(self) -> Reply:
        """Show the search form; a post shows it with the results, so that no name stands in an address (R-037)."""
        desk = self._desk
        desk.require("read-register")
        asked = request.method == "POST"
        form = Form.posted(request.form) if asked else Form(desk.site.draft())
        found = self._found(form) if asked else ResidentsFound(())
        rows = [self._row(summary) for summary in found.shown]
        return desk.site.render(
            "search.html",
            form=form,
            sexes=desk.sexes(),
            asked=asked and form.good,
            columns=self._columns(),
            rows=[*rows, *(self._withheld(measure) for measure in found.withheld)],
            count=len(rows) + len(found.withheld),
            cut_off=found.cut_off,
            most=MOST,
        )

    def _found(self, form: Form) -> ResidentsFound:
        desk = self._desk
        _ = desk.site.translate
        birth = form.parse_if_given(
            "birth_date", parse_date, _("Enter the date of birth like 2019-12-02 or 令和元年12月2日")
        )
        sex = Sex(int(form.value("sex"))) if form.value("sex") in {"1", "2"} else None
        query = ResidentQuery(form.value("name"), form.value("name_kana"), birth, form.value("address"), sex)
        if form.good and query.empty:
            form.refuse("name", _("Enter at least one part to search by"))
        if not form.good:
            return ResidentsFound(())
        return desk.operations.search_residents(desk.context(REGISTER, "search at the counter"), query)

    def _withheld(self, measure: str) -> Row:
        """Return the row of records under a support measure: that there is something, and nothing else."""
        title = self._desk.site.translate(WITHHELD)
        asks = measure and self._desk.may("ask-for-lift")
        first = Action(title, f"/support-measures/{measure}/ask") if asks else Tag(title, Tone.PROBLEM)
        return Row((first, *[None] * (len(self._columns()) - 1)))

    def _columns(self) -> list[Column]:
        _ = self._desk.site.translate
        titles = (
            _("Name"),
            _("Reading"),
            _("Date of birth"),
            _("Sex"),
            _("Address"),
            _("Relationship"),
            _("Record"),
            _("Numbering"),
        )
        return [Column(title) for title in titles]

    def _row(self, summary: ResidentSummary) -> Row:
        words, _ = self._desk.words, self._desk.site.translate
        return Row(
            (
                Action(summary.name, f"/households/{summary.household}#{summary.resident}"),
                summary.name_kana,
                words.born(summary.birth_date, self._desk.today()),
                words.sex(summary.sex),
                summary.address,
                words.relationship(summary.relationship),
                words.record_state(summary.state),
                words.stage(summary.stage),
            ),
            (Action(_("Copy of the record"), f"/residents/{summary.resident}/copy", about=summary.name),)
            if summary.state is RecordState.REMOVED and self._desk.may("issue-copy")
            else (),
        )

    def resident(self, resident: str) -> Reply:
        """Go to the household of a resident."""
        desk = self._desk
        household = desk.operations.household_of(desk.context(REGISTER, "open a record"), resident)
        return desk.site.redirect(f"/households/{household}#{resident}")
