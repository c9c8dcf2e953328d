"""The application for student aid at the desk: student and supporters, school, what they state (R-236)."""

from __future__ import annotations

from mizuhiki.casework.domain import PersonForm, Role
from mizuhiki.casework.web import CaseDesk, PersonEntry, whole_number
from mizuhiki.institutions.agency.student_services.domain.aid import Aid, AidForm, Living, School
from mizuhiki.institutions.agency.student_services.operations.service import StudentServices
from mizuhiki.institutions.agency.student_services.ports import Records
from mizuhiki.institutions.agency.student_services.web import words
from mizuhiki.runtime.pages import Reply, request
from mizuhiki.ui.components import Choice
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.dates import parse_date

ACTION = "receive-claim"
_REFUSALS = {
    "student-aid-form-implausible/school_name": "school_name",
    "student-aid-form-implausible/graduates_on": "graduates_on",
    "student-aid-form-implausible/monthly_wanted_yen": "monthly_wanted_yen",
    "claim-incomplete/received-on": "received_on",
}


class ApplicationPages:
    """The form of an application; it ends on the screen of the case."""

    def __init__(self, desk: CaseDesk[Records], services: StudentServices) -> None:
        self._desk = desk
        self._services = services
        desk.site.route("/applications/new", ("GET", "POST"))(self.apply)

    def _entries(self) -> list[PersonEntry[Records]]:
        _ = self._desk.site.translate
        return [
            PersonEntry(self._desk, "student", Role.APPLICANT, _("Student")),
            PersonEntry(self._desk, "first", Role.PARENT, _("First supporter"), optional=True),
            PersonEntry(self._desk, "second", Role.PARENT, _("Second supporter"), optional=True),
        ]

    def apply(self) -> Reply:
        """Take an application; whatever is wrong comes back with everything typed."""
        desk = self._desk
        desk.require(ACTION)
        context = desk.context("take an application for student aid")
        form = desk.form(received_on=context.today().isoformat())
        if request.method == "POST":
            request_id = desk.request_id(form)
            received = form.parse("received_on", parse_date, desk.site.translate("Enter the day like 2019-12-02"))
            aid = self._aid(form)
            people = [one.read(form) for one in self._entries()]
            if form.good and aid is not None and received is not None:
                named: tuple[PersonForm, ...] = tuple(one for one in people if one is not None)
                made: list[str] = []
                if desk.attempt(
                    form,
                    lambda: made.append(self._services.apply_for_aid(context, request_id, received, named, aid)),
                    _REFUSALS,
                ):
                    return desk.site.redirect(f"/cases/{made[0]}")
        return self._show(form)

    def _aid(self, form: Form) -> AidForm | None:
        _ = self._desk.site.translate
        aid = form.choose("aid", list(Aid), _("Choose the aid"))
        school_name = form.require("school_name", _("Enter the school"))
        school = form.choose("school", list(School), _("Choose who runs the school"))
        living = form.choose("living", list(Living), _("Choose where the student lives"))
        entered = form.parse("entered_on", parse_date, _("Enter the day like 2019-12-02"))
        graduates = form.parse("graduates_on", parse_date, _("Enter the day like 2019-12-02"))
        wanted = form.parse_if_given("monthly_wanted_yen", whole_number, _("Enter a whole number of yen"))
        if not form.good or entered is None or graduates is None:
            return None
        stated = set(form.all("stated"))
        return AidForm(
            aid=Aid(aid),
            school_name=school_name,
            school=School(school),
            living=Living(living),
            entered_on=entered,
            graduates_on=graduates,
            school_attests="school_attests" in stated,
            social_care="social_care" in stated,
            on_public_assistance="on_public_assistance" in stated,
            parent_lost_work="parent_lost_work" in stated,
            parent_on_pension="parent_on_pension" in stated,
            member_disabled="member_disabled" in stated,
            monthly_wanted_yen=wanted or 0,
        )

    def _show(self, form: Form) -> Reply:
        desk = self._desk
        _ = desk.site.translate
        return desk.site.render(
            "application.html",
            form=form,
            aids=[Choice(code, _(title)) for code, title in words.AIDS.items()],
            schools=[Choice(code, _(title)) for code, title in words.SCHOOLS.items()],
            livings=[Choice(code, _(title)) for code, title in words.LIVINGS.items()],
            stated=[Choice(code, _(title)) for code, title in words.CIRCUMSTANCES.items()],
            people=[one.shown() for one in self._entries()],
        )
