"""The file of scholars: who receives what until when, and ending aid before its time."""

from __future__ import annotations

from mizuhiki.casework.web import CaseDesk
from mizuhiki.institutions.agency.student_services.operations.scholars import END, ListedScholar
from mizuhiki.institutions.agency.student_services.operations.service import StudentServices
from mizuhiki.institutions.agency.student_services.ports import Records
from mizuhiki.institutions.agency.student_services.web import words
from mizuhiki.runtime.pages import Reply, request
from mizuhiki.ui.components import Action, Column, Row
from mizuhiki.vocabulary.dates import parse_date

_REFUSALS = {"student-aid-ended/day": "day", "student-aid-ended/reason": "reason"}


class ScholarPages:
    """List of scholars, and the form that ends aid."""

    def __init__(self, desk: CaseDesk[Records], services: StudentServices) -> None:
        self._desk = desk
        self._services = services
        desk.site.route("/scholars")(self.scholars)
        desk.site.route("/scholars/<scholar>/end", ("GET", "POST"))(self.end)

    def scholars(self) -> Reply:
        """List scholars, newest first."""
        desk = self._desk
        _ = desk.site.translate
        found = self._services.scholars(desk.context("list scholars"))
        titles = (_("Number"), _("Name"), _("School"), _("Aid"))
        return desk.site.render(
            "scholars.html",
            columns=[
                *(Column(title) for title in titles),
                Column(_("Monthly amount"), numeric=True),
                Column(_("From")),
                Column(_("Until")),
                Column(_("Ended for")),
            ],
            rows=[self._row(one, may_end=desk.may(END)) for one in found],
        )

    def _row(self, listed: ListedScholar, *, may_end: bool) -> Row:
        desk, scholar = self._desk, listed.scholar
        _ = desk.site.translate
        end = Action(_("End the aid"), f"/scholars/{scholar.scholar}/end", about=scholar.scholar)
        return Row(
            (
                scholar.scholar,
                listed.name or _("Withheld: a support measure stands"),
                scholar.school_name or None,
                _(words.AIDS[scholar.aid.value]),
                desk.yen(scholar.monthly_yen),
                desk.day(scholar.since),
                desk.day(scholar.until),
                scholar.ended_for or None,
            ),
            (end,) if may_end and not scholar.ended_for else (),
        )

    def end(self, scholar: str) -> Reply:
        """End a scholar's aid with day and reason."""
        desk = self._desk
        _ = desk.site.translate
        desk.require(END)
        context = desk.context("end student aid")
        form = desk.form(day=context.today().isoformat())
        if request.method == "POST":
            day = form.parse("day", parse_date, _("Enter the day like 2019-12-02"))
            reason = form.require("reason", _("Enter why the aid ends"))
            if (
                form.good
                and day is not None
                and desk.attempt(form, lambda: self._services.end_aid(context, scholar, day, reason), _REFUSALS)
            ):
                return desk.site.redirect("/scholars")
        return desk.site.render("end_aid.html", form=form, scholar=scholar)
