"""The file of scholars: who receives what until when, and ending aid before its time."""

from __future__ import annotations

from mizuhiki.casework.operations.listing import Listed
from mizuhiki.casework.web import CaseDesk
from mizuhiki.casework.web.ending import ending_page
from mizuhiki.institutions.agency.student_services.domain.scholars import Scholar
from mizuhiki.institutions.agency.student_services.operations.scholars import END
from mizuhiki.institutions.agency.student_services.operations.service import StudentServices
from mizuhiki.institutions.agency.student_services.ports import Records
from mizuhiki.institutions.agency.student_services.web import words
from mizuhiki.runtime.pages import Reply
from mizuhiki.ui.components import Action, Column, Row

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

    def _row(self, listed: Listed[Scholar], *, may_end: bool) -> Row:
        desk, scholar = self._desk, listed.entry
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
        return ending_page(
            self._desk,
            "end_aid.html",
            scholar,
            action=END,
            why=self._desk.site.translate("Enter why the aid ends"),
            refusals=_REFUSALS,
            back="/scholars",
            end=lambda context, day, reason: self._services.end_aid(context, scholar, day, reason),
        )
